package nmea_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// gp changes the talker of a sentence from GN to GP.
func gp(body string) string { return strings.Replace(body, "GN", "GP", 1) }

// An again is the second block of an epoch.
type again struct {
	by    string
	after time.Duration
}

func againOf(e nmea.Epoch) again { return again{e.Anchors.AgainBy, e.Anchors.Again} }

// seconds repeats the blocks of a second three times, for a reader that does not wake up
// for silences.
func seconds(second func(at time.Duration, clock string) []output) (stream []output) {
	for i, clock := range []string{"093000.00", "093001.00", "093002.00"} {
		stream = append(stream, second(time.Duration(i)*s, clock)...)
	}
	return stream
}

// A second receiver on the line names the same second.
func TestAgainPositive(t *testing.T) {
	two := func(apart time.Duration) func(time.Duration, string) []output {
		return func(at time.Duration, clock string) []output {
			return []output{
				send(at, gp(rmc(clock, "A", may20)), gp(gga(clock, "1"))),
				send(at+apart, rmc(clock, "A", may20), gga(clock, "1")),
			}
		}
	}
	length := time.Duration(len(output{0, two(0)(0, "093000.00")[0].lines}.bytes())) * at9600
	tests := []struct {
		name   string
		second func(at time.Duration, clock string) []output
		want   again
	}{
		{"400 ms behind", two(400 * ms), again{"GNRMC", 400 * ms}},
		{"after a silence of 25 ms", two(length + 25*ms), again{"GNRMC", length + 25*ms}},
		{"after a silence of just under 25 ms", two(length + 25*ms - 1), again{}},
		{"after a silence of 5 ms", two(length + 5*ms), again{}},
		{"after none", two(length), again{}},
		{"the same talker", func(at time.Duration, clock string) []output {
			return []output{send(at, rmc(clock, "A", may20)), send(at+300*ms, rmc(clock, "A", may20), gsv(1))}
		}, again{"GNRMC", 300 * ms}},
		{"700 ms behind", two(700 * ms), again{"GNRMC", 700 * ms}},
		{"just under 950 ms behind", func(at time.Duration, clock string) []output {
			return []output{send(at*2, gp(rmc(clock, "A", may20))), send(at*2+950*ms-1, rmc(clock, "A", may20))}
		}, again{"GNRMC", 950*ms - 1}},
		{"GSV leads the second block", func(at time.Duration, clock string) []output {
			return []output{send(at, gp(rmc(clock, "A", may20))), send(at+300*ms, gsv(1), rmc(clock, "A", may20))}
		}, again{"GNRMC", 300*ms + time.Duration(len(line(gsv(1))))*at9600}},
		{"which pauses for 30 ms", func(at time.Duration, clock string) []output {
			second := placed(at+400*ms, after(0, rmc(clock, "A", may20)), after(30*ms, gga(clock, "1")), after(30*ms, gll(clock, "A")))
			return append([]output{send(at, gp(rmc(clock, "A", may20)), gp(gga(clock, "1")), gp(gll(clock, "A")))}, second...)
		}, again{"GNRMC", 400 * ms}},
		{"a sentence of another type is not a second block", func(at time.Duration, clock string) []output {
			return []output{send(at, rmc(clock, "A", may20)), send(at+300*ms, gga(clock, "1"))}
		}, again{}},
		{"one of another type, then one of the same in its block", func(at time.Duration, clock string) []output {
			return []output{send(at, gp(rmc(clock, "A", may20))), send(at+300*ms, gll(clock, "A"), rmc(clock, "A", may20))}
		}, again{}},
		{"sentences without a time, twice", func(at time.Duration, clock string) []output {
			return []output{send(at, rmc(clock, "A", may20), gsa, gsv(1)), send(at+300*ms, gsa, gsv(1))}
		}, again{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			epochs := receive(9600, seconds(test.second)...)
			if len(epochs) != 3 {
				t.Fatalf("%d epochs, want 3", len(epochs))
			}
			for _, e := range epochs {
				if got := againOf(e); got != test.want || e.Why != nmea.Valid || e.Anchors.Name.Sub(e.Start) != at9600 {
					t.Errorf("%s: %+v, want %+v: %v, named %v behind the start", e.UTC, got, test.want, e.Why, e.Anchors.Name.Sub(e.Start))
				}
			}
		})
	}
}

// A reader that takes an epoch at the first silence gets the second block with the next
// epoch.
func TestAgainInTheEpochBefore(t *testing.T) {
	second := func(at time.Duration, clock string, blocks ...time.Duration) []output {
		stream := []output{send(at, gp(rmc(clock, "A", may20)), gp(gga(clock, "1"))), send(at + 200*ms)}
		for _, b := range blocks {
			stream = append(stream, send(at+b, rmc(clock, "A", may20)), send(at+b+120*ms))
		}
		return stream
	}
	tests := []struct {
		name   string
		blocks [][]time.Duration // of each second, beside the first
		want   []time.Duration
	}{
		{"in each second", [][]time.Duration{{400 * ms}, {410 * ms}, {420 * ms}, nil}, []time.Duration{0, 400 * ms, 410 * ms, 420 * ms}},
		{"in one", [][]time.Duration{nil, {400 * ms}, nil, nil, nil}, []time.Duration{0, 0, 400 * ms, 0, 0}},
		{"three blocks", [][]time.Duration{{300 * ms, 500 * ms}, {300 * ms, 500 * ms}, nil}, []time.Duration{0, 0, 0}},
		{"three blocks once", [][]time.Duration{{400 * ms}, {300 * ms, 500 * ms}, nil}, []time.Duration{0, 400 * ms, 0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stream []output
			for i, blocks := range test.blocks {
				stream = append(stream, second(time.Duration(i)*s, "09300"+string(rune('0'+i))+".00", blocks...)...)
			}
			epochs := receive(9600, stream...)
			if len(epochs) != len(test.want) {
				t.Fatalf("%d epochs, want %d", len(epochs), len(test.want))
			}
			for i, e := range epochs {
				if e.Anchors.Again != test.want[i] {
					t.Errorf("second %d: again after %v, want %v", i, e.Anchors.Again, test.want[i])
				}
				if e.Anchors.Again != 0 && e.Anchors.AgainBy != "GNRMC" {
					t.Errorf("second %d: again by %q", i, e.Anchors.AgainBy)
				}
			}
		})
	}
}

// Blocks are distinguished even if the epoch has more sentences than the list.
func TestAgainInAFullList(t *testing.T) {
	const clock = "093000.00"
	babble := slices.Repeat([]string{"GPTXT,babble"}, 61)
	for third, want := range map[string]time.Duration{rmc(clock, "A", may20): 0, gll(clock, "A"): 300 * ms} {
		e := receive(115200,
			output{0, append([]string{gp(rmc(clock, "A", may20))}, babble...)},
			output{300 * ms, append([]string{rmc(clock, "A", may20)}, babble[:10]...)},
			send(600*ms, third),
		)[0]
		if e.Anchors.Again != want {
			t.Errorf("%s in the third block: again after %v, want %v", third[:5], e.Anchors.Again, want)
		}
	}
}

// The second receiver is unplugged while the reader does not wake up for silences.
func TestAgainEndsWithTheSecondBlock(t *testing.T) {
	epochs := receive(9600,
		send(0, gp(rmc("093000.00", "A", may20))), send(400*ms, rmc("093000.00", "A", may20)),
		send(1*s, gp(rmc("093001.00", "A", may20))),
		send(2*s, gp(rmc("093002.00", "A", may20))),
		send(3*s, gp(rmc("093003.00", "A", may20))),
	)
	want := []time.Duration{400 * ms, 400 * ms, 0, 0}
	for i, e := range epochs {
		if e.Anchors.Again != want[i] {
			t.Errorf("second %d: again after %v, want %v", i, e.Anchors.Again, want[i])
		}
	}
}

// After 950 ms the same time is the next second of a receiver whose clock stands still.
func TestAgainOrStandingStill(t *testing.T) {
	for pause, want := range map[time.Duration]int{950*ms - 1: 1, 950 * ms: 2} {
		if got := len(receive(9600, send(0, rmc("093000.00", "A", may20)), send(pause, rmc("093000.00", "A", may20)))); got != want {
			t.Errorf("after %v: %d epochs, want %d", pause, got, want)
		}
	}
}

// The same, with the port opened during the first burst, whose start is unknown.
func TestStandingStillAfterOpening(t *testing.T) {
	for _, opened := range []nmea.Stamp{boot, {Real: boot.Real, Mono: 1}, {Real: boot.Real, Mono: -int64(time.Hour)}} {
		for pause, want := range map[time.Duration]int{800 * ms: 1, 940 * ms: 1, 960 * ms: 2, s: 2} {
			text := []byte(line(rmc("093000.00", "A", may20)))
			wire := time.Duration(len(text)-1) * at9600 // from the '$' on
			again := opened.Add(pause + at9600 + wire)
			chunks := []stamped{{opened.Add(wire), text}, {again, text}}
			if got := len(grouped(nmea.NewFramer(9600), midMay, slices.Values(chunks))); got != want {
				t.Errorf("opened at %d, after %v: %d epochs, want %d", opened.Mono, pause, got, want)
			}
		}
	}
}

// The whole second block belongs to the epoch, however late it is.
func TestAgainWithSeveralSentences(t *testing.T) {
	for _, apart := range []time.Duration{400 * ms, 600 * ms, 699 * ms, 701 * ms, 800 * ms} {
		epochs := receive(9600, seconds(func(at time.Duration, clock string) []output {
			at *= 2 // bursts of the next second do not run into it
			return []output{
				send(at, gp(rmc(clock, "A", may20)), gp(gga(clock, "1"))),
				send(at+apart, gp(rmc(clock, "A", may20)), gp(gga(clock, "1")), gp(gll(clock, "A"))),
			}
		})...)
		if len(epochs) != 3 {
			t.Errorf("%v apart: %d epochs, want 3", apart, len(epochs))
		}
		for i, e := range epochs {
			if got, want := againOf(e), (again{"GPRMC", apart}); got != want || summarize(e).start != 2*time.Duration(i)*s || len(e.Sentences) != 5 {
				t.Errorf("%v apart: %+v in %q, want %+v", apart, got, e.Sentences, want)
			}
		}
	}
}

// A receiver that stands still without silences begins a new epoch each second.
func TestSecondBlockThatDoesNotEnd(t *testing.T) {
	lines := []string{rmc("093000.00", "A", may20)}
	for range 30 { // two seconds of sentences
		lines = append(lines, gga("093000.00", "1"))
	}
	if got := len(receive(9600, send(0, rmc("093000.00", "A", may20)), output{300 * ms, lines})); got < 3 {
		t.Errorf("%d epochs, want one for each second", got)
	}
}

// A receiver that reports several times a second may name the second each time.
func TestAgainZero(t *testing.T) {
	for name, reports := range map[string][]time.Duration{
		"three times": {0, 300 * ms, 600 * ms},
		"four times":  {0, 250 * ms, 500 * ms, 750 * ms},
		"five times":  {0, 200 * ms, 400 * ms, 600 * ms, 800 * ms},
	} {
		for i, e := range receive(9600, seconds(func(at time.Duration, clock string) (stream []output) {
			for _, report := range reports {
				stream = append(stream, send(at+report, rmc(clock, "A", may20)))
			}
			return stream
		})...) {
			if e.Anchors.Again != 0 || summarize(e).start != time.Duration(i)*s || e.Why != nmea.Valid {
				t.Errorf("%s: epoch %d is %+v, again after %v", name, i, summarize(e), e.Anchors.Again)
			}
		}
	}
	for _, e := range receive(38400, send(0, rmc("093000.00", "A", may20)), send(200*ms, rmc("093000.20", "A", may20)), send(400*ms, rmc("093000.40", "A", may20))) {
		if got := againOf(e); got != (again{}) {
			t.Errorf("%s: %+v where each report has its own fraction", e.UTC, got)
		}
	}
}

// A sentence without a date or a fix may precede the burst by far.
func TestAgainNegative(t *testing.T) {
	const clock = "093001.00"
	tests := []struct {
		name   string
		blocks []block
		start  int // which block the second starts with
		by     string
		again  string // empty where Again is 0
	}{
		{"GGA 400 ms ahead", []block{after(0, gga(clock, "1")), after(400*ms, rmc(clock, "A", may20), gll(clock, "A"))}, 1, "GNRMC", "GNGGA"},
		{"GLL 400 ms ahead", []block{after(0, gll(clock, "A")), after(400*ms, rmc(clock, "A", may20), gga(clock, "1"))}, 1, "GNRMC", "GNGLL"},
		{"GGA 100 ms ahead", []block{after(0, gga(clock, "1")), after(100*ms, rmc(clock, "A", may20))}, 1, "GNRMC", "GNGGA"},
		{"GGA just under 100 ms ahead", []block{after(0, gga(clock, "1")), after(100*ms-1, rmc(clock, "A", may20))}, 0, "GNGGA", ""},
		{"GGA 25 ms ahead", []block{after(0, gga(clock, "1")), after(25*ms, rmc(clock, "A", may20))}, 0, "GNGGA", ""},
		{"GGA 5 ms ahead", []block{after(0, gga(clock, "1")), after(5*ms, rmc(clock, "A", may20))}, 0, "GNGGA", ""},
		{"ZDA, which has no fix status, 400 ms ahead", []block{after(0, zda(clock, "20,05,2026")), after(400*ms, rmc(clock, "A", may20))}, 1, "GNRMC", "GPZDA"},
		{"RMC ahead, which has both", []block{after(0, rmc(clock, "A", may20)), after(400*ms, gga(clock, "1"))}, 0, "GNRMC", ""},
		{"ZDA and GGA ahead, which have both", []block{after(0, zda(clock, "20,05,2026"), gga(clock, "1")), after(400*ms, rmc(clock, "A", may20))}, 0, "GPZDA", ""},
		{"GGA, then GLL, then RMC", []block{after(0, gga(clock, "1")), after(150*ms, gll(clock, "A")), after(150*ms, rmc(clock, "A", may20))}, 2, "GNRMC", "GNGLL"},
		{"a long pause ahead of a short one", []block{after(0, gga(clock, "1")), after(100*ms, gsa), after(10*ms, rmc(clock, "A", may20))}, 1, "GNRMC", "GNGGA"},
		{"a short pause ahead of a long one", []block{after(0, gga(clock, "1")), after(10*ms, gsa), after(100*ms, rmc(clock, "A", may20))}, 2, "GNRMC", "GNGGA"},
		{"pauses that are long only together", []block{after(0, gga(clock, "1")), after(60*ms, gsa), after(60*ms, rmc(clock, "A", may20))}, 0, "GNGGA", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			second := placed(s, test.blocks...)
			stream := append([]output{send(0, gga("093000.00", "1"), rmc("093000.00", "A", may20))}, second...)
			stream = append(stream, send(2*s, rmc("093002.00", "A", may20)))
			epochs := receive(9600, stream...)
			if len(epochs) != 3 {
				t.Fatalf("%d epochs, want 3", len(epochs))
			}
			e := epochs[1]
			if e.Start != boot.Add(second[test.start].at) || e.Start != e.Anchors.Lead || e.NamedBy != test.by || e.Why != nmea.Valid {
				t.Errorf("started at %v, lead %v, named by %s, %v", e.Start.Sub(boot), e.Anchors.Lead.Sub(boot), e.NamedBy, e.Why)
			}
			named := second[len(second)-1].dollar(clock)
			if test.again == "" {
				named = second[test.start].dollar(clock)
			}
			if e.Anchors.Name != boot.Add(named) {
				t.Errorf("named at %v, want %v", e.Anchors.Name.Sub(boot), named)
			}
			var want again
			if test.again != "" {
				want = again{test.again, aheadBy(second, clock, test.again) - named}
			}
			if got := againOf(e); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			if e := epochs[2]; e.Anchors.Again != 0 {
				t.Errorf("the next epoch has it too: %+v", againOf(e))
			}
		})
	}
}

// aheadBy returns the end of the '$' of the early sentence.
func aheadBy(second []output, clock, address string) time.Duration {
	for _, b := range second {
		if strings.HasPrefix(b.lines[0], address) {
			return b.dollar(clock)
		}
	}
	return 0
}

// Later reads improve the start of the block that counts, not of the lone sentence.
func TestBlockAfterLoneSentence(t *testing.T) {
	const clock = "093001.00"
	second := placed(s, after(0, gga(clock, "1")), after(100*ms, gsa), after(10*ms, rmc(clock, "A", may20)))
	a := receive(9600, append([]output{send(0, rmc("093000.00", "A", may20))}, second...)...)[1].Anchors
	if a.Lead != boot.Add(second[1].at) || a.Block != boot.Add(second[2].at) {
		t.Errorf("anchors %v, want a lead at %v and a block at %v", anchorsText(a), second[1].at, second[2].at)
	}
}

// The same with a late first read.
func TestBlockAfterLoneSentenceIsSharpened(t *testing.T) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	read := func(at time.Duration, text string) {
		f.Push(boot.Add(at), []byte(text))
		for _, sentence := range all(f) {
			e.Push(sentence)
		}
	}
	const clock = "093000.00"
	read(-s, "\n")
	read(100*ms, line(gga(clock, "1")))
	first, second := line(rmc(clock, "A", may20)), line(gll(clock, "A"))
	read(500*ms+time.Duration(len(first))*at9600+20*ms, first)
	read(500*ms+time.Duration(len(first+second))*at9600, second)
	epoch, _ := e.Flush()
	if wrong := epoch.Anchors.Block.Sub(boot.Add(500 * ms)); wrong < 0 || wrong > 3*ms || epoch.Start != epoch.Anchors.Block {
		t.Errorf("block found %v from its true start, start %v", wrong, epoch.Start.Sub(boot))
	}
}

// A sentence without a time, or after one without a time, does not move the start.
func TestNoTimeDoesNotMoveStart(t *testing.T) {
	const void, voidGLL = "GPRMC,,V,,,,,,,,,,N", "GPGLL,,,,,,V,N"
	for name, stream := range map[string][]output{
		"without a time":            {send(0, gga("093000.00", "1")), send(300*ms, voidGLL)},
		"behind one without a time": {send(0, void), send(300*ms, gga("093000.00", "0"))},
		"both without a time":       {send(0, void), send(300*ms, voidGLL)},
	} {
		epochs := receive(9600, stream...)
		if e := epochs[0]; len(epochs) != 1 || e.Start != boot || e.Anchors.Again != 0 {
			t.Errorf("%s: %d epochs, the first started at %v, again after %v", name, len(epochs), e.Start.Sub(boot), e.Anchors.Again)
		}
	}
}

// Damaged sentences in the list have no type.
func TestAgainBesideDamagedSentences(t *testing.T) {
	for _, e := range receive(9600, seconds(func(at time.Duration, clock string) []output {
		return []output{
			send(at, gp(rmc(clock, "A", may20)), missummed(gga(clock, "1")), "PUBX,00,1"),
			send(at+400*ms, missummed(gsa), rmc(clock, "A", may20)),
		}
	})...) {
		if got, want := againOf(e), (again{"GNRMC", 400*ms + time.Duration(len(line(gsa)))*at9600}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
