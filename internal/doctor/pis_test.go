package doctor

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the reports; read them before you commit them")

// Each folder of testdata/broken is a Pi with one problem. "from" names a healthy Pi,
// root/ has the files that differ from it, "removed" the files to remove. "args" has the
// command's arguments, "about" how the problem arises. "want", written by hand, has the
// findings that are not PASS or SKIP; "report" has their text.
func TestBrokenPis(t *testing.T) {
	folders, err := filepath.Glob("testdata/broken/*")
	if err != nil || len(folders) < 20 {
		t.Fatalf("%d broken Pis, %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			root := t.TempDir()
			layBroken(t, root, folder)
			findings := examine(root, line(t, folder, "args"))
			findings = slices.DeleteFunc(findings, func(f Finding) bool { return f.Verdict == Pass || f.Verdict == Skip })
			var got []string
			for _, f := range findings {
				got = append(got, f.Verdict.String()+" "+f.Check)
				if f.Why == "" || len(f.Hint) == 0 {
					t.Errorf("finding without why or hint: %+v", f)
				}
			}
			if want := strings.Split(line(t, folder, "want"), "\n"); !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
			Sort(findings)
			compare(t, filepath.Join(folder, "report"), findings)
		})
	}
}

// A healthy Pi has PASS findings only.
func TestHealthyPis(t *testing.T) {
	folders, _ := filepath.Glob("testdata/healthy/*")
	if len(folders) < 3 {
		t.Fatalf("healthy Pis: %v", folders)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			findings := examine(filepath.Join(folder, "root"), "")
			for _, f := range findings {
				if f.Verdict != Pass {
					t.Errorf("%v %s: %s %s", f.Verdict, f.Check, f.What, f.Why)
				}
			}
			compare(t, filepath.Join(folder, "report"), findings)
		})
	}
}

// layBroken builds a broken Pi from a healthy one and the differences.
func layBroken(t *testing.T, root, folder string) {
	t.Helper()
	lay(t, root, filepath.Join("testdata/healthy", line(t, folder, "from"), "root"))
	for name := range strings.FieldsSeq(line(t, folder, "removed")) {
		if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	lay(t, root, filepath.Join(folder, "root"))
}

// examine examines a folder as the command does.
func examine(root, args string) []Finding {
	var o Options
	pulse, ok := strings.CutPrefix(args, "--pps ")
	if ok {
		o.Pulse = pulse
	} else {
		o.Device = args
	}
	return Examine(NewMachine(OpenRoot(root), Live{}, o))
}

// line returns the text of a small file, "" if it does not exist.
func line(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// lay copies a tree over another one, and keeps links.
func lay(t *testing.T, to, from string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		if os.IsNotExist(err) && name == from {
			return fs.SkipAll
		}
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(name, from))
		switch {
		case e.IsDir():
			return os.MkdirAll(target, 0o755)
		case e.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(name)
			if err != nil {
				return err
			}
			os.Remove(target)
			return os.Symlink(link, target)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		os.Remove(target)
		return os.WriteFile(target, text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// compare fails if the printed findings differ from the golden file.
func compare(t *testing.T, file string, findings []Finding) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, findings, false); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, b.Bytes()) {
		t.Errorf("%s differs; go test -run Pis -update rewrites it. Now:\n%s", file, b.Bytes())
	}
}
