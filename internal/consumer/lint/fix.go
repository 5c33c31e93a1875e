package lint

import (
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// Fix returns the corrected line for a finding, given the current line. If it returns
// "", delete the line, with all lines of its clock. It returns false if changing words
// does not help, or if the line does not contain Old.
//
// A daemon reports only the first error of a line. Fix also corrects those behind it.
func (f Finding) Fix(config *conf.Config, line string) (with string, ok bool) {
	with = f.change(config.Daemon, line)
	if f.Rule != "syntax" || with == line {
		return with, with != line
	}
	const most = 10 // errors of one line
	for range most {
		next := firstError(config.ParseLine(with))
		changed := next.change(config.Daemon, with)
		if changed == with {
			break
		}
		with = changed
	}
	return with, true
}

// firstError returns the first error that changing words corrects.
func firstError(line *conf.Config) Finding {
	l := &linter{config: line}
	syntax(l)
	for _, f := range l.findings {
		if f.Level == Error && (f.Old != "" || f.New != "") {
			return f
		}
	}
	return Finding{}
}

// change returns the line with New in place of Old.
func (f Finding) change(daemon conf.Daemon, line string) string {
	switch {
	case f.Old == "" && f.New == "":
		return line
	case f.Old == "":
		return addWords(daemon, line, f.New)
	}
	return replaceWords(line, f.Old, f.New)
}

// addWords adds words to a line, before a comment if the daemon allows comments there.
func addWords(daemon conf.Daemon, line, words string) string {
	directive, comment, commented := strings.Cut(line, "#")
	if daemon == conf.Chrony || !commented {
		return line + " " + words
	}
	return strings.TrimSpace(directive) + " " + words + " #" + comment
}

// replaceWords replaces a sequence of words in a line, ignoring case and spacing.
func replaceWords(line, old, new string) string {
	words, wanted := strings.Fields(line), strings.Fields(old)
	for i := 0; i+len(wanted) <= len(words); i++ {
		if strings.EqualFold(strings.Join(words[i:i+len(wanted)], " "), strings.Join(wanted, " ")) {
			return strings.Join(slices.Concat(words[:i], strings.Fields(new), words[i+len(wanted):]), " ")
		}
	}
	return line
}
