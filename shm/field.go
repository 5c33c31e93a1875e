package shm

import "iter"

// A Field is one member of struct shmTime.
type Field uint8

// The fields in the order of the C struct, which is the same in ntpd
// (refclock_shm.c), NTPsec, chrony (refclock_shm.c), gpsd (ntpshm.h) and linuxptp.
const (
	// int mode: the protocol, 0 or 1, see [Sample].Plain.
	FieldMode Field = iota

	// volatile int count: the producer changes it before and after it writes the
	// other fields, so that a reader notices a write in the midst of its reading.
	FieldCount

	// time_t clockTimeStampSec: the reference clock's time, whole seconds since
	// 1970-01-01 UTC, rounded down.
	FieldClockTimeStampSec

	// int clockTimeStampUSec: the rest of that second in microseconds, rounded down.
	FieldClockTimeStampUSec

	// time_t receiveTimeStampSec: the system clock's time at the same instant.
	FieldReceiveTimeStampSec

	// int receiveTimeStampUSec: the rest of that second in microseconds, rounded down.
	FieldReceiveTimeStampUSec

	// int leap: a leap second at the end of this month, see [Leap].
	FieldLeap

	// int precision: log2 of the sample's likely error in seconds; -1 is half a
	// second, -20 a microsecond. ntpd and NTPsec use it, chrony does not.
	FieldPrecision

	// int nsamples: written as 3 by custom; no reader uses it.
	FieldNSamples

	// volatile int valid: 1 while a sample waits. The reader sets it to 0 on taking it.
	FieldValid

	// unsigned clockTimeStampNSec: the rest of the clock's second in nanoseconds,
	// microseconds included. It counts only where clockTimeStampUSec is this
	// divided by 1000 and rounded down, and the same holds for the receive stamp.
	FieldClockTimeStampNSec

	// unsigned receiveTimeStampNSec: the rest of the receive second in nanoseconds.
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

// String returns the field's name in C, such as "clockTimeStampSec", or
// "unknown" if there is no such field.
func (f Field) String() string {
	if !f.known() {
		return "unknown"
	}
	return fieldNames[f]
}

// FieldByName returns the field of that C name. The name must be spelt as in the struct.
func FieldByName(name string) (Field, bool) {
	for f := range Fields() {
		if fieldNames[f] == name {
			return f, true
		}
	}
	return 0, false
}

// Fields goes through all fields in the order of the C struct.
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

// unsigned tells the two fields that C declares unsigned from all others.
func (f Field) unsigned() bool {
	return f == FieldClockTimeStampNSec || f == FieldReceiveTimeStampNSec
}
