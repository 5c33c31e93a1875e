package samplelog

import (
	"bytes"
	"fmt"
	"strings"
)

// The formats of ntpd and NTPsec. ntpd names a reference clock by its address 127.127.28.0,
// NTPsec by its driver and unit, SHM(0).
const (
	ntpPeerstats  = "ntpd peerstats"
	ntpClockstats = "ntpd clockstats"
)

const (
	peerstatsExample  = "DAY SECOND ADDRESS STATUS OFFSET DELAY DISPERSION [JITTER], as in ntpd's peerstats"
	clockstatsExample = "DAY SECOND CLOCK TEXT, as in ntpd's clockstats"
)

func isPeerstats(f [][]byte) bool {
	if len(f) != 7 && len(f) != 8 || !isMJD(f) {
		return false
	}
	_, isNumber := decimal(f[2]) // loopstats has an offset here
	_, hasOffset := decimal(f[4])
	return !isNumber && hasOffset && bytes.ContainsRune(f[4], '.')
}

func isClockstats(f [][]byte) bool {
	return len(f) >= 4 && isMJD(f) && isReferenceClock(f[2]) && !isPeerstats(f)
}

func isMJD(f [][]byte) bool {
	_, ok := mjd(f[0], f[1])
	return ok
}

func isHex(b []byte) bool {
	return len(b) > 0 && len(b) <= 4 && len(bytes.Trim(b, "0123456789abcdefABCDEF")) == 0
}

// isReferenceClock reports whether a name is that of a driver and a unit.
func isReferenceClock(name []byte) bool {
	return bytes.HasPrefix(name, []byte("127.127.")) || bytes.HasSuffix(name, []byte(")")) && bytes.IndexByte(name, '(') > 0
}

// peerstatsLine reads
//
//	day   second    address status offset      delay       dispersion  jitter
//	61367 7583.025  SHM(2)  9014   -1.000000000 0.000000000 7.937500000 0.000000000
//
// The offset of a peer that is behind is negative. ntpd before 4 has no jitter.
func peerstatsLine(c *collector, f [][]byte) error {
	if len(f) != 7 && len(f) != 8 {
		return wrongColumns(f, "7 or 8: "+peerstatsExample)
	}
	at, ok := mjd(f[0], f[1])
	if !ok {
		return badDay(f)
	}
	if !isHex(f[3]) {
		return found(fmt.Sprintf("%.20q as status", f[3]), "up to four hex digits")
	}
	x := sample{time: at, jitter: unknown, delay: unknown}
	columns := []field{{"offset", f[4], &x.offset}, {"delay", f[5], &x.delay}}
	if len(f) == 8 {
		columns = append(columns, field{"jitter", f[7], &x.jitter})
	}
	if err := intervals(columns...); err != nil {
		return err
	}
	if isReferenceClock(f[2]) {
		x.delay = unknown // always 0: there is no way there and back
	}
	return c.add(f[2], x)
}

// clockstatsLine reads what a driver writes: no offsets, but the reason for missing ones.
//
//	61371 16048.329 SHM(2)   8   0   8   0   0
//	61371 16041.329 NMEA(0) $GPRMC,042721.00,V,,,,,,,231126,,,N*7C
//
// It understands the drivers SHM, which counts the polls since the last line and what became of
// them, and NMEA, which writes the last sentence. Other lines are ignored.
func clockstatsLine(c *collector, f [][]byte) error {
	if len(f) < 3 {
		return wrongColumns(f, "4 or more: "+clockstatsExample)
	}
	at, ok := mjd(f[0], f[1])
	if !ok {
		return badDay(f)
	}
	if !isReferenceClock(f[2]) {
		return found(fmt.Sprintf("%.40q", f[2]), "a reference clock, such as SHM(0) or 127.127.28.0")
	}
	text := ""
	switch rest := f[3:]; {
	case len(rest) == 5:
		text = shmReason(rest)
	case len(rest) == 1 && rest[0][0] == '$':
		text = nmeaReason(string(rest[0]))
	}
	if text == "" {
		c.file.Ignored++
		return nil
	}
	return c.note(f[2], at, text)
}

// shmReason explains the counters of the SHM driver: ticks, good, not ready, bad, clash. It
// returns "" if the poll had a sample or the words are others.
func shmReason(words [][]byte) string {
	var counts [5]int64
	for i, w := range words {
		n, ok := digits(w)
		if !ok {
			return ""
		}
		counts[i] = n
	}
	ticks, good, notReady, bad, clash := counts[0], counts[1], counts[2], counts[3], counts[4]
	switch {
	case good > 0 || ticks == 0:
		return ""
	case bad > 0:
		return fmt.Sprintf("ntpd refused %d of %d samples of the unit", bad, ticks)
	case clash > 0:
		return fmt.Sprintf("%d of %d samples changed while ntpd read them", clash, ticks)
	case notReady > 0:
		return "no new sample in the unit"
	}
	return ""
}

// nmeaReason explains a sentence without a fix.
func nmeaReason(sentence string) string {
	f := strings.Split(sentence, ",")
	if len(f[0]) != 6 {
		return ""
	}
	// The column that says whether there is a fix, and its value if there is none.
	columns := map[string]struct {
		index int
		none  string
	}{"RMC": {2, "V"}, "GGA": {6, "0"}, "GLL": {6, "V"}}
	if c, ok := columns[f[0][3:]]; ok && len(f) > c.index && f[c.index] == c.none {
		return "the receiver has no fix"
	}
	return ""
}

func badDay(f [][]byte) error {
	return found(fmt.Sprintf("%.20q %.20q", f[0], f[min(1, len(f)-1)]), "a modified Julian day and a second, such as 61367 7583.025")
}
