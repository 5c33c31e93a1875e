package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/coldstore"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/internal/status"
)

// A receiver that waits after a cold start waits on when refclock starts again, and when a
// reload changes its clock: each time, its first epoch is valid. It does not wait for a user who
// turns the wait off, and nothing of it is left then.
func TestWaitGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes 15 s of real time")
	}
	t.Parallel()
	port, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	defer port.Close()
	simulated, err := sim.New(sim.Config{Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	live, err := sim.NewLive(simulated, 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	played := make(chan error, 1)
	go func() { played <- live.Play(ctx, port) }()
	defer func() { cancel(); <-played }()

	dir := t.TempDir()
	state, file, socket, link := filepath.Join(dir, "state"), filepath.Join(dir, "c.toml"), filepath.Join(dir, "status.sock"), filepath.Join(dir, "gps")
	config := func(more string) {
		text := fmt.Sprintf("[[gps]]\ndevice = %q\nbaud = 9600\npps = \"none\"\nwitness = \"none\"\nsock = \"/nonexistent/s\"\n%s\n", link, more)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config("")
	if err := errors.Join(os.Mkdir(state, 0o700), os.Symlink(port.Name(), link)); err != nil {
		t.Fatal(err)
	}
	coldstore.New(state, nil).Keep(link, receiver.Wait{}, true)

	cmd := program(t, "run", "--config", file, "--socket", socket)
	cmd.Env = append(cmd.Env, "STATE_DIRECTORY="+state)
	ended := launch(t, cmd)
	// until waits for a state of the clock, and returns its reason.
	until := func(what string, wanted func(reason string) bool) string {
		t.Helper()
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			r, err := status.Ask(socket)
			if err == nil && len(r.Clocks) == 1 && wanted(r.Clocks[0].State.Reason) {
				return r.Clocks[0].State.Reason
			}
			if time.Since(began) > longEnough {
				t.Fatalf("%s: %+v, %v", what, r, err)
			}
		}
	}
	begins := func(reason string) bool { return reason == "listening" || reason == "settling" }
	settled := func(reason string) bool { return !begins(reason) && reason != "starting" }

	if got := until("after the start", settled); got != "cold start" {
		t.Errorf("after the start the state is %q, want a cold start", got)
	}
	config("delay = \"100ms\"")
	cmd.Process.Signal(syscall.SIGHUP)
	until("after a reload", begins)
	if got := until("after a reload", settled); got != "cold start" {
		t.Errorf("after a reload the state is %q, want a cold start", got)
	}
	config("cold_start = \"0s\"")
	cmd.Process.Signal(syscall.SIGHUP)
	until("without a wait", begins)
	if got := until("without a wait", settled); got == "cold start" {
		t.Error("withheld without a wait")
	}
	if list, err := os.ReadDir(state); err != nil || len(list) != 0 {
		t.Errorf("the state folder has %v, %v; want nothing", list, err)
	}
	if err := terminated(t, cmd, ended); err != nil {
		t.Errorf("ended with %v", err)
	}
}
