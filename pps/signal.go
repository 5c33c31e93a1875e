package pps

// A Signal is a modem line of a serial port.
type Signal int

const (
	DCD Signal = iota // data carrier detect, where receivers mostly put their pulse
	CTS               // clear to send
	DSR               // data set ready
	RI                // ring indicator; ports tell only its falling edges
)

// signalNames are the names of the signals as [Parse] takes them.
var signalNames = [...]string{DCD: "dcd", CTS: "cts", DSR: "dsr", RI: "ri"}

// String is the signal's name as [Parse] takes it.
func (s Signal) String() string { return signalNames[s] }
