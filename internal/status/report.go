// Package status has the report of a running refclock: what status, the page and metrics
// show, collected in one place.
//
// Times are RFC 3339 with nanoseconds, durations whole nanoseconds. Each instant also has
// its monotonic time since the daemon started: it gives the order of two changes between
// which the system clock was set.
package status

import (
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
)

// Schema is the version of the JSON that commands write. It changes if a field is removed or
// changes its meaning, not if one is added.
const Schema = 1

// A Report is everything at one instant.
type Report struct {
	Schema  int       `json:"schema"`  // version of this document: 1
	Version string    `json:"version"` // of refclock
	PID     int       `json:"pid"`     // process id of the daemon
	Time    time.Time `json:"time"`    // of the report, by the system clock
	MonoNS  int64     `json:"mono_ns"` // monotonic time since the daemon started
	Started time.Time `json:"started"` // when the daemon started, by the system clock
	File    string    `json:"file"`    // configuration file; empty if there is none
	Service string    `json:"service"` // summary in one line, as systemctl status shows it
	Web     *Web      `json:"web"`     // HTTP on TCP; null without the setting listen

	Realtime *Realtime `json:"realtime"` // what keeps a busy machine from delaying readers; null without the setting realtime

	Clocks  []Clock  `json:"clocks"`  // in the order of the configuration
	Changes []Change `json:"changes"` // of the daemon itself, such as started and reloaded
}

// A Web is the state of HTTP on TCP.
type Web struct {
	Listen string `json:"listen"` // address and port
	Open   bool   `json:"open"`   // whether the port is open
	Error  string `json:"error"`  // why the port is not open; empty if it is
}

// A Realtime is what the kernel grants for the setting realtime.
type Realtime struct {
	Threads int            `json:"threads"` // threads that have real-time priority now
	Parts   []RealtimePart `json:"parts"`   // requests to the kernel
}

// A RealtimePart is a request to the kernel.
type RealtimePart struct {
	Name    string `json:"name"`     // threads, memory or latency (of processors that sleep)
	InForce bool   `json:"in_force"` // whether the kernel granted it
	Error   string `json:"error"`    // why it is not in force; empty if it is
	Hint    string `json:"hint"`     // what to do then
}

// A Clock is a driver and its targets.
type Clock struct {
	Kind   string `json:"kind"`             // as in the configuration, such as "gps"
	Name   string `json:"name"`             // such as "gps /dev/serial0" or "pulse gpio:GPIO18"
	Unit   int    `json:"unit"`             // of shared memory; -1 for a socket only
	Socket string `json:"socket,omitempty"` // path of the socket

	State   driver.State `json:"state"`    // whether samples are published, and if not, why
	Since   time.Time    `json:"since"`    // when the reason began, by the system clock
	SinceNS int64        `json:"since_ns"` // when the reason began, in monotonic time since the daemon started
	Changes []Change     `json:"changes"`  // of the reason, oldest first; at most 64 each of clock, target and supervisor

	Optional bool `json:"optional"` // whether it need not publish: a pulse that is searched for (pps = "auto"), of which no edge has arrived since the start

	Beats uint64 `json:"beats"` // turns of the driver's loop
	Stuck bool   `json:"stuck"` // whether the loop does not turn any more

	Published uint64   `json:"published"`        // number of samples
	Sample    *Sample  `json:"sample,omitempty"` // last sample
	Consumer  Consumer `json:"consumer"`         // program that reads the unit

	Receiver *Receiver `json:"receiver,omitempty"` // of a gps clock
	Pulse    *Pulse    `json:"pulse,omitempty"`    // of the receiver's pulse
	Lines    *Lines    `json:"lines,omitempty"`    // of a feed clock
	Second   *Second   `json:"second"`             // last complete second of a receiver; null if there is none
}

// A Second shows when things happened in a second, in nanoseconds after it began by the
// system clock. The offset of the clock is not taken off.
type Second struct {
	Second      time.Time  `json:"second"`        // that the receiver named
	PulseNS     *int64     `json:"pulse_ns"`      // edge of the pulse; null if none was published
	FirstByteNS *int64     `json:"first_byte_ns"` // first byte of the burst; null if no silence was before it
	Sentences   []Sentence `json:"sentences"`     // in the order of arrival
	PublishedNS *int64     `json:"published_ns"`  // publication of the sample; null if none was published
}

// A Sentence is a sentence of a burst.
type Sentence struct {
	Type  string `json:"type"`   // address, such as GPRMC
	EndNS int64  `json:"end_ns"` // last byte
}

// A Satellite is in view of a receiver.
type Satellite struct {
	ID        string `json:"id"`        // constellation and number, such as GP07
	Elevation *int   `json:"elevation"` // in degrees; null if unknown, or without the setting show_position
	Azimuth   *int   `json:"azimuth"`   // in degrees from north; likewise
	SNR       *int   `json:"snr"`       // signal in dB-Hz; null if it is not received
	Used      bool   `json:"used"`      // whether it is used for the fix
}

// Targets returns where the samples go, such as "unit 0" or "socket /run/chrony.gps.sock".
func (c Clock) Targets() string { return Targets(c.Unit, c.Socket) }

// UnknownDelay reports whether the clock publishes samples that are late by a receiver's delay,
// which refclock does not know.
func (c Clock) UnknownDelay() bool {
	_, sentences := c.Port()
	return sentences && c.Receiver != nil && !c.Receiver.Calibrated && c.State.Publishing()
}

// Port returns the port of a receiver as it is configured, and whether the clock is its sentences.
func (c Clock) Port() (port string, sentences bool) {
	port, named := strings.CutPrefix(c.Name, "gps ")
	return port, named && c.Kind == "gps"
}

// Source returns the source of a receiver's pulse as it is configured, and whether the clock is a
// pulse. It follows the clock of the sentences.
func (c Clock) Source() (source string, pulse bool) {
	source, named := strings.CutPrefix(c.Name, "pulse ")
	return source, named && c.Kind == "gps"
}

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

// A Change is a state that began.
type Change struct {
	Time   time.Time    `json:"time"`    // when, by the system clock
	MonoNS int64        `json:"mono_ns"` // when, in monotonic time since the daemon started
	Of     string       `json:"of"`      // clock, target, supervisor or daemon
	State  driver.State `json:"state"`   // from then on
}

// A Sample is the last sample of a clock.
type Sample struct {
	Clock     time.Time `json:"clock"`     // time of the reference clock
	Receive   time.Time `json:"receive"`   // time of the system clock at the same instant
	AgeNS     int64     `json:"age_ns"`    // nanoseconds since Receive
	OffsetNS  int64     `json:"offset_ns"` // clock - receive in nanoseconds; negative if the clock is behind
	JitterNS  *int64    `json:"jitter_ns"` // standard deviation in nanoseconds; null before there are enough samples
	Precision int       `json:"precision"` // precision that the sample claims, as log2 of seconds
	Leap      int       `json:"leap"`      // 0: none, 1: second to be added, 2: second to be deleted, at the end of the day
}

// A Consumer is the program that reads the unit.
type Consumer struct {
	Alive       *bool    `json:"alive"`       // whether samples are taken; null if there were none lately, or if contested
	Consumed    uint64   `json:"consumed"`    // samples that were taken
	Overwritten uint64   `json:"overwritten"` // samples that were not taken before the next one
	Foreign     uint64   `json:"foreign"`     // times that another program published in between
	Contested   bool     `json:"contested"`   // whether another program writes the unit now: whose samples are taken is then unknown
	Attached    int      `json:"attached"`    // attachments to the unit, with refclock's own
	Processes   []string `json:"processes"`   // programs that have attached the unit, as far as the daemon may see
	Owner       int      `json:"owner_uid"`   // user id of the unit's owner
	Perm        string   `json:"perm"`        // mode of the unit in octal
	Size        int      `json:"size"`        // of the unit in bytes; 0 if it does not exist
}

// A Receiver is what a gps clock knows about its receiver.
type Receiver struct {
	Port       string `json:"port"`               // path of the serial port
	Baud       int    `json:"baud"`               // baud rate; 0 on native USB
	Identity   string `json:"identity"`           // by which its delay is remembered
	Family     string `json:"family"`             // as refclock receiver names it; empty if unknown
	FamilySure bool   `json:"family_sure"`        // whether the receiver itself named the family
	FamilyWhy  string `json:"family_why"`         // how the family was recognised
	Fix        string `json:"fix"`                // kind of fix
	Used       int    `json:"satellites_used"`    // satellites used for the fix
	InView     int    `json:"satellites_in_view"` // satellites in view
	Eras       int    `json:"eras"`               // eras of 1024 weeks that were added to the date
	DelayNS    int64  `json:"delay_ns"`           // from the second to the start of the burst, in nanoseconds
	SpreadNS   int64  `json:"delay_spread_ns"`    // scatter of the delay: standard deviation in nanoseconds
	Calibrated bool   `json:"calibrated"`         // whether the delay is known
	Set        bool   `json:"delay_set"`          // whether the delay is configured; otherwise it was measured
	Epochs     uint64 `json:"epochs"`             // instants of time that the receiver named
	Bytes      uint64 `json:"bytes"`              // bytes that were read
	Sentences  uint64 `json:"sentences"`          // complete sentences
	Bad        uint64 `json:"bad"`                // sentences without a valid checksum
	Broken     uint64 `json:"broken"`             // incomplete or too long sentences
	Stray      uint64 `json:"stray_bytes"`        // bytes outside of sentences

	Messages    uint64 `json:"messages"`     // UBX messages with a valid checksum
	LeapSeconds int    `json:"leap_seconds"` // seconds from UTC to GPS time, according to UBX-NAV-TIMELS; 0 if not reported
	LeapSource  string `json:"leap_source"`  // where the receiver has them from; empty if not reported
	Antenna     string `json:"antenna"`      // ok, short or open; empty if not reported
	Jamming     string `json:"jamming"`      // none, warning (interference) or critical (no fix); empty if not reported
	Spoofing    string `json:"spoofing"`     // none, warning (suspected) or critical (several signs); empty if not reported

	Sky []Satellite `json:"sky"` // satellites in view; empty if unknown
}

// A Pulse is what is known about a receiver's pulse.
type Pulse struct {
	Edges    uint64 `json:"edges"`    // edges of both polarities
	Seconds  uint64 `json:"seconds"`  // edges that begin a second
	Glitches uint64 `json:"glitches"` // edges at an unexpected time
	Missing  uint64 `json:"missing"`  // pulses that did not arrive
	Missed   uint64 `json:"missed"`   // edges that were lost because they arrived too fast
	Begins   string `json:"begins"`   // edge that begins the second: rising, falling, or auto if not known
	Locked   bool   `json:"locked"`   // whether it is known which second each pulse begins

	Lateness *Lateness `json:"lateness"` // of the kernel's stamps; null if it is not measured
}

// A Lateness is how late the kernel stamps the edges of a GPIO line. The counts are those of the
// last measurement.
type Lateness struct {
	Known        bool   `json:"known"`        // whether the median is known, and taken off the edges
	MedianNS     int64  `json:"median_ns"`    // median in nanoseconds
	SpreadNS     int64  `json:"spread_ns"`    // standard deviation of a single stamp in nanoseconds
	Reason       string `json:"reason"`       // why the last measurement has no result; empty if it has one
	Detail       string `json:"detail"`       // what was found instead
	Hint         string `json:"hint"`         // what to do
	Ordinary     string `json:"ordinary"`     // why the polling thread has ordinary priority; empty if it has real-time priority
	Pulses       int    `json:"pulses"`       // pulses around which the level was polled
	Caught       int    `json:"caught"`       // of these, the ones whose edge was found
	Early        int    `json:"early"`        // pulses that began before the first poll
	NotSeen      int    `json:"not_seen"`     // pulses without a change of the level
	Interrupted  int    `json:"interrupted"`  // pulses during which the thread lost its processor
	Unpaired     int    `json:"unpaired"`     // pulses without a prediction or without an edge, or with a step of the system clock
	Measurements uint64 `json:"measurements"` // number of measurements
	Changes      uint64 `json:"changes"`      // measurements whose median differed from the one before
}

// A Lines is what became of the lines that a program printed for a feed clock.
type Lines struct {
	Lines    uint64 `json:"lines"`    // lines with content
	Bad      uint64 `json:"bad"`      // lines that could not be used
	Withheld uint64 `json:"withheld"` // lines with a time that was not published
	LastBad  string `json:"last_bad"` // number of the last bad line, and what was expected; empty if there was none
}
