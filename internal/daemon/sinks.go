package daemon

import (
	"errors"
	"log/slog"
	"path/filepath"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
)

// NoUnit is the unit of what feeds a socket only.
const NoUnit = -1

// Sinks are where samples go: into a unit, a socket, or both.
type Sinks struct {
	Unit   int
	Layout int    // in bytes, of a unit that does not exist yet; 0 where the consumer knows
	Socket string // its path; empty is none
}

func (s Sinks) String() string { return status.Sinks(s.Unit, s.Socket) }

// log adds the sinks to what a clock says.
func (s Sinks) log(log *slog.Logger) *slog.Logger {
	if s.Unit != NoUnit {
		log = log.With("unit", s.Unit)
	}
	if s.Socket != "" {
		log = log.With("socket", s.Socket)
	}
	return log
}

// list gives each of them with the setting that says so.
func (s Sinks) list(unit, socket string) (list []Sink) {
	if s.Unit != NoUnit {
		list = append(list, Sink{Key: unit, Unit: s.Unit})
	}
	if s.Socket != "" {
		list = append(list, Sink{Key: socket, Unit: NoUnit, Socket: filepath.Clean(s.Socket)})
	}
	return list
}

// read reads the settings that every clock has. A socket takes the place of a unit that
// was not asked for.
func (s *Sinks) read(t *config.Table) {
	readSocket(t, "sock", &s.Socket)
	t.Int("unit", &s.Unit, 0, shm.MaxUnit)
	if s.Socket != "" && !t.Has("unit") {
		s.Unit = NoUnit
	}
	t.IntOr(auto, "layout", &s.Layout, 0, 80, 96, func(n int) error {
		_, err := shm.LayoutOfSize(n)
		return err
	})
}

func readSocket(t *config.Table, key string, to *string) {
	t.Text(key, to, `a path such as "/run/chrony.gps.sock"`, func(text string) error {
		switch {
		case text == "":
			return nil
		case !filepath.IsAbs(text):
			return errors.New(`expected a whole path such as "/run/chrony.gps.sock"`)
		}
		sender, err := sock.NewSender(text) // which knows how long a path may be, and sends nothing yet
		if err != nil {
			return err
		}
		return sender.Close()
	})
}
