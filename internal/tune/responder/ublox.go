package responder

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// cutUBX returns the length of the first UBX message; 1 for another byte.
func cutUBX(data []byte) int {
	switch {
	case len(data) == 0:
		return 0
	case data[0] != 0xB5 || len(data) > 1 && data[1] != 0x62:
		return 1
	case len(data) < 8:
		return 0
	}
	n := 8 + int(binary.LittleEndian.Uint16(data[4:6]))
	if len(data) < n {
		return 0
	}
	return n
}

// openUBX returns class and ID as four hexadecimal digits, and the payload; "" if the
// checksum is wrong.
func openUBX(message []byte) (name string, payload []byte) {
	n := len(message)
	if n < 8 || !bytes.Equal(fletcher(message[2:n-2]), message[n-2:]) {
		return "", nil
	}
	return hex.EncodeToString(message[2:4]), message[6 : n-2]
}

func fletcher(data []byte) []byte {
	var a, b byte
	for _, c := range data {
		a += c
		b += a
	}
	return []byte{a, b}
}

// ubx frames a message.
func ubx(name string, payload []byte) []byte {
	head, _ := hex.DecodeString(name)
	body := append(binary.LittleEndian.AppendUint16(head, uint16(len(payload))), payload...)
	return append(append([]byte{0xB5, 0x62}, body...), fletcher(body)...)
}

// ack is UBX-ACK-ACK or UBX-ACK-NAK for a message.
func ack(name string, yes bool) []byte {
	of, _ := hex.DecodeString(name)
	if yes {
		return ubx("0501", of)
	}
	return ubx("0500", of)
}

// monVER is the answer to UBX-MON-VER.
func monVER(software string, texts ...string) []byte {
	payload := make([]byte, 40+30*len(texts))
	copy(payload, software)
	copy(payload[30:], "00080000")
	for i, text := range texts {
		copy(payload[40+30*i:], text)
	}
	return ubx("0a04", payload)
}

// An oldUblox is a u-blox 6, 7 or 8. Its settings are the payloads of its messages:
// "port", "nav5", "tp5" in hexadecimal, and the rate of each message.
type oldUblox struct {
	software, protocol string
	usb                bool // it is connected by native USB
	silent             bool // it ignores unknown messages
}

var ubloxSentences = []struct{ kind, id string }{
	{"RMC", "f004"}, {"VTG", "f005"}, {"GGA", "f000"}, {"GSA", "f002"}, {"GSV", "f003"}, {"GLL", "f001"}, {"GRS", "f006"}, {"GST", "f007"}, {"ZDA", "f008"}, {"GBS", "f009"},
}

func (u *oldUblox) defaults() map[string]string {
	m := map[string]string{
		"port": "01000000d00800008025000007000300" + "00000000",
		"nav5": "ffff00030000000010270000" + "0500fa00fa0064002c010000000000000000000000000000",
		// From u-blox's defaults, with the pulse also without lock, and 2 Hz.
		"tp5": "000000003200000020a1070020a10700" + "50c30000a086010000000000f3000000",
	}
	if u.usb {
		m["port"] = "0300000000000000000000000700030000000000"
	}
	for _, s := range ubloxSentences {
		m["msg "+s.id] = "0"
	}
	for _, id := range []string{"f000", "f001", "f002", "f003", "f004", "f005"} {
		m["msg "+id] = "1"
	}
	for _, id := range []string{"0121", "0d01"} {
		m["msg "+id] = "0"
	}
	if u.protocol != "" {
		m["msg 0126"] = "0"
	}
	return m
}

func (*oldUblox) start(ram, memory map[string]string) { maps.Copy(ram, memory) }
func (*oldUblox) cut(data []byte) int                 { return cutUBX(data) }

func (*oldUblox) baud(ram map[string]string) int {
	p, _ := hex.DecodeString(ram["port"])
	return int(binary.LittleEndian.Uint32(p[8:]))
}

// setPortBaud changes the rate in the payload of UBX-CFG-PRT.
func setPortBaud(ram map[string]string, baud int) {
	p, _ := hex.DecodeString(ram["port"])
	binary.LittleEndian.PutUint32(p[8:], uint32(baud))
	ram["port"] = hex.EncodeToString(p)
}

func (u *oldUblox) sentences(r *Receiver, second int) []string {
	var kinds []string
	for _, s := range ubloxSentences {
		kinds = append(kinds, s.kind)
	}
	return style{".00", "11437", "1.01"}.lines(second, due(second, kinds, func(kind string) int {
		for _, s := range ubloxSentences {
			if s.kind == kind {
				n, _ := strconv.Atoi(r.ram["msg "+s.id])
				return n
			}
		}
		return 0
	})...)
}

func (u *oldUblox) answer(r *Receiver, command []byte) []byte {
	name, p := openUBX(command)
	key := map[string]string{"0600": "port", "0624": "nav5", "0631": "tp5"}[name]
	switch {
	case name == "0a04" && u.protocol == "":
		return monVER(u.software)
	case name == "0a04":
		return monVER(u.software, u.protocol, "GPS;GLO;GAL;BDS")
	case name == "0601":
		return u.message(r, p)
	case key != "" && len(p) == 0:
		payload, _ := hex.DecodeString(r.ram[key])
		return append(ubx(name, payload), ack(name, true)...)
	case key != "" && len(p)*2 == len(r.ram[key]):
		return ack(name, r.apply(name, func(ram, _ map[string]string) { ram[key] = u.merged(key, ram[key], p) }))
	case name == "0609" && len(p) == 13:
		return ack(name, r.apply("save", func(ram, memory map[string]string) { maps.Copy(memory, ram) }))
	case name == "", u.silent:
		return nil
	}
	return ack(name, false)
}

// port is the number of the port that it is connected with.
func (u *oldUblox) port() int {
	if u.usb {
		return 3
	}
	return 1
}

// merged returns a setting after a message: UBX-CFG-NAV5 applies only what its mask names.
func (u *oldUblox) merged(key, old string, payload []byte) string {
	if key == "nav5" {
		p, _ := hex.DecodeString(old)
		if payload[0]&1 != 0 {
			p[2] = payload[2]
		}
		return hex.EncodeToString(p)
	}
	return hex.EncodeToString(payload)
}

// message is UBX-CFG-MSG.
func (u *oldUblox) message(r *Receiver, p []byte) []byte {
	if len(p) < 2 {
		return ack("0601", false)
	}
	key := "msg " + hex.EncodeToString(p[:2])
	rate, known := r.ram[key]
	switch {
	case !known:
		return ack("0601", false)
	case len(p) == 2:
		n, _ := strconv.Atoi(rate)
		rates := []byte{p[0], p[1], 7, 7, 7, 7, 7, 7} // of the ports: I2C, UART1, UART2, USB, SPI
		rates[2+u.port()] = byte(n)
		return append(ubx("0601", rates), ack("0601", true)...)
	case len(p) == 3:
		return ack("0601", r.apply(fmt.Sprintf("%s = %d", key, p[2]), func(ram, _ map[string]string) { ram[key] = strconv.Itoa(int(p[2])) }))
	}
	return ack("0601", false)
}

// A newUblox is a u-blox 9 or 10. Its settings are keys, as 8 hexadecimal digits; in the
// memory, the layer precedes them.
type newUblox struct {
	software, protocol string
	baudRate           int
	flash              bool // it has flash memory
	usb                bool // it is connected by native USB
	uart2              bool // it is connected by UART2, and UART1 has its own settings
}

// ubloxKeys are the keys that it has, with their defaults and sizes.
var ubloxKeys = map[string]struct {
	value string
	size  int
}{
	"209100bb": {"1", 1}, "209100ca": {"1", 1}, "209100c0": {"1", 1}, "209100c5": {"1", 1}, "209100ac": {"1", 1}, "209100b1": {"1", 1},
	"209100d9": {"0", 1}, "209100cf": {"0", 1}, "209100d4": {"0", 1}, "209100de": {"0", 1},
	"2091005c": {"0", 1}, "20910061": {"0", 1}, "2091017e": {"0", 1},
	"20110021": {"0", 1},
	"20050023": {"0", 1}, "20050030": {"1", 1}, "40050002": {"1000000", 4}, "40050003": {"500000", 4}, "40050004": {"100000", 4}, "40050005": {"50000", 4},
	"10050007": {"1", 1}, "10050008": {"1", 1}, "10050009": {"0", 1}, "1005000a": {"1", 1},
	"10740001": {"1", 1},
	"baud":     {"", 4},
}

// size returns the size of a key, and whether the receiver has it. The keys of UART2 are the
// next to those of UART1.
func (u *newUblox) size(key string) (size int, ok bool) {
	if u.uart2 && key != "" && key[0] == '2' {
		n, _ := strconv.ParseUint(key, 16, 32)
		if known, ok := ubloxKeys[fmt.Sprintf("%08x", n-1)]; ok && n>>16 == 0x2091 {
			return known.size, true
		}
	}
	switch {
	case u.uart2 && key == "10760001":
		return 1, true
	case u.uart2 && key == "baud2":
		return 4, true
	}
	known, ok := ubloxKeys[key]
	return known.size, ok
}

func (u *newUblox) defaults() map[string]string {
	m := map[string]string{}
	for k, v := range ubloxKeys {
		m[k] = v.value
		if n, err := strconv.ParseUint(k, 16, 32); u.uart2 && err == nil && n>>16 == 0x2091 {
			m[fmt.Sprintf("%08x", n+1)] = v.value
		}
	}
	m["baud"] = strconv.Itoa(u.baudRate)
	if u.uart2 {
		m["baud2"], m["10760001"] = m["baud"], "1"
	}
	return m
}

func (u *newUblox) start(ram, memory map[string]string) {
	for _, layer := range []string{"2 ", "1 "} { // flash, then battery-backed RAM
		for k, v := range memory {
			if key, ok := strings.CutPrefix(k, layer); ok {
				ram[key] = v
			}
		}
	}
}

func (*newUblox) cut(data []byte) int { return cutUBX(data) }

func (u *newUblox) baud(ram map[string]string) int {
	key := "baud"
	if u.uart2 {
		key = "baud2"
	}
	n, _ := strconv.Atoi(ram[key])
	return n
}

func (u *newUblox) sentences(r *Receiver, second int) []string {
	keys := map[string]string{"RMC": "209100ac", "VTG": "209100b1", "GGA": "209100bb", "GSA": "209100c0", "GSV": "209100c5", "GLL": "209100ca", "ZDA": "209100d9", "GRS": "209100cf", "GST": "209100d4", "GBS": "209100de"}
	return style{".00", "11437", "1.01"}.lines(second, due(second, []string{"RMC", "VTG", "GGA", "GSA", "GSV", "GLL", "GRS", "GST", "ZDA", "GBS"}, func(kind string) int {
		key := keys[kind]
		if u.uart2 {
			id, _ := strconv.ParseUint(key, 16, 32)
			key = fmt.Sprintf("%08x", id+1)
		}
		n, _ := strconv.Atoi(r.ram[key])
		return n
	})...)
}

func (u *newUblox) answer(r *Receiver, command []byte) []byte {
	name, p := openUBX(command)
	switch {
	case name == "0a04":
		return monVER(u.software, "FWVER=HPG 1.12", u.protocol, "MOD=ZED-F9P")
	case name == "068b" && len(p) == 8:
		return u.get(r, p)
	case name == "068a" && len(p) > 8:
		return u.set(r, p)
	case name == "068c" && len(p) == 8:
		return u.del(r, p)
	case name == "":
		return nil
	}
	return ack(name, false)
}

// keyOf returns the key in the first four bytes, little endian, under the name of its
// setting.
func (u *newUblox) keyOf(p []byte) string {
	id := binary.LittleEndian.Uint32(p)
	switch {
	case u.usb && id>>16 == 0x2091: // its keys are kept as those of UART1
		id -= 2
	case u.usb && id == 0x10780001:
		id = 0x10740001
	case u.usb && id&0xFFF == 1 && id>>24 == 0x40, u.usb && id == 0x10740001:
		return "of another port"
	case id == 0x40520001:
		return "baud"
	case u.uart2 && id == 0x40530001:
		return "baud2"
	}
	return fmt.Sprintf("%08x", id)
}

// get is UBX-CFG-VALGET, for one key.
func (u *newUblox) get(r *Receiver, p []byte) []byte {
	k := u.keyOf(p[4:])
	size, ok := u.size(k)
	v := r.ram[k]
	if layer := p[1]; layer != 0 {
		v, ok = r.memory[fmt.Sprintf("%d %s", layer, k)]
	}
	if !ok {
		return ack("068b", false)
	}
	n, _ := strconv.ParseUint(v, 10, 64)
	value := binary.LittleEndian.AppendUint64(nil, n)[:size]
	return append(ubx("068b", append(append([]byte{1, p[1], 0, 0}, p[4:8]...), value...)), ack("068b", true)...)
}

// set is UBX-CFG-VALSET, for one key.
func (u *newUblox) set(r *Receiver, p []byte) []byte {
	k, layers := u.keyOf(p[4:]), p[1]
	size, ok := u.size(k)
	if !ok || len(p) != 8+size || layers&4 != 0 && !u.flash {
		return ack("068a", false)
	}
	var wide [8]byte
	copy(wide[:], p[8:])
	v := strconv.FormatUint(binary.LittleEndian.Uint64(wide[:]), 10)
	return ack("068a", r.apply(fmt.Sprintf("set %s = %s in %d", k, v, layers), func(ram, memory map[string]string) {
		for bit, name := range map[byte]string{2: "1 ", 4: "2 "} {
			if layers&bit != 0 {
				memory[name+k] = v
			}
		}
		if layers&1 != 0 {
			ram[k] = v
		}
	}))
}

// del is UBX-CFG-VALDEL, for one key.
func (u *newUblox) del(r *Receiver, p []byte) []byte {
	k, layers := u.keyOf(p[4:]), p[1]
	return ack("068c", r.apply(fmt.Sprintf("delete %s from %d", k, layers), func(_, memory map[string]string) {
		for bit, name := range map[byte]string{2: "1 ", 4: "2 "} {
			if layers&bit != 0 {
				delete(memory, name+k)
			}
		}
	}))
}
