package nmea

import (
	"math"
	"strconv"
)

// Each function below reads one type of sentence. The line above it is the format in
// NMEA 0183 or in the receiver's manual. Fields count from 0 after the address.

// $--RMC,hhmmss.ss,A,llll.ll,a,yyyyy.yy,a,speed,course,ddmmyy,variation,a,mode,navstatus
func (r *Report) readRMC(f fields) error {
	r.Fix = statusFix(f.at(1)).worse(modeFix(f.at(11)))
	return r.timeAndDate(f.at(0), f.at(8))
}

// $--GGA,hhmmss.ss,llll.ll,a,yyyyy.yy,a,quality,used,hdop,altitude,M,separation,M,age,station
func (r *Report) readGGA(f fields) error {
	r.Fix = qualityFix(f.at(5))
	r.Used, r.HDOP = f.int(6), f.float(7)
	return r.timeAndDate(f.at(0), "")
}

// $--GNS,hhmmss.ss,llll.ll,a,yyyyy.yy,a,modes,used,hdop,altitude,separation,age,station,navstatus
// where modes has one letter per constellation.
func (r *Report) readGNS(f fields) error {
	r.Fix = modesFix(f.at(5))
	r.Used, r.HDOP = f.int(6), f.float(7)
	return r.timeAndDate(f.at(0), "")
}

// $--GLL,llll.ll,a,yyyyy.yy,a,hhmmss.ss,A,mode
func (r *Report) readGLL(f fields) error {
	r.Fix = statusFix(f.at(5)).worse(modeFix(f.at(6)))
	return r.timeAndDate(f.at(4), "")
}

// $--ZDA,hhmmss.ss,dd,mm,yyyy,zone hours,zone minutes The time is UTC in every zone, and some
// receivers omit the zone.
func (r *Report) readZDA(f fields) error {
	day, month, year := f.at(1), f.at(2), f.at(3)
	if day != "" || month != "" || year != "" {
		d, ok1 := digits(day, 0, len(day))
		m, ok2 := digits(month, 0, len(month))
		y, ok3 := digits(year, 0, 4)
		date, expected := Date{y, m, d}, calendarDay
		if !ok1 || !ok2 || !ok3 || len(year) != 4 || len(day) > 2 || len(month) > 2 {
			date, expected = Date{}, "dd,mm,yyyy"
		}
		if !date.exists() {
			return rangeError("date", day+","+month+","+year, expected)
		}
		r.Date = date
	}
	return r.timeAndDate(f.at(0), "")
}

// $--ZDG,hhmmss.ss,dd,mm,yyyy,...: the GPS time, not UTC, of the next pulse, from an
// Accord receiver. Treated as a ZDA it would be wrong by the leap seconds.
func (r *Report) readZDG(f fields) error {
	r.Refusal = GPSTime
	return r.timeAndDate(f.at(0), "")
}

// $PUBX,04,hhmmss.ss,ddmmyy,tow,week,leapsec,...: u-blox. The leap seconds end in 'D'
// while they are the firmware's default and not from the satellites; UTC may then be
// wrong by whole seconds.
func (r *Report) readPUBX04(f fields) error {
	if leap := f.at(5); leap != "" {
		r.Leap = LeapKnown
		if leap[len(leap)-1] == 'D' {
			r.Leap = LeapDefault
		}
	}
	return r.timeAndDate(f.at(1), f.at(2))
}

// $PGRMF,week,second,ddmmyy,hhmmss,leapsec,llll.ll,a,yyyyy.yy,a,mode,fix,speed,course,pdop,tdop:
// Garmin. Fix is 0 (none), 1 (2D) or 2 (3D).
func (r *Report) readPGRMF(f fields) error {
	switch f.at(10) {
	case "0":
		r.Fix = FixNone
	case "1", "2":
		r.Fix = FixGood
	}
	r.PDOP = f.float(13)
	return r.timeAndDate(f.at(3), f.at(2))
}

// $--GSA,A,fixtype,12 satellites,pdop,hdop,vdop,system
func (r *Report) readGSA(f fields) {
	for i := 2; i < 14; i++ {
		if f.at(i) != "" {
			r.Used++
		}
	}
	r.PDOP, r.HDOP, r.VDOP = f.float(14), f.float(15), f.float(16)
}

// $--GSV,sentences,number,in view,then for each satellite: number,elevation,azimuth,signal
func (r *Report) readGSV(f fields) {
	if n, err := strconv.Atoi(f.at(2)); err == nil && n >= 0 {
		r.InView, r.HasInView = n, true
	}
}

// timeAndDate reads the two fields. A receiver leaves a field empty while it does not
// know it. Without a fix, some fill in an impossible value such as 000000, which counts
// as empty.
func (r *Report) timeAndDate(time, date string) error {
	if time != "" {
		t, err := parseTime(time)
		if err != nil && r.Fix != FixNone {
			return err
		}
		r.Time, r.HasTime = t, err == nil
	}
	if date != "" {
		d, err := parseDate(date)
		if err != nil && r.Fix != FixNone {
			return err
		}
		r.Date = d
	}
	return nil
}

// statusFix reads the status of RMC and GLL. D is the differential fix of an old receiver.
func statusFix(status string) Fix {
	switch status {
	case "A", "D":
		return FixGood
	}
	return FixNone
}

// modeFix reads the mode indicator of NMEA 2.3 and later, empty in older receivers.
func modeFix(mode string) Fix {
	switch mode {
	case "A", "D", "F", "P", "R":
		return FixGood
	case "E", "M", "S":
		return FixEstimated
	case "N":
		return FixNone
	}
	return FixUnknown
}

// modesFix reads the modes of GNS: a fix needs one constellation, and one estimated
// constellation makes it estimated.
func modesFix(modes string) Fix {
	if modes == "" {
		return FixUnknown
	}
	fix := FixNone
	for i := range len(modes) {
		switch modeFix(modes[i : i+1]) {
		case FixEstimated:
			return FixEstimated
		case FixGood:
			fix = FixGood
		}
	}
	return fix
}

// qualityFix reads the quality of GGA. Some timing receivers leave it empty beside a good
// RMC.
func qualityFix(quality string) Fix {
	switch quality {
	case "1", "2", "3", "4", "5", "9":
		return FixGood
	case "6", "7", "8":
		return FixEstimated
	case "":
		return FixUnknown
	}
	return FixNone
}

// worse returns the worse of two fixes.
func (f Fix) worse(other Fix) Fix { return max(f, other) }

// fields are the fields of a sentence. Those past the end are empty, since many
// receivers omit the last ones.
type fields []string

func (f fields) at(i int) string {
	if i >= len(f) {
		return ""
	}
	return f[i]
}

// int and float read values that are only displayed: an invalid, infinite or NaN value
// is 0.
func (f fields) int(i int) int {
	n, err := strconv.Atoi(f.at(i))
	if err != nil {
		return 0
	}
	return n
}

func (f fields) float(i int) float64 {
	x, err := strconv.ParseFloat(f.at(i), 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	return x
}
