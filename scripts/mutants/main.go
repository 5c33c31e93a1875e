// Command mutants measures how well the tests check the code: it changes the code
// in one place at a time, runs the package's tests, and reports each change that
// no test notices:
//
//	go run ./scripts/mutants -n 20 ./nmea ./driver
//
// A change is called a mutant. A mutant is caught when a test fails or does not
// end, and survives when the tests pass. A survivor shows a missing test, or is
// equivalent: no test can notice it. Equivalent mutants are listed with a reason
// in scripts/mutants/equivalent.txt and are not run.
//
// The source tree is never written to. Run it from the root of the module, on Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
)

var defaultPackages = []string{"./nmea", "./pps", "./shm", "./driver", "./driver/gps", "./driver/htntp"}

// options are what the command line selects.
type options struct {
	packages   []string
	seed       uint64
	number     int // of mutants for each package; 0 for all
	jobs       int
	tests      string         // the value of go test -run
	file       *regexp.Regexp // nil for every file
	equivalent string         // the file that lists equivalent mutants
	min        float64        // percent
	list       bool
	verbose    bool
	limits     limits
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:])
	if err != nil {
		os.Exit(2) // the flag package has reported it
	}
	if err := mutants(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	o := options{limits: standardLimits}
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: mutants [flags] [packages]\n\nThe default packages are %v.\n\n", defaultPackages)
		flags.PrintDefaults()
	}
	flags.IntVar(&o.number, "n", 40, "run `N` mutants of each package (0: all)")
	flags.Uint64Var(&o.seed, "seed", 1, "choose the mutants by this `number`")
	flags.IntVar(&o.jobs, "j", runtime.NumCPU(), "run `N` mutants at the same time")
	flags.StringVar(&o.tests, "run", "", "run only the tests that match the `regexp`")
	flags.Func("file", "mutate only the files whose path matches the `regexp`", func(text string) (err error) {
		o.file, err = regexp.Compile(text)
		return err
	})
	flags.BoolVar(&o.list, "list", false, "print the chosen mutants and exit")
	flags.BoolVar(&o.verbose, "v", false, "print the outcome of every mutant")
	flags.Float64Var(&o.min, "min", 0, "fail if a package has less than this `percentage` of its mutants caught")
	flags.StringVar(&o.equivalent, "equivalent", "scripts/mutants/equivalent.txt", "read the equivalent mutants from this `file`")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.packages = flags.Args(); len(o.packages) == 0 {
		o.packages = defaultPackages
	}
	if o.jobs < 1 || o.number < 0 {
		err := fmt.Errorf("-j must be at least 1, and -n at least 0")
		fmt.Fprintln(flags.Output(), err)
		return o, err
	}
	return o, nil
}

// mutants runs the selected mutants and writes the report.
func mutants(ctx context.Context, o options, w io.Writer) error {
	equivalents, err := readEquivalents(o.equivalent)
	if err != nil {
		return err
	}
	packages, err := load(ctx, o.packages)
	if err != nil {
		return err
	}
	var tallies []tally
	for _, p := range packages {
		all, err := p.mutants()
		if err != nil {
			return err
		}
		equivalents.match(all)
		chosen := choose(all, o)
		if o.list {
			list(w, chosen)
			continue
		}
		t, err := run(ctx, p, chosen, o, w)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		tallies = append(tallies, t)
	}
	stale := equivalents.unmatched(packages)
	for _, e := range stale {
		fmt.Fprintf(w, "%s:%d: matches no mutant: %s\n", o.equivalent, e.line, e.key)
	}
	if len(tallies) > 0 {
		fmt.Fprintln(w)
	}
	for _, t := range tallies {
		fmt.Fprintln(w, t)
	}
	for _, t := range tallies {
		if t.run() > 0 && t.percent() < o.min {
			return fmt.Errorf("%s: %.1f %% of the mutants caught, want %v %%", t.name, t.percent(), o.min)
		}
	}
	if len(stale) > 0 && o.number == 0 {
		return fmt.Errorf("%d lines of %s match no mutant", len(stale), o.equivalent)
	}
	return nil
}

func list(w io.Writer, chosen []*mutant) {
	for _, m := range chosen {
		fmt.Fprint(w, m)
		if m.reason != "" {
			fmt.Fprint(w, " # ", m.reason)
		}
		fmt.Fprintln(w)
	}
}
