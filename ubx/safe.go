package ubx

// A Part is a part of a payload: the bytes from From up to, not including, To.
type Part struct{ From, To int }

// wholes are the messages without anything about the position, and their sizes.
var wholes = map[Kind]int{
	NavStatus: statusSize, NavTimeGPS: timeGPSSize, NavTimeUTC: timeUTCSize, NavTimeLS: timeLSSize,
	TimTP: timTPSize, MonHW: monHWSize,
}

// Safe returns the parts of the payload that are known to contain nothing about the position
// of the receiver, in order: all that this package decodes. The places of satellites in the
// sky show a region, and are not safe.
func (m Message) Safe() (parts []Part) {
	size := len(m.Payload())
	switch kind := m.Kind(); kind {
	case NavPVT:
		parts = []Part{{0, pvtLon}, {pvtPDOP, pvtFlags3}}
	case NavSat:
		parts = []Part{{0, satHead}}
		for at := satHead; at+svSize <= size; at += svSize {
			parts = append(parts, Part{at, at + svElev}, Part{at + svFlags, at + svSize})
		}
	case MonRF:
		parts = []Part{{0, size}}
	case SecSig:
		parts = []Part{{0, size}}
	default:
		parts = []Part{{0, wholes[kind]}}
	}
	for i := range parts {
		parts[i] = Part{min(parts[i].From, size), min(parts[i].To, size)}
	}
	return parts
}

// SetChecksum corrects the checksum of a frame in place.
func SetChecksum(frame []byte) {
	copy(frame[len(frame)-frameSum:], checksum(frame[frameClass:len(frame)-frameSum]))
}

// HeaderSize is the number of bytes of a frame before its payload.
const HeaderSize = framePayload
