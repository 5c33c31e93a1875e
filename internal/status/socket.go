package status

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
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
		given = systemFolder
		if own := os.Getenv("XDG_RUNTIME_DIR"); os.Getuid() != 0 && own != "" {
			given = filepath.Join(own, "refclock")
		}
	}
	return filepath.Join(given, socketName)
}

const systemFolder = "/run/refclock"

// Candidates returns the paths where a socket may be: that of the own daemon, then the
// system's.
func Candidates() []string {
	own, system := Find(), filepath.Join(systemFolder, socketName)
	if own == system {
		return []string{own}
	}
	return []string{own, system}
}

// ErrRunning: another daemon answers at the socket.
var ErrRunning = errors.New("refclock runs already")

// A Server sends a Report to each program that connects to its socket.
type Server struct {
	listener *net.UnixListener
	answers  sync.WaitGroup
}

// Serve listens at a path, which the daemon's group may use, and answers until Close. It
// calls report from several goroutines. It replaces the socket of a daemon that has ended;
// the error wraps ErrRunning if one still answers.
func Serve(path string, report func() Report) (*Server, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("status socket: %w", err)
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
	if err := os.Chmod(path, 0o660); err != nil {
		listener.Close()
		return nil, fmt.Errorf("status socket: %w", err)
	}
	s := &Server{listener: listener}
	s.answers.Go(func() { s.accept(report) })
	return s, nil
}

func (s *Server) accept(report func() Report) {
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // no descriptor is left, say
			time.Sleep(time.Second)
			continue
		}
		s.answers.Go(func() {
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(patience)) // who does not read is not waited for
			json.NewEncoder(conn).Encode(report())
		})
	}
}

// Close stops listening and removes the socket.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.answers.Wait()
	return err
}

// Ask returns the report of the daemon at one of the paths. The error wraps
// fs.ErrNotExist if there is no socket.
func Ask(paths ...string) (Report, error) {
	var failed error
	for _, path := range paths {
		conn, err := net.DialTimeout("unix", path, patience)
		if errors.Is(err, syscall.ECONNREFUSED) { // a dead daemon has left it
			err = fs.ErrNotExist
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", path, bare(err)))
			continue
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		var r Report
		if err := json.NewDecoder(conn).Decode(&r); err != nil {
			return Report{}, fmt.Errorf("ask %s: %w", path, err)
		}
		return r, nil
	}
	return Report{}, failed
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
