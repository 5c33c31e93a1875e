package main

import (
	"slices"
	"strings"
	"testing"
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

// A test is started in the machine by lab/run, wherever go test stands, and one after the other.
func TestGuestRun(t *testing.T) {
	g, err := guestNamed("arm")
	if err != nil {
		t.Fatal(err)
	}
	u := g.run("shm", "-overlay x", "./shm")
	i := slices.Index(u.args, "-exec")
	if i < 0 || !strings.HasPrefix(u.args[i+1], "/") || !strings.HasSuffix(u.args[i+1], "/lab/run arm64 -overlay x") {
		t.Errorf("%q has no -exec with the path of lab/run", u.args)
	}
	if !slices.Contains(u.args, "-p=1") || u.args[len(u.args)-1] != "./shm" {
		t.Errorf("%q", u.args)
	}
	if !slices.Contains(u.env, "GOARCH=arm") || !slices.Contains(u.env, "CGO_ENABLED=0") || len(g.env) != 2 {
		t.Errorf("environment %q of %q", u.env, g.env)
	}
}
