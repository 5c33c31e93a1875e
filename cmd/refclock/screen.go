package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/watch"
)

const (
	// redraw is how often the screen is drawn: ages visibly grow.
	redraw = 250 * time.Millisecond

	// Control sequences of ECMA-48: go to the top left; erase to the end of the line, of the
	// screen; hide and show the cursor; erase all.
	toTop      = "\x1b[H"
	eraseLine  = "\x1b[K"
	eraseBelow = "\x1b[J"
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
	eraseAll   = "\x1b[2J"
)

// watchScreen draws the units until ctx ends, between the texts of above and below. While
// Ctrl-Z suspends it, the shell has its cursor.
func watchScreen(ctx context.Context, w io.Writer, units *watchedUnits, above, below func() string) error {
	jobs := make(chan os.Signal, 2)
	signal.Notify(jobs, unix.SIGTSTP, unix.SIGCONT)
	defer signal.Stop(jobs)
	return drawUnits(ctx, w, units, above, below, jobs, stopProcess)
}

// stopProcess stops the process, as SIGTSTP does by default. It may return before that.
func stopProcess() { unix.Kill(os.Getpid(), unix.SIGSTOP) }

// drawUnits is watchScreen with the signals of job control, and what stops the process.
func drawUnits(ctx context.Context, w io.Writer, units *watchedUnits, above, below func() string, jobs <-chan os.Signal, stop func()) error {
	ticker := time.NewTicker(watch.PollInterval)
	defer ticker.Stop()
	fmt.Fprint(w, hideCursor+eraseAll)
	defer fmt.Fprint(w, showCursor+"\n")
	var drawn time.Time
	suspended := false
	for {
		now := time.Now()
		units.look(now)
		if !suspended && now.Sub(drawn) >= redraw {
			drawn = now
			columns, rows := screenSize(w)
			page := above() + table(units.list, now, columns) + below()
			if _, err := fmt.Fprint(w, toTop+fit(visible(page), columns, rows)+eraseBelow); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case s := <-jobs:
			if suspended = s == unix.SIGTSTP; suspended {
				fmt.Fprint(w, showCursor+"\n")
				stop()
				continue
			}
			fmt.Fprint(w, hideCursor+eraseAll)
			drawn = time.Time{}
		}
	}
}

// fit cuts a page and its lines at the size of the terminal, and makes each line erase the rest
// of it. The last row remains free: the terminal would scroll.
func fit(page string, width, rows int) string {
	lines := strings.Split(strings.TrimSuffix(page, "\n"), "\n")
	if room := rows - 1; len(lines) > room {
		if lines = lines[:room]; room > 0 {
			lines[room-1] = fmt.Sprintf("(%d more lines need a taller terminal)", strings.Count(page, "\n")-room+1)
		}
	}
	var b strings.Builder
	for _, line := range lines {
		text := []rune(line)
		if len(text) > width {
			text = append(text[:width-1], '…')
		}
		b.WriteString(string(text) + eraseLine + "\n")
	}
	return b.String()
}

// width returns the columns of the terminal, or 80 if they are not known.
func width(w io.Writer) int {
	columns, _ := screenSize(w)
	return columns
}

// screenSize returns the columns and rows of the terminal, or 80 and 24 if they are not known.
func screenSize(w io.Writer) (columns, rows int) {
	columns, rows = 80, statusRows+1
	if f, ok := w.(*os.File); ok {
		if size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && size.Col > 1 {
			columns = int(size.Col)
			if size.Row > 1 {
				rows = int(size.Row)
			}
		}
	}
	return columns, rows
}

// wideTable is from how many columns on the table has the size and the owner.
const wideTable = 100

// table returns the units as a table, which fits 80 columns.
func table(units []*watchedUnit, now time.Time, columns int) string {
	var b strings.Builder
	wide := ""
	if columns >= wideTable {
		wide = "SIZE  OWNER     "
	}
	b.WriteString("UNIT        OFFSET    JITTER  PREC  LEAP    AGE  " + wide + "READ BY: SAMPLES TAKEN\n")
	for _, u := range units {
		u.row(&b, now, wide != "")
	}
	if len(units) == 0 {
		b.WriteString("  (this machine has no unit yet)\n")
	}
	b.WriteString("\noffset = clock - receive: negative if the clock is behind the system clock.\n")
	return b.String()
}

// row writes a unit's line, and below it what is wrong with the unit.
func (u *watchedUnit) row(b *strings.Builder, now time.Time, wide bool) {
	offset, jitter, precision, leap, age, readers := "-", "-", "-", "-", "-", ""
	if u.seen {
		r := u.reading
		offset, jitter, precision, leap = offsetText(r.Offset), jitterText(r), fmt.Sprint(r.Sample.Precision), leapText(int(r.Sample.Leap))
		age, readers = fmt.Sprintf("%.1fs", now.Sub(r.Sample.Receive).Seconds()), u.readersText("")
	}
	if wide {
		readers = fmt.Sprintf("%4s  %-8s  %s", u.sizeText(), u.ownerName(), readers)
	}
	fmt.Fprintf(b, "%4d  %12s  %8s  %4s  %4s  %5s  %s\n", u.number, offset, jitter, precision, leap, age, readers)
	if text := u.trouble(); text != "" {
		fmt.Fprintf(b, "      %s\n", text)
	}
}

// offsetText returns an offset in the unit that suits its size.
func offsetText(d time.Duration) string {
	switch {
	case d.Abs() < time.Millisecond:
		return fmt.Sprintf("%+.3f us", float64(d)/float64(time.Microsecond))
	case d.Abs() < 10*time.Second:
		return fmt.Sprintf("%+.3f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%+.3f s", d.Seconds())
}

// leapText returns the leap in at most four letters.
func leapText(leap int) string {
	return [...]string{"none", "add", "del", "sync"}[leap&3]
}
