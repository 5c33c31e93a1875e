package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/status"
)

func TestReceiverUsage(t *testing.T) {
	noise := filepath.Join(t.TempDir(), "noise")
	if err := os.WriteFile(noise, []byte("no sentence"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]struct {
		code int
		say  string
	}{
		"receiver ublox":             {exitUsage, `did you mean "u-blox"`},
		"receiver u-blox garmin":     {exitUsage, "one device, family or capture"},
		"receiver --decode x u-blox": {exitUsage, "one device, family or capture"},
		"receiver --listen 1ms":      {exitUsage, "1s to 1h"},
		"receiver --decode /nowhere": {exitInput, "/nowhere"},
		"receiver --decode " + noise: {exitInput, "no good NMEA sentence in 11 bytes"},
		"receiver /no/dev":           {exitDevice, "/no/dev"},
	} {
		err := run(context.Background(), strings.Fields(args))
		if exitCode(err) != want.code || !strings.Contains(err.Error(), want.say) {
			t.Errorf("%q: code %d, %v; want code %d and %q", args, exitCode(err), err, want.code, want.say)
		}
	}
}

// receiverText returns the printed text about a receiver.
func receiverText(t *testing.T, p receiverPage, asJSON bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := showReceivers(&b, []receiverPage{p}, asJSON); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReceiverFitsTheSmallestTerminal(t *testing.T) {
	for _, f := range receiver.Families() {
		for _, s := range []receiverPage{
			{Family: f.Name, Sure: true, Port: "/dev/serial0", Baud: 9600},
			{Family: f.Name, Why: "its sentences are like theirs", Heard: readAt("by refclock run at", "/dev/ttyACM0", 0), Port: "/dev/ttyACM0"},
		} {
			text := receiverText(t, s, false)
			for line := range strings.Lines(text) {
				if n := len(strings.TrimRight(line, "\n")); n > 80 {
					t.Errorf("%s: %d columns: %q", f.Name, n, line)
				}
			}
			if len(f.Commands(9600)) > 0 && !strings.Contains(strings.ReplaceAll(text, "\n", " "), "Only refclock receiver --tune sends such commands") {
				t.Errorf("%s: no note that nothing was sent:\n%s", f.Name, text)
			}
			if s.Baud == 0 && strings.Contains(text, "Raise the baud") {
				t.Errorf("%s: a baud rate for native USB:\n%s", f.Name, text)
			}
		}
	}
}

func TestReceiverUnknown(t *testing.T) {
	var b bytes.Buffer
	err := showReceivers(&b, []receiverPage{{Heard: readAt("at", "/dev/serial0", 9600), Port: "/dev/serial0", Baud: 9600}}, false)
	if exitCode(err) != exitFailure || !strings.Contains(b.String(), "not recognised") || !strings.Contains(b.String(), "--list") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestReceiverJSON(t *testing.T) {
	var told struct {
		Receivers []struct {
			Family   string
			Baud     int
			Sent     *bool
			Quirks   []string
			Commands []struct{ What, Send, Back string }
		}
	}
	if err := json.Unmarshal([]byte(receiverText(t, receiverPage{Family: "u-blox", Port: "/dev/a", Baud: 38400}, true)), &told); err != nil {
		t.Fatal(err)
	}
	r := told.Receivers[0]
	if r.Family != "u-blox" || r.Baud != 38400 || r.Sent == nil || *r.Sent || len(r.Quirks) == 0 {
		t.Errorf("%+v", r)
	}
	if c := r.Commands[2]; c.Send != "b56206080600e803010001000139" || c.Back != "" {
		t.Errorf("%+v", c)
	}
	if b, err := hex.DecodeString(r.Commands[3].Back); err != nil || string(b) != "$PUBX,41,1,0007,0003,38400,0*20\r\n" {
		t.Errorf("back from another baud rate: %q, %v", b, err)
	}
}

func TestReceiverOfTheDaemon(t *testing.T) {
	r := report()
	r.Clocks[0].Receiver.Family, r.Clocks[0].Receiver.FamilyWhy = "u-blox", "it says so"
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	null := r
	null.Clocks = []status.Clock{{Receiver: &status.Receiver{Port: os.DevNull, Epochs: 1}}}
	for _, c := range []struct {
		report status.Report
		device string
		want   int
	}{
		{status.Report{}, "", 0},
		{r, "/dev/other", 0},
		{status.Report{Clocks: []status.Clock{{Receiver: &status.Receiver{Port: "/dev/serial0"}}}}, "", 0}, // nothing received yet
		{r, "", 1},
		{r, "/dev/serial0", 1},
		{null, link, 1},
	} {
		if found := inReport(c.report, c.device); len(found) != c.want {
			t.Errorf("%q: %+v, want %d", c.device, found, c.want)
		}
	}
	if text := receiverText(t, inReport(r, "")[0], false); !strings.Contains(text, "Read by refclock run at /dev/serial0, 9600 baud. Its sentences begin 135 ms") {
		t.Error(text)
	}
}

// listened opens a port, and returns it and the bytes that are written to it.
func listened(t *testing.T) (*pty.Pty, <-chan byte) {
	t.Helper()
	port, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { port.Close() })
	written := make(chan byte, 1<<16)
	go func() {
		defer close(written)
		b := make([]byte, 4096)
		for {
			n, err := port.Read(b)
			for _, c := range b[:n] {
				written <- c
			}
			if err != nil {
				return
			}
		}
	}()
	return port, written
}

// The printed lines send the commands to the receiver unchanged, even if the port was
// configured as a terminal.
func TestReceiverLinesSendTheCommands(t *testing.T) {
	if _, err := exec.LookPath("stty"); err != nil {
		t.Skip("no stty")
	}
	for _, f := range receiver.Families() {
		port, written := listened(t)
		if out, err := exec.Command("stty", "-F", port.Name(), "sane").CombinedOutput(); err != nil {
			t.Skipf("stty: %v: %s", err, out)
		}
		var want []byte
		for _, c := range f.Commands(9600) {
			want = append(append(want, c.Send...), c.Back...)
		}
		var script []string
		for line := range strings.Lines(receiverText(t, receiverPage{Family: f.Name, Port: port.Name(), Baud: 9600}, false)) {
			if typed := strings.TrimPrefix(line, "    "); strings.HasPrefix(typed, "P=") || strings.HasPrefix(typed, "stty ") || strings.HasPrefix(typed, "printf ") {
				script = append(script, typed)
			}
		}
		if len(want) > 0 && len(script) == 0 {
			t.Fatalf("%s: no lines to type", f.Name)
		}
		if out, err := exec.Command("sh", "-ec", strings.Join(script, "")).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s\n%s", f.Name, err, out, script)
			continue
		}
		var got []byte
		for len(got) < len(want) {
			select {
			case c := <-written:
				got = append(got, c)
				continue
			case <-time.After(10 * time.Second):
			}
			break
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: sent %q, want %q", f.Name, got, want)
		}
	}
}

// Recognising a receiver writes nothing to it.
func TestReceiverIsSentNothing(t *testing.T) {
	port, written := listened(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			port.Write([]byte("$PMTK010,001*2E\r\n$PMTK011,MTKGPS*08\r\n"))
			time.Sleep(100 * time.Millisecond)
		}
	}()
	found, err := onPort(ctx, port.Name(), time.Second)
	cancel()
	<-done
	if err != nil || len(found) != 1 || found[0].Family != "mediatek" || !found[0].Sure || found[0].Port != port.Name() {
		t.Errorf("%+v, %v", found, err)
	}
	port.Close()
	for c := range written {
		t.Fatalf("%q was written to the receiver", c)
	}
}

// A port's name is one word of the shell, with any characters in it.
func TestShellWord(t *testing.T) {
	for _, text := range []string{"/dev/serial/by-id/usb-u-blox_7-if00", "", "/dev/a; rm -rf x", "it's $HOME `id`", "a\nb", "*"} {
		word := shellWord(text)
		if out, err := exec.Command("sh", "-c", "printf %s "+word).Output(); err != nil || string(out) != text {
			t.Errorf("%q is %s, which a shell reads as %q, %v", text, word, out, err)
		}
	}
	if port := "/dev/ttyUSB0"; shellWord(port) != port {
		t.Errorf("%s is quoted: %s", port, shellWord(port))
	}
	page := receiverPage{Family: "mediatek", Port: "/dev/a; reboot", Baud: 9600}
	if text := receiverText(t, page, false); !strings.Contains(text, "P='/dev/a; reboot'\n") {
		t.Errorf("the page to paste has the port as it is:\n%s", text)
	}
}
