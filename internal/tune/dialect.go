package tune

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/internal/serialport"
)

// A Setting is the name and the value of one setting of a receiver. Both are words, as in
// the undo file.
type Setting struct {
	Name  string
	Value string
}

// Baud is the name of the setting that is the receiver's baud rate. It is written last,
// because the port has to follow.
const Baud = "baud"

// A Stored is a setting in a memory that survives a loss of power. An empty value means
// that the memory does not contain it.
type Stored struct {
	Memory string
	Setting
}

// A Group is what a user can choose to change.
type Group string

// The groups, in the order in which they are explained.
const (
	GroupBaud       Group = "baud"       // the rate of the serial port
	GroupSentences  Group = "sentences"  // turn off those that cost time
	GroupTime       Group = "time"       // turn on those with the time and the date
	GroupStationary Group = "stationary" // the antenna does not move
	GroupPulse      Group = "pulse"      // once a second, only while the receiver has the time
	GroupUBX        Group = "ubx"        // u-blox's binary messages about the time
)

// Groups returns all groups. DefaultGroups leaves out those that a user has to name.
func Groups() []Group { return append(DefaultGroups(), GroupUBX) }

// DefaultGroups returns the groups that are changed unless the user chooses.
func DefaultGroups() []Group {
	return []Group{GroupBaud, GroupSentences, GroupTime, GroupStationary, GroupPulse}
}

// An Identity is what a receiver answers when asked who it is.
type Identity struct {
	Family string // as package receiver names it
	Name   string // model and firmware, one line of printable ASCII
}

// A dialect knows the commands of one kind of receivers. It asks before it writes, and
// writes only what it can read back or see. Its methods return errRefused, errSilent,
// errGarbled, errGone or the context's error.
type dialect interface {
	// identify asks who the receiver is. It changes nothing.
	identify(*link) (Identity, error)

	// read returns the settings that this receiver has. It changes nothing.
	read(*link) ([]Setting, error)

	// want returns the values that the settings of a group should have; those that the
	// receiver does not have are left out later.
	want(group Group, now []Setting) []Setting

	// write changes one setting until the receiver loses its power, and returns after the
	// receiver has accepted it. The new baud rate is used when it returns.
	write(*link, Setting) error

	// readBack returns the value of one setting, after it was written.
	readBack(*link, string) (string, error)

	// explain returns the meaning of a value as text for the user.
	explain(Setting) string

	// keeps returns how long the receiver keeps what write changes, one sentence.
	keeps() string
}

// A storer is a dialect whose receivers have a memory that survives a loss of power, in
// which only store writes.
type storer interface {
	// readStored returns what the memory contains of the settings; nothing if it cannot
	// be read.
	readStored(*link, []Setting) ([]Stored, error)

	// store writes the settings to the memory.
	store(*link, []Setting) error

	// restoreStored writes back what readStored returned. If the memory cannot be read,
	// it stores the old settings, which must be in use by then.
	restoreStored(l *link, stored []Stored, old []Setting) error
}

// A later is a dialect whose receivers may use a new baud rate only after they have
// started again.
type later interface{ later() bool }

// value returns the value of a setting, and whether there is one.
func value(list []Setting, name string) (string, bool) {
	i := slices.IndexFunc(list, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return "", false
	}
	return list[i].Value, true
}

// differences returns the wanted settings that differ from the current ones, in the order
// in which they are written: the baud rate is last. Settings that the receiver does not
// have are left out.
func differences(now, wanted []Setting) (list []Setting) {
	for _, w := range wanted {
		if v, ok := value(now, w.Name); ok && v != w.Value {
			list = append(list, w)
		}
	}
	slices.SortStableFunc(list, func(a, b Setting) int { return rank(a) - rank(b) })
	return list
}

func rank(s Setting) int {
	if s.Name == Baud {
		return 1
	}
	return 0
}

// everySeconds explains the interval of a sentence or message.
func everySeconds(interval string) string {
	switch interval {
	case "0":
		return "off"
	case "1":
		return "every second"
	}
	return "every " + interval + " s"
}

// rateOf returns the baud rate of a value.
func rateOf(v string) (int, error) {
	rate, err := strconv.Atoi(v)
	if err != nil || !slices.Contains(serialport.Bauds, rate) {
		return 0, fmt.Errorf("baud rate %q: expected one of %s", v, strings.Trim(fmt.Sprint(serialport.Bauds), "[]"))
	}
	return rate, nil
}

// changeBaud sends the command that changes the receiver's rate, and follows with the port.
// Receivers answer at the old rate, at the new one, or not at all, so that only a refusal
// counts.
func (l *link) changeBaud(message []byte, rate int, refused func(frame) bool) error {
	if err := l.send(message); err != nil {
		return err
	}
	err := l.await(l.timing.Settle, func(f frame) (bool, error) {
		if refused != nil && refused(f) {
			return true, errRefused
		}
		return false, nil
	})
	if err != nil && err != errSilent && err != errGarbled {
		return err
	}
	return l.setBaud(rate)
}

// printable returns a text without what does not belong on a terminal or in a file.
func printable(text string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(clean), " ")
}
