package sim

import "time"

const (
	usbPacket = 64               // bytes of a full-speed bulk packet
	usbFrame  = time.Millisecond // poll interval of the host
)

// A wire carries bytes from the receiver to the machine.
type wire struct {
	byteTime int64         // picoseconds from the start bit of a byte to the end of its stop bit; 0 on native USB
	phase    time.Duration // of the USB frames against true time
}

// serialWire returns a wire of 8N1 with a baud rate that is off by ppm.
func serialWire(baud, ppm int) wire {
	const bits, picoseconds, parts = 10, 1_000_000_000_000, 1_000_000
	millibaud := int64(baud) * int64(parts+ppm) / (parts / 1000)
	return wire{byteTime: bits * picoseconds * 1000 / millibaud}
}

// usb reports whether bytes have no duration.
func (w wire) usb() bool { return w.byteTime == 0 }

// span returns how long n bytes without a pause occupy the wire.
func (w wire) span(n int) time.Duration { return time.Duration(int64(n) * w.byteTime / 1000) }

// arrival returns when byte i of a burst that starts at start has arrived.
func (w wire) arrival(start time.Duration, i int) time.Duration {
	if !w.usb() {
		return start + w.span(i+1)
	}
	return nextTick(start, usbFrame, w.phase) + time.Duration(i/usbPacket)*usbFrame
}

// nextTick returns the first time at or after at that is a whole number of periods from
// phase. at may be negative.
func nextTick(at, period, phase time.Duration) time.Duration {
	return at + ((phase-at)%period+period)%period
}
