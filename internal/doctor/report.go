package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/textwrap"
)

// Sort orders findings by verdict: FAIL, WARN, SKIP, PASS. It is stable.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int { return int(a.Verdict) - int(b.Verdict) })
}

// Count returns the number of findings with a verdict.
func Count(findings []Finding, v Verdict) (n int) {
	for _, f := range findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

const (
	width  = 80
	margin = 6 // the verdict and its space
)

// colours of a terminal, by verdict.
var colours = map[Verdict]string{Fail: "\x1b[1;31m", Warn: "\x1b[33m", Skip: "\x1b[36m", Pass: "\x1b[32m"}

const plain = "\x1b[0m"

// Write prints findings in their order, in 80 columns, and a summary as the last line.
func Write(w io.Writer, findings []Finding, colour bool) error {
	var b strings.Builder
	for i, f := range findings {
		if i > 0 && f.Verdict == Pass && findings[i-1].Verdict != Pass {
			b.WriteString("\n")
		} else if i > 0 && f.Verdict != Pass {
			b.WriteString("\n")
		}
		f.write(&b, colour)
	}
	b.WriteString("\n" + Summary(findings) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (f Finding) write(b *strings.Builder, colour bool) {
	verdict := f.Verdict.String()
	if colour {
		verdict = colours[f.Verdict] + verdict + plain
	}
	indent := strings.Repeat(" ", margin)
	fmt.Fprintf(b, "%s  %s", verdict, wrap(f.Check+": "+f.What, indent)[margin:])
	if f.Verdict != Pass {
		if f.Why != "" {
			b.WriteString(wrap(f.Why, indent))
		}
		for i, s := range f.Hint {
			s.write(b, indent, i > 0 && f.Hint[i-1].head() == s.head())
		}
	}
}

// head returns what to do with a step's line.
func (s Step) head() string {
	note := ""
	if s.Note != "" {
		note = " (" + s.Note + ")"
	}
	switch s.Do {
	case Advise:
		return "> " + s.Note
	case Add:
		return "> Add at the end of " + s.File + note + ":"
	case Delete:
		return "> Delete in " + s.File + note + ":"
	case Replace:
		return "> Change in " + s.File + note + ":"
	}
	return "> Type" + note + ":"
}

// write prints a step: its head, unless the previous step has the same one, and the
// line by itself, to be copied.
func (s Step) write(b *strings.Builder, indent string, sameHead bool) {
	if !sameHead {
		b.WriteString(wrap(s.head(), indent))
	}
	if s.Do == Advise {
		return
	}
	b.WriteString(indent + "    " + s.Line + "\n")
	if s.Do == Replace {
		b.WriteString(wrap("  to:", indent) + indent + "    " + s.With + "\n")
	}
}

// wrap breaks a text into indented lines.
func wrap(text, indent string) string {
	return strings.Join(textwrap.Lines(text, indent, indent, width), "\n") + "\n"
}

// Summary returns the counts, and which finding to act on first.
func Summary(findings []Finding) string {
	counts := fmt.Sprintf("%d FAIL, %d WARN, %d SKIP, %d PASS", Count(findings, Fail), Count(findings, Warn), Count(findings, Skip), Count(findings, Pass))
	for _, f := range findings {
		switch f.Verdict {
		case Fail:
			return counts + ". Fix first: " + f.Check + "."
		case Warn:
			return counts + ". Check first: " + f.Check + "."
		}
	}
	return counts + ". No problems found."
}
