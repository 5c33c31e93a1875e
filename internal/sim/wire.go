package sim

import "time"

const (
	usbPacket = 64               // bytes of a full-speed bulk packet
	usbFrame  = time.Millisecond // between two looks of the host
)

// A wire carries bytes from the receiver to the machine.
type wire struct {
	byteTime int64         // picoseconds from the start bit of a byte to the end of its stop bit; 0 on native USB
	phase    time.Duration // of the USB frames against true time
}

// serialWire is a wire of 8N1 whose receiver's crystal makes the nominal baud wrong by ppm.
func serialWire(baud, ppm int) wire {
	const bits, picoseconds, parts = 10, 1_000_000_000_000, 1_000_000
	millibaud := int64(baud) * int64(parts+ppm) / (parts / 1000)
	return wire{byteTime: bits * picoseconds * 1000 / millibaud}
}

// usb tells whether bytes have no duration.
func (w wire) usb() bool { return w.byteTime == 0 }

// span is how long n bytes without a pause keep the wire busy.
func (w wire) span(n int) time.Duration { return time.Duration(int64(n) * w.byteTime / 1000) }

// arrival is when byte i of a burst that starts at start has wholly arrived.
func (w wire) arrival(start time.Duration, i int) time.Duration {
	if !w.usb() {
		return start + w.span(i+1)
	}
	return nextTick(start, usbFrame, w.phase) + time.Duration(i/usbPacket)*usbFrame
}

// nextTick is the first instant not before at that is a whole number of periods from phase, also where at is negative.
func nextTick(at, period, phase time.Duration) time.Duration {
	return at + ((phase-at)%period+period)%period
}
