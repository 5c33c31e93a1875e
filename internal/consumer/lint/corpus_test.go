package lint

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// corpus has the configurations of the interoperability tests, which also start the daemons.
const corpus = "../../../interop/testdata/configs"

// Each configuration has the findings in want.json.
func TestCorpus(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(corpus, "want.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		File  string
		Finds []string
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	for _, want := range list {
		daemon, file := conf.Chrony, "/etc/chrony/chrony.conf"
		if strings.HasPrefix(want.File, "ntpsec/") {
			daemon, file = conf.NTPsec, "/etc/ntpsec/ntp.conf"
		}
		fsys := corpusFiles(t, want.File, file)
		config, err := conf.Read(fsys, daemon, file)
		if err != nil {
			t.Errorf("%s: %v", want.File, err)
			continue
		}
		found := Lint(config, Facts{
			Missing: func(name string) bool { _, err := fs.Stat(fsys, strings.Trim(name, "/")); return err != nil },
			NotPPS:  func(name string) bool { return name == "/dev/null" },
		})
		if len(found) != len(want.Finds) {
			t.Errorf("%s: found %v, want %q", want.File, found, want.Finds)
			continue
		}
		for i, f := range found {
			if level, words, _ := strings.Cut(want.Finds[i], " "); f.Level.String() != level || !strings.Contains(f.String(), words) {
				t.Errorf("%s: %v, want %q", want.File, f, want.Finds[i])
			}
		}
	}
}

// corpusFiles copies a configuration, which is one file or a folder, to a root of its own.
func corpusFiles(t *testing.T, name, file string) fs.FS {
	t.Helper()
	root := t.TempDir()
	from := filepath.Join(corpus, name)
	files := os.DirFS(from)
	if info, err := os.Stat(from); err != nil {
		t.Fatal(err)
	} else if !info.IsDir() {
		text, _ := os.ReadFile(from)
		files = fstest.MapFS{file[1:]: {Data: text}}
	}
	err := os.CopyFS(root, files)
	for _, dir := range []string{"dev/null", "run/chrony", "var/lib/chrony", "var/lib/ntp", "var/lib/ntpsec", "var/log/chrony"} {
		err = errors.Join(err, os.MkdirAll(filepath.Join(root, dir), 0o750))
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.DirFS(root)
}
