package pps

// A Reason says why an edge is a second's or is not.
type Reason int

const (
	Second    Reason = iota // it begins a second
	OtherEdge               // it is the pulse's other edge
	Learning                // too few edges have come yet
	Glitch                  // it came where no pulse does: between two, or too near to one
	Square                  // the pulse lasts half a second: which edge begins the second cannot be told
	Rate                    // the edges are regular, and not one a second
	Noise                   // the edges are not regular
)

// String tells the reason, and what to do about it.
func (r Reason) String() string { return reasons[r] }

var reasons = [...]string{
	Second:    "second",
	OtherEdge: "other edge",
	Learning:  "learning: too few edges yet",
	Glitch:    "glitch: not where the pulses are",
	Square:    "square wave of 50 %: say which edge begins the second, or make the receiver's pulse shorter",
	Rate:      "not one pulse a second: set the receiver's pulse to 1 Hz",
	Noise:     "not regular: check the wiring, and that the receiver has a fix",
}
