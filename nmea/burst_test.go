package nmea_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

const (
	ms       = time.Millisecond
	at9600   = time.Second * 10 / 9600 // a byte time
	longText = 400                     // bytes of a burst
)

// burstText returns a burst of short sentences with n bytes in total.
func burstText(n int) []byte {
	short := line("GPTXT,01,01,02,x")
	return []byte(strings.Repeat(short, n/len(short)+1)[:n])
}

// bursts returns the bursts of a stream of reads, each from its last sentence.
func bursts(baud int, reads ...[]read) []nmea.Burst {
	var found []nmea.Burst
	f := nmea.NewFramer(baud)
	for _, burst := range reads {
		n := 0
		for _, r := range burst {
			n += r.n
		}
		text := burstText(n)
		for _, r := range burst {
			f.Push(boot.Add(r.at), text[:r.n])
			text = text[r.n:]
			for _, s := range all(f) {
				if len(found) == 0 || found[len(found)-1].Seq != s.Burst.Seq {
					found = append(found, s.Burst)
				}
				found[len(found)-1] = s.Burst
			}
		}
	}
	return found
}

// began returns the error of the start of the second of two bursts, which began at start.
func began(t *testing.T, baud int, start time.Duration, reads ...read) time.Duration {
	t.Helper()
	found := bursts(baud, []read{{0, longText}}, reads)
	if len(found) != 2 {
		t.Fatalf("%d bursts, want 2: %+v", len(found), found)
	}
	return found[1].Start.Sub(boot.Add(start))
}

func TestBurstStart(t *testing.T) {
	const start = time.Second
	for _, threshold := range []int{1, 8, 14, 16} {
		for _, late := range []time.Duration{0, 3 * ms, 10 * ms, 15 * ms, 20 * ms, 25 * ms, 30 * ms, 60 * ms, 100 * ms} {
			for _, percent := range []int{-2, 0, 2} {
				t.Run(fmt.Sprintf("FIFO %d, first read %v late, bits %+d %% long", threshold, late, percent), func(t *testing.T) {
					u := uart{threshold, at9600 * time.Duration(100+percent) / 100}
					wrong := began(t, 9600, start, u.reads(start, longText, late)...)
					// 2 % of the few dozen bytes that count fully are 1 ms. Those that arrived before
					// the first read are known to 2 % either way.
					if wrong < -ms || wrong > ms+late/20 {
						t.Errorf("found %v from its true start", wrong)
					}
				})
			}
		}
	}
}

// If all but one of the reads are late, that one counts.
func TestBurstStartTakesTheBestRead(t *testing.T) {
	const start = time.Second
	u := uart{8, at9600}
	for turn := range 4 {
		late := []time.Duration{5 * ms, 5 * ms, 5 * ms, 5 * ms}
		late[turn] = 0
		if wrong := began(t, 9600, start, u.reads(start, longText, late...)...); wrong < 0 || wrong > ms/10 {
			t.Errorf("read %d in time: found %v from its true start", turn, wrong)
		}
	}
}

// On native USB a burst begins when its first packet was read.
func TestBurstStartOnUSB(t *testing.T) {
	reads := []read{{1000 * ms, 64}, {1001 * ms, 64}, {1002 * ms, 64}, {1005 * ms, 64}, {1006 * ms, 144}}
	if wrong := began(t, 0, 1000*ms, reads...); wrong != 0 {
		t.Errorf("found %v from its true start", wrong)
	}
}

func TestBurstAfterSilence(t *testing.T) {
	for _, threshold := range []int{1, 8, 14, 16} {
		for _, silence := range []time.Duration{10 * ms, 12 * ms, 20 * ms, 50 * ms, 300 * ms, time.Second} {
			t.Run(fmt.Sprintf("FIFO %d, %v", threshold, silence), func(t *testing.T) {
				u := uart{threshold, at9600}
				start := longText*at9600 + silence
				found := bursts(9600, u.reads(0, longText), u.reads(start, longText))
				if len(found) != 2 {
					t.Fatalf("%d bursts, want 2", len(found))
				}
				if wrong := found[1].Start.Sub(boot.Add(start)); wrong < -ms/10 || wrong > ms/10 {
					t.Errorf("found %v from its true start", wrong)
				}
				// The UART's timeout passes before the last read of the first burst.
				if idle := found[1].Idle; idle > silence || idle < silence-5*at9600 {
					t.Errorf("idle for %v, want %v", idle, silence)
				}
				if first := found[0]; first.Idle != 0 || first.Seq != 1 || found[1].Seq != 2 {
					t.Errorf("first burst is %+v, second is %+v", first, found[1])
				}
			})
		}
	}
}

// A delayed reader does not separate bytes that were back to back.
func TestStallDoesNotSeparateBursts(t *testing.T) {
	for _, percent := range []int{-2, 0, 2} {
		byteTime := at9600 * time.Duration(100+percent) / 100
		for _, bytes := range []int{20, 100, 300, 900} {
			t.Run(fmt.Sprintf("%d bytes, bits %+d %% long", bytes, percent), func(t *testing.T) {
				before := uart{14, byteTime}.reads(0, 140)
				from := before[len(before)-1].at
				end := from + time.Duration(bytes)*byteTime
				after := []read{{end, bytes}, {end + 14*byteTime, 14}}
				if found := bursts(9600, append(before, after...)); len(found) != 1 {
					t.Errorf("%d bursts, want 1: %+v", len(found), found)
				}
			})
		}
	}
}

// If a port is opened during a burst, the silence before it is unknown.
func TestFirstBurstHasNoIdle(t *testing.T) {
	found := bursts(9600, []read{{0, 30}, {14 * at9600, 14}}, []read{{time.Second, 14}, {time.Second + 14*at9600, 14}})
	if len(found) != 2 || found[0].Idle != 0 || found[1].Idle == 0 {
		t.Errorf("found %+v", found)
	}
}

// Bytes without stamps are in no burst; the first stamp begins the first burst.
func TestBurstWithoutStamps(t *testing.T) {
	f := nmea.NewFramer(9600)
	f.Push(nmea.Stamp{}, burstText(100))
	for _, s := range all(f) {
		if s.Burst != (nmea.Burst{}) || !s.First.IsZero() || !s.Last.IsZero() {
			t.Errorf("%q in burst %+v, from %v to %v", s.Raw, s.Burst, s.First, s.Last)
		}
	}
	f.Push(boot, []byte(line("GPTXT,1")))
	if s := all(f)[0]; s.Burst.Seq != 1 || s.Burst.Idle != 0 {
		t.Errorf("%q in burst %+v", s.Raw, s.Burst)
	}
}

// The clock is set by an hour during a burst: the silence is measured on Mono.
func TestBurstSurvivesClockStep(t *testing.T) {
	f := nmea.NewFramer(9600)
	f.Push(boot, burstText(14))
	stepped := boot.Add(14 * at9600)
	stepped.Real += int64(time.Hour)
	f.Push(stepped, burstText(14))
	all(f)
	f.Push(stepped.Add(14*at9600), burstText(40))
	if s := all(f)[0]; s.Burst.Seq != 1 {
		t.Errorf("burst %+v, want the first", s.Burst)
	}
}

// Receivers do not pause within a sentence: a silence there is a delay of the reader, and
// the next bytes belong to the same burst.
func TestSilenceWithinASentence(t *testing.T) {
	f := nmea.NewFramer(9600)
	text := []byte(line(gsa) + line(gsa) + line(gsa))
	f.Push(boot, text[:90])
	first := all(f)
	f.Push(boot.Add(s), text[90:])
	rest := all(f)
	if len(first) != 1 || len(rest) != 2 {
		t.Fatalf("%d and %d sentences, want 1 and 2", len(first), len(rest))
	}
	if rest[0].Burst != first[0].Burst || rest[1].Burst != first[0].Burst {
		t.Errorf("bursts %+v, %+v and %+v, want one", first[0].Burst, rest[0].Burst, rest[1].Burst)
	}
}

// A sentence that was cut short does not join two bursts.
func TestSilenceAfterABrokenSentence(t *testing.T) {
	f := nmea.NewFramer(9600)
	f.Push(boot, []byte(line(gsa))[:20])
	f.Push(boot.Add(s), []byte(line(gsa)))
	if got := all(f); len(got) != 1 || got[0].Burst.Seq != 2 || got[0].Burst.Idle == 0 {
		t.Errorf("%+v, want one sentence, of the second burst", got)
	}
}

// settledAfter returns after how many chunks of a size the start of a burst is settled, which begins
// at that stamp. The first chunks are late.
func settledAfter(t *testing.T, f *nmea.Framer, at nmea.Stamp, size int, byteTime time.Duration, late ...time.Duration) int {
	t.Helper()
	for chunk := 1; chunk <= 200; chunk++ {
		at = at.Add(time.Duration(size) * byteTime)
		read := at
		if chunk <= len(late) {
			read = at.Add(late[chunk-1])
		}
		f.Push(read, burstText(size))
		all(f)
		if f.Settled() {
			return chunk
		}
	}
	t.Fatal("never settled")
	return 0
}

// While the byte time is not known, a burst's start is settled after 160 bytes or 64 chunks.
func TestSettled(t *testing.T) {
	for size, want := range map[int]int{1: 64, 2: 64, 4: 40, 8: 20, 14: 12, 16: 10, 32: 5, 64: 3, 160: 1} {
		f := nmea.NewFramer(9600)
		for burst := range 2 {
			if got := settledAfter(t, f, boot.Add(time.Duration(burst)*s), size, at9600); got != want {
				t.Errorf("burst %d: settled after %d chunks of %d bytes, want %d", burst, got, size, want)
			}
		}
	}
	usb := nmea.NewFramer(0)
	usb.Push(boot, burstText(1))
	if !usb.Settled() {
		t.Error("not settled on USB, where the first chunk is enough")
	}
}

// The least silence between two bursts is 5 ms plus 1/32 of the chunk.
func TestLeastSilence(t *testing.T) {
	const wire = 16 * at9600
	for _, test := range []struct {
		baud    int
		silence time.Duration
		want    int
	}{
		{0, 4 * ms, 1},
		{0, 5 * ms, 1},
		{0, 5*ms + 1, 2},
		{9600, 5 * ms, 1},
		{9600, 5*ms + wire/32, 1},
		{9600, 5*ms + wire/32 + 1, 2},
		{9600, 6 * ms, 2},
	} {
		at := test.silence
		if test.baud > 0 {
			at += wire
		}
		if found := bursts(test.baud, []read{{0, longText}}, []read{{at, 16}, {at + 34*at9600, 34}}); len(found) != test.want {
			t.Errorf("%d baud, after %v: %d bursts, want %d", test.baud, test.silence, len(found), test.want)
		}
	}
}

// Forty bytes of a burst count at their nominal wire time, further bytes at 2 % less.
func TestBurstStartOfManyBytes(t *testing.T) {
	for n, want := range map[int]time.Duration{20: 20 * at9600, 39: 39 * at9600, 40: 40 * at9600, 41: 41*at9600 - 41*at9600/50, 100: 100*at9600 - 100*at9600/50} {
		if got := bursts(9600, []read{{0, longText}}, []read{{s, n}})[1].Start; got != boot.Add(s-want) {
			t.Errorf("%d bytes: starts %v before the read, want %v", n, boot.Add(s).Sub(got), want)
		}
	}
}

// A chunk with the same bound as the one before does not move the start, on either clock.
func TestBurstStartKeepsItsClock(t *testing.T) {
	f := nmea.NewFramer(9600)
	text := line("GPTXT,01,x") // two are within the first forty bytes
	wire := time.Duration(len(text)) * at9600
	f.Push(boot.Add(wire), []byte(text))
	all(f)
	stepped := boot.Add(2 * wire)
	stepped.Real += int64(time.Hour)
	f.Push(stepped, []byte(text))
	if got := all(f)[0].Burst.Start; got != boot {
		t.Errorf("starts at %+v, want %+v", got, boot)
	}
}
