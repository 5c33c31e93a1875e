package ubx

// Alarm is the state of a receiver's monitor of jamming or spoofing.
type Alarm uint8

// The values of Alarm. A receiver reports AlarmUnknown while the monitor is off.
const (
	AlarmUnknown  Alarm = iota
	AlarmNone           // nothing is found
	AlarmWarning        // jamming: there is interference, but the fix is good; spoofing is suspected
	AlarmCritical       // jamming: interference and no fix; spoofing: several signs of it
)

// Antenna is the state of an antenna.
type Antenna uint8

// The values of Antenna.
const (
	AntennaStarting Antenna = iota
	AntennaUnknown
	AntennaOK
	AntennaShort
	AntennaOpen
)

// A Radio is the state of one radio and its antenna.
type Radio struct {
	Antenna Antenna
	Power   uint8 // of the antenna: 0 is off, 1 is on, 2 is unknown
	Jamming Alarm
}

// MON-HW, 0x0a 0x09, with 60 or 68 bytes:
//
//	struct {
//	    X4 pinSel, pinBank, pinDir, pinVal;
//	    U2 noisePerMS;
//	    U2 agcCnt;
//	    U1 aStatus;
//	    U1 aPower;
//	    X1 flags;    // 3..2 jammingState
//	    ...          // differs between series
//	};
const (
	monHWPins    = 0
	monHWNoise   = monHWPins + 4*4
	monHWAGC     = monHWNoise + 2
	monHWAStatus = monHWAGC + 2
	monHWAPower  = monHWAStatus + 1
	monHWFlags   = monHWAPower + 1
	monHWSize    = 60
)

// DecodeHW decodes a MON-HW; false if the message is another one or too short.
func DecodeHW(m Message) (Radio, bool) {
	p, ok := m.payload(MonHW, monHWSize)
	if !ok {
		return Radio{}, false
	}
	return Radio{Antenna(p.u1(monHWAStatus)), p.u1(monHWAPower), Alarm(p.u1(monHWFlags) >> 2 & 3)}, true
}

// AppendHW appends a MON-HW to b.
func AppendHW(b []byte, r Radio) []byte {
	p := make(layout, monHWSize)
	p[monHWAStatus], p[monHWAPower], p[monHWFlags] = byte(r.Antenna), r.Power, byte(r.Jamming&3)<<2
	return Append(b, MonHW, p)
}

// MON-RF, 0x0a 0x38:
//
//	struct {
//	    U1 version;
//	    U1 nBlocks;
//	    U1 reserved0[2];
//	    struct {
//	        U1 blockId;
//	        X1 flags;          // 1..0 jammingState
//	        U1 antStatus;
//	        U1 antPower;
//	        U4 postStatus;
//	        U1 reserved1[4];
//	        U2 noisePerMS;
//	        U2 agcCnt;
//	        U1 cwSuppression;
//	        I1 ofsI;
//	        U1 magI;
//	        I1 ofsQ;
//	        U1 magQ;
//	        U1 reserved2[3];
//	    } block[nBlocks];
//	};
const (
	monRFVersion = 0
	monRFBlocks  = monRFVersion + 1
	monRFHead    = monRFBlocks + 1 + 2

	blockID        = 0
	blockFlags     = blockID + 1
	blockAntStatus = blockFlags + 1
	blockAntPower  = blockAntStatus + 1
	blockPost      = blockAntPower + 1
	blockReserved1 = blockPost + 4
	blockNoise     = blockReserved1 + 4
	blockAGC       = blockNoise + 2
	blockCW        = blockAGC + 2
	blockIQ        = blockCW + 1
	blockReserved2 = blockIQ + 4
	blockSize      = blockReserved2 + 3
)

// MaxRadios is the most radios that a receiver has.
const MaxRadios = 4

// DecodeRF decodes a MON-RF; false if the message is another one, or its length does not
// match its number of blocks. It returns how many of the radios are set. Some firmware sends
// shorter blocks without a description, which are not decoded.
func DecodeRF(m Message) (radios [MaxRadios]Radio, n int, ok bool) {
	p, ok := m.payload(MonRF, monRFHead)
	if !ok || len(p) != monRFHead+int(p.u1(monRFBlocks))*blockSize {
		return radios, 0, false
	}
	for n < min(int(p.u1(monRFBlocks)), MaxRadios) {
		b := p[monRFHead+n*blockSize:]
		radios[n] = Radio{Antenna(b.u1(blockAntStatus)), b.u1(blockAntPower), Alarm(b.u1(blockFlags) & 3)}
		n++
	}
	return radios, n, true
}

// AppendRF appends a MON-RF to b.
func AppendRF(b []byte, radios ...Radio) []byte {
	p := make(layout, monRFHead+len(radios)*blockSize)
	p[monRFBlocks] = byte(len(radios))
	for i, r := range radios {
		block := p[monRFHead+i*blockSize:]
		block[blockID], block[blockFlags] = byte(i), byte(r.Jamming&3)
		block[blockAntStatus], block[blockAntPower] = byte(r.Antenna), r.Power
	}
	return Append(b, MonRF, p)
}

// SEC-SIG, 0x27 0x09, version 1:
//
//	struct {
//	    U1 version;        // 1
//	    U1 reserved0[3];
//	    X1 jamFlags;       // 0 jamDetEnabled, 2..1 jammingState
//	    U1 reserved1[3];
//	    X1 spfFlags;       // 0 spfDetEnabled, 3..1 spoofingState
//	    U1 reserved2[3];
//	};
//
// and from version 2 on:
//
//	struct {
//	    U1 version;        // 2
//	    X1 sigSecFlags;    // 0 jamDetEnabled, 2..1 jamState, 3 spfDetEnabled, 6..4 spfState
//	    U1 reserved0;
//	    U1 jamNumCentFreqs;
//	    X4 jamStateCentFreq[jamNumCentFreqs];
//	};
const (
	secSigVersion = 0
	secSigFlags   = secSigVersion + 1 // version 2
	secSigFreqs   = secSigFlags + 2
	secSigSize2   = secSigFreqs + 1

	secSigJam   = secSigVersion + 4 // version 1
	secSigSpf   = secSigJam + 4
	secSigSize1 = secSigSpf + 4
)

// Security is SEC-SIG: both monitors, AlarmUnknown for one that is off.
type Security struct{ Jamming, Spoofing Alarm }

// DecodeSecurity decodes a SEC-SIG; false if the message is another one or too short.
func DecodeSecurity(m Message) (Security, bool) {
	p, ok := m.payload(SecSig, secSigSize2)
	switch {
	case !ok:
		return Security{}, false
	case p.u1(secSigVersion) >= 2:
		flags := p.u1(secSigFlags)
		return Security{monitored(bit(flags, 0), flags>>1&3), monitored(bit(flags, 3), flags>>4&7)}, true
	case p.u1(secSigVersion) == 1 && len(p) >= secSigSize1:
		jam, spoof := p.u1(secSigJam), p.u1(secSigSpf)
		return Security{monitored(bit(jam, 0), jam>>1&3), monitored(bit(spoof, 0), spoof>>1&7)}, true
	}
	return Security{}, false
}

// monitored returns the state of a monitor. The values past 3 are reserved.
func monitored(enabled bool, state uint8) Alarm {
	if !enabled || state > uint8(AlarmCritical) {
		return AlarmUnknown
	}
	return Alarm(state)
}

// Append appends a SEC-SIG of version 1 or 2 to b, with both monitors on.
func (s Security) Append(b []byte, version int) []byte {
	p := make(layout, secSigSize1)
	p[secSigVersion] = byte(version)
	if version == 1 {
		p[secSigJam], p[secSigSpf] = 1|byte(s.Jamming)<<1, 1|byte(s.Spoofing)<<1
		return Append(b, SecSig, p)
	}
	p[secSigFlags] = 1 | byte(s.Jamming)<<1 | 1<<3 | byte(s.Spoofing)<<4
	return Append(b, SecSig, p[:secSigSize2])
}

// NAV-SAT, 0x01 0x35:
//
//	struct {
//	    U4 iTOW;           // ms
//	    U1 version;
//	    U1 numSvs;
//	    U1 reserved0[2];
//	    struct {
//	        U1 gnssId;
//	        U1 svId;
//	        U1 cno;        // dBHz
//	        I1 elev;       // degrees
//	        I2 azim;       // degrees
//	        I2 prRes;      // 0.1 m
//	        X4 flags;      // 3 svUsed
//	    } sv[numSvs];
//	};
const (
	satITOW    = 0
	satVersion = satITOW + 4
	satNumSvs  = satVersion + 1
	satHead    = satNumSvs + 1 + 2

	svGNSS  = 0
	svID    = svGNSS + 1
	svCNo   = svID + 1
	svElev  = svCNo + 1
	svAzim  = svElev + 1
	svPrRes = svAzim + 2
	svFlags = svPrRes + 2
	svSize  = svFlags + 4
)

// Satellites is NAV-SAT, counted.
type Satellites struct {
	Tracked int // with a signal
	Used    int // in the solution
}

// DecodeSatellites decodes a NAV-SAT; false if the message is another one, or its length
// does not match its number of satellites.
func DecodeSatellites(m Message) (s Satellites, ok bool) {
	p, ok := m.payload(NavSat, satHead)
	if !ok || len(p) != satHead+int(p.u1(satNumSvs))*svSize {
		return s, false
	}
	for at := satHead; at < len(p); at += svSize {
		if p.u1(at+svCNo) > 0 {
			s.Tracked++
		}
		if bit(p.u1(at+svFlags), 3) {
			s.Used++
		}
	}
	return s, true
}

// The sizes in the interface descriptions. An index out of range does not compile.
var (
	_ = [1]struct{}{}[monHWFlags-22]
	_ = [1]struct{}{}[monRFHead-4]
	_ = [1]struct{}{}[blockSize-24]
	_ = [1]struct{}{}[secSigSize1-12]
	_ = [1]struct{}{}[secSigSize2-4]
	_ = [1]struct{}{}[satHead-8]
	_ = [1]struct{}{}[svSize-12]
)
