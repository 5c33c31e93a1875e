// Package notify tells the service manager how a daemon fares, by the protocol of
// sd_notify(3): a datagram of KEY=VALUE lines to the socket that $NOTIFY_SOCKET names.
// Without a service manager nothing is sent, and nothing fails.
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

// A Notifier is the way to the service manager. It is for one goroutine. The zero
// Notifier has nobody to tell.
type Notifier struct {
	conn   *net.UnixConn
	status string // told last
}

// New finds the service manager by the environment. The error is of one that is named
// there and cannot be reached; the Notifier is good for use even then.
func New() (*Notifier, error) {
	name := os.Getenv("NOTIFY_SOCKET")
	if name == "" {
		return &Notifier{}, nil
	}
	if strings.HasPrefix(name, "@") { // the abstract namespace, which has NUL in its place
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return &Notifier{}, fmt.Errorf("notify: %w", err)
	}
	return &Notifier{conn: conn}, nil
}

// send sends the lines. That a service manager does not listen is its own affair.
func (n *Notifier) send(lines ...string) {
	if n.conn != nil {
		n.conn.Write([]byte(strings.Join(lines, "\n")))
	}
}

// Ready says that the daemon has started, or has reloaded its configuration.
func (n *Notifier) Ready() { n.send("READY=1") }

// Reloading says that the configuration is being read again, until Ready.
func (n *Notifier) Reloading() {
	var now unix.Timespec
	// Of this clock; the Go library does not tell its value.
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) == nil {
		n.send("RELOADING=1", fmt.Sprintf("MONOTONIC_USEC=%d", now.Nano()/1000))
	}
}

// Stopping says that the daemon ends.
func (n *Notifier) Stopping() { n.send("STOPPING=1") }

// Alive feeds the watchdog.
func (n *Notifier) Alive() { n.send("WATCHDOG=1") }

// Status says in a line how it goes, if that has changed.
func (n *Notifier) Status(text string) {
	if text = strings.ReplaceAll(text, "\n", " "); text != n.status {
		n.status = text
		n.send("STATUS=" + text)
	}
}

// Watchdog is the time within which Alive must be called again; 0 is for ever.
func Watchdog() time.Duration {
	if pid := os.Getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0 // of another process, whose environment this is
	}
	microseconds, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || microseconds <= 0 {
		return 0
	}
	return time.Duration(microseconds) * time.Microsecond
}

// Close gives the socket back.
func (n *Notifier) Close() error {
	if n.conn == nil {
		return nil
	}
	return n.conn.Close()
}
