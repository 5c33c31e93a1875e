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

	// Faults of a network card; see Edge.Fault.
	Repeated  // the card has delivered the edge before
	Reordered // the edge is older than one that was delivered before
	Late      // the stamp is not from the time just before it was read
	Stepped   // the card's clock does not run evenly with the system clock
	Unread    // the card's clock could not be read
)

// String returns the reason and a hint.
func (r Reason) String() string { return reasons[r] }

var reasons = [...]string{
	Second:    "second",
	OtherEdge: "other edge",
	Learning:  "too few edges yet",
	Glitch:    "glitch: away from the pulses",
	Square:    "square wave of 50 %: set the edge that begins the second, or shorten the receiver's pulse",
	Rate:      "not one pulse per second: set the receiver's pulse to 1 Hz",
	Noise:     "not regular: check the wiring and the receiver's fix",
	Repeated:  "the card has delivered this edge before",
	Reordered: "out of order: older than an edge before it",
	Late:      "the stamp is older than 0.9 s, or in the future: the machine was busy, or the card made an error",
	Stepped:   "the card's clock or the system clock was stepped: stop programs that set the card's clock, such as ptp4l and ts2phc",
	Unread:    "the card's clock could not be read",
}
