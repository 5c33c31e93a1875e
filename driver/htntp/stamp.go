package htntp

import "time"

// A stamp is one instant as both clocks of the system saw it. All measuring is done
// on the monotonic clock, which nobody sets; the real one is for the sample.
type stamp struct{ real, mono int64 }

// origin is what mono counts from: the standard library gives differences of the
// monotonic clock, never its value.
var origin = time.Now()

// now reads both clocks by one call of time.Now, which uses the vDSO.
func now() stamp {
	t := time.Now()
	return stamp{t.UnixNano(), int64(t.Sub(origin))}
}

// mono is the monotonic clock alone.
func mono() int64 { return int64(time.Since(origin)) }

// step is by how much the system clock was set between earlier and s.
func (s stamp) step(earlier stamp) time.Duration {
	return time.Duration((s.real - earlier.real) - (s.mono - earlier.mono))
}

// stepLimit parts a step from what reading both clocks costs.
const stepLimit = time.Millisecond
