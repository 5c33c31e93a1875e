package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/settings"
)

// Each setting of a kind of clock is a flag of its command with the same default, a key of
// the reference and an entry of both manual pages and of the completions.
func TestEverySettingIsDocumented(t *testing.T) {
	docs := map[string]commandDoc{}
	for _, c := range documented() {
		docs[c.name] = c
	}
	commands := strings.ReplaceAll(page(manual), `\-`, "-")
	file := strings.ReplaceAll(settingsPage(), `\-`, "-")
	for _, kind := range settings.Kinds {
		doc, ok := docs[kind.Name]
		if !ok {
			t.Errorf("there is no command refclock %s", kind.Name)
			continue
		}
		_, reference, _ := strings.Cut(settings.Reference(), "[["+kind.Name+"]]\n")
		reference, _, _ = strings.Cut(reference, "[[")
		for _, s := range kind.New().Schema() {
			place := slices.IndexFunc(doc.flags, func(f flagDoc) bool { return f.name == s.Flag() })
			if place < 0 {
				t.Errorf("refclock %s has no flag --%s", kind.Name, s.Flag())
				continue
			}
			if f := doc.flags[place]; f.standard != s.Value.String() && s.Value.String() != "false" && s.Value.String() != "0s" {
				t.Errorf("refclock %s --%s has the default %q, want %q", kind.Name, s.Flag(), f.standard, s.Value)
			}
			value := s.Value.TOML()
			if s.Example != "" {
				value = s.Example
			}
			if line := s.Name + " = " + value + "\n"; !strings.Contains(reference, "\n"+line) && !strings.Contains(reference, "\n#"+line) {
				t.Errorf("the reference of [[%s]] has no %s", kind.Name, line)
			}
			if !strings.Contains(section(commands, ".SH \""+strings.ToUpper(kind.Name)+"\"\n", "\n.SH"), "\n.BR --"+s.Flag()) {
				t.Errorf("refclock(1) has no --%s of %s", s.Flag(), kind.Name)
			}
			if !strings.Contains(section(file, ".SH \"[["+kind.Name+"]]\"\n", "\n.SH"), "\n.B \""+s.Name+" = ") {
				t.Errorf("refclock.toml(5) has no %s of [[%s]]", s.Name, kind.Name)
			}
		}
	}
}

// What a driver says is read by people with flags and by people with settings: it speaks of
// either by driver.Setting alone, and of what there is. A flag may stand in a line to type.
func TestDriversSpeakOfFlagsAndSettings(t *testing.T) {
	var known []string
	for _, c := range documented() {
		if c.schema != nil {
			known = append(known, strings.Fields(c.takers()+" "+c.switches())...)
		}
	}
	typed := regexp.MustCompile(`(refclock|systemctl) [a-z]+( --[a-z-]+)*`)
	named := 0
	err := filepath.WalkDir("../../driver", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Setting" {
					named++
					flag, _ := strconv.Unquote(call.Args[0].(*ast.BasicLit).Value)
					if !slices.Contains(known, "--"+flag) {
						t.Errorf("%s: there is no flag --%s", path, flag)
					}
				}
			}
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(typed.ReplaceAllString(text.Value, ""), "--") && file.Name.Name != "driver" {
				t.Errorf("%s: %s speaks of a flag alone; say driver.Setting(\"...\")", path, text.Value)
			}
			return true
		})
		return nil
	})
	if err != nil || named < 5 {
		t.Errorf("%d settings are named in the drivers: %v", named, err)
	}
}
