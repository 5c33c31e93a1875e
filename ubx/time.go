package ubx

// A Calendar is a date and a time of UTC as a receiver sends them: rounded to a hundredth of
// a second, plus or minus Nano. Nothing is checked: a field may have any value.
type Calendar struct {
	Year                             int
	Month, Day, Hour, Minute, Second int // 60 is an inserted second
	Nano                             int // -1e9 to 1e9; negative if the second is rounded up
}

// Fix is the kind of a fix.
type Fix uint8

// The values of Fix.
const (
	FixNone Fix = iota
	FixDeadReckoning
	Fix2D
	Fix3D
	FixCombined // satellites and dead reckoning
	FixTimeOnly
)

// NAV-STATUS, 0x01 0x03:
//
//	struct {
//	    U4 iTOW;      // ms
//	    U1 gpsFix;
//	    X1 flags;     // 0 gpsFixOk, 1 diffSoln, 2 wknSet, 3 towSet
//	    X1 fixStat;
//	    X1 flags2;    // 1..0 psmState, 4..3 spoofDetState
//	    U4 ttff;      // ms
//	    U4 msss;      // ms since startup
//	};
const (
	statusITOW    = 0
	statusGPSFix  = statusITOW + 4
	statusFlags   = statusGPSFix + 1
	statusFixStat = statusFlags + 1
	statusFlags2  = statusFixStat + 1
	statusTTFF    = statusFlags2 + 1
	statusMSSS    = statusTTFF + 4
	statusSize    = statusMSSS + 4
)

// Status is NAV-STATUS.
type Status struct {
	Fix      Fix
	FixOK    bool // the fix is within the receiver's limits of accuracy
	WeekSet  bool
	TOWSet   bool
	Spoofing Alarm // always AlarmUnknown before protocol version 18
}

// DecodeStatus decodes a NAV-STATUS; false if the message is another one or too short.
func DecodeStatus(m Message) (Status, bool) {
	p, ok := m.payload(NavStatus, statusSize)
	if !ok {
		return Status{}, false
	}
	flags := p.u1(statusFlags)
	return Status{
		Fix: Fix(p.u1(statusGPSFix)), FixOK: bit(flags, 0), WeekSet: bit(flags, 2), TOWSet: bit(flags, 3),
		Spoofing: Alarm(p.u1(statusFlags2) >> 3 & 3),
	}, true
}

// Append appends the message to b. The fields that a Status lacks are 0.
func (s Status) Append(b []byte) []byte {
	p := make(layout, statusSize)
	p[statusGPSFix] = byte(s.Fix)
	p[statusFlags] = flag(s.FixOK, 0) | flag(s.WeekSet, 2) | flag(s.TOWSet, 3)
	p[statusFlags2] = byte(s.Spoofing&3) << 3
	return Append(b, NavStatus, p)
}

// NAV-PVT, 0x01 0x07, with 84 bytes from u-blox 7, else 92:
//
//	struct {
//	    U4 iTOW;      // ms
//	    U2 year;
//	    U1 month, day, hour, min, sec;
//	    X1 valid;     // 0 validDate, 1 validTime, 2 fullyResolved, 3 validMag
//	    U4 tAcc;      // ns
//	    I4 nano;      // ns
//	    U1 fixType;
//	    X1 flags;     // 0 gnssFixOK
//	    X1 flags2;
//	    U1 numSV;
//	    I4 lon, lat;  // 1e-7 degrees
//	    I4 height, hMSL;
//	    U4 hAcc, vAcc;
//	    I4 velN, velE, velD, gSpeed, headMot;
//	    U4 sAcc, headAcc;
//	    U2 pDOP;      // 0.01
//	    X2 flags3;
//	    U1 reserved[4];
//	    I4 headVeh;
//	    I2 magDec;
//	    U2 magAcc;
//	};
const (
	pvtITOW     = 0
	pvtYear     = pvtITOW + 4
	pvtMonth    = pvtYear + 2
	pvtDay      = pvtMonth + 1
	pvtHour     = pvtDay + 1
	pvtMinute   = pvtHour + 1
	pvtSecond   = pvtMinute + 1
	pvtValid    = pvtSecond + 1
	pvtTAcc     = pvtValid + 1
	pvtNano     = pvtTAcc + 4
	pvtFixType  = pvtNano + 4
	pvtFlags    = pvtFixType + 1
	pvtFlags2   = pvtFlags + 1
	pvtNumSV    = pvtFlags2 + 1
	pvtLon      = pvtNumSV + 1 // the position and what can show it begins here
	pvtVelN     = pvtLon + 4*4 + 2*4
	pvtSAcc     = pvtVelN + 5*4
	pvtPDOP     = pvtSAcc + 2*4 // and ends here
	pvtFlags3   = pvtPDOP + 2
	pvtReserved = pvtFlags3 + 2
	pvtSize7    = pvtReserved + 4
	pvtHeadVeh  = pvtSize7
	pvtMagDec   = pvtHeadVeh + 4
	pvtMagAcc   = pvtMagDec + 2
	pvtSize     = pvtMagAcc + 2
)

// PVT is NAV-PVT without the position. A receiver is known to set all three flags of validity
// while it does not know the leap seconds, so that its UTC may be wrong by whole seconds:
// only TimeLS and TimeGPS report what it knows.
type PVT struct {
	Calendar
	ValidDate     bool
	ValidTime     bool
	FullyResolved bool // no uncertainty of whole seconds, according to the receiver
	Accuracy      uint32
	Fix           Fix
	FixOK         bool // the fix is within the receiver's limits of accuracy
	Used          int  // satellites in the solution
	PDOP          int  // in hundredths
}

// DecodePVT decodes a NAV-PVT; false if the message is another one or too short.
func DecodePVT(m Message) (PVT, bool) {
	p, ok := m.payload(NavPVT, pvtSize7)
	if !ok {
		return PVT{}, false
	}
	valid := p.u1(pvtValid)
	return PVT{
		Calendar: Calendar{
			Year: int(p.u2(pvtYear)), Month: int(p.u1(pvtMonth)), Day: int(p.u1(pvtDay)),
			Hour: int(p.u1(pvtHour)), Minute: int(p.u1(pvtMinute)), Second: int(p.u1(pvtSecond)), Nano: int(p.i4(pvtNano)),
		},
		ValidDate: bit(valid, 0), ValidTime: bit(valid, 1), FullyResolved: bit(valid, 2),
		Accuracy: p.u4(pvtTAcc), Fix: Fix(p.u1(pvtFixType)), FixOK: bit(p.u1(pvtFlags), 0),
		Used: int(p.u1(pvtNumSV)), PDOP: int(p.u2(pvtPDOP)),
	}, true
}

// Append appends the message to b. The position is 0.
func (v PVT) Append(b []byte) []byte {
	p := make(layout, pvtSize)
	p.setU2(pvtYear, uint16(v.Year))
	p[pvtMonth], p[pvtDay] = byte(v.Month), byte(v.Day)
	p[pvtHour], p[pvtMinute], p[pvtSecond] = byte(v.Hour), byte(v.Minute), byte(v.Second)
	p[pvtValid] = flag(v.ValidDate, 0) | flag(v.ValidTime, 1) | flag(v.FullyResolved, 2)
	p.setU4(pvtTAcc, v.Accuracy)
	p.setU4(pvtNano, uint32(v.Nano))
	p[pvtFixType], p[pvtFlags], p[pvtNumSV] = byte(v.Fix), flag(v.FixOK, 0), byte(v.Used)
	p.setU2(pvtPDOP, uint16(v.PDOP))
	return Append(b, NavPVT, p)
}

// NAV-TIMEGPS, 0x01 0x20:
//
//	struct {
//	    U4 iTOW;      // ms
//	    I4 fTOW;      // ns
//	    I2 week;
//	    I1 leapS;     // s, GPS - UTC
//	    X1 valid;     // 0 towValid, 1 weekValid, 2 leapSValid
//	    U4 tAcc;      // ns
//	};
const (
	timeGPSITOW  = 0
	timeGPSFTOW  = timeGPSITOW + 4
	timeGPSWeek  = timeGPSFTOW + 4
	timeGPSLeapS = timeGPSWeek + 2
	timeGPSValid = timeGPSLeapS + 1
	timeGPSTAcc  = timeGPSValid + 1
	timeGPSSize  = timeGPSTAcc + 4
)

// TimeGPS is NAV-TIMEGPS.
type TimeGPS struct {
	TOW       uint32 // milliseconds of the week
	Week      int    // since 1980-01-06
	Leap      int    // seconds from UTC to GPS time; the firmware's default unless ValidLeap
	ValidTOW  bool
	ValidWeek bool
	ValidLeap bool
	Accuracy  uint32 // nanoseconds
}

// DecodeTimeGPS decodes a NAV-TIMEGPS; false if the message is another one or too short.
func DecodeTimeGPS(m Message) (TimeGPS, bool) {
	p, ok := m.payload(NavTimeGPS, timeGPSSize)
	if !ok {
		return TimeGPS{}, false
	}
	valid := p.u1(timeGPSValid)
	return TimeGPS{
		TOW: p.u4(timeGPSITOW), Week: int(p.i2(timeGPSWeek)), Leap: int(p.i1(timeGPSLeapS)),
		ValidTOW: bit(valid, 0), ValidWeek: bit(valid, 1), ValidLeap: bit(valid, 2), Accuracy: p.u4(timeGPSTAcc),
	}, true
}

// Append appends the message to b.
func (t TimeGPS) Append(b []byte) []byte {
	p := make(layout, timeGPSSize)
	p.setU4(timeGPSITOW, t.TOW)
	p.setU2(timeGPSWeek, uint16(t.Week))
	p[timeGPSLeapS] = byte(t.Leap)
	p[timeGPSValid] = flag(t.ValidTOW, 0) | flag(t.ValidWeek, 1) | flag(t.ValidLeap, 2)
	p.setU4(timeGPSTAcc, t.Accuracy)
	return Append(b, NavTimeGPS, p)
}

// NAV-TIMEUTC, 0x01 0x21:
//
//	struct {
//	    U4 iTOW;      // ms
//	    U4 tAcc;      // ns
//	    I4 nano;      // ns
//	    U2 year;
//	    U1 month, day, hour, min, sec;
//	    X1 valid;     // 0 validTOW, 1 validWKN, 2 validUTC, 7..4 utcStandard
//	};
const (
	timeUTCITOW   = 0
	timeUTCTAcc   = timeUTCITOW + 4
	timeUTCNano   = timeUTCTAcc + 4
	timeUTCYear   = timeUTCNano + 4
	timeUTCMonth  = timeUTCYear + 2
	timeUTCDay    = timeUTCMonth + 1
	timeUTCHour   = timeUTCDay + 1
	timeUTCMinute = timeUTCHour + 1
	timeUTCSecond = timeUTCMinute + 1
	timeUTCValid  = timeUTCSecond + 1
	timeUTCSize   = timeUTCValid + 1
)

// TimeUTC is NAV-TIMEUTC.
type TimeUTC struct {
	Calendar
	ValidTOW  bool
	ValidWeek bool
	ValidUTC  bool   // the leap seconds are known, according to the receiver
	Accuracy  uint32 // nanoseconds
}

// DecodeTimeUTC decodes a NAV-TIMEUTC; false if the message is another one or too short.
func DecodeTimeUTC(m Message) (TimeUTC, bool) {
	p, ok := m.payload(NavTimeUTC, timeUTCSize)
	if !ok {
		return TimeUTC{}, false
	}
	valid := p.u1(timeUTCValid)
	return TimeUTC{
		Calendar: Calendar{
			Year: int(p.u2(timeUTCYear)), Month: int(p.u1(timeUTCMonth)), Day: int(p.u1(timeUTCDay)),
			Hour: int(p.u1(timeUTCHour)), Minute: int(p.u1(timeUTCMinute)), Second: int(p.u1(timeUTCSecond)), Nano: int(p.i4(timeUTCNano)),
		},
		ValidTOW: bit(valid, 0), ValidWeek: bit(valid, 1), ValidUTC: bit(valid, 2), Accuracy: p.u4(timeUTCTAcc),
	}, true
}

// Append appends the message to b.
func (t TimeUTC) Append(b []byte) []byte {
	p := make(layout, timeUTCSize)
	p.setU4(timeUTCTAcc, t.Accuracy)
	p.setU4(timeUTCNano, uint32(t.Nano))
	p.setU2(timeUTCYear, uint16(t.Year))
	p[timeUTCMonth], p[timeUTCDay] = byte(t.Month), byte(t.Day)
	p[timeUTCHour], p[timeUTCMinute], p[timeUTCSecond] = byte(t.Hour), byte(t.Minute), byte(t.Second)
	p[timeUTCValid] = flag(t.ValidTOW, 0) | flag(t.ValidWeek, 1) | flag(t.ValidUTC, 2)
	return Append(b, NavTimeUTC, p)
}

// NAV-TIMELS, 0x01 0x26:
//
//	struct {
//	    U4 iTOW;           // ms
//	    U1 version;
//	    U1 reserved0[3];
//	    U1 srcOfCurrLs;
//	    I1 currLs;         // s, GPS - UTC
//	    U1 srcOfLsChange;
//	    I1 lsChange;       // s
//	    I4 timeToLsEvent;  // s
//	    U2 dateOfLsGpsWn;
//	    U2 dateOfLsGpsDn;
//	    U1 reserved1[3];
//	    X1 valid;          // 0 validCurrLs, 1 validTimeToLsEvent
//	};
const (
	timeLSITOW      = 0
	timeLSVersion   = timeLSITOW + 4
	timeLSReserved0 = timeLSVersion + 1
	timeLSSource    = timeLSReserved0 + 3
	timeLSCurrent   = timeLSSource + 1
	timeLSChangeSrc = timeLSCurrent + 1
	timeLSChange    = timeLSChangeSrc + 1
	timeLSTimeTo    = timeLSChange + 1
	timeLSWeek      = timeLSTimeTo + 4
	timeLSDay       = timeLSWeek + 2
	timeLSReserved1 = timeLSDay + 2
	timeLSValid     = timeLSReserved1 + 3
	timeLSSize      = timeLSValid + 1
)

// LeapSource is the source of a receiver's count of leap seconds.
type LeapSource uint8

// The values of LeapSource.
const (
	LeapFirmware   LeapSource = 0 // the default of the firmware, which may be outdated
	LeapDifference LeapSource = 1 // between GPS and GLONASS, whose time is UTC
	LeapGPS        LeapSource = 2
	LeapSBAS       LeapSource = 3
	LeapBeiDou     LeapSource = 4
	LeapGalileo    LeapSource = 5
	LeapAided      LeapSource = 6 // aiding data that a program sent to the receiver
	LeapConfigured LeapSource = 7
	LeapNavIC      LeapSource = 8
	LeapUnknown    LeapSource = 255
)

// FromSky reports whether satellites sent the leap seconds.
func (s LeapSource) FromSky() bool {
	return s >= LeapDifference && s <= LeapGalileo || s == LeapNavIC
}

var leapSources = map[LeapSource]string{
	LeapFirmware: "firmware default", LeapDifference: "GPS and GLONASS", LeapGPS: "GPS", LeapSBAS: "SBAS", LeapBeiDou: "BeiDou",
	LeapGalileo: "Galileo", LeapAided: "aiding data", LeapConfigured: "configuration", LeapNavIC: "NavIC",
}

// String returns the name of the source.
func (s LeapSource) String() string {
	if name, ok := leapSources[s]; ok {
		return name
	}
	return "unknown"
}

// TimeLS is NAV-TIMELS.
type TimeLS struct {
	TOW     uint32     // milliseconds of the week of GPS
	Source  LeapSource // of Current
	Current int        // seconds from UTC to GPS time
	Valid   bool       // Current is valid, according to the receiver

	// Change is the next leap second: 1 if it is inserted, -1 if it is deleted, 0 if none is
	// announced. ChangeSource is the system that announced it, numbered unlike LeapSource; 0:
	// no system. TimeTo is the seconds until it happens; negative if it has happened. Week and
	// Day are the day that ends with it, by GPS: 1 is Sunday. ValidChange is whether TimeTo
	// and the day are valid.
	Change       int
	ChangeSource uint8
	TimeTo       int
	Week, Day    int
	ValidChange  bool
}

// DecodeTimeLS decodes a NAV-TIMELS; false if the message is another one or too short.
func DecodeTimeLS(m Message) (TimeLS, bool) {
	p, ok := m.payload(NavTimeLS, timeLSSize)
	if !ok {
		return TimeLS{}, false
	}
	valid := p.u1(timeLSValid)
	return TimeLS{
		TOW: p.u4(timeLSITOW), Source: LeapSource(p.u1(timeLSSource)), Current: int(p.i1(timeLSCurrent)), Valid: bit(valid, 0),
		Change: int(p.i1(timeLSChange)), ChangeSource: p.u1(timeLSChangeSrc), TimeTo: int(p.i4(timeLSTimeTo)),
		Week: int(p.u2(timeLSWeek)), Day: int(p.u2(timeLSDay)), ValidChange: bit(valid, 1),
	}, true
}

// Append appends the message to b.
func (t TimeLS) Append(b []byte) []byte {
	p := make(layout, timeLSSize)
	p.setU4(timeLSITOW, t.TOW)
	p[timeLSSource], p[timeLSCurrent] = byte(t.Source), byte(t.Current)
	p[timeLSChangeSrc], p[timeLSChange] = t.ChangeSource, byte(t.Change)
	p.setU4(timeLSTimeTo, uint32(t.TimeTo))
	p.setU2(timeLSWeek, uint16(t.Week))
	p.setU2(timeLSDay, uint16(t.Day))
	p[timeLSValid] = flag(t.Valid, 0) | flag(t.ValidChange, 1)
	return Append(b, NavTimeLS, p)
}

// TIM-TP, 0x0d 0x01:
//
//	struct {
//	    U4 towMS;      // ms
//	    U4 towSubMS;   // 2^-32 ms
//	    I4 qErr;       // ps
//	    U2 week;
//	    X1 flags;      // 0 timeBase (1: UTC), 1 utc, 3..2 raim, 4 qErrInvalid
//	    X1 refInfo;    // 3..0 timeRefGnss, 7..4 utcStandard
//	};
const (
	timTPTOW     = 0
	timTPSub     = timTPTOW + 4
	timTPQErr    = timTPSub + 4
	timTPWeek    = timTPQErr + 4
	timTPFlags   = timTPWeek + 2
	timTPRefInfo = timTPFlags + 1
	timTPSize    = timTPRefInfo + 1
)

// A Pulse is TIM-TP: the receiver's announcement of its next pulse.
type Pulse struct {
	Week     int    // since 1980-01-06
	TOW      uint32 // milliseconds of the week at which the pulse is due, in the time base
	UTC      bool   // the time base is UTC, without leap seconds since 1980; else that of a satellite system
	KnowsUTC bool   // the receiver has the parameters of UTC

	// QErr is the quantization error in picoseconds. The edge of the pulse is at a tick of
	// the receiver's oscillator. Add QErr to the edge's time to get the time at which the
	// pulse was due. The sign is from measurements of a ZED-F9T and a ZED-F9P with counters.
	// ValidQErr is false only if the receiver reports that.
	QErr      int32
	ValidQErr bool
}

// DecodePulse decodes a TIM-TP; false if the message is another one or too short.
func DecodePulse(m Message) (Pulse, bool) {
	p, ok := m.payload(TimTP, timTPSize)
	if !ok {
		return Pulse{}, false
	}
	flags := p.u1(timTPFlags)
	return Pulse{
		Week: int(p.u2(timTPWeek)), TOW: p.u4(timTPTOW), UTC: bit(flags, 0), KnowsUTC: bit(flags, 1),
		QErr: p.i4(timTPQErr), ValidQErr: !bit(flags, 4),
	}, true
}

// Append appends the message to b.
func (t Pulse) Append(b []byte) []byte {
	p := make(layout, timTPSize)
	p.setU4(timTPTOW, t.TOW)
	p.setU4(timTPQErr, uint32(t.QErr))
	p.setU2(timTPWeek, uint16(t.Week))
	p[timTPFlags] = flag(t.UTC, 0) | flag(t.KnowsUTC, 1) | flag(!t.ValidQErr, 4)
	return Append(b, TimTP, p)
}

// The sizes in the interface descriptions. An index out of range does not compile.
var (
	_ = [1]struct{}{}[statusSize-16]
	_ = [1]struct{}{}[pvtSize7-84]
	_ = [1]struct{}{}[pvtSize-92]
	_ = [1]struct{}{}[timeGPSSize-16]
	_ = [1]struct{}{}[timeUTCSize-20]
	_ = [1]struct{}{}[timeLSSize-24]
	_ = [1]struct{}{}[timTPSize-16]
)
