package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/spelling"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
	"github.com/refclock/refclock/internal/tune"
	"github.com/refclock/refclock/nmea"
)

// tuneOptions are the flags of receiver that change the receiver.
type tuneOptions struct {
	tune      bool
	undo      string // path of an undo file
	yes, save bool
	change    string
	baud      int
	folder    string
	device    string
}

func tuneFlags(flags *flag.FlagSet) *tuneOptions {
	o := &tuneOptions{}
	flags.BoolVar(&o.tune, "tune", false, "change the settings of the receiver, after asking")
	flags.StringVar(&o.undo, "undo", "", "`FILE` of --tune with the old settings: restore them, after asking")
	flags.BoolVar(&o.yes, "yes", false, "change the receiver without asking, for scripts")
	flags.BoolVar(&o.save, "save", false, "also store the new settings in the receiver, so that they survive a loss of power")
	flags.StringVar(&o.change, "change", joined(tune.DefaultGroups()), "`LIST` of what --tune changes; possible are "+joined(tune.Groups()))
	flags.IntVar(&o.baud, "baud", 115200, "`RATE` that --tune changes the receiver to")
	flags.StringVar(&o.folder, "undo-folder", ".", "`FOLDER` in which --tune writes the file with the old settings")
	return o
}

func joined(groups []tune.Group) string {
	var names []string
	for _, g := range groups {
		names = append(names, string(g))
	}
	return strings.Join(names, ",")
}

// check returns an error for flags that do not fit together.
func (o *tuneOptions) check(flags *flag.FlagSet, operands []string) error {
	changes := o.tune || o.undo != ""
	for _, c := range []struct {
		flag, needs string
		fits        bool
	}{
		{"yes", "--tune or --undo", changes}, {"save", "--tune", o.tune}, {"change", "--tune", o.tune},
		{"baud", "--tune", o.tune}, {"undo-folder", "--tune", o.tune},
		{"list", "neither --tune nor --undo", !changes}, {"decode", "neither --tune nor --undo", !changes}, {"json", "neither --tune nor --undo", !changes},
	} {
		if given(flags, c.flag) && !c.fits {
			return usageError(fmt.Sprintf("--%s: expected with %s", c.flag, c.needs))
		}
	}
	switch {
	case o.tune && o.undo != "":
		return usageError("expected either --tune or --undo")
	case changes && len(operands) == 1 && !strings.Contains(operands[0], "/"):
		return usageError(fmt.Sprintf("%q is not a device: --tune changes a receiver at a port, and recognises it", operands[0]))
	}
	if err := serialport.CheckBaud(o.baud); err != nil {
		return usageError("--" + err.Error())
	}
	_, err := o.groups()
	return err
}

// groups returns what to change, in the order of the table.
func (o *tuneOptions) groups() (list []tune.Group, err error) {
	names := strings.Split(o.change, ",")
	for _, name := range names {
		if !slices.Contains(tune.Groups(), tune.Group(name)) {
			return nil, usageError(fmt.Sprintf("--change %s: %q is not one of %s%s", o.change, name, joined(tune.Groups()), spelling.Suggestion(name, strings.Split(joined(tune.Groups()), ",")...)))
		}
	}
	for _, g := range tune.Groups() {
		if slices.Contains(names, string(g)) {
			list = append(list, g)
		}
	}
	return list, nil
}

// Replaced in tests.
var (
	tuneTiming      = tune.UsualTiming
	hiddenProcesses = serialport.Hidden
	tuneAnswer      = func() (io.Reader, bool) { return os.Stdin, isTTY(os.Stdin) }
)

// isTTY reports whether a file is a terminal.
func isTTY(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// changeReceiver runs --tune or --undo. It restores the receiver before it ends, also if it
// is interrupted or if its terminal is closed.
func changeReceiver(ctx context.Context, o tuneOptions) error {
	answer, terminal := tuneAnswer()
	if !o.yes && !terminal {
		return usageError("standard input is not a terminal, so refclock cannot ask: add --yes to change the receiver without asking")
	}
	var file tune.Undo
	if o.undo != "" {
		text, err := regularfile.ReadNamed(o.undo, tune.MaxFile)
		if err != nil {
			return err
		}
		if file, err = tune.Unmarshal(text); err != nil {
			return codedError{exitInput, fmt.Errorf("%s: %w", o.undo, err)}
		}
	}
	device := o.device
	if device == "" {
		device = file.Device
	}
	if device == "" {
		device = doctor.NewMachine(doctor.OpenRoot("/"), doctor.ThisMachine(), doctor.Options{}).Device()
	}
	if err := unused(device); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGPIPE) // main treats a terminal that closes as Ctrl-C
	defer stop()
	unfinished.Store(true)
	defer unfinished.Store(false)
	s := &tuneSession{tuneOptions: o, ctx: ctx, answer: answer, device: device}
	fmt.Fprintf(stdout, "Listening to %s ...\n", device)
	if o.undo != "" {
		result, err := tune.Restore(ctx, s.config(), file)
		return s.undone(result, err)
	}
	result, err := tune.Tune(ctx, s.config())
	return s.tuned(result, err)
}

// unused returns an error if another program has the port open, or may have.
func unused(device string) error {
	if r, err := status.Ask(status.Candidates()...); err == nil && len(inAnyState(r, device)) > 0 {
		return codedError{exitDevice, fmt.Errorf("refclock run reads %s: stop it first, with sudo systemctl stop refclock, or with Ctrl-C in its terminal", device)}
	}
	if holders := serialport.OtherHolders(device); holders != "" {
		return codedError{exitDevice, fmt.Errorf("%s has %s open: stop that program first, since two must not write to a receiver", holders, device)}
	}
	if n := hiddenProcesses(); n > 0 {
		return codedError{exitPermission, fmt.Errorf("only root can see whether one of %d programs has %s open: use sudo", n, device)}
	}
	return nil
}

// inAnyState returns the ports that a running daemon reads, or waits for, that are the
// device.
func inAnyState(r status.Report, device string) (ports []string) {
	for _, c := range r.Clocks {
		if c.Receiver != nil && samePort(c.Receiver.Port, device) {
			ports = append(ports, c.Receiver.Port)
		}
	}
	return ports
}

// A tuneSession is the user's side of --tune.
type tuneSession struct {
	tuneOptions
	ctx    context.Context
	answer io.Reader
	device string
}

func (s *tuneSession) config() tune.Config {
	groups, _ := s.groups() // checked before
	return tune.Config{
		Open: func(baud int) (tune.Port, error) {
			port, err := serialport.OpenWritable(s.device, baud)
			if err != nil {
				return nil, err
			}
			return port, nil
		},
		Now: nmea.Now, Sleep: time.Sleep, Timing: tuneTiming,
		Wire: serialport.WireBaud(s.device, 1) != 0, Bauds: serialport.Likely,
		Change: groups, Baud: s.baud, Store: s.save,
		Confirm: s.confirm, Keep: s.keep,
		Progress: func(text string) { fmt.Fprintf(stdout, "  %s\n", text) },
	}
}

// confirm shows the plan, and asks.
func (s *tuneSession) confirm(p tune.Plan) (bool, error) {
	where := "at " + s.device
	if p.Baud != 0 {
		where += fmt.Sprintf(", %d baud", p.Baud)
	}
	text := fmt.Sprintf("\n%s %s.\n%s\n\n", p.Receiver.Name, where, burstText("Its sentences take", p.Burst))
	if len(p.Changes) == 0 {
		text += "All settings are as wanted.\n"
	} else {
		text += "These settings would change:\n"
	}
	for _, c := range p.Changes {
		text += fmt.Sprintf("  %-24s %s -> %s\n", c.Name, c.From, c.To)
	}
	fmt.Fprint(stdout, text+"\n"+wrapped(s.remarks(p)...)+"\n")
	if s.yes {
		return true, nil
	}
	return s.asked()
}

// remarks returns what else the user should know before the answer.
func (s *tuneSession) remarks(p tune.Plan) (list []string) {
	if slices.ContainsFunc(p.Changes, func(c tune.Change) bool { return c.To == "stationary" }) {
		list = append(list, "Stationary is for an antenna that does not move. Leave it out for any other, with --change.")
	}
	list = append(list, "The receiver keeps them "+p.Keeps+".")
	switch {
	case s.undo != "" && p.Store:
		list = append(list, "The old settings are also stored in the receiver, as they were before.")
	case p.Store && p.Blind:
		list = append(list, "They are also stored in the receiver, with all its other present settings. The settings stored before cannot be read: --undo stores the present ones.")
	case p.Store:
		list = append(list, "They are also stored in the receiver.")
	case s.tune:
		list = append(list, "Add --save to store them in the receiver.")
	}
	return list
}

// wrapped returns paragraphs in lines that fit the smallest terminal.
func wrapped(paragraphs ...string) string {
	var lines []string
	for _, p := range paragraphs {
		lines = append(lines, textwrap.Lines(p, "", "", helpColumns)...)
	}
	return strings.Join(lines, "\n") + "\n"
}

// asked asks for yes or no, until it is interrupted.
func (s *tuneSession) asked() (bool, error) {
	answers := make(chan string)
	go func() { // cannot be interrupted
		defer close(answers)
		for lines := bufio.NewScanner(s.answer); lines.Scan(); {
			answers <- strings.ToLower(strings.TrimSpace(lines.Text()))
		}
	}()
	for {
		fmt.Fprint(stdout, "Change the receiver? [yes/no] ")
		select {
		case <-s.ctx.Done():
			fmt.Fprintln(stdout)
			return false, nil
		case text, more := <-answers:
			if text == "yes" || text == "no" || text == "n" || !more {
				return text == "yes", nil
			}
		}
	}
}

// burstText is a sentence about how long the sentences of a second take.
func burstText(what string, b tune.Burst) string {
	if b.Baud == 0 {
		return fmt.Sprintf("%s %d bytes each second.", what, b.Bytes)
	}
	return fmt.Sprintf("%s %v of each second: %d bytes at %d baud.", what, strings.Replace(b.Time().Round(time.Millisecond).String(), "ms", " ms", 1), b.Bytes, b.Baud)
}

// keep writes the undo file.
func (s *tuneSession) keep(u tune.Undo) (string, error) {
	if err := unused(s.device); err != nil { // the user may have taken an hour to answer
		return "", err
	}
	u.Device, u.Made = s.device, time.Now().UTC().Truncate(time.Second)
	path, err := filepath.Abs(filepath.Join(s.folder, u.FileName()))
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s exists: wait a second, or name another folder with --undo-folder", path)
	}
	if err := regularfile.Replace(path, u.Marshal()); err != nil {
		return "", fmt.Errorf("write the old settings: %w; name another folder with --undo-folder", err)
	}
	fmt.Fprintf(stdout, "The old settings are in %s\n", path)
	return path, nil
}

// tuned reports the result of --tune.
func (s *tuneSession) tuned(r tune.Result, err error) error {
	switch {
	case err == nil && r.Path == "":
		fmt.Fprintf(stdout, "%s has these settings already. Nothing was changed.\n%s\n", r.Receiver.Name, burstText("Its sentences take", r.Before))
		return nil
	case err == nil:
		text := "Done. " + burstText("Its sentences now take", r.After) + "\n"
		if r.Waits {
			text += "It uses its new baud rate after it has started again: switch it off and on.\n"
		}
		if s.save && r.Blind {
			text += wrapped("The receiver does not report whether it has stored them: check after you have switched it off and on.")
		}
		text += "\nStart refclock again. It finds the new baud rate, unless its configuration sets\none. To undo this:\n    sudo refclock receiver --undo " + shellWord(r.Path) + "\n"
		fmt.Fprint(stdout, text)
		return nil
	}
	return s.failed(r, err)
}

// undone reports the result of --undo.
func (s *tuneSession) undone(r tune.Result, err error) error {
	if err != nil {
		return s.failed(r, err)
	}
	text := "The receiver has its old settings.\n"
	if r.Waits {
		text += "It uses its old baud rate after it has started again: switch it off and on.\n"
	}
	fmt.Fprint(stdout, text)
	return nil
}

// failed adds what to do to the error.
func (s *tuneSession) failed(r tune.Result, err error) error {
	path := r.Path
	if s.undo != "" {
		path = s.undo
	}
	switch {
	case errors.Is(err, tune.ErrDeclined):
		fmt.Fprintln(stdout, "Nothing was changed.")
		return nil
	case errors.Is(err, tune.ErrUnknown):
		return codedError{exitDevice, fmt.Errorf("%w. Nothing was sent to it. refclock receiver %s shows what it is", err, s.device)}
	case errors.Is(err, tune.ErrNoMemory):
		return usageError(err.Error() + ". Leave out --save")
	case errors.Is(err, tune.ErrOther):
		return codedError{exitInput, err}
	case errors.Is(err, tune.ErrLost):
		return codedError{exitFailure, fmt.Errorf("%w. Switch the receiver off and on, then type: sudo refclock receiver --undo %s", err, shellWord(path))}
	case errors.Is(err, tune.ErrUndone):
		return codedError{exitFailure, fmt.Errorf("%w. Leave out what it does not accept, with --change", err)}
	case r.Written == 0:
		return fmt.Errorf("%w. Nothing was changed", err)
	}
	return err
}
