package status

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// socketName is the name of the socket in its directory.
const socketName = "status.sock"

// patience limits how long either end waits for the other.
const patience = 3 * time.Second

// Find returns where a daemon with this environment creates its socket: in
// $RUNTIME_DIRECTORY, which systemd sets, else in /run/refclock for root, else in
// $XDG_RUNTIME_DIR.
func Find() string {
	given, _, _ := strings.Cut(os.Getenv("RUNTIME_DIRECTORY"), ":")
	if given == "" {
		given = SystemFolder
		if own := os.Getenv("XDG_RUNTIME_DIR"); os.Getuid() != 0 && own != "" {
			given = filepath.Join(own, "refclock")
		}
	}
	return filepath.Join(given, socketName)
}

// SystemFolder is where root's daemon, and that of systemd, creates its socket.
const SystemFolder = "/run/refclock"

// Candidates returns the paths where a socket may be: that of the own daemon, then the
// system's.
func Candidates() []string {
	own, system := Find(), filepath.Join(SystemFolder, socketName)
	if own == system {
		return []string{own}
	}
	return []string{own, system}
}

// ErrRunning: another daemon answers at the socket.
var ErrRunning = errors.New("refclock runs already")

// Listen listens at a path, which the daemon's group may use. It replaces the socket of a
// daemon that has ended; the error wraps ErrRunning if one still answers.
func Listen(path string) (*net.UnixListener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("status socket: %w", err)
	}
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("status socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket: // a wrong --socket, or another user's link
		return nil, fmt.Errorf("status socket: %s exists and is not a socket; remove it, or give another --socket", path)
	}
	if conn, err := net.DialTimeout("unix", path, patience); err == nil {
		conn.Close()
		return nil, fmt.Errorf("%w: it answers at %s; stop it first, or give this one another --socket", ErrRunning, path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("status socket: %w", err)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("status socket: %w", err)
	}
	if err := share(path); err != nil {
		listener.Close()
		return nil, fmt.Errorf("status socket: %w", err)
	}
	return listener, nil
}

// share lets the group use the socket. It does not follow a link that has replaced it.
func share(path string) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s was replaced by another program", path)
	}
	// A descriptor of O_PATH has no fchmod(2); see open(2).
	return os.Chmod(fmt.Sprintf("/proc/self/fd/%d", fd), 0o660)
}

// maxAnswer limits an answer of the daemon. A thousand clocks have a tenth of it.
const maxAnswer = 64 << 20

// Ask returns the report of the daemon at one of the paths. The error wraps
// fs.ErrNotExist if there is no socket.
func Ask(paths ...string) (Report, error) {
	var r Report
	err := Get("/api/status", &r, paths...)
	return r, err
}

// Get decodes what the daemon at one of the paths answers to a request for a resource, such
// as /api/history?span=1h. The error wraps fs.ErrNotExist if there is no socket.
func Get(resource string, to any, paths ...string) error {
	return receive(resource, patience, func(body io.Reader) error {
		return json.NewDecoder(io.LimitReader(body, maxAnswer)).Decode(to)
	}, paths)
}

// Copy copies what the daemon at one of the paths answers, such as its recording. The error
// wraps fs.ErrNotExist if there is no socket.
func Copy(resource string, to io.Writer, paths ...string) error {
	return receive(resource, copyPatience, func(body io.Reader) error {
		_, err := io.Copy(to, body)
		return err
	}, paths)
}

// copyPatience limits how long a large answer may take.
const copyPatience = 15 * time.Second

// receive sends a request to the daemon at one of the paths, and passes its answer on.
func receive(resource string, patience time.Duration, take func(io.Reader) error, paths []string) error {
	var failed error
	for _, path := range paths {
		conn, err := net.DialTimeout("unix", path, patience)
		if errors.Is(err, syscall.ECONNREFUSED) { // a dead daemon has left it
			err = errDead
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", path, bare(err)))
			continue
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		if err := exchange(conn, resource, take); err != nil {
			return fmt.Errorf("ask %s: %w", path, err)
		}
		return nil
	}
	return failed
}

// errDead is the error of a socket at which no program listens. For errors.Is it is fs.ErrNotExist.
var errDead error = deadError{}

type deadError struct{}

func (deadError) Error() string   { return "no program listens at it" }
func (deadError) Is(e error) bool { return e == fs.ErrNotExist }

// exchange sends a request, and passes the answer on.
func exchange(conn net.Conn, resource string, take func(io.Reader) error) error {
	request, err := http.NewRequest(http.MethodGet, "http://localhost"+resource, nil)
	if err != nil {
		return err
	}
	request.Close = true
	if err := request.Write(conn); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 300))
		return errors.New(cmp.Or(strings.TrimSpace(string(text)), answer.Status))
	}
	return take(answer.Body)
}

// bare returns an error without its operation and path.
func bare(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}
