package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/refclock/refclock/internal/settings"
)

// A paragraph is a text of the reference, with the table or the setting below it, if any.
type paragraph struct{ text, table, setting string }

// paragraphs splits the reference. A setting that is commented out follows its # directly.
func paragraphs(reference string) (list []paragraph) {
	var p paragraph
	end := func() {
		if p != (paragraph{}) {
			list = append(list, p)
		}
		p = paragraph{}
	}
	for line := range strings.Lines(reference) {
		line = strings.TrimSpace(line)
		text, isText := strings.CutPrefix(line, "# ")
		bare := strings.TrimPrefix(line, "#")
		switch {
		case bare == "":
			end()
		case isText:
			p.text = strings.TrimSpace(p.text + "\n" + text)
		case strings.HasPrefix(bare, "["):
			p.table = bare
		default:
			p.setting = bare
		}
	}
	end()
	return list
}

// exampleFile is a usual configuration.
const exampleFile = `[[gps]]
device = "/dev/serial0"
baud = 9600
pps = "gpio:GPIO18"
`

// settingsManual writes refclock.toml(5) from the reference.
func settingsManual(w io.Writer) {
	fmt.Fprintf(w, ".\\\" made by: refclock man refclock.toml\n.TH REFCLOCK.TOML 5 %s %s %s\n", built(), roffWord("refclock "+versionName()), roffWord("File Formats"))
	fmt.Fprint(w, ".SH NAME\nrefclock.toml \\- the configuration of refclock run\n.SH DESCRIPTION\n")
	for i, p := range paragraphs(settings.Reference()) {
		switch {
		case p.table != "":
			fmt.Fprintf(w, ".SH %s\n", roffWord(p.table))
		case p.setting != "":
			fmt.Fprintf(w, ".TP\n.B %s\n", roffWord(p.setting))
		case i > 0:
			fmt.Fprint(w, ".PP\n")
		}
		for line := range strings.SplitSeq(p.text, "\n") {
			fmt.Fprintln(w, roffLine(line))
		}
	}
	fmt.Fprint(w, ".SH EXAMPLE\nA receiver on the header of a Raspberry Pi, with its pulse on GPIO18:\n.PP\n.RS\n.nf\n")
	for line := range strings.SplitSeq(strings.TrimSpace(exampleFile), "\n") {
		fmt.Fprintln(w, roffLine(line))
	}
	fmt.Fprintf(w, ".fi\n.RE\n.SH FILES\n.I %s\n.SH SEE ALSO\n.BR refclock (1),\n.BR chrony.conf (5),\n.BR ntp.conf (5)\n", roff(settings.DefaultFile))
}
