package history

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
)

// lifelike returns the history of a receiver with a pulse: one sample a second with noise, a
// delay and satellites, a slewed clock, a step, and gaps.
func lifelike(lasts time.Duration) (c *Clock, mono int64) {
	c = New()
	rng := rand.New(rand.NewPCG(3, 4))
	offset, lead := 0.0, int64(0)
	for i := range int(lasts / time.Second) {
		s := at(time.Duration(i)*time.Second+time.Duration(rng.NormFloat64()*2e3), 0)
		offset = offset*0.99 + rng.NormFloat64()*300
		lead += int64(rng.NormFloat64() * 50)
		if i == 5000 {
			lead += 3 * second
		}
		s.Real += lead
		s.Offset, s.Jitter, s.Precision = int64(offset+rng.NormFloat64()*900), int64(900+rng.NormFloat64()*40), -20
		l := look(time.Duration(i)*time.Second, "")
		l.Real, l.Delay, l.Satellites = l.Real+lead, int64(120e6+rng.NormFloat64()*1e6), 9+rng.IntN(3)
		if gap := i%20_000 > 19_900; gap {
			l.State = driver.State{Reason: "no fix", Detail: fmt.Sprintf("%d satellites", i%4), Hint: "wait for a fix"}
		} else {
			c.Add(s)
		}
		c.Look(l)
		mono = s.Mono
	}
	return c, mono
}

// moved returns copies of records that are later by shift on the monotonic clock.
func moved[T any](list []T, shift int64, mono func(*T) *int64) []T {
	list = slices.Clone(list)
	for i := range list {
		*mono(&list[i]) += shift
	}
	return list
}

// What is decoded equals what was encoded, bit by bit, at its place on the monotonic clock.
func TestEncodingRoundTrip(t *testing.T) {
	c, mono := lifelike(25 * time.Hour)
	encoding := c.Encode(nil, mono)
	t.Logf("a day of 1 sample a second: %d bytes; empty: %d", len(encoding), len(New().Encode(nil, 0)))
	if len(encoding) > 250_000 {
		t.Errorf("a day has %d bytes, want at most 250 kB", len(encoding))
	}
	for _, shift := range []int64{0, -int64(100 * time.Hour), 77} {
		got, err := Decode(encoding, shift, mono+shift)
		if err != nil {
			t.Fatal(err)
		}
		want := moved(c.all(c.SampleSpan(mono, Hour)), shift, func(s *Sample) *int64 { return &s.Mono })
		if list := got.all(got.SampleSpan(mono+shift, Hour)); len(want) < 3000 || !slices.Equal(list, want) {
			t.Errorf("shift %d: %d samples, want %d equal ones", shift, len(list), len(want))
		}
		buckets := moved(c.day(mono), shift, func(b *Bucket) *int64 { return &b.Mono })
		if list := got.day(mono + shift); len(buckets) < maxBuckets-100 || !slices.Equal(list, buckets) {
			t.Errorf("shift %d: %d buckets, want %d equal ones", shift, len(list), len(buckets))
		}
		if a, b := got.Gaps(mono+shift, Day), c.Gaps(mono, Day); len(b) != 4 || !reflect.DeepEqual(a, b) {
			t.Errorf("shift %d: gaps\n%v, want\n%v", shift, a, b)
		}
		if n := got.FirstSample(); n != got.NextSample() {
			t.Errorf("sample %d counts as of this run, want those from %d", n, got.NextSample())
		}
	}
}

// No record is later than the moment of the encoding, whatever the encoding has.
func TestDecodedTimesAreLimited(t *testing.T) {
	c, mono := lifelike(time.Minute)
	latest := mono - 30*second
	got, err := Decode(c.Encode(nil, mono), 0, latest)
	if err != nil {
		t.Fatal(err)
	}
	list := got.all(Span{0, got.NextSample()})
	if len(list) != 60 || list[59].Mono != latest {
		t.Errorf("%d samples, want 60, the last at %d: %+v", len(list), latest, list[len(list)-1])
	}
}

// An encoding that is cut anywhere is an error.
func TestEncodingCut(t *testing.T) {
	c, mono := lifelike(30 * time.Second)
	encoding := c.Encode(nil, mono)
	for n := range encoding {
		if _, err := Decode(encoding[:n], 0, mono); err == nil {
			t.Errorf("cut at %d of %d: no error", n, len(encoding))
		}
	}
	if _, err := Decode(append(encoding, 0), 0, mono); err == nil {
		t.Error("a byte more: no error")
	}
}

// A list that claims more records than there are bytes, or than a history holds, is refused.
func TestLengthIsChecked(t *testing.T) {
	most := New().samples.most()
	for _, c := range []struct {
		length uint32
		bytes  int
		valid  bool
	}{{1 << 31, 0, false}, {uint32(most), most*sampleLength - 1, false}, {uint32(most), most * sampleLength, true}, {uint32(most + 1), (most + 1) * sampleLength, false}} {
		encoding := append(binary.LittleEndian.AppendUint32(nil, c.length), make([]byte, c.bytes)...)
		encoding = append(encoding, make([]byte, 8)...) // no buckets, no spells
		if !c.valid && c.bytes < most*sampleLength {
			encoding = encoding[:len(encoding)-8]
		}
		if _, err := Decode(encoding, 0, 0); (err == nil) != c.valid {
			t.Errorf("%d records in %d bytes: %v", c.length, c.bytes, err)
		}
	}
}

// The samples of the open bucket are encoded after Flush.
func TestFlush(t *testing.T) {
	c := New()
	c.Add(at(0, 7))
	c.Flush()
	if list := c.day(epochMono); len(list) != 1 || list[0].Count != 1 || list[0].Median != 7 {
		t.Errorf("%+v", list)
	}
	c.Flush()
	if list := c.day(epochMono); len(list) != 1 {
		t.Errorf("the second time: %+v", list)
	}
}

// Whatever is decoded is a valid history: in order, not later than latest, and it survives
// another round.
func FuzzDecode(f *testing.F) {
	for _, lasts := range []time.Duration{0, time.Second, time.Minute, 10 * time.Minute} {
		c, mono := lifelike(lasts)
		f.Add(c.Encode(nil, mono), int64(0), mono)
		f.Add(c.Encode(nil, mono), -mono, int64(0))
	}
	f.Fuzz(func(t *testing.T, encoding []byte, shift, latest int64) {
		const most = int64(1) << 60
		shift, latest = shift%most, latest%most
		c, err := Decode(encoding, shift, latest)
		if err != nil {
			return
		}
		samples := c.all(Span{c.samples.first, c.samples.next})
		if !slices.IsSortedFunc(samples, func(a, b Sample) int { return cmp.Compare(a.Mono, b.Mono) }) || len(samples) > 0 && samples[len(samples)-1].Mono > latest {
			t.Fatalf("samples not in order, or after %d", latest)
		}
		c.Gaps(latest, Day)
		c.Look(Status{Mono: latest, SinceMono: latest, Delay: None, Satellites: None})
		again, err := Decode(c.Encode(nil, latest), 0, latest)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(again.day(latest), c.day(latest)) || !reflect.DeepEqual(again.Gaps(latest, Day), c.Gaps(latest, Day)) {
			t.Fatal("the second round differs")
		}
	})
}
