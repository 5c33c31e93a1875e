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
	// mostBytes is how large a file may be that is read; the real ones have 300.
	mostBytes = 4096

	// mostName is how much of a receiver's name a file's has; the hash parts them.
	mostName = 80
)

// fileName makes a file's name of a receiver's: what of it can stand in one, and a
// hash of it all, so that no two receivers share a file.
func fileName(receiver string) string {
	words := strings.FieldsFunc(strings.ToLower(receiver), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	readable := strings.Join(words, "-")
	hash := fnv.New32a()
	io.WriteString(hash, receiver)
	return fmt.Sprintf("%s-%08x.learnt", readable[:min(len(readable), mostName)], hash.Sum32())
}

// read gives the text of a file, bounded.
func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err == nil && len(text) > mostBytes {
		err = fmt.Errorf("more than %d bytes", mostBytes)
	}
	return text, err
}

// replace writes a file so that, whenever the power fails, either the old one is there
// or the new one: into another beside it, to the disk, and over the old one. The
// other has a fixed name: what a failure leaves there, the next write takes away.
func replace(path string, text []byte) error {
	next := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := write(next, text); err != nil {
		os.Remove(next) // a full disk may have taken half of it
		return err
	}
	if err := os.Rename(next, path); err != nil {
		os.Remove(next)
		return err
	}
	return syncDir(filepath.Dir(path))
}

// write makes a file anew, and waits for the disk.
func write(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDir has the disk know the file's new name.
func syncDir(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
