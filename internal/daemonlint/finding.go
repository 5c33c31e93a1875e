// Package daemonlint judges what the configuration of a time daemon says of
// reference clocks: what stops the daemon, what makes it tell a wrong time, and what
// makes it waste what the receiver can do.
//
// [daemonconf] has read the configuration; the [Facts] tell what is known of the
// machine and of the samples. A rule whose fact is not known says nothing. The rules
// are here and nowhere else: whoever shows findings, shows these.
package daemonlint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/daemonconf"
)

// A Level is how bad a Finding is.
type Level int

const (
	Error   Level = iota // the daemon does not start, a clock is never used, or the time is wrong
	Warning              // it works, worse than it might, or not for long
)

// String is "error" or "warning".
func (l Level) String() string { return [...]string{"error", "warning"}[l] }

// A Finding is one thing that does not fit.
type Finding struct {
	daemonconf.Place
	Rule  string // its name, such as "placeholder-offset"
	Level Level
	What  string // what was found, and what was expected
	Why   string // why it matters
	Hint  string // what to write or type

	// Old and New are the words of the line to replace, and by what. Without Old, New
	// is added at the end of the line; without New, Old is taken out; without either,
	// changing the line does not help.
	Old, New string
}

// String is the finding as one line, all but its name.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %v: %s; %s; %s", f.Place, f.Level, f.What, f.Why, f.Hint)
}

// Facts are what is known beside the configuration. The zero Facts know nothing.
type Facts struct {
	// Missing tells whether there is surely nothing at a path. Nil if that cannot be seen.
	Missing func(path string) bool

	// Units are those that the machine has, by their numbers.
	Units map[int]Unit

	// Fed are the units that refclock feeds, as far as known, and what is known of each.
	Fed map[int]Measured

	// Sockets are the paths that refclock sends to, likewise.
	Sockets map[string]Measured

	// Delay is how long after the second the receiver begins to speak, if that was measured.
	Delay    time.Duration
	HasDelay bool
}

// A Unit is what the kernel knows of a segment.
type Unit struct {
	Size int
	Perm uint32
}

// Measured is how good a clock was found to be.
type Measured struct {
	Pulse  bool          // its samples are a pulse's
	Jitter time.Duration // 0 if not known
}

// Lint judges a configuration by all rules, in the order of its lines.
func Lint(c *daemonconf.Config, facts Facts) []Finding {
	l := &linter{config: c, facts: facts}
	for _, rule := range rules {
		l.rule = rule.name
		rule.look(l)
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

// A linter gathers findings.
type linter struct {
	config   *daemonconf.Config
	facts    Facts
	rule     string
	findings []Finding
}

func (l *linter) find(at daemonconf.Place, level Level, what, why, hint string) *Finding {
	l.findings = append(l.findings, Finding{Place: at, Rule: l.rule, Level: level, What: what, Why: why, Hint: hint})
	return &l.findings[len(l.findings)-1]
}

// replace says which words of the line the hint is about.
func (f *Finding) replace(old, new string) { f.Old, f.New = old, new }

// placeOf is the line of a clock in which the words stand, one behind the other: its
// own, or one of its fudge lines.
func (l *linter) placeOf(r *daemonconf.Refclock, words string) daemonconf.Place {
	for _, at := range append([]daemonconf.Place{r.Place}, r.Fudges...) {
		for _, d := range l.config.Directives {
			if d.Place == at && strings.Contains(strings.ToLower(d.String())+" ", " "+strings.ToLower(words)+" ") {
				return at
			}
		}
	}
	return r.Place
}

// each calls a rule for every reference clock of the given drivers.
func (l *linter) each(look func(r *daemonconf.Refclock), drivers ...string) {
	for i := range l.config.Refclocks {
		if r := &l.config.Refclocks[i]; slices.Contains(drivers, r.Driver) {
			look(r)
		}
	}
}
