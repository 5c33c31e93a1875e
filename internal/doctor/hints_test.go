package doctor

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// byFiles are the checks whose findings disappear when files change. Others need a
// reboot or a command.
var byFiles = []string{"boot-files", "overlays", "daemon-config", "refclocks", "nohz"}

// Findings disappear after a user follows the hints in order.
func TestHints(t *testing.T) {
	folders, _ := filepath.Glob("testdata/broken/*")
	fixed := 0
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			root := t.TempDir()
			layBroken(t, root, folder)
			args := line(t, folder, "args")
			findings := examine(root, args)
			Sort(findings)
			for _, f := range findings {
				for _, s := range f.Hint {
					do(t, root, s)
				}
				if f.Verdict < Skip && slices.Contains(byFiles, f.Check) {
					fixed++
				}
			}
			for _, f := range examine(root, args) {
				if f.Verdict < Skip && slices.Contains(byFiles, f.Check) {
					t.Errorf("not fixed: %+v", f)
				}
			}
		})
	}
	if fixed < 10 {
		t.Errorf("only %d findings were fixed", fixed)
	}
}

// do follows a step that changes a file.
func do(t *testing.T, root string, s Step) {
	t.Helper()
	if s.File == "" {
		return
	}
	file := filepath.Join(root, s.File)
	text, err := os.ReadFile(file)
	if err != nil && !(s.Do == Add && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) == s.Line })
	switch {
	case s.Do == Add:
		lines = append(lines, s.Line)
	case s.Do == Replace && at >= 0:
		lines[at] = s.With
	case s.Do == Delete && at >= 0:
		lines = slices.Delete(lines, at, at+1)
	case s.Do == Delete && strings.Contains(string(text), s.Line):
		lines = strings.Split(strings.Replace(string(text), s.Line, "", 1), "\n")
	default:
		t.Fatalf("%q is not in %s", s.Line, s.File)
	}
	os.MkdirAll(filepath.Dir(file), 0o755)
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
