package receiver

import (
	"testing"

	"github.com/refclock/refclock/nmea"
)

func TestIdentity(t *testing.T) {
	epoch := func(first string, sentences ...string) nmea.Epoch {
		return nmea.Epoch{HasStart: true, First: first, Sentences: sentences}
	}
	whole := epoch("GPRMC", "GPRMC", "GPVTG", "GPGGA", "GPGSA", "GPZDA")
	noStart := whole
	noStart.HasStart = false
	const name = "GPRMC first, GPGGA GPRMC GPZDA, 9600 baud"
	for _, c := range []struct {
		name   string
		epochs []nmea.Epoch
		known  bool
		want   string
	}{
		{"four epochs", []nmea.Epoch{whole, whole, whole, whole}, true, name},
		{"three epochs", []nmea.Epoch{whole, whole, whole}, false, name},
		{"epochs without a start do not count", []nmea.Epoch{noStart, whole, noStart, whole, whole}, false, name},
		{"a sentence was lost", []nmea.Epoch{epoch("GPRMC", "GPRMC", "GPZDA"), whole, whole, whole}, true, name},
		{"the first sentence was damaged", []nmea.Epoch{epoch("", "GPGGA", "GPZDA"), whole, whole, whole}, true, name},
		{"a fifth epoch changes nothing", []nmea.Epoch{whole, whole, whole, whole, epoch("GPGLL", "GPGLL")}, true, name},
		{"another order is another receiver", []nmea.Epoch{epoch("GNGGA", "GNGGA", "GNRMC")}, false, "GNGGA first, GNGGA GNRMC, 9600 baud"},
		{"no sentence with the time", []nmea.Epoch{epoch("GPGSV", "GPGSV", "GPVTG")}, false, "GPGSV first, , 9600 baud"},
	} {
		i := Identity{Baud: 9600}
		for _, e := range c.epochs {
			if likely := i.Add(e); i.Known() && !likely {
				t.Errorf("%s: known, and not likely", c.name)
			}
		}
		if i.Known() != c.known || i.String() != c.want {
			t.Errorf("%s: known %v, %q, want %v, %q", c.name, i.Known(), i.String(), c.known, c.want)
		}
	}
}

// An identity is likely if a whole epoch confirms the one before.
func TestLikelyIdentity(t *testing.T) {
	epoch := func(first string, sentences ...string) nmea.Epoch {
		return nmea.Epoch{HasStart: true, First: first, Sentences: sentences}
	}
	whole := epoch("GPRMC", "GPRMC", "GPVTG", "GPGGA")
	noStart := whole
	noStart.HasStart = false
	for _, c := range []struct {
		name   string
		epochs []nmea.Epoch
		want   bool
	}{
		{"one epoch", []nmea.Epoch{whole}, false},
		{"two", []nmea.Epoch{whole, whole}, true},
		{"the second has no start", []nmea.Epoch{whole, noStart}, false},
		{"the first has no start", []nmea.Epoch{noStart, whole}, false},
		{"the second has another sentence with a time", []nmea.Epoch{epoch("GPRMC", "GPRMC"), whole}, false},
		{"and the third does not", []nmea.Epoch{epoch("GPRMC", "GPRMC"), whole, whole}, true},
		{"the second lacks one", []nmea.Epoch{whole, epoch("GPRMC", "GPRMC")}, true},
		{"the second begins elsewhere", []nmea.Epoch{whole, epoch("GPGGA", "GPGGA", "GPRMC")}, false},
		{"a sentence of the second is damaged", []nmea.Epoch{whole, epoch("GPRMC", "GPRMC", "")}, false},
	} {
		i, got := Identity{Baud: 9600}, false
		for _, e := range c.epochs {
			got = i.Add(e)
		}
		if got != c.want {
			t.Errorf("%s: likely %v, want %v", c.name, got, c.want)
		}
	}
}
