package nmea

// sky gathers what sentences say of satellites. It outlives an epoch: some
// receivers send GSV every fifth second only.
type sky struct {
	inView [8]constellation // by talker, in the order of their coming
	given  bool             // an epoch took the counts: the next GSV begins anew
	used   int              // as GGA and GNS count them
	active int              // as GSA lists them, all constellations together
	pdop   float64
	hdop   float64
	vdop   float64
}

type constellation struct {
	talker string
	count  int
}

// add takes what a report says of the sky.
func (k *sky) add(r Report) {
	if r.PDOP > 0 {
		k.pdop = r.PDOP
	}
	if r.HDOP > 0 {
		k.hdop = r.HDOP
	}
	if r.VDOP > 0 {
		k.vdop = r.VDOP
	}
	switch {
	case r.HasInView:
		k.view(r.Address[:2], r.InView)
	case r.HasTime:
		k.used = max(k.used, r.Used)
	default:
		k.active += r.Used
	}
}

// view counts a constellation's satellites. Receivers with several frequencies
// send its GSV once for each, with the same satellites.
func (k *sky) view(talker string, count int) {
	if k.given {
		k.given = false
		k.inView = [8]constellation{}
	}
	for i := range k.inView {
		c := &k.inView[i]
		if c.talker == "" || c.talker == talker {
			c.talker, c.count = talker, max(c.count, count)
			return
		}
	}
}

// fill gives the counts to an epoch.
func (k *sky) fill(e *Epoch) {
	for _, c := range k.inView {
		e.InView += c.count
	}
	// GGA's count stops at 12 in many receivers, where GSA lists them all.
	e.Used = max(k.used, k.active)
	e.PDOP, e.HDOP, e.VDOP = k.pdop, k.hdop, k.vdop
	k.given, k.used, k.active = true, 0, 0
}
