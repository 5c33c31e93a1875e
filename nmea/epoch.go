package nmea

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

const (
	// epochSentences bounds how many of an epoch's sentences are listed. The
	// fullest multi-constellation bursts have about forty.
	epochSentences = 64

	// repeatAfter is when the same sentence with the same time is not a duplicate
	// within its burst any more but a receiver that stands still.
	repeatAfter = 700 * time.Millisecond

	// standsStill is when the same time in another block is not a second statement of one
	// second any more.
	standsStill = 950 * time.Millisecond

	// quietFlush is the silence after which an epoch that has a date and a fix is
	// taken to be complete. A burst that leaves less is completed by the next one.
	quietFlush = 50 * time.Millisecond

	// pauseMost is the longest pause that a receiver makes, or a USB adapter seems to
	// make, between two sentences of one burst: an FTDI hands bytes over every 16 ms.
	pauseMost = 25 * time.Millisecond

	// blocksApart is the silence that makes two blocks of what names one time.
	blocksApart = 100 * time.Millisecond
)

// Anchors are the instants from which an epoch's second may be counted. They differ
// where sentences without a time stand ahead of the one that names it: these lead the
// burst, or are left over from the one before, and silences do not always tell. Each
// anchor is the first byte after another silence.
type Anchors struct {
	Lead  Stamp // after the last silence of over 25 ms ahead of the naming sentence
	Block Stamp // after the last silence of over 5 ms
	Name  Stamp // of the first sentence that names the time; Block if one before it was damaged

	// Again is how long behind Name a second block of sentences, after a silence of over
	// 25 ms, named the same time, in this epoch or the one before; 0 where none did, or
	// more than one, as of a receiver that reports several times a second. It is negative
	// where a lone sentence without a date or without a fix named the time so long ahead.
	// AgainBy is the block's first sentence.
	Again   time.Duration
	AgainBy string
}

// An Epoch is one instant of receiver time with all the sentences that name it.
type Epoch struct {
	UTC     UTC  // the Date is zero if no sentence named one
	HasTime bool // UTC's time of day is known
	Eras    int  // 1024-week eras added to the date shown; 0: UTC has the date as shown

	Why Reason // Valid, or why the epoch must not be published

	By string // the address of the sentence that gave the reason, where it was one

	// Early: the date shown is a power-up default, or lies before the build date. A
	// receiver without a fix has not heard it from a satellite.
	Early bool
	Leap  Leap // what the receiver said last about its leap seconds

	// Conflict names the sentence before and the one that opened the epoch, as "GPRMC and
	// GPZDA", where they contradict each other; else it is empty. Why is then TwoTimes,
	// of the epoch before as well.
	Conflict string

	// Unreadable is what cannot be read of a date or time in the epoch, in words.
	Unreadable string

	// Start is when the burst began. HasStart is false where no silence parted the
	// burst from the one before: in a file, in the first burst after opening, or
	// where a burst fills its second.
	Start    Stamp // Anchors.Lead
	HasStart bool
	Anchors  Anchors
	NamedBy  string // the address of the first sentence that named the time
	Cut      bool   // the burst's first sentence has a wrong checksum: nobody knows what it said
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
	index int  // of the burst's first sentence among the listed ones
	cut   bool // that sentence has a wrong checksum
}

// Epochs groups sentences into epochs. It is a pure function of what is pushed:
// it asks no clock, starts nothing, and allocates what go-nmea does and no more.
//
// An epoch begins behind the last silence of over 25 ms ahead of the sentence that
// names it first: a block of sentences without a time never moves the start of
// another block's second. See [Anchors] for what remains open.
//
// The zero Epochs is ready to use and has no build date; see [NewEpochs]. An Epochs
// must not be copied and is not safe for concurrent use.
type Epochs struct {
	buildDate Date
	decoder   Decoder

	open    bool  // cur is being filled
	done    bool  // cur has been given out; what still comes for it is its tail
	cur     Epoch // Sentences is filled in when it is given out
	shown   Date  // the date of cur as the receiver shows it
	two     bool  // sentences of cur disagree about it
	fixBy   string
	ruled   Reason // what a sentence of cur ruled it out for, whatever its fix
	by      string // that sentence
	leap    Leap   // what the receiver said last about its leap seconds; it outlives the epoch
	leapBy  string
	since   Stamp // first byte of the sentence that opened cur
	burst   uint64
	sharpen bool // Lead and Block are one

	sky sky

	lists  [2][epochSentences]string // the sentences of cur, and those last given out
	list   int
	count  int
	blocks int     // that named the time of cur again
	latest Stamp   // first byte of the sentence that opened the last of these
	opened int     // which one of the list that sentence is
	before Anchors // of the epoch before
	gaps   [8]gap  // the silences since the last sentence that named a time
	ngaps  int
	lastID uint64 // the burst of the last sentence

	contradicted string // the sentence just noted and the one that it contradicts, of cur
	unreadable   string // what could not be read since the last epoch was given out
}

// NewEpochs returns an Epochs that corrects week rollovers: a date before buildDate,
// the day the program was built, is moved forward as [Resolve] does, and one more than
// ten years after it gets the Reason FarDate. A program that publishes time needs this.
//
// With the zero Date the dates stay as the receiver shows them, and Eras is 0. A
// program that reads old captures needs this: with a build date, a capture of 2014
// would be read as one of 2033.
func NewEpochs(buildDate Date) *Epochs { return &Epochs{buildDate: buildDate} }

// Push adds a sentence. It gives the epoch that this sentence completes, if any:
// one is complete when a sentence names another time.
//
// A sentence that cannot be read says nothing and completes nothing; the error is
// the Decoder's. The burst that it belongs to began no less where it began.
func (e *Epochs) Push(s Sentence) (Epoch, bool, error) {
	r, err := e.decoder.Decode(s.Raw)
	if err != nil {
		e.note(s, r.Address)
		if n := e.ngaps; n > 0 && e.gaps[n-1].index == e.count-1 {
			e.gaps[n-1].cut = errors.Is(err, ErrChecksum)
		}
		if errors.Is(err, ErrRange) {
			e.unreadable = err.Error()
		}
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
	if e.joins(s, r) {
		e.again(s, r)
	} else {
		lead, block := e.boundary()
		conflict := e.conflict(s, r)
		e.contradicted = conflict
		if block.burst.Seq == 0 && r.HasTime && apart(r.Time, e.cur.UTC.TimeOfDay) {
			// Two seconds in one burst: either one is wrong, or two bursts were read as
			// one. Nobody can tell which of them the burst's start belongs to.
			e.cur.HasStart = false
		}
		complete, ok = e.flush(lead.index)
		e.begin(s, lead, block)
		e.cur.Conflict, e.cur.NamedBy, e.contradicted = conflict, r.Address, ""
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

// conflict names the sentence just noted and the one that opened the epoch, where one
// receiver cannot have sent both: within a second, the later one names an earlier time,
// or a time that is half a second and more further on than the clock. A second
// sentence of the same type is no conflict: a reader that was held up gets two
// seconds at once.
func (e *Epochs) conflict(s Sentence, r Report) string {
	if !e.cur.HasStart || !r.HasTime || !e.cur.HasTime || e.ruled == GPSTime || e.listed(r.Address) {
		return ""
	}
	const day, half = 24 * time.Hour, 500 * time.Millisecond
	passed := s.Burst.Start.Sub(e.cur.Anchors.Block) // whichever of their sentences are damaged
	named := (r.Time.Since()-e.cur.UTC.Since()+day+day/2)%day - day/2
	if passed >= repeatAfter || named >= 0 && named-passed < half {
		return ""
	}
	return e.cur.NamedBy + " and " + r.Address
}

// again looks at a sentence that names the epoch's time in another block. If the first
// block had no date or no fix, and is far away, this is the block that counts: the first
// may be a lone sentence that runs ahead. If the block repeats a type of sentence, it is
// noted, for it may be another receiver's. A block goes on across its pauses until it
// repeats a type itself.
func (e *Epochs) again(s Sentence, r Report) {
	if !r.HasTime || !e.cur.HasTime {
		return
	}
	pause := e.pause()
	c := &e.cur
	switch {
	case pause >= blocksApart && (e.shown.IsZero() || c.Fix == FixUnknown):
		lead, block := e.boundary()
		ahead := Anchors{Again: c.Anchors.Name.Sub(s.First), AgainBy: c.NamedBy}
		c.Start, c.NamedBy = lead.burst.Start, r.Address
		c.Anchors = Anchors{lead.burst.Start, block.burst.Start, s.First, ahead.Again, ahead.AgainBy}
		e.burst, e.sharpen = block.burst.Seq, lead.burst.Seq == block.burst.Seq
	case pause >= pauseMost && e.listedType(e.opened, r.Address):
		e.blocks++
		e.latest, e.opened = s.First, e.count-1
		c.Anchors.Again, c.Anchors.AgainBy = s.First.Sub(c.Anchors.Name), r.Address
		if e.blocks > 1 {
			c.Anchors.Again = 0
		}
	}
}

// pause is the longest silence since the last sentence that named a time.
func (e *Epochs) pause() (longest time.Duration) {
	for _, g := range e.gaps[:e.ngaps] {
		longest = max(longest, g.burst.Idle)
	}
	return longest
}

// listedType reports whether the epoch has such a sentence, of whichever talker, from the
// given one on, the one just noted aside.
func (e *Epochs) listedType(from int, address string) bool {
	for _, a := range e.lists[e.list][from : e.count-1] {
		if len(a) == len(address) && a[2:] == address[2:] {
			return true
		}
	}
	return false
}

// note lists the sentence and the silence before it.
func (e *Epochs) note(s Sentence, address string) {
	if e.count == epochSentences { // the newest must be listed, or First would be wrong
		copy(e.lists[e.list][:], e.lists[e.list][1:])
		e.count--
		e.opened = max(e.opened-1, 0)
		for i := range e.gaps[:e.ngaps] {
			e.gaps[i].index = max(e.gaps[i].index-1, 0)
		}
	}
	if s.Burst.Seq != e.lastID {
		e.lastID = s.Burst.Seq
		if s.Burst.Idle > 0 {
			e.remember(gap{burst: s.Burst, index: e.count})
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
		return r.Time == e.cur.UTC.TimeOfDay && (!stamped || soon || e.repeats(s, r))
	}
	// A receiver without a fix leaves times empty, in some sentences or in all.
	if stamped {
		return soon && !e.listed(r.Address)
	}
	return !r.HasTime && !e.listed(r.Address)
}

// repeats reports whether a sentence that names the epoch's time once more belongs to it,
// although it comes late: it is a part of a long burst, or of another block of one second.
func (e *Epochs) repeats(s Sentence, r Report) bool {
	if e.pause() < pauseMost {
		return !e.listed(r.Address) || e.blocks > 0 && s.First.Sub(e.latest) < repeatAfter
	}
	from := e.since // where the burst has no start
	if e.cur.HasStart {
		from = e.cur.Anchors.Block
	}
	return s.Burst.Start.Sub(from) < standsStill || !e.listed(r.Address) && !e.listedType(0, r.Address)
}

// listed reports whether the epoch has such a sentence, the one just noted aside.
func (e *Epochs) listed(address string) bool {
	for _, a := range e.lists[e.list][:e.count-1] {
		if a == address {
			return true
		}
	}
	return false
}

// boundary gives the silences that may part the new epoch from the last: the last one
// that is longer than a pause, or the longest where none is, and the last of all. Where
// there is no silence, the new epoch's first sentence is the one just noted.
func (e *Epochs) boundary() (lead, block gap) {
	if e.ngaps == 0 {
		return gap{index: e.count - 1}, gap{index: e.count - 1}
	}
	block = e.gaps[e.ngaps-1]
	lead = block
	for i := e.ngaps - 1; i >= 0 && lead.burst.Idle < pauseMost; i-- {
		if e.gaps[i].burst.Idle > lead.burst.Idle {
			lead = e.gaps[i]
		}
	}
	return lead, block
}

// begin opens the epoch of the sentence just noted. The sentences that came
// after the silence between the epochs are this one's, though they name no time.
func (e *Epochs) begin(s Sentence, lead, block gap) {
	old := e.lists[e.list][lead.index:e.count]
	before := e.cur.Anchors
	if e.blocks != 1 || before.Again < 0 { // without a block of its own, Again is of the epoch before
		before.Again, before.AgainBy = 0, ""
	}
	e.list = 1 - e.list
	e.count = copy(e.lists[e.list][:], old)
	e.cur = Epoch{
		First: e.lists[e.list][0], Cut: lead.cut, Start: lead.burst.Start, HasStart: lead.burst.Seq != 0, Last: s.Last,
		Anchors: Anchors{Lead: lead.burst.Start, Block: block.burst.Start, Name: s.First},
	}
	if slices.Contains(e.lists[e.list][:e.count-1], "") { // which may have named the time
		e.cur.Anchors.Name = e.cur.Anchors.Block
	}
	e.before, e.blocks, e.opened = before, 0, 0
	e.burst = block.burst.Seq
	e.sharpen = lead.burst.Seq == block.burst.Seq
	e.open, e.done, e.two, e.shown, e.since = true, false, false, Date{}, s.First
	e.fixBy, e.ruled, e.by = "", Valid, ""
}

// merge adds to the open epoch what the sentence says.
func (e *Epochs) merge(s Sentence, r Report) {
	c := &e.cur
	if r.HasTime {
		c.UTC.TimeOfDay, c.HasTime = r.Time, true
	}
	if c.HasStart && s.Burst.Seq == e.burst { // its start may have been sharpened
		c.Anchors.Block = s.Burst.Start
		if e.sharpen {
			c.Anchors.Lead, c.Start = s.Burst.Start, s.Burst.Start
		}
	}
	if r.Leap != LeapUnsaid {
		e.leap = r.Leap
		e.leapBy = r.Address
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
		c.UTC.Date, c.Eras = Resolve(e.shown, e.buildDate)
		c.Early = c.Eras > 0 || isDefault(e.shown)
	}
	c.Leap = e.leap
	if c.Anchors.Again == 0 && e.blocks == 0 { // as the epoch is given out before it can be named again
		c.Anchors.Again, c.Anchors.AgainBy = e.before.Again, e.before.AgainBy
	}
	c.Unreadable, e.unreadable = e.unreadable, ""
	c.Why, c.By = e.judge()
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
	case e.leap == LeapDefault:
		return LeapUnknown, e.leapBy
	case e.cur.Fix == FixUnknown:
		return FixUnsaid, ""
	case !e.cur.HasTime:
		return NoTime, ""
	case e.shown.IsZero():
		return NoDate, ""
	case e.cur.Conflict != "", e.contradicted != "":
		return TwoTimes, cmp.Or(e.cur.Conflict, e.contradicted)
	case e.two:
		return TwoDates, ""
	case isDefault(e.shown):
		return DefaultDate, ""
	case tooFar(e.cur.UTC.Date, e.buildDate):
		return FarDate, ""
	}
	return Valid, ""
}
