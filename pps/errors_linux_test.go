package pps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Errors of devices on any machine.
func TestErrorsHaveHints(t *testing.T) {
	_, terminal := terminal(t)
	for _, c := range []struct {
		source string
		is     error
		says   string
	}{
		{"/dev/pps99", fs.ErrNotExist, "this machine has"},
		{"/dev/null", ErrNoPPS, "this machine has"},
		{"dcd:" + terminal, ErrNoModem, "pseudo-terminal"},
		{"dcd:/dev/ttyNONE", fs.ErrNotExist, "To list the ports"},
		{"dcd:/dev/null", ErrNoModem, "use a serial port"},
		{"ldisc:" + terminal, ErrNoModem, "pseudo-terminal"},
		{"ldisc:/dev/ttyNONE", fs.ErrNotExist, "To list the ports"},
		{"phc:/dev/null", ErrKernel, "is not one"},
		{"phc:/dev/ptp99", fs.ErrNotExist, "external timestamps"},
		{"phc:lo", nil, "external timestamps"},
		{"phc:nocard", fs.ErrNotExist, "no network interface nocard"},
		{"gpio:NO_SUCH_LINE", nil, ""},
		{"gpio:nochip:3", ErrNoChip, "this machine has"},
	} {
		source, err := Open(c.source)
		if err == nil {
			source.Close()
			t.Errorf("%s was opened", c.source)
			continue
		}
		if errors.Is(err, syscall.ENOSYS) {
			continue // an emulator without this ioctl
		}
		if c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "open "+c.source+": ") {
			t.Errorf("%s: %v; want %v and %q", c.source, err, c.is, c.says)
		}
	}
}

// A source that cannot be opened leaves no descriptor open.
func TestErrorsLeakNoDescriptors(t *testing.T) {
	_, terminal := terminal(t)
	for _, source := range []string{"/dev/null", "dcd:" + terminal, "ldisc:" + terminal, "phc:/dev/null", "phc:lo"} {
		for name, options := range map[string][]Option{"": nil, ", polled": {WithPolling()}} {
			leaks(t, source+name, func() { Open(source, options...) })
		}
	}
}

// A port without modem lines is not opened for polling, either.
func TestPollingNeedsModemLines(t *testing.T) {
	for port, want := range map[string]error{"/dev/null": ErrNoModem, "/dev/ttyNONE": fs.ErrNotExist} {
		if m, err := OpenModem(port, DCD, WithPolling()); !errors.Is(err, want) {
			t.Errorf("%s: %v, %v; want %v", port, m, err, want)
		}
	}
}

// Errors that cannot be provoked on this machine.
func TestExplanations(t *testing.T) {
	for _, c := range []struct {
		got  error
		is   error
		says string
	}{
		{explainDevice("/dev/pps0", syscall.EACCES), fs.ErrPermission, "udev"},
		{explainDevice("/dev/pps0", ErrNoCapture), ErrNoCapture, "CAP_SYS_TIME"},
		{explainDevice("/dev/pps0", ErrKtimer), ErrKtimer, "modprobe -r"},
		{explainDevice("/dev/pps0", syscall.ENODEV), syscall.ENODEV, "this machine has"},
		{explainDevice("/dev/pps0", syscall.ENXIO), syscall.ENXIO, "this machine has"},
		{explainDevice("/dev/pps0", syscall.ENOENT), fs.ErrNotExist, "this machine has"},
		{explainDevice("/dev/pps0", ErrNoPPS), ErrNoPPS, "this machine has"},
		{explainModem("/dev/ttyS0", syscall.EINVAL), ErrNoModem, "FTDI"},
		{explainModem("/dev/ttyS0", syscall.ENOENT), fs.ErrNotExist, "ls /dev/tty"},
		{explainModem("/dev/ttyS0", syscall.EBUSY), syscall.EBUSY, "fuser"},
		{explainModem("/dev/ttyS0", syscall.EACCES), fs.ErrPermission, "dialout"},
		{explainModem("/dev/ttyS0", syscall.ENOTTY), ErrNoModem, "FTDI"},
		{explainDiscipline("/dev/ttyS0", fmt.Errorf("%w: %w", ErrNoDiscipline, syscall.EPERM)), fs.ErrPermission, "sudo modprobe pps_ldisc"},
		{explainDiscipline("/dev/ttyS0", fmt.Errorf("%w: %w", ErrNoDiscipline, syscall.EINVAL)), ErrNoDiscipline, "dcd:/dev/ttyS0"},
		{explainDiscipline("/dev/ttyS0", fmt.Errorf("%w: %w", ErrNoDiscipline, syscall.EBUSY)), syscall.EBUSY, "another program uses"},
		{explainDiscipline("/dev/ttyS0", syscall.EBUSY), syscall.EBUSY, "has locked it"},
		{explainDiscipline("/dev/ttyS0", syscall.EACCES), fs.ErrPermission, "dialout"},
		{explainLine(place{}, options{}, syscall.EACCES), fs.ErrPermission, "gpio $USER"},
		{explainLine(place{}, options{}, syscall.EBUSY), syscall.EBUSY, "/dev/pps0"},
		{explainLine(place{}, options{}, syscall.EINVAL), ErrKernel, "5.10"},
		{explainLine(place{}, options{}, syscall.ENOTTY), ErrKernel, "5.10"},
		{explainLine(place{}, options{bias: BiasPullUp}, syscall.ENOTTY), ErrKernel, "5.10"},
		{explainLine(place{}, options{}, syscall.ENXIO), syscall.ENXIO, "resistor"},
		{explainLine(place{}, options{}, syscall.EOPNOTSUPP), syscall.EOPNOTSUPP, "resistor"},
		{explainLine(place{}, options{bias: BiasPullUp}, syscall.EINVAL), syscall.EINVAL, "resistor"},
		{explainPHC(Address{Interface: "eth0"}, syscall.EBUSY), syscall.EBUSY, "phc:eth0:PIN"},
		{explainPHC(Address{}, fmt.Errorf("%w: %w", ErrNoExternal, syscall.EOPNOTSUPP)), ErrNoExternal, "GPIO line"},
		{explainPHC(Address{}, syscall.EACCES), fs.ErrPermission, "udev rule"},
		{explainPHC(Address{}, syscall.EPERM), fs.ErrPermission, "udev rule"},
		{explainPHC(Address{}, fmt.Errorf("%w: %w", ErrKernel, syscall.ENOTTY)), ErrKernel, "5.4"},
		{explainPHC(Address{}, syscall.ENOENT), fs.ErrNotExist, "external timestamps"},
		{explainPHC(Address{}, syscall.ENXIO), syscall.ENXIO, "external timestamps"},
		{explainPHC(Address{}, syscall.ENODEV), syscall.ENODEV, "external timestamps"},
		{explainPHC(Address{}, ErrNoPHC), ErrNoPHC, "external timestamps"},
	} {
		if !errors.Is(c.got, c.is) || !strings.Contains(c.got.Error(), c.says) {
			t.Errorf("%v: want %v and %q", c.got, c.is, c.says)
		}
	}
}

// An error without a hint is unchanged.
func TestErrorsWithoutHints(t *testing.T) {
	if got := explainDiscipline("/dev/ttyS0", ErrNoDiscipline); got != ErrNoDiscipline {
		t.Errorf("a discipline without a device: %v", got)
	}
	for name, got := range map[string]error{
		"device": explainDevice("/dev/pps0", syscall.EIO), "modem": explainModem("/dev/ttyS0", syscall.EIO), "line": explainLine(place{}, options{}, syscall.EIO),
		"discipline": explainDiscipline("/dev/ttyS0", syscall.EIO), "card": explainPHC(Address{}, syscall.EIO), "files": explainFiles(syscall.EIO),
	} {
		if got != syscall.EIO {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A machine without devices.
func TestPresentDevices(t *testing.T) {
	if found, _ := filepath.Glob("/dev/pps[0-9]*"); len(found) == 0 && !strings.Contains(presentDevices(), "this machine has no PPS device") {
		t.Errorf("%s", presentDevices())
	}
	if found, _ := filepath.Glob("/dev/ptp[0-9]*"); len(found) == 0 && presentClocks() != "this machine has no PTP hardware clock with external timestamps" {
		t.Errorf("%s", presentClocks())
	}
}

func TestDevices(t *testing.T) {
	class := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(class, "pps3", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(class, "pps3"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("name", "serial0\n")
	write("path", "/dev/ttyS0\n")
	if got, err := Devices(os.DirFS(class)); len(got) != 1 || got[0] != (DeviceInfo{"/dev/pps3", "serial0", "/dev/ttyS0"}) || got[0].IsTimer() || !got[0].HasPulse() || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	write("name", "ktimer\n")
	if got := ReadDevice(os.DirFS(class), "pps3"); !got.IsTimer() || got.HasPulse() {
		t.Error("the kernel's timer is not recognized")
	}
	write("name", "ptp0\n")
	if ReadDevice(os.DirFS(class), "pps3").HasPulse() {
		t.Error("the clock of a network card has a pulse")
	}
	if got := ReadDevice(os.DirFS(class), "pps4"); got != (DeviceInfo{Path: "/dev/pps4"}) {
		t.Errorf("no device: %+v", got)
	}
	if _, err := Devices(os.DirFS(filepath.Join(class, "none"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no sysfs: %v", err)
	}
}

func TestFindLine(t *testing.T) {
	chips := []chipInfo{
		{"gpiochip0", "pinctrl-bcm2711", []string{"ID_SDA", "GPIO18", "SAME", ""}},
		{"gpiochip4", "raspberrypi-exp-gpio", []string{"SAME"}},
		{"gpiochip5", "twin", nil}, {"gpiochip6", "twin", nil},
	}
	for _, c := range []struct {
		line string
		want place
		err  error
	}{
		{"GPIO18", place{"gpiochip0", 1}, nil}, {"GPIO99", place{}, ErrNoLine}, {"SAME", place{}, ErrNoLine}, {"", place{}, ErrNoLine},
	} {
		if got, err := namedLine(chips, c.line); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("line %q: %v, %v; want %v, %v", c.line, got, err, c.want, c.err)
		}
	}
	for name, want := range map[string]string{
		"0": "gpiochip0", "gpiochip4": "gpiochip4", "/dev/gpiochip4": "gpiochip4", "raspberrypi-exp-gpio": "gpiochip4", "twin": "", "9": "",
	} {
		if got, err := namedChip(chips, name); got.name != want || (err == nil) == (want == "") {
			t.Errorf("chip %q: %q, %v; want %q", name, got.name, err, want)
		}
	}
}

// A line of a chip is found by its offset, which must be that of a line.
func TestFindLineByOffset(t *testing.T) {
	chips := []chipInfo{{"gpiochip0", "pinctrl-bcm2711", []string{"ID_SDA", "GPIO18", ""}}}
	for _, c := range []struct {
		chip, line string
		want       place
		err        error
		says       string
	}{
		{"", "GPIO18", place{"gpiochip0", 1}, nil, ""},
		{"0", "0", place{"gpiochip0", 0}, nil, ""},
		{"0", "2", place{"gpiochip0", 2}, nil, ""},
		{"0", "3", place{}, ErrNoLine, "lines 0 to 2"},
		{"0", "-1", place{}, ErrNoLine, "lines 0 to 2"},
		{"0", "GPIO18", place{}, ErrNoLine, "lines 0 to 2"},
		{"1", "0", place{}, ErrNoChip, "usermod"},
		{"", "GPIO19", place{}, ErrNoLine, "usermod"},
	} {
		got, err := findOn(chips, syscall.EACCES, c.chip, c.line)
		if got != c.want || !errors.Is(err, c.err) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("chip %q, line %q: %v, %v; want %v, %v and %q", c.chip, c.line, got, err, c.want, c.err, c.says)
		}
	}
}

// A chip that could not be opened may have the line.
func TestAlsoRefused(t *testing.T) {
	if err := alsoRefused(ErrNoLine, syscall.EACCES); !errors.Is(err, ErrNoLine) || !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "usermod") {
		t.Errorf("%v", err)
	}
	if err := alsoRefused(ErrNoLine, nil); err != ErrNoLine {
		t.Errorf("%v", err)
	}
	if err := alsoRefused(nil, syscall.EACCES); err != nil {
		t.Errorf("%v", err)
	}
}

func TestOlder(t *testing.T) {
	for release, want := range map[string]bool{
		"5.10.0-28-arm64": true, "4.19.97-v7l+": true, "5.11.0": false, "6.1.0": false, "5.9": true, "": false, "x": false,
	} {
		if older(release, 5, 11) != want {
			t.Errorf("%s before 5.11: want %v", release, want)
		}
	}
}
