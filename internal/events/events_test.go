package events

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// readAll reads a whole file.
func readAll(in io.Reader) (Header, []Event, error) {
	r, err := NewReader(in)
	if err != nil {
		return Header{}, nil, err
	}
	var list []Event
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), list, nil
		}
		if err != nil {
			return r.Header(), list, err
		}
		list = append(list, e)
	}
}

// simulated returns what a simulated receiver sends in 3 s, in reads of up to 32 bytes.
func simulated(t testing.TB, profile string) (list []Event) {
	t.Helper()
	receiver, err := sim.New(sim.Config{Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	for second := range 3 {
		at := time.Duration(second) * time.Second
		list = append(list, Event{At: at, Kind: Rising})
		if second > 0 {
			list = append(list, Event{At: at + 100*time.Millisecond, Kind: Falling})
		}
		at += 120 * time.Millisecond
		for chunk := range slices.Chunk(receiver.Next().Bytes, 32) {
			list = append(list, Event{At: at, Data: slices.Clone(chunk)})
			at += 32 * 10 * time.Second / 9600
		}
	}
	return list
}

func written(t testing.TB, h Header, list []Event) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, h, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	for _, h := range []Header{
		{},
		{Start: 1796126399, Baud: 9600},
		{Start: 1796126399, Baud: 115200, Pulse: true, Pivot: nmea.Date{Year: 2026, Month: 11, Day: 23}},
		{Start: maxStart, Baud: maxBaud, Pulse: true, Pivot: nmea.Date{Year: 2100, Month: 1, Day: 1}},
	} {
		for name, list := range map[string][]Event{
			"none":   nil,
			"u-blox": simulated(t, "u-blox"),
			"limits": {{At: 0, Data: bytes.Repeat([]byte{0xff}, maxData)}, {At: maxAt, Data: []byte{0}}, {At: maxAt, Kind: Falling}},
		} {
			gotHeader, got, err := readAll(strings.NewReader(written(t, h, list)))
			if err != nil || gotHeader != h || !reflect.DeepEqual(got, list) {
				t.Errorf("%s: %+v, %d events, %v; want %+v, %d events", name, gotHeader, len(got), err, h, len(list))
			}
		}
	}
}

func TestFormat(t *testing.T) {
	h := Header{Start: 1796126399, Baud: 9600, Pulse: true, Pivot: nmea.Date{Year: 2026, Month: 11, Day: 23}}
	list := []Event{{At: 5, Data: []byte("$G")}, {At: 5, Kind: Rising}, {At: 1e9, Kind: Falling}}
	const want = "1796126399 9600 pulse 2026-11-23\n5 2447\n5 E+\n1000000000 E-\n"
	if got := written(t, h, list); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	lenient := "# recorded by hand\n\n1796126399\t9600  pulse pivot 2026-11-23 \n  \t\n 5 2447\n#\n5 E+\n\n1000000000 E-" // no LF at the end
	if got, events, err := readAll(strings.NewReader(lenient)); err != nil || got != h || !reflect.DeepEqual(events, list) {
		t.Errorf("%+v, %+v, %v", got, events, err)
	}
	if _, events, err := readAll(strings.NewReader("0 0 none\n1 aAfF\n")); err != nil || !bytes.Equal(events[0].Data, []byte{0xaa, 0xff}) {
		t.Errorf("capital digits: %+v, %v", events, err)
	}
}

func TestBadFiles(t *testing.T) {
	const header = "1796126399 9600 none\n"
	for _, c := range []struct {
		file            string
		line            int
		found, expected string
	}{
		{"", 1, "the end of the file", "the header"},
		{"# nothing\n\n", 3, "the end of the file", "the header"},
		{"1796126399 9600\n", 1, "2 words", "SECONDS BAUD pulse|none"},
		{"1796126399 9600 none pivot\n", 1, `"pivot"`, "a day such as"},
		{"1796126399 9600 pps\n", 1, `"pps"`, "pulse or none"},
		{"now 9600 none\n", 1, `"now"`, "seconds since 1970"},
		{"-1 9600 none\n", 1, `"-1"`, "decimal digits"},
		{"1796126399.5 9600 none\n", 1, `"1796126399.5"`, "decimal digits"},
		{"1796126399000000000 9600 none\n", 1, `"1796126399000000000"`, "at most 9000000000"},
		{"1796126399 99999999999999999999 none\n", 1, `"99999999999999999999"`, "the baud rate of at most"},
		{"1796126399 9600 none pivto 2026-11-23\n", 1, "5 words", "YYYY-MM-DD"},
		{"1796126399 9600 none pivot 2026-02-31\n", 1, `"2026-02-31"`, "a day such as"},
		{"1796126399 9600 none 1979-12-31\n", 1, `"1979-12-31"`, "1980 or later"},
		{"$GPRMC,093000.00,A\n", 1, "1 word", "the header"},
		{header + "5\n", 2, "1 word", "an event"},
		{header + "5 2447 E+\n", 2, "3 words", "an event"},
		{header + "x 2447\n", 2, `"x"`, "nanoseconds in decimal digits"},
		{header + "-5 2447\n", 2, `"-5"`, "nanoseconds"},
		{header + "+5 2447\n", 2, `"+5"`, "nanoseconds"},
		{header + "5.0 2447\n", 2, `"5.0"`, "nanoseconds"},
		{header + "9223372036854775807 2447\n", 2, "9223372036854775807", "nanoseconds of at most"},
		{header + "99999999999999999999999999999999999999999999999 2447\n", 2, `"...`, "nanoseconds of at most"},
		{header + "5 244\n", 2, "3 hex digits", "even number"},
		{header + "5 24x7\n", 2, `"24x7"`, "hex digits, E+ or E-"},
		{header + "5 E\n", 2, "1 hex digit", "even number"},
		{header + "5 E*\n", 2, `"E*"`, "E+ or E-"},
		{header + "5 2447\n\n# back\n4 2447\n", 5, "time 4", "5 or later"},
		{header + "5 2447\r\n", 2, "a carriage return", "LF only"},
		{"1796126399 9600 none\r\n", 1, "a carriage return", "LF only"},
		{header + "# \x00\n", 2, "a NUL byte", "text"},
		{"\x00\x00\x00\x00", 1, "a NUL byte", "text"},
		{"\xb5\x62\x01\x07", 1, "1 word", "the header"},
		{header + "5 " + strings.Repeat("00", maxLine), 2, "more than 65536 bytes", "shorter lines"},
		{header + "5 " + strings.Repeat("00", maxData+1) + "\n", 2, "32737 bytes", "at most 32736 bytes"},
		{strings.Repeat("x", maxLine+2), 1, "more than 65536 bytes", "shorter lines"},
	} {
		_, _, err := readAll(strings.NewReader(c.file))
		var bad *SyntaxError
		if !errors.As(err, &bad) || bad.Line != c.line || !strings.Contains(bad.Found, c.found) || !strings.Contains(bad.Expected, c.expected) {
			t.Errorf("%.60q: %v; want line %d, found %s, expected %s", c.file, err, c.line, c.found, c.expected)
		}
	}
}

// The Reader repeats its error, and returns the errors of the file.
func TestErrors(t *testing.T) {
	r, err := NewReader(strings.NewReader("0 0 none\nbad\n5 24\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, first := r.Next()
	if _, second := r.Next(); first == nil || second != first {
		t.Errorf("%v, then %v", first, second)
	}
	broken := errors.New("broken")
	if _, _, err := readAll(io.MultiReader(strings.NewReader("0 0 none\n5 24\n"), iotest.ErrReader(broken))); !errors.Is(err, broken) || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("%v, want %v with its line", err, broken)
	}
}

func TestWriteErrors(t *testing.T) {
	for _, c := range []struct {
		header Header
		list   []Event
		want   string
	}{
		{Header{Start: -1}, nil, "start -1"},
		{Header{Start: maxStart + 1}, nil, "start"},
		{Header{Baud: -1}, nil, "baud rate -1"},
		{Header{Pivot: nmea.Date{Year: 2026, Month: 2, Day: 31}}, nil, "pivot 2026-02-31"},
		{Header{}, []Event{{At: -1, Kind: Rising}}, "event 1: time -1"},
		{Header{}, []Event{{At: maxAt + 1, Kind: Rising}}, "at most"},
		{Header{}, []Event{{At: 5, Kind: Rising}, {At: 4, Kind: Falling}}, "event 2: time 4, expected 5"},
		{Header{}, []Event{{Kind: 3}}, "kind 3"},
		{Header{}, []Event{{}}, "0 bytes"},
		{Header{}, []Event{{Data: make([]byte, maxData+1)}}, "32737 bytes"},
		{Header{}, []Event{{Kind: Rising, Data: []byte{1}}}, "an edge with 1 byte"},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.header, slices.Values(c.list)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, %d events: %v, want %q", c.header, len(c.list), err, c.want)
		}
	}
	full := errors.New("no space")
	if err := Write(failing{full}, Header{}, slices.Values([]Event{{Kind: Rising}})); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
}

// A failing writer is a full disk.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
