package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

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
			page := above() + table(units.list, now) + below()
			if _, err := fmt.Fprint(w, toTop+fit(page, width(w))+eraseBelow); err != nil {
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

// fit cuts the page's lines at the screen's width, and has each erase what was
// there before it.
func fit(page string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(page) {
		text := []rune(strings.TrimSuffix(line, "\n"))
		if len(text) > width {
			text = append(text[:width-1], '…')
		}
		b.WriteString(string(text) + eraseLine + "\n")
	}
	return b.String()
}

// width is how many columns the terminal has; 80 where it does not tell.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && size.Col > 1 {
			return int(size.Col)
		}
	}
	return 80
}

// table is the units as a table of 80 columns.
func table(units []*watchedUnit, now time.Time) string {
	var b strings.Builder
	b.WriteString("UNIT        OFFSET    JITTER  PREC  LEAP    AGE  SIZE  OWNER     READ BY\n")
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
		fmt.Fprintf(b, "%4d  %12s  %8s  %4s  %4s  %5s  %4s  %s\n", u.number, "-", "-", "-", "-", "-", u.sizeText(), u.ownerName())
	} else {
		r := u.reading
		fmt.Fprintf(b, "%4d  %12s  %8s  %4d  %4s  %5s  %4s  %-8s  %s\n", u.number, offsetText(r.Offset), jitterText(r),
			r.Sample.Precision, leapText(int(r.Sample.Leap)), fmt.Sprintf("%.1fs", now.Sub(r.Sample.Receive).Seconds()),
			u.sizeText(), u.ownerName(), u.readersText())
	}
	if text := u.trouble(); text != "" {
		fmt.Fprintf(b, "      %s\n", text)
	}
}

// offsetText is an offset in the unit that leaves three decimals or more of sense.
func offsetText(d time.Duration) string {
	switch {
	case d.Abs() < time.Millisecond:
		return fmt.Sprintf("%+.3f us", float64(d)/float64(time.Microsecond))
	case d.Abs() < 10*time.Second:
		return fmt.Sprintf("%+.3f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%+.3f s", d.Seconds())
}

// leapText is the leap in a word of four letters.
func leapText(leap int) string {
	return [...]string{"none", "add", "del", "sync"}[leap&3]
}
