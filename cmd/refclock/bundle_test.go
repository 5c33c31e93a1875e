package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

// writeFile writes a file in a new folder.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// unpacked returns the files of a bundle.
func unpacked(t *testing.T, file string) map[string]string {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	zipped, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for archive := tar.NewReader(zipped); ; {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Base(head.Name)] = string(text)
	}
}

// runningDaemon runs a daemon of this configuration, and returns its socket.
func runningDaemon(t *testing.T, file string) (socket string) {
	t.Helper()
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	socket = filepath.Join(t.TempDir(), "s")
	d := daemon.New(settings.Env{Log: slog.New(slog.DiscardHandler), Version: "test", Built: built()})
	d.Socket = socket
	d.Load = func(ctx context.Context) (settings.Configuration, error) { return settings.Load(ctx, file) }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if r, err := status.Ask(socket); err == nil && len(r.Clocks) > 0 && r.Clocks[0].Receiver != nil {
			return socket
		}
	}
	t.Fatal("the daemon does not answer")
	return ""
}

// examinedRoot is a copy of the files of a machine, for doctor.
const examinedRoot = "../../internal/doctor/testdata/healthy/pi4-bookworm/root"

// bundleOf writes a bundle, and returns what bundle prints.
func bundleOf(file, answer string, o bundleOptions) (string, error) {
	var out bytes.Buffer
	before := stdout
	stdout = &out
	defer func() { stdout = before }()
	o.root = examinedRoot
	err := bundle(context.Background(), file, o, strings.NewReader(answer))
	return out.String(), err
}

// A bundle has what a running service knows, and no password.
func TestBundle(t *testing.T) {
	service := writeFile(t, "service.toml", "[[gps]]\ndevice = \"/dev/missing\"\npps = \"none\"\nleap_seconds = \"none\"\nsock = \""+filepath.Join(t.TempDir(), "c")+"\"\nrecord = \"10m\"\n")
	socket := runningDaemon(t, service)
	secret := writeFile(t, "refclock.toml", "# my comment\n[[gps]]\ndevice = \"/dev/missing\"\npps = \"none\"\n[[htntp]]\nservers = [\"a.example\", \"b.example\", \"c.example\"]\nproxy = \"http://me:opensesame@proxy.example:3128\"\n")
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	out, err := bundleOf(file, "", bundleOptions{yes: true, socket: socket, config: secret})
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, file)
	for _, name := range []string{"about.txt", "doctor.txt", "refclock.toml", "status.json", "clock-0.rec"} {
		if files[name] == "" || !strings.Contains(out, "  "+name+" ") {
			t.Errorf("%s is missing in the bundle or in the list:\n%s", name, out)
		}
		if strings.Contains(files[name], "opensesame") || strings.Contains(files[name], "my comment") {
			t.Errorf("%s has a secret:\n%s", name, files[name])
		}
	}
	if c, err := settings.Parse("refclock.toml", files["refclock.toml"]); err != nil || len(c.Clocks) != 2 || !strings.Contains(files["refclock.toml"], "[daemon]\n") {
		t.Errorf("refclock.toml cannot be loaded: %v\n%s", err, files["refclock.toml"])
	}
	if !strings.Contains(files["doctor.txt"], "PASS") {
		t.Errorf("doctor.txt:\n%s", files["doctor.txt"])
	}
	if !strings.Contains(files["refclock.toml"], "proxy.example:3128") || !strings.Contains(files["about.txt"], "refclock ") {
		t.Errorf("%q", files)
	}
	var report status.Report
	if err := json.Unmarshal([]byte(files["status.json"]), &report); err != nil || report.Version != "test" {
		t.Errorf("status.json: %v, version %q", err, report.Version)
	}
	if r, err := recording.NewReader(strings.NewReader(files["clock-0.rec"])); err != nil || r.Header().Settings.Device != "/dev/missing" {
		t.Errorf("clock-0.rec: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want it to be the user's alone", info.Mode(), err)
	}
	if _, err := bundleOf(file, "", bundleOptions{yes: true, socket: socket, config: secret}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that exists: %v", err)
	}
	// The same recording by record --dump.
	dumped := filepath.Join(t.TempDir(), "d.rec")
	if out, err := captured(t, "record", "--dump", "--socket", socket, dumped); err != nil || !strings.Contains(out, "refclock replay "+dumped) {
		t.Errorf("record --dump: %v, prints %q", err, out)
	}
	if out, err := captured(t, "replay", dumped); err != nil || !strings.Contains(out, "no port: ") {
		t.Errorf("replay: %v, prints\n%s", err, out)
	}
	if _, err := captured(t, "record", "--dump", "--clock", "7", "--socket", socket, dumped+"2"); err == nil || !strings.Contains(err.Error(), "no clock 7") {
		t.Errorf("record --dump --clock 7: %v", err)
	}
	if _, err := os.Stat(dumped + "2"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file is left without a recording")
	}
}

// A bundle is unpacked into a folder that has not the name of the bundle itself.
func TestBundleFolder(t *testing.T) {
	for name, folder := range map[string]string{"a.tar.gz": "a", "a.tgz": "refclock-bundle", "a": "refclock-bundle"} {
		file := filepath.Join(t.TempDir(), name)
		if err := writeBundle(file, []bundled{{name: "about.txt"}}); err != nil {
			t.Fatal(err)
		}
		packed, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer packed.Close()
		zipped, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		if head, err := tar.NewReader(zipped).Next(); err != nil || head.Name != folder+"/about.txt" {
			t.Errorf("%s: %+v, %v; want %s/about.txt", name, head, err, folder)
		}
	}
}

// A bundle is written only after a yes, and shows what is missing.
func TestBundleAsks(t *testing.T) {
	folder := t.TempDir()
	o := bundleOptions{socket: filepath.Join(folder, "nothing"), config: writeFile(t, "bad.toml", "proxy = opensesame")}
	for answer, written := range map[string]bool{"y\n": true, "Yes\n": true, "n\n": false, "\n": false, "": false} {
		file := filepath.Join(folder, "b"+strings.TrimSpace(answer)+".tar.gz")
		text, err := bundleOf(file, answer, o)
		if _, statErr := os.Stat(file); (statErr == nil) != written || (err != nil) != (answer == "") {
			t.Errorf("answer %q: %v, written %v", answer, err, statErr == nil)
		}
		if !strings.Contains(text, "missing: status.json") || !strings.Contains(text, "missing: refclock.toml") || strings.Contains(text, "opensesame") {
			t.Errorf("answer %q: the list is\n%s", answer, text)
		}
		os.Remove(file)
	}
}

// A bundle has no position, also where the daemon shows it, and no line of a configuration.
func TestBundleHidesSecrets(t *testing.T) {
	degrees := 45
	unreadable := driver.State{Reason: "unreadable date or time", Detail: `decode GPRMC: time "4717.1142": expected hhmmss`}
	report := status.Report{
		Clocks: []status.Clock{
			{State: unreadable, Changes: []status.Change{{State: unreadable}}},
			{Receiver: &status.Receiver{Sky: []status.Satellite{{Elevation: &degrees, Azimuth: &degrees}}}},
		},
		Changes: []status.Change{
			{State: driver.State{Reason: "started", Detail: "/etc/refclock.toml"}},
			{State: driver.State{Reason: daemon.NotReloaded, Detail: "wrong configuration: opensesame at 4717.1142"}},
		},
	}
	hideSecrets(report)
	if s := report.Clocks[1].Receiver.Sky[0]; s.Elevation != nil || s.Azimuth != nil {
		t.Errorf("%+v", s)
	}
	text, err := json.Marshal(report)
	if err != nil || bytes.Contains(text, []byte("4717")) || bytes.Contains(text, []byte("opensesame")) || !bytes.Contains(text, []byte("0000.0000")) || !bytes.Contains(text, []byte("/etc/refclock.toml")) {
		t.Errorf("%v in %s", err, text)
	}
	for _, positions := range []bool{false, true} {
		var b bytes.Buffer
		if err := recording.Write(&b, recording.Header{Positions: positions}, slices.Values([]recording.Event(nil))); err != nil {
			t.Fatal(err)
		}
		if err := withoutPositions("a.rec", b.Bytes()); (err != nil) != positions || positions && !strings.Contains(err.Error(), "without --positions") {
			t.Errorf("positions %v: %v", positions, err)
		}
	}
	if err := withoutPositions("a.txt", []byte("$GPGGA")); exitCode(err) != exitInput {
		t.Errorf("no recording: %v", err)
	}
}
