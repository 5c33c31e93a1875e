package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

// A blanker removes positions from the bytes of a receiver, and everything that it does not
// know to be something else. A clock decides the same from the result:
//
//   - Each byte is replaced by one byte, so that the timing of the bytes stays.
//   - A digit becomes 0, and a letter X. This is undone for what is known to be harmless, once
//     the checksum of the sentence has arrived and is right: in a damaged sentence, a
//     position may stand in any field.
//   - A checksum that was right is right for the new text, and one that was wrong is wrong.
//   - Bytes outside sentences become 0, except line ends. They may be binary messages. In a UBX
//     message with a right checksum, header and harmless fields are restored, and the
//     checksum is right for the rest: the message is found at the same place.
//
// It follows the states of nmea.Framer, so that both agree about where a sentence is, and asks
// nmea.Decoder which sentences a clock reads.
//
// A unit is a sentence. UBX messages are found beside them, as a clock does.
type blanker struct {
	state    framing
	unit     []byte // as received so far; empty outside sentences
	decoder  nmea.Decoder
	messages ubx.Framer
	found    []message // in the read
}

// A message is a UBX message as received.
type message struct {
	raw []byte
	end int // in the data
}

// framing is where the next byte belongs.
type framing uint8

const (
	outside framing = iota
	inside
	sum1 // expects the first digit of the checksum
	sum2
	whole // the sentence is complete
)

// blank replaces the bytes of a read in place, which are those from a place on. The bytes
// before must end with what was received of the unfinished unit. Reads must be given in
// their order.
func (b *blanker) blank(data []byte, from int) {
	b.find(data, from)
	defer b.restore(data)
	for i := from; i < len(data); i++ {
		if c := data[i]; c == '\r' || c == '\n' {
			if b.state == inside { // a sentence without a checksum
				b.rewrite(data[:i])
			}
			b.drop()
			continue
		}
		data[i] = b.next(data[i])
		if b.state == whole {
			b.rewrite(data[:i+1])
			b.drop()
		}
	}
}

// find finds the UBX messages that end in the data from a place on.
func (b *blanker) find(data []byte, from int) {
	b.found = b.found[:0]
	end := from - int(b.messages.Stats().Bytes)
	for b.messages.Push(data[from:]); ; {
		m, more := b.messages.Next()
		if !more {
			return
		}
		if place := end + int(m.Start) + len(m.Raw); place >= len(m.Raw) {
			b.found = append(b.found, message{append([]byte(nil), m.Raw...), place})
		}
	}
}

// restore restores what is harmless in the messages that were found.
func (b *blanker) restore(data []byte) {
	for _, m := range b.found {
		blanked := data[m.end-len(m.raw) : m.end]
		copy(blanked, m.raw[:ubx.HeaderSize])
		free := blanked[ubx.HeaderSize : len(blanked)-len(m.sum())] // what is not harmless, at the end the last of it
		for _, part := range (ubx.Message{Raw: m.raw}).Safe() {
			copy(blanked[ubx.HeaderSize+part.From:ubx.HeaderSize+part.To], m.raw[ubx.HeaderSize+part.From:])
			if part.From == 0 {
				free = free[part.To:]
			}
		}
		m.fill(blanked, free)
	}
}

// sum returns the two bytes of the checksum.
func (m message) sum() []byte { return m.raw[len(m.raw)-2:] }

// fill sets the checksum of a blanked message. A sentence may have begun within the message,
// and nmea.Framer sees the checksum as a part of it: so its two bytes must be of the same kind
// as before. Two blanked bytes, the first that are 0, are chosen for that. The checksum itself
// must change: it would show something of the position.
func (m message) fill(blanked, free []byte) {
	first := bytes.IndexByte(free, 0)
	if first < 0 {
		ubx.SetChecksum(blanked)
		return
	}
	second := first
	if next := bytes.IndexByte(free[first+1:min(len(free), first+9)], 0); next >= 0 {
		second += 1 + next
	}
	for i := range fillers {
		for j := range fillers {
			free[second], free[first] = fillers[i], fillers[j]
			ubx.SetChecksum(blanked)
			sum := blanked[len(blanked)-2:]
			if kindOf(sum[0]) == kindOf(m.sum()[0]) && kindOf(sum[1]) == kindOf(m.sum()[1]) {
				return
			}
		}
	}
}

// fillers are bytes that end a sentence and begin nothing, as 0 does.
var fillers = func() (list []byte) {
	for c := range 256 {
		if k := kindOf(byte(c)); k == 5 && c != 0xb5 { // which begins a UBX message
			list = append(list, byte(c))
		}
	}
	return list
}()

// kindOf returns what a byte is to nmea.Framer.
func kindOf(c byte) int {
	switch {
	case c == '$':
		return 0
	case c == '\r', c == '\n':
		return 1
	case c == '*':
		return 2
	case strings.IndexByte(hexDigits, c) >= 0:
		return 3
	case c >= ' ' && c <= '~':
		return 4
	}
	return 5
}

// open reports whether a unit or a message is unfinished.
func (b *blanker) open() bool { return b.state != outside || b.messages.Pending() }

// reset drops unfinished sentences and messages, because the next bytes do not follow the last.
func (b *blanker) reset() {
	b.drop()
	b.messages = ubx.Framer{}
}

// drop forgets the unit. The rest of an unfinished unit is outside of sentences.
func (b *blanker) drop() { b.state, b.unit = outside, b.unit[:0] }

// next returns what replaces a byte as long as its sentence is unfinished.
func (b *blanker) next(c byte) byte {
	switch {
	case c == '$':
		b.state, b.unit = inside, append(b.unit[:0], c)
		return c
	case b.state == outside:
		return 0
	case c < ' ' || c > '~':
		b.drop()
		return 0
	case b.state == inside:
		return b.text(c)
	}
	return b.sum(c)
}

// text returns what replaces a byte of the text of a sentence.
func (b *blanker) text(c byte) byte {
	if b.hold(c) && c == '*' {
		b.state = sum1
		return c
	}
	return masked(c)
}

// sum returns what replaces a digit of the checksum.
func (b *blanker) sum(c byte) byte {
	if strings.IndexByte(hexDigits, c) < 0 {
		b.drop()
		return 'X' // not a digit either
	}
	if b.hold(c) {
		b.state++
	}
	return '0'
}

const hexDigits = "0123456789ABCDEFabcdef"

// hold keeps a byte of the sentence, and reports whether there was room for it.
func (b *blanker) hold(c byte) bool {
	if len(b.unit) == nmea.MaxSentence {
		b.drop()
		return false
	}
	b.unit = append(b.unit, c)
	return true
}

// masked returns the replacement of a character that may be part of a position. Punctuation
// remains, since it shows the form of a field, but not a sign, which shows the hemisphere.
func masked(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return '0'
	case strings.IndexByte(` .,:;/\`, c) >= 0:
		return c
	}
	return 'X'
}

// mask masks the characters of a text in place.
func mask(text []byte) {
	for i, c := range text {
		text[i] = masked(c)
	}
}

// sumLength is the length of a checksum with its asterisk.
const sumLength = len("*hh")

// rewrite replaces the unit, which is a whole sentence, at the end of the data.
func (b *blanker) rewrite(data []byte) {
	_, err := b.decoder.Decode(b.unit)
	text, sum := b.unit[1:], []byte(nil)
	if n := len(text) - sumLength; n >= 0 && text[n] == '*' {
		text, sum = text[:n], text[n+1:]
	}
	right := err == nil || errors.Is(err, nmea.ErrRange)
	if right {
		blankFields(text)
	} else {
		mask(text)
	}
	if sum != nil {
		is := byte(0)
		for _, c := range text {
			is ^= c
		}
		if !right { // how much it was wrong by may show a digit that was lost
			is = ^is
		}
		copy(sum, fmt.Sprintf("%02X", is))
	}
	copy(data[len(data)-len(b.unit):], b.unit)
}

// harmless has the fields of each sentence that contain no position, by its type or its
// whole address. Character i is the form of field i, as in forms; with any other character,
// and beyond the end, the field is blanked. Field 0 is the address. A clock reads no other.
//
// Also blanked are what shows a region: speed and course, magnetic variation, separation of
// the geoid, time zone, and where the satellites stand in the sky.
var harmless = map[string]string{
	"RMC":     ".t1......d..11", // time, status, date, mode, navigation status
	"GGA":     ".t....11f",      // time, quality, satellites, HDOP
	"GNS":     ".t....11f....1", // time, modes, satellites, HDOP, navigation status
	"GLL":     ".....t11",       // time, status, mode
	"ZDA":     ".t11y",          // time, day, month, year
	"ZDG":     ".t11y",
	"GSA":     ".11111111111111fff1",     // satellites and DOPs
	"GSV":     ".1111..11..11..11..1111", // counts, numbers and signals
	"TXT":     ".111wwwwwwwwwwww",        // texts of the receiver, such as its version
	"GBS":     ".t",                      // time
	"VTG":     ".........1",              // mode
	"GST":     ".t",                      // time
	"DTM":     ".",                       // none: the datum shows the region
	"HDT":     ".",                       // none
	"PGRMF":   ".y.dt1....11..ff",        // week, date, time, leap seconds, mode, fix, DOPs
	"PGRMT":   ".w11111111",              // model and firmware
	"PMTK001": ".111", "PMTK010": ".1", "PMTK011": ".w", "PMTK705": ".wwwww",
	"PUBX,00": ".t.....1......fff1", // time, fix, DOPs, satellites
	"PUBX,04": ".td.y1",             // time, date, week, leap seconds
}

// blankFields blanks the text of a sentence with a right checksum, in place. Even then, a
// field may contain what belongs to another: two lost commas leave a checksum right.
func blankFields(text []byte) {
	fields := bytes.Split(text, []byte{','})
	name := string(fields[0])
	blankShort(fields[0])
	fields = fields[1:]
	if name == "PUBX" && len(fields) > 0 { // its type is in its first field
		name += "," + string(fields[0])
		blankShort(fields[0])
		fields = fields[1:]
	}
	kept, ok := harmless[name]
	if !ok && len(name) == 5 && name[0] != 'P' {
		kept = harmless[name[2:]]
	}
	for i, field := range fields {
		blankField := mask
		if i+1 < len(kept) && forms[kept[i+1]] != nil {
			blankField = forms[kept[i+1]]
		}
		blankField(field)
	}
}

// forms blank a field in place, except what has the form.
var forms = map[byte]func(field []byte){
	'1': blankShort,
	't': blankTime,
	'd': unless(func(field []byte) bool { return len(field) == len("ddmmyy") && digits(field) == len(field) }),
	'y': unless(func(field []byte) bool { return len(field) <= len("yyyy") && digits(field) == len(field) }),
	'f': unless(isDilution),
	'w': unless(func(field []byte) bool { return !hasPosition(field) }),
}

func unless(has func([]byte) bool) func([]byte) {
	return func(field []byte) {
		if !has(field) {
			mask(field)
		}
	}
}

// maxShort is the most digits of a number that is not part of a position.
const maxShort = 3

// blankShort blanks all but letters, and the digits of a short number.
func blankShort(field []byte) {
	short := digits(field) <= maxShort
	for i, c := range field {
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; !letter && (!short || c < '0' || c > '9') {
			field[i] = masked(c)
		}
	}
}

// blankTime blanks all but a time: hhmmss, with decimals or without. Receivers send three
// decimals at most, and zeros after them.
func blankTime(field []byte) {
	whole, decimals, _ := bytes.Cut(field, []byte{'.'})
	switch {
	case len(whole) != len("hhmmss") || digits(whole) != len(whole) || digits(decimals) != len(decimals):
		mask(field)
	case len(decimals) > maxShort:
		mask(decimals[maxShort:])
	}
}

// isDilution reports whether a field is a dilution of precision, such as 1.01. A latitude has
// four digits before the point.
func isDilution(field []byte) bool {
	whole, decimals, _ := bytes.Cut(field, []byte{'.'})
	return len(whole) <= maxShort && len(decimals) <= 2 && digits(whole) == len(whole) && digits(decimals) == len(decimals)
}

// hasPosition reports whether a text has a number that may be a part of a position, such as
// 4717.11 or 17.1142. A version such as 18.00 or 5.1.7 is none.
func hasPosition(text []byte) bool {
	for _, number := range bytes.FieldsFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }) {
		whole, decimals, _ := bytes.Cut(number, []byte{'.'})
		single := bytes.IndexByte(decimals, '.') < 0
		if single && (len(whole) > maxShort && len(decimals) > 0 || len(whole) > 1 && len(decimals) > 2) {
			return true
		}
	}
	return false
}

// blankReceiver returns the identity of a receiver, which consists of the addresses of
// sentences and the baud rate, as a replay finds it in blanked bytes.
func blankReceiver(identity string) string {
	end := max(strings.LastIndex(identity, ","), 0)
	text := []byte(identity[:end])
	for _, word := range bytes.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		if digits(word) > maxShort {
			blankShort(word)
		}
	}
	return string(text) + identity[end:]
}

// BlankDetail returns the detail of a state without a position. The detail of an unreadable
// date or time quotes the address and the field, as in decode GPRMC: time "4717.11".
func BlankDetail(detail string) string {
	detail = blankQuoted(detail)
	for _, what := range []string{"time ", "date "} {
		at := strings.Index(detail, what+`"`) + len(what)
		if at < len(what) {
			continue
		}
		quoted, err := strconv.QuotedPrefix(detail[at:])
		if err != nil {
			continue
		}
		text, _ := strconv.Unquote(quoted) // it is quoted
		field := []byte(text)
		switch parts := bytes.Split(field, []byte{','}); {
		case what == "time ":
			forms['t'](field)
		case len(parts) == len("dmy"):
			forms['1'](parts[0])
			forms['1'](parts[1])
			forms['y'](parts[2])
		default:
			forms['d'](field)
		}
		detail = detail[:at] + strconv.Quote(string(field)) + detail[at+len(quoted):]
	}
	return detail
}

// blankQuoted blanks the address of a sentence that a detail quotes.
func blankQuoted(detail string) string {
	for _, form := range []struct{ before, after string }{
		{"decode ", `: time "`}, {"decode ", `: date "`}, {"according to ", ""},
	} {
		rest, ok := strings.CutPrefix(detail, form.before)
		end := strings.LastIndex(rest, form.after) // an address may contain it, but no quoted field
		if !ok || end < 0 {
			continue
		}
		return form.before + blankAddress(rest[:end]) + rest[end:]
	}
	return detail
}

// blankAddress blanks the address of a sentence, as blankFields does.
func blankAddress(address string) string {
	text := []byte(address)
	for _, part := range bytes.Split(text, []byte{','}) {
		blankShort(part)
	}
	return string(text)
}

// digits returns the number of digits in a text.
func digits(text []byte) (n int) {
	for _, c := range text {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}
