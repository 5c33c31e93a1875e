package tune

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/driver/gps/receiver"
)

// UBX messages, from the u-blox 8 / M8 receiver description, UBX-13003221, chapter "UBX
// Protocol", where not said otherwise.
const (
	classACK = 0x05
	idACK    = 0x01 // payload: class and ID of the accepted message
	idNAK    = 0x00

	classMON = 0x0A
	idVER    = 0x04

	classCFG = 0x06
	idPRT    = 0x00
	idMSG    = 0x01
	idCFG    = 0x09
	idNAV5   = 0x24
	idTP5    = 0x31

	classNAV  = 0x01
	idTIMEUTC = 0x21
	idTIMELS  = 0x26 // from protocol 18 on

	classTIM = 0x0D
	idTP     = 0x01

	classNMEA = 0xF0
)

// UBX-MON-VER: 30 bytes of software version, 10 of hardware version, then texts of 30.
const (
	verSoftware = 30
	verHardware = 10
	verText     = 30
)

// UBX-CFG-PRT for a UART: 20 bytes.
const (
	prtSize = 20
	prtID   = 0  // U1: 1 is UART1, 3 is USB
	prtBaud = 8  // U4
	prtOut  = 14 // X2: bit 0 UBX, bit 1 NMEA
	outUBX  = 1 << 0
	outNMEA = 1 << 1
	portUSB = 3
)

// UBX-CFG-NAV5: 36 bytes.
const (
	nav5Size   = 36
	nav5Mask   = 0 // X2: bit 0 applies the dynamic model, and nothing else
	nav5Model  = 2 // U1
	maskModel  = 1 << 0
	stationary = 2
)

// UBX-CFG-TP5: 32 bytes.
const (
	tp5Size       = 32
	tp5Period     = 8  // U4: us
	tp5PeriodLock = 12 // U4: us, with lock
	tp5Length     = 16 // U4: us
	tp5LengthLock = 20 // U4: us, with lock
	tp5Flags      = 28 // X4

	tp5Active      = 1 << 0
	tp5LockGNSS    = 1 << 1 // synchronise to GNSS time
	tp5LockedOther = 1 << 2 // other period and length with lock
	tp5IsFreq      = 1 << 3 // the periods are frequencies
	tp5IsLength    = 1 << 4 // the lengths are times, not ratios
	tp5AlignToTOW  = 1 << 5 // align to the second

	second      = 1_000_000 // us
	pulseLength = 100_000   // us: u-blox's default
)

// firstKeys is the first protocol version whose settings have keys: 27.00, of the ZED-F9P.
// The last of the M8 is 23.01.
const firstKeys = 2700 // major * 100 + minor

// nmeaIDs are the IDs of sentences in class 0xF0.
var nmeaIDs = []struct {
	name string
	id   byte
}{{"GGA", 0x00}, {"GLL", 0x01}, {"GSA", 0x02}, {"GSV", 0x03}, {"RMC", 0x04}, {"VTG", 0x05}, {"GRS", 0x06}, {"GST", 0x07}, {"ZDA", 0x08}, {"GBS", 0x09}}

// The settings of legacy receivers, besides Baud and the sentences.
const (
	setModel  = "dynamic-model"
	setPulse  = "time-pulse"
	setOut    = "output-protocols"
	setNMEA   = "NMEA-"
	setBinary = "UBX-"
)

// ubxMessages are the binary messages with the time.
var ubxMessages = []struct {
	name      string
	class, id byte
}{{"NAV-TIMEUTC", classNAV, idTIMEUTC}, {"NAV-TIMELS", classNAV, idTIMELS}, {"TIM-TP", classTIM, idTP}}

// costly are the sentences that refclock needs neither for the time nor for the fix.
var costly = []string{"GSV", "GLL", "VTG", "GRS", "GST", "GBS"}

// timely are the sentences with the time and the date.
var timely = []string{"RMC", "ZDA"}

// A legacy is a u-blox 6, 7 or 8: protocol versions before 27.
type legacy struct {
	port []byte // payload of UBX-CFG-PRT
	nav5 []byte // payload of UBX-CFG-NAV5
}

// ubxReply returns what finds the reply to a poll of a message, or the refusal.
func ubxReply(class, id byte, keep func(payload []byte) bool) func(frame) (bool, error) {
	return func(f frame) (bool, error) {
		switch {
		case f.protocol != ubxBinary:
		case f.class == class && f.id == id:
			return keep(f.payload), nil
		case f.class == classACK && f.id == idNAK && bytes.Equal(f.payload, []byte{class, id}):
			return true, errRefused
		}
		return false, nil
	}
}

// ubxACK finds the answer to a command.
func ubxACK(class, id byte) func(frame) (bool, error) {
	return func(f frame) (bool, error) {
		if f.protocol != ubxBinary || f.class != classACK || !bytes.Equal(f.payload, []byte{class, id}) {
			return false, nil
		}
		if f.id == idNAK {
			return true, errRefused
		}
		return f.id == idACK, nil
	}
}

// poll asks for a message, and returns its payload.
func poll(l *link, class, id byte, request []byte, fits func(payload []byte) bool) (payload []byte, err error) {
	err = l.ask(receiver.UBX(class, id, request), ubxReply(class, id, func(p []byte) bool {
		if fits(p) {
			payload = p
		}
		return payload != nil
	}))
	return payload, err
}

// hasSize returns a function that reports whether a payload has a size.
func hasSize(n int) func([]byte) bool { return func(p []byte) bool { return len(p) == n } }

// version asks a u-blox for its version, and returns the dialect that it understands.
func version(l *link) (Identity, dialect, error) {
	p, err := poll(l, classMON, idVER, nil, func(p []byte) bool {
		return len(p) >= verSoftware+verHardware && (len(p)-verSoftware-verHardware)%verText == 0
	})
	if err != nil {
		return Identity{}, nil, err
	}
	name := "u-blox " + zeroEnded(p[:verSoftware]) + " " + zeroEnded(p[verSoftware:verSoftware+verHardware])
	protocol := 0
	for texts := p[verSoftware+verHardware:]; len(texts) > 0; texts = texts[verText:] {
		text := zeroEnded(texts[:verText])
		if v, ok := protocolVersion(text); ok {
			protocol = v
		}
		if strings.HasPrefix(text, "PROTVER") || strings.HasPrefix(text, "MOD=") || strings.HasPrefix(text, "FWVER=") {
			name += " " + text
		}
	}
	if protocol >= firstKeys {
		return Identity{"u-blox-9", printable(name)}, &keyed{}, nil
	}
	return Identity{"u-blox", printable(name)}, &legacy{}, nil
}

// protocolVersion returns the version in PROTVER=18.00 or PROTVER 15.00, times 100.
func protocolVersion(text string) (int, bool) {
	after, ok := strings.CutPrefix(text, "PROTVER")
	major, minor, dot := strings.Cut(strings.TrimLeft(after, "= "), ".")
	a, err1 := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	if !ok || !dot || err1 != nil || err2 != nil || a < 0 || b < 0 || b > 99 {
		return 0, false
	}
	return a*100 + b, true
}

// zeroEnded returns a text that ends at a zero byte.
func zeroEnded(field []byte) string {
	text, _, _ := bytes.Cut(field, []byte{0})
	return printable(string(text))
}

func (u *legacy) identify(l *link) (Identity, error) {
	id, d, err := version(l)
	if _, same := d.(*legacy); err == nil && !same {
		return id, fmt.Errorf("%s has the newer interface: %w", id.Name, errRefused)
	}
	return id, err
}

// read polls each setting. A receiver refuses those that it does not have.
func (u *legacy) read(l *link) (list []Setting, err error) {
	if err := u.readPort(l); err != nil {
		return nil, fmt.Errorf("read the port's settings: %w", err)
	}
	for _, s := range u.readers() {
		v, err := s.read(l)
		switch {
		case errors.Is(err, errRefused):
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", s.name, err)
		default:
			list = append(list, Setting{s.name, v})
		}
	}
	return append(list, u.ofPort()...), nil
}

// readPort reads the settings of the port. Without a port ID, the answer is about the port
// that the question arrived at.
func (u *legacy) readPort(l *link) error {
	p, err := poll(l, classCFG, idPRT, nil, hasSize(prtSize))
	if err == nil {
		u.port = p
	}
	return err
}

// ofPort returns the settings in UBX-CFG-PRT. Native USB has no rate.
func (u *legacy) ofPort() []Setting {
	list := []Setting{{setOut, fmt.Sprintf("%04x", binary.LittleEndian.Uint16(u.port[prtOut:]))}}
	if u.port[prtID] == portUSB {
		return list
	}
	return append(list, Setting{Baud, strconv.FormatUint(uint64(binary.LittleEndian.Uint32(u.port[prtBaud:])), 10)})
}

// A reader reads one setting.
type reader struct {
	name string
	read func(*link) (string, error)
}

func (u *legacy) readers() (list []reader) {
	for _, n := range nmeaIDs {
		list = append(list, reader{setNMEA + n.name, u.readRate(classNMEA, n.id)})
	}
	for _, m := range ubxMessages {
		list = append(list, reader{setBinary + m.name, u.readRate(m.class, m.id)})
	}
	return append(list, reader{setModel, u.readModel}, reader{setPulse, readPulse})
}

// readRate reads in each how many seconds a message is sent at this port. UBX-CFG-MSG is
// polled with class and ID, and answers with them and the rates of six ports.
func (u *legacy) readRate(class, id byte) func(*link) (string, error) {
	const ports = 6
	return func(l *link) (string, error) {
		p, err := poll(l, classCFG, idMSG, []byte{class, id}, func(p []byte) bool {
			return len(p) == 2+ports && p[0] == class && p[1] == id
		})
		if err != nil {
			return "", err
		}
		port := int(u.port[prtID])
		if port >= ports {
			return "", fmt.Errorf("port %d: expected 0 to %d", port, ports-1)
		}
		return strconv.Itoa(int(p[2+port])), nil
	}
}

func (u *legacy) readModel(l *link) (string, error) {
	p, err := poll(l, classCFG, idNAV5, nil, hasSize(nav5Size))
	if err != nil {
		return "", err
	}
	u.nav5 = p
	return strconv.Itoa(int(p[nav5Model])), nil
}

// readPulse reads the settings of the first pulse, as hexadecimal bytes.
func readPulse(l *link) (string, error) {
	p, err := poll(l, classCFG, idTP5, nil, func(p []byte) bool { return len(p) == tp5Size && p[0] == 0 })
	return hex.EncodeToString(p), err
}

func (u *legacy) want(group Group, now []Setting) (list []Setting) {
	switch group {
	case GroupSentences:
		for _, name := range costly {
			list = append(list, Setting{setNMEA + name, "0"})
		}
	case GroupTime:
		for _, name := range timely {
			list = append(list, Setting{setNMEA + name, "1"})
		}
	case GroupStationary:
		list = []Setting{{setModel, strconv.Itoa(stationary)}}
	case GroupPulse:
		if p, ok := value(now, setPulse); ok {
			list = []Setting{{setPulse, wantedPulse(p)}}
		}
	case GroupUBX:
		for _, m := range ubxMessages {
			list = append(list, Setting{setBinary + m.name, "1"})
		}
		if v, ok := value(now, setOut); ok {
			if mask, err := strconv.ParseUint(v, 16, 16); err == nil {
				list = append(list, Setting{setOut, fmt.Sprintf("%04x", mask|outUBX|outNMEA)})
			}
		}
	}
	return list
}

// wantedPulse returns the settings of a pulse once a second, only with lock. It keeps the
// delays, the polarity, the time grid, and a length between 0 and 1 s.
func wantedPulse(now string) string {
	p, err := hex.DecodeString(now)
	if err != nil || len(p) != tp5Size {
		return now
	}
	put := func(at int, v uint32) { binary.LittleEndian.PutUint32(p[at:], v) }
	flags := binary.LittleEndian.Uint32(p[tp5Flags:])
	if length := binary.LittleEndian.Uint32(p[tp5LengthLock:]); flags&tp5IsLength == 0 || flags&tp5LockedOther == 0 || length == 0 || length >= second {
		put(tp5LengthLock, pulseLength)
	}
	put(tp5Period, second)
	put(tp5PeriodLock, second)
	put(tp5Length, 0)
	put(tp5Flags, flags&^tp5IsFreq|tp5Active|tp5LockGNSS|tp5LockedOther|tp5IsLength|tp5AlignToTOW)
	return hex.EncodeToString(p)
}

func (u *legacy) write(l *link, s Setting) error {
	switch {
	case s.Name == Baud:
		return u.writeBaud(l, s.Value)
	case s.Name == setOut:
		mask, err := strconv.ParseUint(s.Value, 16, 16)
		if err != nil || len(u.port) != prtSize {
			return fmt.Errorf("%s %q: expected four hexadecimal digits", s.Name, s.Value)
		}
		p := bytes.Clone(u.port)
		binary.LittleEndian.PutUint16(p[prtOut:], uint16(mask))
		return u.command(l, idPRT, p)
	case s.Name == setModel:
		model, err := strconv.ParseUint(s.Value, 10, 8)
		if err != nil || len(u.nav5) != nav5Size {
			return fmt.Errorf("%s %q: expected 0 to 255", s.Name, s.Value)
		}
		p := bytes.Clone(u.nav5)
		binary.LittleEndian.PutUint16(p[nav5Mask:], maskModel)
		p[nav5Model] = byte(model)
		return u.command(l, idNAV5, p)
	case s.Name == setPulse:
		p, err := hex.DecodeString(s.Value)
		if err != nil || len(p) != tp5Size {
			return fmt.Errorf("%s: expected %d bytes in hexadecimal", s.Name, tp5Size)
		}
		return u.command(l, idTP5, p)
	}
	class, id, err := messageOf(s.Name)
	if err != nil {
		return err
	}
	rate, err := strconv.ParseUint(s.Value, 10, 8)
	if err != nil {
		return fmt.Errorf("%s %q: expected 0 to 255", s.Name, s.Value)
	}
	return u.command(l, idMSG, []byte{class, id, byte(rate)}) // of the port at which it arrives
}

// errNotRead means that the settings of the port were not read before they were written.
var errNotRead = errors.New("the port's settings are unknown")

// messageOf returns class and ID of a message from the name of its setting.
func messageOf(name string) (class, id byte, err error) {
	for _, n := range nmeaIDs {
		if name == setNMEA+n.name {
			return classNMEA, n.id, nil
		}
	}
	for _, m := range ubxMessages {
		if name == setBinary+m.name {
			return m.class, m.id, nil
		}
	}
	return 0, 0, fmt.Errorf("unknown setting %q", name)
}

// command sends a message of class CFG, and waits for its acknowledgement.
func (u *legacy) command(l *link, id byte, payload []byte) error {
	return l.ask(receiver.UBX(classCFG, id, payload), ubxACK(classCFG, id))
}

func (u *legacy) writeBaud(l *link, v string) error {
	rate, err := rateOf(v)
	if err != nil || len(u.port) != prtSize {
		return cmp.Or(err, errNotRead)
	}
	p := bytes.Clone(u.port)
	binary.LittleEndian.PutUint32(p[prtBaud:], uint32(rate))
	return l.changeBaud(receiver.UBX(classCFG, idPRT, p), rate, func(f frame) bool {
		_, err := ubxACK(classCFG, idPRT)(f)
		return err != nil
	})
}

func (u *legacy) explain(s Setting) string {
	switch {
	case s.Name == setModel:
		return dynamicModel(s.Value)
	case s.Name == setPulse:
		return explainPulse(s.Value)
	case strings.HasPrefix(s.Name, setNMEA), strings.HasPrefix(s.Name, setBinary):
		return everySeconds(s.Value)
	}
	return s.Value
}

// dynamicModel returns the name of a dynamic platform model.
func dynamicModel(v string) string {
	names := []string{"portable", "", "stationary", "pedestrian", "automotive", "sea", "airborne 1 g", "airborne 2 g", "airborne 4 g", "wrist"}
	if i, err := strconv.Atoi(v); err == nil && i >= 0 && i < len(names) && names[i] != "" {
		return names[i]
	}
	return "model " + v
}

// explainPulse describes the pulse of UBX-CFG-TP5.
func explainPulse(v string) string {
	p, err := hex.DecodeString(v)
	if err != nil || len(p) != tp5Size {
		return v
	}
	get := func(at int) uint32 { return binary.LittleEndian.Uint32(p[at:]) }
	flags := get(tp5Flags)
	switch {
	case flags&tp5Active == 0:
		return "off"
	case v == wantedPulse(v):
		return "1 Hz, only with lock"
	}
	unit := "us"
	if flags&tp5IsFreq != 0 {
		unit = "Hz"
	}
	text := fmt.Sprintf("%d %s", get(tp5Period), unit)
	if flags&tp5LockedOther != 0 {
		text += fmt.Sprintf(", with lock %d %s", get(tp5PeriodLock), unit)
	}
	return text
}

func (u *legacy) keeps() string {
	return "until it loses power; with a backup battery, until that is empty"
}

// saveAll is UBX-CFG-CFG: masks of the sections to clear, to save and to load, and the
// memories: battery-backed RAM, flash, EEPROM, SPI flash.
var saveAll = []byte{0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0x17}

// readStored returns nothing: the memory can be read only by loading it.
func (u *legacy) readStored(*link, []Setting) ([]Stored, error) { return nil, nil }

func (u *legacy) store(l *link, _ []Setting) error { return u.command(l, idCFG, slices.Clone(saveAll)) }

func (u *legacy) restoreStored(l *link, _ []Stored, _ []Setting) error { return u.store(l, nil) }

func (u *legacy) readBack(l *link, name string) (v string, err error) {
	for _, s := range u.readers() {
		if s.name == name {
			return s.read(l)
		}
	}
	if err := u.readPort(l); err != nil {
		return "", err
	}
	v, _ = value(u.ofPort(), name)
	return v, nil
}
