package shm

import "iter"

// A Field is one member of struct shmTime.
type Field uint8

// The fields in the order of the C struct, which is the same in ntpd
// (refclock_shm.c), NTPsec, chrony (refclock_shm.c), gpsd (ntpshm.h) and linuxptp.
const (
	// int mode: the protocol, 0 or 1, see Sample.Plain.
	FieldMode Field = iota

	// volatile int count: the producer changes it before and after it writes the
	// other fields, so that a reader notices a write during its read.
	FieldCount

	// time_t clockTimeStampSec: the time of the reference clock in whole seconds since
	// 1970-01-01 UTC, rounded down.
	FieldClockTimeStampSec

	// int clockTimeStampUSec: the rest of that second in microseconds, rounded down.
	FieldClockTimeStampUSec

	// time_t receiveTimeStampSec: the time of the system clock at the same instant.
	FieldReceiveTimeStampSec

	// int receiveTimeStampUSec: the rest of that second in microseconds, rounded down.
	FieldReceiveTimeStampUSec

	// int leap: a leap second at the end of this month, see [Leap].
	FieldLeap

	// int precision: log2 of the likely error of the sample in seconds: -1 is 0.5 s, -20
	// is 1 µs. ntpd and NTPsec use it, chrony does not.
	FieldPrecision

	// int nsamples: customarily 3. No consumer uses it.
	FieldNSamples

	// volatile int valid: 1 while a sample can be taken. The consumer that takes it
	// writes 0.
	FieldValid

	// unsigned clockTimeStampNSec: the rest of clockTimeStampSec in nanoseconds,
	// microseconds included. Consumers ignore both nanosecond fields unless each
	// microsecond field is its nanosecond field divided by 1000, rounded down.
	FieldClockTimeStampNSec

	// unsigned receiveTimeStampNSec: the rest of receiveTimeStampSec in nanoseconds.
	FieldReceiveTimeStampNSec

	fieldCount = iota
)

var fieldNames = [fieldCount]string{
	FieldMode:                 "mode",
	FieldCount:                "count",
	FieldClockTimeStampSec:    "clockTimeStampSec",
	FieldClockTimeStampUSec:   "clockTimeStampUSec",
	FieldReceiveTimeStampSec:  "receiveTimeStampSec",
	FieldReceiveTimeStampUSec: "receiveTimeStampUSec",
	FieldLeap:                 "leap",
	FieldPrecision:            "precision",
	FieldNSamples:             "nsamples",
	FieldValid:                "valid",
	FieldClockTimeStampNSec:   "clockTimeStampNSec",
	FieldReceiveTimeStampNSec: "receiveTimeStampNSec",
}

// String returns the C name of the field, such as "clockTimeStampSec". It returns
// "unknown" if there is no such field.
func (f Field) String() string {
	if !f.known() {
		return "unknown"
	}
	return fieldNames[f]
}

// FieldByName returns the field with that C name, and reports whether there is one.
// The case of the letters matters.
func FieldByName(name string) (Field, bool) {
	for f := range Fields() {
		if fieldNames[f] == name {
			return f, true
		}
	}
	return 0, false
}

// Fields returns an iterator over all fields in the order of the C struct.
func Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for f := range Field(fieldCount) {
			if !yield(f) {
				return
			}
		}
	}
}

func (f Field) known() bool { return f < fieldCount }

// unsigned reports whether C declares the field unsigned.
func (f Field) unsigned() bool {
	return f == FieldClockTimeStampNSec || f == FieldReceiveTimeStampNSec
}
