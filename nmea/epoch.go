package nmea

import "time"

const (
	// epochSentences bounds how many of an epoch's sentences are listed. The
	// fullest multi-constellation bursts have about forty.
	epochSentences = 64

	// repeatAfter is when the same sentence with the same time is not a duplicate
	// within its burst any more but a receiver that stands still.
	repeatAfter = 700 * time.Millisecond

	// quietFlush is the silence after which an epoch that has a date and a fix is
	// taken to be complete. A burst that leaves less is completed by the next one.
	quietFlush = 50 * time.Millisecond
)

// An Epoch is one instant of receiver time with all the sentences that name it.
type Epoch struct {
	UTC     UTC  // the era resolved; the Date is zero where no sentence named one
	HasTime bool // whether UTC's time of day is known at all
	Eras    int  // how many 1024-week eras were added to the date shown

	Why Reason // Valid, or why the epoch must not be published

	// Cold: the receiver has no date of its own yet, or a power-up default. For a
	// quarter of an hour after that, the leap seconds that it counts with may be those
	// of its firmware.
	Cold bool
	By   string // the address of the sentence that gave the reason, where it was one

	// Start is when the burst began. HasStart is false where no silence parted the
	// burst from the one before: in a file, in the first burst after opening, or
	// where a burst fills its second.
	Start    Stamp
	HasStart bool
	First    string // the address of the burst's first sentence; empty where that one was damaged
	Last     Stamp  // of the last byte that came before the epoch was given out

	Sentences []string // the addresses, in order; valid until the next call

	Fix    Fix
	Used   int // satellites in the solution
	InView int // satellites in view, of all constellations
	PDOP   float64
	HDOP   float64
	VDOP   float64
}

// A gap is a silence that may be the one between two epochs.
type gap struct {
	burst Burst
	index int // of the burst's first sentence among the listed ones
}

// Epochs groups sentences into epochs. It is a pure function of what is pushed:
// it asks no clock, starts nothing, and allocates what go-nmea does and no more.
//
// Which silence parts two epochs is told by proportion, without a setting: of
// those between the last sentence that names one time and the first that names
// the next, the longest; or a later one that is at least a third as long, for
// receivers that trail sentences long behind their burst.
//
// Epochs is for one goroutine.
type Epochs struct {
	pivot   Date
	decoder *Decoder

	open  bool  // cur is being filled
	done  bool  // cur has been given out; what still comes for it is its tail
	cur   Epoch // Sentences is filled in when it is given out
	shown Date  // the date of cur as the receiver shows it
	two   bool  // sentences of cur disagree about it
	fixBy string
	ruled Reason // what a sentence of cur ruled it out for, whatever its fix
	by    string // that sentence
	since Stamp  // first byte of the sentence that opened cur
	burst uint64

	sky sky

	lists  [2][epochSentences]string // the sentences of cur, and those last given out
	list   int
	count  int
	gaps   [8]gap // the silences since the last sentence that named a time
	ngaps  int
	lastID uint64 // the burst of the last sentence
}

// NewEpochs makes an Epochs that resolves dates against a pivot, the day before
// which no receiver can be running: the program's build date.
func NewEpochs(pivot Date) *Epochs { return &Epochs{pivot: pivot, decoder: NewDecoder()} }

// Push adds a sentence. It gives the epoch that this sentence completes, if any:
// one is complete when a sentence names another time.
//
// A sentence that cannot be read says nothing and completes nothing; the error is
// the Decoder's. The burst that it belongs to began no less where it began.
func (e *Epochs) Push(s Sentence) (Epoch, bool, error) {
	r, err := e.decoder.Decode(s.Raw)
	if err != nil {
		e.note(s, r.Address)
		return Epoch{}, false, err
	}
	complete, ok := e.add(s, r)
	return complete, ok, nil
}

// add groups a sentence by what was read in it.
func (e *Epochs) add(s Sentence, r Report) (Epoch, bool) {
	e.note(s, r.Address)
	// A receiver that sends ZDG beside UTC is read by its UTC sentences.
	aside := r.Refusal == GPSTime && e.open && e.ruled != GPSTime
	if aside || !r.HasTime && r.Fix == FixUnknown {
		e.sky.add(r)
		return Epoch{}, false
	}
	var complete Epoch
	var ok bool
	if !e.joins(s, r) {
		g := e.boundary()
		if g.burst.Seq == 0 && r.HasTime && apart(r.Time, e.cur.UTC.TimeOfDay) {
			// Two seconds in one burst: either one is wrong, or two bursts were read as
			// one. Which of them the burst's start belongs to, nobody can tell.
			e.cur.HasStart = false
		}
		complete, ok = e.flush(g.index)
		e.begin(s, g)
	}
	e.sky.add(r)
	e.merge(s, r)
	e.ngaps = 0
	return complete, ok
}

// Idle tells that not a byte has come for 50 ms or more until the stamp at. It
// gives the epoch that is complete by then, if any; so a sample need not wait for
// the next second.
func (e *Epochs) Idle(at Stamp) (Epoch, bool) {
	if !e.open || e.done || at.Sub(e.cur.Last) < quietFlush || e.shown.IsZero() || e.cur.Fix == FixUnknown {
		return Epoch{}, false
	}
	return e.flush(e.count)
}

// Pending tells whether Idle could complete an epoch: whether a reader should
// wake up for it.
func (e *Epochs) Pending() bool { return e.open && !e.done }

// Flush gives the epoch that the end of the input completes, if any.
func (e *Epochs) Flush() (Epoch, bool) { return e.flush(e.count) }

// apart tells whether two times of day are so different that they name different
// seconds, and not one second with and without its fraction.
func apart(a, b TimeOfDay) bool {
	const day = 24 * time.Hour
	d := (a.Since() - b.Since()).Abs()
	return min(d, (day-d).Abs()) >= 500*time.Millisecond
}

// note lists the sentence and the silence before it.
func (e *Epochs) note(s Sentence, address string) {
	if e.count == epochSentences { // the newest must be listed, or First would be wrong
		copy(e.lists[e.list][:], e.lists[e.list][1:])
		e.count--
		for i := range e.gaps[:e.ngaps] {
			e.gaps[i].index = max(e.gaps[i].index-1, 0)
		}
	}
	if s.Burst.Seq != e.lastID {
		e.lastID = s.Burst.Seq
		if s.Burst.Idle > 0 {
			e.remember(gap{s.Burst, e.count})
		}
	} else if e.ngaps > 0 {
		e.gaps[e.ngaps-1].burst = s.Burst // its start may have been sharpened
	}
	e.lists[e.list][e.count] = address
	e.count++
	e.cur.Last = s.Last
}

// remember adds a silence. Of too many, the shortest is none between epochs.
func (e *Epochs) remember(g gap) {
	if e.ngaps == len(e.gaps) {
		shortest := 0
		for i := range e.gaps {
			if e.gaps[i].burst.Idle < e.gaps[shortest].burst.Idle {
				shortest = i
			}
		}
		copy(e.gaps[shortest:], e.gaps[shortest+1:])
		e.ngaps--
	}
	e.gaps[e.ngaps] = g
	e.ngaps++
}

// joins tells whether the sentence belongs to the epoch that is being filled.
func (e *Epochs) joins(s Sentence, r Report) bool {
	if !e.open {
		return false
	}
	stamped := s.Burst.Seq != 0
	soon := s.First.Sub(e.since) < repeatAfter
	if r.HasTime && e.cur.HasTime {
		return r.Time == e.cur.UTC.TimeOfDay && (!stamped || soon || !e.listed(r.Address))
	}
	// A receiver without a fix leaves times empty, in some sentences or in all.
	if stamped {
		return soon && !e.listed(r.Address)
	}
	return !r.HasTime && !e.listed(r.Address)
}

// listed tells whether the epoch has such a sentence, the one just noted aside.
func (e *Epochs) listed(address string) bool {
	for _, a := range e.lists[e.list][:e.count-1] {
		if a == address {
			return true
		}
	}
	return false
}

// boundary chooses the silence that parts the new epoch from the last. Where
// there is none, the new one's first sentence is the one just noted.
func (e *Epochs) boundary() gap {
	var longest time.Duration
	for _, g := range e.gaps[:e.ngaps] {
		longest = max(longest, g.burst.Idle)
	}
	for i := e.ngaps - 1; i >= 0; i-- {
		if e.gaps[i].burst.Idle*3 >= longest {
			return e.gaps[i]
		}
	}
	return gap{index: e.count - 1}
}

// begin opens the epoch of the sentence just noted. The sentences that came
// after the silence between the epochs are this one's, though they name no time.
func (e *Epochs) begin(s Sentence, g gap) {
	old := e.lists[e.list][g.index:e.count]
	e.list = 1 - e.list
	e.count = copy(e.lists[e.list][:], old)
	e.cur = Epoch{First: e.lists[e.list][0], Start: g.burst.Start, HasStart: g.burst.Seq != 0, Last: s.Last}
	e.burst = g.burst.Seq
	e.open, e.done, e.two, e.shown, e.since = true, false, false, Date{}, s.First
	e.fixBy, e.ruled, e.by = "", Valid, ""
}

// merge adds to the open epoch what the sentence says.
func (e *Epochs) merge(s Sentence, r Report) {
	c := &e.cur
	if r.HasTime {
		c.UTC.TimeOfDay, c.HasTime = r.Time, true
	}
	if c.HasStart && s.Burst.Seq == e.burst {
		c.Start = s.Burst.Start
	}
	if !r.Date.IsZero() {
		e.two = e.two || !e.shown.IsZero() && e.shown != r.Date
		e.shown = r.Date
	}
	if r.Fix > c.Fix {
		c.Fix, e.fixBy = r.Fix, r.Address
	}
	if r.Refusal != Valid && e.ruled == Valid {
		e.ruled, e.by = r.Refusal, r.Address
	}
}

// flush gives out the open epoch, judged, with the first n of the listed
// sentences, unless that was done before.
func (e *Epochs) flush(n int) (Epoch, bool) {
	if !e.open || e.done {
		return Epoch{}, false
	}
	e.done = true
	c := &e.cur
	c.Sentences = e.lists[e.list][:n:n]
	e.sky.fill(c)
	if !e.shown.IsZero() {
		c.UTC.Date, c.Eras = Resolve(e.shown, e.pivot)
	}
	c.Why, c.By = e.judge()
	c.Cold = isDefault(e.shown) || e.ruled == LeapUnknown || e.shown.IsZero() && c.Fix == FixNone
	return *c, true
}

// judge gives the first reason that applies against the open epoch, and the
// sentence that gave it, where it was one.
func (e *Epochs) judge() (Reason, string) {
	switch {
	case e.ruled == GPSTime:
		return GPSTime, e.by
	case e.cur.Fix == FixNone:
		return NoFix, e.fixBy
	case e.cur.Fix == FixEstimated:
		return Estimated, e.fixBy
	case e.ruled == LeapUnknown:
		return LeapUnknown, e.by
	case e.cur.Fix == FixUnknown:
		return FixUnsaid, ""
	case !e.cur.HasTime:
		return NoTime, ""
	case e.shown.IsZero():
		return NoDate, ""
	case e.two:
		return TwoDates, ""
	case isDefault(e.shown):
		return DefaultDate, ""
	case tooFar(e.cur.UTC.Date, e.pivot):
		return FarDate, ""
	}
	return Valid, ""
}
