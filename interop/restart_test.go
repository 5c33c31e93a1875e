package interop

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Whoever starts, ends or is set back first, samples flow again by themselves.
// The producer is started once in each test and must live to its end.

const unit = 2

func TestConsumerFirst(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, unit)
		d.start()
		findUnit(t)
		produce(t)
		flows(t, d, unit)
	})
}

func TestProducerFirst(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, unit)
		produce(t)
		findUnit(t)
		d.start()
		flows(t, d, unit)
	})
}

func TestConsumerRestarts(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, unit)
		d.start()
		produce(t)
		flows(t, d, unit)
		d.stop()
		d.start()
		flows(t, d, unit)
	})
}

// Somebody removes the unit. Both sides still hold the nameless rest of it. The
// producer is to make it anew, and a consumer that is then started finds that.
func TestUnitRemovedProducerMakesIt(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, unit)
		d.start()
		produce(t)
		flows(t, d, unit)
		removeUnit(t)
		findUnit(t)
		d.stop()
		d.start()
		flows(t, d, unit)
	})
}

// As before, but a consumer makes the unit anew before the producer has looked:
// it is to leave the rest of the old one, into which it still could write.
func TestUnitRemovedConsumerMakesIt(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := newDaemon(t, unit)
		d.start()
		produce(t)
		flows(t, d, unit)
		d.stop()
		removeUnit(t)
		d.start()
		flows(t, d, unit)
	})
}

func produce(t *testing.T) {
	t.Helper()
	start(t, "refclock", "offbyone", "--unit", "2")
}

const unitKey = 0x4e545030 + unit

// findUnit waits until the unit is there.
func findUnit(t *testing.T) (id int) {
	t.Helper()
	eventually(t, 15*time.Second, func() bool {
		var err error
		id, err = unix.SysvShmGet(unitKey, 0, 0)
		return err == nil
	}, "unit %d is there", unit)
	return id
}

// removeUnit frees the key at once; the memory stays with those who hold it.
func removeUnit(t *testing.T) {
	t.Helper()
	if _, err := unix.SysvShmCtl(findUnit(t), unix.IPC_RMID, nil); err != nil {
		t.Fatal(err)
	}
}
