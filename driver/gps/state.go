package gps

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// The states of a receiver's clock that are always the same. Each reason has one
// sentence of advice, for somebody who is new to all this.
var (
	listening = driver.State{
		Reason: "listening",
		Detail: "the port is open; nothing that tells the time has come yet",
	}
	noData = driver.State{
		Reason: "no data",
		Detail: fmt.Sprintf("not a byte for %v", patience),
		Hint:   "check that the receiver has power, that its TX goes to this machine's RX, and that this is the right port",
	}
	noSentences = driver.State{
		Reason: "wrong baud",
		Detail: fmt.Sprintf("bytes come, but no NMEA sentence among them for %v", patience),
		Hint:   "try a baud rate of 9600, 38400 or 115200 " + driver.Setting("baud") + "; if none helps, the receiver sends a binary protocol instead of NMEA",
	}
	noChecksums = driver.State{
		Reason: "no checksums",
		Detail: fmt.Sprintf("NMEA sentences come, but none with a good checksum for %v", patience),
		Hint:   "if all are without one, have the receiver send it; if all are wrong, the line is noisy: check the wiring and the ground",
	}
	settling = driver.State{
		Reason: "settling",
		Detail: fmt.Sprintf("the receiver's time must go on evenly for %v first", settleTime),
	}
	noSilence = driver.State{
		Reason: "no silence",
		Detail: "sentences of different seconds follow each other without a pause, so that nobody can tell where one begins",
		Hint:   "raise the receiver's baud rate, or turn off its GSV sentences: refclock receiver shows how; if they do not fill the second, two of its sentences disagree about the time",
	}
	heldUp = driver.State{
		Reason: "held up",
		Detail: "a burst was read late, or together with the one before it: the machine, or its USB, was busy",
	}
	leapSecond = driver.State{
		Reason: "leap second",
		Detail: "23:59:60 has no number in the system's time",
	}
	leapPossible = driver.State{
		Reason: "leap second",
		Detail: "a second may be inserted at this midnight; the receiver must have named two seconds after it first",
	}
	uncalibrated = driver.State{
		Detail: "uncalibrated: samples are late by the 50 to 700 ms that a receiver takes to speak, unless you name its delay " + driver.Setting("delay"),
	}
	clockStepped = driver.State{
		Reason: "clock stepped",
		Detail: "somebody set the system clock while a sample was made; if it happens again and again, two programs do",
	}
)

// The states of a pulse. What the receiver says against its own time stands for
// the pulse as well.
var (
	noPulse = driver.State{
		Reason: "no pulse",
		Detail: fmt.Sprintf("no edge for %v", pulsePatience.Truncate(time.Second)),
		Hint:   "most receivers give no pulse before they have a fix; else check the wire and the name of the line with refclock pps",
	}
	badPulse = map[pps.Reason]driver.State{
		pps.Rate: {
			Reason: "pulse rate",
			Detail: "the edges are regular, and not one a second",
			Hint:   "set the receiver's pulse to 1 Hz",
		},
		pps.Square: {
			Reason: "ambiguous edge",
			Detail: "the pulse lasts half a second, so that either edge may begin the second",
			Hint:   "say which one, rising or falling " + driver.Setting("polarity") + ", or make the receiver's pulse shorter",
		},
		pps.Noise: {
			Reason: "pulse noise",
			Detail: "the edges come at no regular times",
			Hint:   "check the wire and the ground, and that the line is the receiver's pulse",
		},
	}
	recounted = driver.State{
		Reason: settling.Reason,
		Detail: "the pulses were lost, their rhythm or their line was; the sentences must confirm the count first",
	}
	holdingOver = driver.State{Detail: "holdover: the receiver has no fix; its pulses are counted on"}
	unconfirmed = driver.State{
		Reason: "unconfirmed",
		Detail: fmt.Sprintf("for %v no sentences have said which seconds the pulses begin", confirmWithin.Truncate(time.Second)),
		Hint:   "see why the unit of the sentences is not fed",
	}
)

// ambiguousDelay is the state where the delay does not show which second an edge begins.
func ambiguousDelay(measured, expected time.Duration, known bool) driver.State {
	s := driver.State{
		Reason: "ambiguous delay",
		Detail: fmt.Sprintf("the sentences begin %v after an edge: they may belong to it, or to the one before or after", measured.Round(time.Millisecond)),
		Hint:   "raise the receiver's baud rate or have it send fewer sentences: refclock receiver shows how; or name the true delay " + driver.Setting("delay"),
	}
	if known {
		s.Detail = fmt.Sprintf("the sentences begin %v after an edge, and the delay is set to %v", measured.Round(time.Millisecond), expected)
		s.Hint = "correct the delay " + driver.Setting("delay") + ", or leave it out"
	}
	return s
}

// ambiguousBurst is the state where a burst may begin in either of two seconds.
func ambiguousBurst(apart time.Duration) driver.State {
	return driver.State{
		Reason: "ambiguous delay",
		Detail: fmt.Sprintf("sentences without a time run into those that name it, over %v: the burst may begin in either of two seconds", apart.Round(time.Millisecond)),
		Hint:   "raise the receiver's baud rate or turn off its GSV sentences: refclock receiver shows how; or name the true delay " + driver.Setting("delay"),
	}
}

// contradicts is the state while two sentences cannot both be right.
func contradicts(who string) driver.State {
	return driver.State{
		Reason: nmea.TwoTimes.String(),
		Detail: fmt.Sprintf("%s name two different seconds in one burst, or within one second: one of them is wrong", who),
		Hint:   "turn off the sentence that is wrong: refclock receiver shows how; if two receivers share the line, separate them",
	}
}

// unreadable is the state while dates or times cannot be.
func unreadable(what string) driver.State {
	return driver.State{
		Reason: "unreadable date or time",
		Detail: what,
		Hint:   "wait for a fix; if it stays, the receiver's firmware is at fault: report it to its maker",
	}
}

// unsteadyDelay is the state where the delay follows no rule.
func unsteadyDelay(spread time.Duration) driver.State {
	return driver.State{
		Reason: "unsteady delay",
		Detail: fmt.Sprintf("the time from the edge to the sentences scatters by %v", spread.Round(time.Millisecond)),
		Hint:   "raise the receiver's baud rate or have it send fewer sentences: refclock receiver shows how; if it is a USB adapter's doing, use another port",
	}
}

// pairingUp is the state while bursts and edges are being compared.
func pairingUp(seconds int) driver.State {
	return driver.State{
		Reason: settling.Reason,
		Detail: fmt.Sprintf("pulse and sentences must agree for %d seconds first, and have for %d", agreeing, min(seconds, agreeing)),
	}
}

// coldStarted is the state of a receiver that started from nothing, if any time is left
// for which it is withheld.
func coldStarted(left time.Duration) driver.State {
	if left == 0 {
		return driver.State{}
	}
	return driver.State{
		Reason: "cold start",
		Detail: fmt.Sprintf("the receiver started without a date, or with one years off: until it has heard the leap seconds from the satellites its time may be wrong; %v to go", left.Round(time.Minute)),
		Hint:   "wait; or let another time source keep the system clock right, as a witness",
	}
}

// hints are for what the receiver itself says against an epoch.
var hints = map[nmea.Reason]string{
	nmea.GPSTime:     "have the receiver send ZDA or RMC instead of ZDG",
	nmea.NoFix:       "give the antenna a clear view of the sky; from cold, a first fix takes minutes",
	nmea.Estimated:   "turn off the receiver's simulator, manual or dead-reckoning mode",
	nmea.LeapUnknown: "wait: the satellites send the leap seconds every 12.5 minutes",
	nmea.NoFixStatus: "have the receiver send RMC: refclock receiver shows how",
	nmea.NoTime:      "give the antenna a clear view of the sky",
	nmea.NoDate:      "have the receiver send RMC or ZDA: refclock receiver shows how",
	nmea.TwoDates:    "if it stays, the receiver's firmware is at fault: report it to its maker",
	nmea.DefaultDate: "wait for a fix; the receiver has not heard the date yet",
	nmea.FarDate:     "install a newer refclock if this date is right; else the receiver's firmware is too old",
}

// refused is the state after an epoch that the receiver does not vouch for.
func refused(e nmea.Epoch) driver.State {
	s := driver.State{Reason: e.Why.String(), Hint: hints[e.Why]}
	if e.By != "" {
		s.Detail = "says " + e.By
	}
	if e.Unreadable != "" && saysNothing[e.Why] {
		return unreadable(e.Unreadable)
	}
	return s
}

// jumped is the state after an epoch that does not follow from the last.
func jumped(by time.Duration) driver.State {
	return driver.State{
		Reason: "time jumped",
		Detail: fmt.Sprintf("the receiver's time went %v further than the system's monotonic clock; it is used again once it has gone on evenly for %v",
			by.Round(time.Millisecond), contested.Round(time.Second)),
	}
}

// publishing is the state while samples flow.
func publishing(calibrated bool) driver.State {
	if calibrated {
		return driver.State{}
	}
	return uncalibrated
}

// portFailed is the state while the port cannot be had.
func portFailed(err error) driver.State {
	s := driver.State{Reason: "no port", Detail: err.Error(), Hint: "plug the receiver in again if it was unplugged: the port is tried again and again"}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.Hint = "plug the receiver in, or name another port"
	case errors.Is(err, fs.ErrPermission):
		s.Hint = "add the user to the port's group: sudo usermod -aG dialout $USER, then log in again"
	}
	return s
}
