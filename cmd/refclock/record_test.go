package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// An untilText keeps what is written, and calls found once it has a text.
type untilText struct {
	mu    sync.Mutex
	text  strings.Builder
	want  string
	found func()
}

func (u *untilText) Write(b []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.text.Write(b)
	if strings.Contains(u.text.String(), u.want) {
		u.found()
	}
	return len(b), nil
}

func (u *untilText) String() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.text.String()
}

// recordSimulated records a simulated receiver on a pseudo-terminal until record prints a text.
func recordSimulated(t *testing.T, until string, flags ...string) (file, out string) {
	t.Helper()
	terminal, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	receiver, err := sim.New(sim.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // on a busy machine
	var playing sync.WaitGroup
	defer terminal.Close()
	defer playing.Wait()
	defer cancel()
	playing.Go(func() { sim.Pretend(receiver).Play(ctx, terminal) })
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	file = filepath.Join(t.TempDir(), "a.rec")
	args := append([]string{"record", "--device", terminal.Name(), "--pps", "none", "--witness", "none", "--leap-seconds", "none", file}, flags...)
	printed := &untilText{want: until, found: cancel}
	before := stdout
	stdout = printed
	defer func() { stdout = before }()
	if err := run(ctx, args); err != nil {
		t.Fatal(err)
	}
	return file, printed.String()
}

// A recorded run is repeated.
func TestRecordAndReplay(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds of real time")
	}
	file, out := recordSimulated(t, "settling")
	if !strings.Contains(out, "sentences  listening") || !strings.Contains(out, "of the sentences\n") {
		t.Errorf("record prints\n%s", out)
	}
	out, err := captured(t, "replay", file)
	if err != nil || !strings.Contains(out, "\nas recorded: ") || !strings.Contains(out, "settling") {
		t.Errorf("replay: %v, prints\n%s", err, out)
	}
	if out, err = captured(t, "replay", "--json", file); err != nil || !strings.Contains(out, `"differs":""`) {
		t.Errorf("replay --json: %v, prints\n%s", err, out)
	}
	if _, err := captured(t, "replay", "--delay", "1ms", file); exitCode(err) != exitUsage || !strings.Contains(err.Error(), "its own settings") {
		t.Errorf("replay --delay: %v", err)
	}
	if _, err := captured(t, "record", file); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("a file that exists: %v", err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text[:len(text)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = captured(t, "replay", file)
	if exitCode(err) != exitInput || !strings.Contains(err.Error(), file+": byte ") || !strings.Contains(out, " s played: sentences") {
		t.Errorf("a cut recording: %v, prints\n%s", err, out)
	}
}

// A file of events is no recording, and a damaged recording is no file of events.
func TestReplayKindOfFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(file, []byte("refclock recording 1\nrubbish, more than a block"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := captured(t, "replay", file); exitCode(err) != exitInput || !strings.Contains(err.Error(), "byte 21") {
		t.Errorf("%v, want byte 21", err)
	}
	if err := os.WriteFile(file, []byte("refclock recording 2\nrubbish, more than a block"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"replay", "report"} {
		const want = `found "refclock recording 2", expected the line "refclock recording 1"`
		if _, err := captured(t, command, file); exitCode(err) != exitInput || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "complete") {
			t.Errorf("%s: %v, want %s", command, err, want)
		}
	}
}

// A new file is needed. The error says to name another one only if it exists.
func TestNewFiles(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for _, command := range [][]string{{"record"}, {"record", "--dump"}, {"bundle", "--yes", "--config", "/dev/null"}} {
		for path, want := range map[string]string{"-": "expected the name of a FILE", ".": "name a FILE that does not exist", "no/file": "no such file"} {
			_, err := captured(t, append(command, path)...)
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "name a FILE") != (path == ".") {
				t.Errorf("%s %s: %v, want %q", command, path, err, want)
			}
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// Without a receiver, record leaves no file.
func TestRecordWithoutAReceiver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.rec")
	if _, err := captured(t, "record", "--device", "/dev/does-not-exist", "--pps", "none", file); exitCode(err) != exitDevice {
		t.Errorf("%v, want the exit code of a device", err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("a file is left: %v", err)
	}
}

// A fullDisk takes some bytes, then no more.
type fullDisk struct {
	bytes.Buffer
	room int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	n, _ := d.Buffer.Write(b[:min(len(b), d.room-d.Len())])
	if n < len(b) {
		return n, &fs.PathError{Op: "write", Path: "/media/full.rec", Err: syscall.ENOSPC}
	}
	return n, nil
}

// A full disk ends record with an error, and what was written can be replayed.
func TestRecordToAFullDisk(t *testing.T) {
	terminal, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	defer terminal.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var sending sync.WaitGroup
	defer sending.Wait()
	sendCtx, stopSending := context.WithCancel(ctx)
	defer stopSending()
	sending.Go(func() { // fills a block in a second
		random := rand.New(rand.NewPCG(1, 1))
		for sendCtx.Err() == nil {
			text := ""
			for range 60 {
				text += fmt.Sprintf("$GPGSA,A,%d,%d*00\r\n", random.IntN(1000), random.IntN(1000))
			}
			terminal.Write([]byte(text))
			time.Sleep(5 * time.Millisecond)
		}
	})
	values := settings.Named("gps").New().(*settings.GPSSettings)
	for name, value := range map[string]string{"device": terminal.Name(), "baud": "9600", "pps": "none", "witness": "none", "leap_seconds": "none"} {
		if err := values.Schema().Named(name).Value.Set(value); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	before := stdout
	stdout = io.Discard
	defer func() { stdout = before }()
	disk, keep := &fullDisk{room: 6 << 10}, false
	err = recordTo(ctx, disk, "/media/full.rec", &keep, values, recordOptions{})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "write /media/full.rec: no space left") || exitCode(err) != exitFailure {
		t.Errorf("%v with exit code %d, want that the disk is full", err, exitCode(err))
	}
	if ctx.Err() != nil || !keep {
		t.Errorf("record ran on after the error, or does not keep the file: %v", keep)
	}
	reader, err := recording.NewReader(&disk.Buffer)
	if err != nil {
		t.Fatal(err)
	}
	events := 0
	for ; err == nil; events++ {
		_, err = reader.Next()
	}
	if _, ok := errors.AsType[*recording.CutError](err); !ok || events < 10 {
		t.Errorf("%d events, %v; want those of a block", events, err)
	}
}

// A recording with --for ends by itself.
func TestRecordFor(t *testing.T) {
	began := time.Now()
	if _, out := recordSimulated(t, "never printed", "--for", "1s"); !strings.Contains(out, "of the sentences\n") || time.Since(began) > time.Minute {
		t.Errorf("after %v, record prints\n%s", time.Since(began), out)
	}
}

// A recording from the middle of a run does not have the state of its clock. The replay says so.
func TestReplayFromTheMiddle(t *testing.T) {
	var b bytes.Buffer
	h := recording.Header{Continues: true, Context: &recording.Context{Baud: 9600}, Settings: recording.Settings{Baud: 9600}}
	at := nmea.Stamp{Real: 1e18, Mono: 1e12}
	if err := recording.Write(&b, h, slices.Values([]recording.Event{
		{Kind: recording.Read, Stamp: at}, {Kind: recording.Sample, Numbers: [5]int64{at.Real, at.Mono}}, {Kind: recording.Read, Stamp: at.Add(time.Second)},
	})); err != nil {
		t.Fatal(err)
	}
	file := writeFile(t, "a.rec", b.String())
	for format, want := range map[string][]string{
		"--json=false": {"in the middle of a run", "0 of 1 recorded samples are the same", "preceded the recording"},
		"--json":       {`"continues":true`},
	} {
		out, err := captured(t, "replay", format, file)
		for _, text := range want {
			if err != nil || !strings.Contains(out, text) {
				t.Errorf("replay %s: %v, prints\n%s\nwant %q in it", format, err, out, text)
			}
		}
	}
}
