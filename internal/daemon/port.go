package daemon

import (
	"log/slog"
	"sync/atomic"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/serialport"
)

// A port is a receiver's, wherever it is at the moment.
type port struct {
	finder *serialport.Finder
	baud   int // 0 is not known: it is looked for once the port is open
	log    *slog.Logger
	said   string // the choice that was told last
	path   atomic.Pointer[string]
}

func newPort(device string, baud int, log *slog.Logger) *port {
	if device == auto {
		device = ""
	}
	return &port{finder: serialport.NewFinder(device), baud: baud, log: log}
}

// open opens it, and tells in a line which one was chosen and why, if the user did not
// choose it and it is another one than before.
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
		return nil, err // a nil pointer in an interface would be no nil
	}
	if choice := path + " " + why; why != "" && choice != p.said {
		p.said = choice
		p.log.Info("port chosen", "device", path, "why", why)
	}
	p.path.Store(&path)
	return opened, nil
}

// rivals tells who else has the port open.
func (p *port) rivals() string {
	if path := p.path.Load(); path != nil {
		return serialport.OtherHolders(*path)
	}
	return ""
}
