package tune

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/driver/gps/receiver"
)

// UBX messages of the configuration interface, from the ZED-F9P interface description,
// UBX-18010854.
const (
	idVALSET = 0x8A // version, layers to write, reserved, keys with values
	idVALGET = 0x8B // version, layer to read, position, keys; the answer has keys with values
	idVALDEL = 0x8C // version, layers to delete from, reserved, keys
)

// Layers: as a bit for VALSET and VALDEL, as a number for VALGET.
const (
	bitRAM, layerRAM     = 1 << 0, 0
	bitBBR, layerBBR     = 1 << 1, 1
	bitFlash, layerFlash = 1 << 2, 2
)

// A key is a configuration item. Bits 28 to 30 of its ID are the size of its value: 1 is
// one bit and 2 one byte, both sent as one byte; 3 is two bytes, 4 four and 5 eight.
type key struct {
	name string
	id   uint32
	port bool // the ID is for I2C: the port's number is added, 1 UART1, 2 UART2, 3 USB
}

func (k key) size() int {
	return []int{0, 1, 1, 2, 4, 8, 0, 0}[k.id>>28&7]
}

// The names of keys that want uses.
const (
	keyModel    = "CFG-NAVSPG-DYNMODEL"
	keySentence = "CFG-MSGOUT-NMEA_ID_"
	keyMessage  = "CFG-MSGOUT-UBX_"
	keyOutUBX   = "OUTPROT-UBX" // after the port's name
	keyLength   = "CFG-TP-LEN_LOCK_TP1"
	keyIsLength = "CFG-TP-PULSE_LENGTH_DEF"
)

// keys are all items that are read and written, except those of the port.
var keys = []key{
	{keySentence + "GGA", 0x209100BA, true},
	{keySentence + "GLL", 0x209100C9, true},
	{keySentence + "GSA", 0x209100BF, true},
	{keySentence + "GSV", 0x209100C4, true},
	{keySentence + "RMC", 0x209100AB, true},
	{keySentence + "VTG", 0x209100B0, true},
	{keySentence + "GRS", 0x209100CE, true},
	{keySentence + "GST", 0x209100D3, true},
	{keySentence + "ZDA", 0x209100D8, true},
	{keySentence + "GBS", 0x209100DD, true},
	{keyMessage + "NAV_TIMEUTC", 0x2091005B, true},
	{keyMessage + "NAV_TIMELS", 0x20910060, true},
	{keyMessage + "TIM_TP", 0x2091017D, true},
	{keyModel, 0x20110021, false},
	{"CFG-TP-PULSE_DEF", 0x20050023, false}, // 0: PERIOD, 1: FREQ
	{keyIsLength, 0x20050030, false},        // 0: RATIO, 1: LENGTH
	{"CFG-TP-PERIOD_TP1", 0x40050002, false},
	{"CFG-TP-PERIOD_LOCK_TP1", 0x40050003, false},
	{"CFG-TP-LEN_TP1", 0x40050004, false},
	{keyLength, 0x40050005, false},
	{"CFG-TP-TP1_ENA", 0x10050007, false},
	{"CFG-TP-SYNC_GNSS_TP1", 0x10050008, false},
	{"CFG-TP-USE_LOCKED_TP1", 0x10050009, false},
	{"CFG-TP-ALIGN_TO_TOW_TP1", 0x1005000A, false},
}

// A portKeys is a port: its number, and the keys of its baud rate and of its output.
type portKeys struct {
	number int
	name   string
	baud   uint32 // 0: it has no rate
	out    uint32 // OUTPROT-UBX
}

var (
	uart1 = portKeys{1, "CFG-UART1", 0x40520001, 0x10740001}
	uart2 = portKeys{2, "CFG-UART2", 0x40530001, 0x10760001}
	usb   = portKeys{3, "CFG-USB", 0, 0x10780001}
)

// A keyed is a u-blox 9, 10 or later.
type keyed struct{ port portKeys }

func (u *keyed) identify(l *link) (Identity, error) {
	id, d, err := version(l)
	if _, same := d.(*keyed); err == nil && !same {
		return id, fmt.Errorf("%s has the older interface: %w", id.Name, errRefused)
	}
	return id, err
}

// all returns the keys for the receiver's port, the rate last.
func (u *keyed) all() []key {
	list := slices.Clone(keys)
	for i := range list {
		if list[i].port {
			list[i].id += uint32(u.port.number)
		}
	}
	list = append(list, key{name: u.port.name + keyOutUBX, id: u.port.out})
	if u.port.baud != 0 {
		list = append(list, key{name: Baud, id: u.port.baud})
	}
	return list
}

// named returns a key by its name.
func (u *keyed) named(name string) (key, error) {
	list := u.all()
	if i := slices.IndexFunc(list, func(k key) bool { return k.name == name }); i >= 0 {
		return list[i], nil
	}
	return key{}, fmt.Errorf("unknown setting %q", name)
}

// errTwoPorts means that nothing shows which of two ports is the one that is connected.
var errTwoPorts = errors.New("which of its two ports is connected is unknown, since both have the same rate and send UBX: give the other one another rate, or turn off its UBX output")

// findPort finds the port that the receiver is connected with: native USB, or the UART
// whose rate is the current one. Of two with that rate, it is the one whose UBX output is on,
// since it answers. Once found, the port stays, whatever its rate becomes.
func (u *keyed) findPort(l *link) error {
	if u.port != (portKeys{}) {
		return nil
	}
	if !l.wire {
		u.port = usb
		return nil
	}
	found, sends := "", 0
	var here []portKeys // with the current rate, those that send UBX first
	for _, p := range []portKeys{uart1, uart2} {
		rate, err := u.get(l, key{name: Baud, id: p.baud}, layerRAM)
		if errors.Is(err, errRefused) {
			continue
		}
		if err != nil {
			return err
		}
		found += fmt.Sprintf(", %s %s", p.name, rate)
		if rate != strconv.Itoa(l.baud) {
			continue
		}
		out, err := u.get(l, key{name: p.name + keyOutUBX, id: p.out}, layerRAM)
		switch {
		case err != nil && !errors.Is(err, errRefused):
			return err
		case out == "1":
			here = slices.Insert(here, sends, p)
			sends++
		default:
			here = append(here, p)
		}
	}
	switch {
	case len(here) == 0:
		return fmt.Errorf("no port of the receiver has %d baud%s: is it connected with I2C or SPI? %w", l.baud, found, errRefused)
	case len(here) > 1 && sends != 1:
		return errTwoPorts
	}
	u.port = here[0]
	return nil
}

// of reports whether settings are of the port that is connected, as far as they show it.
func (u *keyed) of(settings []Setting) bool {
	return !slices.ContainsFunc(settings, func(s Setting) bool {
		return strings.HasSuffix(s.Name, keyOutUBX) && s.Name != u.port.name+keyOutUBX
	})
}

// get reads an item from a layer.
func (u *keyed) get(l *link, k key, layer byte) (v string, err error) {
	request := binary.LittleEndian.AppendUint32([]byte{0, layer, 0, 0}, k.id)
	p, err := poll(l, classCFG, idVALGET, request, func(p []byte) bool {
		return len(p) == 8+k.size() && p[0] == 1 && p[1] == layer && binary.LittleEndian.Uint32(p[4:]) == k.id
	})
	if err != nil {
		return "", err
	}
	var wide [8]byte
	copy(wide[:], p[8:])
	return strconv.FormatUint(binary.LittleEndian.Uint64(wide[:]), 10), nil
}

// setBytes returns a key and its value.
func (k key) setBytes(v string) ([]byte, error) {
	n, err := strconv.ParseUint(v, 10, 8*k.size())
	if err != nil {
		return nil, fmt.Errorf("%s %q: expected a number of %d bytes", k.name, v, k.size())
	}
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(nil, k.id), n)[:4+k.size()], nil
}

// set writes an item to layers.
func (u *keyed) set(l *link, k key, v string, layers byte) error {
	item, err := k.setBytes(v)
	if err != nil {
		return err
	}
	return l.ask(receiver.UBX(classCFG, idVALSET, append([]byte{0, layers, 0, 0}, item...)), ubxACK(classCFG, idVALSET))
}

func (u *keyed) read(l *link) (list []Setting, err error) {
	if err := u.findPort(l); err != nil {
		return nil, err
	}
	for _, k := range u.all() {
		v, err := u.get(l, k, layerRAM)
		switch {
		case errors.Is(err, errRefused):
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", k.name, err)
		default:
			list = append(list, Setting{k.name, v})
		}
	}
	return list, nil
}

func (u *keyed) want(group Group, now []Setting) (list []Setting) {
	switch group {
	case GroupSentences:
		for _, name := range costly {
			list = append(list, Setting{keySentence + name, "0"})
		}
	case GroupTime:
		for _, name := range timely {
			list = append(list, Setting{keySentence + name, "1"})
		}
	case GroupStationary:
		list = []Setting{{keyModel, strconv.Itoa(stationary)}}
	case GroupPulse:
		list = wantedKeys(now)
	case GroupUBX:
		for _, k := range keys {
			if strings.HasPrefix(k.name, keyMessage) {
				list = append(list, Setting{k.name, "1"})
			}
		}
		list = append(list, Setting{u.port.name + keyOutUBX, "1"})
	}
	return list
}

// wantedKeys are the settings of a pulse once a second, only with lock. The delays, the
// polarity and the time grid stay, as does a length between 0 and 1 s.
func wantedKeys(now []Setting) []Setting {
	length := strconv.Itoa(pulseLength)
	if v, _ := value(now, keyLength); v != "" && v != "0" {
		isLength, _ := value(now, keyIsLength)
		if n, err := strconv.Atoi(v); err == nil && n < second && isLength == "1" {
			length = v
		}
	}
	period := strconv.Itoa(second)
	return []Setting{
		{"CFG-TP-PULSE_DEF", "0"}, {keyIsLength, "1"},
		{"CFG-TP-PERIOD_TP1", period}, {"CFG-TP-PERIOD_LOCK_TP1", period},
		{"CFG-TP-LEN_TP1", "0"}, {keyLength, length},
		{"CFG-TP-SYNC_GNSS_TP1", "1"}, {"CFG-TP-USE_LOCKED_TP1", "1"}, {"CFG-TP-ALIGN_TO_TOW_TP1", "1"},
		{"CFG-TP-TP1_ENA", "1"},
	}
}

func (u *keyed) write(l *link, s Setting) error {
	k, err := u.named(s.Name)
	if err != nil {
		return err
	}
	if s.Name != Baud {
		return u.set(l, k, s.Value, bitRAM)
	}
	rate, err := rateOf(s.Value)
	if err != nil {
		return err
	}
	item, err := k.setBytes(s.Value)
	if err != nil {
		return err
	}
	return l.changeBaud(receiver.UBX(classCFG, idVALSET, append([]byte{0, bitRAM, 0, 0}, item...)), rate, func(f frame) bool {
		_, err := ubxACK(classCFG, idVALSET)(f)
		return err != nil
	})
}

func (u *keyed) readBack(l *link, name string) (string, error) {
	k, err := u.named(name)
	if err != nil {
		return "", err
	}
	return u.get(l, k, layerRAM)
}

func (u *keyed) explain(s Setting) string {
	switch {
	case s.Name == keyModel:
		return dynamicModel(s.Value)
	case strings.HasPrefix(s.Name, keySentence), strings.HasPrefix(s.Name, keyMessage):
		return everySeconds(s.Value)
	}
	return s.Value
}

func (u *keyed) keeps() string { return "until it loses power" }

// A memory is a layer that survives a loss of power.
type memory struct {
	name       string
	bit, layer byte
}

// memories: the first is kept only with a backup battery.
var memories = []memory{{"bbr", bitBBR, layerBBR}, {"flash", bitFlash, layerFlash}}

func (u *keyed) readStored(l *link, settings []Setting) (list []Stored, err error) {
	for _, m := range memories {
		for _, s := range settings {
			k, err := u.named(s.Name)
			if err != nil {
				return nil, err
			}
			v, err := u.get(l, k, m.layer)
			if err != nil && !errors.Is(err, errRefused) {
				return nil, fmt.Errorf("read %s in %s: %w", s.Name, m.name, err)
			}
			list = append(list, Stored{m.name, Setting{s.Name, v}})
		}
	}
	return list, nil
}

// store writes to the battery-backed RAM and to the flash. Models without flash refuse the
// first setting.
func (u *keyed) store(l *link, settings []Setting) error {
	layers := byte(bitBBR | bitFlash)
	for i, s := range settings {
		k, err := u.named(s.Name)
		if err != nil {
			return err
		}
		err = u.set(l, k, s.Value, layers)
		if i == 0 && errors.Is(err, errRefused) {
			layers = bitBBR
			err = u.set(l, k, s.Value, layers)
		}
		if err != nil {
			return fmt.Errorf("store %s: %w", s.Name, err)
		}
	}
	return nil
}

// restoreStored writes back what each memory contained, and deletes what it did not.
func (u *keyed) restoreStored(l *link, list []Stored, _ []Setting) error {
	for _, s := range list {
		k, err := u.named(s.Name)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(memories, func(m memory) bool { return m.name == s.Memory })
		if i < 0 {
			return fmt.Errorf("unknown memory %q", s.Memory)
		}
		if err := u.restore(l, k, s.Value, memories[i]); err != nil {
			return fmt.Errorf("restore %s in %s: %w", s.Name, s.Memory, err)
		}
	}
	return nil
}

// restore writes an item to a memory, or deletes it if the value is empty.
func (u *keyed) restore(l *link, k key, v string, m memory) error {
	now, err := u.get(l, k, m.layer)
	switch {
	case err != nil && !errors.Is(err, errRefused):
		return err
	case now == v:
		return nil
	case v == "":
		request := binary.LittleEndian.AppendUint32([]byte{0, m.bit, 0, 0}, k.id)
		return l.ask(receiver.UBX(classCFG, idVALDEL, request), ubxACK(classCFG, idVALDEL))
	}
	return u.set(l, k, v, m.bit)
}
