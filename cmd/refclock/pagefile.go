package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A pageFile is where a web page is written.
type pageFile struct {
	name     string // as the user gave it; - is standard output
	replaced string // the file that the page replaces; empty for a device or a pipe
}

// newPageFile checks where a page is to be written. It follows a link. It refuses a file that
// has something else than a page: --html *.log would replace the first log.
func newPageFile(name string) (pageFile, error) {
	p := pageFile{name: name}
	if name == "" || name == "-" {
		return p, nil
	}
	p.replaced = name
	if target, err := filepath.EvalSymlinks(name); err == nil {
		p.replaced = target
	}
	info, err := os.Stat(p.replaced)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, nil
	case err != nil:
		return p, fmt.Errorf("--html: %w", err)
	case info.IsDir():
		return p, usageError(fmt.Sprintf("--html %s: a directory; add the name of a file", name))
	case !info.Mode().IsRegular():
		p.replaced = ""
		return p, nil
	}
	return p, p.check()
}

// pageBegin is how each page begins.
const pageBegin = "<!doctype html>"

// check returns an error if the file has something else than a page.
func (p pageFile) check() error {
	file, err := os.Open(p.replaced)
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	defer file.Close()
	begin, err := io.ReadAll(io.LimitReader(file, int64(len(pageBegin))))
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	if len(begin) > 0 && string(begin) != pageBegin {
		return usageError(fmt.Sprintf("--html %s: the file exists and is not a web page; name another file, or delete this one", p.name))
	}
	return nil
}

// write writes the page. An older page is replaced only once the new one is complete.
func (p pageFile) write(page []byte) (err error) {
	switch {
	case p.name == "-":
		_, err := stdout.Write(page)
		return err
	case p.replaced == "":
		err = p.writeDevice(page)
	default:
		err = p.replace(page)
	}
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	fmt.Fprintln(stderr, "refclock: wrote", p.name)
	return nil
}

// writeDevice writes to what cannot be replaced, such as /dev/stdout.
func (p pageFile) writeDevice(page []byte) error {
	file, err := os.OpenFile(p.name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(page)
	return errors.Join(err, file.Close())
}

func (p pageFile) replace(page []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(p.replaced), ".refclock-report-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(page)
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), p.replaced)
}
