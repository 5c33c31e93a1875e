//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A PHC is a pin of a network card, whose PTP hardware clock stamps the edges. An interrupt that is
// late does not matter.
//
// The card's clock runs free: nothing sets it, and nothing else may. Each edge is carried to
// CLOCK_REALTIME by a comparison of the two clocks just after it (PTP_SYS_OFFSET_PRECISE or
// _EXTENDED), and the difference of the clocks' rates is taken from the comparison before. The clock
// is never read at another time: on a Raspberry Pi Compute Module 4 this would lose edges
// (raspberrypi/linux issue 5231).
//
// Edge.Within is half of the time that the comparison took, plus the difference by which the card's
// clock deviated from its rate since the last one. Some hundred nanoseconds are common. An edge has a
// Fault if the clocks did not run evenly, or if the card made an error: see [Reason]. The first two
// edges have the Fault Learning, and so have those after a pause of more than 5 s.
//
// Cards do not report the polarity. If a card stamps both edges, the edge that begins a pulse is
// rising, also if the pulse is low; see [Gate].
type PHC struct {
	name   string
	path   string
	pin    string // empty if the card has no programmable pins
	both   bool   // both edges were requested from the card
	device ptpDevice
	thread func() (leave func()) // see WithThread; may be nil

	observed chan observation
	closed   chan struct{}
	once     sync.Once

	clock  cardClock
	edges  cardEdges
	begun  int64 // the last edge that begins a pulse, by the card's clock; 0 if none
	missed uint64
	err    error // the last one, which is final
}

// An observation is an edge with the comparison just after it.
type observation struct {
	edge    int64
	reading cardReading
	now     Stamp // just after the comparison
	err     error
}

// OpenPHC opens a pin of a network card by a parsed address. Without a pin in the address, it takes
// one that already stamps edges for the channel, or the first free one that can. It enables
// timestamps of rising edges (of falling ones with WithActiveLow), or of both if the card supports
// only both. They remain enabled after Close, because other programs may use them.
//
// Errors wrap ErrNoPHC, ErrNoExternal, ErrNoPin, ErrKernel, fs.ErrNotExist, fs.ErrPermission or
// syscall.EBUSY, and explain what to do. It needs Linux 5.4.
func OpenPHC(a Address, options ...Option) (*PHC, error) {
	p, err := openPHC(a, collect(options))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", a, explainPHC(a, err))
	}
	return p, nil
}

func openPHC(a Address, o options) (*PHC, error) {
	path, err := a.clockPath()
	if err != nil {
		return nil, err
	}
	h, err := openHandle(path, syscall.O_RDWR)
	if errors.Is(err, syscall.EACCES) { // until Linux 6.15, nothing needs to write
		h, err = openHandle(path, syscall.O_RDONLY)
	}
	if err != nil {
		return nil, err
	}
	f := &ptpFile{handle: h, kernel: kernelPTP, path: path, channel: uint32(a.Channel)}
	p := &PHC{name: a.String(), path: path, device: f, thread: o.thread}
	f.node, err = h.file.Stat()
	if err == nil {
		err = h.control(func(fd uintptr) error { return p.setUp(f.kernel, int(fd), a, o) })
	}
	if err == nil {
		err = f.drain()
	}
	if err == nil {
		err = h.prepare(o)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	p.start()
	return p, nil
}

// setUp selects the pin and enables its timestamps.
func (p *PHC) setUp(kernel ptpCalls, fd int, a Address, o options) error {
	caps, err := kernel.caps(fd)
	switch {
	case unsupported(err):
		return fmt.Errorf("%w for PTP clocks, or %s is not one: %w", ErrKernel, p.path, err)
	case err != nil:
		return err
	case int(caps.N_ext_ts) <= a.Channel:
		return fmt.Errorf("%w on channel %d: the card has %d of them", ErrNoExternal, a.Channel, caps.N_ext_ts)
	}
	pins, err := kernel.readPins(fd, int(caps.N_pins))
	if err != nil {
		return err
	}
	if p.pin, err = kernel.choosePin(fd, pins, a); err != nil {
		return err
	}
	p.both, err = kernel.enableEdges(fd, a, o)
	if p.both {
		p.edges.state = edgesUnknown
	}
	return err
}

// enableEdges enables timestamps of one edge, or of both if the card supports only both.
func (k ptpCalls) enableEdges(fd int, a Address, o options) (both bool, err error) {
	edge := uint32(unix.PTP_RISING_EDGE)
	if o.activeLow {
		edge = unix.PTP_FALLING_EDGE
	}
	for _, edges := range []uint32{edge, unix.PTP_RISING_EDGE | unix.PTP_FALLING_EDGE} {
		request := &unix.PtpExttsRequest{Index: uint32(a.Channel), Flags: unix.PTP_ENABLE_FEATURE | edges}
		err = k.enable(fd, request)
		if !unsupported(err) {
			return edges != edge, err
		}
	}
	return false, fmt.Errorf("%w on this pin: %w", ErrNoExternal, err)
}

// newPHC returns a source on a device. both is whether the device stamps both edges of a pulse.
func newPHC(name string, device ptpDevice, both bool) *PHC {
	p := &PHC{name: name, device: device, both: both}
	if both {
		p.edges.state = edgesUnknown
	}
	p.start()
	return p
}

// maxObserved is how many edges may wait for Next. More wait in the kernel, and are Late.
const maxObserved = 16

func (p *PHC) start() {
	p.observed, p.closed = make(chan observation, maxObserved), make(chan struct{})
	go p.observe()
}

// observe reads edges until there is an error, such as that the device was closed. It is a goroutine
// because a read cannot be cancelled, and because the clocks must be compared at once, also if Next
// is not called.
func (p *PHC) observe() {
	if p.thread != nil {
		defer p.thread()()
	}
	for {
		var o observation
		if o.edge, o.err = p.device.next(); o.err == nil {
			var err error
			if o.reading, err = p.device.read(); err != nil {
				o.reading = noReading
				if errors.Is(err, syscall.ENODEV) {
					o.err = err
				}
			}
			o.now = together()
		}
		select {
		case p.observed <- o:
		case <-p.closed:
			return
		}
		if o.err != nil {
			return
		}
	}
}

// String returns the source as it was named, such as "phc:eth0".
func (p *PHC) String() string { return p.name }

// Path returns the device of the card's clock, such as "/dev/ptp0".
func (p *PHC) Path() string { return p.path }

// Pin returns the name of the pin, or "" if the card's pins are not programmable.
func (p *PHC) Pin() string { return p.pin }

// Both reports whether the card stamps both edges, because it does not support one.
func (p *PHC) Both() bool { return p.both }

// Missed returns the number of seconds without an edge, in gaps of up to four seconds. Neither the
// card nor the kernel counts lost edges, so pulses that the receiver omits count too.
func (p *PHC) Missed() uint64 { return p.missed }

// Next waits for the next edge; see [Source].
func (p *PHC) Next(ctx context.Context) (Edge, error) {
	if err := p.ended(ctx); err != nil {
		return Edge{}, err
	}
	select {
	case o := <-p.observed:
		if o.err != nil {
			p.err = failed("read", p.name, o.err)
			return Edge{}, p.err
		}
		return p.edge(o), nil
	case <-p.closed:
		return Edge{}, p.ended(ctx)
	case <-ctx.Done():
		return Edge{}, ctx.Err()
	}
}

// ended returns why there are no more edges.
func (p *PHC) ended(ctx context.Context) error {
	select {
	case <-p.closed:
		return failed("read", p.name, ErrClosed)
	default:
	}
	if p.err != nil {
		return p.err
	}
	return ctx.Err()
}

// edge judges an observation.
func (p *PHC) edge(o observation) Edge {
	var e Edge
	scale := p.clock.scale
	e.Stamp, e.Within, e.Fault = p.clock.see(o.edge, o.reading, o.now)
	if p.clock.scale != scale {
		p.edges.forget()
		p.begun = 0
	}
	if e.Fault != Second && e.Fault != Learning {
		return e
	}
	rising, fault := p.edges.see(o.edge)
	if e.Rising = rising; e.Fault == Second {
		e.Fault = fault
	}
	if e.Fault != Second {
		e.Stamp, e.Within = o.now, 0
	}
	if rising {
		p.count(o.edge)
	}
	return e
}

// count counts the seconds without an edge.
func (p *PHC) count(edge int64) {
	const most = bridge * int64(second+slew)
	since := edge - p.begun
	if p.begun != 0 && since < most {
		p.missed += uint64(max((since+oneSecond/2)/oneSecond-1, 0))
	}
	p.begun = edge
}

// Close closes the device. The card continues to stamp edges.
func (p *PHC) Close() error {
	var err error
	p.once.Do(func() {
		close(p.closed)
		err = p.device.close()
	})
	if err != nil {
		return fmt.Errorf("close %s: %w", p.name, err)
	}
	return nil
}

// clockPath returns the device of the card's clock.
func (a Address) clockPath() (string, error) {
	if a.Path != "" {
		return a.Path, nil
	}
	return clockOf(os.DirFS("/sys"), a.Interface)
}
