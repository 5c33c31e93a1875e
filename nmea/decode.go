package nmea

import (
	"errors"
	"fmt"
	"strings"

	gonmea "github.com/adrianmo/go-nmea"
)

// Errors of a sentence as a whole. Many wrong checksums mean a bad line; no checksums
// at all mean a receiver that this package cannot use.
var (
	ErrChecksum   = errors.New("wrong checksum")
	ErrNoChecksum = errors.New("no checksum")
)

// A Report is the content of one sentence that matters to a clock. Missing fields are
// zero.
type Report struct {
	Address string // talker and type, such as GNRMC or PUBX,04

	HasTime bool
	Time    TimeOfDay
	Date    Date // as the receiver shows it, without correction of week rollovers

	Fix     Fix    // the fix status
	Refusal Reason // why its time must not be used, even if other sentences are valid
	Leap    Leap   // the origin of the leap seconds in UTC

	Used      int  // satellites in the solution
	InView    int  // satellites in view, of this talker's constellation
	HasInView bool // InView is given, even if it is 0
	PDOP      float64
	HDOP      float64
	VDOP      float64
}

// Leap is the source of a receiver's count of leap seconds.
type Leap uint8

// The values of Leap.
const (
	LeapUnreported Leap = iota // the receiver does not report it
	LeapDefault                // the firmware: UTC may be wrong by whole seconds
	LeapKnown                  // the satellites
)

// Fix is the fix status of a sentence or an epoch.
type Fix uint8

// The values of Fix, from better to worse: the worst in an epoch decides.
const (
	FixUnknown   Fix = iota // not reported
	FixGood                 // measured from satellites now
	FixEstimated            // estimated (dead reckoning), manual or simulated: NMEA modes E, M, S; quality 6, 7, 8
	FixNone                 // no fix: status V, mode N, quality 0
)

func (f Fix) String() string {
	return [...]string{"unknown", "good", "estimated", "none"}[f]
}

// A Decoder decodes sentences. go-nmea verifies the checksum and splits the fields.
// Time and date are parsed here and strictly: a clock needs nanoseconds and leap
// seconds, and must reject hour 25.
//
// The zero Decoder is ready to use. A Decoder must not be copied and is not safe for
// concurrent use. It allocates only what go-nmea does.
type Decoder struct {
	parser gonmea.SentenceParser
	base   gonmea.BaseSentence
}

// errCut stops go-nmea once it has verified and split a sentence.
var errCut = errors.New("cut")

// NewDecoder returns a Decoder.
func NewDecoder() *Decoder { return new(Decoder) }

// prepare has go-nmea verify a sentence, split it into fields and stop.
func (d *Decoder) prepare() {
	d.parser.CheckCRC = func(s gonmea.BaseSentence, fields string) error {
		if s.Checksum == "" {
			return ErrNoChecksum
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

// Decode decodes one sentence, from '$' to checksum. For a sentence with nothing for a
// clock, the Report has only its Address. Errors may wrap ErrChecksum, ErrNoChecksum or
// ErrRange.
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

// address returns talker and type as a part of the sentence, without an allocation. The
// type of a PUBX is in its first field.
func address(s gonmea.BaseSentence) string {
	n := strings.IndexAny(s.Raw, ",*")
	if s.Talker == "P" && s.Type == "UBX" && len(s.Fields) > 0 {
		n += len(",") + len(s.Fields[0])
	}
	return s.Raw[1:n]
}

// read fills in the report from the sentence's fields.
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
