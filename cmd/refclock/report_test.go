package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/logreport"
	"github.com/refclock/refclock/internal/samplelog"
)

const logs = "../../internal/samplelog/testdata/"

// captured runs a command, and returns its standard output.
func captured(t *testing.T, args ...string) (string, error) {
	t.Helper()
	old := stdout
	defer func() { stdout = old }()
	var b strings.Builder
	stdout = &b
	err := run(t.Context(), args)
	return b.String(), err
}

// The figures of the daemons' logs, as text, JSON and page.
func TestReport(t *testing.T) {
	page := filepath.Join(t.TempDir(), "report.html")
	text, err := captured(t, "report", "--html", page, logs+"refclocks.log", logs+"peerstats", logs+"clockstats")
	if err != nil || !strings.Contains(text, "OBO (chrony refclocks.log)") || !strings.Contains(text, "SHM(5) (ntpd peerstats)") || !strings.Contains(text, "Compared at the same times") {
		t.Errorf("%v\n%s", err, text)
	}
	html, err := os.ReadFile(page)
	if err != nil || !strings.HasPrefix(string(html), "<!doctype html>") || !strings.HasSuffix(string(html), "</html>\n") {
		t.Errorf("%v, %d bytes of a page", err, len(html))
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(page), ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	text, err = captured(t, "report", "--json", logs+"statistics.log", "--source", "OBO")
	var r logreport.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if err != nil || len(r.Sources) != 1 || r.Sources[0].Offset.MedianNS != -1e9 {
		t.Errorf("%v, %+v", err, r.Sources)
	}
	if text, err := captured(t, "report", "--html", "-", logs+"tracking.log"); err != nil || !strings.HasPrefix(text, "<!doctype html>") || strings.Contains(text, "stability  ") {
		t.Errorf("%v, %.80q", err, text)
	}
	text, err = captured(t, "report", "--from", "2026-11-27 04:30", "--to", "2026-11-27T04:33:00Z", logs+"refclocks.log")
	if err == nil || exitCode(err) != exitUsage { // a form that is not known
		t.Errorf("%v\n%s", err, text)
	}
	text, err = captured(t, "report", "--from", "2026-11-27T04:30", "--to", "2026-11-27T04:33:00Z", logs+"refclocks.log")
	if err != nil || !strings.Contains(text, "2026-11-27 04:32:4") || strings.Contains(text, "04:28") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestReportErrors(t *testing.T) {
	folder := t.TempDir()
	nonsense := filepath.Join(folder, "nonsense")
	if err := os.WriteFile(nonsense, []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{nonsense}, exitInput, `nonsense:1: found "nonsense"`},
		{[]string{filepath.Join(folder, "missing")}, exitInput, "missing"},
		{[]string{folder}, exitInput, "is a directory"},
		{[]string{"--source", "PSP", logs + "refclocks.log"}, exitUsage, "the files have GPS, OBO, PPS"},
		{[]string{"--from", "9999-12-31", logs + "refclocks.log"}, exitInput, "no sample between"},
		{[]string{"--to", "1600-01-01", logs + "refclocks.log"}, exitInput, "no sample between"},
		{[]string{"--from", "2030-01-01", logs + "refclocks.log"}, exitInput, "no sample between"},
		{[]string{"--html", filepath.Join(folder, "missing", "x.html"), logs + "refclocks.log"}, exitDevice, "--html"},
	} {
		text, err := captured(t, append([]string{"report"}, c.args...)...)
		if err == nil || exitCode(err) != c.code || !strings.Contains(err.Error(), c.want) || text != "" {
			t.Errorf("%q: %v (code %d), %q; want %q, code %d", c.args, err, exitCode(err), text, c.want, c.code)
		}
	}
	// Nanoseconds since 1970 have no year 9999.
	if text, err := captured(t, "report", "--from", "1600-01-01", "--to", "9999-12-31", logs+"refclocks.log"); err != nil || !strings.Contains(text, "PPS") {
		t.Errorf("%v\n%s", err, text)
	}
	// One file that cannot be read does not hide the others.
	if text, err := captured(t, "report", nonsense, logs+"refclocks.log"); err != nil || !strings.Contains(text, "PPS") {
		t.Errorf("%v\n%s", err, text)
	}
}

// Ctrl-C ends the reading of a log without an end.
func TestReportIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := run(ctx, []string{"report", "/dev/zero"}); !errors.Is(err, errInterrupted) {
		t.Error(err)
	}
}

// The page replaces an older page, also through a link. It never replaces a log, and a device
// such as /dev/null stays what it is.
func TestReportReplacesOnlyPages(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	log, err := os.ReadFile(logs + "refclocks.log")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"samples.csv": string(log), "old.html": "<!doctype html>old", "empty": "", "short": "<!d"} {
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"to-page": "old.html", "to-null": "/dev/null", "to-log": "samples.csv"} {
		if err := os.Symlink(target, in(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, page string // page: the file that becomes one
		code       int
	}{
		{"old.html", "old.html", 0},
		{"empty", "empty", 0},
		{"to-page", "old.html", 0},
		{"to-null", "", 0},
		{"samples.csv", "", exitUsage},
		{"to-log", "", exitUsage},
		{"short", "", exitUsage},
		{".", "", exitUsage},
	} {
		before, _ := os.Lstat(in(c.name))
		text, err := captured(t, "report", "--html", in(c.name), in("samples.csv"))
		if exitCode(err) != c.code || (text == "") != (err != nil) {
			t.Errorf("%s: %v (code %d), want code %d", c.name, err, exitCode(err), c.code)
		}
		if after, err := os.Lstat(in(c.name)); err != nil || after.Mode().Type() != before.Mode().Type() {
			t.Errorf("%s: %v, %v, was %v", c.name, err, after, before)
		}
		if c.page == "" {
			continue
		}
		if text, err := os.ReadFile(in(c.page)); err != nil || !strings.HasSuffix(string(text), "</html>\n") {
			t.Errorf("%s: %v, %.40q", c.name, err, text)
		}
	}
	if kept, err := os.ReadFile(in("samples.csv")); err != nil || string(kept) != string(log) {
		t.Errorf("the log was replaced by %.40q, %v", kept, err)
	}
}

// weekFile writes a week of samples, one a second, as monitor --csv does.
func weekFile(tb testing.TB) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "week.csv")
	file, err := os.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, samplelog.CSVHeader)
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for i := range 604800 {
		at := start.Add(time.Duration(i)*time.Second + time.Duration(random.IntN(1000)))
		offset := 600*math.Sin(float64(i)/86400*2*math.Pi) + 200*random.NormFloat64()
		fmt.Fprintf(w, "%s,1,%d,%d,-21,0,\n", at.Format("2006-01-02T15:04:05.000000000Z"), int(offset), 200)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := file.Close(); err != nil {
		tb.Fatal(err)
	}
	return name
}

// BenchmarkReportWeek reports a week of samples in a process of its own, with the page. It fails
// if that takes more than 5 s of CPU time, or 150 MB.
func BenchmarkReportWeek(b *testing.B) {
	folder := b.TempDir()
	program := filepath.Join(folder, "refclock")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	week := weekFile(b)
	var cpu time.Duration
	var memory int64
	for b.Loop() {
		cmd := exec.Command(program, "report", "--html", filepath.Join(folder, "week.html"), week)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "604,800, one every 1 s") {
			b.Fatalf("%v\n%s", err, out)
		}
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		memory = max(memory, int64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss))
	}
	perRun := cpu / time.Duration(b.N)
	b.ReportMetric(perRun.Seconds(), "cpu-s/op")
	b.ReportMetric(float64(memory)/1000, "MB")
	if perRun > 5*time.Second || memory > 150_000 {
		b.Errorf("%v of CPU time and %d kB, want at most 5 s and 150 MB", perRun, memory)
	}
}
