package regularfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
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
		err := write(path, []byte("text"), create)
		if text, _ := os.ReadFile(victim); !errors.Is(err, fs.ErrExist) || string(text) != "precious" {
			t.Errorf("%s: %v; the file is now %q", path, err, text)
		}
	}
}

// A faultyFile fails as a test says.
type faultyFile struct {
	*os.File
	write, sync, close error
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if f.write == nil {
		return f.File.Write(p)
	}
	n, _ := f.File.Write(p[:len(p)/2])
	return n, f.write
}

func (f *faultyFile) Sync() error { return errors.Join(f.sync, f.File.Sync()) }

func (f *faultyFile) Close() error { return errors.Join(f.close, f.File.Close()) }

// Whatever fails, the old file stays as it is, and no other file is left.
func TestReplaceFaults(t *testing.T) {
	for _, f := range []faultyFile{
		{write: unix.ENOSPC}, {write: unix.EIO}, {write: unix.EDQUOT}, {sync: unix.EIO}, {sync: unix.ENOSPC}, {close: unix.EIO}, {close: unix.EDQUOT},
		{write: unix.ENOSPC, sync: unix.EIO, close: unix.EIO},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		if err := Replace(path, []byte("old")); err != nil {
			t.Fatal(err)
		}
		err := replace(path, []byte("new text"), func(name string) (newFile, error) {
			file, err := create(name)
			if err != nil {
				return nil, err
			}
			f.File = file.(*os.File)
			return &f, nil
		})
		for _, want := range []error{f.write, f.sync, f.close} {
			if want != nil && !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		text, _ := os.ReadFile(path)
		files, _ := os.ReadDir(dir)
		if string(text) != "old" || len(files) != 1 {
			t.Errorf("%v: the file has %q, and the folder %v", err, text, files)
		}
	}
	for _, want := range []error{unix.EROFS, unix.EACCES, unix.EMFILE} {
		if err := replace(filepath.Join(t.TempDir(), "file"), nil, func(string) (newFile, error) { return nil, want }); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}
