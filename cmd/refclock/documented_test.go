package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/settings"
)

// page is what a writer makes of all commands.
func page(write func(io.Writer, []commandDoc)) string {
	var b strings.Builder
	write(&b, documented())
	return b.String()
}

// section is the part of a text between two marks.
func section(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// The manual and each shell's script tell of every command and of every flag.
func TestDocumentsTellAll(t *testing.T) {
	manual := strings.ReplaceAll(page(manual), `\-`, "-")
	bash, zsh, fish := page(completeBash), page(completeZsh), page(completeFish)
	for _, c := range documented() {
		for what, missing := range map[string]bool{
			"man":  !strings.Contains(manual, "\n.SH \""+strings.ToUpper(c.name)+"\"\n"),
			"bash": !slices.Contains(strings.Fields(section(bash, "commands='", "'")), c.name),
			"zsh":  !strings.Contains(section(zsh, "commands=(", "\n)\n"), "\t'"+c.name+":"),
			"fish": !strings.Contains(fish, "-f -a "+c.name+" -d '"),
		} {
			if missing {
				t.Errorf("%s: no command %s", what, c.name)
			}
		}
		for _, f := range c.flags {
			for what, missing := range map[string]bool{
				"man":  !strings.Contains(section(manual, "\n.SH \""+strings.ToUpper(c.name)+"\"\n", "\n.SH"), "\n.BR --"+f.name),
				"bash": !slices.Contains(strings.FieldsFunc(section(bash, "\t"+c.name+") ", "\n"), func(r rune) bool { return strings.ContainsRune(" '=", r) }), "--"+f.name),
				"zsh":  !strings.Contains(strings.ReplaceAll(section(zsh, "\n"+c.name+")\n", ";;"), "=[", "["), "--"+f.name+"["),
				"fish": !strings.Contains(fish, "subcommand_from "+c.name+"' -l "+f.name+" "),
			} {
				if missing {
					t.Errorf("%s: no flag --%s of %s", what, f.name, c.name)
				}
			}
		}
	}
}

// Texts are no requests, and what one types is what one reads.
func TestRoff(t *testing.T) {
	for text, want := range map[string]string{
		"--unit":         `\-\-unit`,
		".conf is it":    `\&.conf is it`,
		"'quoted'":       `\(aqquoted\(aq`,
		`a\b ~ ^ ` + "`": `a\eb \(ti \(ha \(ga`,
	} {
		if got := roffLine(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := roffWord(`say "x"`); got != `"say \(dqx\(dq"` {
		t.Errorf("a word with quotes: %s", got)
	}
}

// What a page checker finds wrong, some man program shows wrong.
func TestManualIsValid(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("no mandoc, which checks manual pages; make test fetches it")
	}
	for name, text := range map[string]string{"refclock(1)": page(manual), "refclock.toml(5)": settingsPage()} {
		cmd := exec.Command("mandoc", "-Tlint", "-Wwarning")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: mandoc -Tlint: %v\n%s", name, err, out)
		}
	}
}

func settingsPage() string {
	var b strings.Builder
	settingsManual(&b)
	return b.String()
}

// The page of the configuration has all that the reference has, each setting with a text of
// its own.
func TestSettingsManualTellsAll(t *testing.T) {
	text := settingsPage()
	tables, keys := 0, 0
	for _, p := range paragraphs(settings.Reference()) {
		switch {
		case p.table != "":
			tables++
		case p.setting != "":
			keys++
		}
		if p.text == "" || p.table != "" && p.setting != "" || !strings.Contains(text, roff(p.text)) ||
			!strings.Contains(text, "\n.SH "+roffWord(p.table)+"\n") && p.table != "" || !strings.Contains(text, "\n.B "+roffWord(p.setting)+"\n") && p.setting != "" {
			t.Errorf("not in the page, or not alone: %+v", p)
		}
	}
	written := len(regexp.MustCompile(`(?m)^#?[a-z_]+ = `).FindAllString(settings.Reference(), -1))
	if tables != len(settings.Kinds)+1 || keys != written || written == 0 {
		t.Errorf("%d tables and %d settings are in the page, %d in the reference", tables, keys, written)
	}
}

func TestExampleFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "refclock.toml")
	if err := os.WriteFile(file, []byte(exampleFile), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, err := settings.Load(t.Context(), file); err != nil || len(c.Clocks) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Each shell takes its script, and completes with it.
func TestCompletions(t *testing.T) {
	folder := t.TempDir()
	for shell := range completions {
		if err := os.WriteFile(filepath.Join(folder, shell), []byte(page(completions[shell])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bash := `. "$1/bash"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _refclock; echo "${COMPREPLY[@]}"`
	for _, c := range []struct {
		shell, script string
		words         []string
		want          string
	}{
		{"bash", bash, []string{"refclock", "g"}, "gps"},
		{"bash", bash, []string{"refclock", "he"}, "help"},
		{"bash", bash, []string{"refclock", "help", "mon"}, "monitor"},
		{"bash", bash, []string{"refclock", "gps", "--ba"}, "--baud"},
		{"bash", bash, []string{"refclock", "gps", "--pps-u"}, "--pps-unit"},
		{"bash", bash, []string{"refclock", "gps", "--baud", "--ba"}, ""}, // it is the value
		{"bash", bash, []string{"refclock", "completion", "z"}, "zsh"},
		{"bash", bash, []string{"refclock", "nonsense", "--ba"}, ""},
		{"fish", `source $argv[1]/fish; complete -C "refclock g" | string split -f1 \t`, nil, "gps"},
		{"fish", `source $argv[1]/fish; complete -C "refclock gps --bau" | string split -f1 \t`, nil, "--baud"},
		{"zsh", `zsh -n "$1/zsh" && echo accepted`, nil, "accepted"},
	} {
		path, err := exec.LookPath(c.shell)
		if err != nil {
			t.Logf("no %s to try it in", c.shell)
			continue
		}
		args := []string{"-c", c.script}
		if c.shell != "fish" {
			args = append(args, c.shell) // $0
		}
		cmd := exec.Command(path, append(append(args, folder), c.words...)...)
		cmd.Env = append(os.Environ(), "HOME="+folder)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
			t.Errorf("%s %q: %q, %v; want %q", c.shell, c.words, got, err, c.want)
		}
	}
}

func TestCompletionUsage(t *testing.T) {
	for _, args := range [][]string{{"completion"}, {"completion", "csh"}, {"completion", "bash", "zsh"}, {"man", "gps"}} {
		if err := run(context.Background(), args); exitCode(err) != exitUsage {
			t.Errorf("%q: %v, want a usage error", args, err)
		}
	}
}
