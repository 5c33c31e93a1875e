package doctor

import (
	"encoding/json"
	"fmt"
)

// A Verdict is what a check has come to.
type Verdict int

const (
	Fail Verdict = iota // it must be mended: the receiver will not set the clock
	Warn                // it works, worse than it might, or not for long
	Skip                // it could not be seen
	Pass
)

// String is FAIL, WARN, SKIP or PASS.
func (v Verdict) String() string { return [...]string{"FAIL", "WARN", "SKIP", "PASS"}[v] }

// MarshalJSON gives the name.
func (v Verdict) MarshalJSON() ([]byte, error) { return json.Marshal(v.String()) }

// A Finding is what one check says of one thing.
type Finding struct {
	Check   string  `json:"check"` // its name in the table of checks
	Verdict Verdict `json:"verdict"`
	What    string  `json:"what"`           // what was seen
	Why     string  `json:"why,omitempty"`  // why it matters, or why it could not be seen
	Hint    []Step  `json:"hint,omitempty"` // what to do, in this order
}

// A Step is one thing to do.
type Step struct {
	Do   Deed   `json:"do"`
	File string `json:"file,omitempty"` // to change
	Line string `json:"line,omitempty"` // to type, or in the file
	With string `json:"with,omitempty"` // what to put in the line's place
	Note string `json:"note,omitempty"` // for a person; of Advise all that there is
}

// A Deed is what a person does in a step.
type Deed string

const (
	Type    Deed = "type"    // Line, in a terminal
	Add     Deed = "add"     // Line to File, at its end
	Delete  Deed = "delete"  // Line, or that part of a line, from File
	Replace Deed = "replace" // Line in File by With
	Advise  Deed = "advise"  // what the Note says
)

func pass(format string, args ...any) Finding {
	return Finding{Verdict: Pass, What: fmt.Sprintf(format, args...)}
}

func skip(what, why string, hint ...Step) []Finding {
	return []Finding{{Verdict: Skip, What: what, Why: why, Hint: hint}}
}

func warn(what, why string, hint ...Step) Finding {
	return Finding{Verdict: Warn, What: what, Why: why, Hint: hint}
}

func fail(what, why string, hint ...Step) Finding {
	return Finding{Verdict: Fail, What: what, Why: why, Hint: hint}
}

func one(f Finding) []Finding { return []Finding{f} }

func typeLine(line string) Step      { return Step{Do: Type, Line: line} }
func addLine(file, line string) Step { return Step{Do: Add, File: file, Line: line} }
func advise(note string) Step        { return Step{Do: Advise, Note: note} }

func deleteLine(file, line string) Step { return Step{Do: Delete, File: file, Line: line} }

func replaceLine(file, line, with string) Step {
	return Step{Do: Replace, File: file, Line: line, With: with}
}

// reboot is the last step of whatever the firmware reads.
var reboot = typeLine("sudo reboot")

// disable stops services now and at every boot.
func disable(units string) Step { return typeLine("sudo systemctl disable --now " + units) }
