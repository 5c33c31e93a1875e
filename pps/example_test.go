package pps_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

// Wait for six pulses, and print which edges begin a second. A program opens its source with
// pps.Open("/dev/pps0") or another name; here ppstest supplies the edges.
func Example() {
	start := pps.Stamp{Real: time.Date(2026, 5, 20, 9, 30, 0, 0, time.UTC).UnixNano()}
	source := ppstest.New("/dev/pps0", ppstest.Train{Start: start}.Edges(6)...)
	defer source.Close()
	gate := pps.NewGate(pps.Auto)
	for gate.Counts().Edges < 12 { // a pulse has two edges
		edge, err := source.Next(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		if v := gate.Push(edge); v.Why != pps.OtherEdge {
			fmt.Println(edge.Stamp.Time().Format("15:04:05.0"), v.Why)
		}
	}
	// Output:
	// 09:30:00.0 too few edges yet
	// 09:30:00.1 too few edges yet
	// 09:30:01.0 too few edges yet
	// 09:30:02.0 too few edges yet
	// 09:30:03.0 second
	// 09:30:04.0 second
	// 09:30:05.0 second
}

// A Gate of polarity Auto finds the edge that begins the second, and explains why.
func ExampleGate_Edge() {
	gate := pps.NewGate(pps.Auto)
	for _, edge := range (ppstest.Train{Inverted: true}).Edges(5) {
		gate.Push(edge)
	}
	fmt.Println(gate.Edge())
	// Output: falling the line is active for 900ms of each second, and a pulse is shorter than the pause
}

func ExampleParse() {
	address, err := pps.Parse("gpio:GPIO23")
	fmt.Println(address.Line, err)
	_, err = pps.Parse("gpio23")
	fmt.Println(err)
	// Output:
	// GPIO23 <nil>
	// invalid source: "gpio23"; did you mean gpio:GPIO23?
}

// Measure how late the kernel's stamps of a GPIO line are, and take that off the edges.
func ExampleMeter() {
	line, err := pps.OpenLine("", "GPIO18")
	if err != nil {
		log.Fatal(err)
	}
	meter := pps.NewMeter(pps.MeterConfig{})
	source := meter.Watch(line, line.Level())
	defer source.Close()
	go meter.Run(context.Background())
	for {
		edge, err := source.Next(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(edge.Stamp.Time(), edge.Uncertainty)
	}
}
