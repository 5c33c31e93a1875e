package nmea_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A fake is a protocol whose messages are texts in angle brackets: <T120001> names a time,
// <D> and <K> are about leap seconds, anything else has nothing for a clock.
type fake struct {
	buf   []byte
	chunk []byte
	pos   int
}

func (f *fake) Push(chunk []byte) { f.chunk, f.pos = chunk, 0 }

func (f *fake) Next() (nmea.Message, bool) {
	for f.pos < len(f.chunk) {
		c := f.chunk[f.pos]
		f.pos++
		if c == '<' {
			f.buf = f.buf[:0]
		}
		f.buf = append(f.buf, c)
		if c == '>' {
			return nmea.Message{Raw: f.buf, End: f.pos, Report: f.report()}, true
		}
	}
	return nmea.Message{}, false
}

func (f *fake) report() nmea.Report {
	r := nmea.Report{Address: string(f.buf)}
	switch f.buf[1] {
	case 'T':
		r.Address, r.HasTime, r.Fix = "TIME", true, nmea.FixGood
		r.Time = nmea.TimeOfDay{Hour: 12, Second: int(f.buf[6]-'0')*10 + int(f.buf[7]-'0')}
		r.Date = nmea.Date{Year: 2026, Month: 5, Day: 15}
	case 'D':
		r.Leap = nmea.LeapDefault
	case 'K':
		r.Leap = nmea.LeapKnown
	}
	return r
}

// order returns what a Stream returns for chunks, each its messages and addresses in order.
func order(s *nmea.Stream, chunks ...string) (list []string) {
	for i, chunk := range chunks {
		s.Push(boot.Add(time.Duration(i)*time.Millisecond), []byte(chunk))
		for {
			h, more := s.Next()
			if !more {
				break
			}
			switch {
			case len(h.Message) > 0:
				list = append(list, string(h.Message))
			case len(h.Sentence.Raw) > 0:
				address, _, _ := bytes.Cut(h.Sentence.Raw, []byte(","))
				list = append(list, string(address))
			}
		}
	}
	return list
}

// Sentences and messages come in the order of their ends, whatever the chunks.
func TestAlsoInOrder(t *testing.T) {
	const zda = "$GPZDA,120000.00,15,05,2026,,*62\r\n"
	for stream, want := range map[string][]string{
		"":                           nil,
		"<a><b>":                     {"<a>", "<b>"},
		zda + zda:                    {"$GPZDA", "$GPZDA"},
		"<a>" + zda + "<b>":          {"<a>", "$GPZDA", "<b>"},
		zda + "<a><b>" + zda + "<c>": {"$GPZDA", "<a>", "<b>", "$GPZDA", "<c>"},
		zda[:10] + "<a>" + zda[10:]:  {"<a>", "$GPZDA"},
		zda[:10] + "<a>" + zda:       {"<a>", "$GPZDA"},
		"<" + zda + ">":              {"$GPZDA", "<" + zda + ">"},
	} {
		for _, size := range []int{1, 2, 7, 1000} {
			var chunks []string
			for chunk := range slices.Chunk([]byte(stream), size) {
				chunks = append(chunks, string(chunk))
			}
			got := order(nmea.NewStream(9600, nmea.Date{}).Also(new(fake)), chunks...)
			if !slices.Equal(got, want) {
				t.Errorf("%q in chunks of %d: %q, want %q", stream, size, got, want)
			}
		}
	}
}

// A pushed chunk and when its read returned, after boot.
type timedChunk struct {
	at   time.Duration
	text string
}

// epochsAlso returns the epochs of chunks at 9600 baud.
func epochsAlso(chunks ...timedChunk) (epochs []nmea.Epoch) {
	s := nmea.NewStream(9600, nmea.Date{}).Also(new(fake))
	for _, c := range chunks {
		s.Push(boot.Add(c.at), []byte(c.text))
		for {
			h, more := s.Next()
			if !more {
				break
			}
			if h.Complete {
				h.Epoch.Sentences = slices.Clone(h.Epoch.Sentences)
				epochs = append(epochs, h.Epoch)
			}
		}
	}
	return epochs
}

// The messages of a burst and its sentences are one epoch, which begins with the first byte.
func TestAlsoEpochs(t *testing.T) {
	const ms = time.Millisecond
	second := func(s time.Duration, text string) timedChunk { return timedChunk{s * time.Second, text} }
	silence := func(s time.Duration) timedChunk { return timedChunk{s*time.Second + 200*ms, ""} }
	for _, c := range []struct {
		name   string
		chunks []timedChunk
		start  time.Duration // of the last epoch
		list   []string
		why    nmea.Reason
	}{
		{"a message alone", []timedChunk{second(0, "<x>"), second(1, "<T120001>"), silence(1)}, time.Second - 9*at9600, []string{"TIME"}, nmea.Valid},
		{"a message before it", []timedChunk{second(0, "<x>"), second(1, "<x><T120001>"), silence(1)}, time.Second - 12*at9600, []string{"<x>", "TIME"}, nmea.Valid},
		{"a message and a sentence", []timedChunk{second(0, "<x>"), second(1, "<T120001>$GPGGA,120001.00,,,,,1,,,,,,,,*4B\r\n"), silence(1)}, 0, []string{"TIME", "GPGGA"}, nmea.Valid},
		{"two times", []timedChunk{second(0, "<x>"), second(1, "<T120002>$GPGGA,120001.00,,,,,1,,,,,,,,*4B\r\n"), silence(1)}, 0, []string{"TIME"}, nmea.TwoTimes},
		{
			"a message whose end was read late",
			[]timedChunk{second(0, "<x>"), second(1, "<T12"), {time.Second + 90*ms, "0001><y>"}, {time.Second + 290*ms, ""}},
			time.Second - 4*at9600, []string{"TIME", "<y>"}, nmea.Valid,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			epochs := epochsAlso(c.chunks...)
			if len(epochs) == 0 {
				t.Fatal("no epoch")
			}
			e := epochs[len(epochs)-1]
			if !slices.Equal(e.Sentences, c.list) || e.Why != c.why {
				t.Errorf("%q, %v; want %q, %v", e.Sentences, e.Why, c.list, c.why)
			}
			if start := e.Start.Sub(boot); c.start != 0 && (start-c.start).Abs() > at9600/2 {
				t.Errorf("begins at %v, want %v", start, c.start)
			}
		})
	}
}

// A report that the leap seconds are a default stands against another message's for a minute,
// and for 15 if it is not repeated.
func TestLeapReports(t *testing.T) {
	type report struct {
		after time.Duration
		text  string
	}
	for _, c := range []struct {
		name    string
		reports []report
		want    nmea.Leap
	}{
		{"known", []report{{0, "<K>"}}, nmea.LeapKnown},
		{"default", []report{{0, "<D>"}}, nmea.LeapDefault},
		{"default, then known by another message at once", []report{{0, "<D>"}, {time.Second, "<K>"}}, nmea.LeapDefault},
		{"default, then known by another message after 59 s", []report{{0, "<D>"}, {59 * time.Second, "<K>"}}, nmea.LeapDefault},
		{"default, then known by another message after 61 s", []report{{0, "<D>"}, {61 * time.Second, "<K>"}}, nmea.LeapKnown},
		{"known, then default by another message", []report{{0, "<K>"}, {time.Second, "<D>"}}, nmea.LeapDefault},
		{"default, 14 minutes ago", []report{{0, "<D>"}, {14 * time.Minute, "<x>"}}, nmea.LeapDefault},
		{"default, 16 minutes ago", []report{{0, "<D>"}, {16 * time.Minute, "<x>"}}, nmea.LeapUnreported},
		{"known, 16 minutes ago", []report{{0, "<K>"}, {16 * time.Minute, "<x>"}}, nmea.LeapKnown},
	} {
		var chunks []timedChunk
		at := time.Duration(0)
		for _, r := range c.reports {
			at += r.after
			chunks = append(chunks, timedChunk{at, r.text})
		}
		chunks = append(chunks, timedChunk{at + 100*time.Millisecond, "<T120001>"}, timedChunk{at + time.Second/2, ""})
		epochs := epochsAlso(chunks...)
		if len(epochs) != 1 || epochs[0].Leap != c.want || (epochs[0].Why == nmea.LeapUnknown) != (c.want == nmea.LeapDefault) {
			t.Errorf("%s: %+v, want leap %v", c.name, epochs, c.want)
		}
	}
}
