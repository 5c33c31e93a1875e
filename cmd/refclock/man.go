package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
)

// This is a function because it describes all commands, itself included.
func manCommand() command {
	return command{
		name:     "man",
		operands: "[refclock.toml]",
		summary:  "print the manual page, or that of the configuration file",
		text: `
The package installs them as refclock(1) and refclock.toml(5). Without the package:

    refclock man | man -l -
    refclock man refclock.toml | man -l -`,
		define: func(*flag.FlagSet) action {
			return func(_ context.Context, operands []string) error {
				switch {
				case len(operands) == 0:
					manual(stdout, documented())
				case len(operands) == 1 && operands[0] == "refclock.toml":
					settingsManual(stdout)
				default:
					return usageError(fmt.Sprintf("no manual page for %s; expected refclock.toml, or nothing for the page of the commands", strings.Join(operands, " ")))
				}
				return nil
			}
		},
	}
}

// manual writes refclock(1) with the man macros, which every man program supports.
func manual(w io.Writer, docs []commandDoc) {
	fmt.Fprintf(w, ".\\\" made by: refclock man\n.TH REFCLOCK 1 %s %s %s\n", built(), roffWord("refclock "+versionName()), roffWord("User Commands"))
	fmt.Fprint(w, `.SH NAME
refclock \- reference clocks for the time daemon
.SH SYNOPSIS
.B refclock
.I COMMAND
.RI [ \-\-flags ]
.RI [ operands ]
.SH DESCRIPTION
Turns serial and GPS hardware into reference-clock samples for ntpd, NTPsec or
chrony, and publishes them in NTP shared memory or to sockets.
Every moment without a sample has a reason and a hint.
.PP
Flags and operands may have any order; \-\- ends the flags.
`)
	for _, c := range docs {
		fmt.Fprintf(w, ".SH %s\n%s.\n.PP\n.nf\n.B %s\n.fi\n", roffWord(strings.ToUpper(c.name)), roffLine(capitalized(c.summary)), roffLine(c.usage()))
		roffText(w, c.text)
		for _, f := range c.flags {
			fmt.Fprintf(w, ".TP\n.BR \\-\\-%s", roff(f.name))
			if f.value != "" {
				fmt.Fprintf(w, " \" \" \\fI%s\\fR", roff(f.value))
			}
			fmt.Fprintf(w, "\n%s", roffLine(f.text))
			if f.standard != "" {
				fmt.Fprintf(w, " (default %s)", roff(f.standard))
			}
			fmt.Fprintln(w)
		}
	}
	fmt.Fprintf(w, `.SH EXIT STATUS
.TP
.B %d
Success; also after Ctrl-C.
.TP
.B %d
Any other error.
.TP
.B %d
The command line is wrong.
.TP
.B %d
The input has the wrong content.
.TP
.B %d
A device or unit is missing, or is something else.
.TP
.B %d
Access is denied.
.TP
.B %d
The configuration file is wrong.
.SH SEE ALSO
.BR refclock.toml (5),
.BR chrony.conf (5),
.BR ntp.conf (5)
`, exitOK, exitFailure, exitUsage, exitInput, exitDevice, exitPermission, exitConfig)
}

// roffText writes a help text: it fills paragraphs, and keeps indented lines.
func roffText(w io.Writer, text string) {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if paragraph == "" {
			continue
		}
		fmt.Fprint(w, ".PP\n")
		literal := false
		for line := range strings.SplitSeq(paragraph, "\n") {
			indented := strings.HasPrefix(line, "    ")
			switch {
			case indented && !literal:
				fmt.Fprint(w, ".RS\n.nf\n")
			case !indented && literal:
				fmt.Fprint(w, ".fi\n.RE\n")
			}
			literal = indented
			fmt.Fprintln(w, roffLine(strings.TrimPrefix(line, "    ")))
		}
		if literal {
			fmt.Fprint(w, ".fi\n.RE\n")
		}
	}
}

// roff escapes a text, so that a dash stays the character that a user types.
func roff(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "`", `\(ga`, "'", `\(aq`, "^", `\(ha`, "~", `\(ti`).Replace(s)
}

// roffLine escapes a line, so that it is not a request.
func roffLine(s string) string {
	s = roff(s)
	if strings.HasPrefix(s, ".") {
		return `\&` + s
	}
	return s
}

// roffWord returns a text as one argument of a macro.
func roffWord(s string) string { return `"` + strings.ReplaceAll(roff(s), `"`, `\(dq`) + `"` }

func capitalized(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
