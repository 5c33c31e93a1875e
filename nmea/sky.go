package nmea

// sky collects satellite counts. It is kept from epoch to epoch, since some receivers
// send GSV only every fifth second.
type sky struct {
	inView [8]constellation // by talker, in order of arrival
	given  bool             // an epoch has the counts: the next GSV starts again
	used   int              // from GGA and GNS
	active int              // from GSA, all constellations together
	pdop   float64
	hdop   float64
	vdop   float64
}

type constellation struct {
	talker string
	count  int
}

// add adds the satellite counts of a report.
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

// view sets a constellation's count. Receivers with several frequencies send its GSV
// once for each, with the same satellites.
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

// fill copies the counts to an epoch.
func (k *sky) fill(e *Epoch) {
	for _, c := range k.inView {
		e.InView += c.count
	}
	// The count of GGA stops at 12 in many receivers, while GSA lists all.
	e.Used = max(k.used, k.active)
	e.PDOP, e.HDOP, e.VDOP = k.pdop, k.hdop, k.vdop
	k.given, k.used, k.active = true, 0, 0
}
