package regularfile

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const limit = 100

// hostile creates everything that is not a regular file, and returns the paths.
func hostile(t *testing.T, dir string) (paths []string) {
	t.Helper()
	path := func(name string) string {
		paths = append(paths, filepath.Join(dir, name))
		return paths[len(paths)-1]
	}
	target := filepath.Join(dir, "target")
	socket := path("socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	pipe := path("pipe")
	if err := errors.Join(
		os.WriteFile(target, []byte("root:precious"), 0o600),
		os.Symlink(target, path("link")),
		os.Symlink("/dev/zero", path("endless")),
		os.Symlink("/dev/ptmx", path("terminal")),
		os.Symlink(pipe, path("link to a pipe")),
		unix.Mkfifo(pipe, 0o600),
		os.Mkdir(path("directory"), 0o700),
	); err != nil {
		t.Fatal(err)
	}
	return append(paths, "/dev/zero", "/dev/null")
}

// Whatever is not a regular file is refused at once, and the error names it.
func TestHostileFiles(t *testing.T) {
	for _, path := range hostile(t, t.TempDir()) {
		text, err := Read(path, limit)
		if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), path) || len(text) > 0 {
			t.Errorf("%s: %q, %v; want ErrNotRegular with the path", path, text, err)
		}
		text, err = ReadNamed(path, limit)
		if filepath.Base(path) == "link" {
			if string(text) != "root:precious" || err != nil {
				t.Errorf("a named link to a file: %q, %v", text, err)
			}
			continue
		}
		if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), path) || len(text) > 0 {
			t.Errorf("%s as named: %q, %v; want ErrNotRegular with the path", path, text, err)
		}
	}
}

// A link that appears after the check is refused by the kernel, and a pipe by the second
// check.
func TestReplacedAfterTheCheck(t *testing.T) {
	dir := t.TempDir()
	hostile(t, dir)
	regular := func(string) (fs.FileInfo, error) { return os.Lstat(filepath.Join(dir, "target")) }
	read := func(l links, name string) ([]byte, error) {
		l.stat = regular
		return l.read(filepath.Join(dir, name), limit)
	}
	if text, err := read(unfollowed, "link"); !errors.Is(err, unix.ELOOP) {
		t.Errorf("a link: %q, %v", text, err)
	}
	if text, err := read(followed, "pipe"); !errors.Is(err, ErrNotRegular) {
		t.Errorf("a pipe: %q, %v", text, err)
	}
}

func TestLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, c := range []struct {
		size int64
		want error
	}{{0, nil}, {limit, nil}, {limit + 1, ErrSize}, {1 << 40, ErrSize}} {
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, c.size)); err != nil {
			t.Fatal(err)
		}
		for _, f := range []func(string, int64) ([]byte, error){Read, ReadNamed} {
			text, err := f(path, limit)
			if !errors.Is(err, c.want) || err == nil && int64(len(text)) != c.size || err != nil && len(text) > 0 {
				t.Errorf("%d bytes: %d bytes, %v; want %v", c.size, len(text), err, c.want)
			}
		}
	}
	if _, err := Read(path+"x", limit); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// A pipe that a shell gives the program is read.
func TestInherited(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w.WriteString("text")
	w.Close()
	if text, err := ReadNamed(fmt.Sprintf("/dev/fd/%d", r.Fd()), limit); string(text) != "text" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}
