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
	"time"
)

// unavailable is a reason why these tests cannot run on this machine.
type unavailable string

func (u unavailable) Error() string { return string(u) }

// stage creates a folder once. User nobody can read it, unlike a checkout in a private home.
// It contains the test program, the refclock command, the same with a build date in the
// future, the daemons, the manuals, and a folder for the tests' files.
//
//	interop.test  refclock  refclock-later  daemons/  ntpd-rs/  docs/  configs/  tmp/
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
	if err := os.CopyFS(filepath.Join(dir, "configs"), os.DirFS(filepath.Join("testdata", "configs"))); err != nil {
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
	if err := build(filepath.Join(dir, "refclock-later"), "-ldflags", "-X main.buildDate="+later().Format(time.DateOnly)); err != nil {
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
	return build(path)
}

// build builds the command of this tree.
func build(path string, flags ...string) error {
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, flags...), "../cmd/refclock")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build refclock: %w\n%s", err, out)
	}
	return nil
}

// later returns the build date of refclock-later: for that, this machine's clock is as wrong
// as one that starts in 1970.
func later() time.Time { return time.Now().Truncate(24*time.Hour).AddDate(1, 0, 0) }

func copyProgram(from, to string) error {
	program, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, program, 0o755)
}
