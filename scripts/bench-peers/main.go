// Command bench-peers compares refclock with gpsd, NTPsec's NMEA driver and the least C program
// which stamps a port. All get the same bytes at the same time, so that the ratios hold on a
// machine whose speed varies. It prints the tables of docs/measurements.md:
//
//	make bench-peers
//	make bench-peers SECONDS_PER_CELL=20 PARTS='stamps cpu'
//
// The daemons are Debian's, unpacked and not installed. They run in their own network, IPC and
// process namespaces without the permission to set the clock, and end with them. It needs Linux, gcc, and Debian's
// package tools; root only for the real-time priority of the program that plays the bytes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// maxDuration is how long a run may take.
const maxDuration = 40 * time.Minute

// A part prints one table.
type part struct {
	name string
	run  func(*rig) error
}

var parts = []part{
	{"stamps", (*rig).stamps},
	{"seconds", (*rig).seconds},
	{"cpu", (*rig).cpu},
	{"start", (*rig).starts},
	{"visible", (*rig).visible},
	{"restart", (*rig).restart},
	{"scale", (*rig).scale},
	{"load", (*rig).underLoad},
	{"realtime", (*rig).realtime},
}

func main() {
	cell := flag.Duration("cell", time.Minute, "how long one cell of a table is measured")
	only := flag.String("parts", "", "the tables to print, separated by blanks (default: all)")
	tools := flag.String("tools", "", "folder with refclock, feeder, floor, serialport.so, and the folders gpsd and daemons")
	flag.Parse()
	chosen, err := choose(*only)
	if err == nil && (*cell < 10*time.Second || *cell > 5*time.Minute) {
		err = fmt.Errorf("-cell %v: expected 10s to 5m", *cell)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-peers:", err)
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, maxDuration)
	defer cancel()
	if !isolated() {
		err = isolate(ctx)
	} else {
		err = measure(ctx, *tools, *cell, chosen)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-peers:", err)
		os.Exit(1)
	}
}

// choose returns the parts with these names.
func choose(names string) (chosen []part, err error) {
	if names == "" {
		return parts, nil
	}
	var known []string
	for _, p := range parts {
		known = append(known, p.name)
	}
	for _, name := range strings.Fields(names) {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, fmt.Errorf("-parts %s: expected some of: %s", name, strings.Join(known, " "))
		}
		chosen = append(chosen, parts[i])
	}
	return chosen, nil
}

// measure prints the chosen parts, inside the namespaces.
func measure(ctx context.Context, tools string, cell time.Duration, chosen []part) error {
	r, err := newRig(ctx, tools, cell)
	if err != nil {
		return err
	}
	defer os.RemoveAll(r.scratch)
	r.describe()
	for _, p := range chosen {
		fmt.Fprintf(os.Stderr, "bench-peers: %s\n", p.name)
		began := time.Now()
		if err := p.run(r); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Printf("\nMeasured %s to %s UTC, load average at the end %s.\n", began.UTC().Format("15:04"), time.Now().UTC().Format("15:04"), loadAverage())
	}
	return nil
}
