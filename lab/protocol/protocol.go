// Package protocol is what the virtual machine and its host say to each other. They
// have one wire, the machine's console: a line of text each, which begins with "@@".
package protocol

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// note begins a line that is for a person.
	note = "@@VM "

	// Begin is the line after which the program runs: the receiver begins to speak.
	Begin = "@@BEGIN"

	// end begins the line with the program's exit code, the last one.
	end = "@@END "

	// ask begins what the program wants the host to do.
	ask = "@@HOST "

	// answer begins what the host says to a question, the other way on the same wire.
	answer = "@@ANSWER "
)

// Note is a line of the first process for whoever reads the console.
func Note(text string) string { return note + text }

// ParseNote is the text of such a line.
func ParseNote(line string) (text string, ok bool) { return strings.CutPrefix(line, note) }

// End is the line that tells the program's exit code. It begins a new line, for the
// program may have left one unfinished.
func End(code int) string { return "\n" + end + strconv.Itoa(code) }

// ParseEnd is the exit code in such a line.
func ParseEnd(line string) (code int, ok bool) {
	number, ok := strings.CutPrefix(line, end)
	if !ok {
		return 0, false
	}
	code, err := strconv.Atoi(number)
	return code, err == nil
}

// Ask is the line that asks the host to do something; lab/vm/steer.go lists what it
// can. Only questions are answered, but a request that fails fails the whole run.
func Ask(format string, args ...any) string { return ask + fmt.Sprintf(format, args...) }

// ParseAsk is the request in such a line.
func ParseAsk(line string) (request string, ok bool) { return strings.CutPrefix(line, ask) }

// Answer is the line that answers a question.
func Answer(text string) string { return answer + text }

// ParseAnswer is the text of such a line.
func ParseAnswer(line string) (text string, ok bool) { return strings.CutPrefix(line, answer) }

// Pulses are what the host has made of the pulses that were due. It is an ordinary
// machine, and may be held up.
type Pulses struct {
	Made    int // in time or not
	Late    int // of these, with an edge more than LateFrom late
	LeftOut int // not made at all: so late that they would tell another time
}

// LateFrom is from when on an edge of the host's is called late.
const LateFrom = 20 * time.Millisecond

// What a program may ask to be told.
const (
	AskPulses = "pulses" // the Pulses so far
	AskTime   = "time"   // the host's clock, in nanoseconds since 1970
)

// Text is what the host answers.
func (p Pulses) Text() string { return fmt.Sprint(p.Made, p.Late, p.LeftOut) }

// ParsePulses reads such an answer.
func ParsePulses(text string) (p Pulses, err error) {
	_, err = fmt.Sscan(text, &p.Made, &p.Late, &p.LeftOut)
	return p, err
}

// Plus adds what has come since.
func (p Pulses) Plus(more Pulses) Pulses {
	return Pulses{p.Made + more.Made, p.Late + more.Late, p.LeftOut + more.LeftOut}
}

// Minus is what has come of the pulses since before.
func (p Pulses) Minus(before Pulses) Pulses {
	return Pulses{p.Made - before.Made, p.Late - before.Late, p.LeftOut - before.LeftOut}
}

// What the program finds in its environment. A variable whose device the machine
// lacks is not set.
const (
	Arch      = "VM_ARCH"       // amd64, arm64 or armhf: the kernel's
	GPIOSysfs = "VM_GPIO_SYSFS" // folder of the gpio-sim chip labelled ChipLabel: its sim_gpioN/pull moves line N
	PPSSim    = "VM_PPS_SIM"    // the PPS device on line ChipPPS of that chip
	PPSHost   = "VM_PPS_HOST"   // the PPS device on LinePPS, which the host pulses
	TTY       = "VM_TTY"        // a UART with the receiver on it, its DCD pulsed by the host, too
	Modules   = "VM_MODULES"    // folder of the kernel's modules
	USB       = "VM_USB"        // a USB adapter with the same receiver on it, which can be unplugged
)

// The simulated chip.
const (
	ChipLabel = "vmgpio"
	ChipLines = 16
	ChipPPS   = 4
)

// The lines of the pl061 that the host pulses once a second.
const (
	LinePPS  = 4 // pps-gpio's
	LineDCD  = 5 // DCD of the UART
	LineFree = 6 // nobody's: for the GPIO character device
	LastLine = 7
)
