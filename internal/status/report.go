// Package status is what a running refclock tells of itself: one Report, filled in
// one place, whoever shows it.
//
// Times are RFC 3339 with nanoseconds, durations whole nanoseconds. Each instant is
// also told by the monotonic clock, as the time since the daemon started: of two
// changes between which somebody has set the system clock, that tells which came first.
package status

import (
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
)

// A Report is everything at one instant.
type Report struct {
	Version string    `json:"version"`
	PID     int       `json:"pid"`
	Time    time.Time `json:"time"`
	MonoNS  int64     `json:"mono_ns"` // since the start
	Started time.Time `json:"started"`
	File    string    `json:"file"`    // of the configuration; empty where there is none
	Service string    `json:"service"` // in a line, how it goes
	Clocks  []Clock   `json:"clocks"`
	Changes []Change  `json:"changes"` // of the daemon itself: started, reloaded
}

// A Clock is a driver and what it feeds.
type Clock struct {
	Kind   string `json:"kind"`             // as the configuration has it, such as "gps"
	Name   string `json:"name"`             // such as "gps /dev/serial0", "pulse gpio:GPIO18"
	Unit   int    `json:"unit"`             // -1 where only a socket is fed
	Socket string `json:"socket,omitempty"` // its path

	State   driver.State `json:"state"`
	Since   time.Time    `json:"since"` // when the reason became this one
	SinceNS int64        `json:"since_ns"`
	Changes []Change     `json:"changes"` // of the reason, oldest first: the last 64 of clock, unit and supervisor each

	Turns uint64 `json:"turns"` // of the clock's loop
	Stuck bool   `json:"stuck"` // it does not turn any more

	Published uint64   `json:"published"`        // samples
	Sample    *Sample  `json:"sample,omitempty"` // the last
	Consumer  Consumer `json:"consumer"`

	Receiver *Receiver `json:"receiver,omitempty"` // of a gps clock
	Pulse    *Pulse    `json:"pulse,omitempty"`    // of its pulse
}

// Targets returns where the samples go, such as "unit 0" or "socket /run/chrony.gps.sock".
func (c Clock) Targets() string { return Targets(c.Unit, c.Socket) }

// Targets names a unit, unless it is negative, and a socket, unless it is empty.
func Targets(unit int, socket string) string {
	var list []string
	if unit >= 0 {
		list = append(list, "unit "+strconv.Itoa(unit))
	}
	if socket != "" {
		list = append(list, "socket "+socket)
	}
	return strings.Join(list, " and ")
}

// A Change is a state from then on.
type Change struct {
	Time   time.Time    `json:"time"`
	MonoNS int64        `json:"mono_ns"` // since the start
	Of     string       `json:"of"`      // clock, unit, supervisor or daemon
	State  driver.State `json:"state"`
}

// A Sample is the last one that went into the unit.
type Sample struct {
	Clock     time.Time `json:"clock"`
	Receive   time.Time `json:"receive"`
	AgeNS     int64     `json:"age_ns"`
	OffsetNS  int64     `json:"offset_ns"` // clock - receive
	JitterNS  *int64    `json:"jitter_ns"` // null before there are samples enough
	Precision int       `json:"precision"` // log2 of seconds, as the sample claims it
	Leap      int       `json:"leap"`
}

// A Consumer is whoever reads the unit.
type Consumer struct {
	Alive       *bool    `json:"alive"`       // somebody takes the samples; null where none came of late
	Consumed    uint64   `json:"consumed"`    // samples that somebody took
	Overwritten uint64   `json:"overwritten"` // samples that the next one replaced, untaken
	Foreign     uint64   `json:"foreign"`     // times that another program published in between
	Attached    int      `json:"attached"`    // attachments, refclock's own among them
	Processes   []string `json:"processes"`   // that have the unit attached, as far as the daemon may see
	Owner       int      `json:"owner_uid"`
	Perm        string   `json:"perm"`
	Size        int      `json:"size"` // 0 where there is no unit
}

// A Receiver is what a gps clock knows of its receiver.
type Receiver struct {
	Port       string `json:"port"`
	Baud       int    `json:"baud"` // 0 where bytes have no wire time
	Identity   string `json:"identity"`
	Family     string `json:"family"`      // as refclock receiver names it; empty while it is not recognised
	FamilySure bool   `json:"family_sure"` // the receiver says so itself
	FamilyWhy  string `json:"family_why"`
	Fix        string `json:"fix"`
	Used       int    `json:"satellites_used"`
	InView     int    `json:"satellites_in_view"`
	Eras       int    `json:"eras"` // of 1024 weeks, added to the date that it shows
	DelayNS    int64  `json:"delay_ns"`
	SpreadNS   int64  `json:"delay_spread_ns"`
	Calibrated bool   `json:"calibrated"` // the delay is known
	Set        bool   `json:"delay_set"`  // by the configuration; else it was learnt
	Epochs     uint64 `json:"epochs"`
	Bytes      uint64 `json:"bytes"`
	Sentences  uint64 `json:"sentences"`
	Bad        uint64 `json:"bad"` // without a good checksum
	Broken     uint64 `json:"broken"`
	Stray      uint64 `json:"stray_bytes"`
}

// A Pulse is what is known of a receiver's pulse.
type Pulse struct {
	Edges    uint64 `json:"edges"`
	Seconds  uint64 `json:"seconds"`  // edges that begin one
	Glitches uint64 `json:"glitches"` // edges that are not where the pulses are
	Missing  uint64 `json:"missing"`  // pulses that should have come
	Missed   uint64 `json:"missed"`   // edges that came faster than they could be read
	Begins   string `json:"begins"`   // the edge that begins the second
	Locked   bool   `json:"locked"`   // it is known which second each begins
}
