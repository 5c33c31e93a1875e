package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

var bundleCommand = command{
	name:     "bundle",
	operands: "[FILE]",
	summary:  "collect what a bug report needs in one file",
	text: `
Collects the report of refclock doctor, the configuration, the versions of refclock and
of the system, and from the running service its status and what each receiver sent in
the last minutes, if record is set. It lists them, asks, and writes FILE, a .tar.gz to
attach to a bug report. FILE must not exist; without it, the name has the date and the
time.

Passwords are removed from the configuration, and positions from the recordings. Look
at the files before you publish them: tar tzf FILE lists them.

If no service runs, --recording adds a file of refclock record.`,
	define: func(flags *flag.FlagSet) action {
		o := bundleOptions{root: "/"}
		flags.BoolVar(&o.yes, "yes", false, "write FILE without asking")
		flags.StringVar(&o.config, "config", "", "`FILE` configuration (default "+settings.DefaultFile+", if it exists)")
		flags.StringVar(&o.recording, "recording", "", "`FILE` recording to add")
		flags.StringVar(&o.socket, "socket", "", "`PATH` socket of the daemon (default "+strings.Join(status.Candidates(), ", then ")+")")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 1 {
				return usageError(fmt.Sprintf("expected one FILE, found %d: %s", len(operands), strings.Join(operands, " ")))
			}
			path := time.Now().Format("refclock-20060102-150405.tar.gz")
			if len(operands) == 1 {
				path = operands[0]
			}
			return bundle(ctx, path, o, os.Stdin)
		}
	},
}

// bundleOptions are the flags of bundle.
type bundleOptions struct {
	yes                       bool
	config, recording, socket string
	root                      string // of the files that doctor examines
}

// A bundled file is one in the bundle.
type bundled struct {
	name, what string
	content    []byte
}

// maxBundled limits a recording in a bundle.
const maxBundled = 64 << 20

// bundle collects the files, lists them, asks, and writes them.
func bundle(ctx context.Context, path string, o bundleOptions, answer io.Reader) error {
	files, missing, err := collect(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s will contain:\n", path)
	for _, f := range files {
		fmt.Fprintf(stdout, "  %-14s %8d bytes  %s\n", f.name, len(f.content), f.what)
	}
	for _, text := range missing {
		fmt.Fprintf(stdout, "  missing: %s\n", text)
	}
	if !o.yes {
		if yes, err := confirmed(answer); err != nil || !yes {
			return err
		}
	}
	if err := writeBundle(path, files); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s is written; attach it to https://github.com/refclock/refclock/issues\n", path)
	return err
}

// confirmed asks whether to write the file.
func confirmed(answer io.Reader) (yes bool, err error) {
	fmt.Fprint(stdout, "Write it? [y/N] ")
	text, err := bufio.NewReader(answer).ReadString('\n')
	if text == "" && err != nil {
		fmt.Fprintln(stdout)
		return false, usageError("nothing was written: standard input has no answer; add --yes to write the file")
	}
	text = strings.ToLower(strings.TrimSpace(text))
	if yes = text == "y" || text == "yes"; !yes {
		fmt.Fprintln(stdout, "nothing was written")
	}
	return yes, nil
}

// collect makes the files of a bundle, and returns what cannot be had. The first file has
// that, too.
func collect(ctx context.Context, o bundleOptions) (files []bundled, missing []string, err error) {
	add := func(name, what string, content []byte, err error) {
		if err != nil {
			missing = append(missing, fmt.Sprintf("%s, %s: %v", name, what, err))
			return
		}
		files = append(files, bundled{name, what, content})
	}
	sockets := socketPaths(o.socket)
	report, asked := status.Ask(sockets...)
	add("doctor.txt", "what refclock doctor finds, without listening", examined(ctx, o.root, report), nil)
	text, err := configuration(ctx, o.config)
	add("refclock.toml", "the configuration, without passwords and comments", text, err)
	hideSecrets(report)
	text, err = json.MarshalIndent(report, "", "  ")
	if asked != nil {
		err = oneLine(asked)
	}
	add("status.json", "what refclock status shows", text, err)
	for i, c := range report.Clocks {
		if c.Kind != "gps" || c.Receiver == nil {
			continue
		}
		var recording bytes.Buffer
		err := fetchRecording(&recording, i, sockets)
		add(fmt.Sprintf("clock-%d.rec", i), "what "+c.Name+" saw in the last minutes", recording.Bytes(), err)
	}
	if o.recording != "" {
		text, err := regularfile.ReadNamed(o.recording, maxBundled)
		if err != nil {
			return nil, nil, err
		}
		if err := withoutPositions(o.recording, text); err != nil {
			return nil, nil, err
		}
		files = append(files, bundled{"given.rec", "the recording " + o.recording, text})
	}
	return append([]bundled{{"about.txt", "versions, and what is missing here", about(missing)}}, files...), missing, nil
}

// hideSecrets removes from a report what may show a position or a password: where the
// satellites stand, which is there with the setting show_position, and what states quote of a
// sentence or of a configuration.
func hideSecrets(report status.Report) {
	for i := range report.Clocks {
		c := &report.Clocks[i]
		c.State.Detail = recording.BlankDetail(c.State.Detail)
		for j := range c.Changes {
			c.Changes[j].State.Detail = recording.BlankDetail(c.Changes[j].State.Detail)
		}
		if c.Receiver == nil {
			continue
		}
		for j := range c.Receiver.Sky {
			c.Receiver.Sky[j].Elevation, c.Receiver.Sky[j].Azimuth = nil, nil
		}
	}
	for i := range report.Changes {
		if s := &report.Changes[i].State; s.Reason == daemon.NotReloaded {
			s.Detail = "not in a bundle: it may quote the file"
		}
	}
}

// withoutPositions checks that a file is a recording whose positions are blanked.
func withoutPositions(name string, text []byte) error {
	r, err := recording.NewReader(bytes.NewReader(text))
	if err != nil {
		return codedError{exitInput, fmt.Errorf("%s: %w; expected a recording of refclock record", name, err)}
	}
	if r.Header().Positions {
		return codedError{exitInput, fmt.Errorf("%s has positions; record without --positions", name)}
	}
	return nil
}

// about returns the versions, and what is missing.
func about(missing []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "refclock %s, built from the commit of %s, %s %s/%s\n", versionName(), built(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(&b, "%s\n", time.Now().UTC().Format(time.RFC3339))
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		fmt.Fprintf(&b, "%s %s %s\n", unix.ByteSliceToString(u.Sysname[:]), unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Machine[:]))
	}
	for _, path := range []string{"/etc/os-release", "/proc/device-tree/model"} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(bytes.TrimRight(text, "\x00\n"))) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "PRETTY_NAME=") || path != "/etc/os-release" {
				fmt.Fprintln(&b, line)
			}
		}
	}
	for _, text := range missing {
		fmt.Fprintf(&b, "missing: %s\n", text)
	}
	return []byte(b.String())
}

// examined returns the findings of doctor as text.
func examined(ctx context.Context, folder string, report status.Report) []byte {
	root := doctor.OpenRoot(folder)
	var live doctor.Live
	if root.Live {
		live = doctor.ThisMachine()
		live.Report = func() (status.Report, error) { return report, nil }
		live.Clocks = func(pulse bool) lines.Setup { return publishedClocks(ctx, report, configFile(report), pulse) }
	}
	findings := doctor.Examine(doctor.NewMachine(root, live, doctor.Options{}))
	doctor.Sort(findings)
	var b bytes.Buffer
	doctor.Write(&b, visibleFindings(findings), false) // a Buffer has no errors
	return b.Bytes()
}

// configuration returns every setting of every clock as refclock reads it. A file with an
// error is not copied: the passwords in it cannot be found.
func configuration(ctx context.Context, path string) ([]byte, error) {
	c, err := settings.Load(ctx, path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil, oneLine(err)
	case err != nil: // its text may quote a password
		return nil, errors.New("it has an error, which refclock run --check shows")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s, as refclock reads it\n", c.From())
	for _, text := range c.Warnings {
		fmt.Fprintf(&b, "# warning: %s\n", strings.ReplaceAll(text, "\n", " "))
	}
	fmt.Fprintf(&b, "\n%s", c.Text())
	return []byte(b.String()), nil
}

// writeBundle writes a new .tar.gz with the files in a folder of its name.
func writeBundle(path string, files []bundled) (err error) {
	file, err := createFile(path)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err != nil {
			os.Remove(path)
		}
	}()
	folder, named := strings.CutSuffix(filepath.Base(path), ".tar.gz")
	if !named {
		folder = "refclock-bundle" // not the name of the archive, beside which it is unpacked
	}
	return packBundle(file, folder, files)
}

func packBundle(w io.Writer, folder string, files []bundled) error {
	zipped := gzip.NewWriter(w)
	archive := tar.NewWriter(zipped)
	for _, f := range files {
		head := &tar.Header{Name: folder + "/" + f.name, Mode: 0o600, Size: int64(len(f.content)), ModTime: time.Now(), Format: tar.FormatPAX}
		if err := archive.WriteHeader(head); err != nil {
			return err
		}
		if _, err := archive.Write(f.content); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), zipped.Close())
}
