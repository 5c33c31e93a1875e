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

	"github.com/refclock/refclock/internal/daemon"
)

// references are the parts of the reference, by the kind of clock; "" is its head.
func references() map[string]string {
	parts := map[string]string{}
	kind := ""
	for line := range strings.Lines(daemon.Reference) {
		if name := regexp.MustCompile(`^#?\[\[(\w+)\]\]`).FindStringSubmatch(line); name != nil {
			kind = name[1]
		}
		parts[kind] += line
	}
	return parts
}

// A flag of a command that feeds is a setting of its clock, and a setting is a flag or an
// operand; else the reference says of the flag that it is none.
func TestFlagsAreSettings(t *testing.T) {
	parts := references()
	apart := regexp.MustCompile(`--[a-z-]+`).FindAllString(parts[""], -1)
	for _, c := range documented() {
		part, ok := parts[c.name]
		if !ok {
			continue
		}
		delete(parts, c.name)
		setting := map[string]bool{}
		for _, name := range regexp.MustCompile(`(?m)^#?([a-z_]+) = `).FindAllStringSubmatch(part, -1) {
			setting[name[1]] = true
		}
		flags := map[string]bool{}
		for _, f := range c.flags {
			name := strings.ReplaceAll(f.name, "-", "_")
			flags[name] = true
			none := strings.Contains(" "+strings.Join(apart, " ")+" ", " --"+f.name+" ")
			if setting[name] == none {
				t.Errorf("refclock %s --%s: [[%s]] has a setting %s: %v; the reference names it as a flag alone: %v", c.name, f.name, c.name, name, setting[name], none)
			}
		}
		for name := range setting {
			if !flags[name] && !strings.Contains(c.operands, strings.ToUpper(strings.TrimSuffix(name, "s"))) {
				t.Errorf("[[%s]] %s: refclock %s has no flag of that name", c.name, name, c.name)
			}
		}
	}
	delete(parts, "")
	if len(parts) > 0 {
		t.Errorf("no command is for %v", parts)
	}
}

// What a driver says is read by people with flags and by people with settings: it speaks of
// either by driver.Setting alone, and of what there is. A flag may stand in a line to type.
func TestDriversSpeakOfFlagsAndSettings(t *testing.T) {
	var known []string
	for _, c := range documented() {
		if _, ok := references()[c.name]; ok {
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
