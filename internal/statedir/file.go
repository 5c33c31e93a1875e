package statedir

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	// maxBytes is the largest file to read; real files have 300 bytes.
	maxBytes = 4096

	// maxName limits the readable part of a file name; the hash makes it unique.
	maxName = 80
)

// fileName returns the name of a receiver's file: the letters and digits of the
// receiver's name, and a hash of the name, so that no two receivers share a file.
func fileName(receiver string) string {
	words := strings.FieldsFunc(strings.ToLower(receiver), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	readable := strings.Join(words, "-")
	hash := fnv.New32a()
	io.WriteString(hash, receiver)
	return fmt.Sprintf("%s-%08x.learnt", readable[:min(len(readable), maxName)], hash.Sum32())
}

// read returns the text of a file of limited size.
func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		err = fmt.Errorf("more than %d bytes", maxBytes)
	}
	return text, err
}

// replace replaces a file so that after a power failure there is either the old or the
// new one. It writes a temporary file, syncs it, and renames it over the old file. The
// temporary file has a fixed name, so the next write overwrites what a failure left.
func replace(path string, text []byte) error {
	next := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := write(next, text); err != nil {
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
func write(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDir syncs the file's new name to the disk.
func syncDir(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
