package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/web"
)

// hostileText is what no terminal may get: a sequence that sets its title, one that
// clears it, a bell, a carriage return, C1 controls and bytes that are not UTF-8.
const hostileText = "\x1b]0;OWNED\x07\x1b[2J\r\x7f\u009b1m\x85\xff\xfe\nx"

// printed runs a program, ends it if it does not end by itself, and returns what it printed.
func printed(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	cmd.Dir = t.TempDir()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = longEnough
	if err := cmd.Start(); err != nil {
		t.Fatalf("%q: %v", cmd.Args[1:], err)
	}
	stop := time.AfterFunc(3*time.Second, func() { cmd.Process.Signal(syscall.SIGTERM) })
	defer stop.Stop()
	if err := cmd.Wait(); err != nil && !isExit(err) {
		t.Errorf("%q: %v", cmd.Args[1:], err)
	}
	return text.String()
}

func isExit(err error) bool {
	_, ok := errors.AsType[*exec.ExitError](err)
	return ok
}

// No command prints what a terminal obeys, whatever its operands and flags are.
func TestOperandsAndFlagsFromOutside(t *testing.T) {
	config := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(config, []byte("[[offbyone]]\nsock = \"/nonexistent/s\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	beside := map[string][]string{ // what keeps a command from the machine's hardware
		"run":    {"--config", config},
		"doctor": {"--no-listen", "--root", t.TempDir()},
		"record": {"--device", filepath.Join(t.TempDir(), "missing")},
	}
	for _, c := range commands() {
		lines := [][]string{{c.name, hostileText}, {c.name, "/dev/" + hostileText}, {c.name, "--" + hostileText}, {hostileText}, {"help", hostileText}}
		if c.name == "receiver" || c.name == "doctor" { // they would listen
			lines = append(lines[:1:1], lines[2:]...)
		}
		for _, prefix := range []string{"gpio:", "gpio:0:", "ldisc:/dev/", "dcd:/dev/", "http://"} {
			lines = append(lines, []string{c.name, prefix + hostileText})
		}
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		c.define(flags)
		flags.VisitAll(func(f *flag.Flag) {
			lines = append(lines, []string{c.name, "--" + f.Name + "=" + hostileText})
		})
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, args := range lines {
				if args[0] == "demo" && len(args) == 1 {
					continue
				}
				cmd := program(t, append(args, beside[args[0]]...)...)
				if text := printed(t, cmd); invisible(text) != "" {
					t.Errorf("%q prints %q:\n%q", args, invisible(text), text)
				}
			}
		})
	}
}

// No command prints such content of a file, a socket or a sentence.
func TestContentFromOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	noNewline := strings.ReplaceAll(hostileText, "\n", "")
	var capture strings.Builder
	for range 3 {
		capture.WriteString("$GPRMC,160000.00,A,4717.11,N,00833.91,E,0.0,0.0,241125,,,A*5D\r\n")
		for _, body := range []string{"GPTXT,01,01,02,u-blox " + noNewline, "PUBX,99," + noNewline, "GP" + noNewline + ",1", noNewline + ",A"} {
			sum := byte(0)
			for _, c := range []byte(body) {
				sum ^= c
			}
			capture.WriteString("$" + body + "*" + fmt.Sprintf("%02X", sum) + "\r\n$" + body + "*00\r\n")
		}
	}
	nmea := file("capture.nmea", capture.String())
	quoted, err := json.Marshal(strings.ToValidUTF8(hostileText, "")) // TOML has the same escapes
	if err != nil {
		t.Fatal(err)
	}
	var configs []string
	for i, text := range []string{
		"[[gps]]\ndevice = " + string(quoted), "[[gps]]\npps = " + string(quoted), "[[offbyone]]\nsock = " + string(quoted), "[[htntp]]\nservers = [" + string(quoted) + "]",
		string(quoted) + " = 1", "[[" + string(quoted) + "]]", "[[gps]]\n" + string(quoted) + " = 1", "[[gps]]\ndevice = \"" + hostileText + "\"", hostileText,
		"[[gps]]\ndevice = \"/dev/\\u0000\"",
	} {
		configs = append(configs, file("c"+string(rune('0'+i))+".toml", text))
	}
	h := hostileText
	state := driver.State{Reason: h, Detail: h, Hint: h}
	socket := filepath.Join(dir, "s")
	listener, err := status.Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	server := web.New(silent(func() status.Report {
		clock := status.Clock{
			Kind: h, Name: h, Socket: h, State: state, Changes: []status.Change{{Of: h, State: state}},
			Consumer: status.Consumer{Processes: []string{h}, Size: 96}, Receiver: &status.Receiver{Port: h, Identity: h, Fix: h, Family: "ublox", FamilyWhy: h, Epochs: 1},
		}
		return status.Report{Version: h, File: h, Service: h, Clocks: []status.Clock{clock}, Changes: []status.Change{{Of: h, State: state}}}
	}), nil)
	server.ServeSocket(listener)
	defer server.Close()
	lines := [][]string{
		{"decode", nmea}, {"decode", "--json", nmea}, {"receiver", "--decode", nmea}, {"receiver", "--json", "--decode", nmea}, {"replay", nmea}, {"replay", "--json", nmea},
		{"status", "--socket", socket}, {"status", "--changes", "--socket", socket}, {"status", "--json", "--socket", socket},
		{"gps", "--pps", "none", "--leap-seconds", nmea, "/dev/null"}, {"htntp", "--once", "--proxy", "http://127.0.0.1:1", "--proxy-login", nmea, "192.0.2.1"},
	}
	for _, path := range configs {
		lines = append(lines, []string{"run", "--check", "--config", path})
	}
	for _, args := range lines {
		text := printed(t, program(t, args...))
		if invisible(text) != "" || text == "" {
			t.Errorf("%q prints %q:\n%q", args, invisible(text), text)
		}
		if strings.Contains(strings.Join(args, " "), "--json") {
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "{\"") && !json.Valid([]byte(line)) {
					t.Errorf("%q prints no JSON: %q", args, line)
				}
			}
		}
	}
}

// silent is a daemon that has a report, and nothing else.
type silent func() status.Report

func (s silent) Report() status.Report                  { return s() }
func (silent) Clocks() []web.Clock                      { return nil }
func (silent) Collect()                                 {}
func (silent) Changes(uint64) ([]status.Change, uint64) { return nil, 0 }
func (silent) Origin() int64                            { return 0 }
