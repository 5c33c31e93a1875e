package sim_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/ubx"
)

// After a cold start, the receiver is dateless, then a second ahead, then right, and reports
// where its leap seconds are from.
func TestUBX(t *testing.T) {
	const proof = 40
	for i, b := range bursts(t, sim.Config{UBX: true, Proof: proof * time.Second}, 50) {
		var f ubx.Framer
		f.Push(b.Bytes)
		var pvt ubx.PVT
		var leap ubx.TimeLS
		pulses, radios := 0, 0
		for {
			m, ok := f.Next()
			if !ok {
				break
			}
			if v, ok := ubx.DecodePVT(m); ok {
				pvt = v
			}
			if v, ok := ubx.DecodeTimeLS(m); ok {
				leap = v
			}
			if _, ok := ubx.DecodePulse(m); ok {
				pulses++
			}
			if _, _, ok := ubx.DecodeRF(m); ok {
				radios++
			}
		}
		ahead := 0
		if i < proof {
			ahead = 1
		}
		want := b.Second.Add(time.Duration(ahead) * time.Second)
		if i >= 20 && (pvt.Second != want.Second() || pvt.Day != want.Day() || !pvt.FixOK || !pvt.FullyResolved) {
			t.Errorf("second %d: %+v, want %v", i, pvt, want)
		}
		if i < 20 && (pvt.FixOK || pvt.ValidDate || pvt.FullyResolved) {
			t.Errorf("second %d: %+v, want no fix and no date", i, pvt)
		}
		source := ubx.LeapFirmware
		if i >= proof {
			source = ubx.LeapGPS
		}
		if leap.Source != source || leap.Current != 18-ahead || pulses != 1 || radios != 1 {
			t.Errorf("second %d: %+v, %d pulses, %d radios", i, leap, pulses, radios)
		}
		if !bytes.Contains(b.Bytes, []byte("$GNRMC,")) {
			t.Errorf("second %d has no sentences", i)
		}
	}
	for _, config := range []sim.Config{{Proof: time.Second}, {UBX: true, Proof: -1}} {
		if _, err := sim.New(config); err == nil {
			t.Errorf("%+v is accepted", config)
		}
	}
	if r, err := sim.New(sim.Config{UBX: true}); err != nil || r.Baud() != 38400 {
		t.Errorf("%v, %v", r.Baud(), err)
	}
}
