// Package responder simulates receivers that can be configured: what they answer, what
// they keep in RAM and in a memory that survives a loss of power, and how they fail. It
// decodes commands with its own code, so that an error in package tune does not cancel out.
package responder

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Fate is what becomes of a command that would change the receiver.
type Fate uint8

// The fates of a command.
const (
	Accept    Fate = iota // apply it, and acknowledge it
	Refuse                // do not apply it, and say so; some families stay silent
	Ignore                // do not apply it, and stay silent
	Mute                  // apply it, and stay silent
	Corrupt               // apply it, and acknowledge it with a wrong checksum
	Noise                 // apply it, and acknowledge it between random bytes
	Pretend               // acknowledge it, and do not apply it
	PowerLoss             // lose the power before applying it, and start again
	Unplug                // as PowerLoss, and the port disappears for a second
	OtherBaud             // change the baud rate to one that was not asked for
	fates
)

// Fates returns all fates but Accept.
func Fates() (list []Fate) {
	for f := Refuse; f < fates; f++ {
		list = append(list, f)
	}
	return list
}

func (f Fate) String() string {
	return [...]string{"accept", "refuse", "ignore", "mute", "corrupt", "noise", "pretend", "power loss", "unplug", "other baud"}[f]
}

// A Receiver is a simulated receiver. Its methods are safe for concurrent use.
type Receiver struct {
	// Fate decides what becomes of the n-th command that would change the receiver,
	// counted from 0. Nil accepts all.
	Fate func(n int) Fate

	// Stuck is a command, as the log shows it, that it refuses; "" for none.
	Stuck string

	// Burst pads the sentences of each second with texts to a number of bytes; 0: not at all.
	Burst int

	// Deaf makes it ignore everything, as without a wire to its RX.
	Deaf bool

	mu      sync.Mutex
	model   model
	ram     map[string]string
	memory  map[string]string // what survives a loss of power; missing settings have their defaults
	in      []byte            // not yet decoded
	seconds int
	writes  int
	got     int // bytes
	log     []string
	gone    bool // unplugged since the last call of Gone
	acting  Fate // of the command that is being answered
}

// A model is the part of a Receiver that differs between the families.
type model interface {
	defaults() map[string]string

	// cut returns the length of the first whole command in data; 0 if it is incomplete.
	// Bytes that belong to no command are commands of length 1 that answer ignores.
	cut(data []byte) int

	// answer returns the answer to a command. It applies a change with r.apply.
	answer(r *Receiver, command []byte) []byte

	// sentences returns the sentences of a second, without frames.
	sentences(r *Receiver, second int) []string

	// baud returns the rate for the settings in RAM.
	baud(ram map[string]string) int

	// start prepares the settings in RAM after the power was switched on.
	start(ram, memory map[string]string)
}

// New returns a receiver of a model: one of Models, "u-blox-8 on USB" or "u-blox-9 on USB",
// which have no baud rate, "u-blox-9 on UART2", whose UART1 has the same rate at first,
// "nmea", which has no commands, or "u-blox-8 as 27", which claims a newer protocol than it
// has; with ", silent" it ignores what it does not know.
func New(name string) *Receiver {
	r := &Receiver{memory: map[string]string{}}
	switch name {
	case "u-blox-6":
		r.model = &oldUblox{protocol: "", software: "7.03 (45969)"}
	case "u-blox-8":
		r.model = &oldUblox{protocol: "PROTVER=18.00", software: "ROM CORE 3.01 (107888)"}
	case "u-blox-9":
		r.model = &newUblox{protocol: "PROTVER=27.12", software: "EXT CORE 1.00 (3fda8e)", baudRate: 38400, flash: true}
	case "u-blox-10":
		r.model = &newUblox{protocol: "PROTVER=34.10", software: "ROM SPG 5.10 (7b202e)", baudRate: 9600}
	case "u-blox-8 on USB":
		r.model = &oldUblox{protocol: "PROTVER=18.00", software: "ROM CORE 3.01 (107888)", usb: true}
	case "u-blox-9 on USB":
		r.model = &newUblox{protocol: "PROTVER=27.12", software: "EXT CORE 1.00 (3fda8e)", flash: true, usb: true}
	case "u-blox-9 on UART2":
		r.model = &newUblox{protocol: "PROTVER=27.12", software: "EXT CORE 1.00 (3fda8e)", baudRate: 38400, flash: true, uart2: true}
	case "u-blox-8 as 27":
		r.model = &oldUblox{protocol: "PROTVER=27.00", software: "ROM CORE 3.01 (107888)"}
	case "u-blox-8 as 27, silent":
		r.model = &oldUblox{protocol: "PROTVER=27.00", software: "ROM CORE 3.01 (107888)", silent: true}
	case "mediatek":
		r.model = &mediatek{}
	case "casic":
		r.model = &casic{}
	case "skytraq":
		r.model = &skytraq{}
	case "airoha":
		r.model = &airoha{}
	case "nmea":
		r.model = &plain{}
	default:
		panic("no model " + name)
	}
	r.powerUp()
	return r
}

// Models returns the names of the models that have commands.
func Models() []string {
	return []string{"u-blox-6", "u-blox-8", "u-blox-9", "u-blox-10", "mediatek", "casic", "skytraq", "airoha"}
}

// powerUp sets the RAM to what the memory contains.
func (r *Receiver) powerUp() {
	r.ram = r.model.defaults()
	r.model.start(r.ram, r.memory)
	r.in = nil
}

// PowerCycle switches the receiver off and on.
func (r *Receiver) PowerCycle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.powerUp()
}

// Set changes a setting in RAM, or in the memory, before the test.
func (r *Receiver) Set(inMemory bool, name, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if inMemory {
		r.memory[name] = value
		return
	}
	r.ram[name] = value
}

// Get returns a setting in RAM.
func (r *Receiver) Get(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ram[name]
}

// Snapshot returns a text with all settings in RAM and in the memory. A memory that has
// only whole copies of the RAM is shown as what the receiver would start with: a copy of
// the defaults is as good as none.
func (r *Receiver) Snapshot() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	memory := r.memory
	if _, keys := r.model.(*newUblox); !keys {
		memory = r.model.defaults()
		r.model.start(memory, r.memory)
	}
	var b strings.Builder
	for _, m := range []struct {
		name string
		list map[string]string
	}{{"RAM", r.ram}, {"memory", memory}} {
		for _, k := range slices.Sorted(maps.Keys(m.list)) {
			fmt.Fprintf(&b, "%s %s %s\n", m.name, k, m.list[k])
		}
	}
	return b.String()
}

// Log returns the commands that would have changed the receiver, and what became of them.
func (r *Receiver) Log() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.log)
}

// Writes returns how many commands would have changed the receiver, and Received how many
// bytes arrived.
func (r *Receiver) Writes() int   { r.mu.Lock(); defer r.mu.Unlock(); return r.writes }
func (r *Receiver) Received() int { r.mu.Lock(); defer r.mu.Unlock(); return r.got }

// Baud returns the receiver's rate.
func (r *Receiver) Baud() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.model.baud(r.ram)
}

// Gone reports whether the receiver was unplugged since the last call.
func (r *Receiver) Gone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	gone := r.gone
	r.gone = false
	return gone
}

// Take takes bytes that were sent at a rate, and returns what the receiver answers, and at
// which rate. It understands nothing at another rate than its own.
func (r *Receiver) Take(data []byte, baud int) (answer []byte, at int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got += len(data)
	at = r.model.baud(r.ram)
	if r.Deaf || baud != 0 && at != 0 && baud != at {
		return nil, at
	}
	r.in = append(r.in, data...)
	for {
		n := r.model.cut(r.in)
		if n == 0 || n > len(r.in) {
			return answer, at
		}
		command := slices.Clone(r.in[:n])
		r.in = r.in[n:]
		r.acting = Accept
		reply := r.model.answer(r, command)
		answer = append(answer, r.spoil(reply)...)
	}
}

// spoil changes an answer according to the fate.
func (r *Receiver) spoil(reply []byte) []byte {
	switch r.acting {
	case Mute, Ignore, PowerLoss, Unplug:
		return nil
	case Corrupt:
		if len(reply) > 4 {
			reply[len(reply)-3] ^= 0x01 // a digit or byte of the checksum, or beside it
			reply[len(reply)-4] ^= 0x01
		}
	case Noise:
		noise := []byte("\x00\xB5\x62$G\xA0\xA1\xFF*00\r\n")
		reply = append(append(slices.Clone(noise), reply...), noise...)
	}
	return reply
}

// apply applies a change according to its fate. It reports whether to acknowledge it, and
// whether with yes. baud is the name of the setting that is the rate, if it changes that.
func (r *Receiver) apply(what string, change func(ram, memory map[string]string)) (yes bool) {
	if r.Fate != nil {
		r.acting = r.Fate(r.writes)
	}
	if r.Stuck != "" && what == r.Stuck {
		r.acting = Refuse
	}
	r.log = append(r.log, fmt.Sprintf("%d %s: %s", r.writes, what, r.acting))
	r.writes++
	switch r.acting {
	case Refuse, Ignore:
		return false
	case Pretend:
		return true
	case PowerLoss, Unplug:
		r.gone = r.acting == Unplug
		r.powerUp()
		return false
	}
	before := r.model.baud(r.ram)
	change(r.ram, r.memory)
	if r.acting == OtherBaud && r.model.baud(r.ram) != before {
		if _, inPort := r.model.(*oldUblox); inPort {
			setPortBaud(r.ram, 57600)
		} else {
			r.ram["baud"] = "57600"
		}
	}
	return true
}

// Second returns the sentences of the next second, and the rate at which they are sent.
func (r *Receiver) Second() (burst []byte, at int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seconds++
	for _, s := range r.model.sentences(r, r.seconds) {
		burst = append(burst, sentence(s)...)
	}
	const frame = len("$GNTXT,01,01,02,*hh\r\n")
	for len(burst)+frame <= r.Burst {
		n := min(r.Burst-len(burst), 80)
		if left := r.Burst - len(burst) - n; left > 0 && left < frame {
			n -= frame
		}
		burst = append(burst, sentence("GNTXT,01,01,02,"+strings.Repeat("x", n-frame))...)
	}
	return burst, r.model.baud(r.ram)
}

// timeOf returns the time of day of a second.
func timeOf(second int) time.Time {
	return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(second) * time.Second)
}

// sentence frames a text.
func sentence(text string) []byte {
	sum := 0
	for _, c := range []byte(text) {
		sum ^= int(c)
	}
	return fmt.Appendf(nil, "$%s*%02X\r\n", text, sum)
}

// A style is how a family writes numbers.
type style struct{ clock, minute, hdop string }

// lines returns the sentences of some kinds.
func (s style) lines(second int, kinds ...string) (list []string) {
	t := timeOf(second)
	clock := t.Format("150405") + s.clock
	place := "4717." + s.minute + ",N,00833." + s.minute + ",E"
	for _, kind := range kinds {
		text := "GN" + kind + ","
		switch kind {
		case "RMC":
			text += clock + ",A," + place + ",0.004,77.52," + t.Format("020106") + ",,,A"
		case "GGA":
			text += clock + "," + place + ",1,08," + s.hdop + ",499.6,M,48.0,M,,"
		case "GLL":
			text += place + "," + clock + ",A,A"
		case "ZDA":
			text += clock + "," + t.Format("02,01,2006") + ",00,00"
		case "GRS", "GST", "GBS":
			text += clock + ",1,,,,,,"
		default:
			text = map[string]string{
				"GSA": "GNGSA,A,3,80,71,73,79,69,,,,,,,,1.83,1.09,1.47",
				"GSV": "GPGSV,1,1,04,03,03,111,00,04,15,270,00,06,01,010,00,13,06,292,00",
				"VTG": "GNVTG,77.52,T,,M,0.004,N,0.008,K,A",
				"TXT": "GPTXT,01,01,01,ANTENNA OPEN",
			}[kind]
		}
		list = append(list, text)
	}
	return list
}

// due returns those kinds whose interval has come.
func due(second int, kinds []string, interval func(kind string) int) (list []string) {
	for _, k := range kinds {
		if n := interval(k); n > 0 && second%n == 0 {
			list = append(list, k)
		}
	}
	return list
}

// A plain receiver has no commands.
type plain struct{}

func (plain) defaults() map[string]string                { return map[string]string{} }
func (plain) cut([]byte) int                             { return 1 }
func (plain) answer(*Receiver, []byte) []byte            { return nil }
func (plain) baud(map[string]string) int                 { return 9600 }
func (plain) start(map[string]string, map[string]string) {}
func (plain) sentences(_ *Receiver, second int) []string {
	return style{"", "1", "1"}.lines(second, "GSV", "ZDA", "RMC")
}
