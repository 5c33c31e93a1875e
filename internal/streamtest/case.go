package streamtest

import "time"

// A Verdict is whether samples must be published.
type Verdict uint8

// The verdicts.
const (
	Skip      Verdict = iota // the case is not tested
	Published                // samples are published, and all are correct
	Withheld                 // no sample is ever published
	Either                   // samples may be published, but only correct ones
)

// An Expect is the expected result of a clock.
type Expect struct {
	Verdict Verdict

	// Within is the largest error of a correct sample.
	Within time.Duration

	// By is the latest time of the first sample.
	By time.Duration

	// NotBefore is the earliest time of the first sample.
	NotBefore time.Duration

	// If no sample is published, the clock must report one of Reasons at the end, unless
	// Reasons is empty.
	Reasons []string

	// Never are reasons that must not be reported at any time.
	Never []string

	// If no sample is published, the clock must not report one of NotLast at the end: these
	// reasons promise a sample.
	NotLast []string

	// NoHint is a text that no hint may contain.
	NoHint string
}

// A Case is a stream and the expected result of a clock.
type Case struct {
	Stream
	Kind    string        // the kind of stream, as the title of a table
	Seconds int           // the length of the stream
	Late    time.Duration // delay of the samples without a pulse
	Alone   Expect        // without a pulse
	Pulsed  Expect        // with a pulse: holds for the pulse and for the sentences
}

// Cases returns all cases, kind by kind. Names are unique.
func Cases() (all []Case) {
	for _, k := range []struct {
		name  string
		cases []Case
	}{
		{"without a fault", plainCases()},
		{"several reports a second", rateCases()},
		{"a report every few seconds", intervalCases()},
		{"a date in a few bursts only", datingCases()},
		{"sentences of two seconds", disagreeingCases()},
		{"two blocks that name a time, at each offset", offsetCases()},
		{"a block without a time, apart from its burst", blockCases()},
		{"reports that are not at the whole second", fractionCases()},
		{"just switched on", startCases()},
		{"warnings of a leap second", leapWarningCases()},
		{"other line ends, prefixes and tails", framingCases()},
		{"bytes that are not NMEA", binaryCases()},
		{"instruments of a ship on the line", busCases()},
		{"unusual fields", fieldCases()},
		{"wrong or silent for a while", glitchCases()},
	} {
		for i := range k.cases {
			k.cases[i].Kind = k.name
		}
		all = append(all, k.cases...)
	}
	return all
}

const (
	usualSeconds = 60
	usualWithin  = 20 * time.Millisecond
	usualBy      = 20 * time.Second
	usualPulseBy = 25 * time.Second

	// wrongSecond is the smallest error that may be a wrong second.
	wrongSecond = 300 * time.Millisecond
)

// A second returns what a Stream sends in a second.
type second = func(t time.Time, k int) []Block

// published returns a case whose samples must be published, with and without a pulse.
func published(name string, baud int, delay float64, f second) Case {
	c := newCase(name, baud, delay, f)
	c.Alone = Expect{Verdict: Published, Within: usualWithin, By: usualBy}
	c.Pulsed = Expect{Verdict: Published, Within: usualWithin, By: usualPulseBy}
	return c
}

// either returns a case whose samples need not be published.
func either(name string, baud int, delay float64, f second) Case {
	c := newCase(name, baud, delay, f)
	c.Alone = Expect{Verdict: Either, Within: usualWithin}
	c.Pulsed = c.Alone
	return c
}

// withheld returns a case whose samples must not be published, for one of these reasons.
func withheld(name string, baud int, delay float64, f second, reasons ...string) Case {
	c := newCase(name, baud, delay, f)
	c.Alone = Expect{Verdict: Withheld, Reasons: reasons}
	c.Pulsed = c.Alone
	return c
}

func newCase(name string, baud int, delay float64, f second) Case {
	return Case{
		Stream:  Stream{Name: name, Baud: baud, Delay: inSeconds(delay), Second: f},
		Seconds: usualSeconds, Late: inSeconds(delay),
	}
}

// within returns the case with another largest error.
func (c Case) within(limit time.Duration) Case {
	c.Alone.Within, c.Pulsed.Within = limit, limit
	return c
}

// by returns the case with more time for the first sample, and runs it for longer.
func (c Case) by(seconds int) Case {
	c.Alone.By, c.Pulsed.By = time.Duration(seconds)*time.Second, time.Duration(seconds+10)*time.Second
	c.Seconds = max(c.Seconds, seconds+30)
	return c
}

// notBefore returns the case without samples in its first seconds.
func (c Case) notBefore(seconds int) Case {
	c.Alone.NotBefore = time.Duration(seconds) * time.Second
	c.Pulsed.NotBefore = c.Alone.NotBefore
	return c
}

// never returns the case with reasons that must not be reported.
func (c Case) never(reasons ...string) Case {
	c.Alone.Never, c.Pulsed.Never = reasons, reasons
	return c
}

// notLast returns the case with reasons that must not be reported at the end.
func (c Case) notLast(reasons ...string) Case {
	c.Alone.NotLast, c.Pulsed.NotLast = reasons, reasons
	return c
}

// noHint returns the case with a text that no hint may contain.
func (c Case) noHint(text string) Case {
	c.Alone.NoHint, c.Pulsed.NoHint = text, text
	return c
}

// late returns the case with another delay of its samples.
func (c Case) late(seconds float64) Case {
	c.Late = inSeconds(seconds)
	return c
}

// pulsed returns the case with another verdict for the pulse.
func (c Case) pulsed(v Verdict) Case {
	c.Pulsed.Verdict = v
	return c
}

// lasting returns the case with another length.
func (c Case) lasting(seconds int) Case {
	c.Seconds = seconds
	return c
}
