package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// summed completes a sentence.
func summed(body string) string {
	sum := byte(0)
	for _, c := range []byte(body) {
		sum ^= c
	}
	return fmt.Sprintf("$%s*%02X\r\n", body, sum)
}

func blanked(text string) string {
	return string(bytes.Join(blankedChunks([][]byte{[]byte(text)}), nil))
}

// blankedChunks returns copies of these chunks, blanked.
func blankedChunks(chunks [][]byte) (list [][]byte) {
	var b blanker
	var data []byte
	for _, chunk := range chunks {
		data = append(data, chunk...)
		b.blank(data, len(data)-len(chunk))
	}
	for _, chunk := range chunks {
		list, data = append(list, data[:len(chunk)]), data[len(chunk):]
	}
	return list
}

func TestBlankSentences(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"GPRMC,093000.00,A,4717.1142,S,00833.9181,W,0.2,77.52,011226,2.1,E,A,V", "GPRMC,093000.00,A,0000.0000,X,00000.0000,X,0.0,00.00,011226,0.0,X,A,V"},
		{"GNGGA,093000.00,4717.1142,N,00833.9181,E,1,08,1.01,499.6,M,48.0,M,1.2,0123", "GNGGA,093000.00,0000.0000,X,00000.0000,X,1,08,1.01,000.0,X,00.0,X,0.0,0000"},
		{"GPGLL,4717.11,N,00833.91,E,093000.00,A,D", "GPGLL,0000.00,X,00000.00,X,093000.00,A,D"},
		{"GNGNS,093000.00,4717.11,N,00833.91,E,AN,08,1.01,499.6,48.0,,,V", "GNGNS,093000.00,0000.00,X,00000.00,X,AN,08,1.01,000.0,00.0,,,V"},
		{"GPZDA,093000.00,01,12,2026,-03,30", "GPZDA,093000.00,01,12,2026,X00,00"},
		{"GPGSV,3,1,11,02,68,150,44,05,31,287,41,,,,,12,60,100,33,1", "GPGSV,3,1,11,02,00,000,44,05,00,000,41,,,,,12,00,000,33,1"},
		{"PUBX,00,093000.00,4717.11,N,00833.91,E,499.6,G3,2.1,2.0,0.007,77.52,0.007,,0.92,1.19,0.77,9,0,0", "PUBX,00,093000.00,0000.00,X,00000.00,X,000.0,G3,0.0,0.0,0.000,00.00,0.000,,0.92,1.19,0.77,9,0,0"},
		{"PUBX,04,093000.00,011226,113851.00,1196,18D,1930035,-2660.664,43,", "PUBX,04,093000.00,011226,000000.00,1196,18D,0000000,X0000.000,00,"},
		{"PGRMF,290,293895,160305,093802,13,5213.1439,N,02100.6511,E,A,2,0,226,2,1", "PGRMF,290,000000,160305,093802,13,0000.0000,X,00000.0000,X,A,2,0,000,2,1"},
		{"GPTXT,01,01,02,PROTVER 18.00", "GPTXT,01,01,02,PROTVER 18.00"},
		{"PXYZ,JN47,4717.11", "PXYZ,XX00,0000.00"},
		{"GPWPL,4717.11,N,00833.91,E,HOME", "GPWPL,0000.00,X,00000.00,X,XXXX"},
		// A field of another form, as if something had been lost.
		{"GPRMC,4717.1142,S4717.1142,,,,,,,00833.9181,,,A2345", "GPRMC,0000.0000,S0000.0000,,,,,,,00000.0000,,,A0000"},
		{"GPZDA,093000.00,4717,08,00833,,", "GPZDA,093000.00,0000,08,00000,,"},
		{"GPGSA,A,3,02,4717,,,,,,,,,,,17.1142,1.0,833.91", "GPGSA,A,3,02,0000,,,,,,,,,,,00.0000,1.0,833.91"},
		{"GPTXT,01,01,02,u-blo17.1142,4717.1,5.1.7,00080000", "GPTXT,01,01,02,XXXXX00.0000,0000.0,5.1.7,00080000"},
		{"PUBX,4717.11,N", "PUBX,0000.00,X"}, {"GPRMC4717", "GPRMC0000"},
	} {
		if got := blanked(summed(c.body)); got != summed(c.want) {
			t.Errorf("%s\nis blanked as %s want           %s", c.body, got, summed(c.want))
		}
	}
}

// A sentence without a right checksum keeps only its punctuation.
func TestBlankDamagedSentences(t *testing.T) {
	for in, want := range map[string]string{
		"$GPRMC,093000.00,A,4717.11,N*00\r\n":                "$XXXXX,000000.00,X,0000.00,X*A7\r\n",
		"$GPRMC,093000.00,A,4717.11,N\r\n":                   "$XXXXX,000000.00,X,0000.00,X\r\n",
		"$GPRMC,093000.00,A,4717.11,N*4G\r\n":                "$XXXXX,000000.00,X,0000.00,X*0X\r\n",
		"$GPRMC,093000.00,A,471":                             "$XXXXX,000000.00,X,000",
		"$GPRMC,093000.00,A,471$GPRMC,093000.00,A,4717*\r\n": "$XXXXX,000000.00,X,000$XXXXX,000000.00,X,0000*\r\n",
		"$GPGSA,A,3,02,\x80" + "4717,N*4F\r\n":               "$XXXXX,X,0,00,\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\r\n",
	} {
		if got := blanked(in); got != want {
			t.Errorf("%q\nis blanked as %q\nwant           %q", in, got, want)
		}
	}
}

// What is not a sentence may be a binary message with a position.
func TestBlankBinary(t *testing.T) {
	in := "\xb5\x62\x01\x07\x5c\x00\x12\x34$GP\x01\x02abc\r\n!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\r\n$G~a1b2*7"
	const want = "\x00\x00\x00\x00\x00\x00\x00\x00$XX\x00\x00\x00\x00\x00\r\n"
	got := blanked(in)
	if !strings.HasPrefix(got, want) || len(got) != len(in) || strings.ContainsAny(got[len(want):], "abcE12") {
		t.Errorf("%q is blanked as %q", in, got)
	}
}

// heard returns what a decoder hears in chunks, and the framer's counts.
func heard(chunks [][]byte) (list []nmea.Heard, stats nmea.FramerStats) {
	s := nmea.NewStream(9600, nmea.Date{Year: 2026, Month: 11, Day: 23})
	at := nmea.Stamp{Real: 1_796_126_399e9, Mono: int64(time.Hour)}
	for i, chunk := range chunks {
		at = at.Add(time.Duration(7+i%5*13) * time.Millisecond)
		s.Push(at, chunk)
		for h, more := s.Next(); more; h, more = s.Next() {
			h.Sentence.Raw = bytes.Clone(h.Sentence.Raw)
			h.Epoch.Sentences = append([]string(nil), h.Epoch.Sentences...)
			list = append(list, h)
		}
	}
	return list, s.Stats()
}

// unusual matches a time with more decimals than any receiver sends.
var unusual = regexp.MustCompile(`,\d{6}\.\d{3,}[1-9]`)

// blankEpoch blanks the texts of an epoch from bytes that are not blanked.
func blankEpoch(e *nmea.Epoch) {
	e.Unreadable = BlankDetail(e.Unreadable)
	for i, address := range e.Sentences {
		e.Sentences[i] = blankAddress(address)
	}
	for _, address := range []*string{&e.First, &e.NamedBy, &e.By, &e.Anchors.AgainBy} {
		*address = blankAddress(*address)
	}
}

// hideShown removes what is only shown. A number of an impossible form is blanked.
func hideShown(e *nmea.Epoch) { e.Used, e.InView, e.PDOP, e.HDOP, e.VDOP = 0, 0, 0, 0, 0 }

// checkBlanked compares what a clock hears in bytes, which may be damaged, with what it hears
// once they are blanked.
func checkBlanked(t *testing.T, chunks [][]byte, damaged bool) {
	t.Helper()
	want, wantStats := heard(chunks)
	got, gotStats := heard(blankedChunks(chunks))
	if gotStats != wantStats || len(got) != len(want) {
		t.Fatalf("%d heard, %+v; want %d, %+v", len(got), gotStats, len(want), wantStats)
	}
	for i := range got {
		g, w := got[i], want[i]
		for _, kind := range []error{nmea.ErrChecksum, nmea.ErrNoChecksum, nmea.ErrRange} {
			if errors.Is(g.Err, kind) != errors.Is(w.Err, kind) {
				t.Fatalf("%q, blanked as %q: %v, want %v", w.Sentence.Raw, g.Sentence.Raw, g.Err, w.Err)
			}
		}
		if right := w.Err == nil || errors.Is(w.Err, nmea.ErrRange); right && unusual.Match(w.Sentence.Raw) {
			return
		}
		if errors.Is(w.Err, nmea.ErrRange) && g.Err.Error() != BlankDetail(w.Err.Error()) {
			t.Fatalf("%v, want %v without a position", g.Err, w.Err)
		}
		g.Sentence.Raw, w.Sentence.Raw, g.Err, w.Err = nil, nil, nil, nil
		blankEpoch(&w.Epoch)
		if damaged {
			hideShown(&g.Epoch)
			hideShown(&w.Epoch)
		}
		if !reflect.DeepEqual(g, w) {
			t.Fatalf("blanked, %+v\nis heard as %+v", w, g)
		}
	}
}

// A clock hears the same in the blanked bytes of every receiver and every fault.
func TestBlankedIsHeardTheSame(t *testing.T) {
	var configs []sim.Config
	for i, fault := range sim.Faults() {
		configs = append(configs, sim.Config{Profile: sim.Profiles()[i%len(sim.Profiles())].Name, Faults: []string{fault.Name}, Seed: 3})
	}
	for _, profile := range sim.Profiles() {
		configs = append(configs, sim.Config{Profile: profile.Name, Seed: 3})
	}
	for _, config := range configs {
		receiver, err := sim.New(config)
		if err != nil {
			t.Fatal(err)
		}
		var chunks [][]byte
		for c := range sim.Chunks(receiver, sim.Link{FIFO: 13}) {
			if c.True > 60*time.Second {
				break
			}
			chunks = append(chunks, bytes.Clone(c.Data))
		}
		checkBlanked(t, chunks, len(config.Faults) > 0)
	}
}

// Whatever the bytes are, the blanked ones are heard the same, and have none of the digits
// of a position.
func FuzzBlank(f *testing.F) {
	for _, body := range []string{
		"GPRMC,093000.00,A,4717.1142,S,00833.9181,W,0.2,77.52,011226,2.1,E,A,V", "GNGGA,093000.00,4717.1142,N,00833.9181,E,1,08,1.01,499.6,M,48.0,M,,",
		"PUBX,00,093000.00,4717.11,N,00833.91,E,499.6,G3", "PUBX,04,093000.00,011226,113851.00,1196,18D,1,2,3,", "PGRMF,290,293895,160305,093802,13,5213.1439,N,02100.6511,E,A,2,0,226,2,1",
		"GPGSV,3,1,11,02,68,150,44", "GPGSA,A,3,02,05,,,,,,,,,,,1.7,1.0,1.3", "GPTXT,01,01,02,ANTSTATUS=OK", "aPRMC,250000.00,A", "a=RMC,25C0000,A", "-1ZDA,093000,01,13,2026",
	} {
		f.Add([]byte(summed(body)), 7)
		f.Add([]byte("\xb5\x62\x01\x07$"+summed(body)[3:20]+"\x80"+summed(body)), 64)
	}
	f.Add([]byte("$GPGGA,"+strings.Repeat("4717.11,", 40)+"*00\r\n"), 100)
	f.Fuzz(func(t *testing.T, in []byte, size int) {
		size = min(max(size, 1), 4096)
		var chunks [][]byte
		for rest := in; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			chunks = append(chunks, rest[:min(size, len(rest))])
		}
		checkBlanked(t, chunks, true)
	})
}

// A port that is opened again, another rate, and reads that were lost interrupt a sentence:
// its kept fields must not be those of the next one.
func TestBlankInterruptedSentence(t *testing.T) {
	const before, after = "$GPGSA,A,3,02,", "4807.038,N,01131.000,E,1,08,0.9,545.4,M*47\r\n"
	for name, interrupt := range map[string]func(r *Recorder){
		"opened": func(r *Recorder) { r.port.put(&Event{Kind: Opened}, &r.order) },
		"rate":   func(r *Recorder) { r.port.put(&Event{Kind: Rate}, &r.order) },
		"lost": func(r *Recorder) {
			for r.Lost() == 0 {
				r.port.put(&Event{Kind: Read, Data: []byte("02,")}, &r.order)
			}
			r.Drain()
		},
	} {
		var to bytes.Buffer
		r, _, err := New(gps.Config{}, Options{To: &to})
		if err != nil {
			t.Fatal(err)
		}
		r.port.put(&Event{Kind: Read, Data: []byte(before)}, &r.order)
		interrupt(r)
		r.port.put(&Event{Kind: Read, Data: []byte(after)}, &r.order)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		list, err := readAll(to.Bytes())
		if !errors.Is(err, io.EOF) && err != nil {
			t.Fatal(err)
		}
		last := ""
		for _, e := range list {
			if e.Kind == Read {
				last = string(e.Data)
			}
		}
		if len(last) != len(after) || strings.Contains(last, "4807") || strings.Contains(last, "0113") {
			t.Errorf("%s: the rest of a sentence is %q", name, last)
		}
	}
}

// Texts that quote a sentence are blanked as the sentence is.
func TestBlankTexts(t *testing.T) {
	for detail, want := range map[string]string{
		`decode GPRMC: time "4717.1142": out of range: expected hhmmss`:      `decode GPRMC: time "0000.0000": out of range: expected hhmmss`,
		`decode GPRMC: time "253000.00": out of range: expected hhmmss`:      `decode GPRMC: time "253000.00": out of range: expected hhmmss`,
		`decode GPRMC: date "00833.9181": out of range: expected ddmmyy`:     `decode GPRMC: date "00000.0000": out of range: expected ddmmyy`,
		`decode GPRMC: date "320126": out of range: expected a day`:          `decode GPRMC: date "320126": out of range: expected a day`,
		`decode GPZDA: date "01,13,2026": out of range: expected dd,mm,yyyy`: `decode GPZDA: date "01,13,2026": out of range: expected dd,mm,yyyy`,
		`decode GPZDA: date "01,4717.1,00833": out of range: expected a day`: `decode GPZDA: date "01,0000.0,00000": out of range: expected a day`,
		`decode GPGLL: time "4717.1\"\\": out of range: expected hhmmss`:     `decode GPGLL: time "0000.0X\\": out of range: expected hhmmss`,
		`decode a=RMC: time "253000.00": out of range: expected hhmmss`:      `decode aXRMC: time "253000.00": out of range: expected hhmmss`,
		`decode PUBX,00: time "253000": out of range: expected hhmmss`:       `decode PUBX,00: time "253000": out of range: expected hhmmss`,
		`decode -1ZDA: date "01,13,2026": out of range: expected dd,mm,yyyy`: `decode X1ZDA: date "01,13,2026": out of range: expected dd,mm,yyyy`,
		"according to a=RMC":  "according to aXRMC",
		"according to GPRMC":  "according to GPRMC",
		`4717 and the time "`: `4717 and the time "`,
		"the port is open in refclock (pid 869212), which consumes its bytes": "the port is open in refclock (pid 869212), which consumes its bytes",
	} {
		if got := BlankDetail(detail); got != want {
			t.Errorf("%s\nis blanked as %s\nwant          %s", detail, got, want)
		}
	}
	for identity, want := range map[string]string{
		"GPRMC first, GPGGA GPRMC, 115200 baud":               "GPRMC first, GPGGA GPRMC, 115200 baud",
		"PUBX,00 first, PMTK705, 9600 baud":                   "PUBX,00 first, PMTK705, 9600 baud",
		"GPGGA4717.1142 first, GPRMC, 9600 baud":              "GPGGA0000.0000 first, GPRMC, 9600 baud",
		"GPRMC first, GPGGA,4717.1142 00833.91GGA, 9600 baud": "GPRMC first, GPGGA,0000.0000 00000.00GGA, 9600 baud",
	} {
		if got := blankReceiver(identity); got != want {
			t.Errorf("%s\nis blanked as %s\nwant          %s", identity, got, want)
		}
	}
	list := []Event{
		{Kind: State, Texts: [3]string{"unreadable date or time", `decode GPRMC: time "4717.1142": out of range`}},
		{Kind: Recall, Texts: [3]string{"4717.1142RMC first, GPGGA, 9600 baud"}}, {Kind: Learnt, Texts: [3]string{"4717.1142RMC first, GPGGA, 9600 baud"}},
	}
	for _, positions := range []bool{false, true} {
		got, _ := readAll(recorded(t, list, Options{Positions: positions}))
		if text := fmt.Sprint(got); len(got) != len(list) || strings.Count(text, "4717") != map[bool]int{true: 3}[positions] {
			t.Errorf("positions %v: %s", positions, text)
		}
	}
}
