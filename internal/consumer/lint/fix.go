package lint

import (
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
)

// Fix returns the corrected line for a finding, given the current line. If it returns
// "", delete the line, with all lines of its clock. It returns false if changing words
// does not help, or if the line does not contain Old.
func (f Finding) Fix(daemon conf.Daemon, line string) (with string, ok bool) {
	switch {
	case f.Old == "" && f.New == "":
		return line, false
	case f.Old == "":
		with = addWords(daemon, line, f.New)
	default:
		with = replaceWords(line, f.Old, f.New)
	}
	return with, with != line
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
