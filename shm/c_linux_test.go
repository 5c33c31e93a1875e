package shm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A cReader is testdata/reader.c, compiled for one of the layouts.
type cReader struct {
	size    int
	program string
}

// eachCReader compiles testdata/reader.c for each layout, and runs test with each. The
// compiler for 32 bits is gcc -m32, or the command in REFCLOCK_CC32.
func eachCReader(t *testing.T, test func(t *testing.T, r cReader)) {
	time64 := []string{"-D_TIME_BITS=64", "-D_FILE_OFFSET_BITS=64"}
	for _, c := range []struct {
		size    int
		command func(t *testing.T) []string
		flags   []string
	}{
		{96, cc64, nil},
		{80, cc32, nil},
		{88, cc32, time64},
	} {
		t.Run(strconv.Itoa(c.size), func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "reader")
			command := append(c.command(t), c.flags...)
			command = append(command, "-Wall", "-Wextra", "-Werror", "-O2", "-o", program, "testdata/reader.c")
			if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
			}
			test(t, cReader{c.size, program})
		})
	}
}

func cc64(t *testing.T) []string {
	t.Helper()
	machine, err := exec.Command("gcc", "-dumpmachine").Output()
	if err != nil {
		t.Skipf("no C compiler: %v", err)
	}
	for _, wide := range []string{"x86_64-", "aarch64-", "riscv64-"} {
		if strings.HasPrefix(string(machine), wide) {
			return []string{"gcc"}
		}
	}
	t.Skipf("gcc does not compile for a 64-bit machine: %s", machine)
	return nil
}

func cc32(t *testing.T) []string {
	t.Helper()
	commands := [][]string{{"gcc", "-m32"}}
	if given := strings.Fields(os.Getenv("REFCLOCK_CC32")); len(given) > 0 {
		commands = append(commands, given)
	}
	probe := filepath.Join(t.TempDir(), "probe")
	for _, command := range commands {
		compile := append(command[1:len(command):len(command)], "-o", probe, "testdata/reader.c")
		if exec.Command(command[0], compile...).Run() == nil && exec.Command(probe, "layout").Run() == nil {
			return command
		}
	}
	t.Skip("no multilib: neither gcc -m32 nor REFCLOCK_CC32 makes a program that runs here; make test installs a compiler")
	return nil
}

// run runs the program, and returns the values that it prints, by name.
func (r cReader) run(t *testing.T, args ...string) map[string]string {
	t.Helper()
	out, err := exec.Command(r.program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("reader %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	output := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		output[name] = value
	}
	return output
}

func TestLayoutsMatchC(t *testing.T) {
	eachCReader(t, func(t *testing.T, r cReader) {
		output := r.run(t, "layout")
		if output["sizeof"] != strconv.Itoa(r.size) {
			t.Fatalf("sizeof(struct shmTime) is %s, expected %d", output["sizeof"], r.size)
		}
		l, err := LayoutOfSize(r.size)
		if err != nil {
			t.Fatal(err)
		}
		for f := range Fields() {
			if want := fmt.Sprintf("%d %d", l.Offset(f), l.Width(f)); output[f.String()] != want {
				t.Errorf("%v: offset and size in C %s, here %s", f, output[f.String()], want)
			}
		}
		if len(output) != 1+fieldCount {
			t.Errorf("C has %d fields, expected %d", len(output)-1, fieldCount)
		}
	})
}

// A consumer in C creates the unit in its layout, and takes what Update publishes.
func TestCReadsUpdate(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		eachCReader(t, func(t *testing.T, r cReader) {
			removeUnit(t, 2)
			key := strconv.Itoa(testBase + 2)
			r.run(t, "create", key)
			u := attach(t, 2, WithoutCreate())
			if u.Layout().Size() != r.size {
				t.Fatalf("%v, expected %d bytes", u.Layout(), r.size)
			}
			if output := r.run(t, "take", key); output["result"] != "notready" {
				t.Errorf("before the first sample: %v", output)
			}

			for _, c := range []struct{ clock, receive time.Time }{
				{time.Unix(1795386302, 123456789), time.Unix(1795386303, 123456012)},
				{time.Unix(1795386302, 777), time.Unix(1795386302, 0)},
				{time.Unix(-1, 1), time.Unix(0, 300_000_001)},
			} {
				if err := u.Update(Sample{Clock: c.clock, Receive: c.receive, Leap: LeapAdd, Precision: -9}); err != nil {
					t.Fatal(err)
				}
				output := r.run(t, "take", key)
				if output["result"] != "ok" || output["offset"] != fmt.Sprint(int64(c.clock.Sub(c.receive))) {
					t.Errorf("C reads %v, expected an offset of %d ns", output, c.clock.Sub(c.receive))
				}
				for f := range Fields() {
					want := u.Get(f)
					if f == FieldValid {
						want = 1 // before it was taken
					}
					if output[f.String()] != strconv.FormatInt(want, 10) {
						t.Errorf("%v: C reads %s, expected %d", f, output[f.String()], want)
					}
				}
				if output["leap"] != "1" || output["precision"] != "-9" || output["nsamples"] != "3" || output["mode"] != "1" {
					t.Errorf("C reads %v", output)
				}
			}
			if err := u.Withdraw(); err != nil || u.Counters().Consumed != 3 {
				t.Errorf("%+v, %v, expected 3 consumed", u.Counters(), err)
			}
		})
	})
}

func TestTakeFromC(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		eachCReader(t, func(t *testing.T, r cReader) {
			removeUnit(t, 2)
			l, err := LayoutOfSize(r.size)
			if err != nil {
				t.Fatal(err)
			}
			u := attach(t, 2, WithLayout(l))
			r.run(t, "write", strconv.Itoa(testBase+2), "1795386302", "999999999", "-1", "1")
			want := Sample{Clock: time.Unix(1795386302, 999999999).UTC(), Receive: time.Unix(-1, 1).UTC(),
				Leap: LeapDelete, Precision: -20, NSamples: 3, Valid: true, Count: 2, Nanoseconds: true}
			if got, err := u.Take(); got != want || err != nil {
				t.Errorf("%+v, %v\nexpected %+v", got, err, want)
			}
		})
	})
}
