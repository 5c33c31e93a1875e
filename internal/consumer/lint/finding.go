// Package lint checks the reference clocks in the configuration of a time daemon.
// It finds what stops the daemon, what makes its time wrong, and what makes the time
// less accurate than the receiver allows.
//
// Package conf parses the configuration. [Facts] hold what is known of the
// machine and of the samples; a rule without its facts finds nothing. All rules are in
// this package.
package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// A Level is the severity of a Finding.
type Level int

const (
	Error   Level = iota // the daemon does not start, a clock is never used, or the time is wrong
	Warning              // works, but badly or not reliably
)

// String returns "error" or "warning".
func (l Level) String() string { return [...]string{"error", "warning"}[l] }

// A Finding is one problem in the configuration.
type Finding struct {
	conf.Place
	Rule  string // the rule's name, such as "placeholder-offset"
	Level Level
	What  string // what was found, and what was expected
	Why   string // why it matters
	Hint  string // what to write or type
	Err   error  // why a file could not be read; else nil

	conf.Correction // what Hint says, as far as a program can do it

	SameInRefclock bool // refclock needs the same change in its settings, which Hint names
}

// String returns the finding as one line, without the rule's name.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %v: %s; %s; %s", f.Place, f.Level, f.What, f.Why, f.Hint)
}

// Facts hold what is known besides the configuration. The zero Facts know nothing.
type Facts struct {
	// Missing reports whether a path certainly does not exist. Nil if unknown.
	Missing func(path string) bool

	// NotPPS reports whether a path exists and certainly is not a PPS device. Nil if unknown.
	NotPPS func(path string) bool

	// Units are the units that exist on the machine, by number.
	Units map[int]Unit

	// Published are the units to which refclock publishes, as far as known.
	Published map[int]Measured

	// Sockets are the sockets to which refclock publishes, as far as known.
	Sockets map[string]Measured

	// Tmp is whose /tmp chronyd uses.
	Tmp Tmp

	// Delay is the measured delay of the sentences after the second.
	Delay    time.Duration
	HasDelay bool
}

// Tmp is the /tmp that a daemon uses.
type Tmp int

const (
	UnknownTmp Tmp = iota
	SharedTmp      // that of other programs
	PrivateTmp     // its own, as with PrivateTmp= of systemd
)

// A Unit holds the size and the mode of a segment.
type Unit struct {
	Size int
	Perm uint32
}

// Measured holds what was measured of a clock.
type Measured struct {
	Pulse  bool          // samples of a pulse
	Jitter time.Duration // 0 if unknown

	UnknownDelay bool // certainly: the samples are late by a receiver's delay, which refclock does not know
}

// Lint applies all rules, and returns the findings in the order of the lines.
func Lint(c *conf.Config, facts Facts) []Finding {
	l := &linter{config: c, facts: facts}
	for _, rule := range rules {
		l.rule = rule.name
		rule.check(l)
	}
	order := map[string]int{}
	for i, file := range c.Files {
		if _, known := order[file]; !known {
			order[file] = i
		}
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		if a.File != b.File {
			return order[a.File] - order[b.File]
		}
		return a.Line - b.Line
	})
	return l.findings
}

// A linter collects findings.
type linter struct {
	config   *conf.Config
	facts    Facts
	rule     string
	findings []Finding
}

func (l *linter) find(at conf.Place, level Level, what, why, hint string) *Finding {
	l.findings = append(l.findings, Finding{Place: at, Rule: l.rule, Level: level, What: what, Why: why, Hint: hint})
	return &l.findings[len(l.findings)-1]
}

// add sets the line to add to the file.
func (f *Finding) add(line string) {
	f.Added = line
	f.Hint = "add this line: " + line
}

// replace sets the words of the line to replace, and their replacement.
func (f *Finding) replace(old, new string) { f.Old, f.New = old, new }

// replaceBoth is replace for words that a setting of refclock repeats.
func (f *Finding) replaceBoth(old, new string) {
	f.replace(old, new)
	f.SameInRefclock = true
}

// placeOf returns the line of a clock that contains the words in sequence: its own
// line, or one of its fudge lines.
func (l *linter) placeOf(r *conf.Refclock, words string) conf.Place {
	for _, at := range append([]conf.Place{r.Place}, r.Fudges...) {
		for _, d := range l.config.Directives {
			if d.Place == at && strings.Contains(strings.ToLower(d.String())+" ", " "+strings.ToLower(words)+" ") {
				return at
			}
		}
	}
	return r.Place
}

// each calls a rule for every reference clock of the given drivers.
func (l *linter) each(check func(r *conf.Refclock), drivers ...string) {
	for i := range l.config.Refclocks {
		if r := &l.config.Refclocks[i]; !r.Broken && slices.Contains(drivers, r.Driver) {
			check(r)
		}
	}
}
