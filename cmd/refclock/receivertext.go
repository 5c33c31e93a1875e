package main

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
)

// receiversJSON is the output of receiver --json.
type receiversJSON struct {
	Schema    int            `json:"schema"`    // version of this document: 1
	Receivers []receiverPage `json:"receivers"` // one, or each that refclock run reads
}

// A receiverPage is what is known about a receiver, as receiver --json writes it.
type receiverPage struct {
	Family   string             `json:"family"`   // of receivers; empty if it was not recognised
	Title    string             `json:"title"`    // name of the family, for display
	Sure     bool               `json:"sure"`     // whether the receiver itself, or the caller, named the family
	Why      string             `json:"why"`      // how the family was recognised
	Heard    string             `json:"heard"`    // where the receiver was found, and how late its sentences begin, as text
	Port     string             `json:"port"`     // path of the serial port
	Baud     int                `json:"baud"`     // baud rate; 0 on native USB
	Quirks   []string           `json:"quirks"`   // peculiarities of the family
	Commands []receiver.Command `json:"commands"` // that would change its output
	Keeps    string             `json:"keeps"`    // how long the receiver keeps a change
	Sent     bool               `json:"sent"`     // whether anything was sent: always false
}

// complete adds what is known about the family.
func (p *receiverPage) complete() (known bool) {
	f := receiver.Named(p.Family)
	if f == nil {
		return false
	}
	p.Title, p.Quirks, p.Commands, p.Keeps = f.Title, f.Quirks, f.Commands(p.Baud), f.Keeps
	return true
}

const (
	receiverUnknown = `
It may send its name when it starts, or once a minute. Listen longer with
--listen 70s, and switch it off and on meanwhile. If you know its family, name it:
refclock receiver --list shows the families.
`
	receiverMute = `
refclock has no commands for it: use its maker's program.
`
	receiverYours = `
These commands would change it, if its RX is connected (to pin 8 of a Pi). Only
refclock receiver --tune sends such commands, and it can undo them. To send one
yourself, stop refclock first, since only one program can use the port. Then, in
a root shell (sudo -s):

    systemctl stop refclock      # or Ctrl-C if it runs in a terminal
    P=`
	receiverPort = ` raw -echo clocal

raw and -echo are necessary: without them the port would change the bytes, and
send the receiver its own output.
`
	receiverGuess = `The port and its baud rate are assumptions: replace them with yours.
`
	receiverAfter = `
Finally check the new output, and start refclock again. It finds a new baud rate
unless its configuration sets one:

    refclock doctor $P
    systemctl start refclock

`
)

// text returns the page as text.
func (p *receiverPage) text() string {
	t := p.Title + " [" + p.Family + "]\n"
	if p.Why != "" {
		how := "Likely, not certain: "
		if p.Sure {
			how = "Certain: "
		}
		t += indented(how + p.Why + ".")
	}
	t += indented(p.Heard)
	if len(p.Quirks) > 0 {
		t += "\nPeculiarities:\n"
	}
	for _, q := range p.Quirks {
		t += indented("- " + q)
	}
	if len(p.Commands) == 0 {
		return t + receiverMute
	}
	t += receiverYours + shellWord(p.Port) + "\n" + stty(p.Baud) + receiverPort
	if !strings.Contains(p.Heard, p.Port) {
		t += receiverGuess
	}
	for _, c := range p.Commands {
		t += "\n" + c.What + ":\n" + printf(c.Send)
		if c.Baud != 0 && !c.Later {
			t += stty(c.Baud) + "\n"
		}
		if c.Back == nil {
			continue
		}
		t += "  and back:\n"
		if c.Later { // it uses the new rate by then
			t += stty(c.Baud) + "\n"
		}
		t += printf(c.Back)
		if c.Baud != 0 && !c.Later {
			t += stty(p.Baud) + "\n"
		}
	}
	return t + receiverAfter + "How long it keeps a change:\n" + indented(p.Keeps)
}

// indented breaks a paragraph into lines of 80 columns.
func indented(text string) string {
	if text == "" {
		return ""
	}
	return strings.Join(textwrap.Indented(text, 2, helpColumns), "\n") + "\n"
}

// shellWord returns a text as one word of a shell, because users paste it as root.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._:@%+,-", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// printf returns the line that sends a command to the port.
func printf(message receiver.Message) string {
	return "    " + receiver.Shell(message) + " >$P\n"
}

// stty returns the line that sets the rate of the port; 0 keeps it.
func stty(baud int) string {
	if baud == 0 {
		return "    stty -F $P"
	}
	return "    stty -F $P " + strconv.Itoa(baud)
}

func listFamilies(w io.Writer) {
	var rows [][2]string
	for _, f := range receiver.Families() {
		rows = append(rows, [2]string{f.Name, f.Title})
	}
	explain(w, rows)
}

// showReceivers prints the receivers, and returns an error if one is unknown.
func showReceivers(w io.Writer, pages []receiverPage, asJSON bool) (err error) {
	text, strange := "", false
	for i := range pages {
		p := &pages[i]
		if p.complete() {
			text += p.text()
			continue
		}
		text, strange = text+"The receiver is not recognised.\n"+indented(p.Heard)+receiverUnknown, true
	}
	if asJSON {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		err = out.Encode(receiversJSON{status.Schema, pages})
	} else {
		_, err = io.WriteString(w, text)
	}
	if err == nil && strange {
		err = errTold
	}
	return err
}
