package textclock

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/refclock/refclock/driver"
)

// The constant states. A hint is for users without experience.
var (
	listening = driver.State{
		Reason: "listening",
		Detail: "waiting for the first line",
	}
	heldUp = driver.State{
		Reason: "held up",
		Detail: "a line was in the pipe before refclock read it: when it arrived is unknown",
	}
	flooded = driver.State{
		Reason: "too many lines",
		Detail: fmt.Sprintf("more than %d lines a second", maxRate),
		Hint:   "let the program wait between two lines, such as 1 s: a time daemon uses one a second at most",
	}
	leapSecond = driver.State{
		Reason: "leap second",
		Detail: "23:59:60 has no number in the system's time",
	}
	clockStepped = driver.State{
		Reason: "clock stepped",
		Detail: "the system clock was set while a sample was made; if this repeats, two programs set it",
	}
)

const form = "2006-01-02 15:04:05.000"

func utc(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// noLines is the state while no line arrives from an input.
func noLines(input string, patience time.Duration) driver.State {
	return driver.State{
		Reason: "no lines",
		Detail: fmt.Sprintf("no line from %s for %v", input, patience.Round(time.Second)),
		Hint:   "check that the program runs, and that it prints a line each second and flushes it: python3 -u, stdbuf -oL, fflush(stdout)",
	}
}

// buffered is the state after several lines that arrived together.
func buffered(lines int) driver.State {
	return driver.State{
		Reason: "buffered lines",
		Detail: fmt.Sprintf("%d lines arrived at once: when each was printed is unknown", lines),
		Hint:   "let the program flush each line: python3 -u, stdbuf -oL, fflush(stdout); or let it print RECEIVE",
	}
}

// unreadable is the state after a line that is wrong.
func unreadable(b BadLine) driver.State {
	s := driver.State{Reason: "unreadable line", Detail: b.String(), Hint: "correct the program; /usr/share/doc/refclock/feed.md has examples"}
	switch b.flaw {
	case overlong:
		s.Reason, s.Hint = "endless line", "let the program end each line with a newline"
	case unended:
		s.Reason, s.Hint = "incomplete line", "let the program print each line with its newline at once"
	}
	return s
}

// wrongReceive is the state after a RECEIVE that cannot be right.
func wrongReceive(format string, args ...any) driver.State {
	return driver.State{
		Reason: "wrong receive time",
		Detail: "RECEIVE is " + fmt.Sprintf(format, args...),
		Hint:   "let the program print the time of this machine's system clock as RECEIVE, in UTC and at once; or leave RECEIVE out",
	}
}

// stopped is the state while lines repeat a time.
func stopped(clock int64) driver.State {
	return driver.State{
		Reason: "clock stopped",
		Detail: fmt.Sprintf("lines repeat the time %s", utc(clock).Format(form)),
		Hint:   "check the clock and its power; the program must read it again for each line",
	}
}

// implausible is the state while the clock is before the build date, or long after it.
func implausible(clock, built int64) driver.State {
	return driver.State{
		Reason: "implausible time",
		Detail: fmt.Sprintf("the clock says %s; expected a time between %s, when refclock was built, and ten years later", utc(clock).Format(form), utc(built).Format(time.DateOnly)),
		Hint:   "set the clock; if it is right, install a newer refclock",
	}
}

// settling is the state until enough lines agree.
func settling(lines, settle int) driver.State {
	return driver.State{
		Reason: "settling",
		Detail: fmt.Sprintf("%d of %d lines agree", lines, settle),
	}
}

// timeJumped is the state after a jump, until enough lines agree.
func timeJumped(by time.Duration, lines, settle int) driver.State {
	direction := "forward"
	if by < 0 {
		direction = "back"
	}
	return driver.State{
		Reason: "time jumped",
		Detail: fmt.Sprintf("the clock jumped %s by %v relative to the monotonic clock; %d of %d lines agree since then", direction, by.Abs().Round(time.Millisecond), lines, settle),
	}
}

// contradicted is the state while a witness has another time.
func contradicted(w driver.Witness, r reading, e driver.Estimate) driver.State {
	return driver.State{
		Reason: "disagrees with witness",
		Detail: fmt.Sprintf("the clock says %s, but %s says %s", utc(r.clock).Format(form), w, utc(r.receive+int64(e.Offset)).Format(form)),
		Hint:   "correct the one that is wrong, or turn off the witness " + driver.Setting("witness") + "; publishing resumes when they agree, or the witness has no time",
	}
}

// failed is the state after an input that cannot be opened or read.
func failed(err error) driver.State {
	s := driver.State{Reason: "no input", Detail: err.Error(), Hint: "check the path and its folder with ls -ld; refclock tries again"}
	switch {
	case errors.Is(err, errCommand):
		s.Reason, s.Hint = "command ended", "type the command in a shell, as the user that runs refclock: it must run and print lines until it is stopped"
	case errors.Is(err, errInUse):
		s.Hint = "stop the other program that reads it, or set another input " + driver.Setting("input")
	case errors.Is(err, fs.ErrPermission):
		s.Hint = "use a path in /run/refclock, where the service may create it, or give its user access"
	case errors.Is(err, fs.ErrNotExist):
		s.Hint = "create the folder, or use a path in /run/refclock"
	}
	return s
}
