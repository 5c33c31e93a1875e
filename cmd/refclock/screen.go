package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/watch"
)

const (
	// redraw is how often the screen is drawn: ages visibly run.
	redraw = 250 * time.Millisecond

	// What a terminal that understands ECMA-48 does: go to the top left; erase to
	// the end of the line, of the screen; hide and show the cursor; erase all.
	toTop      = "\x1b[H"
	eraseLine  = "\x1b[K"
	eraseBelow = "\x1b[J"
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
	eraseAll   = "\x1b[2J"
)

// watchScreen draws the units until ctx ends, between what above and below give.
func watchScreen(ctx context.Context, w io.Writer, units *watchedUnits, above, below func() string) error {
	ticker := time.NewTicker(watch.Every)
	defer ticker.Stop()
	fmt.Fprint(w, hideCursor+eraseAll)
	defer fmt.Fprint(w, showCursor+"\n")
	var drawn time.Time
	for {
		now := time.Now()
		units.look(now)
		if now.Sub(drawn) >= redraw {
			drawn = now
			page := strings.ReplaceAll(above()+table(units.list, now)+below(), "\n", eraseLine+"\n")
			if _, err := fmt.Fprint(w, toTop+page+eraseBelow); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// table is the units as a table of 80 columns.
func table(units []*watchedUnit, now time.Time) string {
	var b strings.Builder
	b.WriteString("UNIT            OFFSET       JITTER  PREC  LEAP    AGE   SIZE  OWNER     READ BY\n")
	for _, u := range units {
		u.row(&b, now)
	}
	if len(units) == 0 {
		b.WriteString("  (this machine has no unit yet)\n")
	}
	b.WriteString("\noffset = clock - receive: negative where the clock is behind the system clock.\n")
	return b.String()
}

// row writes a unit's line, and below it what stands in the way.
func (u *watchedUnit) row(b *strings.Builder, now time.Time) {
	if !u.seen {
		fmt.Fprintf(b, "%4d  %16s  %11s  %4s  %4s  %5s  %5s  %-8s  %s\n", u.number, "-", "-", "-", "-", "-", u.sizeText(), u.ownerName(), "")
	} else {
		r := u.reading
		fmt.Fprintf(b, "%4d  %16s  %11s  %4d  %4s  %5s  %5s  %-8s  %s\n", u.number, seconds(r.Offset), jitterText(r),
			r.Sample.Precision, leapText(int(r.Sample.Leap)), fmt.Sprintf("%.1fs", now.Sub(r.Sample.Receive).Seconds()),
			u.sizeText(), u.ownerName(), u.readersText())
	}
	if text := u.trouble(); text != "" {
		fmt.Fprintf(b, "      %s\n", text)
	}
}

// leapText is the leap in a word of four letters.
func leapText(leap int) string {
	return [...]string{"none", "add", "del", "sync"}[leap&3]
}
