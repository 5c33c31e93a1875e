package nmea

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

const (
	// epochSentences is how many of an epoch's sentences are listed. The longest
	// multi-constellation bursts have about forty.
	epochSentences = 64

	// repeatAfter is the time after which the same sentence with the same time is no
	// longer a duplicate within its burst: the receiver's clock stands still.
	repeatAfter = 700 * time.Millisecond

	// standsStill is the time after which the same time in another block is no longer
	// the same second.
	standsStill = 950 * time.Millisecond

	// quietFlush is the silence after which an epoch with a date and a fix status is
	// complete. With a shorter silence, the next burst completes it.
	quietFlush = 50 * time.Millisecond

	// maxPause is the longest pause between two sentences of one burst, by the receiver
	// or by a USB adapter: an FTDI delivers bytes every 16 ms.
	maxPause = 25 * time.Millisecond

	// blocksApart is the silence that separates two blocks which name the same time.
	blocksApart = 100 * time.Millisecond
)

// Anchors are the possible starts of an epoch's burst. They differ if sentences without
// a time precede the one that names it: these may begin the burst or end the previous
// one, and silences do not always show which. Each anchor is the first byte after a
// different silence.
type Anchors struct {
	Lead  Stamp // after the last silence of over 25 ms before the sentence that names the time
	Block Stamp // after the last silence of over 5 ms before it
	Name  Stamp // of the first sentence that names the time; Block if one before it was damaged

	// Again is the time from Name to a second block of sentences that named the same
	// time, in this epoch or the one before. A silence of over 25 ms precedes the block.
	// It is 0 if there was no such block, or more than one, as from a receiver that
	// reports several times a second. It is negative if a lone sentence without a date or
	// without a fix named the time before Name. AgainBy is the address of the block's
	// first sentence.
	Again   time.Duration
	AgainBy string
}

// An Epoch is one instant of receiver time with all the sentences that name it.
type Epoch struct {
	UTC     UTC  // the Date is zero if no sentence named one
	HasTime bool // UTC's time of day is known
	Eras    int  // 1024-week eras added to the date shown; 0: UTC has the date as shown

	Why Reason // Valid, or why the epoch must not be published
	By  string // address of the sentence that caused Why, if one did

	// Early reports that the date shown is a power-up default or before the build date.
	// A receiver without a fix does not have such a date from a satellite.
	Early bool
	Leap  Leap // the last one that the receiver reported

	// Conflict is the addresses of two sentences that contradict each other, such as
	// "GPRMC and GPZDA": one of the epoch before, and the one that began this epoch. Why
	// of both epochs is then TwoTimes. Else it is empty.
	Conflict string

	// Unreadable is the text of the last error in a date or time of the epoch, or empty.
	Unreadable string

	// Start is when the burst began. HasStart is false if no silence separates the burst
	// from the one before: in a file, in the first burst after opening, or if a burst
	// fills its second.
	Start    Stamp // Anchors.Lead
	HasStart bool
	Anchors  Anchors
	NamedBy  string // address of the first sentence that named the time
	Cut      bool   // the burst's first sentence has a wrong checksum
	First    string // address of the burst's first sentence, empty if that was damaged
	Last     Stamp  // last byte received before the epoch was complete

	Sentences []string // addresses, in order; valid until the next call

	Fix    Fix
	Used   int // satellites in the solution
	InView int // satellites in view, of all constellations
	PDOP   float64
	HDOP   float64
	VDOP   float64
}

// A gap is a silence that may separate two epochs.
type gap struct {
	burst Burst
	index int  // of the burst's first sentence in the list
	cut   bool // that sentence has a wrong checksum
}

// Epochs groups sentences into epochs. The result depends only on what is pushed: Epochs
// reads no clock, starts no goroutine, and allocates only what go-nmea does.
//
// An epoch begins after the last silence of over 25 ms before the first sentence that
// names its time. So a block of sentences without a time never moves the start of
// another block's second. See [Anchors] for the ambiguous cases.
//
// The zero Epochs is ready to use and has no build date; see [NewEpochs]. An Epochs
// must not be copied and is not safe for concurrent use.
type Epochs struct {
	buildDate Date
	decoder   Decoder

	open    bool  // cur is being filled
	done    bool  // cur was returned; further sentences of it are its tail
	cur     Epoch // Sentences is filled in when cur is returned
	shown   Date  // the date of cur as the receiver shows it
	two     bool  // sentences of cur disagree about it
	fixBy   string
	refused Reason // the Refusal of a sentence of cur
	by      string // that sentence
	leap    Leap   // the last one reported; it is kept from epoch to epoch
	leapBy  string
	leapAt  Stamp // when
	since   Stamp // first byte of the sentence that began cur
	burst   uint64
	sharpen bool // Lead and Block are the same

	sky sky

	lists  [2][epochSentences]string // the sentences of cur, and of the last epoch returned
	list   int
	count  int
	blocks int     // that named the time of cur again
	latest Stamp   // first byte of the sentence that began the last of these
	opened int     // index of that sentence in the list
	before Anchors // of the epoch before
	gaps   [8]gap  // silences since the last sentence that named a time
	ngaps  int
	lastID uint64 // the burst of the last sentence

	schedule schedule
	slack    time.Duration // of the last sentence
	early    bool          // cur was completed by the schedule
	ended    bool          // a silence has followed since cur could be complete, or it was completed

	contradicted string // the newest sentence and the one of cur that it contradicts
	unreadable   string // the last ErrRange since an epoch was returned
}

// NewEpochs returns an Epochs that corrects week rollovers. buildDate is the day the
// program was built. An earlier date is moved forward as by [Resolve]. A date more than
// ten years later gets the Reason FarDate. A program that publishes time needs this.
//
// With the zero Date the dates stay as the receiver shows them, and Eras is 0. A
// program that reads old captures needs this: with a build date, a capture of 2014
// would be read as one of 2033.
func NewEpochs(buildDate Date) *Epochs { return &Epochs{buildDate: buildDate} }

// Push adds a sentence. It returns the epoch that this sentence completes, if any: an
// epoch is complete when a sentence names another time.
//
// A sentence that cannot be decoded completes no epoch; the error is the Decoder's. It
// still counts for the start of its burst.
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
	complete, ok := e.Add(s, r)
	return complete, ok, nil
}

// Add assigns a sentence to an epoch by its content, which another decoder may have read:
// Add ignores s.Raw. It returns the epoch that this completes, if any.
func (e *Epochs) Add(s Sentence, r Report) (Epoch, bool) {
	e.note(s, r.Address)
	e.learn(r, s.Last)
	// If a receiver sends UTC beside ZDG, the ZDG is ignored.
	aside := r.Refusal == GPSTime && e.open && e.refused != GPSTime
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
			// Two times in one burst: one is wrong, or two bursts were read as one. The
			// burst's start may belong to either.
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

// Idle reports to e that no byte has arrived since the last Push, as of the stamp at. It
// returns the epoch that 50 ms of silence complete, if any, so that a sample need not
// wait for the next second.
func (e *Epochs) Idle(at Stamp) (Epoch, bool) {
	if !e.completable() || at.Sub(e.cur.Last) < quietFlush {
		return Epoch{}, false
	}
	return e.flush(e.count)
}

// Pending reports whether Idle could complete an epoch, so that a reader should wake up
// to call it.
func (e *Epochs) Pending() bool { return e.open && !e.done }

// Flush returns the epoch that the end of the input completes, if any.
func (e *Epochs) Flush() (Epoch, bool) { return e.flush(e.count) }

const (
	// leapContested is how long a report that the leap seconds are a default stands against
	// another kind of sentence that reports them as known.
	leapContested = time.Minute

	// leapForget is how long such a report counts if it is not repeated: some are sent only
	// on request. By then the satellites have sent the leap seconds.
	leapForget = 15 * time.Minute
)

// learn records what a sentence reports about the leap seconds.
func (e *Epochs) learn(r Report, at Stamp) {
	contradicts := r.Leap == LeapKnown && e.leap == LeapDefault && r.Address != e.leapBy
	if r.Leap == LeapUnreported || contradicts && at.Sub(e.leapAt) < leapContested {
		return
	}
	e.leap, e.leapBy, e.leapAt = r.Leap, r.Address, at
}

// apart reports whether two times of day are different seconds, rather than one second
// with and without its fraction.
func apart(a, b TimeOfDay) bool {
	const day = 24 * time.Hour
	d := (a.SinceMidnight() - b.SinceMidnight()).Abs()
	return min(d, (day-d).Abs()) >= 500*time.Millisecond
}

// conflict returns the addresses of the newest sentence and of the one that began the
// epoch, if one receiver cannot have sent both. Within a second, the later sentence then
// names an earlier time, or a time half a second or more ahead of the clock. A second
// sentence of the same type is not a conflict: a delayed reader gets two seconds at once.
func (e *Epochs) conflict(s Sentence, r Report) string {
	if !e.cur.HasStart || !r.HasTime || !e.cur.HasTime || e.refused == GPSTime || e.listed(r.Address) {
		return ""
	}
	const day, half = 24 * time.Hour, 500 * time.Millisecond
	passed := s.Burst.Start.Sub(e.cur.Anchors.Block) // independent of damaged sentences
	named := (r.Time.SinceMidnight()-e.cur.UTC.SinceMidnight()+day+day/2)%day - day/2
	if passed >= repeatAfter || named >= 0 && named-passed < half {
		return ""
	}
	return e.cur.NamedBy + " and " + r.Address
}

// again handles a sentence that names the epoch's time in another block. If the first
// block had no date or no fix status, and is far away, the new block counts: the first
// may be a lone sentence that was sent early. If the new block repeats a sentence type, it
// is recorded, since it may be from another receiver. A block continues across its pauses
// until it repeats a type itself.
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
	case pause >= maxPause && e.listedType(e.opened, r.Address):
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

// listedType reports whether the list has a sentence of this type and any talker, from
// index from on and before the newest.
func (e *Epochs) listedType(from int, address string) bool {
	for _, a := range e.lists[e.list][from : e.count-1] {
		if len(a) == len(address) && a[2:] == address[2:] {
			return true
		}
	}
	return false
}

// note records the sentence and the silence before it.
func (e *Epochs) note(s Sentence, address string) {
	e.observe(s)
	if e.count == epochSentences { // drop the oldest: without the newest, First would be wrong
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
		e.gaps[e.ngaps-1].burst = s.Burst // a later chunk may have improved its start
	}
	e.lists[e.list][e.count] = address
	e.count++
	e.cur.Last, e.slack = s.Last, s.slack[1]
}

// remember adds a silence. If there are too many, the shortest does not separate epochs.
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

// joins reports whether the sentence belongs to the epoch that is being filled.
func (e *Epochs) joins(s Sentence, r Report) bool {
	if !e.open {
		return false
	}
	stamped := s.Burst.Seq != 0
	soon := s.First.Sub(e.since) < repeatAfter
	if r.HasTime && e.cur.HasTime {
		return r.Time == e.cur.UTC.TimeOfDay && (!stamped || soon || e.repeats(s, r))
	}
	// A receiver without a fix leaves the time empty in some or all sentences.
	if stamped {
		return soon && !e.listed(r.Address)
	}
	return !r.HasTime && !e.listed(r.Address)
}

// repeats reports whether a late sentence that names the epoch's time again belongs to
// it: as part of a long burst, or of another block of the same second.
func (e *Epochs) repeats(s Sentence, r Report) bool {
	if e.pause() < maxPause {
		return !e.listed(r.Address) || e.blocks > 0 && s.First.Sub(e.latest) < repeatAfter
	}
	from := e.since
	if e.cur.HasStart {
		from = e.cur.Anchors.Block
	}
	return s.Burst.Start.Sub(from) < standsStill || !e.listed(r.Address) && !e.listedType(0, r.Address)
}

// listed reports whether the list has a sentence of this address before the newest.
func (e *Epochs) listed(address string) bool {
	return slices.Contains(e.lists[e.list][:e.count-1], address)
}

// boundary returns the silences that may separate the new epoch from the last: the last
// one that is longer than a pause, or else the longest, and the last of all. Without a
// silence, the new epoch begins with the newest sentence.
func (e *Epochs) boundary() (lead, block gap) {
	if e.ngaps == 0 {
		return gap{index: e.count - 1}, gap{index: e.count - 1}
	}
	block = e.gaps[e.ngaps-1]
	lead = block
	for i := e.ngaps - 1; i >= 0 && lead.burst.Idle < maxPause; i-- {
		if e.gaps[i].burst.Idle > lead.burst.Idle {
			lead = e.gaps[i]
		}
	}
	return lead, block
}

// begin begins the epoch of the newest sentence. The sentences since the silence between
// the epochs belong to it, even without a time.
func (e *Epochs) begin(s Sentence, lead, block gap) {
	old := e.lists[e.list][lead.index:e.count]
	before := e.cur.Anchors
	if e.blocks != 1 || before.Again < 0 { // it had no second block, or several
		before.Again, before.AgainBy = 0, ""
	}
	e.list = 1 - e.list
	e.count = copy(e.lists[e.list][:], old)
	e.cur = Epoch{
		First: e.lists[e.list][0], Cut: lead.cut, Start: lead.burst.Start, HasStart: lead.burst.Seq != 0, Last: s.Last,
		Anchors: Anchors{Lead: lead.burst.Start, Block: block.burst.Start, Name: s.First},
	}
	if slices.Contains(e.lists[e.list][:e.count-1], "") { // a damaged sentence may have named the time
		e.cur.Anchors.Name = e.cur.Anchors.Block
	}
	e.before, e.blocks, e.opened = before, 0, 0
	e.burst = block.burst.Seq
	e.sharpen = lead.burst.Seq == block.burst.Seq
	if !e.ended {
		e.schedule.run, e.schedule.span = 0, 0 // the epochs must be consecutive
	}
	e.open, e.done, e.two, e.shown, e.since = true, false, false, Date{}, s.First
	e.early, e.ended = false, false
	e.fixBy, e.refused, e.by = "", Valid, ""
}

// merge adds the content of a sentence to the open epoch.
func (e *Epochs) merge(s Sentence, r Report) {
	c := &e.cur
	if r.HasTime {
		c.UTC.TimeOfDay, c.HasTime = r.Time, true
	}
	if c.HasStart && s.Burst.Seq == e.burst { // a later chunk may have improved the start
		c.Anchors.Block = s.Burst.Start
		if e.sharpen {
			c.Anchors.Lead, c.Start = s.Burst.Start, s.Burst.Start
		}
	}
	if !r.Date.IsZero() {
		e.two = e.two || !e.shown.IsZero() && e.shown != r.Date
		e.shown = r.Date
	}
	if r.Fix > c.Fix {
		c.Fix, e.fixBy = r.Fix, r.Address
	}
	if r.Refusal != Valid && e.refused == Valid {
		e.refused, e.by = r.Refusal, r.Address
	}
}

// flush returns the open epoch with its Reason and the first n sentences of the list,
// unless it was returned before.
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
	if e.leap == LeapDefault && c.Last.Sub(e.leapAt) > leapForget {
		e.leap = LeapUnreported
	}
	c.Leap = e.leap
	if c.Anchors.Again == 0 && e.blocks == 0 { // a second block may still follow: use the epoch before
		c.Anchors.Again, c.Anchors.AgainBy = e.before.Again, e.before.AgainBy
	}
	c.Unreadable, e.unreadable = e.unreadable, ""
	c.Why, c.By = e.judge()
	return *c, true
}

// judge returns the first Reason that applies to the open epoch, and the address of the
// sentence that caused it, if one did.
func (e *Epochs) judge() (Reason, string) {
	switch {
	case e.refused == GPSTime:
		return GPSTime, e.by
	case e.cur.Fix == FixNone:
		return NoFix, e.fixBy
	case e.cur.Fix == FixEstimated:
		return Estimated, e.fixBy
	case e.leap == LeapDefault:
		return LeapUnknown, e.leapBy
	case e.cur.Fix == FixUnknown:
		return NoFixStatus, ""
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
