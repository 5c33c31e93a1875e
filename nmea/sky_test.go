package nmea_test

import "testing"

func TestSky(t *testing.T) {
	const (
		gps      = "GPGSV,1,1,11,05,61,120,44"
		glonass  = "GLGSV,1,1,06,66,32,048,41"
		second   = "GPGSV,1,1,10,05,61,120,39,8" // the same satellites on another frequency
		rising   = "GPGSV,1,1,12,05,61,120,44"
		setting  = "GPGSV,1,1,07,05,61,120,44"
		none     = "GPGSV,1,1,00"
		noneToo  = "GLGSV,1,1,00"
		unsaid   = "GPGSV,1,1,,"
		thirteen = "GPGSA,A,3,01,02,03,04,05,06,07,08,09,10,11,12,1.2,0.7,1.0"
	)
	r0, r1, r2 := rmc("093000.00", "A", may20), rmc("093001.00", "A", may20), rmc("093002.00", "A", may20)
	g0, g1 := gga("093000.00", "1"), gga("093001.00", "1")
	type count struct{ used, inView int }
	tests := []struct {
		name   string
		stream []output
		want   []count
	}{
		{"constellations together", []output{send(0, r0, g0, gps, glonass)}, []count{{9, 17}}},
		{"frequencies not twice", []output{send(0, r0, g0, gps, glonass, second)}, []count{{9, 17}}},
		{"GSV only sometimes: the last count is kept", []output{send(0, r0, gps, glonass), send(s, r1), send(2*s, r2, rising)}, []count{{0, 17}, {0, 17}, {0, 12}}},
		{"constellations together, again", []output{send(0, r0, gps, glonass), send(500 * ms), send(s, r1, setting, glonass)}, []count{{0, 17}, {0, 13}}},
		{"satellites set", []output{send(0, r0, gps), send(s, r1, setting)}, []count{{0, 11}, {0, 7}}},
		{"the antenna is pulled off", []output{send(0, r0, gps, glonass), send(s, r1, none, noneToo), send(2*s, r2, none, noneToo)}, []count{{0, 17}, {0, 0}, {0, 0}}},
		{"one constellation has set", []output{send(0, r0, gps, glonass), send(s, r1, gps, noneToo)}, []count{{0, 17}, {0, 11}}},
		{"a missing count", []output{send(0, r0, gps), send(s, r1, unsaid)}, []count{{0, 11}, {0, 11}}},
		{"GSA lists more than GGA counts", []output{send(0, r0, g0, thirteen, gsa)}, []count{{16, 0}}},
		{"each epoch counts for itself", []output{send(0, r0, g0, gsa), send(s, r1, g1, gsa)}, []count{{9, 0}, {9, 0}}},
		{"GSV first", []output{send(0, gps, r0), send(500 * ms), send(s, rising, r1)}, []count{{0, 11}, {0, 12}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			epochs := receive(9600, test.stream...)
			if len(epochs) != len(test.want) {
				t.Fatalf("%d epochs, want %d", len(epochs), len(test.want))
			}
			for i, e := range epochs {
				if got := (count{e.Used, e.InView}); got != test.want[i] {
					t.Errorf("%s: %+v, want %+v", e.UTC, got, test.want[i])
				}
			}
		})
	}
	e := receive(9600, send(0, r0, gsa))[0]
	if e.PDOP != 1.7 || e.HDOP != 0.9 || e.VDOP != 1.4 {
		t.Errorf("dilutions are %v, %v, %v", e.PDOP, e.HDOP, e.VDOP)
	}
}
