package doctor

import (
	"encoding/json"
	"fmt"
)

// A Verdict is the result of a check.
type Verdict int

const (
	Fail Verdict = iota // must be fixed: the receiver cannot set the clock
	Warn                // works, but badly or not reliably
	Skip                // could not be checked
	Pass
)

// String returns FAIL, WARN, SKIP or PASS.
func (v Verdict) String() string { return [...]string{"FAIL", "WARN", "SKIP", "PASS"}[v] }

// MarshalJSON returns the name as a JSON string.
func (v Verdict) MarshalJSON() ([]byte, error) { return json.Marshal(v.String()) }

// A Finding is one result of one check.
type Finding struct {
	Check   string  `json:"check"`          // its name in the table of checks
	Verdict Verdict `json:"verdict"`        // PASS, WARN, FAIL or SKIP
	What    string  `json:"what"`           // what was found
	Why     string  `json:"why,omitempty"`  // why it matters, or why it could not be checked
	Hint    []Step  `json:"hint,omitempty"` // what to do, in order
}

// A Step is one thing to do.
type Step struct {
	Do   Action `json:"do"`             // type, add, delete, replace or advise
	File string `json:"file,omitempty"` // the file to change
	Line string `json:"line,omitempty"` // the line to type, or in File
	With string `json:"with,omitempty"` // the line that replaces Line
	Note string `json:"note,omitempty"` // an explanation; all that Advise has
}

// An Action is what to do in a step.
type Action string

const (
	Type    Action = "type"    // Line in a terminal
	Add     Action = "add"     // Line at the end of File
	Delete  Action = "delete"  // Line, which may be part of a longer line, from File
	Replace Action = "replace" // Line in File with With
	Advise  Action = "advise"  // follow the Note
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

// reboot is the last step of each change that the firmware reads.
var reboot = typeLine("sudo reboot")
