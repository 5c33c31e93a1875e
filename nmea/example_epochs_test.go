package nmea_test

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A program with its own reading loop stamps each chunk itself. Here a receiver at 9600
// baud starts its burst 120 ms into each second, and has no fix in the second one.
func ExampleEpochs() {
	framer := nmea.NewFramer(9600)
	epochs := nmea.NewEpochs(nmea.Date{Year: 2026, Month: 5, Day: 15}) // the day the program was built

	show := func(epoch nmea.Epoch, complete bool) {
		if complete {
			fmt.Printf("%s, burst at %s: %s\n", epoch.UTC, epoch.Start.Time().Format("15:04:05.00"), epoch.Why)
		}
	}
	for _, read := range reads {
		at := halfPastNine.Add(read.after) // in a program: nmea.Now() right after the read
		if read.text == "" {               // the read timed out
			show(epochs.Idle(at))
			continue
		}
		framer.Push(at, []byte(read.text))
		for {
			sentence, ok := framer.Next()
			if !ok {
				break
			}
			epoch, complete, err := epochs.Push(sentence)
			if err != nil {
				fmt.Println(err)
			}
			show(epoch, complete)
		}
	}
	// Output:
	// 2026-05-20T09:30:00.000Z, burst at 09:30:00.12: valid
	// decode GNGGA: time "256199": invalid time or date: expected 00:00:00 to 23:59:60
	// 2026-05-20T09:30:01.000Z, burst at 09:30:01.12: no fix
}

var halfPastNine = nmea.Stamp{Real: 1_779_269_400_000_000_000, Mono: 7_000_000_000}

var reads = []struct {
	after time.Duration
	text  string
}{
	{-200 * time.Millisecond, "\r\n"},
	{165 * time.Millisecond, "$GNRMC,093000.00,A,0007.4000,N,00012.6000,E"},
	{190 * time.Millisecond, ",0.05,,200526,,,A,V*2E\r\n"},
	{240 * time.Millisecond, ""},
	{1164 * time.Millisecond, "$GNGGA,256199,,,,,1,00,99.99,,,,,,*57\r\n$GN"},
	{1205 * time.Millisecond, "RMC,093001.00,V,,,,,,,200526,,,N,V*11\r\n"},
	{1260 * time.Millisecond, ""},
}
