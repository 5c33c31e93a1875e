package events

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// Write reproduces what a Reader accepts.
func FuzzReader(f *testing.F) {
	header := Header{Start: 1796126399, Baud: 9600, Pulse: true}
	for _, profile := range []string{"u-blox", "mt3339"} {
		f.Add([]byte(written(f, header, simulated(f, profile))))
	}
	header.Pivot = nmea.Date{Year: 2026, Month: 11, Day: 23}
	f.Add([]byte("# a comment\n\n" + written(f, header, []Event{{At: time.Second, Kind: Rising}, {At: time.Second, Data: []byte("$GPRMC")}})))
	f.Add([]byte("0 0 none\n5 244\n"))
	f.Add([]byte("0 0 none\r\n5 24\x00\n4 E-"))
	f.Fuzz(func(t *testing.T, file []byte) {
		h, list, err := readAll(bytes.NewReader(file))
		if err != nil {
			return
		}
		again, relist, err := readAll(bytes.NewReader([]byte(written(t, h, list))))
		if err != nil || again != h || !reflect.DeepEqual(relist, list) {
			t.Errorf("%+v, %+v, %v; want %+v, %+v", again, relist, err, h, list)
		}
	})
}
