//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/guest"
	"golang.org/x/sys/unix"
)

// These tests need the devices of a virtual machine:
//
//	VM_GPIO_SYSFS  folder of a gpio-sim chip labelled "vmgpio": its sim_gpioN/pull drives line N
//	VM_PPS_SIM     pps-gpio on line 4 of that chip
//	VM_PPS_HOST    pps-gpio on a line that the host pulses once a second for 100 ms, as
//	               line 6 of the chip whose label ends in "pl061" and DCD of VM_TTY
//	VM_TTY         a serial port that receives sentences

func need(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skipf("%s is not set: not a virtual machine with this device", name)
	}
	return value
}

// pull drives a line of the simulated chip.
func pull(t *testing.T, line int, up bool) {
	t.Helper()
	level := "pull-down"
	if up {
		level = "pull-up"
	}
	path := filepath.Join(need(t, "VM_GPIO_SYSFS"), fmt.Sprintf("sim_gpio%d/pull", line))
	if err := os.WriteFile(path, []byte(level), 0); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, source string, options ...Option) Source {
	t.Helper()
	s, err := Open(source, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// patience is the timeout for what must happen, long enough for a busy machine.
const patience = 30 * time.Second

func next(t *testing.T, s Source) Edge {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	e, err := s.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestVMDeviceMissed(t *testing.T) {
	d := open(t, need(t, "VM_PPS_SIM")).(*Device)
	before := assertNumber(t, d)
	for range 5 {
		pull(t, 4, true)
		time.Sleep(5 * time.Millisecond)
		pull(t, 4, false)
		time.Sleep(5 * time.Millisecond)
	}
	e := next(t, d)
	// The kernel may have merged two edges.
	came := assertNumber(t, d) - before
	if came < 2 || e.Seq != before+came || d.Missed() != uint64(came-1) {
		t.Errorf("%d missed, number %d; want %d, %d", d.Missed(), e.Seq, came-1, before+came)
	}
}

// assertNumber returns the kernel's number of the last rising edge, from a file such as
// "1795386302.123456789#17".
func assertNumber(t *testing.T, d *Device) uint32 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("/sys/class/pps", filepath.Base(d.Path()), "assert"))
	if err != nil {
		t.Fatal(err)
	}
	_, number, _ := strings.Cut(strings.TrimSpace(string(text)), "#")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}

// PPS_FETCH waits for the given timeout, so its offset is right.
func TestVMFetchTimesOut(t *testing.T) {
	d, err := OpenDevice(need(t, "VM_PPS_SIM"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const wait = 300 * time.Millisecond
	guest.Soon(t, "PPS_FETCH of 300 ms", 2*wait, func() time.Duration {
		// With a wrong offset it would wait forever.
		rescue := time.AfterFunc(patience, func() { pull(t, 4, true) })
		defer rescue.Stop()
		start := time.Now()
		err := d.handle.control(func(fd uintptr) error {
			_, err := d.fetch(fd, wait)
			return err
		})
		took := time.Since(start)
		if !errors.Is(err, syscall.ETIMEDOUT) || took < wait-wait/6 {
			t.Errorf("%v after %v, want a timeout after %v", err, took, wait)
		}
		return took
	})
}

// vmWays are the ways to wait for an edge.
var vmWays = map[string][]Option{"poller": nil, "thread": {WithThread(func() func() { return func() {} })}}

func TestVMLineSim(t *testing.T) {
	for name, options := range vmWays {
		t.Run(name, func(t *testing.T) { vmLineSim(t, options...) })
	}
}

func vmLineSim(t *testing.T, options ...Option) {
	need(t, "VM_GPIO_SYSFS")
	l := open(t, "gpio:vmgpio:7", options...)
	defer l.Close()
	if l.(*Line).Converted() {
		t.Error("the stamps are converted, want the kernel's")
	}
	for i := range wanted {
		before := time.Now()
		pull(t, 7, i%2 == 0)
		e := next(t, l)
		if real := e.Stamp.Time(); real.Before(before) || real.After(time.Now()) || e.Rising != (i%2 == 0) || e.Seq != uint32(i+1) || e.Coarse {
			t.Errorf("edge %d: %+v, made at %v", i, e, before)
		}
	}
	if l.Missed() != 0 {
		t.Errorf("%d missed", l.Missed())
	}
	vmCancels(t, l)
	for i := range 40 { // more than the kernel buffers
		pull(t, 7, i%2 == 0)
	}
	got := 0
	for got+int(l.Missed()) < 40 {
		next(t, l)
		got++
	}
	t.Logf("of 40 unread edges %d were kept, %d counted as missed", got, l.Missed())
	if got+int(l.Missed()) != 40 || got < 16 {
		t.Errorf("%d returned and %d missed of 40", got, l.Missed())
	}
}

func TestVMErrors(t *testing.T) {
	need(t, "VM_PPS_SIM")
	_, err := Open("gpio:vmgpio:4")
	if !errors.Is(err, syscall.EBUSY) || !strings.Contains(err.Error(), "/dev/pps") || !strings.Contains(err.Error(), "used by") {
		t.Errorf("a line that pps-gpio uses: %v", err)
	}
	t.Log(err)
	for _, source := range []string{"gpio:vmgpio:99", "gpio:NO_SUCH", "gpio:nochip:1"} {
		_, err := Open(source)
		if !errors.Is(err, ErrNoLine) && !errors.Is(err, ErrNoChip) {
			t.Errorf("%s: %v", source, err)
		}
		t.Log(err)
	}
}

// After many opens and closes nothing remains, except one waiting thread for a modem line.
func TestVMNothingIsLeft(t *testing.T) {
	const opens = 300
	sources := []string{need(t, "VM_PPS_SIM"), "gpio:vmgpio:8", "cts:" + need(t, "VM_TTY")}
	for _, source := range sources {
		for range 3 {
			open(t, source).Close()
		}
		files, threads := count(t, "fd"), count(t, "task")
		for range opens {
			s, err := Open(source)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			s.Next(ctx)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		nowFiles, nowThreads := count(t, "fd"), count(t, "task")
		t.Logf("%s: %d descriptors and %d threads before %d opens, %d and %d after", source, files, threads, opens, nowFiles, nowThreads)
		waits := 0 // with its descriptor
		if strings.HasPrefix(source, "cts:") {
			waits = 1
		}
		if nowFiles > files+waits || nowThreads > threads+3 { // the runtime may start threads
			t.Errorf("%s: %d descriptors and %d threads before, %d and %d after", source, files, threads, nowFiles, nowThreads)
		}
	}
}

func count(t *testing.T, what string) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/" + what)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestVMCloseEndsNext(t *testing.T) {
	for _, source := range []string{need(t, "VM_PPS_SIM"), "gpio:vmgpio:8", "cts:" + need(t, "VM_TTY")} {
		guest.Soon(t, source+": from Close to return", 100*time.Millisecond, func() time.Duration {
			s := open(t, source)
			at, closed := make(chan time.Time, 1), make(chan error)
			time.AfterFunc(10*time.Millisecond, func() { at <- time.Now(); closed <- s.Close() })
			if _, err := s.Next(context.Background()); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v, want ErrClosed", source, err)
			}
			took := time.Since(<-at)
			if err := <-closed; err != nil { // a line is busy until then, also for the next turn
				t.Error(err)
			}
			return took
		})
	}
}

// The kernel stamps DCD while another program reads the port; Close restores the port.
func TestVMDiscipline(t *testing.T) {
	port := need(t, "VM_TTY")
	need(t, "VM_PPS_HOST")
	reader := openReader(t, port)
	d, err := OpenDiscipline(port)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v is %s, %q, of %s", d, d.Path(), d.Name(), d.TTY())
	if d.TTY() != port || d.String() != "ldisc:"+port {
		t.Errorf("%v of %s, want %s", d, d.TTY(), port)
	}
	if now, err := discipline(int(reader.Fd())); now != disciplinePPS || err != nil {
		t.Errorf("discipline %d, %v; want the PPS one", now, err)
	}
	second, err := OpenDiscipline(port) // finds it already set
	if err != nil {
		t.Fatal(err)
	}
	if second.Path() != d.Path() || second.attached.ours {
		t.Errorf("the second is %s, its own: %v; want %s, false", second.Path(), second.attached.ours, d.Path())
	}
	second.Close()
	for i := range 6 {
		if e := next(t, d); e.Coarse || e.Stamp.Real == 0 {
			t.Errorf("edge %d: %+v", i, e)
		}
	}
	if text := sentence(t, reader); !strings.HasPrefix(text, "$") {
		t.Errorf("read beside the PPS discipline: %q", text)
	}
	beside, err := OpenDevice(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if now, err := discipline(int(reader.Fd())); now != disciplineTTY || err != nil {
		t.Errorf("discipline %d, %v after Close; want the standard one", now, err)
	}
	if _, err := os.Stat(d.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s after Close: %v", d.Path(), err)
	}
	if text := sentence(t, reader); !strings.HasPrefix(text, "$") {
		t.Errorf("read after Close: %q", text)
	}
	// Another reader of the device gets ErrGone.
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		if _, err = beside.Next(ctx); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrGone) {
		t.Errorf("the removed device: %v, want ErrGone", err)
	}
	t.Log(err)
}

// Polled edges are within their bounds of the kernel's stamps of the same line.
func testPolling(t *testing.T, port, kernel string) {
	m, err := OpenModem(port, DCD, WithPolling())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	guest.Undisturbed(t, func() error { return vmPolled(t, m, kernel) })
	vmCancels(t, m)
}

// vmPolled compares polled edges with those of the kernel's device for the same line.
func vmPolled(t *testing.T, m *Modem, path string) error {
	t.Helper()
	kernel := open(t, path)
	truth := collectEdges(kernel)
	const learning, watching = 20, 40
	for range learning {
		next(t, m)
	}
	begun, used := time.Now(), processor()
	var edges []Edge
	for range watching {
		edges = append(edges, next(t, m))
	}
	busy := (processor() - used).Seconds() / time.Since(begun).Seconds()
	time.Sleep(50 * time.Millisecond) // until the kernel has stamped the last
	kernel.Close()

	known := <-truth
	var off, within []time.Duration
	for _, e := range edges {
		nearest := time.Hour
		for _, k := range known {
			if d := time.Duration(k.Stamp.Real - e.Stamp.Real); k.Rising == e.Rising && d.Abs() < nearest.Abs() {
				nearest = d
			}
		}
		off, within = append(off, nearest.Abs()), append(within, e.Within)
	}
	slices.Sort(off)
	slices.Sort(within)
	t.Logf("%v: polled %v, %d missed; within: median %v, 90 %% %v; from the kernel's stamp: median %v, 90 %% %v; %.2f %% of a processor",
		m, m.Polled(), m.Missed(), within[watching/2], within[watching*9/10], off[watching/2], off[watching*9/10], 100*busy)
	// The accuracy depends on the jitter of the host's pulses. In an emulator the kernel's
	// interrupt is late, too.
	if !m.Polled() || within[watching/2] > pollEvery || off[watching/2] > within[watching/2]+time.Millisecond {
		return fmt.Errorf("polled %v, within %v, off by %v", m.Polled(), within[watching/2], off[watching/2])
	}
	return nil
}

// collectEdges reads a source's edges until it is closed.
func collectEdges(s Source) <-chan []Edge {
	result := make(chan []Edge, 1)
	go func() {
		var edges []Edge
		for {
			e, err := s.Next(context.Background())
			if err != nil {
				result <- edges
				return
			}
			edges = append(edges, e)
		}
	}()
	return result
}

// processor returns the CPU time of this process.
func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// openReader opens a port as a reader of sentences does.
func openReader(t *testing.T, port string) *os.File {
	t.Helper()
	f, err := os.OpenFile(port, os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// sentence reads the second line: the first may be incomplete.
func sentence(t *testing.T, f *os.File) string {
	t.Helper()
	if err := syscall.SetNonblock(int(f.Fd()), true); err != nil {
		t.Fatal(err)
	}
	var text string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		part := make([]byte, 256)
		if n, _ := syscall.Read(int(f.Fd()), part); n > 0 {
			text += string(part[:n])
		}
		if lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }); len(lines) > 2 {
			return lines[1]
		}
	}
	t.Errorf("no sentence in %v; %q", patience, text)
	return ""
}

// Another program has set another discipline on the port.
func TestVMDisciplineBusy(t *testing.T) {
	port := need(t, "VM_TTY")
	fd := int(openReader(t, port).Fd())
	const disciplineMouse = 2 // N_MOUSE, which most kernels have
	if err := setDiscipline(fd, disciplineMouse); err != nil {
		t.Skip("the kernel has no other discipline: ", err)
	}
	defer setDiscipline(fd, disciplineTTY)
	_, err := OpenDiscipline(port)
	if !errors.Is(err, syscall.EBUSY) || !strings.Contains(err.Error(), "fuser") {
		t.Errorf("another discipline: %v, want EBUSY", err)
	}
	t.Log(err)
}

// Errors of the kernel for a program without privileges.
func TestVMErrorsWithoutPrivileges(t *testing.T) {
	port, device := need(t, "VM_TTY"), need(t, "VM_PPS_SIM")
	chip := "/dev/" + namedLabel(t, "vmgpio")
	for _, c := range []struct {
		source  string
		prepare func(t *testing.T)
		is      error
		says    string
	}{
		{"dcd:" + port, closedToUs(port), syscall.EACCES, "dialout"},
		{"ldisc:" + port, closedToUs(port), syscall.EACCES, "dialout"},
		{"dcd:" + port, locked(port), syscall.EBUSY, "fuser"},
		{"ldisc:" + port, locked(port), syscall.EBUSY, "fuser"},
		{device, closedToUs(device), syscall.EACCES, "udev rule"},
		{"gpio:vmgpio:8", closedToUs(chip), syscall.EACCES, "gpio $USER"},
	} {
		t.Run(c.source, func(t *testing.T) {
			c.prepare(t)
			var err error
			withoutPrivileges(t, func() {
				var s Source
				if s, err = Open(c.source); err == nil {
					s.Close()
				}
			})
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want %v and %q", err, c.is, c.says)
			}
			t.Log(err)
		})
	}
}

// closedToUs removes all permissions of a file.
func closedToUs(path string) func(t *testing.T) {
	return func(t *testing.T) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(path, info.Mode().Perm()) })
	}
}

// locked locks a port with another descriptor.
func locked(port string) func(t *testing.T) {
	return func(t *testing.T) {
		fd := openReader(t, port).Fd()
		if err := ioctl(fd, unix.TIOCEXCL, nil); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ioctl(fd, unix.TIOCNXCL, nil) })
	}
}

func namedLabel(t *testing.T, label string) string {
	t.Helper()
	list, _, err := chips()
	if err != nil {
		t.Fatal(err)
	}
	chip, err := namedChip(list, label)
	if err != nil {
		t.Fatal(err)
	}
	return chip.name
}

// withoutPrivileges calls f on a thread without capabilities, which ends afterwards.
func withoutPrivileges(t *testing.T, f func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var none [2]unix.CapUserData
		err := unix.Capset(&header, &none[0])
		if err == nil {
			f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// Without the module, the error depends on whether the process is permitted to load it.
func TestVMNoDiscipline(t *testing.T) {
	port := need(t, "VM_TTY")
	need(t, "VM_MODULES")
	if err := unix.DeleteModule("pps_ldisc", 0); err != nil {
		t.Skip("the module cannot be removed: ", err)
	}
	t.Cleanup(func() { insert(t, "pps-ldisc.ko", "") })
	const autoload = "/proc/sys/dev/tty/ldisc_autoload"
	was, err := os.ReadFile(autoload)
	if err != nil {
		t.Skip(err)
	}
	t.Logf("%s is %s", autoload, strings.TrimSpace(string(was)))
	os.WriteFile(autoload, []byte("0"), 0)
	defer os.WriteFile(autoload, was, 0)
	open := func() {
		var d *Device
		if d, err = OpenDiscipline(port); err == nil {
			d.Close()
		}
	}
	check := func(errno syscall.Errno) {
		if !errors.Is(err, ErrNoDiscipline) || !errors.Is(err, errno) || !strings.Contains(err.Error(), "modprobe pps_ldisc") {
			t.Errorf("no module: %v, want %v", err, errno)
		}
		t.Log(err)
	}
	open()
	check(syscall.EINVAL)
	withoutPrivileges(t, open)
	check(syscall.EPERM)
}
