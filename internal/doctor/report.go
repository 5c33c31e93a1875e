package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Sort puts what must be mended first in front: FAILs, then WARNs, then what could
// not be seen, then what is well; each in the order in which it was found.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int { return int(a.Verdict) - int(b.Verdict) })
}

// Count tells how many findings have come to a verdict.
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

// Write shows findings to a person, in 80 columns and in their order, and a summary
// as the last line.
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

// head says what to do with a step's line.
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

// write shows a step: what to do, unless the step before has said so, and the line by
// itself, such that it can be copied.
func (s Step) write(b *strings.Builder, indent string, said bool) {
	if !said {
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

// wrap breaks a text between words such that each line fits.
func wrap(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && len([]rune(line))+len([]rune(word)) >= width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word + " "
	}
	return b.String() + strings.TrimRight(line, " ") + "\n"
}

// Summary is the one line that matters most.
func Summary(findings []Finding) string {
	counts := fmt.Sprintf("%d FAIL, %d WARN, %d SKIP, %d PASS", Count(findings, Fail), Count(findings, Warn), Count(findings, Skip), Count(findings, Pass))
	for _, f := range findings {
		switch f.Verdict {
		case Fail:
			return counts + ". Mend first: " + f.Check + "."
		case Warn:
			return counts + ". Look first at: " + f.Check + "."
		}
	}
	return counts + ". Nothing stands in the way."
}
