package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// named gives findings the name of their check.
func named(check string, findings ...Finding) []Finding {
	for i := range findings {
		findings[i].Check = check
	}
	return findings
}

// A burst is what a receiver said in one go, as it was heard.
type burst struct {
	start, end nmea.Stamp
	sentences  int
}

// A reading is what the chunks of a hearing amount to.
type reading struct {
	bursts   []burst
	count    map[string]int // sentences by type, such as "RMC"
	bytes    map[string]int // the same in bytes
	epochs   []nmea.Epoch
	good     int // sentences with a good checksum
	unsummed int
	bad      int
}

// Judge says what was heard.
func (h *Hearing) Judge() (findings []Finding) {
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

// judgeBaud tells whether sentences came, and at which rate.
func (h *Hearing) judgeBaud() (Finding, bool) {
	switch {
	case errors.Is(h.err, fs.ErrPermission):
		return skip("The receiver could not be listened to.", h.err.Error())[0], false
	case errors.Is(h.err, unix.EBUSY):
		return skip("The receiver was not listened to.", fmt.Sprintf("A program has %s for itself, as refclock has it while it runs. What refclock hears is in refclock monitor.", h.device))[0], false
	case h.err != nil:
		return fail("The receiver could not be listened to.", h.err.Error()), false
	case h.bytes == 0:
		return fail(fmt.Sprintf("Not a byte comes from %s.", h.device),
			"Nothing is known of the time until the receiver is heard.",
			advise("Is the receiver powered? Is its TX wired to this machine's RX (pin 10 of a Pi's header), and ground to ground? Is it another port?")), false
	case h.baud == 0:
		return fail(fmt.Sprintf("Bytes come from %s, but no NMEA sentence at any baud rate from 4800 to 921600.", h.device),
			"refclock reads NMEA sentences.",
			advise("The receiver may send a binary protocol: have it send NMEA with its maker's program. If another program reads the port, too, stop it.")), false
	case h.baud != defaultBaud && h.wire != 0:
		return warn(fmt.Sprintf("The receiver speaks at %d baud.", h.baud), "refclock gps listens at 9600 unless it is told.",
			typeLine(fmt.Sprintf("sudo refclock gps --baud %d %s", h.baud, h.device))), true
	case h.wire == 0:
		return pass("The receiver is heard on its USB port."), true
	}
	return pass("The receiver speaks at %d baud.", h.baud), true
}

// defaultBaud is what refclock gps listens at.
const defaultBaud = 9600

// read goes through the chunks.
func (h *Hearing) read() reading {
	r := reading{count: map[string]int{}, bytes: map[string]int{}}
	framer, epochs := nmea.NewFramer(h.wire), nmea.NewEpochs(h.pivot)
	last := uint64(0)
	for _, c := range h.chunks {
		framer.Push(c.at, c.data)
		for {
			s, ok := framer.Next()
			if !ok {
				break
			}
			if s.Burst.Seq != last {
				last = s.Burst.Seq
				r.bursts = append(r.bursts, burst{start: s.Burst.Start})
			}
			b := &r.bursts[len(r.bursts)-1]
			b.start, b.end = s.Burst.Start, s.Last
			b.sentences++
			kind := sentenceType(s.Raw)
			e, complete, err := epochs.Push(s)
			switch {
			case err == nil:
				r.good++
				r.count[kind]++
				r.bytes[kind] += len(s.Raw) + 2 // CR LF
			case errors.Is(err, nmea.ErrNoChecksum):
				r.unsummed++
			case errors.Is(err, nmea.ErrChecksum):
				r.bad++
			}
			if complete {
				r.epochs = append(r.epochs, e)
			}
		}
	}
	// The last one may have been cut off.
	if e, ok := epochs.Flush(); ok && len(r.epochs) == 0 {
		r.epochs = append(r.epochs, e)
	}
	return r
}

// sentenceType is the part of an address that tells what a sentence says.
func sentenceType(raw []byte) string {
	address, _, _ := strings.Cut(strings.TrimPrefix(string(raw), "$"), ",")
	if len(address) == 5 && address[0] != 'P' {
		return address[2:]
	}
	return address
}

func (h *Hearing) judgeSentences(r reading) Finding {
	var kinds []string
	for kind := range r.count {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	list := strings.Join(kinds, ", ")
	dated := r.count["RMC"] > 0 || r.count["ZDA"] > 0 || r.count["PGRMF"] > 0 || r.count["PUBX"] > 0
	switch {
	case r.good == 0 && r.unsummed > 0:
		return fail("The receiver's sentences have no checksums.", "Without one a damaged sentence looks like a good one. refclock believes none of them.",
			advise("Have the receiver send checksums, with its maker's program."))
	case r.good == 0:
		return fail("Not one good sentence came while the receiver was listened to.", "It was heard before at this rate: the wire may be loose.")
	case !dated:
		return fail(fmt.Sprintf("No sentence of the receiver tells the date: it sends %s.", list), "A time of day without a date sets no clock.",
			advise("Have the receiver send RMC or ZDA: refclock receiver shows how."))
	case r.bad*50 > r.good:
		return warn(fmt.Sprintf("%d of %d sentences are damaged.", r.bad, r.bad+r.good), "Their checksums are wrong: the line is noisy, or another program reads the port, too.",
			advise("Check the wire and the ground, and see the findings on the port."))
	}
	return pass("The receiver sends %s.", list)
}

// The share of a second that a burst may take. A burst that fills its second leaves
// no silence to tell it from the next one by.
const (
	wideBurst = 700 * time.Millisecond
	fullBurst = 900 * time.Millisecond
)

// judgeBurst measures how much of each second the receiver speaks.
func (h *Hearing) judgeBurst(r reading) []Finding {
	var lengths []time.Duration
	for _, b := range r.bursts[min(1, len(r.bursts)):] { // the first may have been heard from its midst on
		lengths = append(lengths, b.end.Sub(b.start))
	}
	rate := 1.0
	if n := len(r.epochs); n > 2 && r.epochs[n-1].Last.Sub(r.epochs[0].Last) > 0 {
		rate = float64(n-1) / r.epochs[n-1].Last.Sub(r.epochs[0].Last).Seconds()
	}
	if rate > 1.5 {
		return one(warn(fmt.Sprintf("The receiver reports %.0f times a second.", rate), "One second each second is enough; the more it says, the less silence tells its bursts apart.",
			advise("Set it to one report a second: refclock receiver shows how.")))
	}
	if len(lengths) == 0 && len(r.bursts) == 1 {
		return one(fail("The receiver speaks without a pause.", "Where one second's sentences end and the next one's begin cannot be told.", h.fewer(r)...))
	}
	if len(lengths) == 0 {
		return nil
	}
	slices.Sort(lengths)
	longest := lengths[len(lengths)-1]
	text := fmt.Sprintf("The receiver speaks for %v of each second", longest.Round(time.Millisecond))
	if h.baud > 0 && h.wire > 0 {
		text += fmt.Sprintf(" at %d baud", h.baud)
	}
	share := 0
	for _, n := range r.bytes {
		share += n
	}
	if gsv := r.bytes["GSV"]; share > 0 && gsv*4 > share {
		text += fmt.Sprintf("; GSV, the list of satellites in view, is %d %% of that", gsv*100/share)
	}
	switch {
	case longest > fullBurst:
		return one(fail(text+".", "The burst runs into the next second: its sentences come too late, or get lost.", h.fewer(r)...))
	case longest > wideBurst:
		return one(warn(text+".", "With more satellites it runs into the next second.", h.fewer(r)...))
	}
	return one(pass("%s.", text))
}

// fewer is what to do about too much talk.
func (h *Hearing) fewer(r reading) []Step {
	note := "Raise the receiver's baud rate"
	if h.baud < 115200 {
		note += " to 115200"
	}
	if r.count["GSV"] > 0 {
		note += ", or drop GSV"
	}
	return []Step{advise(note + ": refclock receiver shows how. refclock itself never writes to the receiver.")}
}

// judgeFix tells whether the receiver vouches for its time.
func (h *Hearing) judgeFix(r reading) []Finding {
	if r.good == 0 {
		return nil // no sentence can be believed, as was said
	}
	if len(r.epochs) == 0 {
		return one(fail("No sentence names a time.", "The receiver does not know it yet, or sends none that tells it.", advise("Give the antenna a clear view of the sky.")))
	}
	e := r.epochs[len(r.epochs)-1]
	if e.Why == nmea.Valid {
		return one(pass("The receiver has a fix: %d satellites used, %d in view.", e.Used, e.InView))
	}
	by := ""
	if e.By != "" {
		by = ", says its " + e.By
	}
	const later = "refclock feeds nothing until the receiver vouches for its time; docs/troubleshooting.md tells of each reason."
	what := fmt.Sprintf("The receiver's time is not to be used yet: %s%s.", e.Why, by)
	if e.Why == nmea.NoFix {
		return one(warn(what, later, advise("Give the antenna a clear view of the sky, and wait: from cold, a first fix takes minutes.")))
	}
	return one(warn(what, later))
}

// judgePulse tells which edges begin seconds, and how long the pulse lasts.
func (h *Hearing) judgePulse() (seconds []nmea.Stamp, findings []Finding) {
	if h.source == "" {
		return nil, skip("No pulse was listened to.", "There is no PPS device, and which GPIO line the pulse is on is for you to say: a line that something else is wired to is not to be touched.",
			advise("Most HATs have it on GPIO18, Adafruit's on GPIO4:"), typeLine("refclock doctor --pps gpio:GPIO18 "+h.device))
	}
	if errors.Is(h.deaf, fs.ErrPermission) {
		return nil, skip(fmt.Sprintf("The pulse at %s could not be listened to.", h.source), h.deaf.Error())
	}
	if h.deaf != nil {
		return nil, one(fail(fmt.Sprintf("The pulse at %s could not be listened to.", h.source), h.deaf.Error()))
	}
	if len(h.edges) == 0 {
		return nil, one(warn(fmt.Sprintf("No pulse came at %s within %v.", h.source, h.lasted), "Most receivers give none before they have a fix.",
			advise("With a fix and no pulse: is it the right line? Is the HAT's pulse wired to it?")))
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
		return nil, skip(fmt.Sprintf("Too few edges came at %s to judge: %d.", h.source, len(h.edges)), "Listen for longer.", typeLine("refclock doctor --listen 20s --pps "+h.source+" "+h.device))
	case len(seconds) == 0 || v.Why == pps.Rate || v.Why == pps.Square || v.Why == pps.Noise:
		return nil, one(fail(fmt.Sprintf("The pulse at %s begins no seconds: %s.", h.source, v.Why), fmt.Sprintf("%d edges came in %v.", len(h.edges), h.lasted)))
	}
	text := fmt.Sprintf("The pulse comes at %s; its %s edge begins the second", h.source, edge)
	if width > 0 {
		text += fmt.Sprintf(", and it lasts %v", width.Round(10*time.Microsecond))
	}
	counts := gate.Counts()
	if counts.Glitches > 0 || counts.Missing > 0 {
		return seconds, one(warn(fmt.Sprintf("%s. %d edges are not where the pulses are, %d pulses are missing.", text, counts.Glitches, counts.Missing),
			"They are left out; but something is wrong with the wire or the ground."))
	}
	f := pass("%s.", text)
	f.Why = "Known, since " + why + "."
	return seconds, one(f)
}

// What a delay of the sentences behind the pulse must be for the second to be
// certain; as the labeller of refclock gps has it.
const (
	leastDelay = 20 * time.Millisecond
	mostDelay  = 900 * time.Millisecond
	mostSpread = 100 * time.Millisecond
)

// judgeDelay measures how long after the pulse the sentences begin.
func (h *Hearing) judgeDelay(r reading, seconds []nmea.Stamp) []Finding {
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
		return skip("How long after the pulse the sentences begin could not be measured.", "Too few seconds had both.")
	}
	slices.Sort(delays)
	median, spread := delays[len(delays)/2], delays[len(delays)-1-len(delays)/8]-delays[len(delays)/8]
	text := fmt.Sprintf("The sentences begin %v after the pulse", median.Round(time.Millisecond))
	switch {
	case median < leastDelay || median > mostDelay:
		return one(fail(text+".", "So near to none or to a whole second, they may belong to this pulse, or to the one before or after.",
			append(h.fewer(r), advise("Or name the true delay "+driver.Setting("delay")+"."))...))
	case spread > mostSpread:
		return one(warn(fmt.Sprintf("%s, and that varies by %v.", text, spread.Round(time.Millisecond)),
			"Which second a pulse begins is only certain while that is steady.", h.fewer(r)...))
	}
	return one(pass("%s; refclock takes that off by itself.", text))
}
