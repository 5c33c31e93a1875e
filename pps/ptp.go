//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's interface to PTP hardware clocks, from include/uapi/linux/ptp_clock.h. The numbers
// and the structs are those of x/sys; all architectures have the same layout.

//	struct ptp_clock_time {
//		__s64 sec;		/* seconds */
//		__u32 nsec;		/* nanoseconds */
//		__u32 reserved;
//	};
//
//	struct ptp_extts_event {
//		struct ptp_clock_time t;
//		unsigned int index;	/* which channel produced the event */
//		unsigned int flags;	/* reserved for future use */
//		unsigned int rsv[2];
//	};
//
// #define PTP_MAX_SAMPLES 25
//
//	struct ptp_sys_offset_extended {
//		unsigned int n_samples;	/* desired number of measurements */
//		__kernel_clockid_t clockid;
//		unsigned int rsv[2];
//		/* array of [system, phc, system] time stamps */
//		struct ptp_clock_time ts[PTP_MAX_SAMPLES][3];
//	};
//
//	struct ptp_sys_offset_precise {
//		struct ptp_clock_time device;
//		struct ptp_clock_time sys_realtime;
//		struct ptp_clock_time sys_monoraw;
//		unsigned int rsv[4];
//	};
//
//	struct ptp_sys_offset {
//		unsigned int n_samples;
//		unsigned int rsv[3];
//		/* array of interleaved system/phc time stamps; the last is a system time stamp */
//		struct ptp_clock_time ts[2 * PTP_MAX_SAMPLES + 1];
//	};
//
//	struct ptp_pin_desc {
//		char name[64];
//		unsigned int index;
//		unsigned int func;	/* PTP_PF_NONE, PTP_PF_EXTTS, ... */
//		unsigned int chan;
//		unsigned int rsv[5];
//	};
//
//	struct ptp_extts_request {
//		unsigned int index;
//		unsigned int flags;	/* PTP_ENABLE_FEATURE, PTP_RISING_EDGE, ... */
//		unsigned int rsv[2];
//	};
const (
	ptpTimeSize     = 16
	ptpEventSize    = 32
	ptpExtendedSize = 16 + 25*3*ptpTimeSize
	ptpPreciseSize  = 64
	ptpBasicSize    = 16 + 51*ptpTimeSize
	ptpPinSize      = 96
	ptpRequestSize  = 16
)

var (
	_ [ptpTimeSize]byte     = [unsafe.Sizeof(unix.PtpClockTime{})]byte{}
	_ [ptpEventSize]byte    = [unsafe.Sizeof(unix.PtpExttsEvent{})]byte{}
	_ [ptpTimeSize]byte     = [unsafe.Offsetof(unix.PtpExttsEvent{}.Index)]byte{}
	_ [ptpExtendedSize]byte = [unsafe.Sizeof(unix.PtpSysOffsetExtended{})]byte{}
	_ [ptpPreciseSize]byte  = [unsafe.Sizeof(unix.PtpSysOffsetPrecise{})]byte{}
	_ [ptpBasicSize]byte    = [unsafe.Sizeof(unix.PtpSysOffset{})]byte{}
	_ [ptpPinSize]byte      = [unsafe.Sizeof(unix.PtpPinDesc{})]byte{}
	_ [ptpRequestSize]byte  = [unsafe.Sizeof(unix.PtpExttsRequest{})]byte{}
)

// nano returns a kernel's time in nanoseconds.
func nano(t unix.PtpClockTime) int64 { return t.Sec*int64(time.Second) + int64(t.Nsec) }

// A ptpDevice is a PTP hardware clock whose external timestamps are enabled. The fake for tests
// is in phc_test.go.
type ptpDevice interface {
	// next waits for the next edge and returns its stamp by the card's clock. After close,
	// it returns ErrClosed.
	next() (edge int64, err error)

	// read compares the card's clock with the system clock.
	read() (cardReading, error)

	// close ends a waiting next.
	close() error
}

// A ptpFile is an opened /dev/ptpN.
type ptpFile struct {
	handle  *handle
	path    string
	node    os.FileInfo
	channel uint32
	kernel  ptpCalls
	way     int           // how to read the clock: index of kernel.ways
	failed  int           // how often it failed since it worked
	event   ptpEvent      // a field, so that next does not allocate
	poll    []unix.PollFd // the same
}

// ptpCalls are the kernel's functions. Tests replace them.
type ptpCalls struct {
	poll func(fds []unix.PollFd, timeout int) (int, error)
	read func(fd int, p []byte) (int, error)
	ways []func(fd int) (cardReading, error) // to compare the clocks, the best first

	caps   func(fd int) (*unix.PtpClockCaps, error)
	pin    func(fd int, index uint) (*unix.PtpPinDesc, error)
	setPin func(fd int, pin *unix.PtpPinDesc) error
	enable func(fd int, request *unix.PtpExttsRequest) error
}

var kernelPTP = ptpCalls{
	poll:   unix.Poll,
	read:   unix.Read,
	ways:   []func(fd int) (cardReading, error){readPrecise, readExtended, readBasic},
	caps:   unix.IoctlPtpClockGetcaps,
	pin:    unix.IoctlPtpPinGetfunc,
	setPin: unix.IoctlPtpPinSetfunc,
	enable: unix.IoctlPtpExttsRequest,
}

type ptpEvent = unix.PtpExttsEvent

// checkCard is how often next checks that the card is present while there is no edge.
const checkCard = time.Second

func (f *ptpFile) next() (int64, error) {
	if _, err := f.handle.wait(context.Background(), checkCard, f.look); err != nil {
		return 0, err
	}
	return nano(f.event.T), nil
}

// look reads the next edge of the channel, and reports whether there was one. The kernel ignores
// O_NONBLOCK, so that a read may only follow a poll.
func (f *ptpFile) look(fd uintptr) (bool, error) {
	for signals := 0; ; {
		ready, err := f.ready(fd)
		if !ready || err != nil {
			return false, err
		}
		n, err := f.kernel.read(int(fd), (*[ptpEventSize]byte)(unsafe.Pointer(&f.event))[:])
		switch {
		case errors.Is(err, unix.EAGAIN): // another program was quicker
			return false, nil
		case errors.Is(err, unix.EINTR):
			if signals++; signals > fewSignals {
				return false, nil // else an endless series would occupy a processor
			}
			continue
		case err == nil && n < ptpEventSize:
			err = unix.ENODEV
		}
		if err != nil || f.event.Index == f.channel {
			return err == nil, err
		}
	}
}

// ready reports whether a read returns at once. It returns ENODEV if the card was removed.
func (f *ptpFile) ready(fd uintptr) (bool, error) {
	f.poll = append(f.poll[:0], unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	switch n, err := f.kernel.poll(f.poll, 0); {
	case errors.Is(err, unix.EINTR):
		return false, nil
	case err != nil:
		return false, err
	case n > 0 && f.poll[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0:
		return false, unix.ENODEV
	case n > 0:
		return true, nil
	}
	if removed(f.path, f.node) {
		return false, unix.ENODEV
	}
	return false, nil
}

// drain discards the edges from before. Before Linux 6.7 all readers of a clock share one queue.
func (f *ptpFile) drain() error {
	return f.handle.control(func(fd uintptr) error {
		for {
			if found, err := f.look(fd); !found || err != nil {
				return err
			}
		}
	})
}

// closeTimeout is how long close waits for a read that does not end. A read blocks until the next
// edge if another program takes the edge between our poll and our read, before Linux 6.7.
const closeTimeout = 100 * time.Millisecond

func (f *ptpFile) close() error {
	closed := make(chan error, 1)
	go func() { closed <- f.handle.close() }()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeTimeout):
		return nil
	}
}

// fewFailures is how often in a row a way to compare the clocks may fail before the next one is
// used. The driver igc returns ETIMEDOUT for PTP_SYS_OFFSET_PRECISE as long as the PCIe link does
// not answer, although the card supports the request.
const fewFailures = 5

// read compares the clocks in the best way that the card supports.
func (f *ptpFile) read() (r cardReading, err error) {
	err = f.handle.control(func(fd uintptr) error {
		ways := f.kernel.ways
		for ; f.way < len(ways); f.way++ {
			if r, err = ways[f.way](int(fd)); err == nil {
				f.failed = 0
				break
			}
			if f.failed++; f.failed < fewFailures && !unsupported(err) {
				break
			}
			f.failed = 0
		}
		if f.way == len(ways) {
			f.way = 0
		}
		return err
	})
	return r, err
}

const (
	// readings is how many readings the kernel takes; the fastest is used. On a Compute Module
	// 4 one takes about a millisecond, because it needs some twenty transfers by MDIO.
	readings = 5

	// preciseWithin is assumed to be the greatest error of a card's own comparison of the two
	// clocks (PCIe PTM, or ART of Intel's processors). The kernel does not report it.
	preciseWithin = int64(100 * time.Nanosecond)
)

// readPrecise has the card compare the clocks. It needs Linux 4.7.
func readPrecise(fd int) (cardReading, error) {
	o, err := unix.IoctlPtpSysOffsetPrecise(fd)
	if err != nil {
		return noReading, err
	}
	return cardReading{nano(o.Device), nano(o.Realtime), preciseWithin}, nil
}

// readExtended reads the system clock just before and after the card's clock. It needs Linux 5.0.
func readExtended(fd int) (cardReading, error) {
	o, err := unix.IoctlPtpSysOffsetExtended(fd, readings)
	if err != nil {
		return noReading, err
	}
	return fastestExtended(o), nil
}

func fastestExtended(o *unix.PtpSysOffsetExtended) cardReading {
	best := noReading
	for _, t := range o.Ts[:min(o.Samples, readings)] {
		best = best.orFaster(nano(t[0]), nano(t[1]), nano(t[2]))
	}
	return best
}

// readBasic reads the clocks in turn. Any driver supports it.
func readBasic(fd int) (cardReading, error) {
	o := unix.PtpSysOffset{Samples: readings}
	if err := ioctl(uintptr(fd), unix.PTP_SYS_OFFSET2, unsafe.Pointer(&o)); err != nil {
		return noReading, err
	}
	return fastestBasic(&o), nil
}

func fastestBasic(o *unix.PtpSysOffset) cardReading {
	best := noReading
	for i := range readings {
		t := o.Ts[2*i:]
		best = best.orFaster(nano(t[0]), nano(t[1]), nano(t[2]))
	}
	return best
}

// orFaster returns the better of two readings. A reading during which the system clock was set back
// is worse than any other.
func (r cardReading) orFaster(before, card, after int64) cardReading {
	half := (after - before + 1) / 2
	if half < 0 || r.within > 0 && r.within <= half {
		return r
	}
	return cardReading{card: card, real: before + (after-before)/2, within: max(half, 1)}
}

// unsupported reports whether the kernel or the driver does not know a request.
func unsupported(err error) bool {
	return errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.EINVAL)
}
