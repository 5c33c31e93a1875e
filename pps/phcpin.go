//go:build linux

package pps

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// readPins returns the programmable pins of a card.
func (k ptpCalls) readPins(fd, count int) (pins []unix.PtpPinDesc, err error) {
	for i := range count {
		pin, err := k.pin(fd, uint(i))
		if err != nil {
			return nil, fmt.Errorf("pin %d: %w", i, err)
		}
		pins = append(pins, *pin)
	}
	return pins, nil
}

// choosePin makes a pin stamp edges for the channel, and returns its name; "" if the card has no
// programmable pins.
func (k ptpCalls) choosePin(fd int, pins []unix.PtpPinDesc, a Address) (name string, err error) {
	if len(pins) == 0 && a.Pin == "" {
		return "", nil
	}
	possible := candidatePins(pins, a)
	if len(possible) == 0 {
		return "", fmt.Errorf("%w: %s", ErrNoPin, presentPins(pins))
	}
	for _, pin := range possible {
		name = unix.ByteSliceToString(pin.Name[:])
		if stamps(pin, a.Channel) {
			return name, nil
		}
		request := unix.PtpPinDesc{Index: pin.Index, Func: unix.PTP_PF_EXTTS, Chan: uint32(a.Channel)}
		switch err = k.setPin(fd, &request); {
		case err == nil:
			return name, nil
		case !unsupported(err):
			return "", fmt.Errorf("pin %s: %w", name, err)
		}
	}
	return "", fmt.Errorf("%w that stamps edges on channel %d: %w; %s", ErrNoPin, a.Channel, err, presentPins(pins))
}

// candidatePins returns the pins to try, in order. Without a pin in the address, it leaves out pins
// with another function: something may be connected to them.
func candidatePins(pins []unix.PtpPinDesc, a Address) (list []unix.PtpPinDesc) {
	if a.Pin != "" {
		for _, pin := range pins {
			if unix.ByteSliceToString(pin.Name[:]) == a.Pin || strconv.Itoa(int(pin.Index)) == a.Pin {
				return []unix.PtpPinDesc{pin}
			}
		}
		return nil
	}
	if i := slices.IndexFunc(pins, func(pin unix.PtpPinDesc) bool { return stamps(pin, a.Channel) }); i >= 0 {
		return pins[i : i+1]
	}
	for _, pin := range pins {
		if pin.Func == unix.PTP_PF_NONE {
			list = append(list, pin)
		}
	}
	return list
}

// stamps reports whether a pin stamps edges for the channel already.
func stamps(pin unix.PtpPinDesc, channel int) bool {
	return pin.Func == unix.PTP_PF_EXTTS && pin.Chan == uint32(channel)
}

// functions are the names of a pin's functions.
var functions = map[uint32]string{
	unix.PTP_PF_NONE: "free", unix.PTP_PF_EXTTS: "stamps edges", unix.PTP_PF_PEROUT: "sends pulses", unix.PTP_PF_PHYSYNC: "synchronises the network",
}

// presentPins lists the pins of a card.
func presentPins(pins []unix.PtpPinDesc) string {
	if len(pins) == 0 {
		return "the card's pins are not programmable; leave out the pin"
	}
	var list []string
	for _, pin := range pins {
		text := fmt.Sprintf("%d (%s, %s)", pin.Index, unix.ByteSliceToString(pin.Name[:]), functions[pin.Func])
		if pin.Func != unix.PTP_PF_NONE {
			text = strings.TrimSuffix(text, ")") + fmt.Sprintf(" on channel %d)", pin.Chan)
		}
		list = append(list, text)
	}
	return "the card has the pins " + strings.Join(list, ", ")
}

// explainPHC adds a hint to an error of opening a card's clock.
func explainPHC(a Address, err error) error {
	switch {
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program uses the pin or its timestamps: stop ptp4l and ts2phc, or name another pin: phc:%s:PIN", err, a.Interface+a.Path)
	case errors.Is(err, ErrNoExternal):
		return fmt.Errorf("%w; this card cannot stamp the pulse: wire the pulse to a GPIO line or to DCD; %s", err, presentClocks())
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w; run as root, or assign the clock to a group with a udev rule: "+
			`SUBSYSTEM=="ptp", GROUP="dialout", MODE="0660"`, err)
	case errors.Is(err, ErrKernel):
		return fmt.Errorf("%w; use Linux 5.4 or later; %s", err, presentClocks())
	case errors.Is(err, syscall.ENOENT), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO), errors.Is(err, ErrNoPHC):
		return fmt.Errorf("%w; %s", err, presentClocks())
	}
	return err
}
