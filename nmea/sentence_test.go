package nmea_test

import (
	"fmt"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// line returns a sentence with its line end.
func line(body string) string { return summed(body) + "\r\n" }

// summed returns a body with '$' and checksum.
func summed(body string) string { return fmt.Sprintf("$%s*%02X", body, sum(body)) }

// missummed returns a body with '$' and a checksum that is wrong by one bit.
func missummed(body string) string { return fmt.Sprintf("$%s*%02X", body, sum(body)^1) }

func sum(body string) (x byte) {
	for _, c := range []byte(body) {
		x ^= c
	}
	return x
}

// The Gulf of Guinea, where no receiver ever was.
const place = "0007.4000,N,00012.6000,E"

func rmc(clock, status, date string) string {
	return "GNRMC," + clock + "," + status + "," + place + ",0.05,," + date + ",,,"
}

func gga(clock, quality string) string {
	return "GNGGA," + clock + "," + place + "," + quality + ",09,0.9,4.2,M,17.1,M,,"
}

func gll(clock, status string) string { return "GNGLL," + place + "," + clock + "," + status + "," }

func zda(clock, date string) string { return "GPZDA," + clock + "," + date + ",00,00" }

func gsv(part int) string {
	return fmt.Sprintf("GPGSV,3,%d,12,05,61,120,44,07,32,048,41,13,25,301,38,28,11,190,30", part)
}

const gsa = "GNGSA,A,3,05,07,13,28,,,,,,,,,1.7,0.9,1.4"

// midMay is a build date before the dates in the tests.
var midMay = nmea.Date{Year: 2026, Month: 5, Day: 15}

// may20 is the date of most sentences, in the format of RMC.
const may20 = "200526"

// all returns every sentence of the newest chunk. Their Raw is copied, since the Framer
// overwrites it at its next call.
func all(f *nmea.Framer) (sentences []nmea.Sentence) {
	for {
		s, ok := f.Next()
		if !ok {
			return sentences
		}
		s.Raw = append([]byte(nil), s.Raw...)
		sentences = append(sentences, s)
	}
}

// framed returns the sentences of a stream without stamps.
func framed(chunks ...string) (texts []string, stats nmea.FramerStats) {
	f := nmea.NewFramer(9600)
	for _, chunk := range chunks {
		f.Push(nmea.Stamp{}, []byte(chunk))
		for _, s := range all(f) {
			texts = append(texts, string(s.Raw))
		}
	}
	return texts, f.Stats()
}

// boot is when the streams of the tests begin: the two clocks are unrelated.
var boot = nmea.Stamp{Real: 1_779_269_400_000_000_000, Mono: 7_000_000_000}

func mustDecode(t *testing.T, raw string) nmea.Report {
	t.Helper()
	r, err := nmea.NewDecoder().Decode([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
