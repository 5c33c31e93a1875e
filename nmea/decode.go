package nmea

import (
	"errors"
	"fmt"
	"strings"

	gonmea "github.com/adrianmo/go-nmea"
)

// What can be wrong with a sentence as a whole. A caller counts them: many bad
// sums mean a bad line, no checksums at all a receiver that is not for us.
var (
	ErrChecksum = errors.New("wrong checksum")
	ErrNoSum    = errors.New("no checksum")
)

// A Report is what one sentence says that matters to a clock. What it does not
// say is left zero.
type Report struct {
	Address string // talker and type, as GNRMC or PUBX,04

	HasTime bool
	Time    TimeOfDay
	Date    Date // as the receiver shows it, the era not resolved

	Fix     Fix    // what it says of the fix
	Refusal Reason // why its time must not be used, whatever other sentences say
	Leap    Leap   // what it says of the leap seconds that UTC is counted with

	Used      int  // satellites in the solution
	InView    int  // satellites in view, for this talker's constellation
	HasInView bool // whether it says how many: none is a number, too
	PDOP      float64
	HDOP      float64
	VDOP      float64
}

// Leap is what a receiver says of the leap seconds that it counts with.
type Leap uint8

// The values of Leap.
const (
	LeapUnsaid  Leap = iota // nothing is said
	LeapDefault             // they are the firmware's default: UTC may be wrong by whole seconds
	LeapKnown               // they came from the satellites
)

// Fix is what a sentence or an epoch says of the receiver's fix.
type Fix uint8

// The values of Fix, worse ones above better ones: the worst of an epoch decides.
const (
	FixUnknown   Fix = iota // nothing is said
	FixGood                 // measured from satellites now
	FixEstimated            // dead reckoning, typed in by hand, or a simulation: NMEA modes E, M, S; quality 6, 7, 8
	FixNone                 // none: status V, mode N, quality 0
)

func (f Fix) String() string {
	return [...]string{"unknown", "good", "estimated", "none"}[f]
}

// A Decoder reads sentences. go-nmea does the checksum and cuts the fields; time
// and date are read here, strictly, since a clock cannot do with milliseconds, a
// leap second taken for the next day, or hour 25.
//
// The zero Decoder is ready to use. A Decoder must not be copied and is not safe for
// concurrent use. It allocates only what go-nmea does.
type Decoder struct {
	parser gonmea.SentenceParser
	base   gonmea.BaseSentence
}

// errCut stops go-nmea once it has checked and cut a sentence.
var errCut = errors.New("cut")

// NewDecoder returns a Decoder.
func NewDecoder() *Decoder { return new(Decoder) }

// prepare has go-nmea check a sentence, cut it into fields and stop.
func (d *Decoder) prepare() {
	d.parser.CheckCRC = func(s gonmea.BaseSentence, fields string) error {
		if s.Checksum == "" {
			return ErrNoSum
		}
		if err := gonmea.CheckCRC(s, fields); err != nil {
			return fmt.Errorf("%w: %w", ErrChecksum, err)
		}
		return nil
	}
	d.parser.OnBaseSentence = func(s *gonmea.BaseSentence) error {
		d.base = *s
		return errCut
	}
}

// Decode reads one sentence, from '$' to checksum. A sentence that has nothing
// for a clock gives a Report with nothing but its Address. The error wraps
// ErrChecksum, ErrNoSum or ErrRange where it is one of these.
func (d *Decoder) Decode(raw []byte) (Report, error) {
	if d.parser.OnBaseSentence == nil {
		d.prepare()
	}
	_, err := d.parser.Parse(string(raw))
	if err == nil || !errors.Is(err, errCut) {
		return Report{}, fmt.Errorf("decode %q: %w", raw, err)
	}
	r := Report{Address: address(d.base)}
	if err := r.read(d.base); err != nil {
		return Report{Address: r.Address}, fmt.Errorf("decode %s: %w", r.Address, err)
	}
	return r, nil
}

// address cuts talker and type out of the sentence, so that nothing is allocated
// for them. What a PUBX is about, its first field tells.
func address(s gonmea.BaseSentence) string {
	n := strings.IndexAny(s.Raw, ",*")
	if s.Talker == "P" && s.Type == "UBX" && len(s.Fields) > 0 {
		n += len(",") + len(s.Fields[0])
	}
	return s.Raw[1:n]
}

// read fills the report from the sentence's fields, by its type.
func (r *Report) read(s gonmea.BaseSentence) error {
	f := fields(s.Fields)
	switch {
	case s.Talker == "P" && s.Type == "UBX" && f.at(0) == "04":
		return r.readPUBX04(f)
	case s.Talker == "P" && s.Type == "GRMF":
		return r.readPGRMF(f)
	case s.Talker == "P":
		return nil
	}
	switch s.Type {
	case "RMC":
		return r.readRMC(f)
	case "GGA":
		return r.readGGA(f)
	case "GNS":
		return r.readGNS(f)
	case "GLL":
		return r.readGLL(f)
	case "ZDA":
		return r.readZDA(f)
	case "ZDG":
		return r.readZDG(f)
	case "GSA":
		r.readGSA(f)
	case "GSV":
		r.readGSV(f)
	}
	return nil
}
