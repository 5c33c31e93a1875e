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
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// These tests want real devices, as a virtual machine has them:
//
//	VM_GPIO_SYSFS  folder of a gpio-sim chip labelled "vmgpio": its sim_gpioN/pull moves line N
//	VM_PPS_SIM     pps-gpio on line 4 of that chip
//	VM_PPS_HOST    pps-gpio on a line that somebody pulses once a second for 100 ms;
//	               line 6 of the chip whose label ends in "pl061" and DCD of VM_TTY are pulsed, too
//	VM_TTY         a serial port, at which sentences come in

func need(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skipf("%s is not set: this machine is no virtual machine with such a device", name)
	}
	return value
}

// pull moves a line of the simulated chip.
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

func open(t *testing.T, source string) Source {
	t.Helper()
	s, err := Open(source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func next(t *testing.T, s Source) Edge {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	e, err := s.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const wanted = 60

// A second reader that waits in PPS_FETCH itself sees the same stamps, to the nanosecond.
func secondReader(t *testing.T, path string, stop <-chan struct{}) <-chan map[uint32]int64 {
	d, err := OpenDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	result := make(chan map[uint32]int64, 1)
	go func() {
		defer d.Close()
		seen := map[uint32]int64{}
		for {
			select {
			case <-stop:
				result <- seen
				return
			default:
			}
			d.handle.control(func(fd uintptr) error {
				if c, err := d.fetch(fd, 200*time.Millisecond); err == nil {
					seen[c.assert.seq] = c.assert.real
				}
				return nil
			})
		}
	}()
	return result
}

func testDevice(t *testing.T, path string, pulse func(i int)) {
	d, err := OpenDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rising, falling := d.Captures()
	t.Logf("%s is %q, captures rising %v, falling %v; time-out at %d", d, d.Name(), rising, falling, d.offset)
	stop := make(chan struct{})
	second := secondReader(t, path, stop)
	var edges []Edge
	var late []time.Duration
	for i := range wanted {
		pulse(i)
		e := next(t, d)
		late = append(late, time.Since(time.Unix(0, e.Stamp.Real)))
		edges = append(edges, e)
	}
	close(stop)
	seen := <-second
	slices.Sort(late)
	t.Logf("%d edges, %d seen by the second reader, %d missed; from stamp to Next: median %v, 90 %% %v, at most %v",
		len(edges), len(seen), d.Missed(), late[wanted/2], late[wanted*9/10], late[wanted-1])
	same := 0
	for i, e := range edges {
		if i > 0 && e.Seq != edges[i-1].Seq+1 {
			t.Errorf("edge %d has number %d after %d", i, e.Seq, edges[i-1].Seq)
		}
		if real, ok := seen[e.Seq]; ok {
			same++
			if real != e.Stamp.Real {
				t.Errorf("edge %d: %d, the second reader has %d", e.Seq, e.Stamp.Real, real)
			}
		}
	}
	if late[wanted*3/4] > 50*time.Millisecond {
		t.Errorf("the second reader makes Next late: %v", late[wanted*3/4])
	}
	if d.Missed() != 0 || same < wanted-2 {
		t.Errorf("%d missed, %d compared; want 0, %d", d.Missed(), same, wanted)
	}
	vmCancels(t, d)
}

func TestVMDeviceSim(t *testing.T) {
	path := need(t, "VM_PPS_SIM")
	testDevice(t, path, func(int) {
		pull(t, 4, true)
		time.Sleep(5 * time.Millisecond)
		pull(t, 4, false)
	})
}

func TestVMDeviceMissed(t *testing.T) {
	d := open(t, need(t, "VM_PPS_SIM"))
	for range 5 {
		pull(t, 4, true)
		time.Sleep(5 * time.Millisecond)
		pull(t, 4, false)
		time.Sleep(5 * time.Millisecond)
	}
	next(t, d)
	if d.Missed() != 4 {
		t.Errorf("%d missed, want 4 of 5", d.Missed())
	}
}

func TestVMDeviceHost(t *testing.T) {
	path := need(t, "VM_PPS_HOST")
	t.Parallel()
	testDevice(t, path, func(int) {})
}

// PPS_FETCH waits for as long as it is told to: the time-out is where the kernel looks.
func TestVMFetchTimesOut(t *testing.T) {
	d, err := OpenDevice(need(t, "VM_PPS_SIM"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	start := time.Now()
	err = d.handle.control(func(fd uintptr) error {
		_, err := d.fetch(fd, 300*time.Millisecond)
		return err
	})
	if took := time.Since(start); !errors.Is(err, syscall.ETIMEDOUT) || took < 250*time.Millisecond || took > time.Second {
		t.Errorf("%v after %v, want a time-out after 300 ms", err, took)
	}
}

func TestVMLineSim(t *testing.T) {
	need(t, "VM_GPIO_SYSFS")
	l := open(t, "gpio:vmgpio:7")
	if l.(*Line).Converted() {
		t.Error("the stamps are converted, want the kernel's")
	}
	for i := range wanted {
		before := time.Now()
		pull(t, 7, i%2 == 0)
		e := next(t, l)
		if real := e.Stamp.Time(); real.Before(before) || time.Since(real) > time.Second || e.Rising != (i%2 == 0) || e.Seq != uint32(i+1) || e.Coarse {
			t.Errorf("edge %d: %+v, made at %v", i, e, before)
		}
	}
	if l.Missed() != 0 {
		t.Errorf("%d missed", l.Missed())
	}
	vmCancels(t, l)
	for i := range 40 { // more than the kernel keeps
		pull(t, 7, i%2 == 0)
	}
	got := 0
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		_, err := l.Next(ctx)
		cancel()
		if err != nil {
			break
		}
		got++
	}
	t.Logf("of 40 unread edges %d were kept, %d counted as missed", got, l.Missed())
	if got+int(l.Missed()) != 40 || got < 16 {
		t.Errorf("%d given and %d missed of 40", got, l.Missed())
	}
}

func TestVMLineHost(t *testing.T) {
	need(t, "VM_PPS_HOST")
	label := ""
	list, _, err := chips()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if strings.HasSuffix(c.label, "pl061") {
			label = c.label
		}
	}
	t.Parallel()
	vmPulses(t, open(t, "gpio:"+label+":6"))
}

func TestVMModem(t *testing.T) {
	port := need(t, "VM_TTY")
	need(t, "VM_PPS_HOST")
	t.Parallel()
	vmPulses(t, open(t, "dcd:"+port))
}

// vmPulses takes the edges of real pulses, and lets the gate judge them.
func vmPulses(t *testing.T, s Source) {
	t.Helper()
	var gate Gate
	var last Edge
	var late []time.Duration
	for i := range wanted {
		e := next(t, s)
		late = append(late, time.Since(e.Stamp.Time()))
		v := gate.Push(e)
		if i > 0 && (e.Seq != last.Seq+1 || e.Rising == last.Rising) {
			t.Errorf("%+v after %+v", e, last)
		}
		if i > 10 && v.Why != Second && v.Why != OtherEdge {
			t.Logf("edge %d: %v", i, v.Why) // the host may be busy
		}
		last = e
	}
	slices.Sort(late)
	edge, why := gate.Edge()
	t.Logf("%v: %+v, %d missed, edge %v since %s; from stamp to Next: median %v, 90 %% %v", s, gate.Counts(), s.Missed(), edge, why, late[wanted/2], late[wanted*9/10])
	// How many begin a second is the gate's own test; a busy host makes pulses that are late.
	if c := gate.Counts(); c.Seconds == 0 || edge != Rising || s.Missed() != 0 {
		t.Errorf("%+v, %v, %d missed; want some of 30 seconds, rising, 0", c, edge, s.Missed())
	}
	vmCancels(t, s)
}

// vmCancels cancels a Next that waits; it must end within 100 ms, and the source be good afterwards.
func vmCancels(t *testing.T, s Source) {
	t.Helper()
	var worst time.Duration
	for range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		at := make(chan time.Time, 1)
		time.AfterFunc(10*time.Millisecond, func() { at <- time.Now(); cancel() })
		for {
			_, err := s.Next(ctx)
			if err == nil {
				continue
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			worst = max(worst, time.Since(<-at))
			break
		}
	}
	t.Logf("%v: at most %v from cancellation to return, of 20", s, worst)
	if worst > 100*time.Millisecond {
		t.Errorf("%v: %v from cancellation to return", s, worst)
	}
}

func TestVMErrors(t *testing.T) {
	need(t, "VM_PPS_SIM")
	_, err := Open("gpio:vmgpio:4")
	if !errors.Is(err, syscall.EBUSY) || !strings.Contains(err.Error(), "/dev/pps") || !strings.Contains(err.Error(), "held by") {
		t.Errorf("a line that pps-gpio holds: %v", err)
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

// After very many opens and closes nothing is left but, for a modem line, one
// thread that waits for a change.
func TestVMNothingIsLeft(t *testing.T) {
	sources := []string{need(t, "VM_PPS_SIM"), "gpio:vmgpio:8", "cts:" + need(t, "VM_TTY")}
	for _, source := range sources {
		for range 3 {
			open(t, source).Close()
		}
		files, threads := count(t, "fd"), count(t, "task")
		for range 1000 {
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
		t.Logf("%s: %d descriptors and %d threads before 1000 opens, %d and %d after", source, files, threads, nowFiles, nowThreads)
		if nowFiles > files || nowThreads > threads+3 { // the runtime makes threads as it likes
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
		s := open(t, source)
		time.AfterFunc(10*time.Millisecond, func() { s.Close() })
		start := time.Now()
		if _, err := s.Next(context.Background()); !errors.Is(err, ErrClosed) || time.Since(start) > 110*time.Millisecond {
			t.Errorf("%s: %v after %v, want ErrClosed", source, err, time.Since(start))
		}
	}
}

// The kernel stamps DCD, while somebody else reads the port; afterwards all is as it was.
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
		t.Errorf("discipline %d, %v; want that of PPS", now, err)
	}
	second, err := OpenDiscipline(port) // finds it there
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
		t.Errorf("discipline %d, %v after Close; want the usual one", now, err)
	}
	if _, err := os.Stat(d.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s after Close: %v", d.Path(), err)
	}
	if text := sentence(t, reader); !strings.HasPrefix(text, "$") {
		t.Errorf("read after Close: %q", text)
	}
	// Whoever else has the device open learns that it is gone.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
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

// Polled edges lie where they say: the kernel's own stamps of the same line tell.
func TestVMPolling(t *testing.T) {
	port := need(t, "VM_TTY")
	need(t, "VM_PPS_HOST")
	kernel, err := OpenDiscipline(port)
	if err != nil {
		t.Fatal(err)
	}
	truth := collectEdges(kernel)
	m, err := OpenModem(port, DCD, WithPolling())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
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
	time.Sleep(50 * time.Millisecond) // for the kernel's stamp of the last
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
	// How near the looks are depends on how steadily the host makes pulses. The kernel's
	// interrupt, too, is late in an emulator.
	if !m.Polled() || within[watching/2] > coarsely || off[watching/2] > within[watching/2]+time.Millisecond {
		t.Errorf("polled %v, within %v, off by %v", m.Polled(), within[watching/2], off[watching/2])
	}
	vmCancels(t, m)
}

// collectEdges takes a source's edges until it is closed.
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

// processor is how much of it this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// openReader opens a port as one does who reads sentences.
func openReader(t *testing.T, port string) *os.File {
	t.Helper()
	f, err := os.OpenFile(port, os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// sentence reads the next whole line but one: the first may have lost its beginning.
func sentence(t *testing.T, f *os.File) string {
	t.Helper()
	if err := syscall.SetNonblock(int(f.Fd()), true); err != nil {
		t.Fatal(err)
	}
	var text string
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		part := make([]byte, 256)
		if n, _ := syscall.Read(int(f.Fd()), part); n > 0 {
			text += string(part[:n])
		}
		if lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }); len(lines) > 2 {
			return lines[1]
		}
	}
	t.Errorf("no sentence within 5 s; %q", text)
	return ""
}

// A program has put another discipline on the port.
func TestVMDisciplineBusy(t *testing.T) {
	port := need(t, "VM_TTY")
	fd := int(openReader(t, port).Fd())
	const disciplineMouse = 2 // N_MOUSE, which kernels mostly have
	if err := setDiscipline(fd, disciplineMouse); err != nil {
		t.Skip("the kernel has no discipline to try this with: ", err)
	}
	defer setDiscipline(fd, disciplineTTY)
	_, err := OpenDiscipline(port)
	if !errors.Is(err, syscall.EBUSY) || !strings.Contains(err.Error(), "fuser") {
		t.Errorf("another discipline: %v, want EBUSY", err)
	}
	t.Log(err)
}

// What the kernel says to a program without root's privileges.
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

// closedToUs takes all rights to a file away.
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

// locked has another descriptor take a port for itself.
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

// The module is not there. Whoever may not have it loaded is told so; root is told
// that the kernel knows no such discipline.
func TestVMNoDiscipline(t *testing.T) {
	port := need(t, "VM_TTY")
	if err := unix.DeleteModule("pps_ldisc", 0); err != nil {
		t.Skip("the module cannot be taken out: ", err)
	}
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
