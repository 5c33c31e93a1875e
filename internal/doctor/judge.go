package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/ubx"
)

// named sets the name of the check in findings.
func named(check string, findings ...Finding) []Finding {
	for i := range findings {
		findings[i].Check = check
	}
	return findings
}

// A burst is a group of sentences without a pause.
type burst struct {
	start, end nmea.Stamp
	sentences  int
}

// A reading holds the sentences, bursts and epochs of a recording.
type reading struct {
	bursts   []burst
	last     uint64         // the number of the last burst
	count    map[string]int // sentences by type, such as "RMC"
	bytes    map[string]int // the same in bytes
	epochs   []nmea.Epoch
	good     int // sentences with a valid checksum
	unsummed int // without a checksum
	bad      int // with a wrong checksum
}

// judge returns the findings of a recording.
func (h *recording) judge() (findings []Finding) {
	if f, ok := h.judgeBaud(); !ok {
		findings = named("baud", f)
	} else {
		r := h.read()
		findings = slices.Concat(
			named("baud", f),
			named("sentences", h.judgeSentences(r)),
			named("burst", h.judgeBurst(r)...),
			named("fix", h.judgeFix(r)...),
		)
	}
	seconds, f := h.judgePulse()
	findings = append(findings, named("pulse", f...)...)
	if len(seconds) > 0 && h.baud > 0 {
		findings = append(findings, named("delay", h.judgeDelay(h.read(), seconds)...)...)
	}
	return findings
}

// judgeBaud reports whether sentences arrived, and at which rate.
func (h *recording) judgeBaud() (Finding, bool) {
	switch {
	case errors.Is(h.err, fs.ErrPermission):
		return skip("Could not listen to the receiver.", sentence(h.err.Error()), advise("Try again with sudo."))[0], false
	case errors.Is(h.err, unix.EBUSY):
		return skip("Did not listen to the receiver.", fmt.Sprintf("A program has exclusive use of %s, as refclock does while it runs: %v.", h.device, h.err),
			advise("If it is refclock, show its state:"), typeLine("sudo refclock status"))[0], false
	case h.err != nil:
		return fail("Could not listen to the receiver.", sentence(h.err.Error()), afterError(h.err)...), false
	case h.bytes == 0:
		return fail(fmt.Sprintf("No bytes arrive from %s.", h.device),
			"refclock needs the receiver's sentences.",
			advise("Does the receiver have power? Is its TX wired to this machine's "+cmp.Or(h.pin, "RX")+", and ground to ground? Is it the right port?")), false
	case h.baud == 0:
		return fail(fmt.Sprintf("Bytes arrive from %s, but no NMEA sentence at any baud rate from 4800 to 921600.", h.device),
			"refclock reads NMEA sentences.",
			advise("The receiver may use a binary protocol: switch it to NMEA with its maker's program. If another program also reads the port, stop that program.")), false
	case h.wire == 0:
		return pass("The receiver sends on its USB port."), true
	}
	return pass("The receiver sends at %d baud.", h.baud), true
}

// read parses the chunks.
func (h *recording) read() reading {
	r := reading{count: map[string]int{}, bytes: map[string]int{}}
	stream := ublox.NewStream(h.wire, h.pivot)
	for _, c := range h.chunks {
		stream.Push(c.at, c.data)
		for {
			heard, more := stream.Next()
			if !more {
				break
			}
			if heard.Complete {
				r.epochs = append(r.epochs, heard.Epoch)
			}
			if len(heard.Sentence.Raw) > 0 || len(heard.Message) > 0 {
				r.add(heard)
			}
		}
	}
	// The last epoch may be incomplete.
	if e, ok := stream.Flush(); ok && len(r.epochs) == 0 {
		r.epochs = append(r.epochs, e)
	}
	return r
}

// add counts a sentence, and adds it to its burst.
func (r *reading) add(heard nmea.Heard) {
	s := heard.Sentence
	if s.Burst.Seq != r.last {
		r.last = s.Burst.Seq
		r.bursts = append(r.bursts, burst{start: s.Burst.Start})
	}
	b := &r.bursts[len(r.bursts)-1]
	b.start, b.end = s.Burst.Start, s.Last
	b.sentences++
	switch {
	case len(heard.Message) > 0:
		kind := ubx.Message{Raw: heard.Message}.Kind().String()
		r.good++
		r.count[kind]++
		r.bytes[kind] += len(heard.Message)
	case heard.Err == nil:
		kind := sentenceType(s.Raw)
		r.good++
		r.count[kind]++
		r.bytes[kind] += len(s.Raw) + 2 // CR LF
	case errors.Is(heard.Err, nmea.ErrNoChecksum):
		r.unsummed++
	case errors.Is(heard.Err, nmea.ErrChecksum):
		r.bad++
	}
}

// sentenceType returns the type of a sentence, such as RMC, without the talker.
func sentenceType(raw []byte) string {
	address, _, _ := strings.Cut(strings.TrimPrefix(string(raw), "$"), ",")
	if len(address) == 5 && address[0] != 'P' {
		return address[2:]
	}
	return address
}

func (h *recording) judgeSentences(r reading) Finding {
	var kinds []string
	for kind := range r.count {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	list := strings.Join(kinds, ", ")
	dated := r.count["RMC"] > 0 || r.count["ZDA"] > 0 || r.count["PGRMF"] > 0 || r.count["PUBX"] > 0 ||
		r.count["NAV-PVT"] > 0 || r.count["NAV-TIMEUTC"] > 0
	switch {
	case r.good == 0 && r.unsummed > 0:
		return fail("The receiver's sentences have no checksums.", "Without a checksum, a damaged sentence looks valid. refclock rejects such sentences.",
			advise("Enable checksums with the maker's program."))
	case r.good == 0:
		return fail("No valid sentence arrived while listening.", "Sentences arrived at this rate shortly before: a wire may be loose.",
			advise("Check the wires, ground included. Then type refclock doctor again."))
	case !dated:
		return fail(fmt.Sprintf("No sentence has the date: the receiver sends %s.", list), "A time of day without a date cannot set a clock.",
			advise("Enable RMC or ZDA: refclock receiver shows how."))
	case r.bad*50 > r.good:
		return warn(fmt.Sprintf("%d of %d sentences are damaged.", r.bad, r.bad+r.good), "Their checksums are wrong: the line is noisy, or another program also reads the port.",
			advise("Check the wires, ground included, and the findings port-holders and getty."))
	}
	return pass("The receiver sends %s.", list)
}

// The length of a burst from which to warn or fail. A burst that fills its second
// leaves no pause that separates it from the next one.
const (
	warnBurst = 700 * time.Millisecond
	failBurst = 900 * time.Millisecond
)

// judgeBurst measures the length of the bursts.
func (h *recording) judgeBurst(r reading) []Finding {
	var lengths []time.Duration
	for _, b := range r.bursts[min(1, len(r.bursts)):] { // the first burst may be incomplete
		lengths = append(lengths, b.end.Sub(b.start))
	}
	rate := 1.0
	if n := len(r.epochs); n > 2 && r.epochs[n-1].Last.Sub(r.epochs[0].Last) > 0 {
		rate = float64(n-1) / r.epochs[n-1].Last.Sub(r.epochs[0].Last).Seconds()
	}
	if rate > 1.5 {
		return one(warn(fmt.Sprintf("The receiver reports %.0f times a second.", rate), "One report a second is enough. More reports leave shorter pauses between the bursts.",
			advise("Set it to one report a second: refclock receiver shows how.")))
	}
	if len(lengths) == 0 && len(r.bursts) == 1 {
		return one(fail("The receiver sends without a pause.", "The bursts of two seconds cannot be distinguished.", h.lessTraffic(r)...))
	}
	if len(lengths) == 0 {
		return nil
	}
	slices.Sort(lengths)
	longest := lengths[len(lengths)-1]
	text := fmt.Sprintf("The receiver sends for %s of each second", inMilliseconds(longest))
	if h.baud > 0 && h.wire > 0 {
		text += fmt.Sprintf(" at %d baud", h.baud)
	}
	share := 0
	for _, n := range r.bytes {
		share += n
	}
	if gsv := r.bytes["GSV"]; share > 0 && gsv*4 > share {
		text += fmt.Sprintf("; GSV, the satellites in view, is %d %% of that", gsv*100/share)
	}
	switch {
	case longest > failBurst:
		return one(fail(text+".", "The burst runs into the next second: sentences arrive too late or are lost.", h.lessTraffic(r)...))
	case longest > warnBurst:
		return one(warn(text+".", "With more satellites, the burst runs into the next second.", h.lessTraffic(r)...))
	}
	return one(pass("%s.", text))
}

// lessTraffic returns the hint for bursts that are too long.
func (h *recording) lessTraffic(r reading) []Step {
	note := "Raise the receiver's baud rate"
	if h.baud < 115200 {
		note += " to 115200"
	}
	if r.count["GSV"] > 0 {
		note += ", or drop GSV"
	}
	return []Step{advise(note + ": refclock receiver shows how, and refclock receiver --tune does it, after asking.")}
}

// judgeFix reports whether the receiver's time is valid.
func (h *recording) judgeFix(r reading) []Finding {
	if r.good == 0 {
		return nil // judgeSentences reports it
	}
	if len(r.epochs) == 0 {
		return one(fail("No sentence has a time.", "The receiver does not know the time yet, or sends no sentence with a time.", advise("Give the antenna a clear view of the sky.")))
	}
	e := r.epochs[len(r.epochs)-1]
	if e.Why == nmea.Valid {
		return one(pass("The receiver has a fix: %d satellites used, %d in view.", e.Used, e.InView))
	}
	by := ""
	if e.By != "" {
		by = " (" + e.By + ")"
	}
	const why = "refclock publishes no sample until the receiver's time is valid."
	what := fmt.Sprintf("The receiver's time is not valid yet: %s%s.", e.Why, by)
	if e.Why == nmea.NoFix {
		return one(warn(what, why, advise("Give the antenna a clear view of the sky, and wait: the first fix after a cold start takes minutes.")))
	}
	return one(warn(what, why, afterReason(e.Why)...))
}

// afterReason returns what to do if the receiver's time is not valid.
func afterReason(why nmea.Reason) []Step {
	switch why {
	case nmea.NoDate, nmea.NoFixStatus:
		return []Step{advise("If this stays after a fix, turn RMC on: refclock receiver shows how.")}
	case nmea.TwoTimes:
		return []Step{advise("If one receiver sends both sentences, turn one of them off: refclock receiver shows how. If two receivers share the line, give each its own.")}
	}
	return []Step{advise("Give the antenna a clear view of the sky, and wait for 15 minutes. If this stays, update the receiver's firmware.")}
}

// afterNoDescriptors returns what to do if refclock doctor itself can open no more files.
func afterNoDescriptors(limit int) []Step {
	if limit >= serialport.EnoughFiles { // far more than doctor needs
		return []Step{advise(fmt.Sprintf("Report this as a bug: refclock doctor has %d files open.", limit))}
	}
	raise := raiseHere(serialport.EnoughFiles)
	raise.Note = "then run refclock doctor again in the same shell"
	return []Step{raise}
}

// afterError returns what to do if a port or a pulse cannot be opened or read. The text
// of the error has the details.
func afterError(err error) []Step {
	switch {
	case errors.Is(err, unix.EMFILE):
		return afterNoDescriptors(serialport.FileLimit())
	case errors.Is(err, unix.ENFILE):
		return []Step{typeLine("sudo sysctl fs.file-max=1000000")}
	case errors.Is(err, serialport.ErrNoTTY):
		return []Step{advise("Name the port of the receiver, which is one of these:"), typeLine("ls -d /dev/serial* /dev/tty[A-Z]*")}
	case errors.Is(err, fs.ErrNotExist):
		return []Step{advise("Plug the receiver in, or name another device.")}
	case errors.Is(err, unix.EBUSY):
		return []Step{advise("Stop the program that uses the device, or name another device.")}
	}
	return []Step{advise("Unplug the receiver and plug it in again. Then type refclock doctor again.")}
}

// judgePulse returns the edges that begin seconds, and findings on the pulse.
func (h *recording) judgePulse() (seconds []nmea.Stamp, findings []Finding) {
	if h.source == "" {
		return nil, skip("Did not listen to a pulse.", "There is no PPS device. refclock doctor does not guess the GPIO line: something else may be wired to it.",
			h.namePulse...)
	}
	if errors.Is(h.pulseErr, fs.ErrPermission) {
		return nil, skip(fmt.Sprintf("Could not listen to the pulse at %s.", h.source), sentence(h.pulseErr.Error()), advise("Try again with sudo."))
	}
	if h.pulseErr != nil {
		return nil, one(fail(fmt.Sprintf("Could not listen to the pulse at %s.", h.source), sentence(h.pulseErr.Error()), afterError(h.pulseErr)...))
	}
	if len(h.edges) == 0 {
		return nil, one(warn(fmt.Sprintf("No pulse arrived at %s within %s.", h.source, inSeconds(h.lasted)), "Most receivers send no pulse before they have a fix.",
			advise("If the receiver has a fix: is this the right line? Is the receiver's pulse wired to it?")))
	}
	gate := pps.NewGate(pps.Auto)
	var v pps.Verdict
	var width time.Duration
	for _, e := range h.edges {
		last := gate.Push(e)
		if last.Why == pps.Second {
			seconds = append(seconds, nmea.Stamp{Real: e.Stamp.Real, Mono: e.Stamp.Mono})
		}
		if last.Why != pps.OtherEdge {
			v = last
		}
		width = max(width, last.Width)
	}
	edge, why := gate.Edge()
	switch {
	case v.Why == pps.Learning && len(seconds) == 0:
		return nil, skip(fmt.Sprintf("Too few edges arrived at %s to judge: %d.", h.source, len(h.edges)), "It takes more edges to find the one that begins the second.", typeLine("refclock doctor --listen 20s --pps "+h.source+" "+h.device))
	case len(seconds) == 0 || v.Why == pps.Rate || v.Why == pps.Square || v.Why == pps.Noise:
		return nil, one(fail(fmt.Sprintf("The pulse at %s does not mark seconds: %s.", h.source, v.Why), fmt.Sprintf("%d edges arrived in %s.", len(h.edges), inSeconds(h.lasted)), pulseHint(v.Why)...))
	}
	text := fmt.Sprintf("The pulse arrives at %s; its %s edge begins the second", h.source, edge)
	if width > 0 {
		text += fmt.Sprintf(", and it lasts %g ms", float64(width.Round(10*time.Microsecond))/1e6)
	}
	counts := gate.Counts()
	if counts.Glitches > 0 || counts.Missing > 0 {
		return seconds, one(warn(fmt.Sprintf("%s. %d extra edges, %d missing pulses.", text, counts.Glitches, counts.Missing),
			"refclock ignores extra edges.", advise("Check the pulse's wire and ground.")))
	}
	f := pass("%s.", text)
	f.Why = "The edge is known because " + why + "."
	return seconds, one(f)
}

// pulseHint returns what to do if the edges do not mark seconds.
func pulseHint(why pps.Reason) []Step {
	switch why {
	case pps.Rate:
		return []Step{advise("Set the receiver's pulse to 1 Hz with its maker's program.")}
	case pps.Square:
		return []Step{advise("Make the pulse shorter with the maker's program, such as 100 ms. Or set the edge from the receiver's manual " + driver.Setting("polarity") + ".")}
	}
	return []Step{advise("Check the pulse's wire and ground, and whether it is the right line.")}
}

func inMilliseconds(d time.Duration) string {
	return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
}

func inSeconds(d time.Duration) string { return fmt.Sprintf("%g s", d.Seconds()) }

// judgeDelay measures how long after the pulse the sentences begin.
func (h *recording) judgeDelay(r reading, seconds []nmea.Stamp) []Finding {
	var delays []time.Duration
	for _, e := range r.epochs {
		if !e.HasStart || !e.HasTime {
			continue
		}
		i, _ := slices.BinarySearchFunc(seconds, e.Start, func(s, start nmea.Stamp) int { return int(min(1, max(-1, s.Mono-start.Mono))) })
		if i > 0 && e.Start.Sub(seconds[i-1]) < time.Second {
			delays = append(delays, e.Start.Sub(seconds[i-1]))
		}
	}
	if len(delays) < 3 {
		return skip("Could not measure the delay of the sentences after the pulse.", "Too few seconds had both.")
	}
	slices.Sort(delays)
	median, spread := delays[len(delays)/2], delays[len(delays)-1-len(delays)/8]-delays[len(delays)/8]
	text := fmt.Sprintf("The sentences begin %s after the pulse", inMilliseconds(median))
	switch {
	case median < gps.MinMeasuredDelay || median > gps.MaxMeasuredDelay:
		return one(fail(text+".", "With a delay so close to 0 or to 1 s, the sentences may belong to this pulse, or to the one before or after.",
			append(h.lessTraffic(r), advise("Or set the true delay "+driver.Setting("delay")+"."))...))
	case spread > gps.MaxSpread:
		return one(warn(fmt.Sprintf("%s, and this delay varies by %s.", text, inMilliseconds(spread)),
			"Only a steady delay shows for certain which second a pulse begins.", h.lessTraffic(r)...))
	}
	return one(pass("%s; refclock corrects for this delay.", text))
}
