package htntp

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/simweb"
	"github.com/refclock/refclock/shm"
)

// july is a time that a leap second may precede.
var july = time.Date(2000, 7, 1, 0, 0, 0, 0, time.UTC)

// A result is not repeated past a possible leap second, which no clock of the machine counts.
func TestClockAcrossALeapSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := func(after time.Duration) time.Duration { return time.Until(july.Add(after - behind)) } // of UTC
		time.Sleep(at(-5 * time.Minute))
		server := good()
		runClock(t, Config{Hosts: hosts(t, "http://a.example"), Interval: 10 * time.Minute, Repeat: 2 * time.Second, Dial: simweb.Web{"a.example:80": server}.Dial}, 20*time.Minute,
			func(feed *driver.Feed, unit *shm.Segment) {
				time.Sleep(at(-10 * time.Second))
				if _, err := take(unit); err != nil {
					t.Errorf("before the leap second: %v", err)
				}
				time.Sleep(at(0))
				server.Set(behind - time.Second)
				take(unit) // of before it
				wrong, right, silent := 0, 0, driver.State{}
				for range 8 * 60 {
					time.Sleep(time.Second)
					switch got, err := take(unit); {
					case err != nil:
					case (got.Offset() - behind + time.Second).Abs() > 100*ms:
						wrong++
					default:
						right++
					}
					if right == 0 {
						silent = feed.State()
					}
				}
				if silent.Reason != "leap second" {
					t.Errorf("the state after the leap second: %v", silent)
				}
				if wrong > 0 || right == 0 {
					t.Errorf("%d samples with the time of before the leap second, %d of after it; want only the latter", wrong, right)
				}
			})
	})
}

// A poll during which there may be a leap second has no result: its answers differ by a second.
func TestPollAcrossALeapSecond(t *testing.T) {
	for _, names := range [][]string{{"http://a.example"}, {"http://a.example", "http://b.example", "http://c.example"}} {
		for before := 100 * ms; before < 8*time.Second; before += 400 * ms {
			for _, warm := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) { pollAcrossALeapSecond(t, names, before, warm) })
			}
		}
	}
}

// pollAcrossALeapSecond begins a poll so long before the leap second.
func pollAcrossALeapSecond(t *testing.T, names []string, before time.Duration, warm bool) {
	at := july.Add(-behind)
	time.Sleep(time.Until(at.Add(-5 * time.Minute)))
	web := simweb.Web{}
	for _, name := range names {
		web[strings.TrimPrefix(name, "http://")+":80"] = good()
	}
	e := engine(t, web, names...)
	if warm {
		v, err := e.Ask(t.Context())
		near(t, v, err, behind, 20*ms)
	}
	time.AfterFunc(time.Until(at), func() {
		for _, s := range web {
			s.(*simweb.Server).Set(behind - time.Second)
		}
	})
	time.Sleep(time.Until(at.Add(-before)))
	v, err := e.Ask(t.Context())
	if err == nil || time.Now().After(at) && !errors.Is(err, ErrLeapSecond) && !errors.Is(err, ErrNoMajority) {
		t.Errorf("%d servers, %v before, warm %v: offset %v, %v; want no result", len(names), before, warm, v.Offset, err)
	}
	time.Sleep(time.Until(at.Add(time.Minute)))
	v, err = e.Ask(t.Context())
	near(t, v, err, behind-time.Second, 20*ms)
}
