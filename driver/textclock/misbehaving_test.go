package textclock

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// A bench runs a reception in virtual time, as Clock.Run does.
type bench struct {
	t       *testing.T
	r       *reception
	now     int64         // monotonic time, and UTC since origin
	set     time.Duration // how far the system clock is ahead of UTC
	samples []driver.Sample
	precise []verdict
	states  []string // reasons in their order, without repetitions
	bad     []BadLine
	expect  time.Duration // offset from UTC that every sample must have
}

// origin is when the bench begins.
var origin = time.Date(2026, 12, 31, 23, 58, 0, 0, time.UTC).UnixNano()

func newBench(t *testing.T, options ...func(*Config)) *bench {
	c := Config{Input: FIFO{"/run/refclock/clock"}, Settle: 4, Built: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	for _, o := range options {
		o(&c)
	}
	b := &bench{t: t}
	clock := New(c)
	b.r = newReception(c.Input.String(), clock.judge, new(Counts))
	b.r.bad = func(l BadLine, _ bool) { b.bad = append(b.bad, l) }
	b.receive(Chunk{})
	return b
}

func (b *bench) stamp() nmea.Stamp {
	return nmea.Stamp{Real: origin + b.now + int64(b.set), Mono: b.now + int64(time.Hour)}
}

func (b *bench) receive(c Chunk) {
	c.At = b.stamp()
	err := b.r.receive(c, func(v verdict) error {
		if !v.ok {
			return nil
		}
		s := v.sample
		b.samples, b.precise = append(b.samples, s), append(b.precise, v)
		// UTC at the receive time, which the monotonic time gives.
		utc := origin + s.Mono - int64(time.Hour)
		if off := time.Duration(s.Clock-utc) - b.expect; off.Abs() > time.Millisecond {
			b.t.Errorf("a sample at %v is wrong by %v", time.Duration(b.now), off)
		}
		if off := time.Duration(s.Receive - utc - int64(b.set)); off.Abs() > time.Millisecond {
			b.t.Errorf("the receive time at %v is wrong by %v", time.Duration(b.now), off)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if reason := b.r.state.Reason; len(b.states) == 0 || b.states[len(b.states)-1] != reason {
		b.states = append(b.states, reason)
	}
}

// wait lets time pass. Reads return each second without bytes.
func (b *bench) wait(d time.Duration) {
	for ; d > time.Second; d -= time.Second {
		b.now += second
		b.receive(Chunk{})
	}
	b.now += int64(d)
}

// write lets the program write bytes.
func (b *bench) write(text string) { b.receive(Chunk{Bytes: []byte(text), Waited: true}) }

// text returns the time of a clock with this offset from UTC.
func (b *bench) text(offset time.Duration) string {
	ns := origin + b.now + int64(offset)
	return fmt.Sprintf("%d.%09d", ns/second, ns%second)
}

// tell lets the clock tell the time for so many seconds, each second.
func (b *bench) tell(seconds int, offset time.Duration) {
	for range seconds {
		b.wait(time.Second)
		b.write(b.text(offset) + "\n")
	}
}

// A misbehaving clock or program gets its reason, and nothing wrong is published.
func TestMisbehavingClocks(t *testing.T) {
	for _, c := range []struct {
		name      string
		run       func(b *bench)
		reason    string // at the end; empty: publishing
		least     int    // samples, at least and at most
		most      int
		bad       string // in the last bad line; empty: there is none
		configure func(*Config)
	}{
		{name: "well-behaved", run: func(b *bench) { b.tell(20, 0) }, least: 17, most: 17},
		{name: "always one second behind", run: func(b *bench) { b.expect = -time.Second; b.tell(20, -time.Second) }, least: 17, most: 17},
		{name: "a year ahead", run: func(b *bench) { b.expect = 365 * 24 * time.Hour; b.tell(20, b.expect) }, least: 17, most: 17},
		{name: "each line is published with settle = 1", run: func(b *bench) { b.tell(20, 0) }, least: 20, most: 20, configure: func(c *Config) { c.Settle = 1 }},
		{name: "stops: the same time again and again", run: func(b *bench) {
			b.tell(10, 0)
			same := b.text(0)
			for range 10 {
				b.wait(time.Second)
				b.write(same + "\n")
			}
		}, reason: "clock stopped", least: 7, most: 7},
		{name: "stops and then is late by the time that it stood", run: func(b *bench) {
			b.tell(10, 0)
			same := b.text(0)
			for range 10 {
				b.wait(time.Second)
				b.write(same + "\n")
			}
			b.tell(2, -10*time.Second)
		}, reason: "time jumped", least: 7, most: 7},
		{name: "stops printing", run: func(b *bench) { b.tell(10, 0); b.wait(20 * time.Second) }, reason: "no lines", least: 7, most: 7},
		{name: "never prints", run: func(b *bench) { b.wait(20 * time.Second) }, reason: "no lines"},
		{name: "does not print yet", run: func(b *bench) { b.wait(5 * time.Second) }, reason: "listening"},
		{name: "prints only comments", run: func(b *bench) {
			for range 20 {
				b.wait(time.Second)
				b.write("# waiting for the signal\n\n")
			}
		}, reason: "no lines"},
		{name: "jumps an hour forward", run: func(b *bench) { b.tell(10, 0); b.tell(3, time.Hour) }, reason: "time jumped", least: 7, most: 7},
		{name: "jumps an hour back", run: func(b *bench) { b.tell(10, 0); b.tell(3, -time.Hour) }, reason: "time jumped", least: 7, most: 7},
		{name: "jumps a second", run: func(b *bench) { b.tell(10, 0); b.tell(3, time.Second) }, reason: "time jumped", least: 7, most: 7},
		{name: "has jumped and stays there", run: func(b *bench) {
			b.tell(10, 0)
			b.expect = time.Hour
			b.tell(10, time.Hour)
		}, least: 14, most: 14},
		{name: "one wrong time among good ones", run: func(b *bench) { b.tell(10, 0); b.tell(1, time.Hour); b.tell(10, 0) }, least: 14, most: 14},
		{name: "alternates between two times", run: func(b *bench) {
			for range 20 {
				b.tell(1, 0)
				b.tell(1, 7*time.Second)
			}
		}, reason: "time jumped"},
		{name: "goes backwards", run: func(b *bench) {
			b.tell(10, 0)
			for i := range 20 {
				b.tell(1, -2*time.Duration(i+1)*time.Second)
			}
		}, reason: "time jumped", least: 7, most: 7},
		{name: "runs ten per cent fast", run: func(b *bench) {
			for i := range 60 {
				b.expect = time.Duration(i) * time.Second / 10
				b.tell(1, b.expect)
			}
		}, reason: "time jumped", least: 1, most: 6},
		{name: "prints rubbish", run: func(b *bench) {
			for range 10 {
				b.wait(time.Second)
				b.write("Fri Nov 27 14:50:00 CET 2026\n")
			}
		}, reason: "unreadable line", bad: `line 10: "Fri": not a time; expected seconds since 1970`},
		{name: "prints rubbish after good lines", run: func(b *bench) {
			b.tell(10, 0)
			for range 10 {
				b.wait(time.Second)
				b.write("1795791000,25\n")
			}
		}, reason: "unreadable line", least: 7, most: 7, bad: "line 20: "},
		{name: "prints rubbish between good lines", run: func(b *bench) {
			for range 10 {
				b.tell(1, 0)
				b.write("noise\n")
			}
		}, least: 7, most: 7, bad: "line 20: "},
		{name: "prints rubbish and ends", run: func(b *bench) { b.wait(time.Second); b.write("x\n"); b.wait(20 * time.Second) }, reason: "no lines", bad: "line 1: "},
		{name: "milliseconds", run: func(b *bench) {
			b.wait(time.Second)
			b.write("1795791000250\n")
		}, reason: "unreadable line", bad: "not milliseconds"},
		{name: "floods with good lines", run: func(b *bench) {
			for range 5000 {
				b.wait(time.Millisecond)
				b.write(b.text(0) + "\n")
			}
		}, reason: "too many lines", least: 0, most: 20},
		{name: "floods with full chunks", run: func(b *bench) {
			for range 100 {
				b.wait(time.Millisecond)
				b.write(strings.Repeat(b.text(0)+"\n", 200))
			}
		}, reason: "too many lines"},
		{name: "has flooded", run: func(b *bench) {
			for range 2000 {
				b.wait(time.Millisecond)
				b.write(b.text(0) + "\n")
			}
			b.tell(20, 0)
		}, least: 10, most: 30},
		{name: "ten lines a second", run: func(b *bench) {
			for range 200 {
				b.wait(100 * time.Millisecond)
				b.write(b.text(0) + "\n")
			}
		}, least: 180, most: 190},
		{name: "forty lines a second: a time daemon cannot use them", run: func(b *bench) {
			for range 800 {
				b.wait(25 * time.Millisecond)
				b.write(b.text(0) + "\n")
			}
		}, least: 150, most: 250},
		{name: "whole seconds ten times a second", run: func(b *bench) {
			b.wait(time.Second)
			for i := range 200 {
				b.write(fmt.Sprintf("%d\n", (origin+b.now)/second))
				b.wait(100 * time.Millisecond)
				_ = i
			}
		}, least: 15, most: 17},
		{name: "RECEIVE is old", run: func(b *bench) {
			for range 10 {
				b.wait(time.Second)
				b.write(b.text(-5*time.Second) + " " + b.text(-5*time.Second) + "\n")
			}
		}, reason: "wrong receive time"},
		{name: "RECEIVE is in the future", run: func(b *bench) {
			for range 10 {
				b.wait(time.Second)
				b.write(b.text(0) + " " + b.text(50*time.Millisecond) + "\n")
			}
		}, reason: "wrong receive time"},
		{name: "RECEIVE is local time, not UTC", run: func(b *bench) {
			for range 10 {
				b.wait(time.Second)
				b.write(b.text(time.Hour) + " " + b.text(time.Hour) + "\n")
			}
		}, reason: "wrong receive time"},
		{name: "RECEIVE repeats itself", run: func(b *bench) {
			b.tell(10, 0)
			same := b.text(0)
			b.wait(time.Second)
			b.write(b.text(0) + " " + same + "\n")
		}, reason: "wrong receive time", least: 7, most: 7},
		{name: "RECEIVE is half a second old", run: func(b *bench) {
			for range 20 {
				b.wait(time.Second)
				b.write(b.text(-time.Second/2) + " " + b.text(-time.Second/2) + "\n")
			}
		}, least: 17, most: 17},
		{name: "ends within a line", run: func(b *bench) {
			b.wait(time.Second)
			b.write("1795")
			b.wait(5 * time.Second)
		}, reason: "incomplete line", bad: "line 1: no newline for 0.25 s"},
		{name: "prints the newline before each line, which ends it a second late", run: func(b *bench) {
			for range 20 {
				b.wait(999 * time.Millisecond)
				b.write("\n" + b.text(0))
			}
		}, reason: "incomplete line", bad: "line 20: no newline"},
		{name: "prints the newline before each line, three times a second", run: func(b *bench) {
			for range 20 {
				b.wait(333 * time.Millisecond)
				b.write("\n" + b.text(0))
			}
		}, reason: "incomplete line", bad: "line 20: no newline"},
		{name: "ends within a line, and another program continues it", run: func(b *bench) {
			b.tell(10, 0)
			b.write("17957910")
			b.wait(2 * time.Second)
			b.write("00.25\n")
			b.tell(1, 0)
		}, least: 8, most: 8, bad: "line 11: no newline"},
		{name: "a line without an end", run: func(b *bench) {
			for range 1000 {
				b.wait(time.Millisecond)
				b.write(strings.Repeat("9", chunkSize))
			}
		}, reason: "endless line", bad: "line 1: more than 512 bytes"},
		{name: "a line without an end after good ones", run: func(b *bench) {
			b.tell(10, 0)
			for range 20 {
				b.wait(time.Second)
				b.write(strings.Repeat("9", chunkSize))
			}
		}, reason: "no lines", least: 7, most: 7, bad: "line 11: more than 512 bytes"},
		{name: "does not flush its lines", run: func(b *bench) {
			var all strings.Builder
			for range 200 {
				b.wait(time.Second)
				fmt.Fprintln(&all, b.text(0))
			}
			b.write(all.String())
		}, reason: "buffered lines"},
		{name: "does not flush, but prints RECEIVE in time", run: func(b *bench) {
			for range 10 {
				var all strings.Builder
				for range 2 {
					b.wait(time.Second)
					fmt.Fprintln(&all, b.text(0), b.text(0))
				}
				b.write(all.String())
			}
		}, least: 17, most: 17},
		{name: "the reader is late", run: func(b *bench) {
			b.tell(10, 0)
			text := b.text(0)
			b.now += 3 * second / 2
			b.receive(Chunk{Bytes: []byte(text + "\n")})
		}, reason: "held up", least: 7, most: 7},
		{name: "the reader is late, and RECEIVE tells the time", run: func(b *bench) {
			b.tell(10, 0)
			b.wait(time.Second / 2)
			text := b.text(0)
			b.now += 3 * second / 2
			b.receive(Chunk{Bytes: []byte(text + " " + text + "\n")})
		}, least: 8, most: 8},
		{name: "a line was there before the start", run: func(b *bench) {
			b.r.read = nmea.Stamp{} // this is the first read
			b.receive(Chunk{Bytes: []byte(b.text(-3*time.Second) + "\n")})
		}, reason: "held up", configure: func(c *Config) { c.Settle = 1 }},
		{name: "an RTC without a battery", run: func(b *bench) {
			for range 10 {
				b.wait(time.Second)
				b.write(fmt.Sprintf("%d\n", 946684800+b.now/second))
			}
		}, reason: "implausible time"},
		{name: "twenty years ahead", run: func(b *bench) { b.tell(10, 20*366*24*time.Hour) }, reason: "implausible time"},
		{name: "the system clock is set", run: func(b *bench) {
			b.tell(10, 0)
			b.set = time.Hour
			b.tell(10, 0)
		}, least: 16, most: 17},
		{name: "RECEIVE is from before a step of the system clock", run: func(b *bench) {
			b.tell(10, 0)
			b.wait(time.Second)
			line := b.text(0) + " " + b.text(0) + "\n"
			b.set = time.Second
			b.now += second / 10
			b.write(line)
		}, reason: "clock stepped", least: 7, most: 7},
		{name: "RECEIVE is from before a step back", run: func(b *bench) {
			b.tell(10, 0)
			b.wait(time.Second)
			line := b.text(0) + " " + b.text(0) + "\n"
			b.set = -time.Second
			b.now += second / 10
			b.write(line)
		}, reason: "clock stepped", least: 7, most: 7},
		{name: "a clock relative to a system clock that is set", run: func(b *bench) {
			relative := func(seconds int) {
				for range seconds {
					b.wait(time.Second)
					b.write("now-1\n")
				}
			}
			b.expect = -time.Second
			relative(10)
			b.set, b.expect = time.Hour, time.Hour-time.Second
			relative(10)
		}, least: 16, most: 17},
		{name: "a relative clock whose offset is measured, and a system clock that is set", run: func(b *bench) {
			for i := range 20 {
				if i == 10 {
					b.set = time.Hour
				}
				b.wait(time.Second)
				b.write(fmt.Sprintf("now%+d\n", -b.set/time.Second))
			}
		}, least: 16, most: 17},
		{name: "the offset of a relative clock jumps", run: func(b *bench) {
			b.expect = -time.Second
			for range 10 {
				b.wait(time.Second)
				b.write("now-1\n")
			}
			b.wait(time.Second)
			b.write("now+7\n")
		}, reason: "time jumped", least: 7, most: 7},
		{name: "a witness disagrees", run: func(b *bench) { b.tell(20, -time.Second) }, reason: "disagrees with witness",
			configure: func(c *Config) { c.Witnesses = []driver.Witness{fixedWitness{within: 100 * time.Millisecond}} }},
		{name: "a witness agrees", run: func(b *bench) { b.tell(20, 0) }, least: 17, most: 17,
			configure: func(c *Config) { c.Witnesses = []driver.Witness{fixedWitness{within: 100 * time.Millisecond}} }},
		{name: "a witness is not sure enough to disagree", run: func(b *bench) { b.expect = -time.Second; b.tell(20, -time.Second) }, least: 17, most: 17,
			configure: func(c *Config) { c.Witnesses = []driver.Witness{fixedWitness{within: 600 * time.Millisecond}} }},
		{name: "a witness knows that the system clock is wrong", run: func(b *bench) { b.set = time.Second; b.tell(20, 0) }, least: 16, most: 16,
			configure: func(c *Config) {
				c.Witnesses = []driver.Witness{fixedWitness{offset: -time.Second, within: 100 * time.Millisecond}}
			}},
		{name: "the machine sleeps", run: func(b *bench) {
			b.tell(10, 0)
			b.set, b.expect = time.Hour, time.Hour // the monotonic clock stands meanwhile
			b.tell(10, time.Hour)
		}, least: 13, most: 13},
	} {
		t.Run(c.name, func(t *testing.T) {
			var options []func(*Config)
			if c.configure != nil {
				options = append(options, c.configure)
			}
			b := newBench(t, options...)
			c.run(b)
			if got := b.r.state.Reason; got != c.reason {
				t.Errorf("%v; want %q", b.r.state, c.reason)
			}
			if n := len(b.samples); n < c.least || n > c.most {
				t.Errorf("%d samples, want %d to %d", n, c.least, c.most)
			}
			last := ""
			if len(b.bad) > 0 {
				last = b.bad[len(b.bad)-1].String()
			}
			if (last == "") != (c.bad == "") || !strings.Contains(last, c.bad) {
				t.Errorf("the last bad line: %q, want %q", last, c.bad)
			}
			if got := b.r.counts; got.Bad != uint64(len(b.bad)) || got.Published != uint64(len(b.samples)) || got.Lines != got.Bad+got.Withheld+got.Published {
				t.Errorf("counts %+v do not add up with %d bad lines and %d samples", *got, len(b.bad), len(b.samples))
			}
			t.Logf("states: %s", strings.Join(b.states, ", "))
		})
	}
}

// A fixedWitness has a constant estimate.
type fixedWitness struct{ offset, within time.Duration }

func (fixedWitness) String() string { return "a witness" }
func (w fixedWitness) Current() (driver.Estimate, bool) {
	return driver.Estimate{Offset: w.offset, Within: w.within}, true
}

// 23:59:60 is not published, and the time after it needs no new timeline.
func TestLeapSecond(t *testing.T) {
	b := newBench(t)
	for b.now < 140*second {
		b.wait(time.Second)
		utc := time.Unix(0, origin+b.now).UTC()
		text := utc.Format("2006-01-02T15:04:05.000Z")
		switch {
		case b.now == 120*second:
			text = "2026-12-31T23:59:60.000Z"
		case b.now > 120*second:
			text = utc.Add(-time.Second).Format("2006-01-02T15:04:05.000Z")
			b.expect = -time.Second // the monotonic clock has one second more than UTC counts
		}
		b.write(text + "\n")
		if reason := b.r.state.Reason; (b.now == 120*second) != (reason == "leap second") {
			t.Errorf("at %v: %v", utc, b.r.state)
		}
		if b.now == 4*second {
			b.samples = nil
		}
	}
	if len(b.samples) != 135 {
		t.Errorf("%d samples, want all but that of the leap second", len(b.samples))
	}
}

// What a line says about the sample is in the sample.
func TestOptionsOfALine(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Settle = 1 })
	b.wait(time.Second)
	b.write(b.text(0) + " leap=insert precision=0.001\n")
	b.tell(1, 0)
	if len(b.samples) != 2 || b.samples[0].Leap != 1 || !b.precise[0].fixed || b.precise[0].precision != -9 {
		t.Fatalf("%+v", b.precise)
	}
	if b.samples[1].Leap != 0 || b.precise[1].fixed {
		t.Errorf("%+v; want neither in the next line", b.precise[1])
	}
}

// A datagram needs no newline, and its stamp is the kernel's.
func TestDatagram(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Settle = 1 })
	b.wait(time.Second)
	text, sent := b.text(0), b.stamp().Real
	b.now += second / 2 // the reader is late
	b.receive(Chunk{Bytes: []byte(text), Datagram: true, Sent: sent})
	if len(b.samples) != 1 || b.samples[0].Receive != sent {
		t.Fatalf("%+v, %v; want a sample received at %d", b.samples, b.r.state, sent)
	}
	b.wait(time.Second)
	b.receive(Chunk{Bytes: []byte(b.text(0) + "\n" + b.text(0)), Datagram: true, Sent: b.stamp().Real})
	if len(b.samples) != 1 || b.r.state.Reason != "buffered lines" {
		t.Errorf("%d samples, %v; want none of two lines in a datagram", len(b.samples), b.r.state)
	}
	b.wait(time.Second)
	b.receive(Chunk{Bytes: []byte(b.text(0)[:12]), Datagram: true, Cut: true, Sent: b.stamp().Real})
	if len(b.samples) != 1 || len(b.bad) != 1 {
		t.Errorf("%d samples, %v; want no sample of a line that was cut off", len(b.samples), b.bad)
	}
}

// The time continues when the input is opened again.
func TestInputIsOpenedAgain(t *testing.T) {
	b := newBench(t)
	b.tell(10, 0)
	b.r = newReception("again", b.r.judge, new(Counts))
	b.wait(time.Second)
	b.tell(3, 0)
	if len(b.samples) != 10 {
		t.Errorf("%d samples, want 10: the lines agree with those before", len(b.samples))
	}
}
