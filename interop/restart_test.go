package interop

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Samples must flow again after any order of starts, stops and removals. The producer is
// started once in each test, and must run until its end.

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

// flowing starts a consumer and then a producer, and waits for samples.
func flowing(t *testing.T, newDaemon newDaemon) daemon {
	t.Helper()
	d := newDaemon(t, unit)
	d.start()
	produce(t)
	flows(t, d, unit)
	return d
}

func TestConsumerRestarts(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := flowing(t, newDaemon)
		d.stop()
		d.start()
		flows(t, d, unit)
	})
}

// The unit is removed while both sides are attached. The producer must create a new one, and
// a consumer that starts afterwards must find it.
func TestProducerRecreatesUnit(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := flowing(t, newDaemon)
		removeUnit(t)
		findUnit(t)
		d.stop()
		d.start()
		flows(t, d, unit)
	})
}

// The same, but a consumer creates the new unit before the producer checks. The producer
// must detach from the old unit, which it could still write.
func TestConsumerRecreatesUnit(t *testing.T) {
	eachDaemon(t, func(t *testing.T, newDaemon newDaemon) {
		d := flowing(t, newDaemon)
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

// findUnit waits until the unit exists.
func findUnit(t *testing.T) (id int) {
	t.Helper()
	eventually(t, 15*time.Second, func() bool {
		var err error
		id, err = unix.SysvShmGet(unitKey, 0, 0)
		return err == nil
	}, "unit %d exists", unit)
	return id
}

// removeUnit frees the key at once; attached processes keep the memory.
func removeUnit(t *testing.T) {
	t.Helper()
	if _, err := unix.SysvShmCtl(findUnit(t), unix.IPC_RMID, nil); err != nil {
		t.Fatal(err)
	}
}
