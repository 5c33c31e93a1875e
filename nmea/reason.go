package nmea

// A Reason is why an epoch must not be published.
type Reason uint8

// The reasons, in the order of priority: the first that applies is used.
const (
	Valid       Reason = iota // the epoch is good
	GPSTime                   // the sentence names the GPS time of the next pulse, not UTC
	NoFix                     // the receiver reports that it has no fix
	Estimated                 // the fix is estimated, manual or simulated
	LeapUnknown               // the receiver does not know the leap seconds yet
	NoFixStatus               // no sentence of the epoch has a fix status
	NoTime                    // no sentence of the epoch names the time
	NoDate                    // no sentence of the epoch names the date
	TwoTimes                  // two sentences of one second name contradictory times
	TwoDates                  // sentences of one epoch name different dates
	DefaultDate               // receivers count from this date after power-up
	FarDate                   // the date is more than ten years past the build date
)

var reasonTexts = [...]string{
	Valid:       "valid",
	GPSTime:     "GPS time of the next pulse, which is not UTC",
	NoFix:       "no fix",
	Estimated:   "fix is estimated, manual or simulated",
	LeapUnknown: "leap seconds not known yet: UTC may be wrong by whole seconds",
	NoFixStatus: "no sentence has a fix status",
	NoTime:      "no sentence names the time",
	NoDate:      "no sentence names the date",
	TwoTimes:    "time conflict",
	TwoDates:    "two sentences name different dates",
	DefaultDate: "date is a power-up default",
	FarDate:     "date is more than ten years past the build date",
}

func (r Reason) String() string { return reasonTexts[r] }
