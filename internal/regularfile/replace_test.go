package regularfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A failed write keeps the old file, and leaves no other file.
func TestFailedReplace(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "a-folder")
	if err := os.MkdirAll(filepath.Join(folder, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(dir, "none", "file")} {
		if err := Replace(path, []byte("text")); err == nil {
			t.Errorf("%s was replaced", path)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%v, %v; want only the folder", files, err)
	}
}

// Another user may create the temporary file after it was removed.
func TestWriteToAnExistingFile(t *testing.T) {
	victim, link := filepath.Join(t.TempDir(), "victim"), filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.WriteFile(victim, []byte("precious"), 0o600), os.Symlink(victim, link)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{victim, link} {
		err := write(path, []byte("text"))
		if text, _ := os.ReadFile(victim); !errors.Is(err, fs.ErrExist) || string(text) != "precious" {
			t.Errorf("%s: %v; the file is now %q", path, err, text)
		}
	}
}
