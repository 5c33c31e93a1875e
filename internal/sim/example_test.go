package sim_test

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// With a FIFO of eight bytes, the first read returns eight byte times after the start of the
// burst.
func ExampleChunks() {
	receiver, err := sim.New(sim.Config{
		Profile: "mt3339",
		Delay:   new(500 * time.Millisecond),
		Jitter:  new(time.Duration),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for chunk := range sim.Chunks(receiver, sim.Link{FIFO: 8}) {
		fmt.Printf("%q %v after the first start bit\n", chunk.Data, chunk.At.Sub(chunk.Began).Round(time.Microsecond))
		if chunk.Index >= 16 {
			break
		}
	}
	// Output:
	// "$GPGGA,0" 8.333ms after the first start bit
	// "93000.00" 16.667ms after the first start bit
	// "0,5851.4" 25ms after the first start bit
}

// The label of a leap second is not a time.Time.
func ExampleReceiver_Next() {
	receiver, err := sim.New(sim.Config{Profile: "timing", Faults: []string{"leap-second"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for burst := receiver.Next(); burst.Index < 32; burst = receiver.Next() {
		if burst.Index >= 29 {
			fmt.Println(burst.Label, burst.Second.Format(time.TimeOnly))
		}
	}
	// Output:
	// 2026-12-31T23:59:59Z 23:59:59
	// 2026-12-31T23:59:60Z 00:00:00
	// 2027-01-01T00:00:00Z 00:00:00
}

// A Rig provides the events for a labeller, and the true time to check its samples.
func ExampleRig() {
	receiver, err := sim.New(sim.Config{
		Profile: "timing",
		Delay:   new(500 * time.Millisecond),
		Jitter:  new(time.Duration),
		Faults:  []string{"pulse-square-half-hertz", "clock-1970"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	rig := sim.Rig{
		Receiver: receiver,
		Pulse:    new(sim.Pulse),
		Link:     sim.Link{FIFO: 64},
		Wait:     func() time.Duration { return 450 * time.Millisecond },
	}
	for e := range rig.Events(1500 * time.Millisecond) {
		system := e.At.Time().Format("2006-01-02 15:04:05.000")
		switch {
		case e.Edge != nil:
			edge := e.Edge.PPS()
			wrong := rig.Error(e.Edge.Second.UnixNano(), edge.Stamp.Real, edge.Stamp.Mono)
			fmt.Printf("%s edge %d, rising %v; labelled %s it is off by %v\n",
				system, edge.Seq, edge.Rising, e.Edge.Second.Format(time.TimeOnly), wrong)
		case e.Chunk != nil:
			fmt.Printf("%s read %d bytes\n", system, len(e.Bytes()))
		default:
			fmt.Println(system, "read nothing")
		}
	}
	// Output:
	// 1970-01-01 00:00:10.000 edge 1, rising true; labelled 09:30:00 it is off by 0s
	// 1970-01-01 00:00:10.350 read nothing
	// 1970-01-01 00:00:10.566 read 64 bytes
	// 1970-01-01 00:00:10.621 read 49 bytes
	// 1970-01-01 00:00:11.000 edge 1, rising false; labelled 09:30:01 it is off by 0s
	// 1970-01-01 00:00:11.071 read nothing
}
