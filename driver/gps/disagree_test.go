package gps

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A receiver whose RMC is a second ahead of its GGA is wrong in one of them.
func TestSentencesThatDisagreeAreNotPublished(t *testing.T) {
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
	for i := range 15 {
		clock := func(n int) string { return noon.Add(time.Duration(n) * time.Second).Format("150405.00") }
		burst := summed("GPRMC,"+clock(i+1)+",A,4717.11,N,00833.91,E,0.004,77.52,011226,,,A") +
			summed("GPGGA,"+clock(i)+",4717.11,N,00833.91,E,1,08,1.01,499.6,M,48.0,M,,")
		ended := nmea.Stamp{Real: noon.UnixNano(), Mono: int64(time.Hour)}.Add(time.Duration(i)*time.Second + 300*time.Millisecond)
		for _, at := range []nmea.Stamp{ended, ended.Add(quiet)} {
			if s, _, ok := r.receive(at, []byte(burst)).parts(); ok {
				t.Errorf("published %v in second %d", time.Unix(0, s.Clock).UTC(), i)
			}
			burst = ""
		}
	}
}

// The same receiver, with GGA a second ahead of an RMC of the second before, on a noisy
// line: for a while most GGA are damaged, and RMC alone would be published a second late.
func TestSentencesThatDisagreeWhileOneIsDamaged(t *testing.T) {
	r := receptionOf(Config{Baud: 0, Pivot: nmea.DateOf(noon)})
	whole := map[int]bool{5: true, 6: true, 10: true, 11: true} // two contradictions each
	for i := range 60 {
		clock := func(n int) string { return noon.Add(time.Duration(n) * time.Second).Format("150405.00") }
		gga := summed("GPGGA," + clock(i+1) + ",4717.11,N,00833.91,E,1,08,1.01,499.6,M,48.0,M,,")
		if !whole[i] {
			gga = "$GPGGA,damaged" + gga[14:]
		}
		rmc := summed("GPRMC," + clock(i) + ",A,4717.11,N,00833.91,E,0.004,77.52,011226,,,A")
		began := nmea.Stamp{Real: noon.UnixNano(), Mono: int64(time.Hour)}.Add(time.Duration(i)*time.Second + 180*time.Millisecond)
		for _, read := range []struct {
			after time.Duration
			text  string
		}{{0, rmc}, {20 * time.Millisecond, gga}, {80 * time.Millisecond, ""}, {140 * time.Millisecond, ""}, {200 * time.Millisecond, ""}} {
			if s, _, ok := r.receive(began.Add(read.after), []byte(read.text)).parts(); ok && i > 7 {
				t.Errorf("published %v in second %d", time.Unix(0, s.Clock).UTC(), i)
			}
		}
	}
}
