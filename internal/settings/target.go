package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
)

// NoUnit is the unit of a clock that publishes to a socket only.
const NoUnit = -1

// Targets are the destinations of a driver's samples: a unit, a socket, or both.
type Targets struct {
	Unit   int
	Key    int    // of unit 0
	Layout int    // size in bytes of a unit that does not exist yet; 0 if only the consumer knows it
	Share  bool   // whether to write a unit that another program writes, too
	Socket string // its path; empty for none

	Summary time.Duration // between lines in the log about the samples; 0 for none
}

// newTargets returns the defaults.
func newTargets(unit int) Targets { return Targets{Unit: unit, Key: shm.KeyBase} }

func (t Targets) String() string { return status.Targets(t.Unit, t.Socket) }

// Log adds the targets to the log of a clock.
func (t Targets) Log(log *slog.Logger) *slog.Logger {
	if t.Unit != NoUnit {
		log = log.With("unit", t.Unit)
	}
	if t.Socket != "" {
		log = log.With("socket", t.Socket)
	}
	return log
}

// A Target is one unit or one socket, with the setting that names it.
type Target struct {
	Setting string
	Unit    int    // or NoUnit
	Key     int    // of unit 0; 0 for the usual one
	Socket  string // or empty
}

// bare returns the target without the setting.
func (t Target) bare() Target {
	t.Setting = ""
	return t
}

// String returns the target in the form of the configuration, such as "unit 2".
func (t Target) String() string {
	if t.Socket != "" {
		return t.Setting + " " + t.Socket
	}
	return fmt.Sprintf("%s %d", t.Setting, t.Unit)
}

// list returns each target with the setting that names it.
func (t Targets) list(unit, socket string) (list []Target) {
	if t.Unit != NoUnit {
		list = append(list, Target{Setting: unit, Unit: t.Unit, Key: t.Key})
	}
	if t.Socket != "" {
		list = append(list, Target{Setting: socket, Unit: NoUnit, Socket: filepath.Clean(t.Socket)})
	}
	return list
}

// schema returns the settings that every kind of clock has.
func (t *Targets) schema() config.Schema {
	return config.Schema{
		{
			Name: "unit", Takes: "NUMBER", Basic: true, Value: config.Int(&t.Unit, 0, shm.MaxUnit),
			Usage: "unit of NTP shared memory to publish to, 0 to 255",
			Text:  `Unit 2 is SHM 2 in chrony.conf and 127.127.28.2 in ntp.conf. Only root may use units 0 and 1.`,
		}, {
			Name: "sock", Takes: "PATH", Basic: true, Value: socketValue(&t.Socket),
			Usage: `socket of chrony's refclock SOCK to publish to, such as /run/chrony.gps.sock`,
			Text: `It replaces the unit, unless a unit is given too. chronyd makes its sockets for root
only: /usr/share/doc/refclock/chrony.md shows how to give the service access. "" is no socket.`,
		}, {
			Name: "share_unit", Value: config.Bool(&t.Share),
			Usage: "publish to the unit even while another program publishes to it",
			Text: `By default, a clock publishes nothing while another program writes its unit: the time
daemon would read a mixture of both.`,
		}, {
			Name: "layout", Takes: "BYTES", Value: config.IntOr(&t.Layout, auto, 0, 80, 96, checkLayout),
			Usage: "size of a unit that does not exist yet: 96, 88 or 80 bytes",
			Text: `The C library of the time daemon decides. "auto" creates the unit on 64-bit systems, and
waits on 32-bit ones until the time daemon creates it.`,
		}, {
			Name: "key", Takes: "KEY", Value: config.Key(&t.Key),
			Usage: "System V key of unit 0",
			Text:  `For experiments: a time daemon must be built for another key.`,
		}, {
			Name: "summary", Takes: "TIME", Value: config.Duration(&t.Summary, 0, 24*time.Hour),
			Usage: "time between summary lines in the log, such as 1h",
			Text:  `A summary has the number of samples, their offset and their jitter. 0s writes none.`,
		},
	}
}

// resolve drops a unit that was not configured if there is a socket.
func (t *Targets) resolve(source config.Source) {
	if t.Socket != "" && !source.Given("unit") {
		t.Unit = NoUnit
	}
}

func checkLayout(n int) error {
	if _, err := shm.LayoutOfSize(n); err != nil {
		return errors.New(`expected "auto", 96, 88 or 80`)
	}
	return nil
}

// socketValue is the path of a socket.
func socketValue(to *string) config.Value {
	return config.Path(to, "/run/chrony.gps.sock", func(path string) error {
		sender, err := sock.NewSender(path) // checks the length of the path, and sends nothing yet
		if err != nil {
			return err
		}
		return sender.Close()
	}, "")
}
