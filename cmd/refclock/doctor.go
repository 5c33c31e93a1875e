package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
)

var doctorCommand = command{
	name:     "doctor",
	operands: "[DEVICE]",
	summary:  "find what keeps the receiver from setting the clock, and print what to type",
	text: `
Checks this machine from the receiver to the time daemon: UART, console and login
prompts, programs that use the port, pulse, GPIO lines, time daemons and their
configuration, shared memory. Then it listens to the receiver at DEVICE and to its
pulse. Without DEVICE, it examines the first receiver of refclock run or of
/etc/refclock.toml, else the port on the Pi's header, else one on USB. If refclock run
is running, the findings begin with the state of its clocks. Each finding is PASS, WARN,
FAIL, or SKIP if it could not be checked, with the reason and the exact line to type.
Findings that must be fixed are first.

It changes nothing and sends nothing to the receiver. It works without sudo, and reports
what it could not see. It listens to a GPIO line only if --pps names the line, since
something else may be connected to it.

The exit code is 0 without a FAIL, and 1 otherwise.`,
	define: func(flags *flag.FlagSet) action {
		pulse := flags.String("pps", "", "`SOURCE` source of the pulse, such as /dev/pps0 or gpio:GPIO18")
		silent := flags.Bool("no-listen", false, "do not open the port and the pulse")
		lasts := flags.Duration("listen", 12*time.Second, "`TIME` how long to listen to the receiver and its pulse")
		asJSON := flags.Bool("json", false, "print one JSON object")
		dir := flags.String("root", "/", "`FOLDER` copy of another machine's files to examine")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 1 {
				return usageError(fmt.Sprintf("expected one device, found %s", strings.Join(operands, " ")))
			}
			if *lasts < time.Second || *lasts > time.Hour {
				return usageError(fmt.Sprintf("--listen %v: expected 1s to 1h", *lasts))
			}
			if *pulse != "" {
				if _, err := pps.Parse(*pulse); err != nil {
					return usageError("--pps: " + err.Error())
				}
			}
			if info, err := os.Stat(*dir); err != nil || !info.IsDir() {
				return usageError(fmt.Sprintf("--root %s: expected a folder", *dir))
			}
			options := doctor.Options{Pulse: *pulse}
			if len(operands) == 1 {
				options.Device = operands[0]
			}
			root := doctor.OpenRoot(*dir)
			var live doctor.Live
			if root.Live {
				live = doctor.ThisMachine()
				live.Report = func() (status.Report, error) { return status.Ask(status.Candidates()...) }
				live.Clocks = func(pulse bool) lines.Setup {
					report := running()
					return publishedClocks(ctx, report, configFile(report), pulse)
				}
			}
			machine := doctor.NewMachine(root, live, options)
			findings := doctor.Examine(machine)
			if !*silent {
				if machine.CanListen() {
					announce("Listening to %s for up to %v ...\n", machine.Device(), *lasts+8*time.Second)
				}
				findings = append(findings, doctor.Listen(ctx, machine, *lasts, built())...)
			}
			return showFindings(findings, *asJSON)
		}
	},
}

// doctorJSON is what doctor --json writes.
type doctorJSON struct {
	Schema   int              `json:"schema"`   // version of this document: 1
	Summary  string           `json:"summary"`  // counts of the verdicts, and what to fix first
	Fails    int              `json:"fails"`    // findings with the verdict FAIL
	Findings []doctor.Finding `json:"findings"` // the worst first
}

// showFindings prints the findings, and returns an error if there is a FAIL.
func showFindings(findings []doctor.Finding, asJSON bool) error {
	doctor.Sort(findings)
	var err error
	if asJSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(doctorJSON{status.Schema, doctor.Summary(findings), doctor.Count(findings, doctor.Fail), findings})
	} else if isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "" {
		err = doctor.Write(os.Stdout, visibleFindings(findings), true)
	} else {
		err = doctor.Write(stdout, findings, false)
	}
	if err == nil && doctor.Count(findings, doctor.Fail) > 0 {
		err = errTold
	}
	return err
}

// visibleFindings returns the findings for a terminal: only the colours may control it.
func visibleFindings(findings []doctor.Finding) []doctor.Finding {
	findings = slices.Clone(findings)
	for i := range findings {
		f := &findings[i]
		f.Check, f.What, f.Why, f.Hint = visible(f.Check), visible(f.What), visible(f.Why), slices.Clone(f.Hint)
		for j := range f.Hint {
			s := &f.Hint[j]
			s.File, s.Line, s.With, s.Note = visible(s.File), visible(s.Line), visible(s.With), visible(s.Note)
		}
	}
	return findings
}
