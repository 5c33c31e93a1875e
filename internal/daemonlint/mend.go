package daemonlint

import (
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/daemonconf"
)

// Mend gives a finding's line as it shall be, from how it stands there now. An empty one
// goes, with all lines of its clock. It is false where changing words does not help, or
// the words stand otherwise than one knew.
func (f Finding) Mend(daemon daemonconf.Daemon, line string) (with string, ok bool) {
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

// addWords adds words to a line, before its comment if it may have one.
func addWords(daemon daemonconf.Daemon, line, words string) string {
	directive, comment, commented := strings.Cut(line, "#")
	if daemon == daemonconf.Chrony || !commented {
		return line + " " + words
	}
	return strings.TrimSpace(directive) + " " + words + " #" + comment
}

// replaceWords replaces words that follow each other in a line, whatever the spaces
// between them and the case.
func replaceWords(line, old, new string) string {
	words, wanted := strings.Fields(line), strings.Fields(old)
	for i := 0; i+len(wanted) <= len(words); i++ {
		if strings.EqualFold(strings.Join(words[i:i+len(wanted)], " "), strings.Join(wanted, " ")) {
			return strings.Join(slices.Concat(words[:i], strings.Fields(new), words[i+len(wanted):]), " ")
		}
	}
	return line
}
