package serialport

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/process"
)

// A WritablePort is a Port that can also write. Everything else of refclock gets a Port,
// which cannot.
type WritablePort struct{ *Port }

// OpenWritable opens a port like Open.
func OpenWritable(device string, baud int) (WritablePort, error) {
	p, err := Open(device, baud)
	return WritablePort{p}, err
}

// writeTimeout limits how long a write may wait: at 4800 baud, 4 kB take 8.5 s.
const writeTimeout = 10 * time.Second

// Write sends bytes, and waits until the last bit is on the wire, so that the rate may be
// changed afterwards. It returns io.EOF if the port was unplugged.
func (p WritablePort) Write(data []byte) (n int, err error) {
	end := time.Now().Add(writeTimeout)
	for n < len(data) {
		sent, err := p.file.Write(data[n:])
		n += max(sent, 0)
		switch {
		case errors.Is(err, syscall.EAGAIN) && time.Now().Before(end):
			if err := p.waitWritable(end); err != nil {
				return n, err
			}
		case err != nil:
			return n, fmt.Errorf("write to %s: %w", p.Name(), p.gone(err))
		}
	}
	if err := p.line.Drain(); err != nil {
		return n, fmt.Errorf("write to %s: %w", p.Name(), p.gone(err))
	}
	return n, nil
}

// waitWritable waits until the port takes more bytes.
func (p WritablePort) waitWritable(end time.Time) error {
	fds := []unix.PollFd{{Fd: int32(p.ready.fd), Events: unix.POLLOUT}}
	if _, err := unix.Poll(fds, int(time.Until(end).Milliseconds())); err != nil && !errors.Is(err, unix.EINTR) {
		return os.NewSyscallError("poll", err)
	}
	return nil
}

// Hidden returns how many processes have open files that this user cannot see: any of them
// may have the port open. Root sees all.
func Hidden() (n int) {
	processes, _ := os.ReadDir("/proc")
	for _, pid := range process.PIDs(processes) {
		if _, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)); errors.Is(err, os.ErrPermission) {
			n++
		}
	}
	return n
}
