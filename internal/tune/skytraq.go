package tune

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/refclock/refclock/driver/gps/receiver"
)

// SkyTraq's binary messages, from AN0003, "Binary messages of SkyTraq Venus 6 GPS
// receiver". The last byte of a command says where it takes effect.
const (
	skytraqVersion      = 0x02 // software type: 1 is system code
	skytraqSerial       = 0x05 // port, code of the rate, memory
	skytraqNMEA         = 0x08 // intervals of GGA GSA GSV GLL RMC VTG ZDA, memory
	skytraqVersionReply = 0x80 // software type, kernel x.y.z, ODM x.y.z, revision y/m/d: four bytes each
	skytraqACK          = 0x83 // ID of the accepted command
	skytraqNAK          = 0x84

	skytraqRAM   = 0
	skytraqFlash = 1 // and RAM
)

// The kinds of sentences, and the rates by their codes.
var (
	skytraqOrder = sentenceOrder{"GGA", "GSA", "GSV", "GLL", "RMC", "VTG", "ZDA"}
	skytraqBauds = []int{4800, 9600, 19200, 38400, 57600, 115200}
)

// A skytraq is a Venus 6 or 8. These messages cannot request what it sends, so its
// sentences are watched. The pulse (0x3E) is not changed, because its setting cannot be read.
type skytraq struct{}

// skytraqAnswer finds the acknowledgement of a command.
func skytraqAnswer(id byte) func(frame) (bool, error) {
	return func(f frame) (bool, error) {
		if f.protocol != skytraqBinary || !bytes.Equal(f.payload, []byte{id}) {
			return false, nil
		}
		if f.id == skytraqNAK {
			return true, errRefused
		}
		return f.id == skytraqACK, nil
	}
}

func (skytraq) identify(l *link) (Identity, error) {
	var v []byte
	err := l.ask(receiver.SkyTraq([]byte{skytraqVersion, 1}), func(f frame) (bool, error) {
		if f.protocol == skytraqBinary && f.id == skytraqVersionReply && len(f.payload) == 1+3*4 {
			v = f.payload
		}
		_, err := skytraqAnswer(skytraqVersion)(f)
		return v != nil, err
	})
	if err != nil {
		return Identity{}, err
	}
	return Identity{"skytraq", fmt.Sprintf("SkyTraq kernel %d.%d.%d software %d.%d.%d revision 20%02d-%02d-%02d",
		v[2], v[3], v[4], v[6], v[7], v[8], v[10], v[11], v[12])}, nil
}

func (skytraq) read(l *link) ([]Setting, error) {
	s, err := skytraqOrder.seen(l)
	return append([]Setting{s}, linkBaud(l)...), err
}

func (skytraq) want(group Group, now []Setting) []Setting { return skytraqOrder.want(group, now) }

func (s skytraq) write(l *link, setting Setting) error {
	message, err := s.message(setting, skytraqRAM)
	if err != nil {
		return err
	}
	if setting.Name != Baud {
		return l.ask(message, skytraqAnswer(skytraqNMEA))
	}
	rate, err := rateOf(setting.Value)
	if err != nil {
		return err
	}
	return l.changeBaud(message, rate, func(f frame) bool {
		_, err := skytraqAnswer(skytraqSerial)(f)
		return err != nil
	})
}

// message returns the command that changes a setting in a memory.
func (skytraq) message(s Setting, memory byte) ([]byte, error) {
	if s.Name == Baud {
		rate, err := rateOf(s.Value)
		if err != nil {
			return nil, err
		}
		code := slices.Index(skytraqBauds, rate)
		if code < 0 {
			return nil, fmt.Errorf("baud rate %d: this family has %v: %w", rate, skytraqBauds, errRefused)
		}
		return receiver.SkyTraq([]byte{skytraqSerial, 0, byte(code), memory}), nil
	}
	list, err := skytraqOrder.check(s.Value, 255, len(skytraqOrder))
	if err != nil || s.Name != setSentences {
		return nil, fmt.Errorf("unknown setting %q: %w", s.Name, err)
	}
	body := []byte{skytraqNMEA}
	for _, n := range list {
		body = append(body, byte(n))
	}
	return receiver.SkyTraq(append(body, memory)), nil
}

func (skytraq) explain(s Setting) string { return explainList(skytraqOrder, s) }

func (skytraq) keeps() string { return "until it loses power" }

func (skytraq) readStored(*link, []Setting) ([]Stored, error) { return nil, nil }

// store sends the settings again, for RAM and flash.
func (s skytraq) store(l *link, settings []Setting) error {
	for _, setting := range settings {
		message, err := s.message(setting, skytraqFlash)
		if err != nil {
			return err
		}
		id := byte(skytraqNMEA)
		if setting.Name == Baud {
			id = skytraqSerial
		}
		if err := l.ask(message, skytraqAnswer(id)); err != nil {
			return fmt.Errorf("store %s: %w", setting.Name, err)
		}
	}
	return nil
}

func (s skytraq) restoreStored(l *link, _ []Stored, old []Setting) error { return s.store(l, old) }

func (skytraq) readBack(l *link, name string) (string, error) { return watched(l, skytraqOrder, name) }
