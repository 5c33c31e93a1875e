package tune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/nmea"
)

// A state is what the machine does, or how it ended.
type state string

// An event is what became of it.
type event string

const (
	finding   state = "finding"   // find the rate, and ask the receiver who it is
	planning  state = "planning"  // read its settings, and compare them with those wanted
	asking    state = "asking"    // ask the user
	keeping   state = "keeping"   // write the undo file
	writing   state = "writing"   // write one setting
	reading   state = "reading"   // read it back
	verifying state = "verifying" // do sentences arrive, and are all settings as wanted?
	storing   state = "storing"   // write them to the memory that survives a loss of power
	undoing   state = "undoing"   // find the receiver again, and write the old settings
	checking  state = "checking"  // do sentences arrive, and are all settings as before?

	done      state = "done"      // changed
	unchanged state = "unchanged" // there was nothing to change
	untouched state = "untouched" // nothing was written
	restored  state = "restored"  // the receiver is as it was
	lost      state = "lost"      // it is not, or that is unknown

	ok       event = "ok"
	more     event = "more"     // settings are left to write
	store    event = "store"    // the user wants them stored
	nothing  event = "nothing"  // there is nothing to change
	declined event = "declined" // the user has said no
	again    event = "again"    // try once more
	failed   event = "failed"
)

// changes is the state machine that changes a receiver.
func changes() map[state]map[event]state {
	return map[state]map[event]state{
		finding:   {ok: planning, failed: untouched},
		planning:  {ok: asking, nothing: unchanged, failed: untouched},
		asking:    {ok: keeping, declined: untouched, failed: untouched},
		keeping:   {ok: writing, failed: untouched},
		writing:   {ok: reading, failed: undoing},
		reading:   {more: writing, ok: verifying, failed: undoing},
		verifying: {ok: done, store: storing, failed: undoing},
		storing:   {ok: done, failed: undoing},
		undoing:   {ok: checking, again: undoing, failed: lost},
		checking:  {ok: restored, again: undoing, failed: lost},
	}
}

// undos is the state machine that restores a receiver from an undo file.
func undos() map[state]map[event]state {
	return map[state]map[event]state{
		finding:  {ok: planning, failed: untouched},
		planning: {ok: asking, nothing: unchanged, failed: untouched},
		asking:   {ok: undoing, declined: untouched, failed: untouched},
		undoing:  {ok: checking, again: undoing, failed: lost},
		checking: {ok: restored, again: undoing, failed: lost},
	}
}

const (
	// undoTries is how often the old settings are written before the machine gives up.
	undoTries = 5

	// undoLimit limits how long that takes.
	undoLimit = 5 * time.Minute

	// epochsToRecognise is how many seconds of sentences show the family: some are sent
	// every fifth.
	epochsToRecognise = 6
)

// A Config says how to reach a receiver, what to change, and whom to ask.
type Config struct {
	Open   func(baud int) (Port, error)
	Now    func() nmea.Stamp
	Sleep  func(time.Duration)
	Timing Timing
	Wire   bool  // whether the port has a baud rate; native USB has none
	Bauds  []int // the rates at which to look for the receiver, the likely ones first

	Change []Group // what to change
	Baud   int     // the wanted rate
	Store  bool    // whether to store the settings in the receiver

	// Confirm shows the plan, and asks. Nothing has been written yet.
	Confirm func(Plan) (yes bool, err error)

	// Keep writes the undo file, and returns its path. It also makes sure that no other
	// program uses the port.
	Keep func(Undo) (path string, err error)

	// Progress reports each step.
	Progress func(text string)
}

// A Change is one setting that is to change, in words.
type Change struct{ Name, From, To string }

// A Burst is how long the sentences of a second take.
type Burst struct {
	Bytes int
	Baud  int // 0 on native USB
}

// Time is how long the burst takes on the wire; 0 on native USB.
func (b Burst) Time() time.Duration { return wireTime(b.Bytes, b.Baud) }

// A Plan is what is going to change.
type Plan struct {
	Receiver Identity
	Baud     int // 0 on native USB
	Burst    Burst
	Changes  []Change
	Keeps    string // how long the receiver keeps the changes
	Store    bool
	Blind    bool // its memory cannot be read: undoing a store writes the settings in use
}

// A Result is how it ended.
type Result struct {
	Receiver Identity
	Before   Burst
	After    Burst  // if it was changed
	Blind    bool   // whether the settings were stored is unknown: the memory cannot be read
	Waits    bool   // the receiver uses its new rate after it has started again
	Path     string // of the undo file; empty if nothing was written
	Written  int    // settings that were written
}

var (
	// ErrUnknown means that the receiver's commands are unknown. Nothing was sent to it.
	ErrUnknown = errors.New("the receiver's commands are unknown")

	// ErrUndone means that a change failed, and that the receiver is as it was.
	ErrUndone = errors.New("the receiver has its old settings again")

	// ErrLost means that a change failed, and that undoing it failed as well.
	ErrLost = errors.New("the old settings could not be restored")

	// ErrDeclined means that the user has said no.
	ErrDeclined = errors.New("nothing was changed")

	// ErrOther means that an undo file is for another receiver, or for another port of it.
	ErrOther = errors.New("the undo file is for another receiver or port")

	// ErrNoMemory means that the receiver has no memory to store settings in.
	ErrNoMemory = errors.New("this family cannot store its settings: it keeps them as long as its backup battery lasts")
)

// A machine changes a receiver, step by step.
type machine struct {
	Config
	link    *link
	cancel  context.CancelFunc // of the context in which it is undone
	undone  *Undo              // the file to undo; nil if the receiver is to be changed
	dialect dialect
	now     []Setting // what the receiver had, or what the file says that it had
	wanted  []Setting // all, with the changes
	changed []Setting // in the order in which they are written
	step    int       // the next of them
	unsaid  error     // why its acknowledgement did not arrive
	tries   int       // to undo
	targets []Setting // what a store writes
	stores  bool      // the store was begun
	stored  []Stored  // what the memory contained
	failure error     // why it is being undone
	last    error     // why the latest attempt to undo it failed
	result  Result
}

// Tune changes the settings of a receiver. It restores them if anything fails, or if the
// context ends; the error then wraps ErrUndone or ErrLost.
func Tune(ctx context.Context, config Config) (Result, error) {
	m := newMachine(ctx, config)
	defer m.close()
	return m.run(finding, changes())
}

// Restore writes the settings in an undo file to the receiver. ErrUndone is not an error
// here, and not returned.
func Restore(ctx context.Context, config Config, file Undo) (Result, error) {
	m := newMachine(ctx, config)
	defer m.close()
	m.undone = &file
	return m.run(finding, undos())
}

func newMachine(ctx context.Context, c Config) *machine {
	return &machine{Config: c, cancel: func() {}, link: &link{ctx: ctx, open: c.Open, now: c.Now, sleep: c.Sleep, timing: c.Timing, wire: c.Wire, baud: c.Bauds[0]}}
}

func (m *machine) close() {
	m.cancel()
	m.link.close()
}

// run runs a state machine to its end.
func (m *machine) run(s state, table map[state]map[event]state) (Result, error) {
	acts := map[state]func() (event, error){
		finding: m.find, planning: m.plan, asking: m.ask, keeping: m.keep, writing: m.write, reading: m.read,
		verifying: m.verify, storing: m.store, undoing: m.undo, checking: m.check,
	}
	for acts[s] != nil {
		what, err := acts[s]()
		if m.last = err; m.failure == nil {
			m.failure = err
		}
		next := table[s][what]
		if next == undoing && s != undoing && s != checking {
			m.beginUndo()
		}
		s = next
	}
	return m.result, m.end(s)
}

// end returns the error of a final state.
func (m *machine) end(s state) error {
	switch s {
	case done, unchanged:
		return nil
	case restored:
		if m.undone != nil {
			return nil
		}
		return fmt.Errorf("%w; %w", m.failure, ErrUndone)
	case lost:
		return fmt.Errorf("%w; %w: %w", m.failure, ErrLost, m.last)
	}
	return m.failure
}

// outcome returns ok, or failed with the error.
func outcome(err error) (event, error) {
	if err != nil {
		return failed, err
	}
	return ok, nil
}

// find finds the receiver, recognises it, and asks who it is.
func (m *machine) find() (event, error) {
	port, err := m.Open(m.Bauds[0])
	if err != nil {
		return failed, err
	}
	m.link.port = port
	if err := m.link.find(m.Bauds); err != nil {
		return failed, err
	}
	var recogniser receiver.Recogniser
	var s sight
	err = m.link.await(m.Timing.Sight, func(f frame) (bool, error) {
		if f.protocol == nmeaText {
			recogniser.Add([]byte(strings.TrimRight(string(receiver.Sentence(f.text)), "\r\n")))
		}
		s.add(f)
		return s.epochs > epochsToRecognise, nil
	})
	if err != nil {
		return failed, fmt.Errorf("%w: %d s seen in %v", err, s.epochs, m.Timing.Sight)
	}
	m.result.Before = Burst{s.burst(), m.wireBaud()}
	family := recogniser.Guess().Family()
	if m.undone != nil && family == "" {
		family = m.undone.Receiver.Family
	}
	return outcome(m.identify(family))
}

// wireBaud is the rate of the port; 0 without one.
func (m *machine) wireBaud() int {
	if !m.Wire {
		return 0
	}
	return m.link.baud
}

// identify asks a receiver of a family who it is.
func (m *machine) identify(family string) (err error) {
	switch family {
	case "u-blox", "u-blox-9": // their sentences do not show which
		m.result.Receiver, m.dialect, err = version(m.link)
	case "mediatek":
		m.dialect = mediatek{}
	case "casic":
		m.dialect = casic{}
	case "skytraq":
		m.dialect = skytraq{}
	case "airoha":
		m.dialect = &airoha{}
	case "":
		return fmt.Errorf("%w: it is not recognised by its sentences", ErrUnknown)
	default:
		return fmt.Errorf("%w: it is of family %s", ErrUnknown, family)
	}
	if m.dialect != nil {
		m.result.Receiver, err = m.dialect.identify(m.link)
	}
	switch {
	case errors.Is(err, errSilent):
		return fmt.Errorf("%w when asked who it is (it looks like %s): is its RX connected, to pin 8 of a Pi?", err, family)
	case err != nil:
		return fmt.Errorf("ask the receiver who it is (it looks like %s): %w", family, err)
	case m.undone != nil && m.undone.Receiver != m.result.Receiver:
		return fmt.Errorf("%w: of %q, but this is %q", ErrOther, m.undone.Receiver.Name, m.result.Receiver.Name)
	}
	return nil
}

// plan reads the settings, and decides what to change.
func (m *machine) plan() (event, error) {
	m.progress("reading the settings of %s", m.result.Receiver.Name)
	now, err := m.dialect.read(m.link)
	if err != nil {
		return failed, err
	}
	if m.undone != nil {
		return m.planUndo(now)
	}
	m.now, m.wanted = now, slices.Clone(now)
	for _, group := range m.Change {
		list := m.dialect.want(group, m.wanted)
		if group == GroupBaud {
			list = []Setting{{Baud, strconv.Itoa(m.Baud)}}
		}
		m.wanted = with(m.wanted, list)
	}
	m.changed = differences(now, m.wanted)
	memory, can := m.dialect.(storer)
	switch {
	case m.Store && !can:
		return failed, ErrNoMemory
	case len(m.changed) == 0 && !m.Store:
		return nothing, nil
	case m.Store:
		m.targets = m.chosen()
		m.stored, err = memory.readStored(m.link, m.targets)
	}
	return outcome(err)
}

// chosen returns the settings of the chosen groups, with the wanted values, in the order
// in which they are written.
func (m *machine) chosen() (list []Setting) {
	for _, group := range m.Change {
		names := m.dialect.want(group, m.wanted)
		if group == GroupBaud {
			names = []Setting{{Name: Baud}}
		}
		for _, s := range names {
			v, has := value(m.wanted, s.Name)
			if _, twice := value(list, s.Name); has && !twice {
				list = append(list, Setting{s.Name, v})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Setting) int { return rank(a) - rank(b) })
	return list
}

// of returns the settings with the names of others.
func of(list, names []Setting) (some []Setting) {
	for _, s := range names {
		if v, has := value(list, s.Name); has {
			some = append(some, Setting{s.Name, v})
		}
	}
	return some
}

// planUndo compares the receiver with the file.
func (m *machine) planUndo(now []Setting) (event, error) {
	file := m.undone
	if u, is := m.dialect.(*keyed); is && !u.of(file.Settings) {
		return failed, fmt.Errorf("%w: it is for another port than %s", ErrOther, u.port.name)
	}
	m.now, m.stored, m.stores = file.Settings, file.Stored, file.Store
	m.changed, m.targets = differences(now, file.Settings), file.Changed
	if len(m.changed) == 0 && !m.stores {
		return nothing, nil
	}
	m.undone.now = now
	return ok, nil
}

// with returns settings with some values replaced. It adds none.
func with(list, values []Setting) []Setting {
	for i, s := range list {
		if v, has := value(values, s.Name); has {
			list[i].Value = v
		}
	}
	return list
}

// ask shows the plan to the user.
func (m *machine) ask() (event, error) {
	from := m.now
	if m.undone != nil {
		from = m.undone.now
	}
	p := Plan{Receiver: m.result.Receiver, Baud: m.wireBaud(), Burst: m.result.Before, Keeps: m.dialect.keeps(), Store: m.Store || m.stores}
	_, readable := m.dialect.(*keyed)
	p.Blind = p.Store && !readable
	m.result.Blind = p.Blind
	for _, c := range m.changed {
		old, _ := value(from, c.Name)
		p.Changes = append(p.Changes, Change{c.Name, m.dialect.explain(Setting{c.Name, old}), m.dialect.explain(c)})
	}
	yes, err := m.Confirm(p)
	switch {
	case err != nil:
		return failed, err
	case m.link.interrupted() != nil:
		return failed, m.link.interrupted()
	case !yes:
		return declined, ErrDeclined
	}
	return outcome(m.link.setBaud(m.link.baud)) // discards what arrived meanwhile
}

// keep writes the undo file.
func (m *machine) keep() (event, error) {
	file := Undo{Receiver: m.result.Receiver, Store: m.Store, Settings: m.now, Changed: m.changed, Stored: m.stored}
	if m.Store {
		file.Changed = m.targets
	}
	path, err := m.Keep(file)
	m.result.Path = path
	if err != nil || len(m.changed) > 0 {
		return outcome(err)
	}
	m.step = -1 // nothing to write, only to store
	return ok, nil
}

// write writes the next setting.
func (m *machine) write() (event, error) {
	if m.step < 0 {
		return ok, nil
	}
	s := m.changed[m.step]
	old, _ := value(m.now, s.Name)
	m.progress("%s: %s -> %s", s.Name, m.dialect.explain(Setting{s.Name, old}), m.dialect.explain(s))
	m.result.Written++
	m.unsaid = m.dialect.write(m.link, s)
	if m.unsaid != nil && !unanswered(m.unsaid) {
		return failed, fmt.Errorf("change %s to %s: %w", s.Name, m.dialect.explain(s), m.unsaid)
	}
	return ok, nil
}

// unanswered reports whether an error leaves open what became of a command. Reading the
// setting back decides.
func unanswered(err error) bool { return errors.Is(err, errSilent) || errors.Is(err, errGarbled) }

// read reads the setting back that was written.
func (m *machine) read() (event, error) {
	if m.step < 0 {
		return ok, nil
	}
	s := m.changed[m.step]
	v, err := m.readBack(s)
	switch {
	case err != nil:
		return failed, fmt.Errorf("read %s back: %w", s.Name, err)
	case v != s.Value && m.unsaid != nil:
		return failed, fmt.Errorf("change %s to %s: %w", s.Name, m.dialect.explain(s), m.unsaid)
	case v != s.Value:
		return failed, fmt.Errorf("%s is %s after it was changed to %s: the receiver has accepted it in part only", s.Name, m.dialect.explain(Setting{s.Name, v}), m.dialect.explain(s))
	}
	if m.step++; m.step < len(m.changed) {
		return more, nil
	}
	return ok, nil
}

// watchTries is how often sentences are watched after a change: some may have been waiting
// in the port or in the receiver.
const watchTries = 3

// readBack reads a setting after it was written.
func (m *machine) readBack(s Setting) (v string, err error) {
	v, err = m.dialect.readBack(m.link, s.Name)
	for n := 1; n < watchTries && (v != s.Value || err != nil) && watches(m.dialect, s.Name); n++ {
		v, err = m.dialect.readBack(m.link, s.Name)
	}
	return v, err
}

// watches reports whether a setting is read by watching the sentences.
func watches(d dialect, name string) bool {
	switch d.(type) {
	case casic, skytraq:
		return name == setSentences
	}
	return false
}

// verify checks that sentences arrive, and that all settings are as wanted.
func (m *machine) verify() (event, error) {
	m.progress("checking")
	if err := m.matches(m.wanted); err != nil {
		return failed, err
	}
	s, err := m.link.observe(epochsForBurst)
	if err != nil {
		return failed, err
	}
	m.result.After = Burst{s.burst(), m.wireBaud()}
	if l, can := m.dialect.(later); can {
		m.result.Waits = m.Wire && l.later()
	}
	if m.Store {
		return store, nil
	}
	return ok, nil
}

// matches returns an error if the receiver's settings differ from a list.
func (m *machine) matches(list []Setting) error {
	if err := m.link.find([]int{m.link.baud}); err != nil {
		return err
	}
	now, err := m.dialect.read(m.link)
	if err != nil {
		return err
	}
	if d := differences(now, list); len(d) > 0 {
		v, _ := value(now, d[0].Name)
		return fmt.Errorf("%s is %s, not %s", d[0].Name, m.dialect.explain(Setting{d[0].Name, v}), m.dialect.explain(d[0]))
	}
	return nil
}

// store stores the settings, and reads the memory back if it can be read.
func (m *machine) store() (event, error) {
	m.progress("storing the settings")
	memory := m.dialect.(storer)
	m.stores = true
	if err := memory.store(m.link, m.targets); err != nil {
		return failed, fmt.Errorf("store the settings: %w", err)
	}
	stored, err := memory.readStored(m.link, m.targets)
	if err != nil {
		return failed, err
	}
	for _, s := range m.targets {
		if len(stored) > 0 && !slices.ContainsFunc(stored, func(t Stored) bool { return t.Setting == s }) {
			return failed, fmt.Errorf("%s was not stored", s.Name)
		}
	}
	return outcome(m.matches(m.wanted))
}

// beginUndo prepares for undoing: it must not be interrupted.
func (m *machine) beginUndo() {
	if m.undone == nil {
		m.progress("%v; restoring the old settings", m.failure)
	}
	m.link.ctx, m.cancel = context.WithTimeout(context.WithoutCancel(m.link.ctx), undoLimit)
}

// undo finds the receiver, and writes the settings that differ from the old ones. It may
// have lost its power, and be back at the rate that it has stored.
func (m *machine) undo() (event, error) {
	m.tries++
	if err := m.restore(); err != nil {
		return m.retry(err)
	}
	return ok, nil
}

// retry tries again, with a port that was opened again, or gives up.
func (m *machine) retry(err error) (event, error) {
	if m.tries >= undoTries || m.link.ctx.Err() != nil {
		return failed, err
	}
	m.progress("%v; trying again", err)
	m.link.close()
	return again, err
}

func (m *machine) restore() error {
	if err := m.link.find(m.rates()); err != nil {
		return err
	}
	now, err := m.dialect.read(m.link)
	if err != nil {
		return err
	}
	var stuck error // the first setting that the receiver does not take back; the others are restored
	for _, s := range differences(now, m.now) {
		m.progress("%s: back to %s", s.Name, m.dialect.explain(s))
		m.result.Written++
		err := m.putBack(s)
		if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errStuck) {
			return err
		}
		stuck = cmp.Or(stuck, err)
	}
	if memory, can := m.dialect.(storer); can && m.stores {
		if err := memory.restoreStored(m.link, m.stored, of(m.now, m.targets)); err != nil {
			return err
		}
	}
	return stuck
}

// errStuck means that the receiver has accepted a setting, and has not changed it.
var errStuck = errors.New("the receiver does not change it")

// putBack writes an old setting, and reads it back.
func (m *machine) putBack(s Setting) error {
	if err := m.dialect.write(m.link, s); err != nil && !unanswered(err) {
		return fmt.Errorf("change %s back to %s: %w", s.Name, m.dialect.explain(s), err)
	}
	switch v, err := m.readBack(s); {
	case err != nil:
		return fmt.Errorf("read %s back: %w", s.Name, err)
	case v != s.Value:
		return fmt.Errorf("%s is %s after it was changed back to %s: %w", s.Name, m.dialect.explain(Setting{s.Name, v}), m.dialect.explain(s), errStuck)
	}
	return nil
}

// rates returns where the receiver may be: at the rate of the port, at the old rate or the
// new one, or at the one that it has stored.
func (m *machine) rates() []int {
	list := []int{m.link.baud}
	for _, settings := range [][]Setting{m.now, m.wanted} {
		if v, has := value(settings, Baud); has {
			if rate, err := rateOf(v); err == nil {
				list = append(list, rate)
			}
		}
	}
	list = append(append(list, m.Bauds...), serialport.Likely...)
	var unique []int
	for _, rate := range list {
		if !slices.Contains(unique, rate) {
			unique = append(unique, rate)
		}
	}
	return unique
}

// check checks that the receiver has its old settings.
func (m *machine) check() (event, error) {
	err := m.matches(m.now)
	if l, can := m.dialect.(later); can {
		m.result.Waits = m.Wire && l.later()
	}
	if memory, can := m.dialect.(storer); err == nil && can && m.stores && len(m.stored) > 0 {
		var stored []Stored
		if stored, err = memory.readStored(m.link, m.targets); err == nil && !slices.Equal(stored, m.stored) {
			err = errors.New("the stored settings differ from those before")
		}
	}
	if err != nil {
		return m.retry(err)
	}
	return ok, nil
}

func (m *machine) progress(format string, args ...any) {
	m.Progress(fmt.Sprintf(format, args...))
}
