package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/tune"
	"github.com/refclock/refclock/internal/tune/responder"
)

func TestTuneUsage(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(damaged, []byte("refclock-undo 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]struct {
		code int
		say  string
	}{
		"receiver --yes":                              {exitUsage, "--yes: expected with --tune or --undo"},
		"receiver --save":                             {exitUsage, "--save: expected with --tune"},
		"receiver --undo x --save":                    {exitUsage, "--save: expected with --tune"},
		"receiver --baud 9600":                        {exitUsage, "--baud: expected with --tune"},
		"receiver --tune --list":                      {exitUsage, "--list: expected with neither"},
		"receiver --tune --json":                      {exitUsage, "--json: expected with neither"},
		"receiver --tune --undo x":                    {exitUsage, "either --tune or --undo"},
		"receiver --tune u-blox":                      {exitUsage, "is not a device"},
		"receiver --tune --baud 9601":                 {exitUsage, "baud rate 9601"},
		"receiver --tune --change baud,pulses":        {exitUsage, `did you mean "pulse"`},
		"receiver --tune /no/dev":                     {exitUsage, "add --yes"},
		"receiver --undo " + damaged:                  {exitUsage, "add --yes"},
		"receiver --yes --undo " + damaged:            {exitInput, "its last line is not a checksum"},
		"receiver --yes --undo /nowhere":              {exitDevice, "/nowhere"},
		"receiver --yes --tune /no/dev --change baud": {exitDevice, "/no/dev"},
	} {
		tuneSetUp(t, "", false)
		err := run(context.Background(), strings.Fields(args))
		if exitCode(err) != want.code || err == nil || !strings.Contains(err.Error(), want.say) {
			t.Errorf("%s: exit code %d, %v; want %d, %q", args, exitCode(err), err, want.code, want.say)
		}
	}
}

// tuneSetUp answers the question, and makes the times short.
func tuneSetUp(t *testing.T, answer string, terminal bool) {
	t.Helper()
	timing, hidden, ask := tuneTiming, hiddenProcesses, tuneAnswer
	t.Cleanup(func() { tuneTiming, hiddenProcesses, tuneAnswer = timing, hidden, ask })
	tuneTiming.Settle = tunedSecond
	hiddenProcesses = func() int { return 0 }
	tuneAnswer = func() (io.Reader, bool) { return strings.NewReader(answer), terminal }
}

// tunedSecond is a second of the simulated receivers.
const tunedSecond = 40 * time.Millisecond

// served returns a simulated receiver at a pseudo-terminal.
func served(t *testing.T, model string) (*responder.Receiver, string) {
	t.Helper()
	r := responder.New(model)
	s, err := responder.Serve(r, t.TempDir(), tunedSecond)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(s.Close)
	return r, s.Name
}

// The whole session: the plan, the question, the changes, and the undo.
func TestTuneSession(t *testing.T) {
	r, device := served(t, "u-blox-8")
	r.Burst = 887
	before := r.Snapshot()
	folder := t.TempDir()

	tuneSetUp(t, "what?\nyes\n", true)
	text, err := output(t, "receiver", "--tune", "--undo-folder", folder, device)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{
		"Its sentences take 924 ms of each second: 887 bytes at 9600 baud.",
		"NMEA-GSV                 every second -> off\n", "dynamic-model            portable -> stationary\n", "baud                     9600 -> 115200\n",
		"Change the receiver? [yes/no] Change the receiver? [yes/no] ", "The old settings are in " + folder + "/refclock-undo-u-blox-",
		"Done. Its sentences now take 77 ms of each second: 887 bytes at 115200 baud.", "Add --save to store them",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if r.Baud() != 115200 || r.Snapshot() == before {
		t.Errorf("%d baud", r.Baud())
	}
	page, err := os.ReadFile("../../docs/tune.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.NewReplacer(device, "/dev/serial0", folder, "/home/pi", "[yes/no] Change the receiver? [yes/no] ", "[yes/no] yes\n").Replace(text)
	shown = regexp.MustCompile(`\d{8}T\d{6}Z`).ReplaceAllString(shown, "20261127T150405Z")
	for line := range strings.Lines(shown) {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(string(page), "    "+line+"\n") && !strings.Contains(string(page), "      "+line+"\n") {
			t.Errorf("docs/tune.md does not show %q of\n%s", line, shown)
		}
	}
	undo := regexp.MustCompile(`--undo (\S+)\n`).FindStringSubmatch(text)
	if undo == nil {
		t.Fatal(text)
	}

	tuneSetUp(t, "no\n", true)
	changed := r.Snapshot()
	if text, err := output(t, "receiver", "--undo", undo[1]); err != nil || !strings.Contains(text, "Nothing was changed.") || r.Snapshot() != changed {
		t.Errorf("no: %v\n%s", err, text)
	}
	tuneSetUp(t, "", false)
	if text, err := output(t, "receiver", "--undo", undo[1], "--yes"); err != nil || !strings.Contains(text, "has its old settings") || r.Snapshot() != before {
		t.Errorf("undo: %v\n%s\n%s", err, text, r.Snapshot())
	}
}

// Without an answer, and after "no", nothing is written but questions.
func TestTuneDeclined(t *testing.T) {
	for _, answer := range []string{"", "no\n", "y\n"} {
		r, device := served(t, "u-blox-10")
		folder := t.TempDir()
		tuneSetUp(t, answer, true)
		text, err := output(t, "receiver", "--tune", "--undo-folder", folder, device)
		files, _ := os.ReadDir(folder)
		if err != nil || r.Writes() != 0 || len(files) != 0 || !strings.Contains(text, "Nothing was changed.") {
			t.Errorf("%q: %v, %d commands, %d files\n%s", answer, err, r.Writes(), len(files), text)
		}
	}
}

// What cannot be done says what to do, and changes nothing.
func TestTuneRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		model  string
		args   []string
		change func(*responder.Receiver)
		code   int
		say    string
	}{
		"unknown":       {"nmea", nil, nil, exitDevice, "Nothing was sent to it"},
		"no memory":     {"mediatek", []string{"--save"}, nil, exitUsage, "Leave out --save"},
		"not connected": {"u-blox-8", nil, func(r *responder.Receiver) { r.Deaf = true }, exitFailure, "is its RX connected"},
		"no folder":     {"u-blox-8", []string{"--undo-folder", "/nowhere"}, nil, exitDevice, "--undo-folder"},
		"refused":       {"u-blox-8", nil, func(r *responder.Receiver) { r.Fate = func(n int) responder.Fate { return responder.Refuse } }, exitFailure, "Leave out what it does not accept, with --change"},
	} {
		t.Run(name, func(t *testing.T) {
			r, device := served(t, c.model)
			if c.change != nil {
				c.change(r)
			}
			before := r.Snapshot()
			tuneSetUp(t, "", false)
			tuneTiming.Reply, tuneTiming.Tries = 500*time.Millisecond, 2
			text, err := output(t, append([]string{"receiver", "--tune", "--yes", "--undo-folder", t.TempDir(), device}, c.args...)...)
			if exitCode(err) != c.code || !strings.Contains(err.Error(), c.say) || r.Snapshot() != before {
				t.Errorf("exit code %d, %v, want %d, %q\n%s", exitCode(err), err, c.code, c.say, text)
			}
		})
	}
}

// A port that another program has open is refused before a byte is sent, as is one that
// only root could check.
func TestTuneRefusesTwoWriters(t *testing.T) {
	r, device := served(t, "u-blox-8")
	tuneSetUp(t, "", false)
	hiddenProcesses = func() int { return 3 }
	if _, err := output(t, "receiver", "--tune", "--yes", device); exitCode(err) != exitPermission || !strings.Contains(err.Error(), "use sudo") {
		t.Errorf("hidden programs: %v", err)
	}
	hiddenProcesses = func() int { return 0 }
	cat := exec.Command("sleep", "60")
	port, err := os.OpenFile(device, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	cat.Stdin = port
	if err := cat.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cat.Process.Kill(); cat.Wait() }()
	want := fmt.Sprintf("sleep (pid %d)", cat.Process.Pid)
	for i := range 100 {
		_, err = output(t, "receiver", "--tune", "--yes", device)
		if err != nil && strings.Contains(err.Error(), want) || i == 99 {
			break
		}
		time.Sleep(20 * time.Millisecond) // until the child has become sleep
	}
	if exitCode(err) != exitDevice || !strings.Contains(err.Error(), want) || r.Writes() != 0 {
		t.Errorf("%v, want %q", err, want)
	}
}

// A program that opens the port while the user is asked is found before the first change.
func TestTuneRefusesALateWriter(t *testing.T) {
	r, device := served(t, "u-blox-8")
	tuneSetUp(t, "", true)
	port, err := os.OpenFile(device, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	late := exec.Command("sleep", "60")
	late.Stdin = port
	tuneAnswer = func() (io.Reader, bool) {
		return readerFunc(func(p []byte) (int, error) {
			if late.Process == nil {
				if err := late.Start(); err != nil {
					t.Error(err)
				}
			}
			return copy(p, "yes\n"), nil
		}), true
	}
	folder := t.TempDir()
	_, err = output(t, "receiver", "--tune", "--undo-folder", folder, device)
	late.Process.Kill()
	late.Wait()
	files, _ := os.ReadDir(folder)
	if exitCode(err) != exitDevice || !strings.Contains(err.Error(), "stop that program first") || r.Writes() != 0 || len(files) != 0 {
		t.Errorf("%v, %d commands, %d files", err, r.Writes(), len(files))
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// SIGTERM in the middle restores the receiver, however long that takes.
func TestTuneIsTerminated(t *testing.T) {
	r, device := served(t, "u-blox-8")
	before := r.Snapshot()
	reached := make(chan struct{})
	r.Fate = func(n int) responder.Fate {
		switch n {
		case 2:
			close(reached)
		case 3, 4, 5: // restoring takes longer than a command may usually take to end
			return responder.Mute
		}
		return responder.Accept
	}
	if serialport.Hidden() > 0 {
		t.Skip("only root can see who has the port open")
	}
	cmd := program(t, "receiver", "--tune", "--yes", "--undo-folder", t.TempDir(), device)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	ended := launch(t, cmd)
	select {
	case <-reached:
	case err := <-ended:
		t.Fatalf("%v\n%s", err, out.String())
	case <-time.After(longEnough):
		t.Fatal("it changes nothing")
	}
	err := terminated(t, cmd, ended)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFailure || r.Snapshot() != before || !strings.Contains(out.String(), "interrupted; "+tune.ErrUndone.Error()) {
		t.Errorf("%v\n%s\n%s", err, out.String(), r.Snapshot())
	}
}

// Nothing but --tune and --undo writes to a receiver: not while the rate is searched, the
// receiver is recognised, unplugged, at another rate, or the configuration is read again.
func TestRunWritesNothing(t *testing.T) {
	t.Parallel()
	r := responder.New("u-blox-8")
	s, err := responder.Serve(r, t.TempDir(), time.Second)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	defer s.Close()
	dir := t.TempDir()
	config, socket := filepath.Join(dir, "c.toml"), filepath.Join(dir, "status")
	clock := fmt.Sprintf("[[gps]]\ndevice = %q\npps = \"none\"\nwitness = \"none\"\nsock = \"/nonexistent/s\"\n", s.Name)
	if err := os.WriteFile(config, []byte(clock), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "run", "--config", config, "--socket", socket)
	ended := launch(t, cmd)
	at := func(baud int) {
		t.Helper()
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			report, err := status.Ask(socket)
			if err == nil && len(report.Clocks) > 0 && report.Clocks[0].Receiver != nil {
				if v := report.Clocks[0].Receiver; v.Epochs > 2 && v.Baud == baud {
					return
				}
			}
			if time.Since(began) > 2*longEnough {
				t.Fatalf("%+v, %v", report, err)
			}
		}
	}
	at(9600)
	r.Set(false, "port", strings.Replace(r.Get("port"), "80250000", "00c20100", 1)) // 115200 baud
	s.Unplug()
	cmd.Process.Signal(syscall.SIGHUP)
	at(115200)
	if err := terminated(t, cmd, ended); err != nil {
		t.Errorf("ended with %v", err)
	}
	if n := r.Received(); n != 0 {
		t.Errorf("the receiver was sent %d bytes", n)
	}
}
