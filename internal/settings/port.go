package settings

import (
	"log/slog"
	"sync/atomic"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/serialport"
)

// A port is the serial port of a receiver, which may change its name.
type port struct {
	finder *serialport.Finder
	baud   int  // 0: the driver searches for it once the port is open
	block  bool // reads wait in the thread of the driver
	log    *slog.Logger
	logged string // the last choice
	path   atomic.Pointer[string]
}

func newPort(device string, baud int, env Env) *port {
	if device == auto {
		device = ""
	}
	return &port{finder: serialport.NewFinder(device), baud: baud, block: env.Enter != nil, log: env.Log}
}

// open opens the port. If refclock chose it, and chose another one last time, open logs
// the name and the reason.
func (p *port) open() (gps.Port, error) {
	path, why, err := p.finder.Find()
	if err != nil {
		return nil, err
	}
	baud := p.baud
	if baud == 0 {
		baud = serialport.Likely[0]
	}
	opened, err := serialport.Open(path, baud)
	if err != nil {
		return nil, err // a nil *Port would be a Port that is not nil
	}
	if p.block {
		if err := opened.Block(); err != nil {
			opened.Close()
			return nil, err
		}
	}
	if choice := path + " " + why; why != "" && choice != p.logged {
		p.logged = choice
		p.log.Info("port chosen", "device", path, "why", why)
	}
	p.path.Store(&path)
	return opened, nil
}

// otherReaders returns which other programs have the port open.
func (p *port) otherReaders() string {
	if path := p.path.Load(); path != nil {
		return serialport.OtherHolders(*path)
	}
	return ""
}
