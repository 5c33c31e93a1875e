// Package notify reports the state of a daemon to the service manager, with the protocol
// of sd_notify(3): datagrams of KEY=VALUE lines to the socket in $NOTIFY_SOCKET. Without
// a service manager it does nothing.
package notify

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A Notifier sends to the service manager. It is not safe for concurrent use. The zero
// Notifier sends nothing.
type Notifier struct {
	conn   *net.UnixConn
	status string // the last one sent
}

// New connects to the service manager in the environment. If it cannot, it returns an
// error and a Notifier that sends nothing.
func New() (*Notifier, error) {
	name := os.Getenv("NOTIFY_SOCKET")
	if name == "" {
		return &Notifier{}, nil
	}
	if strings.HasPrefix(name, "@") { // the abstract namespace; the kernel expects NUL
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return &Notifier{}, fmt.Errorf("notify: %w", err)
	}
	return &Notifier{conn: conn}, nil
}

// sendTimeout limits how long a message waits for a service manager that does not read.
const sendTimeout = 100 * time.Millisecond

// send sends the lines, and reports whether the service manager has taken them.
func (n *Notifier) send(lines ...string) bool {
	if n.conn == nil {
		return true
	}
	n.conn.SetWriteDeadline(time.Now().Add(sendTimeout))
	_, err := n.conn.Write([]byte(strings.Join(lines, "\n")))
	return err == nil
}

// Ready reports that the daemon has started, or has reloaded its configuration. It returns
// false if the service manager did not take the message, and should be called again then.
func (n *Notifier) Ready() bool { return n.send("READY=1") }

// Reloading reports that the daemon reloads its configuration, until Ready.
func (n *Notifier) Reloading() {
	var now unix.Timespec
	// The protocol requires this clock, and package time does not return its value.
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) == nil {
		n.send("RELOADING=1", fmt.Sprintf("MONOTONIC_USEC=%d", now.Nano()/1000))
	}
}

// Stopping reports that the daemon stops.
func (n *Notifier) Stopping() { n.send("STOPPING=1") }

// Alive resets the watchdog.
func (n *Notifier) Alive() { n.send("WATCHDOG=1") }

// Status sends a one-line status, if it has changed.
func (n *Notifier) Status(text string) {
	if text = strings.ReplaceAll(text, "\n", " "); text != n.status && n.send("STATUS="+text) {
		n.status = text
	}
}

// Watchdog returns the watchdog's timeout, within which Alive must be called; 0 if there
// is no watchdog.
func Watchdog() time.Duration {
	if pid := os.Getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0 // set for another process, and inherited
	}
	microseconds, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || microseconds <= 0 {
		return 0
	}
	return time.Duration(microseconds) * time.Microsecond
}

// Close closes the socket.
func (n *Notifier) Close() error {
	if n.conn == nil {
		return nil
	}
	return n.conn.Close()
}
