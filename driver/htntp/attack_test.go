package htntp

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/simweb"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

// An impostor is a server of an attack: its certificate and its Date.
type impostor struct {
	certificate string        // see issue; "http" for none
	date        time.Duration // minus the true time
}

// issue returns a certificate of a kind, at the true time.
func issue(t *testing.T, trusted, other *simweb.Authority, name string, s impostor, truth time.Time) *tls.Certificate {
	t.Helper()
	authority := trusted
	from, to := truth.Add(-30*day), truth.Add(60*day)
	switch s.certificate {
	case "http":
		return nil
	case "valid":
	case "expired":
		from, to = truth.Add(-90*day), truth.Add(-day)
	case "future":
		from, to = truth.Add(10*day), truth.Add(100*day)
	case "then": // valid only at its Date
		from, to = truth.Add(s.date-hour), truth.Add(s.date+hour)
	case "untrusted":
		authority = other
	case "misnamed":
		name = "evil.example"
	default:
		t.Fatalf("certificate %q", s.certificate)
	}
	c, err := authority.Issue(name, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// In each attack, some of three servers lie about the time. Whatever the machine knows, an
// invalid certificate must never move the clock.
func TestAttacks(t *testing.T) {
	const refused = time.Duration(1<<63 - 1)
	const decades = 27 * 365 * day
	three := func(a, b, c impostor) []impostor { return []impostor{a, b, c} }
	valid := impostor{"valid", 0}
	stale := impostor{"expired", -26 * hour}
	// What the machine knows when the attack begins.
	const (
		cold     = 1 << iota // the system clock is right; nothing else is known
		warm                 // servers have proved the time
		kept                 // a time daemon keeps the system clock
		shifted              // warm, and the system clock was set to the attackers' time since
		epoch                // the system clock is before the build date
		epochWas             // the same, but servers have proved the time
		known    = cold | warm | kept | shifted | epochWas
		all      = known | epoch
	)
	states := map[int]string{cold: "cold", warm: "warm", kept: "kept", shifted: "shifted", epoch: "epoch", epochWas: "epoch, warm"}
	for _, c := range []struct {
		name    string
		servers []impostor
		states  int
		want    time.Duration
	}{
		{"all good", three(valid, valid, valid), all, 0},
		{"two expired and 26 h back", three(stale, stale, valid), all, refused},
		{"two expired and 26 h back, one without", three(stale, stale, impostor{"http", 0}), known, refused},
		{"two expired and 26 h back, one too, but right", three(stale, stale, impostor{"expired", 0}), known, refused},
		{"one expired and 26 h back", three(valid, valid, stale), all, 0},
		{"one expired and 26 h back, first", three(stale, valid, valid), all, 0},
		{"all expired and 26 h back", three(stale, stale, stale), known, refused},
		{"all expired and 26 h back, and nothing is known", three(stale, stale, stale), epoch, -26 * hour},
		{"all expired", three(impostor{"expired", 0}, impostor{"expired", 0}, impostor{"expired", 0}), all, refused},
		{"all of the future", three(impostor{"future", 11 * day}, impostor{"future", 11 * day}, impostor{"future", 11 * day}), known, refused},
		{"two of the future", three(impostor{"future", 11 * day}, impostor{"future", 11 * day}, valid), all, refused},
		{"all of the future, with Dates of today", three(impostor{"future", 0}, impostor{"future", 0}, impostor{"future", 0}), all, refused},
		{"two valid only then", three(impostor{"then", -20 * day}, impostor{"then", -20 * day}, valid), all, refused},
		{"two valid only then, by an hour and a half", three(impostor{"then", -90 * time.Minute}, impostor{"then", -90 * time.Minute}, valid), all, refused},
		{"two valid only then, before the build date", three(impostor{"then", -50 * day}, impostor{"then", -50 * day}, valid), all, refused},
		{"two valid now, with Dates of when they were not", three(impostor{"valid", -32 * day}, impostor{"valid", -32 * day}, valid), all, refused},
		{"all valid now, with Dates of when they were not", three(impostor{"valid", -32 * day}, impostor{"valid", -32 * day}, impostor{"valid", -32 * day}), all, refused},
		{"two untrusted", three(impostor{"untrusted", -26 * hour}, impostor{"untrusted", -26 * hour}, valid), all, refused},
		{"two misnamed", three(impostor{"misnamed", -26 * hour}, impostor{"misnamed", -26 * hour}, valid), all, refused},
		{"one untrusted", three(valid, impostor{"untrusted", -26 * hour}, valid), all, 0},
		{"two without", three(impostor{"http", -26 * hour}, impostor{"http", -26 * hour}, valid), all, refused},
		{"two without, and right", three(impostor{"http", 0}, impostor{"http", 0}, impostor{"valid", -3 * hour}), all, refused},
		{"one valid and one without against one valid", three(impostor{"valid", -3 * hour}, impostor{"http", -3 * hour}, valid), all, refused},
		{"one without", three(valid, impostor{"http", -26 * hour}, valid), all, 0},
		{"two without, one expired and in agreement", three(impostor{"http", 0}, impostor{"http", 0}, impostor{"expired", 0}), all, 0},
		{"two without, and one late Date", three(impostor{"http", 0}, impostor{"http", 0}, impostor{"valid", -700 * ms}), all, 0},
		// Servers that prove who they are, and are valid, may be wrong together: that is not
		// an attack with an old certificate.
		{"two valid and 3 h back", three(impostor{"valid", -3 * hour}, impostor{"valid", -3 * hour}, valid), all, -3 * hour},
		{"one valid and 37 s ahead", three(valid, impostor{"valid", 37 * time.Second}, valid), all, 0},
	} {
		for state, machine := range states {
			if c.states&state == 0 {
				continue
			}
			t.Run(c.name+", "+machine, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					truth := behind // minus the system clock
					if state == epoch || state == epochWas {
						truth = decades
					}
					today := time.Now().Add(truth)
					trusted, err := simweb.NewAuthority(today)
					if err != nil {
						t.Fatal(err)
					}
					other, err := simweb.NewAuthority(today)
					if err != nil {
						t.Fatal(err)
					}
					web := simweb.Web{}
					config := Config{Dial: web.Dial, Since: today.Add(-45 * day), Roots: trusted.Pool()}
					build := func(servers []impostor) {
						config.Hosts = nil
						clear(web)
						for i, s := range servers {
							name := fmt.Sprintf("%c.example", 'a'+i)
							server := good()
							server.Offset = truth + s.date
							server.Certificate = issue(t, trusted, other, name, s, today)
							scheme, port := "https://", ":443"
							if server.Certificate == nil {
								scheme, port = "http://", ":80"
							}
							web[name+port] = server
							config.Hosts = append(config.Hosts, hosts(t, scheme+name)...)
						}
					}
					build(c.servers)
					e, err := NewEngine(config)
					if err != nil {
						t.Fatal(err)
					}
					e.synchronised = func() bool { return state == kept }
					if state&(warm|shifted|epochWas) != 0 {
						var before []impostor
						for _, s := range c.servers {
							before = append(before, impostor{map[bool]string{false: "valid", true: "http"}[s.certificate == "http"], 0})
						}
						build(before)
						v, err := e.Ask(t.Context())
						near(t, v, err, truth, 4*ms)
						if noted := strings.Contains(strings.Join(v.Notes, "\n"), "system clock is wrong"); noted != (state == epochWas && e.proof.known) {
							t.Errorf("notes %q", v.Notes)
						}
						build(c.servers)
						time.Sleep(3 * hour) // longer than the memory keeps a result
					}
					if state == shifted {
						set := time.Duration(0)
						for _, s := range c.servers {
							set = cmp.Or(set, s.date)
						}
						truth -= set
						e.now = func() stamp { s := now(); s.real += int64(set); return s }
					}
					v, err := e.Ask(t.Context())
					if c.want == refused {
						if !errors.Is(err, ErrNoMajority) || v.Offset != 0 {
							t.Errorf("%v, %v: want no majority\n%v", v, err, v.Servers)
						}
						return
					}
					near(t, v, err, truth+c.want, 4*ms)
					want := fmt.Sprintf("system clock is wrong: it is %s, before the build date of refclock; the certificates are valid at %s",
						time.Unix(0, v.Receive).UTC().Format(time.DateTime), time.Unix(0, v.Clock()).UTC().Format(time.DateTime))
					if noted := strings.Contains(strings.Join(v.Notes, "\n"), want); noted != (state == epoch && e.proof.known) {
						t.Errorf("notes %q, want %q", v.Notes, want)
					}
				})
			})
		}
	}
}

// Which times count depends on who vouches for them.
func TestKnownTimes(t *testing.T) {
	build := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	right := build.Add(10 * day)
	for _, c := range []struct {
		name   string
		system time.Time
		kept   bool
		proof  proof // an hour ago
		want   []time.Time
	}{
		{name: "nothing", system: time.Unix(0, 0)},
		{name: "a system clock before the build date, kept by a daemon", system: build.Add(-day), kept: true},
		{name: "a system clock just before the build date", system: build.Add(-1)},
		{name: "a system clock just before the build date, kept by a daemon", system: build.Add(-1), kept: true},
		{name: "a system clock at the build date", system: build, want: []time.Time{build}},
		{name: "a system clock", system: right, want: []time.Time{right}},
		{name: "a system clock that a daemon keeps", system: right, kept: true, want: []time.Time{right}},
		{name: "a proof", system: time.Unix(0, 0), proof: proof{utc: right.UnixNano()}, want: []time.Time{right.Add(hour)}},
		{name: "a proof and another system clock", system: right.Add(90 * day), proof: proof{utc: right.UnixNano()}, want: []time.Time{right.Add(hour)}},
		{name: "a proof and a system clock that a daemon keeps behind it", system: build, kept: true, proof: proof{utc: right.UnixNano()}, want: []time.Time{build, right.Add(hour)}},
		{name: "a proof from before a pause of the machine", system: right.Add(90 * day), kept: true, proof: proof{utc: right.UnixNano()}, want: []time.Time{right.Add(90 * day)}},
		{name: "a proof without knowledge", system: time.Unix(0, 0), proof: proof{utc: right.UnixNano(), first: true}, want: []time.Time{right.Add(hour)}},
		{name: "a proof without knowledge, and a daemon", system: build.Add(day), kept: true, proof: proof{utc: right.UnixNano(), first: true}, want: []time.Time{build.Add(day)}},
	} {
		const up = int64(100 * hour)
		e := &Engine{config: Config{Since: build}, proof: c.proof, synchronised: func() bool { return c.kept }}
		e.proof.known, e.proof.boot = c.proof.utc != 0, up-int64(hour)
		e.now = func() stamp { return stamp{real: c.system.UnixNano(), boot: up} }
		got := e.knownTimes()
		if !slices.EqualFunc(got, c.want, time.Time.Equal) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Whoever has deceived a machine that knew no time cannot keep it deceived: a time daemon
// that finds the time overrules what was found without knowledge.
func TestDaemonOverrulesBootstrap(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const decades = 27 * 365 * day
		today := time.Now().Add(decades)
		authority, err := simweb.NewAuthority(today)
		if err != nil {
			t.Fatal(err)
		}
		web := simweb.Web{}
		attack := func(s impostor) {
			for _, name := range []string{"a.example", "b.example", "c.example"} {
				server := good()
				server.Offset, server.Certificate = decades+s.date, issue(t, authority, nil, name, s, today)
				web[name+":443"] = server
			}
		}
		e, err := NewEngine(Config{Hosts: hosts(t, "a.example", "b.example", "c.example"), Dial: web.Dial, Since: today.Add(-200 * day), Roots: authority.Pool()})
		if err != nil {
			t.Fatal(err)
		}
		e.synchronised = func() bool { return false }
		attack(impostor{"then", 40 * day})
		for range 2 { // the second poll has a time to verify certificates by
			v, err := e.Ask(t.Context())
			near(t, v, err, decades+40*day, 4*ms)
			time.Sleep(5 * time.Minute)
		}
		attack(impostor{"then", 0})
		if v, err := e.Ask(t.Context()); !errors.Is(err, ErrNoMajority) {
			t.Errorf("%v, %v: want no majority, as these certificates were not valid then", v, err)
		}
		e.now = func() stamp { s := now(); s.real += int64(decades); return s }
		e.synchronised = func() bool { return true }
		v, err := e.Ask(t.Context())
		near(t, v, err, 0, 4*ms)
		if e.proof.first {
			t.Error("what the time daemon confirms still counts as found without knowledge")
		}
	})
}

// A server contradicts a result if its own answers exclude it, even if its Date is late by a
// second.
func TestContradicts(t *testing.T) {
	for _, standing := range []Standing{Pending, Agrees, Late, Ahead, Unproven, Excluded} {
		c := &candidate{evidence: evidence{bounds: Bounds{0, 10}}, standing: standing}
		for found, outside := range map[theta]bool{-1: true, 0: false, 10: false, 10 + second: false, 11 + second: true} {
			want := outside && (standing == Late || standing == Ahead)
			if got := c.contradicts(Result{Estimate: Estimate{Theta: found}}); got != want {
				t.Errorf("%v, found %d: contradicts %v, want %v", standing, found, got, want)
			}
		}
	}
}

// A majority outvotes a server only by certificates that are valid at its time, and by more of
// them than those that are off like it.
func TestOutvote(t *testing.T) {
	at := stamp{mono: 5e15}
	now := time.Unix(1_800_000_000, 0)
	authority, err := simweb.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	until := func(to time.Time) *certificate {
		c, err := authority.Issue("a.example", now.Add(-30*day), to)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(c.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return &certificate{chain: []*x509.Certificate{leaf}, name: "a.example", roots: authority.Pool()}
	}
	off := Bounds{now.UnixNano() - at.mono - 100e6, now.UnixNano() - at.mono} // of the server that contradicts
	valid, then, expired := until(now.Add(day)), until(now), until(now.Add(-time.Second))
	other := func(standing Standing, low, high int64) *candidate {
		return &candidate{evidence: evidence{bounds: Bounds{low, high}}, standing: standing}
	}
	for name, c := range map[string]struct {
		second  *candidate // beside the one that contradicts and two that agree
		cert    *certificate
		backing *certificate
		good    bool
	}{
		"alone":                                {other(Unproven, off.Low, off.High), valid, valid, true},
		"certificates that end just then":      {other(Unproven, off.Low, off.High), valid, then, true},
		"certificates that have expired":       {other(Unproven, off.Low, off.High), valid, expired, false},
		"another like it":                      {other(Late, off.Low, off.High), valid, valid, false},
		"another like it, ahead":               {other(Ahead, off.Low, off.High), valid, valid, false},
		"another without a certificate":        {other(Late, off.Low, off.High), nil, valid, true},
		"another by less than a second":        {other(Late, off.High+lag-1, off.High+2*lag), valid, valid, false},
		"another by a second":                  {other(Late, off.High+lag, off.High+2*lag), valid, valid, true},
		"another, late, by less than a second": {other(Late, off.Low-2*lag, off.Low-lag+1), valid, valid, false},
		"another, late, by a second":           {other(Late, off.Low-2*lag, off.Low-lag), valid, valid, true},
	} {
		s := &survey{servers: []*candidate{other(Late, off.Low, off.High), c.second, other(Agrees, 0, 1), other(Agrees, 0, 1)}}
		e := &Engine{servers: []*server{{cert: valid}, {cert: c.cert}, {cert: c.backing}, {cert: c.backing}}}
		if err := e.outvote(s, 0, at); (err == nil) != c.good || err != nil && !errors.Is(err, ErrNoMajority) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
