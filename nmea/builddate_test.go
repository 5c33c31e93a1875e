package nmea_test

import (
	"testing"

	"github.com/refclock/refclock/nmea"
)

// An old capture keeps its dates unless the program gives its build date. A date that
// was moved is visible as such.
func TestBuildDate(t *testing.T) {
	for name, test := range map[string]struct {
		epochs *nmea.Epochs
		shown  string
		want   string
		why    nmea.Reason
		eras   int
	}{
		"zero value":                {new(nmea.Epochs), "150414", "2014-04-15", nmea.Valid, 0},
		"no build date":             {nmea.NewEpochs(nmea.Date{}), "150414", "2014-04-15", nmea.Valid, 0},
		"no build date, far future": {nmea.NewEpochs(nmea.Date{}), "150479", "2079-04-15", nmea.Valid, 0},
		"no build date, default":    {nmea.NewEpochs(nmea.Date{}), "060180", "1980-01-06", nmea.DefaultDate, 0},
		"build date":                {nmea.NewEpochs(midMay), "150414", "2033-11-29", nmea.Valid, 1},
		"date after build date":     {nmea.NewEpochs(midMay), may20, "2026-05-20", nmea.Valid, 0},
		"build date, far future":    {nmea.NewEpochs(midMay), "150479", "2079-04-15", nmea.FarDate, 0},
	} {
		t.Run(name, func(t *testing.T) {
			sentence := nmea.Sentence{Raw: []byte(summed(rmc("093000.00", "A", test.shown)))}
			if _, _, err := test.epochs.Push(sentence); err != nil {
				t.Fatal(err)
			}
			e, ok := test.epochs.Flush()
			if !ok || e.UTC.Date.String() != test.want || e.Why != test.why || e.Eras != test.eras {
				t.Errorf("%v is %v, %v, %d eras on; want %s, %v, %d", test.shown, e.UTC.Date, e.Why, e.Eras, test.want, test.why, test.eras)
			}
		})
	}
}

func TestZeroDecoder(t *testing.T) {
	var d nmea.Decoder
	for range 2 {
		if r, err := d.Decode([]byte(summed(rmc("093000.00", "A", may20)))); err != nil || r.Address != "GNRMC" || !r.HasTime {
			t.Errorf("%+v, %v", r, err)
		}
	}
}
