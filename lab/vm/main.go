// Command vm runs one static program in a virtual machine with real PPS devices, GPIO lines
// and serial ports, and simulates a GPS receiver. It prints the program's output and exits
// with its exit code; 124: timeout, 125: the machine or the host failed.
//
// lab/run calls it with the required flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

const (
	exitTimeout = 124 // like timeout(1)
	exitFailure = 125
)

var errTime = errors.New("timeout")

func main() {
	runtime.LockOSThread() // the kernel kills QEMU when the thread that started it exits
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "vm:", err)
		code = exitFailure
		if errors.Is(err, errTime) {
			code = exitTimeout
		}
	}
	os.Exit(code)
}

func run() (code int, err error) {
	var c image
	var overlays, files list
	arch := flag.String("arch", "arm64", "`NAME` of the kernel: "+strings.Join(names(), ", "))
	flag.StringVar(&c.kernel, "kernel", "", "`FOLDER` from lab/prepare")
	flag.StringVar(&c.init, "init", "", "`FILE` with lab/init, built for the kernel's processor")
	flag.Var(&overlays, "overlay", "`FOLDER` to copy into the machine; may be given several times")
	flag.Var(&files, "file", "`PATH=FILE` to put a file into the machine; may be given several times")
	limit := flag.Duration("timeout", 5*time.Minute, "power the machine off after `TIME`")
	profile := flag.String("profile", "", "receiver profile `NAME`; list them with refclock simulate --list")
	baud := flag.Int("baud", 9600, "baud `RATE` of the receiver")
	verbose := flag.Bool("v", false, "also show the kernel's messages")
	flag.Parse()
	t, err := targetNamed(*arch)
	switch {
	case err != nil:
		return 0, err
	case flag.NArg() == 0:
		return 0, errors.New("expected a program to run in the machine: type lab/run TARGET [-flags] PROGRAM [ARGUMENT...]")
	}
	c.target, c.overlays, c.files, c.program = t, overlays, files, flag.Args()

	work, err := os.MkdirTemp("", "vm")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	if err := c.write(work); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), *limit, fmt.Errorf("%w: %v", errTime, *limit))
	defer cancel()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	m, err := start(ctx, t, c.kernel, work, *verbose)
	if err != nil {
		return 0, err
	}
	defer m.end()
	r, err := newReceiver(sim.Config{Profile: *profile, Baud: *baud}, m)
	if err != nil {
		return 0, err
	}
	play, quiet := context.WithCancel(ctx)
	defer quiet()
	r.run(play)
	return attend(ctx, m, r)
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }
