package streamtest

import (
	"fmt"
	"strconv"
	"time"
)

// A Format is how a receiver writes its sentences. Its methods that return a Format
// return a changed copy.
type Format struct {
	Talker   string
	Decimals int    // of the second
	Status   string // of RMC and GLL
	Mode     string // of RMC and GLL
	NoMode   bool   // leave the mode out, as before NMEA 2.3
	Nav      string // navigational status of RMC; empty: left out
	Quality  string // of GGA
	Modes    string // of GNS
	Date     string // of RMC, instead of the date of the second
	HasDate  bool   // whether Date counts
	Time     string // instead of the time of the second
	HasTime  bool   // whether Time counts
	Zone     string // of ZDA
	End      string // of the line
}

// GP returns the Format of an ordinary receiver with a fix.
func GP() Format {
	return Format{Talker: "GP", Decimals: 2, Status: "A", Mode: "A", Quality: "1", Modes: "AAAANN", Zone: "00,00", End: "\r\n"}
}

// As returns the Format with another talker.
func (f Format) As(talker string) Format { f.Talker = talker; return f }

// Places returns the Format with this many decimals of the second.
func (f Format) Places(decimals int) Format { f.Decimals = decimals; return f }

// Void returns the Format of a receiver without a fix.
func (f Format) Void() Format {
	f.Status, f.Mode, f.Quality, f.Modes = "V", "N", "0", "NNNNNN"
	return f
}

// Dated returns the Format with another date in RMC, which may be empty.
func (f Format) Dated(date string) Format { f.Date, f.HasDate = date, true; return f }

// Timed returns the Format with another time in each sentence, which may be empty.
func (f Format) Timed(hms string) Format { f.Time, f.HasTime = hms, true; return f }

// Ended returns the Format with another line end.
func (f Format) Ended(end string) Format { f.End = end; return f }

// Sentence returns the sentence with this body, its checksum and its line end.
func (f Format) Sentence(body string) []byte {
	line := make([]byte, 0, len(body)+4+len(f.End))
	line = append(line, '$')
	return f.finish(append(line, body...))
}

// RMC returns position, date and time.
func (f Format) RMC(t time.Time) []byte {
	b := f.begin("RMC,")
	b = f.hms(b, t)
	b = append(b, ',')
	b = append(b, f.Status...)
	b = append(b, ",0000.0000,N,00000.0000,E,0.0,0.0,"...)
	if f.HasDate {
		b = append(b, f.Date...)
	} else {
		b = dmy(b, t)
	}
	b = append(b, ",,"...)
	if !f.NoMode {
		b = append(append(b, ','), f.Mode...)
	}
	if f.Nav != "" {
		b = append(append(b, ','), f.Nav...)
	}
	return f.finish(b)
}

// GGA returns position and time.
func (f Format) GGA(t time.Time) []byte {
	b := f.begin("GGA,")
	b = f.hms(b, t)
	b = append(b, ",0000.0000,N,00000.0000,E,"...)
	b = append(b, f.Quality...)
	return f.finish(append(b, ",08,1.0,0.0,M,0.0,M,,"...))
}

// GLL returns position and time.
func (f Format) GLL(t time.Time) []byte {
	b := f.begin("GLL,0000.0000,N,00000.0000,E,")
	b = f.hms(b, t)
	b = append(append(b, ','), f.Status...)
	return f.finish(append(append(b, ','), f.Mode...))
}

// GNS returns position and time of several constellations.
func (f Format) GNS(t time.Time) []byte {
	b := f.begin("GNS,")
	b = f.hms(b, t)
	b = append(b, ",0000.0000,N,00000.0000,E,"...)
	b = append(b, f.Modes...)
	return f.finish(append(b, ",12,0.8,0.0,0.0,,,V"...))
}

// ZDA returns time and date.
func (f Format) ZDA(t time.Time) []byte {
	b := f.begin("ZDA,")
	b = f.hms(b, t)
	year, month, day := t.Date()
	b = append(padded(append(b, ','), day, 2), ',')
	b = append(padded(b, int(month), 2), ',')
	b = append(padded(b, year, 4), ',')
	return f.finish(append(b, f.Zone...))
}

// GSA returns the satellites in use.
func (f Format) GSA() []byte {
	return f.finish(append(f.begin("GSA,"), "A,3,01,02,03,04,05,06,07,08,,,,,1.5,1.0,1.1"...))
}

// GSV returns n sentences with the satellites in view.
func (f Format) GSV(n int) (b []byte) {
	for i := range n {
		s := append(strconv.AppendInt(f.begin("GSV,"), int64(n), 10), ',')
		s = append(strconv.AppendInt(s, int64(i+1), 10), ',')
		s = padded(s, 4*n, 2)
		b = append(b, f.finish(append(s, ",01,10,100,30,02,20,200,31,03,30,300,32,04,40,040,33"...))...)
	}
	return b
}

// VTG returns course and speed.
func (f Format) VTG() []byte {
	return f.finish(append(f.begin("VTG,"), "0.0,T,,M,0.0,N,0.0,K,A"...))
}

// TXT returns a text message.
func (f Format) TXT(text string) []byte {
	return f.finish(append(f.begin("TXT,01,01,02,"), text...))
}

// PUBX04 returns time, date and leap seconds as a u-blox does. The leap seconds are
// "18", or "18D" while they are the default of the firmware.
func (f Format) PUBX04(t time.Time, leap string) []byte {
	b := f.hms([]byte("$PUBX,04,"), t)
	b = dmy(append(b, ','), t)
	return f.finish(fmt.Appendf(b, ",1.00,2300,%s,0,0.0,21", leap))
}

// PGRMF returns time, date and fix in Garmin's sentence.
func (f Format) PGRMF(t time.Time) []byte {
	const (
		gpsEpoch    = 315964800
		leapSeconds = 18
		week        = 7 * 24 * 60 * 60
	)
	gps := t.Unix() - gpsEpoch + leapSeconds
	b := fmt.Appendf(nil, "$PGRMF,%d,%d,", gps/week%1024, gps%week)
	b = append(dmy(b, t), ',')
	b = f.Places(0).hms(b, t)
	return f.finish(fmt.Appendf(b, ",%d,0000.0000,N,00000.0000,E,A,2,0,0,1,1", leapSeconds))
}

func (f Format) begin(address string) []byte {
	b := make([]byte, 0, 96)
	b = append(b, '$')
	b = append(b, f.Talker...)
	return append(b, address...)
}

// finish adds the checksum and the line end.
func (f Format) finish(b []byte) []byte {
	const hex = "0123456789ABCDEF"
	var sum byte
	for _, c := range b[1:] {
		sum ^= c
	}
	b = append(b, '*', hex[sum>>4], hex[sum&15])
	return append(b, f.End...)
}

// hms adds the time of day.
func (f Format) hms(b []byte, t time.Time) []byte {
	if f.HasTime {
		return append(b, f.Time...)
	}
	hour, minute, second := t.Clock()
	b = padded(padded(padded(b, hour, 2), minute, 2), second, 2)
	if f.Decimals == 0 {
		return b
	}
	fraction := t.Nanosecond()
	for range 9 - f.Decimals {
		fraction /= 10
	}
	return padded(append(b, '.'), fraction, f.Decimals)
}

// dmy adds the date.
func dmy(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	return padded(padded(padded(b, day, 2), int(month), 2), year%100, 2)
}

// padded adds a number with leading zeros.
func padded(b []byte, n, width int) []byte {
	unit := 1
	for range width - 1 {
		unit *= 10
	}
	for ; unit > 0; unit /= 10 {
		b = append(b, byte('0'+n/unit%10))
	}
	return b
}
