package gps

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// The constant states of the sentences. A hint is for users without experience.
var (
	listening = driver.State{
		Reason: "listening",
		Detail: "the port is open, but no time has arrived yet",
	}
	noData = driver.State{
		Reason: "no data",
		Detail: fmt.Sprintf("no bytes for %v s", patience.Seconds()),
		Hint:   "check that the receiver has power, that its TX is wired to this machine's RX, and that this is the right port",
	}
	noSentences = driver.State{
		Reason: "wrong baud",
		Detail: fmt.Sprintf("bytes arrive, but no NMEA sentences for %v s", patience.Seconds()),
		Hint:   `set the baud rate to "auto" ` + driver.Setting("baud") + ", so that refclock finds it; if it finds none, the receiver sends a binary protocol: switch it to NMEA",
	}
	rateLost = driver.State{ // noSentences of a clock that searches for the rate
		Reason: noSentences.Reason,
		Detail: noSentences.Detail + "; listening at all rates again",
	}
	noChecksums = driver.State{
		Reason: "no checksums",
		Detail: fmt.Sprintf("NMEA sentences arrive, but none with a valid checksum for %v s", patience.Seconds()),
		Hint:   "check the wiring and the ground; if the sentences have no checksums, turn them on in the receiver",
	}
	timeless = driver.State{
		Reason: nmea.NoTime.String(),
		Detail: "valid sentences arrive, but none of a kind that names the time, such as RMC",
		Hint:   "turn on RMC: refclock receiver shows how",
	}
	settling = driver.State{
		Reason: "settling",
		Detail: fmt.Sprintf("waiting for %d s of continuous time from the receiver", settleEpochs-1),
	}
	awaitingPulse = driver.State{ // which may be published before long
		Reason: settling.Reason,
		Detail: fmt.Sprintf("waiting up to %v s for the pulse, which shows the receiver's delay", waitForPulse.Seconds()),
	}
	noSilence = driver.State{
		Reason: "no silence",
		Detail: "no pause between bursts: the sentences fill the second, or two of them disagree about the time",
		Hint:   "raise the receiver's baud rate, or turn off its GSV sentences: refclock receiver shows how",
	}
	heldUp = driver.State{
		Reason: "held up",
		Detail: "a burst was read late, or together with the previous one: the machine or its USB was busy",
	}
	leapSecond = driver.State{
		Reason: "leap second",
		Detail: "23:59:60 has no number in the system's time",
	}
	leapPossible = driver.State{
		Reason: "leap second",
		Detail: "a second may be inserted at this midnight; waiting for two seconds after it from the receiver",
	}
	uncalibrated = driver.State{
		Detail: "uncalibrated: samples are late by the receiver's delay, 50 to 700 ms, until you set it " + driver.Setting("delay") + "; while the system clock is right, sudo refclock config chrony (or ntp, ntpsec) shows the value",
	}
	clockStepped = driver.State{
		Reason: "clock stepped",
		Detail: "the system clock was set while a sample was made; if this repeats, two programs set it",
	}
)

// The constant states of a pulse. Objections to the sentences stop the pulse, too.
var (
	badPulse = map[pps.Reason]driver.State{
		pps.Rate: {
			Reason: "pulse rate",
			Detail: "the edges are regular, but not once a second",
			Hint:   "set the receiver's pulse to 1 Hz",
		},
		pps.Square: {
			Reason: "ambiguous edge",
			Detail: "the pulse lasts half a second, so either edge may begin the second",
			Hint:   "set which edge does, rising or falling " + driver.Setting("polarity") + ", or make the receiver's pulse shorter",
		},
		pps.Noise: {
			Reason: "pulse noise",
			Detail: "the edges are irregular",
			Hint:   "check the wire and the ground, and that this is the line of the pulse",
		},
		pps.Reordered: {
			Reason: "edge out of order",
			Detail: "the network card delivered an edge after a later one",
			Hint:   "if this repeats, stop other programs that read the card's clock, such as phc2sys",
		},
		pps.Late: {
			Reason: "invalid card stamp",
			Detail: "the network card's stamp is more than 0.9 s old, or in the future",
			Hint:   "if this repeats, the machine is overloaded, or another program sets the card's clock: sudo refclock doctor shows which",
		},
		pps.Stepped: {
			Reason: "card clock stepped",
			Detail: "the network card's clock and the system clock do not run evenly: one of them was stepped, or changed its rate",
			Hint:   "stop programs that set the card's clock, such as ptp4l and ts2phc: sudo refclock doctor shows which; the system clock may be set",
		},
		pps.Unread: {
			Reason: "card clock unreadable",
			Detail: "the network card's clock could not be read at the edge, or only in more than 1 ms",
			Hint:   "if this repeats, stop other programs that read the card's clock, such as phc2sys",
		},
	}
	recounted = driver.State{
		Reason: settling.Reason,
		Detail: "the pulses were interrupted; waiting for sentences to confirm which seconds they begin",
	}
	holdingOver = driver.State{Detail: "holdover: the receiver has no fix; its pulses are still published"}
	unconfirmed = driver.State{
		Reason: "unconfirmed",
		Detail: fmt.Sprintf("no sentences have confirmed for %v s which seconds the pulses begin", confirmWithin.Truncate(time.Second).Seconds()),
		Hint:   "find out why the sentences are not published: refclock status",
	}
)

// noPulse is the state while no edge arrives from a source.
func noPulse(source string) driver.State {
	return driver.State{
		Reason: "no pulse",
		Detail: fmt.Sprintf("no edge for %v s", pulsePatience.Truncate(time.Second).Seconds()),
		Hint:   "wait for a fix, without which most receivers send no pulse; then check the wire, stop refclock, and check the line, or another one: " + ShowEdges(source),
	}
}

// ShowEdges returns the command that shows the edges of a source, for a hint. If the source is
// not known, the command has the usual line of a Raspberry Pi as an example.
func ShowEdges(source string) string {
	if _, err := pps.Parse(source); err != nil {
		source = "gpio:GPIO18"
	}
	return "sudo refclock pps " + source
}

// ambiguousDelay is the state while the delay does not show which second an edge begins.
func ambiguousDelay(measured, expected time.Duration, known bool) driver.State {
	s := driver.State{
		Reason: "ambiguous delay",
		Detail: fmt.Sprintf("the sentences begin %v after an edge: they may belong to this edge, or to the one before or after", measured.Round(time.Millisecond)),
		Hint:   "raise the receiver's baud rate or turn off sentences: refclock receiver shows how; or set the true delay " + driver.Setting("delay"),
	}
	if known {
		s.Detail = fmt.Sprintf("the sentences begin %v after an edge, but the delay is set to %v", measured.Round(time.Millisecond), expected)
		s.Hint = "correct the delay " + driver.Setting("delay") + ", or remove it"
	}
	return s
}

// ambiguousBurst is the state if a burst may begin in either of two seconds.
func ambiguousBurst(apart time.Duration) driver.State {
	return driver.State{
		Reason: "ambiguous delay",
		Detail: fmt.Sprintf("sentences without a time precede the time by %v without a pause: the burst may begin in either of two seconds", apart.Round(time.Millisecond)),
		Hint:   "raise the receiver's baud rate or turn off its GSV sentences: refclock receiver shows how; or set the true delay " + driver.Setting("delay"),
	}
}

// contradicts is the state while two sentences contradict each other.
func contradicts(who string) driver.State {
	return driver.State{
		Reason: nmea.TwoTimes.String(),
		Detail: fmt.Sprintf("%s name two different seconds in one burst, or within one second: one of them is wrong", who),
		Hint:   "turn off the wrong sentence: refclock receiver shows how; if two receivers share the line, separate them",
	}
}

// unreadable is the state while dates or times are impossible.
func unreadable(what string) driver.State {
	return driver.State{
		Reason: "unreadable date or time",
		Detail: what,
		Hint:   "wait for a fix; if this persists, report the fault in the firmware to the receiver's maker",
	}
}

// unsteadyDelay is the state while the delay scatters too much.
func unsteadyDelay(spread time.Duration) driver.State {
	return driver.State{
		Reason: "unsteady delay",
		Detail: fmt.Sprintf("the time from the edge to the sentences scatters by %v", spread.Round(time.Millisecond)),
		Hint:   "raise the receiver's baud rate or turn off sentences: refclock receiver shows how; if a USB adapter is the cause, use another port",
	}
}

// pairingUp is the state while bursts and edges are compared.
func pairingUp(seconds int) driver.State {
	return driver.State{
		Reason: settling.Reason,
		Detail: fmt.Sprintf("pulse and sentences agree for %d of %d seconds", min(seconds, agreeing), agreeing),
	}
}

// coldStarted is the state after a cold start, as long as time is left to withhold samples.
func coldStarted(left time.Duration) driver.State {
	if left == 0 {
		return driver.State{}
	}
	minutes := "less than a minute"
	if n := int(left.Round(time.Minute).Minutes()); n == 1 {
		minutes = "about 1 minute"
	} else if n > 1 {
		minutes = fmt.Sprintf("about %d minutes", n)
	}
	return driver.State{
		Reason: "cold start",
		Detail: "the receiver started without a date, or with one years off: its time may be wrong until it receives the leap seconds from the satellites; " + minutes + " left",
		Hint:   "wait, or configure a network server in the time daemon: then the system clock confirms the time",
	}
}

// hints are for epochs that are not valid according to the receiver itself.
var hints = map[nmea.Reason]string{
	nmea.GPSTime:     "have the receiver send ZDA or RMC instead of ZDG",
	nmea.NoFix:       "give the antenna a clear view of the sky; after a cold start, a fix takes minutes",
	nmea.Estimated:   "turn off the receiver's simulator, manual or dead-reckoning mode",
	nmea.LeapUnknown: "wait: the satellites send the leap seconds every 12.5 minutes",
	nmea.NoFixStatus: "have the receiver send RMC: refclock receiver shows how",
	nmea.NoTime:      "give the antenna a clear view of the sky",
	nmea.NoDate:      "have the receiver send RMC or ZDA: refclock receiver shows how",
	nmea.TwoDates:    "if this persists, report the fault in the firmware to the receiver's maker",
	nmea.DefaultDate: "wait until the satellites have sent the date, which may take minutes after the first fix; if this persists, restart the receiver",
	nmea.FarDate:     "if this date is right, install a newer refclock; otherwise the receiver's firmware is too old",
}

// refused is the state after an epoch that is not valid according to the receiver itself.
func refused(e nmea.Epoch) driver.State {
	s := driver.State{Reason: e.Why.String(), Hint: hints[e.Why]}
	if e.By != "" {
		s.Detail = "according to " + e.By
	}
	if e.Unreadable != "" && incomplete[e.Why] {
		return unreadable(e.Unreadable)
	}
	return s
}

// jumped is the state after an epoch that does not continue the time of the last.
func jumped(by time.Duration) driver.State {
	return driver.State{
		Reason: "time jumped",
		Detail: fmt.Sprintf("the receiver's time jumped by %v relative to the monotonic clock; waiting for %v s of continuous time",
			by.Round(time.Millisecond), contested.Round(time.Second).Seconds()),
	}
}

// publishing is the state while samples are published.
func (l *learner) publishing(set bool) driver.State {
	switch {
	case !l.calibrated:
		return uncalibrated
	case set && Unusual(l.delay):
		return driver.State{Detail: fmt.Sprintf("the delay is set to %v, but few receivers send before the second that they name, or more than %v after it: check its value and sign %s; a receiver that sends after the second has a delay without a minus sign",
			l.delay, MaxMeasuredDelay, driver.Setting("delay"))}
	}
	return driver.State{}
}

// Unusual reports whether few receivers have a delay. A user may have taken it for the offset of
// the samples, which has the opposite sign.
func Unusual(delay time.Duration) bool { return delay < 0 || delay > MaxMeasuredDelay }

// portFailed is the state while the port cannot be opened or read.
func portFailed(err error) driver.State {
	s := driver.State{Reason: "no port", Detail: err.Error(), Hint: "if the receiver was unplugged, plug it in again: refclock retries"}
	switch {
	case errors.Is(err, syscall.ENOTTY):
		s.Hint = "set the port of the receiver (refclock gps DEVICE, or device = in refclock.toml)"
	case errors.Is(err, fs.ErrNotExist):
		s.Hint = "plug in the receiver, or set another port (refclock gps DEVICE, or device = in refclock.toml)"
	case errors.Is(err, syscall.EBUSY):
		s.Hint = "stop the program that has the port open, or set another port: sudo refclock doctor shows the command"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		s.Hint = "raise the limit of open files, as the detail shows, then restart refclock"
	case errors.Is(err, fs.ErrPermission):
		if s.Detail, s.Hint = driver.Explained(err); s.Hint == "" {
			s.Hint = "run refclock with sudo, or let its user open the port"
		}
	}
	return s
}
