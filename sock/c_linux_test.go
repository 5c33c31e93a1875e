package sock

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// eachCProgram compiles testdata/sample.c for each layout for which this machine has a
// compiler: gcc, and gcc -m32 or the command in REFCLOCK_CC32.
func eachCProgram(t *testing.T, test func(t *testing.T, l Layout, run func(in []byte, args ...string) map[string]string)) {
	commands32 := [][]string{{"gcc", "-m32"}, strings.Fields(os.Getenv("REFCLOCK_CC32"))}
	for _, c := range []struct {
		name     string
		layout   Layout
		commands [][]string
		flags    []string
	}{
		{"64 bits", Layout40, [][]string{{"gcc"}}, []string{"-DBITS=64"}},
		{"32 bits, 32-bit time_t", Layout32, commands32, []string{"-DBITS=32"}},
		{"32 bits, 64-bit time_t", Layout40, commands32, []string{"-DBITS=32", "-D_TIME_BITS=64", "-D_FILE_OFFSET_BITS=64"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "sample")
			var why []string
			for _, command := range c.commands {
				if len(command) == 0 {
					continue
				}
				command = append(slices.Clip(command), c.flags...)
				command = append(command, "-Wall", "-Wextra", "-Werror", "-O2", "-o", program, "testdata/sample.c")
				out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
				if err == nil {
					err = exec.Command(program, "layout").Run()
				}
				if err != nil {
					why = append(why, fmt.Sprintf("%s: %v %s", command[0], err, bytes.TrimSpace(out)))
					continue
				}
				test(t, c.layout, func(in []byte, args ...string) map[string]string { return runC(t, program, in, args...) })
				return
			}
			t.Skipf("no compiler makes a program that runs here; make test installs one:\n%s", strings.Join(why, "\n"))
		})
	}
}

// runC runs the C program, and returns the values that it prints, by name.
func runC(t *testing.T, program string, in []byte, args ...string) map[string]string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("sample %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	output := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		output[name] = value
	}
	return output
}

func TestLayoutsMatchC(t *testing.T) {
	eachCProgram(t, func(t *testing.T, l Layout, run func([]byte, ...string) map[string]string) {
		output := run(nil, "layout")
		want := map[string]string{
			"sizeof":     fmt.Sprint(l.table().size),
			"tv.tv_sec":  fmt.Sprint(l.table().sec, l.table().seconds),
			"tv.tv_usec": fmt.Sprint(l.table().usec, l.table().seconds),
			"offset":     fmt.Sprint(l.table().offset, 8),
			"pulse":      fmt.Sprint(l.table().pulse, 4),
			"leap":       fmt.Sprint(l.table().leap, 4),
			"_pad":       fmt.Sprint(l.table().pad, 4),
			"magic":      fmt.Sprint(l.table().magic, 4),
		}
		for name, value := range want {
			if output[name] != value {
				t.Errorf("%s: in C %q, here %q", name, output[name], value)
			}
		}
		if len(output) != len(want) {
			t.Errorf("C has %v", output)
		}
	})
}

func TestCReadsEncode(t *testing.T) {
	eachCProgram(t, func(t *testing.T, l Layout, run func([]byte, ...string) map[string]string) {
		receive := time.Unix(1795386302, 123_456_789)
		s := Sample{Clock: receive.Add(-1_000_000_777), Receive: receive, Leap: LeapAdd}
		output := run(encode(t, l, s), "read")
		for name, want := range map[string]string{
			"tv": "1795386302.123456", "offset": "-1.000000777", "pulse": "0", "leap": "1", "_pad": "0", "magic": "0x534f434b",
		} {
			if output[name] != want {
				t.Errorf("%s: C reads %q, expected %q", name, output[name], want)
			}
		}
	})
}
