package nmea_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A capture is the output of a real receiver, with its times as decoded by another program.
type capture struct {
	name  string
	bytes []byte
	Valid []string `json:"rmc_valid"` // times of RMC with status A, to the millisecond, the era as shown
	Void  []string `json:"rmc_void"`  // with status V
}

// captureFolder returns the folder of the captures, which are not part of the project.
func captureFolder() string {
	if folder := os.Getenv("REFCLOCK_CAPTURES"); folder != "" {
		return folder
	}
	return filepath.Join("..", "..", "shared", "captures") // beside the project
}

func captures(t *testing.T) (found []capture) {
	t.Helper()
	expected, err := os.ReadFile(filepath.Join(captureFolder(), "expected.json"))
	if err != nil {
		t.Skipf("no captures: set REFCLOCK_CAPTURES to their folder: %v", err)
	}
	byName := map[string]capture{}
	if err := json.Unmarshal(expected, &byName); err != nil {
		t.Fatal(err)
	}
	byName["nmea-fuzzy-cases"] = capture{} // not in that file
	for name, c := range byName {
		c.name = name
		if c.bytes, err = os.ReadFile(filepath.Join(captureFolder(), name+".log")); err != nil {
			t.Fatal(err)
		}
		if name == "nmea-fuzzy-cases" {
			c.Valid = rmcTimes(c.bytes)
		}
		found = append(found, c)
	}
	return found
}

var wholeRMC = regexp.MustCompile(`\$G[NP]RMC,(\d\d)(\d\d)(\d\d\.\d\d),A,[^*]*,(\d\d)(\d\d)(\d\d),[^*]*\*`)

// rmcTimes reads the times of a capture without a damaged line in it.
func rmcTimes(log []byte) (times []string) {
	for _, m := range wholeRMC.FindAllSubmatch(log, -1) {
		times = append(times, string(slices.Concat([]byte("20"), m[6], []byte("-"), m[5], []byte("-"), m[4],
			[]byte("T"), m[1], []byte(":"), m[2], []byte(":"), m[3], []byte("0Z"))))
	}
	return times
}

// firstDay returns the earliest date that the receiver showed.
func (c capture) firstDay(t *testing.T) nmea.Date {
	t.Helper()
	day, err := time.Parse(time.DateOnly, slices.Min(slices.Concat(c.Valid, c.Void))[:len(time.DateOnly)])
	if err != nil {
		t.Fatal(err)
	}
	return nmea.DateOf(day)
}

// epochsOf reads a capture as a file.
func (c capture) epochsOf(pivot nmea.Date) []nmea.Epoch {
	return grouped(nmea.NewFramer(0), pivot, slices.Values([]stamped{{bytes: c.bytes}}))
}

// A stamped is a chunk with its stamp.
type stamped struct {
	at    nmea.Stamp
	bytes []byte
}

func grouped(f *nmea.Framer, pivot nmea.Date, chunks func(yield func(stamped) bool)) (epochs []nmea.Epoch) {
	e := nmea.NewEpochs(pivot)
	for chunk := range chunks {
		f.Push(chunk.at, chunk.bytes)
		for _, sentence := range all(f) {
			if epoch, ok, _ := e.Push(sentence); ok {
				epochs = append(epochs, epoch)
			}
		}
	}
	if epoch, ok := e.Flush(); ok {
		epochs = append(epochs, epoch)
	}
	return epochs
}

// validTimes returns the times of the valid epochs, each once, to the millisecond.
func validTimes(epochs []nmea.Epoch) (times []string) {
	for _, e := range epochs {
		if e.Why == nmea.Valid {
			u := e.UTC
			u.Nanosecond -= u.Nanosecond % 1_000_000
			times = append(times, u.String())
		}
	}
	slices.Sort(times)
	return slices.Compact(times)
}

// An epoch is valid if and only if the receiver flagged it as valid.
func TestCaptures(t *testing.T) {
	for _, c := range captures(t) {
		t.Run(c.name, func(t *testing.T) {
			sameTimes(t, c, validTimes(c.epochsOf(c.firstDay(t))))
		})
	}
}

func sameTimes(t *testing.T, c capture, got []string) {
	t.Helper()
	want := slices.Compact(slices.Sorted(slices.Values(c.Valid)))
	if !slices.Equal(got, want) {
		t.Errorf("%d valid times, want %d:\n%s\nwant\n%s", len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, void := range c.Void {
		if slices.Contains(got, void) {
			t.Errorf("%s is valid, but void in an RMC", void)
		}
	}
}

// A program built today reads old captures: valid dates are moved by whole eras and within
// ten years, all others have a reason.
func TestCapturesInALaterEra(t *testing.T) {
	for _, c := range captures(t) {
		for _, pivot := range []nmea.Date{midMay, {Year: 2026, Month: 12, Day: 31}, {Year: 2035, Month: 1, Day: 1}} {
			t.Run(c.name+" "+pivot.String(), func(t *testing.T) {
				last := nmea.DateOf(pivot.Midnight().AddDate(10, 0, 0))
				for _, e := range c.epochsOf(pivot) {
					if e.Why != nmea.Valid {
						continue
					}
					shown := e.UTC.AddDays(-e.Eras * 7168).String()
					shownBefore := slices.ContainsFunc(c.Valid, func(text string) bool { return strings.HasPrefix(text, shown) })
					if e.UTC.Date.Before(pivot) || last.Before(e.UTC.Date) || !shownBefore {
						t.Errorf("%v is valid, %d eras on from %s", e.UTC, e.Eras, shown)
					}
				}
			})
		}
	}
}

// The same bytes at 9600 baud, 16 per read, one burst per second or as soon as the wire is
// free. Their stamps do not change the times.
func TestCapturesPaced(t *testing.T) {
	for _, c := range captures(t) {
		t.Run(c.name, func(t *testing.T) {
			epochs := grouped(nmea.NewFramer(9600), c.firstDay(t), c.paced)
			sameTimes(t, c, validTimes(epochs))
			for _, e := range epochs {
				if e.HasStart && e.Start.Sub(e.Last) > 0 {
					t.Errorf("%v began after it ended", e.UTC)
				}
			}
		})
	}
}

func (c capture) paced(yield func(stamped) bool) {
	var free time.Duration // when the wire is free
	for i, burst := range c.bursts() {
		at := max(time.Duration(i)*time.Second, free)
		for chunk := range slices.Chunk(burst, 16) {
			at += time.Duration(len(chunk)) * at9600
			if !yield(stamped{boot.Add(at), chunk}) {
				return
			}
		}
		free = at
	}
}

var clockField = regexp.MustCompile(`\$G.(?:(?:RMC|GGA|GNS|ZDA),|GLL,[^,]*,[^,]*,[^,]*,[^,]*,)(\d{6}[.\d]*),`)

// bursts splits a capture before each sentence that names a new time.
func (c capture) bursts() (bursts [][]byte) {
	clock, from := "", 0
	for _, m := range clockField.FindAllSubmatchIndex(c.bytes, -1) {
		if text := string(c.bytes[m[2]:m[3]]); text != clock {
			bursts = append(bursts, c.bytes[from:m[0]])
			clock, from = text, m[0]
		}
	}
	return append(bursts, c.bytes[from:])
}
