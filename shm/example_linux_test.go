package shm_test

import (
	"log"
	"time"

	"github.com/refclock/refclock/shm"
)

// A producer publishes in unit 2 each second, and waits for the time daemon if it has
// not created the unit yet.
func ExampleAttach() {
	readClock := func() time.Time { return time.Now() } // replace it with your clock

	var unit *shm.Unit
	for {
		var err error
		if unit, err = shm.Attach(2); err == nil {
			break
		}
		log.Print(err)
		time.Sleep(time.Second)
	}
	defer unit.Close()

	for range time.Tick(time.Second) {
		if _, err := unit.Check(); err != nil { // the segment was removed
			log.Print(err)
			continue
		}
		clock, receive := readClock(), time.Now()
		if err := unit.Update(shm.Sample{Clock: clock, Receive: receive, Precision: -9}); err != nil {
			log.Print(err)
		}
	}
}
