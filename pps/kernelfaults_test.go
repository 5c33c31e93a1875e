//go:build linux

package pps

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
)

// What a request of a GPIO line does with each error of the kernel.
func TestLineRequestErrors(t *testing.T) {
	for _, c := range []struct {
		answers   []syscall.Errno // the last one repeats
		realtime  bool            // the kernel stamps with CLOCK_REALTIME
		want      error
		calls     int
		monotonic bool
		says      string
	}{
		{answers: []syscall.Errno{0}, realtime: true, calls: 1},
		{answers: []syscall.Errno{unix.EINTR, unix.EINTR, 0}, realtime: true, calls: 3},
		{answers: []syscall.Errno{unix.EINVAL, 0}, calls: 2, monotonic: true},
		{answers: []syscall.Errno{unix.EINTR, unix.EINVAL, unix.EINTR, 0}, calls: 4, monotonic: true},
		{answers: []syscall.Errno{unix.EINVAL}, realtime: true, want: unix.EINVAL, calls: 1, says: "5.10"},
		{answers: []syscall.Errno{unix.EINVAL, unix.EBUSY}, want: unix.EBUSY, calls: 2, monotonic: true, says: "/dev/pps0"},
		{answers: []syscall.Errno{unix.EBUSY}, want: unix.EBUSY, calls: 1, says: "the line is used by"},
		{answers: []syscall.Errno{unix.EPERM}, want: fs.ErrPermission, calls: 1, says: "gpio"},
		{answers: []syscall.Errno{unix.ENODEV}, want: unix.ENODEV, calls: 1},
		{answers: []syscall.Errno{unix.EIO}, want: unix.EIO, calls: 1},
		{answers: []syscall.Errno{unix.ETIMEDOUT}, want: unix.ETIMEDOUT, calls: 1}, // an expander on I2C
		{answers: []syscall.Errno{unix.EAGAIN}, want: unix.EAGAIN, calls: 1},
		{answers: []syscall.Errno{unix.ENOMEM}, want: unix.ENOMEM, calls: 1},
		{answers: []syscall.Errno{unix.EMFILE}, want: unix.EMFILE, calls: 1, says: "file"},
	} {
		p := place{"gpiochip0", 18}
		l, request, calls := newLine(p), newRequest(p.offset, options{}), 0
		err := l.ask(&request, func() bool { return c.realtime }, func() syscall.Errno {
			calls++
			return c.answers[min(calls, len(c.answers))-1]
		})
		if err != nil {
			err = explainLine(p, options{}, err)
		}
		if !errors.Is(err, c.want) || calls != c.calls || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v after %d calls; want %v after %d, and %q", c.answers, err, calls, c.want, c.calls, c.says)
		}
		if real := request.Config.Flags&uapi.LineFlagV2EventClockRealtime != 0; l.monotonic != c.monotonic || real == c.monotonic {
			t.Errorf("%v: monotonic %v, and asked for CLOCK_REALTIME %v", c.answers, l.monotonic, real)
		}
	}
}

// A read that is interrupted, has nothing yet, or is cut short is no event.
func TestReadEventFaults(t *testing.T) {
	h, w := pipe(t)
	var event uapi.LineEvent
	if err := h.control(func(fd uintptr) error {
		if found, err := readEvent(fd, &event); found || err != nil {
			t.Errorf("nothing: %v, %v", found, err)
		}
		w.Write(make([]byte, lineEventSize-1))
		if found, err := readEvent(fd, &event); found || !errors.Is(err, unix.ENODEV) {
			t.Errorf("a part of an event: %v, %v; want ENODEV", found, err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	folder, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if found, err := readEvent(folder.Fd(), &event); found || !errors.Is(err, unix.EISDIR) {
		t.Errorf("a folder: %v, %v; want EISDIR", found, err)
	}
}

// A fakeTTY is a port whose calls fail as a test says.
type fakeTTY struct {
	now                             int32
	lines, get, set, restore, paths error
	log                             []string
}

func (f *fakeTTY) control() ttyControl {
	return ttyControl{
		lines:      func(int) error { return f.lines },
		discipline: func(int) (int32, error) { return f.now, f.get },
		setDiscipline: func(_ int, number int32) error {
			f.log = append(f.log, fmt.Sprint(number))
			if err := map[bool]error{true: f.set, false: f.restore}[number == disciplinePPS]; err != nil {
				return err
			}
			f.now = number
			return nil
		},
		device: func(int) (string, error) { return "/dev/pps7", f.paths },
	}
}

// Whatever fails, the port has its old line discipline afterwards, and is closed once.
func TestDisciplineFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		port fakeTTY
		want error // of attaching
		ends error // of detaching
		now  int32 // at the end
		log  string
	}{
		{name: "no fault", log: "18 0"},
		{name: "already set", port: fakeTTY{now: disciplinePPS}, now: disciplinePPS},
		{name: "another discipline", port: fakeTTY{now: 3}, want: unix.EBUSY, now: 3},
		{name: "no modem lines", port: fakeTTY{lines: unix.ENOTTY}, want: ErrNoModem},
		{name: "unplugged", port: fakeTTY{lines: unix.EIO}, want: unix.EIO},
		{name: "unreadable", port: fakeTTY{get: unix.EIO}, want: unix.EIO},
		{name: "no module", port: fakeTTY{set: unix.EINVAL}, want: ErrNoDiscipline, log: "18"},
		{name: "may not load the module", port: fakeTTY{set: unix.EPERM}, want: fs.ErrPermission, log: "18"},
		{name: "a read that does not end", port: fakeTTY{set: unix.EBUSY}, want: unix.EBUSY, log: "18"},
		{name: "unplugged meanwhile", port: fakeTTY{set: unix.EIO}, want: unix.EIO, log: "18"},
		{name: "no memory", port: fakeTTY{set: unix.ENOMEM}, want: unix.ENOMEM, log: "18"},
		{name: "no device", port: fakeTTY{paths: ErrNoDiscipline}, want: ErrNoDiscipline, log: "18 0"},
		{name: "no sysfs, and it was set before", port: fakeTTY{now: disciplinePPS, paths: fs.ErrNotExist}, want: fs.ErrNotExist, now: disciplinePPS},
		{name: "cannot be restored", port: fakeTTY{restore: unix.EIO}, ends: unix.EIO, now: disciplinePPS, log: "18 0"},
	} {
		h, _ := pipe(t)
		fd, err := 0, error(nil)
		h.control(func(of uintptr) error {
			fd, err = unix.Dup(int(of))
			return err
		})
		a := &attachment{tty: c.port.control(), fd: fd, port: "/dev/ttyTEST"}
		err = a.setUp()
		ends := errors.Join(a.detach(), a.detach())
		if !errors.Is(err, c.want) || !errors.Is(ends, c.ends) || c.ends == nil && ends != nil {
			t.Errorf("%s: %v, then %v; want %v, %v", c.name, err, ends, c.want, c.ends)
		}
		if got := strings.Join(c.port.log, " "); c.port.now != c.now || got != c.log {
			t.Errorf("%s: discipline %d after setting %q; want %d after %q", c.name, c.port.now, got, c.now, c.log)
		}
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); !errors.Is(err, unix.EBADF) {
			t.Errorf("%s: the port is open: %v", c.name, err)
		}
	}
}

// Close restores the line discipline of the port, and reports a failure.
func TestDeviceDetaches(t *testing.T) {
	for _, failure := range []error{nil, unix.EIO} {
		h, _ := pipe(t)
		port := fakeTTY{restore: failure}
		fd, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		a := &attachment{tty: port.control(), fd: fd, port: "/dev/ttyTEST"}
		if err := a.setUp(); err != nil {
			t.Fatal(err)
		}
		d := &Device{source: "ldisc:/dev/ttyTEST", handle: h, attached: a}
		if err := d.Close(); !errors.Is(err, failure) || err != nil && !strings.HasPrefix(err.Error(), "close ldisc:/dev/ttyTEST: ") {
			t.Errorf("%v, want %v", err, failure)
		}
		if got := strings.Join(port.log, " "); got != "18 0" {
			t.Errorf("set the disciplines %s, want 18 0", got)
		}
	}
}

// A device with wake-ups is not shared. It is checked after a second of silence, not just after an
// edge.
func TestDeviceWaits(t *testing.T) {
	d := deviceBy(t, func(raw *fdata) error {
		raw.fill(5, 0, 1_795_386_302*s1, 0)
		return nil
	})
	d.unasked = sharedAfter - 1
	d.assert.see(4)
	if e, err := d.Next(t.Context()); err != nil || e.Seq != 5 || !e.Rising || d.unasked != 0 {
		t.Errorf("%+v, %v, %d unasked; want edge 5, 0", e, err, d.unasked)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	d.path = "/dev/pps-that-was-removed"
	if e, err := d.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v; want the error of the context", e, err)
	}
}

// A step is the result of one poll and of the read after it.
type ptpStep struct {
	ready   bool
	revents int16
	poll    error
	n       int // bytes
	channel uint32
	read    error
}

// What the source of a network card's edges does with each error of the kernel.
func TestPTPReadFaults(t *testing.T) {
	const channel = 2
	event := ptpStep{ready: true, n: ptpEventSize, channel: channel}
	other := ptpStep{ready: true, n: ptpEventSize, channel: channel + 1}
	interrupted := ptpStep{ready: true, read: unix.EINTR}
	for _, c := range []struct {
		name  string
		steps []ptpStep // the last one repeats
		found bool
		want  error
		calls int // of poll, at most
	}{
		{"an edge", []ptpStep{event}, true, nil, 1},
		{"no edge", []ptpStep{{}}, false, nil, 1},
		{"an edge of another channel", []ptpStep{other, {}}, false, nil, 2},
		{"an edge after one of another channel", []ptpStep{other, other, event}, true, nil, 3},
		{"poll is interrupted", []ptpStep{{poll: unix.EINTR}}, false, nil, 1},
		{"poll fails", []ptpStep{{poll: unix.ENOMEM}}, false, unix.ENOMEM, 1},
		{"read is interrupted", []ptpStep{interrupted, interrupted, event}, true, nil, 3},
		{"read is interrupted without an end", []ptpStep{interrupted}, false, nil, fewSignals + 1},
		{"another program was quicker", []ptpStep{{ready: true, read: unix.EAGAIN}}, false, nil, 1},
		{"the card was removed", []ptpStep{{ready: true, revents: unix.POLLERR}}, false, unix.ENODEV, 1},
		{"the card hung up", []ptpStep{{ready: true, revents: unix.POLLHUP | unix.POLLIN}}, false, unix.ENODEV, 1},
		{"a part of an event", []ptpStep{{ready: true, n: ptpEventSize - 1, channel: channel}}, false, unix.ENODEV, 1},
		{"the end", []ptpStep{{ready: true}}, false, unix.ENODEV, 1},
		{"read fails", []ptpStep{{ready: true, read: unix.EIO}}, false, unix.EIO, 1},
		{"removed while reading", []ptpStep{{ready: true, read: unix.ENODEV}}, false, unix.ENODEV, 1},
		{"a timeout", []ptpStep{{ready: true, read: unix.ETIMEDOUT}}, false, unix.ETIMEDOUT, 1},
	} {
		node, err := os.Stat(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		step := func() ptpStep { return c.steps[min(calls, len(c.steps))-1] }
		f := &ptpFile{path: os.Args[0], node: node, channel: channel, kernel: ptpCalls{
			poll: func(fds []unix.PollFd, _ int) (int, error) {
				calls++
				s := step()
				if fds[0].Revents = s.revents; s.ready && s.revents == 0 {
					fds[0].Revents = unix.POLLIN
				}
				return map[bool]int{true: 1}[s.ready], s.poll
			},
			read: func(_ int, p []byte) (int, error) {
				s := step()
				binary.NativeEndian.PutUint64(p, 5) // seconds
				binary.NativeEndian.PutUint32(p[ptpTimeSize:], s.channel)
				if s.read != nil {
					return -1, s.read
				}
				return s.n, nil
			},
		}}
		found, err := f.look(0)
		if found != c.found || !errors.Is(err, c.want) || calls > c.calls {
			t.Errorf("%s: %v, %v after %d calls; want %v, %v after %d", c.name, found, err, calls, c.found, c.want, c.calls)
		}
		if found && nano(f.event.T) != 5*s1 {
			t.Errorf("%s: stamp %d", c.name, nano(f.event.T))
		}
	}
}

// A way to compare the clocks that the card does not support is not tried again, nor one that
// only fails. A few other errors leave it as it is.
func TestPTPCompareFaults(t *testing.T) {
	h, _ := pipe(t)
	for _, c := range []struct {
		errs []error // of the first way; the second one succeeds
		want []error
		way  int
	}{
		{[]error{nil, nil}, []error{nil, nil}, 0},
		{[]error{unix.EOPNOTSUPP}, []error{nil, nil}, 1},
		{[]error{unix.ENOTTY}, []error{nil}, 1},
		{[]error{unix.EINVAL}, []error{nil}, 1},
		{[]error{unix.ETIMEDOUT, nil}, []error{unix.ETIMEDOUT, nil}, 0},
		{[]error{unix.EBUSY, unix.EIO, unix.EINTR, unix.EAGAIN, nil}, []error{unix.EBUSY, unix.EIO, unix.EINTR, unix.EAGAIN, nil}, 0},
		{[]error{unix.ENODEV}, []error{unix.ENODEV}, 0},
		{slices.Repeat([]error{unix.ETIMEDOUT}, 5), append(slices.Repeat([]error{unix.ETIMEDOUT}, 4), nil, nil), 1},
		{append(slices.Repeat([]error{unix.ETIMEDOUT}, 4), nil, unix.ETIMEDOUT, nil), append(slices.Repeat([]error{unix.ETIMEDOUT}, 4), nil, unix.ETIMEDOUT, nil), 0},
	} {
		calls := 0
		f := &ptpFile{handle: h, kernel: ptpCalls{ways: []func(int) (cardReading, error){
			func(int) (cardReading, error) {
				calls++
				return cardReading{1, 1, 1}, c.errs[calls-1]
			},
			func(int) (cardReading, error) { return cardReading{2, 2, 2}, nil },
		}}}
		for i, want := range c.want {
			r, err := f.read()
			if !errors.Is(err, want) || err == nil && r.card != int64(f.way+1) {
				t.Errorf("%v, read %d: %+v, %v; want %v", c.errs, i, r, err, want)
			}
		}
		if f.way != c.way || calls != len(c.errs) {
			t.Errorf("%v: way %d after %d calls, want %d", c.errs, f.way, calls, c.way)
		}
	}
	gone := &ptpFile{handle: h, kernel: ptpCalls{ways: []func(int) (cardReading, error){
		func(int) (cardReading, error) { return noReading, unix.ENODEV },
		func(int) (cardReading, error) { return noReading, unix.ENODEV },
	}}}
	for range 3 * fewFailures {
		if _, err := gone.read(); !errors.Is(err, unix.ENODEV) || gone.way >= len(gone.kernel.ways) {
			t.Errorf("a card that is gone: %v, way %d", err, gone.way)
		}
	}
	f := &ptpFile{handle: h, kernel: kernelPTP} // a pipe is no clock
	for range 2 {
		_, err := f.read()
		if errors.Is(err, unix.ENOSYS) { // of an emulator; a kernel has ioctl
			t.Skip("the emulator does not know the request of ioctl")
		}
		if !errors.Is(err, unix.ENOTTY) || f.way != 0 {
			t.Errorf("a pipe: %v, way %d", err, f.way)
		}
	}
}

// A fakeCalls is a card whose calls fail as a test says.
type fakeCalls struct {
	channels    int32
	pins        []unix.PtpPinDesc
	caps, pin   error
	set, enable []error  // one for each call; the last one repeats
	asked       []uint32 // flags of the requests for edges
	chosen      []unix.PtpPinDesc
}

func (f *fakeCalls) calls() ptpCalls {
	at := func(list []error, n int) error {
		if len(list) == 0 {
			return nil
		}
		return list[min(n, len(list))-1]
	}
	return ptpCalls{
		caps: func(int) (*unix.PtpClockCaps, error) {
			return &unix.PtpClockCaps{N_ext_ts: f.channels, N_pins: int32(len(f.pins))}, f.caps
		},
		pin: func(_ int, i uint) (*unix.PtpPinDesc, error) { return &f.pins[i], f.pin },
		setPin: func(_ int, p *unix.PtpPinDesc) error {
			f.chosen = append(f.chosen, *p)
			return at(f.set, len(f.chosen))
		},
		enable: func(_ int, r *unix.PtpExttsRequest) error {
			f.asked = append(f.asked, r.Flags|r.Index<<16)
			return at(f.enable, len(f.asked))
		},
	}
}

// What opening a card does with each result of the kernel: the pin that it chooses, and the edges
// that it asks for, the rising ones first, then both.
func TestPHCSetUp(t *testing.T) {
	const on, rising, falling, both = unix.PTP_ENABLE_FEATURE, unix.PTP_RISING_EDGE, unix.PTP_FALLING_EDGE, unix.PTP_RISING_EDGE | unix.PTP_FALLING_EDGE
	pin := func(index, function, channel uint32, name string) (p unix.PtpPinDesc) {
		p.Index, p.Func, p.Chan = index, function, channel
		copy(p.Name[:], name)
		return p
	}
	free, second := pin(0, unix.PTP_PF_NONE, 0, "SDP0"), pin(1, unix.PTP_PF_NONE, 0, "SDP1")
	ready := pin(2, unix.PTP_PF_EXTTS, 1, "SDP2")
	for _, c := range []struct {
		name    string
		card    fakeCalls
		a       Address
		options []Option
		want    error
		says    string
		pin     string
		set     []uint32 // indices of the pins that were set
		asked   []uint32
		both    bool
	}{
		{name: "no pins", card: fakeCalls{channels: 1}, asked: []uint32{on | rising}},
		{name: "falling edges", card: fakeCalls{channels: 1}, options: []Option{WithActiveLow()}, asked: []uint32{on | falling}},
		{name: "only both edges", card: fakeCalls{channels: 1, enable: []error{unix.EOPNOTSUPP, nil}}, asked: []uint32{on | rising, on | both}, both: true},
		{name: "no edges", card: fakeCalls{channels: 1, enable: []error{unix.EOPNOTSUPP}}, want: ErrNoExternal, asked: []uint32{on | rising, on | both}},
		{name: "another program has the edges", card: fakeCalls{channels: 1, enable: []error{unix.EBUSY}}, want: unix.EBUSY, asked: []uint32{on | rising}},
		{name: "no channel", card: fakeCalls{}, want: ErrNoExternal, says: "has 0"},
		{name: "the last channel", card: fakeCalls{channels: 2}, a: Address{Channel: 1}, asked: []uint32{1<<16 | on | rising}},
		{name: "a channel too many", card: fakeCalls{channels: 2}, a: Address{Channel: 2}, want: ErrNoExternal, says: "channel 2"},
		{name: "not a card", card: fakeCalls{caps: unix.ENOTTY}, want: ErrKernel},
		{name: "a card that was removed", card: fakeCalls{caps: unix.ENODEV, channels: 1}, want: unix.ENODEV},
		{name: "a free pin", card: fakeCalls{channels: 1, pins: []unix.PtpPinDesc{free, second}}, pin: "SDP0", set: []uint32{0}, asked: []uint32{on | rising}},
		{name: "a pin that is ready", card: fakeCalls{channels: 2, pins: []unix.PtpPinDesc{free, second, ready}}, a: Address{Channel: 1}, pin: "SDP2", asked: []uint32{1<<16 | on | rising}},
		{name: "a pin that cannot", card: fakeCalls{channels: 1, pins: []unix.PtpPinDesc{free, second}, set: []error{unix.EOPNOTSUPP, nil}}, pin: "SDP1", set: []uint32{0, 1}, asked: []uint32{on | rising}},
		{name: "no pin that can", card: fakeCalls{channels: 1, pins: []unix.PtpPinDesc{free, second}, set: []error{unix.EOPNOTSUPP}}, want: ErrNoPin, says: "SDP1", set: []uint32{0, 1}},
		{name: "a busy pin", card: fakeCalls{channels: 1, pins: []unix.PtpPinDesc{free, second}, set: []error{unix.EBUSY}}, want: unix.EBUSY, says: "SDP0", set: []uint32{0}},
		{name: "a missing pin", card: fakeCalls{channels: 1, pins: []unix.PtpPinDesc{free}}, a: Address{Pin: "SDP7"}, want: ErrNoPin, says: "SDP0"},
		{name: "a pin of a card without pins", card: fakeCalls{channels: 1}, a: Address{Pin: "SDP7"}, want: ErrNoPin, says: "not programmable"},
		{name: "an unreadable pin", card: fakeCalls{channels: 1, pins: []unix.PtpPinDesc{free}, pin: unix.EIO}, want: unix.EIO, says: "pin 0"},
	} {
		p := &PHC{}
		err := p.setUp(c.card.calls(), 3, c.a, collect(c.options))
		var set []uint32
		for _, pin := range c.card.chosen {
			if set = append(set, pin.Index); pin.Func != unix.PTP_PF_EXTTS || pin.Chan != uint32(c.a.Channel) {
				t.Errorf("%s: set pin %d to function %d on channel %d", c.name, pin.Index, pin.Func, pin.Chan)
			}
		}
		if !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %v and %q", c.name, err, c.want, c.says)
		}
		if p.pin != c.pin || p.both != c.both || (p.edges.state == edgesUnknown) != c.both || !slices.Equal(set, c.set) || !slices.Equal(c.card.asked, c.asked) {
			t.Errorf("%s: pin %q of %v, both edges %v, asked for %#x; want %q of %v, %v, %#x", c.name, p.pin, set, p.both, c.card.asked, c.pin, c.set, c.both, c.asked)
		}
	}
}

// The fastest of the kernel's readings of the clocks counts, of those that it took.
func TestFastestOfTheKernelsReadings(t *testing.T) {
	at := func(sec int64, nsec uint32) unix.PtpClockTime { return unix.PtpClockTime{Sec: sec, Nsec: nsec} }
	extended := unix.PtpSysOffsetExtended{Samples: readings}
	var basic unix.PtpSysOffset
	for i := range readings {
		took := uint32(100)
		if i == readings-1 {
			took = 40
		}
		extended.Ts[i] = [3]unix.PtpClockTime{at(5, 1000), at(7, uint32(i)), at(5, 1000+took)}
		basic.Ts[2*i], basic.Ts[2*i+1] = at(5, uint32(1000+100*i)), at(7, uint32(i))
	}
	basic.Ts[2*readings] = at(5, 1000+100*(readings-1)+40)
	if got, want := fastestExtended(&extended), (cardReading{7*s1 + readings - 1, 5*s1 + 1020, 20}); got != want {
		t.Errorf("extended: %+v, want %+v", got, want)
	}
	if got, want := fastestBasic(&basic), (cardReading{7*s1 + readings - 1, 5*s1 + 1420, 20}); got != want {
		t.Errorf("basic: %+v, want %+v", got, want)
	}
	extended.Samples = 1
	if got, want := fastestExtended(&extended), (cardReading{7 * s1, 5*s1 + 1050, 50}); got != want {
		t.Errorf("one sample: %+v, want %+v", got, want)
	}
}
