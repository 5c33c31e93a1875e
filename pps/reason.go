package pps

// A Reason is why an edge begins a second or does not.
type Reason int

const (
	Second    Reason = iota // it begins a second
	OtherEdge               // it is the other edge of the pulse
	Learning                // too few edges yet
	Glitch                  // it is between two pulses, or too close to one
	Square                  // the pulse lasts half a second: either edge may begin the second
	Rate                    // the edges are regular but not one per second
	Noise                   // the edges are not regular
)

// String returns the reason and a hint.
func (r Reason) String() string { return reasons[r] }

var reasons = [...]string{
	Second:    "second",
	OtherEdge: "other edge",
	Learning:  "learning: too few edges yet",
	Glitch:    "glitch: away from the pulses",
	Square:    "square wave of 50 %: set the edge that begins the second, or shorten the receiver's pulse",
	Rate:      "not one pulse per second: set the receiver's pulse to 1 Hz",
	Noise:     "not regular: check the wiring and the receiver's fix",
}
