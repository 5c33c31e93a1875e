package ladder

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// line adds the checksum to a sentence.
func line(body string) string {
	sum := byte(0)
	for _, c := range []byte(body) {
		sum ^= c
	}
	return fmt.Sprintf("$%s*%02X\r\n", body, sum)
}

var begin = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// push passes a chunk through a decoder, which ends this long after begin.
func push(d interface {
	Push(nmea.Stamp, []byte)
	Next() (nmea.Heard, bool)
}, after time.Duration, text string) {
	d.Push(nmea.Stamp{Real: begin.UnixNano() + int64(after), Mono: int64(time.Hour + after)}, []byte(text))
	for {
		if _, more := d.Next(); !more {
			return
		}
	}
}

const (
	rmc = "GPRMC,12%02d%02d.00,A,4717.11,N,00833.91,E,0.0,0.0,271126,,,A"
	gsv = "GPGSV,1,1,03,05,40,083,46,12,,,17,31,05,300,"
	gsa = "GPGSA,A,3,05,31,,,,,,,,,,,2.0,1.0,1.7"
)

// The last second has each sentence of its burst, and the satellites.
func TestSecond(t *testing.T) {
	var k Keeper
	if k.Second() != nil || len(k.Sky()) != 0 {
		t.Error("there is a second before the first burst")
	}
	d := k.Decoder(nmea.NewStream(0, nmea.DateOf(begin)))
	for s := range 3 {
		at := time.Duration(s) * time.Second
		push(d, at+120*time.Millisecond, line(fmt.Sprintf(rmc, 0, s)))
		push(d, at+150*time.Millisecond, line(gsa)+line(gsv))
		push(d, at+160*time.Millisecond, "$GPGGA,damaged*00\r\n")
		push(d, at+400*time.Millisecond, "")
	}
	got := k.Second()
	if got == nil || !got.Second.Equal(begin.Add(2*time.Second)) || got.FirstByteNS == nil || got.PublishedNS != nil {
		t.Fatalf("%+v", got)
	}
	if n := time.Duration(*got.FirstByteNS); n < 100*time.Millisecond || n > 120*time.Millisecond {
		t.Errorf("the first byte is at %v", n)
	}
	want := []status.Sentence{{Type: "GPRMC", EndNS: int64(120 * time.Millisecond)}, {Type: "GPGSA", EndNS: int64(150 * time.Millisecond)}, {Type: "GPGSV", EndNS: int64(150 * time.Millisecond)}}
	if !slices.Equal(got.Sentences, want) {
		t.Errorf("sentences %+v, want %+v", got.Sentences, want)
	}
	if text := sky(k.Sky()); text != "GP05 40 83 46 used, GP12 - - 17, GP31 5 300 - used" {
		t.Errorf("the sky is %s", text)
	}
	d.Stats()
	if published := k.Second().PublishedNS; published == nil {
		t.Error("no publication")
	} else if first := *published; *k.Second().PublishedNS != first {
		t.Error("the publication moves")
	} else if d.Stats(); *k.Second().PublishedNS != first {
		t.Error("a later call moves the publication")
	}
}

func sky(list []status.Satellite) string {
	show := func(n *int) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	var texts []string
	for _, s := range list {
		text := strings.Join([]string{s.ID, show(s.Elevation), show(s.Azimuth), show(s.SNR)}, " ")
		if s.Used {
			text += " used"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

func TestSky(t *testing.T) {
	for _, c := range []struct {
		view, use []string
		want      string
	}{
		{nil, nil, ""},
		{[]string{"$GLGSV,1,1,01,70,10,020,30*xx"}, []string{"$GNGSA,A,3,70,,,,,,,,,,,,1,1,1,2"}, "GL70 10 20 30 used"},
		{[]string{"$GLGSV,1,1,01,70,10,020,30"}, []string{"$GNGSA,A,3,70,,,,,,,,,,,,1,1,1,1"}, "GL70 10 20 30"},
		{[]string{"$GLGSV,1,1,01,70,10,020,30"}, []string{"$GNGSA,A,3,70,,,,,,,,,,,,1,1,1"}, "GL70 10 20 30 used"},
		{[]string{"$BDGSV,1,1,01,1,10,020,30"}, []string{"$GNGSA,A,3,1,,,,,,,,,,,,1,1,1,4"}, "GB01 10 20 30 used"},
		{[]string{"$GPGSV,1,1,01,5,40,083,30,1", "$GPGSV,1,1,01,05,40,083,44,8"}, nil, "GP05 40 83 44"}, // two frequencies
		{[]string{"$GPGSV,1,1,01,5,400,-1,100", "$GPGSV,1,1,01,0,1,1,1", "$GPGSV,1,1,01,x,1,1,1", "$GPGSV", "GPGSV,1,1,01,7,1,1,1", ""}, nil, "GP05 - - -"},
	} {
		if got := sky(parseSky(c.view, c.use)); got != c.want {
			t.Errorf("%q, %q: %s, want %s", c.view, c.use, got, c.want)
		}
	}
}

// No burst allocates.
func TestNothingIsAllocated(t *testing.T) {
	var k Keeper
	inner := nmea.NewStream(0, nmea.DateOf(begin))
	d := k.Decoder(inner)
	text := []byte(line(fmt.Sprintf(rmc, 0, 0)) + line(gsa) + line(gsv))
	run := func(d interface {
		Push(nmea.Stamp, []byte)
		Next() (nmea.Heard, bool)
	}) float64 {
		n := time.Duration(0)
		return testing.AllocsPerRun(100, func() {
			n += time.Second
			d.Push(nmea.Stamp{Real: begin.UnixNano() + int64(n), Mono: int64(time.Hour + n)}, text)
			for more := true; more; {
				_, more = d.Next()
			}
		})
	}
	if alone, kept := run(inner), run(d); kept > alone {
		t.Errorf("%v allocations a burst, %v without a Keeper", kept, alone)
	}
}

// The memory is that of the sentences which the receiver sends: there may be hundreds of
// receivers.
func TestMemory(t *testing.T) {
	var k Keeper
	d := k.Decoder(nmea.NewStream(0, nmea.DateOf(begin))).(*decoder)
	for s := range 3 {
		push(d, time.Duration(s)*time.Second, line(fmt.Sprintf(rmc, 0, s))+line(gsa)+line(gsv))
	}
	if len(k.Sky()) == 0 {
		t.Fatal("no satellites")
	}
	text := cap(k.sky.text) + cap(k.used.text) + cap(d.sky.text) + cap(d.used.text)
	if all := int(unsafe.Sizeof(k)+unsafe.Sizeof(*d)) + text; all > 4_000 {
		t.Errorf("%d bytes, want at most 4000", all)
	}
}

// Whatever a receiver sends, the sky can be shown.
func FuzzSky(f *testing.F) {
	f.Add(line(gsv)+line(gsa)+line(fmt.Sprintf(rmc, 0, 1)), uint8(9))
	f.Add(line("GNGSA,A,3,70,71,,,,,,,,,,,1,1,1,2")+line("GLGSV,2,1,07,70,10,020,30,71,,,,1"), uint8(200))
	f.Add(strings.Repeat(line(gsv), 60), uint8(1))
	f.Fuzz(func(t *testing.T, text string, cut uint8) {
		var k Keeper
		d := k.Decoder(nmea.NewStream(9600, nmea.DateOf(begin)))
		place := min(int(cut), len(text))
		push(d, 100*time.Millisecond, text[:place])
		push(d, 200*time.Millisecond, text[place:])
		push(d, 400*time.Millisecond, "")
		if len(k.Sky()) > maxSentences*maxLine {
			t.Error("too many satellites")
		}
		if _, err := json.Marshal(k.Sky()); err != nil {
			t.Error(err)
		}
		if s := k.Second(); s != nil && len(s.Sentences) > maxSentences {
			t.Error("too many sentences")
		}
	})
}
