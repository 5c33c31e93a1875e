package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/textclock"
	"github.com/refclock/refclock/shm"
)

// examples returns the programs in docs/feed.md by their language.
func examples(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/feed.md")
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]string{}
	for _, match := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if programs[match[1]] != "" {
			t.Fatalf("two examples in %s", match[1])
		}
		programs[match[1]] = match[2]
	}
	return programs
}

// interpreter skips a test if a program is missing.
func interpreter(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("this machine has no %s", name)
	}
	return path
}

// Each example of docs/feed.md runs as it is, and its clock is published.
func TestFeedExamples(t *testing.T) {
	programs := examples(t)
	if len(programs) != 6 { // and the configuration in TOML
		t.Fatalf("%d examples, want 6", len(programs))
	}
	for language, example := range map[string]struct {
		input  func(t *testing.T, source, dir string) textclock.Input
		offset time.Duration
		within time.Duration // the machine may be busy
	}{
		"sh": {func(t *testing.T, source, dir string) textclock.Input {
			// In place of refclock, a program passes the lines.
			write(t, filepath.Join(dir, "refclock"), "#!/bin/sh\n[ \"$*\" = 'feed --unit 2' ] && exec cat\n")
			t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
			return textclock.Command{Args: []string{interpreter(t, "sh"), "-c", source}}
		}, -time.Second, 0},
		"python": {func(t *testing.T, source, dir string) textclock.Input {
			rtc := filepath.Join(dir, "since_epoch")
			write(t, rtc, "1795790000\n")
			ticking, stop := context.WithCancel(t.Context())
			t.Cleanup(stop)
			go tick(ticking, rtc)
			write(t, filepath.Join(dir, "rtc.py"), source)
			return textclock.Command{Args: []string{interpreter(t, "python3"), filepath.Join(dir, "rtc.py"), rtc}}
		}, 0, time.Second / 2},
		"awk": {func(t *testing.T, source, dir string) textclock.Input {
			write(t, filepath.Join(dir, "dcf77.awk"), source)
			awk := interpreter(t, "awk") + " -f " + filepath.Join(dir, "dcf77.awk")
			if out, _ := exec.Command("awk", "-W", "version").CombinedOutput(); strings.Contains(string(out), "mawk") {
				awk = strings.Replace(awk, " -f", " -W interactive -f", 1)
			}
			return textclock.Command{Args: []string{interpreter(t, "sh"), "-c",
				"echo noise; while :; do TZ=CET-1 LC_ALL=C date '+%a %d.%m.%y %H:%M:%S %Z'; sleep 0.5; done | " + awk}}
		}, -time.Second / 2, time.Second},
		"c": {func(t *testing.T, source, dir string) textclock.Input {
			cc := interpreter(t, "cc")
			program, file, socket := filepath.Join(dir, "myclock"), filepath.Join(dir, "myclock.c"), filepath.Join(dir, "clock")
			write(t, file, source)
			if out, err := exec.Command(cc, "-Wall", "-Wextra", "-Werror", "-o", program, file).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			cmd := exec.Command(program, socket)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
			return textclock.Socket{Path: socket}
		}, 20 * time.Millisecond, 10 * time.Millisecond},
		"js": {func(t *testing.T, source, dir string) textclock.Input {
			write(t, filepath.Join(dir, "myclock.js"), source)
			return textclock.Command{Args: []string{interpreter(t, "node"), "--jitless", filepath.Join(dir, "myclock.js")}}
		}, 250 * time.Millisecond, time.Second / 2},
	} {
		t.Run(language, func(t *testing.T) {
			source := programs[language]
			if source == "" {
				t.Fatal("there is no such example")
			}
			offset, state := published(t, example.input(t, source, t.TempDir()))
			if off := (offset - example.offset).Abs(); off > example.within {
				t.Errorf("offset %v, want %v within %v; %v", offset, example.offset, example.within, state)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// tick lets a file count the seconds, as an RTC does.
func tick(ctx context.Context, path string) {
	for ctx.Err() == nil {
		now := time.Now()
		time.Sleep(now.Truncate(time.Second).Add(time.Second).Sub(now))
		next := path + ".next"
		if os.WriteFile(next, fmt.Appendf(nil, "%d\n", time.Now().Unix()), 0o600) == nil {
			os.Rename(next, path)
		}
	}
}

// published runs a clock until a sample is published, and returns its offset.
func published(t *testing.T, input textclock.Input) (time.Duration, driver.State) {
	t.Helper()
	unit := shm.NewMemory(shm.Layout96)
	feed := driver.NewFeed(unit, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- driver.Supervise(ctx, textclock.New(textclock.Config{Input: input, Settle: 1, Built: time.Now().AddDate(-1, 0, 0)}), feed)
	}()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	for began := time.Now(); time.Since(began) < longEnough; time.Sleep(10 * time.Millisecond) {
		if fed := feed.Fed(); fed.Published > 0 {
			return time.Duration(fed.Last.Offset()), feed.State()
		}
	}
	t.Fatalf("no sample: %v, %+v", feed.State(), feed.Changes())
	return 0, driver.State{}
}
