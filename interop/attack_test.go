package interop

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/simweb"
	"github.com/refclock/refclock/shm"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

// An impostor is a web server of an attack: its certificate and its Date.
type impostor struct {
	certificate string        // "http" for none
	date        time.Duration // minus the true time
}

// An attackers serves impostors on fixed addresses.
type attackers struct {
	truth     time.Duration // true time minus system clock
	authority *simweb.Authority
	other     *simweb.Authority
	file      string // with the authority
}

func newAttackers(t *testing.T, truth time.Duration) *attackers {
	t.Helper()
	a := &attackers{truth: truth, file: filepath.Join(scratch(t), "ca.pem")}
	for _, authority := range []**simweb.Authority{&a.authority, &a.other} {
		made, err := simweb.NewAuthority(time.Now().Add(truth))
		if err != nil {
			t.Fatal(err)
		}
		*authority = made
	}
	if err := os.WriteFile(a.file, a.authority.PEM(), 0o644); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *attackers) issue(t *testing.T, s impostor) *tls.Certificate {
	t.Helper()
	authority, name, now := a.authority, "127.0.0.1", time.Now().Add(a.truth)
	from, to := now.Add(-30*day), now.Add(60*day)
	switch s.certificate {
	case "http":
		return nil
	case "expired":
		from, to = now.Add(-90*day), now.Add(-day)
	case "future":
		from, to = now.Add(10*day), now.Add(100*day)
	case "untrusted":
		authority = a.other
	case "misnamed":
		name = "evil.example"
	}
	c, err := authority.Issue(name, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve makes the impostors listen, at the addresses if there are any. It returns their names
// and a function that ends them.
func (a *attackers) serve(t *testing.T, addresses []string, servers ...impostor) (names []string, end func()) {
	t.Helper()
	var listeners []net.Listener
	for i, s := range servers {
		address := "127.0.0.1:0"
		if addresses != nil {
			address = strings.TrimPrefix(addresses[i], "https://")
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
		server := &simweb.Server{Offset: a.truth + s.date, Certificate: a.issue(t, s)}
		go server.Listen(l)
		scheme := "https://"
		if server.Certificate == nil {
			scheme = "http://"
		}
		names = append(names, scheme+l.Addr().String())
	}
	end = func() {
		for _, l := range listeners {
			l.Close()
		}
	}
	t.Cleanup(end)
	return names, end
}

// Over real TLS, an invalid certificate does not prove a time to the command.
func TestCertificateAttacks(t *testing.T) {
	t.Parallel()
	valid, stale, ahead := impostor{"valid", 0}, impostor{"expired", -26 * hour}, impostor{"future", 11 * day}
	untrusted, misnamed, plain := impostor{"untrusted", -3 * hour}, impostor{"misnamed", -3 * hour}, impostor{"http", -26 * hour}
	ago := impostor{"valid", -3 * hour}
	const refused = time.Duration(1<<63 - 1)
	for _, c := range []struct {
		name    string
		servers []impostor
		right   time.Duration // published if the system clock is right
		early   time.Duration // published if the system clock is before the build date
	}{
		{"good", []impostor{valid, valid, valid}, 0, 0},
		{"two expired", []impostor{stale, stale, valid}, refused, refused},
		{"one expired", []impostor{valid, stale, valid}, 0, 0},
		{"all expired", []impostor{stale, stale, stale}, refused, -26 * hour},
		{"expired with the true time", []impostor{{"expired", 0}, {"expired", 0}, {"expired", 0}}, refused, refused},
		{"two of the future", []impostor{ahead, ahead, valid}, refused, refused},
		{"untrusted", []impostor{untrusted, untrusted, valid}, refused, refused},
		{"misnamed", []impostor{misnamed, misnamed, valid}, refused, refused},
		{"without", []impostor{plain, plain, valid}, refused, refused},
		{"valid and wrong together", []impostor{ago, ago, valid}, -3 * hour, -3 * hour},
		{"alone", []impostor{valid}, 0, refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			isolate(t, func() {
				for program, want := range map[string]time.Duration{"refclock": c.right, "refclock-later": c.early} {
					truth := 734 * time.Millisecond
					if program == "refclock-later" {
						truth = time.Until(later().Add(60 * day))
					}
					a := newAttackers(t, truth)
					names, end := a.serve(t, nil, c.servers...)
					out, err := command(program, append([]string{"htntp", "--once", "--json", "--ca", a.file}, names...)...).Output()
					end()
					if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
						t.Fatalf("%s: %v: %s", program, err, exit.Stderr)
					}
					var found struct {
						Offset *int64   `json:"offset_ns"`
						Notes  []string `json:"notes"`
					}
					if err := json.Unmarshal(out, &found); err != nil {
						t.Fatalf("%s: %v: %s", program, err, out)
					}
					switch {
					case found.Offset == nil:
						if want != refused {
							t.Errorf("%s: refused, want %v: %s", program, want, out)
						}
					case want == refused:
						t.Errorf("%s: %v, want it refused: %s", program, time.Duration(*found.Offset), out)
					case (time.Duration(*found.Offset) - truth - want).Abs() > 50*time.Millisecond:
						t.Errorf("%s: %v, want %v: %s", program, time.Duration(*found.Offset), truth+want, out)
					case len(found.Notes) > 0 != (program == "refclock-later"):
						t.Errorf("%s: notes %q", program, found.Notes)
					}
				}
			})
		})
	}
}

// Three good servers have proved the time. Two of them then show certificates that have
// expired, and Dates at which they were valid.
func TestCertificateAttackOnRunningClock(t *testing.T) {
	isolate(t, func() {
		a := newAttackers(t, 0)
		names, end := a.serve(t, nil, impostor{"valid", 0}, impostor{"valid", 0}, impostor{"valid", 0})
		unit, err := shm.Attach(2)
		if err != nil {
			t.Fatal(err)
		}
		defer unit.Close()
		p := start(t, "refclock", append([]string{"htntp", "--unit", "2", "--interval", "64s", "--ca", a.file}, names...)...)
		eventually(t, 40*time.Second, func() bool { _, err := unit.Take(); return err == nil }, "a first sample")
		end()
		a.serve(t, names, impostor{"expired", -26 * hour}, impostor{"expired", -26 * hour}, impostor{"valid", 0})
		eventually(t, 80*time.Second, func() bool {
			if s, err := unit.Take(); err == nil {
				t.Errorf("published %v", s.Offset())
			}
			return strings.Contains(read(p.stderr), "no majority")
		}, "no majority")
		if log := read(p.stderr); strings.Count(log, "certificate has expired or is not yet valid") != 2 {
			t.Errorf("log:\n%s", log)
		}
	})
}
