package htntp

import (
	"errors"
	"log/slog"
)

// A reporter logs what polls find, once.
type reporter struct {
	servers map[Host]string // the last message about each server
	notes   map[string]bool
}

// report logs one line for each server whose standing has changed, and for each new note.
func (r *reporter) report(v Verdict, log *slog.Logger) {
	if r.servers == nil {
		r.servers, r.notes = map[Host]string{}, map[string]bool{}
	}
	for _, s := range v.Servers {
		// The details may differ each time; compare only the reason.
		gist := s.Standing.String()
		var why *Reason
		if errors.As(s.Why, &why) {
			gist = why.Text
		}
		if r.servers[s.Host] == gist || s.Standing == Pending {
			continue
		}
		first := r.servers[s.Host] == ""
		r.servers[s.Host] = gist
		switch {
		case s.Standing != Agrees:
			log.Warn("server excluded", "server", s.Host.String(), "why", s.String(), "hint", s.Hint())
		case !first:
			log.Info("server agrees again", "server", s.Host.String())
		}
	}
	for _, note := range v.Notes {
		if !r.notes[note] {
			r.notes[note] = true
			log.Warn("web servers", "note", note)
		}
	}
}
