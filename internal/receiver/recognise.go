package receiver

import (
	"bytes"
	"strconv"
)

// A Guess is which family a receiver is of, and why. The zero Guess is none.
type Guess uint8

const (
	none Guess = iota
	pubx
	pmtk
	pgtop
	psrf
	pgrm
	pcas
	psti
	pstm
	startsAsUblox
	startsAsCASIC
	toldOld
	toldNew
	likeUblox
	likeUblox9
	likeMediaTek
	likeSiRF
	likeGarmin
	likeCASIC
	antennaOfCASIC
)

const series = "; of which series it is, it has not told"

var guesses = [...]struct {
	family string
	sure   bool
	why    string
}{
	pubx:           {"u-blox", false, "it sends $PUBX" + series},
	pmtk:           {"mediatek", true, "it sends $PMTK"},
	pgtop:          {"mediatek", true, "it sends $PGTOP, as modules of GlobalTop do"},
	psrf:           {"sirf", true, "it sends $PSRF"},
	pgrm:           {"garmin", true, "it sends Garmin's own sentences"},
	pcas:           {"casic", true, "it sends $PCAS"},
	psti:           {"skytraq", true, "it sends $PSTI"},
	pstm:           {"teseo", true, "it sends $PSTM"},
	startsAsUblox:  {"u-blox", false, "it said so when it started" + series},
	startsAsCASIC:  {"casic", true, "it said so when it started"},
	toldOld:        {"u-blox", true, "it told its protocol version when it started"},
	toldNew:        {"u-blox-9", true, "it told its protocol version when it started"},
	likeUblox:      {"u-blox", false, "RMC comes before GGA, with hundredths of a second and five digits of a minute of arc, as theirs does"},
	likeUblox9:     {"u-blox-9", false, "it speaks as they do, and NMEA 4.1; an 8 that was told to do so sounds the same"},
	likeMediaTek:   {"mediatek", false, "its GGA has milliseconds, four digits of a minute of arc and two of HDOP, as theirs does"},
	likeSiRF:       {"sirf", false, "its GGA ends in a reference station 0000, as theirs does; SkyTraq's does, too"},
	likeGarmin:     {"garmin", false, "it sends $PGRME, and RMC first; some others do"},
	likeCASIC:      {"casic", false, "GGA, GLL ... GSV, RMC, VTG come in the order of theirs"},
	antennaOfCASIC: {"casic", false, "it tells of its antenna in a TXT, as they do"},
}

// Family is the family's name; empty where there is none.
func (g Guess) Family() string { return guesses[g].family }

// Sure tells whether the receiver says so itself; else it only speaks as they do.
func (g Guess) Sure() bool { return guesses[g].sure }

// Why is what it was recognised by.
func (g Guess) Why() string { return guesses[g].why }

// An Ear recognises a receiver by its sentences. It takes each as it comes, allocates
// nothing, and is for one goroutine.
type Ear struct {
	maker    Guess // by what only they say
	protocol int   // of a u-blox, its version times 100; 0 while it has not told

	follows [kinds]uint8 // after each kind, which have come: a bit for each
	last    kind
	garmin  bool // PGRME, which others imitate
	antenna bool // a text that says how the antenna is
	late    bool // RMC ends as NMEA 4.1 has it
	gga     style
}

// A kind is what a sentence tells, whoever says it.
type kind uint8

const (
	other kind = iota
	rmc
	vtg
	gga
	gsa
	gsv
	gll
	zda
	kinds
)

var kindNames = [kinds]string{rmc: "RMC", vtg: "VTG", gga: "GGA", gsa: "GSA", gsv: "GSV", gll: "GLL", zda: "ZDA"}

// A style is how many digits stand behind the point in a GGA; -1 where there is no number.
type style struct {
	clock, minute, hdop int
	reference           bool // a reference station, and no age of what it sent
	known               bool
}

// A mark is what only one maker's receivers say.
type mark struct {
	text  string
	guess Guess
}

// starts are how only their own sentences begin.
var starts = []mark{
	{"$PUBX", pubx}, {"$PMTK", pmtk}, {"$PGTOP", pgtop}, {"$PSRF", psrf}, {"$PGRM", pgrm}, {"$PCAS", pcas}, {"$PSTI", psti}, {"$PSTM", pstm},
}

// texts are what only they say in a TXT, mostly when they start.
var texts = []mark{
	{"u-blox", startsAsUblox}, {"PROTVER", startsAsUblox}, {"MA=CASIC", startsAsCASIC}, {"IC=AT65", startsAsCASIC},
}

// Hear takes a sentence whose checksum is good, from '$' on.
func (e *Ear) Hear(raw []byte) {
	address, fields, _ := bytes.Cut(raw, []byte{','})
	if len(address) > 1 && address[1] == 'P' {
		e.hearOwn(address)
		e.last = other
		return
	}
	if len(address) != len("$GPRMC") {
		return
	}
	now := other
	for k := rmc; k < kinds; k++ {
		if string(address[3:]) == kindNames[k] {
			now = k
		}
	}
	e.follows[e.last] |= 1 << now
	e.last = now
	switch {
	case now == gga:
		e.hearGGA(fields)
	case now == rmc:
		// Position, time and date, magnetic variation, mode, and since 4.1 a status.
		e.late = bytes.Count(fields, []byte{','}) == 12
	case string(address[3:]) == "TXT":
		e.hearText(fields)
	}
}

func (e *Ear) hearOwn(address []byte) {
	if string(address) == "$PGRME" {
		e.garmin = true
		return
	}
	e.match(starts, address, 0)
}

// match looks for the first mark that stands in what was said, no further in than that.
func (e *Ear) match(marks []mark, said []byte, within int) {
	for _, m := range marks {
		if at := bytes.Index(said, []byte(m.text)); e.maker == none && at >= 0 && at <= within {
			e.maker = m.guess
		}
	}
}

func (e *Ear) hearText(fields []byte) {
	e.match(texts, fields, len(fields))
	e.antenna = e.antenna || bytes.Contains(fields, []byte("01,01,01,ANTENNA O"))
	// PROTVER=18.00 or, from firmware 2, PROTVER 15.00.
	if _, version, ok := bytes.Cut(fields, []byte("PROTVER")); ok && len(version) >= 6 {
		major, err1 := strconv.Atoi(string(version[1:3]))
		minor, err2 := strconv.Atoi(string(version[4:6]))
		if err1 == nil && err2 == nil {
			e.protocol = major*100 + minor
		}
	}
}

// hearGGA notes the style of a GGA: time, latitude, N, longitude, E, quality, satellites,
// HDOP, altitude, M, separation, M, age, station.
func (e *Ear) hearGGA(fields []byte) {
	if bytes.Count(fields, []byte{','}) == 13 {
		e.gga = style{
			clock: decimals(field(fields, 0)), minute: decimals(field(fields, 1)), hdop: decimals(field(fields, 7)),
			reference: len(field(fields, 12)) == 0 && bytes.HasPrefix(field(fields, 13), []byte("0000")), known: true,
		}
	}
}

// field gives the n-th field, counted from 0.
func field(fields []byte, n int) []byte {
	for ; n > 0; n-- {
		_, fields, _ = bytes.Cut(fields, []byte{','})
	}
	first, _, _ := bytes.Cut(fields, []byte{','})
	return first
}

// decimals counts the digits behind a number's point; -1 where there is no number.
func decimals(number []byte) int {
	if len(number) == 0 {
		return -1
	}
	_, fraction, _ := bytes.Cut(number, []byte{'.'})
	return len(fraction)
}

// order tells whether these have followed each other.
func (e *Ear) order(list ...kind) bool {
	for i := range list[1:] {
		if e.follows[list[i]]&(1<<list[i+1]) == 0 {
			return false
		}
	}
	return true
}

// classic is the last protocol version of u-blox in which the old commands are not
// deprecated: that of late M8s.
const classic = 2301

// Guess tells what was recognised so far.
func (e *Ear) Guess() Guess {
	g := e.maker
	if g == none {
		g = e.byStyle()
	}
	switch {
	case g.Family() != "u-blox":
	case e.protocol > classic:
		return toldNew
	case e.protocol > 0:
		return toldOld
	case e.late:
		return likeUblox9
	}
	return g
}

// byStyle compares the habits that makers have. Only what is theirs alone among the
// families known here counts, and others may share it.
func (e *Ear) byStyle() Guess {
	s := e.gga
	switch {
	case e.antenna:
		return antennaOfCASIC
	case !s.known:
	case e.garmin && s.clock == 0 && e.order(rmc, gga):
		return likeGarmin
	case s.clock == 2 && (s.minute == 5 || s.minute == 7 || s.minute == -1) && (e.order(rmc, vtg, gga) || s.minute > 0 && e.order(rmc, gga)):
		return likeUblox
	case s.clock == 3 && s.hdop == 1 && e.order(gga, gll) && e.order(gsv, rmc, vtg):
		return likeCASIC
	case s.clock == 3 && s.minute == 4 && s.hdop == 2:
		return likeMediaTek
	case s.clock == 3 && s.minute == 4 && s.hdop == 1 && s.reference:
		return likeSiRF
	}
	return none
}
