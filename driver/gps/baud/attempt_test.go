package baud

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

func TestAttempt(t *testing.T) {
	const (
		zda        = "$GPZDA,201530.00,04,07,2002,00,00*60\r\n"
		wrong      = "$GPZDA,201530.00,04,07,2002,00,00*61\r\n"
		outOfRange = "$GPZDA,251530.00,04,07,2002,00,00*65\r\n"
		bare       = "$GPZDA,201530.00,04,07,2002,00,00\r\n"
	)
	message := string(ubx.TimeLS{}.Append(nil))
	garbage := strings.Repeat("\xfe", 200)
	for name, c := range map[string]struct {
		chunk string // twice a second
		right bool
		after time.Duration
	}{
		"valid sentences":    {zda, true, time.Second},
		"UBX messages":       {message, true, time.Second},
		"damaged messages":   {message[1:], false, 2500 * time.Millisecond},
		"an impossible time": {outOfRange, true, time.Second},
		"wrong checksums":    {wrong, false, 2500 * time.Millisecond},
		"no checksums":       {bare, false, 2500 * time.Millisecond},
		"little garbage":     {"\x00", false, 2500 * time.Millisecond},
		"much garbage":       {garbage, false, 3 * time.Second / 2},
		"silence":            {"", false, 3500 * time.Millisecond},
	} {
		began := nmea.Stamp{Mono: int64(time.Hour)}
		a := NewAttempt(began)
		var passed time.Duration
		right, wrong := false, false
		for !right && !wrong && passed < 10*time.Second {
			passed += time.Second / 2
			right, wrong = a.Push(began.Add(passed), []byte(c.chunk))
		}
		if right != c.right || wrong == c.right || passed != c.after || a.Received() != (c.chunk != "") {
			t.Errorf("%s: right %v, wrong %v, received %v after %v; want right %v after %v", name, right, wrong, a.Received(), passed, c.right, c.after)
		}
		if a.Unchecked() != (c.chunk == bare) {
			t.Errorf("%s: unchecked: %v", name, a.Unchecked())
		}
	}
}
