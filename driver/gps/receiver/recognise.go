package receiver

import (
	"bytes"
	"strconv"

	"github.com/refclock/refclock/ubx"
)

// A Guess is the family of a receiver, and the reason. The zero Guess has no family.
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
	pair
	pqtm
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
	likeAiroha
	antennaOfCASIC
	sendsUBX
	sendsNewUBX
)

const series = "; its series is unknown"

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
	pair:           {"airoha", true, "it sends $PAIR"},
	pqtm:           {"airoha", false, "it sends $PQTM, as modules of Quectel do"},
	startsAsUblox:  {"u-blox", false, "it reported this when it started" + series},
	startsAsCASIC:  {"casic", true, "it reported this when it started"},
	toldOld:        {"u-blox", true, "it reported its protocol version when it started"},
	toldNew:        {"u-blox-9", true, "it reported its protocol version when it started"},
	likeUblox:      {"u-blox", false, "its RMC is before GGA, with two decimals of a second and five of an arc minute, as in this family"},
	likeUblox9:     {"u-blox-9", false, "its sentences are like those of this family, with NMEA 4.1; a u-blox 8 set to NMEA 4.1 looks the same"},
	likeMediaTek:   {"mediatek", false, "its GGA has three decimals of a second, four of an arc minute and two of HDOP, as in this family"},
	likeSiRF:       {"sirf", false, "its GGA ends in a reference station 0000, as in this family and SkyTraq"},
	likeGarmin:     {"garmin", false, "it sends $PGRME, and RMC first; some other receivers do, too"},
	likeCASIC:      {"casic", false, "it sends GGA, GLL ... GSV, RMC, VTG in the order of this family"},
	likeAiroha:     {"airoha", false, "its GGA has three decimals of a second, six of an arc minute and two of HDOP, as in this family"},
	sendsUBX:       {"u-blox", false, "it sends UBX" + series},
	sendsNewUBX:    {"u-blox-9", true, "it sends MON-RF or SEC-SIG, which older series lack"},
	antennaOfCASIC: {"casic", false, "it reports its antenna in a TXT, as this family does"},
}

// Family returns the family's name; "" if there is none.
func (g Guess) Family() string { return guesses[g].family }

// Sure reports whether the receiver identified itself. If not, the guess is from the
// style of its sentences.
func (g Guess) Sure() bool { return guesses[g].sure }

// Why returns the reason for the guess.
func (g Guess) Why() string { return guesses[g].why }

// A Recogniser recognises a receiver by its sentences. It does not allocate, and is not safe
// for concurrent use.
type Recogniser struct {
	maker    Guess // from what only one family sends
	protocol int   // of a u-blox: its version times 100; 0 if unknown

	follows [kinds]uint8 // for each kind, a bit for each kind that came directly after it
	last    kind
	garmin  bool // PGRME, which other receivers also send
	antenna bool // a text about the antenna
	late    bool // RMC has the last field of NMEA 4.1
	gga     style
}

// A kind is the type of a sentence, without its talker.
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

// A style is the number of decimals in the fields of a GGA; -1 for an empty field.
type style struct {
	clock, minute, hdop int
	reference           bool // a reference station without an age
	known               bool
}

// A mark is a text that only one family sends.
type mark struct {
	text  string
	guess Guess
}

// starts are the beginnings of sentences that only one family sends.
var starts = []mark{
	{"$PUBX", pubx}, {"$PMTK", pmtk}, {"$PGTOP", pgtop}, {"$PSRF", psrf}, {"$PGRM", pgrm}, {"$PCAS", pcas}, {"$PSTI", psti}, {"$PSTM", pstm}, {"$PAIR", pair}, {"$PQTM", pqtm},
}

// texts are parts of a TXT that only one family sends, usually when it starts.
var texts = []mark{
	{"u-blox", startsAsUblox}, {"PROTVER", startsAsUblox}, {"MA=CASIC", startsAsCASIC}, {"IC=AT65", startsAsCASIC},
}

// Add adds a sentence with a valid checksum, from '$' on.
func (r *Recogniser) Add(raw []byte) {
	address, fields, _ := bytes.Cut(raw, []byte{','})
	if len(address) > 1 && address[1] == 'P' {
		r.addOwn(address)
		r.last = other
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
	r.follows[r.last] |= 1 << now
	r.last = now
	switch {
	case now == gga:
		r.addGGA(fields)
	case now == rmc:
		// Position, time and date, magnetic variation, mode, and since 4.1 a status.
		r.late = bytes.Count(fields, []byte{','}) == 12
	case string(address[3:]) == "TXT":
		r.addText(fields)
	}
}

// AddUBX adds a UBX message with a valid checksum.
func (r *Recogniser) AddUBX(message []byte) {
	switch kind := (ubx.Message{Raw: message}).Kind(); {
	case kind == ubx.MonRF, kind == ubx.SecSig:
		r.maker = sendsNewUBX
	case r.maker == none:
		r.maker = sendsUBX
	}
}

func (r *Recogniser) addOwn(address []byte) {
	if string(address) == "$PGRME" {
		r.garmin = true
		return
	}
	r.match(starts, address, 0)
}

// match finds the first mark that begins in text at most at offset within.
func (r *Recogniser) match(marks []mark, text []byte, within int) {
	for _, m := range marks {
		if at := bytes.Index(text, []byte(m.text)); r.maker == none && at >= 0 && at <= within {
			r.maker = m.guess
		}
	}
}

func (r *Recogniser) addText(fields []byte) {
	r.match(texts, fields, len(fields))
	r.antenna = r.antenna || bytes.Contains(fields, []byte("01,01,01,ANTENNA O"))
	// PROTVER=18.00 or, from firmware 2, PROTVER 15.00.
	if _, version, ok := bytes.Cut(fields, []byte("PROTVER")); ok && len(version) >= 6 {
		major, err1 := strconv.Atoi(string(version[1:3]))
		minor, err2 := strconv.Atoi(string(version[4:6]))
		if err1 == nil && err2 == nil {
			r.protocol = major*100 + minor
		}
	}
}

// addGGA records the style of a GGA: time, latitude, N, longitude, E, quality, satellites,
// HDOP, altitude, M, separation, M, age, station.
func (r *Recogniser) addGGA(fields []byte) {
	if bytes.Count(fields, []byte{','}) == 13 {
		r.gga = style{
			clock: decimals(field(fields, 0)), minute: decimals(field(fields, 1)), hdop: decimals(field(fields, 7)),
			reference: len(field(fields, 12)) == 0 && bytes.HasPrefix(field(fields, 13), []byte("0000")), known: true,
		}
	}
}

// field returns the n-th field, counted from 0.
func field(fields []byte, n int) []byte {
	for ; n > 0; n-- {
		_, fields, _ = bytes.Cut(fields, []byte{','})
	}
	first, _, _ := bytes.Cut(fields, []byte{','})
	return first
}

// decimals returns the number of decimals; -1 for an empty field.
func decimals(number []byte) int {
	if len(number) == 0 {
		return -1
	}
	_, fraction, _ := bytes.Cut(number, []byte{'.'})
	return len(fraction)
}

// order reports whether these kinds followed each other.
func (r *Recogniser) order(list ...kind) bool {
	for i := range list[1:] {
		if r.follows[list[i]]&(1<<list[i+1]) == 0 {
			return false
		}
	}
	return true
}

// classic is the last protocol version of u-blox, that of late M8s, in which the old
// commands are not deprecated.
const classic = 2301

// Guess returns the guess from the sentences so far.
func (r *Recogniser) Guess() Guess {
	g := r.maker
	if g == none {
		g = r.byStyle()
	}
	switch {
	case g.Family() != "u-blox":
	case r.protocol > classic:
		return toldNew
	case r.protocol > 0:
		return toldOld
	case r.late:
		return likeUblox9
	}
	return g
}

// byStyle guesses from the style of the sentences. It uses only what is unique among the
// known families; unknown families may share it.
func (r *Recogniser) byStyle() Guess {
	s := r.gga
	switch {
	case r.antenna:
		return antennaOfCASIC
	case !s.known:
	case r.garmin && s.clock == 0 && r.order(rmc, gga):
		return likeGarmin
	case s.clock == 2 && (s.minute == 5 || s.minute == 7 || s.minute == -1) && (r.order(rmc, vtg, gga) || s.minute > 0 && r.order(rmc, gga)):
		return likeUblox
	case s.clock == 3 && s.hdop == 1 && r.order(gga, gll) && r.order(gsv, rmc, vtg):
		return likeCASIC
	case s.clock == 3 && s.minute == 4 && s.hdop == 2:
		return likeMediaTek
	case s.clock == 3 && s.minute == 6 && s.hdop == 2:
		return likeAiroha
	case s.clock == 3 && s.minute == 4 && s.hdop == 1 && s.reference:
		return likeSiRF
	}
	return none
}
