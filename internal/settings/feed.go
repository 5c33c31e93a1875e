package settings

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/driver/textclock"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
)

// stdin is the input of a feed that is standard input.
const stdin = "-"

// feedSettings are those of a clock that another program reads.
type feedSettings struct {
	to      Targets
	input   string
	command []string // none: input
	settle  int
	witness []string
}

func newFeedSettings() *feedSettings {
	return &feedSettings{to: newTargets(4), input: stdin, settle: 4, witness: []string{none}}
}

func (s *feedSettings) Schema() config.Schema {
	list := config.Schema{
		{
			Name: "command", Takes: "WORDS", Basic: true, Operand: true, Value: config.Command(&s.command, `a list such as ["/usr/local/bin/dcf77", "--pin", "18"]`, checkCommand),
			Usage: "program to start, and its arguments; it prints the lines",
			Text: `refclock starts it again when it ends, and logs what it prints to standard error. It has the
user and the sandbox of refclock, and no terminal. [] is no program.`,
		}, {
			Name: "input", Takes: "INPUT", Basic: true, Example: `"fifo:/run/refclock/clock"`,
			Value: config.Text(&s.input, `"-", "fifo:PATH" or "socket:PATH"`, func(text string) error {
				_, err := textclock.ParseInput(text)
				return err
			}),
			Usage: "where lines come from: -, fifo:PATH or socket:PATH",
			Text: `"-" is standard input, which a service does not have. refclock creates the FIFO or the socket
for its own user and group. A socket takes datagrams, and stamps them more exactly.`,
		},
	}
	list = append(list, s.to.schema()...)
	return append(list, config.Schema{
		{
			Name: "settle", Takes: "LINES", Value: config.Int(&s.settle, 1, 60),
			Usage: "how many lines must agree at the start and after a jump",
			Text:  `The clock must advance as the system's monotonic clock does. 1 publishes each line, whatever the one before was.`,
		}, {
			Name: "witness", Takes: "NAMES", Value: config.Secret(config.List(&s.witness, `"kernel", "none", or a list of web servers`, checkWitnesses), htntp.RedactURL),
			Usage: "independent time that may contradict the clock: kernel, none, or web servers",
			Text: `"kernel" is the system clock while a time daemon keeps it synchronized. For web servers, list
three or more, such as ["www.example.org", "www.example.net", "www.example.com"]. refclock asks them twice an hour.`,
		},
	}...)
}

func checkCommand(words []string) error {
	switch {
	case len(words) == 0:
		return nil
	case words[0] == "":
		return errors.New(`expected the name of a program first`)
	case len(words) == 1 && strings.Contains(words[0], " "):
		return errors.New(`expected each argument as a text of its own, such as ["/usr/local/bin/dcf77", "--pin", "18"]; a line for a shell is ["sh", "-c", "LINE"]`)
	}
	return nil
}

func (s *feedSettings) Resolve(source config.Source) {
	s.to.resolve(source)
	_, isFile := source.(*config.Table)
	switch {
	case len(s.command) > 0 && s.input != stdin:
		source.Wrong("input", "there is a command, too; expected only one of them")
	case len(s.command) == 0 && isFile && !source.Given("input"):
		source.Wrong("input", `no input and no command; expected input = "fifo:/run/refclock/clock", or command = ["/usr/local/bin/dcf77"]`)
	}
}

func (s *feedSettings) Targets() []Target { return s.to.list("unit", "sock") }

// hardware implements exclusive: two clocks that read the same input would each get some of the
// lines.
func (s *feedSettings) hardware(machine) []hardware {
	if len(s.command) > 0 {
		return nil
	}
	input, err := textclock.ParseInput(s.input)
	if err != nil { // reported elsewhere
		return nil
	}
	return []hardware{{"input", "input", "input " + input.String()}}
}

// source returns the input of the driver.
func (s *feedSettings) source() (textclock.Input, error) {
	if len(s.command) > 0 {
		return textclock.Command{Args: s.command}, nil
	}
	return textclock.ParseInput(s.input)
}

func (s *feedSettings) Build(env Env) ([]Part, error) {
	input, err := s.source()
	if err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	c := textclock.Config{Input: input, Settle: s.settle, Built: env.Built.Midnight()}
	var beside func(context.Context)
	if c.Witnesses, beside, err = newWitnesses(s.witness, env); err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	clock := textclock.New(c)
	return []Part{{
		Driver: clock, Targets: s.to, Beside: beside, Probe: probeInput(input),
		Tell: func(to *status.Clock) { tellLines(to, clock.Facts()) },
	}}, nil
}

// probeInput returns a Probe: a program is not started for it, and standard input stays as it
// is.
func probeInput(input textclock.Input) func() error {
	switch input := input.(type) {
	case textclock.Command:
		return func() error {
			_, err := input.Find()
			return err
		}
	case textclock.Stdin:
		return nil
	}
	return probe(func() (textclock.Stream, error) { return input.Open(func(string) {}) })
}

func tellLines(to *status.Clock, f textclock.Facts) {
	to.Lines = &status.Lines{Lines: f.Lines, Bad: f.Bad, Withheld: f.Withheld}
	if f.LastBad.Number > 0 {
		to.Lines.LastBad = f.LastBad.String()
	}
}
