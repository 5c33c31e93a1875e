package nmea

// A Reason is why an epoch is not fit to be a clock's sample.
type Reason uint8

// The reasons, in the order in which they are looked for: the first that
// applies is given.
const (
	Valid       Reason = iota // none: the epoch is good
	GPSTime                   // the sentence names GPS time, not UTC, and the next pulse
	NoFix                     // the receiver says that it has no fix
	Estimated                 // the fix is estimated, typed in or simulated
	LeapUnknown               // the receiver does not know the leap seconds yet
	FixUnsaid                 // no sentence of the epoch tells whether there is a fix
	NoTime                    // no sentence of the epoch names the time
	NoDate                    // no sentence of the epoch names the date
	TwoTimes                  // two sentences of one second name times that contradict each other
	TwoDates                  // sentences of one epoch name different dates
	DefaultDate               // the date is one that receivers start from after power-up
	FarDate                   // the date is too far past the build date
)

var reasonTexts = [...]string{
	Valid:       "valid",
	GPSTime:     "GPS time of the next pulse, which is not UTC",
	NoFix:       "no fix",
	Estimated:   "fix is estimated, typed in or simulated",
	LeapUnknown: "leap seconds not known yet: UTC may be wrong by whole seconds",
	FixUnsaid:   "no sentence tells whether there is a fix",
	NoTime:      "no sentence names the time",
	NoDate:      "no sentence names the date",
	TwoTimes:    "two seconds",
	TwoDates:    "two sentences name different dates",
	DefaultDate: "date is a power-up default",
	FarDate:     "date is more than ten years past the build date",
}

func (r Reason) String() string { return reasonTexts[r] }
