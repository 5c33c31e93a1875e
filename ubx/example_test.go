package ubx_test

import (
	"fmt"

	"github.com/refclock/refclock/ubx"
)

// A receiver that sends NMEA and UBX reports whether its leap seconds are from satellites.
func Example() {
	bytes := []byte("$GNRMC,120000.00,A,,,,,,,271126,,,A*67\r\n")
	bytes = ubx.TimeLS{Source: ubx.LeapGPS, Current: 18, Valid: true}.Append(bytes)

	var f ubx.Framer
	f.Push(bytes)
	for {
		m, ok := f.Next()
		if !ok {
			break
		}
		if leap, ok := ubx.DecodeTimeLS(m); ok {
			fmt.Printf("%s: %d leap seconds from %s, valid %v\n", m.Kind(), leap.Current, leap.Source, leap.Valid)
		}
	}
	// Output:
	// NAV-TIMELS: 18 leap seconds from GPS, valid true
}
