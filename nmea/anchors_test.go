package nmea_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A block is a run of sentences after a pause.
type block struct {
	pause time.Duration
	lines []string
}

func after(pause time.Duration, lines ...string) block { return block{pause, lines} }

// placed returns the blocks as a stream that begins at the given time. The pause of the
// first block is ignored.
func placed(at time.Duration, blocks ...block) (stream []output) {
	for i, b := range blocks {
		if i > 0 {
			at += b.pause
		}
		next := output{at, b.lines}
		stream = append(stream, next)
		at += time.Duration(len(next.bytes())) * at9600
	}
	return stream
}

// dollar returns the end of the '$' of the first line that contains the text.
func (s output) dollar(text string) time.Duration {
	i := slices.IndexFunc(s.lines, func(line string) bool { return strings.Contains(line, text) })
	ahead := output{s.at, s.lines[:i]}
	return s.at + time.Duration(len(ahead.bytes())+1)*at9600
}

// Each stream is the second of a receiver after one with an RMC and a GGA.
func TestAnchors(t *testing.T) {
	const clock = "093001.00"
	named := []string{rmc(clock, "A", may20), gga(clock, "1")}
	tests := []struct {
		name        string
		blocks      []block
		lead, block int // which block each anchor is the start of
		by          int // which block names the time
	}{
		{"GSV runs into RMC", []block{after(0, gsv(1)), after(0, named...)}, 0, 0, 1},
		{"5 ms do not separate blocks", []block{after(0, gsv(1)), after(5*ms, named...)}, 0, 0, 1},
		{"6 ms separate blocks", []block{after(0, gsv(1)), after(6*ms, named...)}, 0, 1, 1},
		{"just under 25 ms separate blocks", []block{after(0, gsv(1)), after(25*ms-1, named...)}, 0, 1, 1},
		{"25 ms separate bursts", []block{after(0, gsv(1)), after(25*ms, named...)}, 1, 1, 1},
		{"100 ms separate bursts", []block{after(0, gsv(1)), after(100*ms, named...)}, 1, 1, 1},
		{"a long pause, then a short one", []block{after(0, gsv(1)), after(30*ms, gsv(2)), after(10*ms, named...)}, 1, 2, 2},
		{"a short pause, then a long one", []block{after(0, gsv(1)), after(10*ms, gsv(2)), after(30*ms, named...)}, 2, 2, 2},
		{"two short pauses", []block{after(0, gsv(1)), after(20*ms, gsv(2)), after(10*ms, named...)}, 0, 2, 2},
		{"a long pause ahead of two short ones", []block{after(0, gsv(1)), after(25*ms, gsv(2)), after(20*ms, gsv(3)), after(6*ms, named...)}, 1, 3, 3},
		{"two long pauses: the later one, though shorter", []block{after(0, gsv(1)), after(80*ms, gsv(2)), after(25*ms, named...)}, 2, 2, 2},
		{"pauses after the naming sentence", []block{after(0, named[0]), after(30*ms, gsv(1)), after(200*ms, gsv(2))}, 0, 0, 0},
		{"a pause between the naming sentences", []block{after(0, named[0]), after(24*ms, named[1])}, 0, 0, 0},
		{"a long pause between the naming sentences", []block{after(0, named[0]), after(100*ms, named[1])}, 0, 0, 0},
		{"RMC in the middle of a block", []block{after(0, gsv(1)), after(10*ms, gsv(2), named[0], named[1])}, 0, 1, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			second := placed(s, test.blocks...)
			stream := append([]output{send(0, rmc("093000.00", "A", may20), gga("093000.00", "1"))}, second...)
			epochs := receive(9600, stream...)
			if len(epochs) != 2 {
				t.Fatalf("%d epochs, want 2", len(epochs))
			}
			e := epochs[1]
			want := nmea.Anchors{
				Lead: boot.Add(second[test.lead].at), Block: boot.Add(second[test.block].at),
				Name: boot.Add(second[test.by].dollar(clock)),
			}
			if e.Anchors != want {
				t.Errorf("anchors %v", anchorsText(e.Anchors))
				t.Errorf("   want %v", anchorsText(want))
			}
			if e.Start != e.Anchors.Lead || !e.HasStart || e.Why != nmea.Valid || e.NamedBy != "GNRMC" {
				t.Errorf("starts %v (%v), %v, named by %q", e.Start.Sub(boot), e.HasStart, e.Why, e.NamedBy)
			}
		})
	}
}

// anchorsText returns the anchors as times since boot.
func anchorsText(a nmea.Anchors) []time.Duration {
	return []time.Duration{a.Lead.Sub(boot), a.Block.Sub(boot), a.Name.Sub(boot), a.Again}
}

// If no pause is long, the longest separates the bursts; of two equal ones, the later.
func TestAnchorsOfFullSecond(t *testing.T) {
	tests := []struct {
		name   string
		pauses [3]time.Duration
		lead   int
	}{
		{"the first is the longest", [3]time.Duration{20 * ms, 15 * ms, 10 * ms}, 0},
		{"the second is the longest", [3]time.Duration{15 * ms, 20 * ms, 10 * ms}, 1},
		{"the last is the longest", [3]time.Duration{10 * ms, 15 * ms, 20 * ms}, 2},
		{"the first two are the longest", [3]time.Duration{20 * ms, 20 * ms, 10 * ms}, 1},
		{"all equal", [3]time.Duration{20 * ms, 20 * ms, 20 * ms}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stream := placed(0, after(0, rmc("093000.00", "A", may20)),
				after(test.pauses[0], gsv(1)), after(test.pauses[1], gsv(2)), after(test.pauses[2], rmc("093001.00", "A", may20)))
			e := receive(9600, stream...)[1]
			want := nmea.Anchors{
				Lead: boot.Add(stream[1+test.lead].at), Block: boot.Add(stream[3].at), Name: boot.Add(stream[3].at + at9600),
			}
			if e.Anchors != want || !e.HasStart {
				t.Errorf("anchors %v, want %v", anchorsText(e.Anchors), anchorsText(want))
			}
		})
	}
}

// A damaged sentence may have named the time first.
func TestNameAfterDamagedSentence(t *testing.T) {
	const clock = "093001.00"
	named := rmc(clock, "A", may20)
	for name, test := range map[string]struct {
		blocks []block
		block  bool // whether Name is Block
	}{
		"in the same block":               {[]block{after(0, missummed(gga(clock, "1")), named)}, true},
		"in the same block, not first":    {[]block{after(0, gsv(1), missummed(gga(clock, "1")), named)}, true},
		"in the block before":             {[]block{after(0, missummed(gga(clock, "1"))), after(10*ms, named)}, true},
		"in the burst before":             {[]block{after(0, missummed(gga(clock, "1"))), after(30*ms, named)}, false},
		"behind":                          {[]block{after(0, named, missummed(gga(clock, "1")))}, false},
		"whole, with an impossible time":  {[]block{after(0, gga("253001.00", "1"), named)}, false},
		"whole, without a time":           {[]block{after(0, gsv(1), named)}, false},
		"without a checksum but readable": {[]block{after(0, "$"+gsv(1), named)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			second := placed(s, test.blocks...)
			last := second[len(second)-1]
			a := receive(9600, append([]output{send(0, rmc("093000.00", "A", may20))}, second...)...)[1].Anchors
			want := boot.Add(last.dollar(named))
			if test.block {
				want = a.Block
			}
			if a.Name != want || a.Block != boot.Add(last.at) {
				t.Errorf("anchors %v, want %v for the name", anchorsText(a), want.Sub(boot))
			}
		})
	}
}

// On native USB, bytes have no wire time, but pauses separate blocks.
func TestAnchorsOverUSB(t *testing.T) {
	for pause, want := range map[time.Duration][2]time.Duration{ // Lead and Block
		5 * ms:    {s, s},
		5*ms + 1:  {s, s + 5*ms + 1},
		25*ms - 1: {s, s + 25*ms - 1},
		25 * ms:   {s + 25*ms, s + 25*ms},
	} {
		a := receive(0, send(0, rmc("093000.00", "A", may20)), send(s, gsv(1)), send(s+pause, rmc("093001.00", "A", may20)))[1].Anchors
		if got := [2]time.Duration{a.Lead.Sub(boot), a.Block.Sub(boot)}; got != want || a.Name != boot.Add(s+pause) {
			t.Errorf("after %v: anchors %v, want %v", pause, anchorsText(a), want)
		}
	}
}

// Without stamps there are no anchors.
func TestNoAnchorsWithoutStamps(t *testing.T) {
	text := output{0, []string{gsv(1), rmc("093000.00", "A", may20), gga("093000.00", "1"), rmc("093001.00", "A", may20)}}.bytes()
	for _, e := range grouped(nmea.NewFramer(9600), midMay, slices.Values([]stamped{{bytes: text}})) {
		if e.Anchors != (nmea.Anchors{}) || e.HasStart || e.NamedBy != "GNRMC" {
			t.Errorf("anchors %+v, start %v, named by %q", e.Anchors, e.HasStart, e.NamedBy)
		}
	}
}

// Later reads of the naming block correct a late first read. They do not change the
// burst's start if that is in another block.
func TestAnchorsAreSharpened(t *testing.T) {
	for name, test := range map[string]struct {
		pause   time.Duration
		sharper bool // whether Lead is sharpened too
	}{"a pause in the burst": {10 * ms, false}, "a new burst": {30 * ms, true}} {
		f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
		read := func(at time.Duration, text []byte) {
			f.Push(boot.Add(at), text)
			for _, sentence := range all(f) {
				e.Push(sentence)
			}
		}
		read(-s, []byte("\n"))
		ahead := []byte(line(gsv(1)) + line(gsv(2)))
		read(32*at9600, ahead[:32])
		read(time.Duration(len(ahead))*at9600, ahead[32:])
		text := []byte(line(rmc("093000.00", "A", may20)) + line(gga("093000.00", "1")))
		from := time.Duration(len(ahead))*at9600 + test.pause
		first := len(line(rmc("093000.00", "A", may20))) + 10
		read(from+time.Duration(first)*at9600+10*ms, text[:first])
		read(from+time.Duration(len(text))*at9600, text[first:])
		epoch, _ := e.Flush()
		a := epoch.Anchors
		if wrong := a.Block.Sub(boot.Add(from)); wrong < 0 || wrong > 4*ms { // 2 % of the bytes
			t.Errorf("%s: block found %v from its true start", name, wrong)
		}
		if want := map[bool]nmea.Stamp{false: boot, true: a.Block}[test.sharper]; a.Lead != want || epoch.Start != want {
			t.Errorf("%s: lead found at %v, start at %v, want %v", name, a.Lead.Sub(boot), epoch.Start.Sub(boot), want.Sub(boot))
		}
	}
}

// The start of a block before the naming one is improved by its own later reads.
func TestLeadIsSharpened(t *testing.T) {
	for _, sharpened := range []bool{false, true} {
		f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
		read := func(at time.Duration, text []byte) {
			f.Push(boot.Add(at), text)
			for _, sentence := range all(f) {
				e.Push(sentence)
			}
		}
		read(-s, []byte("\n"))
		ahead := []byte(line("GPTXT,") + line("GPTXT,"))
		first := len(ahead) / 2
		read(time.Duration(first)*at9600+10*ms, ahead[:first])
		end := time.Duration(len(ahead)) * at9600
		want := time.Duration(0)
		if !sharpened {
			end += 10 * ms
			want = 10 * ms
		}
		read(end, ahead[first:])
		text := []byte(line(rmc("093000.00", "A", may20)))
		read(end+10*ms+time.Duration(len(text))*at9600, text)
		epoch, _ := e.Flush()
		if got := epoch.Anchors.Lead.Sub(boot); got != want || epoch.Start != epoch.Anchors.Lead {
			t.Errorf("lead found at %v, want %v", got, want)
		}
	}
}

func TestNamedBy(t *testing.T) {
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"RMC first":          {[]string{rmc("093000.00", "A", may20), gga("093000.00", "1")}, "GNRMC"},
		"GGA first":          {[]string{gga("093000.00", "1"), rmc("093000.00", "A", may20)}, "GNGGA"},
		"GSV and GSA first":  {[]string{gsv(1), gsa, zda("093000.00", "20,05,2026"), rmc("093000.00", "A", may20)}, "GPZDA"},
		"the first damaged":  {[]string{missummed(gga("093000.00", "1")), rmc("093000.00", "A", may20)}, "GNRMC"},
		"PUBX,04 first":      {[]string{"PUBX,04,093000.00,200526,293400.00,2419,18,,,", rmc("093000.00", "A", may20)}, "PUBX,04"},
		"PGRMF alone":        {[]string{"PGRMF,371,293418,200526,093000,18,,,,,A,2,,,,"}, "PGRMF"},
		"impossible time":    {[]string{gga("253000.00", "1"), rmc("093000.00", "A", may20)}, "GNRMC"},
		"ZDG behind the RMC": {[]string{rmc("093000.00", "A", may20), "GPZDG,093019.00,20,05,2026,4.2,V"}, "GNRMC"},
	} {
		e := receive(9600, output{0, test.lines})[0]
		if e.NamedBy != test.want {
			t.Errorf("%s: named by %q, want %q", name, e.NamedBy, test.want)
		}
	}
}
