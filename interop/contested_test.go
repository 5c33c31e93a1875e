package interop

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// While another producer writes the unit, refclock publishes nothing there and names it. The
// samples flow again once the other has ended.
func TestAnotherProducer(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, unit)
		d.start()
		findUnit(t)
		port := start(t, "refclock", "simulate").firstLine()
		refclock := start(t, "refclock", "gps", "--pps", "none", "--unit", "2", port)
		flows(t, d, unit)
		feeder := startFeeder(t, "2", "--share-unit")
		refclock.contested = true
		eventually(t, 20*time.Second, func() bool {
			log := read(refclock.stderr)
			return strings.Contains(log, "unit contested") && strings.Contains(log, "feeder(")
		}, "refclock names the other producer")
		if strings.Contains(read(feeder.stderr), "unit contested") {
			t.Error("the producer with --share-unit withholds its samples")
		}
		feeder.stop()
		flows(t, d, unit)
	})
}

// startFeeder starts a producer of another name, a second behind.
func startFeeder(t *testing.T, unit string, flags ...string) *process {
	t.Helper()
	program := filepath.Join(scratch(t), "feeder")
	if err := copyProgram(staged("refclock"), program); err != nil {
		t.Fatal(err)
	}
	name, err := filepath.Rel(staged(), program)
	if err != nil {
		t.Fatal(err)
	}
	return start(t, name, append([]string{"offbyone", "--unit", unit}, flags...)...)
}
