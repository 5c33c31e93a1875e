package regularfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Replace replaces a file so that after a power failure there is either the old or the
// new one. It writes a temporary file, syncs it, and renames it over the old file. The
// temporary file has a fixed name, so the next write removes what a failure left.
func Replace(path string, text []byte) error { return replace(path, text, create) }

// A newFile is a file that is written: *os.File, or one whose calls fail in a test.
type newFile interface {
	io.WriteCloser
	Sync() error
}

// create creates a file. It never opens an existing one: root must not write through a link of
// the user who owns the folder.
func create(path string) (newFile, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	return file, nil
}

func replace(path string, text []byte, create func(string) (newFile, error)) error {
	next := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := write(next, text, create); err != nil {
		os.Remove(next) // a full disk may have left half of it
		return err
	}
	if err := os.Rename(next, path); err != nil {
		os.Remove(next)
		return err
	}
	return syncDir(filepath.Dir(path))
}

// write creates a file, and syncs it to the disk.
func write(path string, text []byte, create func(string) (newFile, error)) error {
	file, err := create(path)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDir syncs the file's new name to the disk.
func syncDir(dir string) error {
	folder, err := os.OpenFile(dir, unix.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
