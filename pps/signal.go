package pps

// A Signal is a modem line of a serial port.
type Signal int

const (
	DCD Signal = iota // data carrier detect, the usual line for a pulse
	CTS               // clear to send
	DSR               // data set ready
	RI                // ring indicator; ports report only its falling edges
)

// signalNames are the names of the signals in [Parse].
var signalNames = [...]string{DCD: "dcd", CTS: "cts", DSR: "dsr", RI: "ri"}

// String returns the signal's name as in [Parse].
func (s Signal) String() string { return signalNames[s] }
