package sim_test

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// A reader of a UART with a FIFO of eight bytes learns of the burst eight byte times after it began.
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

// A leap second is what no time.Time can say.
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
