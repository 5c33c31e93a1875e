package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A machine is a running QEMU with its connections.
type machine struct {
	target  target
	began   time.Time
	cmd     *exec.Cmd
	console io.Reader
	keys    io.Writer // console input
	monitor *monitor
	uart    *line
	usb     *adapter
	gpio    *gpio // nil if the host cannot drive lines
}

// start starts the machine. When ctx ends, the machine is powered off.
func start(ctx context.Context, t target, kernel, work string, verbose bool) (*machine, error) {
	m := &machine{target: t, began: time.Now()}
	args := append(t.qemu[1:len(t.qemu):len(t.qemu)], arguments(t, kernel, work, verbose)...)
	m.cmd = exec.CommandContext(ctx, t.qemu[0], args...)
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.cmd.Stderr = os.Stderr
	var err error
	if m.console, err = m.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if m.keys, err = m.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := m.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w; install it with: lab/prepare %s", err, t.name)
	}
	if err := m.connect(work); err != nil {
		m.end()
		return nil, fmt.Errorf("connect to %s: %w", t.qemu[0], err)
	}
	return m, nil
}

// arguments returns QEMU's arguments. They use emulation, because KVM is rarely available in
// a virtual machine, and no default devices.
func arguments(t target, kernel, work string, verbose bool) []string {
	line := "panic=-1 console=" + t.console
	if !verbose {
		line += " quiet"
	}
	args := []string{
		"-accel", "tcg", "-m", "512", "-display", "none", "-nodefaults", "-no-reboot",
		"-serial", "stdio",
		"-kernel", filepath.Join(kernel, "vmlinuz"), "-append", line,
		"-initrd", filepath.Join(work, initramfs),
		"-qmp", socket(work, "monitor"),
		"-chardev", "socket,server=on,wait=off,id=uart,path=" + filepath.Join(work, "uart"),
		"-chardev", "socket,server=on,wait=off,id=usb,path=" + filepath.Join(work, "usb"),
		"-device", "qemu-xhci,addr=3", "-device", "usb-serial,always-plugged=on,chardev=usb,id=" + adapterID,
	}
	args = append(args, t.port...)
	if t.hosted {
		args = append(args, "-dtb", filepath.Join(kernel, "devicetree"), "-qtest", socket(work, "qtest"), "-qtest-log", "none")
	}
	return args
}

func socket(work, name string) string {
	return "unix:" + filepath.Join(work, name) + ",server=on,wait=off"
}

func (m *machine) connect(work string) error {
	conn, err := dial(work, "monitor")
	if err != nil {
		return err
	}
	if m.monitor, err = newMonitor(conn); err != nil {
		return err
	}
	if m.uart, err = newLine(work, "uart"); err != nil {
		return err
	}
	plugged, err := newLine(work, "usb")
	if err != nil {
		return err
	}
	m.usb = &adapter{line: plugged, monitor: m.monitor}
	if !m.target.hosted {
		return nil
	}
	if conn, err = dial(work, "qtest"); err != nil {
		return err
	}
	m.gpio, err = newGPIO(conn, m.monitor)
	return err
}

// dial connects to a socket of QEMU, and waits until it exists.
func dial(work, name string) (conn net.Conn, err error) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if conn, err = net.Dial("unix", filepath.Join(work, name)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// end waits until the machine has powered itself off, else kills it.
func (m *machine) end() {
	off := time.AfterFunc(5*time.Second, func() { m.cmd.Process.Kill() })
	defer off.Stop()
	var exit *exec.ExitError
	if err := m.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, "vm:", err)
	}
}
