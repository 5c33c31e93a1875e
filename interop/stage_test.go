package interop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// unavailable is a reason why these tests cannot run on this machine.
type unavailable string

func (u unavailable) Error() string { return string(u) }

// stage creates a folder once. User nobody can read it, unlike a checkout in a private home.
// It contains the test program, the refclock command, the daemons, the manuals, and a folder
// for the tests' files.
//
//	interop.test  refclock  daemons/  ntpd-rs/  docs/  tmp/
var stage = sync.OnceValues(func() (dir string, err error) {
	root := filepath.Join("..", ".cache", "daemons", "root")
	if !exists(root) {
		return "", unavailable("no chronyd and ntpd to test with; run scripts/fetch-daemons")
	}

	syscall.Umask(0o022)
	dir, err = os.MkdirTemp("", "interop") // short: the path of chronyd's socket may have 107 characters
	if err != nil {
		return "", err
	}
	toRemove = dir
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	if err := os.CopyFS(filepath.Join(dir, "daemons"), os.DirFS(root)); err != nil {
		return "", err
	}
	if err := os.CopyFS(filepath.Join(dir, "docs"), os.DirFS(filepath.Join("..", "docs"))); err != nil {
		return "", err
	}
	if ntpdRS := filepath.Join("..", ".cache", "ntpd-rs"); exists(ntpdRS) {
		if err := os.CopyFS(filepath.Join(dir, "ntpd-rs"), os.DirFS(ntpdRS)); err != nil {
			return "", err
		}
	}
	if err := copyProgram(os.Args[0], filepath.Join(dir, "interop.test")); err != nil {
		return "", err
	}
	if err := provideRefclock(filepath.Join(dir, "refclock")); err != nil {
		return "", err
	}
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		return "", err
	}
	user, group := outside()
	return dir, os.Chown(tmp, user, group)
})

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// toRemove is the stage, after it was created.
var toRemove string

// provideRefclock puts the command under test at path.
func provideRefclock(path string) error {
	if given := os.Getenv("REFCLOCK_BINARY"); given != "" {
		return copyProgram(given, path)
	}
	build := exec.Command("go", "build", "-o", path, "../cmd/refclock")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build refclock: %w\n%s", err, out)
	}
	return nil
}

func copyProgram(from, to string) error {
	program, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, program, 0o755)
}
