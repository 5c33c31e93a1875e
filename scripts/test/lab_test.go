package main

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestGuestNamed(t *testing.T) {
	for _, g := range guests {
		if got, err := guestNamed(g.name); err != nil || got.machine != g.machine {
			t.Errorf("%s: %v, %v", g.name, got, err)
		}
	}
	if _, err := guestNamed("riscv64"); err == nil || !strings.Contains(err.Error(), "armhf") {
		t.Errorf("an unknown machine: %v, want the known ones", err)
	}
}

// lab/run starts each test program in the machine, with any working directory of go test.
func TestGuestRun(t *testing.T) {
	g, err := guestNamed("arm")
	if err != nil {
		t.Fatal(err)
	}
	u := g.run(part{"pps", "VM"}, "-overlay x")
	i := slices.Index(u.args, "-exec")
	if i < 0 || !strings.HasPrefix(u.args[i+1], "/") || !strings.Contains(u.args[i+1], "/lab/run arm64 -") || !strings.HasSuffix(u.args[i+1], " -overlay x") {
		t.Errorf("%q has no -exec with the path of lab/run", u.args)
	}
	if !slices.Contains(u.args, "-run=VM") || u.args[len(u.args)-1] != "./pps" {
		t.Errorf("%q", u.args)
	}
	if !slices.Contains(u.env, "GOARCH=arm") || !slices.Contains(u.env, "CGO_ENABLED=0") || len(g.env) != 2 {
		t.Errorf("environment %q of %q", u.env, g.env)
	}
	if u = g.run(part{"shm", ""}, ""); slices.ContainsFunc(u.args, func(a string) bool { return strings.HasPrefix(a, "-run") }) {
		t.Errorf("%q excludes tests", u.args)
	}
}

// A run that exceeds the limit ends and reports it; later runs and scripts report the same.
func TestLimit(t *testing.T) {
	g := guest{name: "x", limit: time.Millisecond}
	ctx, cancel := g.withinLimit(t.Context())
	defer cancel()
	<-ctx.Done()
	var r report
	run{name: "late"}.do(ctx, &r)
	if err := r.verdict(""); err == nil || !strings.Contains(err.Error(), "lab-x ended after 1ms") {
		t.Errorf("%v, want the time limit", err)
	}
	if _, err := output(ctx, "true"); err == nil || !strings.Contains(err.Error(), "lab-x ended") {
		t.Errorf("a script: %v, want the time limit", err)
	}
}

// Cancellation also ends the children: the pipe that they share ends.
func TestGroupEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, "sh", "-c", "sleep 1000 & echo begun; wait")
	asGroup(cmd)
	cmd.WaitDelay = 0
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if rest, err := io.ReadAll(lines); len(rest) > 0 || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
	if cmd.Wait() == nil {
		t.Error("it ended without an error")
	}
}
