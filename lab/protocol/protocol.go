// Package protocol is the protocol between the virtual machine and its host. Both write lines
// of text that begin with "@@" to the machine's console.
package protocol

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// note begins a line for the user.
	note = "@@VM "

	// Begin is the line before the program starts: the receiver begins to send.
	Begin = "@@BEGIN"

	// end begins the last line, with the program's exit code.
	end = "@@END "

	// ask begins a request of the program to the host.
	ask = "@@HOST "

	// answer begins the host's answer to a question.
	answer = "@@ANSWER "
)

// Note returns a line of the first process for the user.
func Note(text string) string { return note + text }

// ParseNote returns the text of a note.
func ParseNote(line string) (text string, ok bool) { return strings.CutPrefix(line, note) }

// End returns the line with the program's exit code. It begins with a line feed, because the
// program may have left a line unfinished.
func End(code int) string { return "\n" + end + strconv.Itoa(code) }

// ParseEnd returns the exit code of such a line.
func ParseEnd(line string) (code int, ok bool) {
	number, ok := strings.CutPrefix(line, end)
	if !ok {
		return 0, false
	}
	code, err := strconv.Atoi(number)
	return code, err == nil
}

// Ask returns the line of a request to the host; lab/vm/steer.go lists the requests. The host
// answers only questions, but a failed request fails the whole run.
func Ask(format string, args ...any) string { return ask + fmt.Sprintf(format, args...) }

// ParseAsk returns the request of such a line.
func ParseAsk(line string) (request string, ok bool) { return strings.CutPrefix(line, ask) }

// Answer returns the line that answers a question.
func Answer(text string) string { return answer + text }

// ParseAnswer returns the text of an answer.
func ParseAnswer(line string) (text string, ok bool) { return strings.CutPrefix(line, answer) }

// Pulses counts the pulses of the host, which may be late, because it is an ordinary machine.
type Pulses struct {
	Made    int // including late ones
	Late    int // with an edge more than LateFrom late
	LeftOut int // omitted, because they would be too late
}

// LateFrom is the delay from which the host counts an edge as late.
const LateFrom = 20 * time.Millisecond

// Questions of a program.
const (
	AskPulses = "pulses" // the Pulses so far
	AskTime   = "time"   // the host's clock, in nanoseconds since 1970
)

// Text returns the answer of the host.
func (p Pulses) Text() string { return fmt.Sprint(p.Made, p.Late, p.LeftOut) }

// ParsePulses parses the answer.
func ParsePulses(text string) (p Pulses, err error) {
	_, err = fmt.Sscan(text, &p.Made, &p.Late, &p.LeftOut)
	return p, err
}

// Plus returns the sum of two counts.
func (p Pulses) Plus(more Pulses) Pulses {
	return Pulses{p.Made + more.Made, p.Late + more.Late, p.LeftOut + more.LeftOut}
}

// Minus returns the difference to earlier counts.
func (p Pulses) Minus(before Pulses) Pulses {
	return Pulses{p.Made - before.Made, p.Late - before.Late, p.LeftOut - before.LeftOut}
}

// Environment variables of the program. A variable is not set if the machine has no such
// device.
const (
	Arch      = "VM_ARCH"       // amd64, arm64 or armhf: the kernel's
	GPIOSysfs = "VM_GPIO_SYSFS" // folder of the gpio-sim chip labelled ChipLabel: its sim_gpioN/pull moves line N
	PPSSim    = "VM_PPS_SIM"    // the PPS device on line ChipPPS of that chip
	PPSHost   = "VM_PPS_HOST"   // the PPS device on LinePPS, which the host pulses
	TTY       = "VM_TTY"        // a UART with the receiver on it, and the host's pulse on its DCD
	Modules   = "VM_MODULES"    // folder of the kernel's modules
	USB       = "VM_USB"        // a USB adapter with the same receiver on it, which can be unplugged
	PHC       = "VM_PHC"        // a PTP hardware clock of lab/kmod/vmptp.c without a fault; sysfs has the names of the others
)

// The simulated chip.
const (
	ChipLabel = "vmgpio"
	ChipLines = 16
	ChipPPS   = 4
)

// ClockName is the name of the PTP hardware clock without a fault. The others are "vmptp lose" etc.
const ClockName = "vmptp"

// The lines of the pl061 that the host pulses once a second.
const (
	LinePPS  = 4 // pps-gpio
	LineDCD  = 5 // DCD of the UART
	LineFree = 6 // free, for the GPIO character device
	LastLine = 7
)
