package ubx

import "encoding/binary"

// The messages that this package decodes.
const (
	NavStatus  Kind = 0x0103 // fix and spoofing
	NavPVT     Kind = 0x0107 // time, fix and position
	NavTimeGPS Kind = 0x0120 // time of GPS
	NavTimeUTC Kind = 0x0121 // time of UTC
	NavTimeLS  Kind = 0x0126 // leap seconds
	NavSat     Kind = 0x0135 // satellites
	MonHW      Kind = 0x0a09 // antenna and jamming
	MonRF      Kind = 0x0a38 // the same, of each radio
	TimTP      Kind = 0x0d01 // the next pulse
	SecSig     Kind = 0x2709 // jamming and spoofing
)

var names = map[Kind]string{
	NavStatus: "NAV-STATUS", NavPVT: "NAV-PVT", NavTimeGPS: "NAV-TIMEGPS", NavTimeUTC: "NAV-TIMEUTC", NavTimeLS: "NAV-TIMELS",
	NavSat: "NAV-SAT", MonHW: "MON-HW", MonRF: "MON-RF", TimTP: "TIM-TP", SecSig: "SEC-SIG",
}

// String returns the name, such as "NAV-PVT". For a message that this package does not
// decode, it returns class and ID, such as "UBX-01-04".
func (k Kind) String() string {
	if name, ok := names[k]; ok {
		return name
	}
	const digits = "0123456789ABCDEF"
	return string([]byte{'U', 'B', 'X', '-', digits[k>>12], digits[k>>8&15], '-', digits[k>>4&15], digits[k&15]})
}

// A layout is a payload whose fields are read or written at their offsets.
type layout []byte

func (p layout) u1(at int) uint8  { return p[at] }
func (p layout) i1(at int) int8   { return int8(p[at]) }
func (p layout) u2(at int) uint16 { return binary.LittleEndian.Uint16(p[at:]) }
func (p layout) i2(at int) int16  { return int16(p.u2(at)) }
func (p layout) u4(at int) uint32 { return binary.LittleEndian.Uint32(p[at:]) }
func (p layout) i4(at int) int32  { return int32(p.u4(at)) }

func (p layout) setU2(at int, v uint16) { binary.LittleEndian.PutUint16(p[at:], v) }
func (p layout) setU4(at int, v uint32) { binary.LittleEndian.PutUint32(p[at:], v) }

// payload returns the payload of a message of this kind, if it is not shorter than size.
// Newer receivers may add fields at the end.
func (m Message) payload(kind Kind, size int) (layout, bool) {
	if m.Kind() != kind || len(m.Payload()) < size {
		return nil, false
	}
	return m.Payload(), true
}

// bit reports whether bit n is set.
func bit(flags uint8, n int) bool { return flags>>n&1 != 0 }

// A flag is the value of a bit.
func flag(set bool, n int) uint8 {
	if set {
		return 1 << n
	}
	return 0
}
