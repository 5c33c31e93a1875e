package htntp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/simweb"
)

// With synctest the system clock begins at 2000-01-01. True time is behind it in these
// tests, so that code that trusts the system clock fails.
const behind = -734 * ms

var bubbleBuild = time.Date(1999, 11, 23, 0, 0, 0, 0, time.UTC)

// bubble is synctest.Test an hour later: a leap second may precede the time at which it begins.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour)
		test(t)
	})
}

func good() *simweb.Server {
	return &simweb.Server{Offset: behind, Out: 10 * ms, Back: 10 * ms, Jitter: ms / 2}
}

func hosts(t testing.TB, names ...string) (all []Host) {
	t.Helper()
	for _, name := range names {
		h, err := ParseHost(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, h)
	}
	return all
}

func engine(t testing.TB, web simweb.Web, names ...string) *Engine {
	t.Helper()
	e, err := NewEngine(Config{Hosts: hosts(t, names...), Dial: web.Dial, Since: bubbleBuild, Agent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func near(t *testing.T, v Verdict, err error, want, within time.Duration) {
	t.Helper()
	if err != nil {
		t.Errorf("%v\n%v", err, v.Servers)
		return
	}
	if (v.Offset - want).Abs() > within {
		t.Errorf("offset %v, want %v within %v", v.Offset, want, within)
	}
	if v.Hard[0] > want || v.Hard[1] < want {
		t.Errorf("hard bounds %v, want %v within them", v.Hard, want)
	}
	if v.Low > v.Offset || v.Offset > v.High || v.Half != max(v.High-v.Offset, v.Offset-v.Low) {
		t.Errorf("%v to %v, half-width %v, around %v", v.Low, v.High, v.Half, v.Offset)
	}
	for _, r := range v.Servers {
		if r.Standing == Agrees && (r.Bounds[0] > v.High || r.Bounds[1] < v.Low || r.Bounds[0] >= r.Bounds[1]) {
			t.Errorf("%v agrees, with bounds of %v", r.Host, r.Bounds)
		}
	}
}

func TestAloneAndWarm(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := good()
		e := engine(t, simweb.Web{"a.example:80": server}, "http://a.example")
		v, err := e.Ask(t.Context())
		near(t, v, err, behind, 4*ms)
		if n := server.Requests(); n > usualPlan.alone || v.Warm || v.Requests != n {
			t.Errorf("first poll: %d requests, warm %v, verdict %v", n, v.Warm, v)
		}
		time.Sleep(5 * time.Minute)
		if _, err := e.Ask(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := server.Requests()
		for range 10 {
			time.Sleep(5 * time.Minute)
			v, err = e.Ask(t.Context())
			near(t, v, err, behind, 4*ms)
			if !v.Warm {
				t.Error("the poll has no prior from the last one")
			}
		}
		if n := server.Requests() - before; n > 10*usualPlan.warm+5 {
			t.Errorf("%d requests in ten warm polls, want about %d", n, 10*usualPlan.warm)
		}
		if agents := server.Agents(); agents["test"] != server.Requests() {
			t.Errorf("User-Agents %v", agents)
		}
	})
}

// Each of these is asked together with three good servers, which must not be affected.
var oddities = []struct {
	name  string
	fault simweb.Fault
	want  Standing
	why   error
}{
	{"stall", simweb.Stall, Excluded, ErrNoAnswer},
	{"drip", simweb.Drip, Excluded, ErrEndless},
	{"endless head", simweb.Endless, Excluded, ErrEndless},
	{"endless interim answers", simweb.Interim, Excluded, ErrEndless},
	{"frozen", simweb.Frozen, Excluded, ErrFrozen},
	{"cached", simweb.Cached(100 * time.Second), Excluded, ErrCached},
	{"cached unless the name is new", simweb.CachedUnlessNew(100 * time.Second), Agrees, nil},
	{"Age 0", simweb.FreshCache, Agrees, nil},
	{"RFC 850", simweb.RFC850, Agrees, nil},
	{"X-Last-Update", simweb.LastUpdate, Agrees, nil},
	{"HEAD closes the connection", simweb.NoHead, Agrees, nil},
	{"HEAD without a Date", simweb.NoHeadDate, Agrees, nil},
	{"405", simweb.NotAllowed, Agrees, nil},
	{"no Date", simweb.NoDate, Excluded, ErrNoDate},
	{"redirect", simweb.Redirect, Agrees, nil},
	{"403", simweb.Forbidden, Agrees, nil},
	{"early hints", simweb.EarlyHints, Agrees, nil},
	{"close after each", simweb.CloseEach, Agrees, nil},
	{"close without notice", simweb.CloseUnsaid, Agrees, nil},
	{"NUL in Date", simweb.NUL, Excluded, ErrBadDate},
	{"year 10000", simweb.Year10000, Excluded, ErrBadDate},
	{"year 1995", simweb.Year1995, Excluded, ErrFarDate},
	{"two Dates", simweb.TwoDates, Excluded, ErrTwoDates},
	{"not HTTP", simweb.NoHTTP, Excluded, ErrNotHTTP},
	{"429", simweb.TooMany(time.Hour), Excluded, ErrAskedToWait},
	{"body after HEAD", simweb.BodyAfterHead, Agrees, nil},
	{"9 KB before the Date", simweb.BigHead, Agrees, nil},
	{"late by 0.3 s", simweb.LaggingDate(300 * ms), Late, nil},
	{"37 s ahead", simweb.LaggingDate(-37 * time.Second), Ahead, nil},
}

func TestOddServerAmongGoodOnes(t *testing.T) {
	for _, c := range oddities {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				odd := good()
				odd.Fault = c.fault
				odd.Out, odd.Back = 5*ms, 5*ms // the nearest, so that it becomes the beacon
				web := simweb.Web{"a.example:80": good(), "b.example:80": good(), "c.example:80": good(), "odd.example:80": odd}
				e := engine(t, web, "http://a.example", "http://b.example", "http://odd.example", "http://c.example")
				began := time.Now()
				v, err := e.Ask(t.Context())
				near(t, v, err, behind, 4*ms)
				if took := time.Since(began); took > 25*time.Second {
					t.Errorf("the poll took %v, want at most 25s", took)
				}
				r := v.Servers[2]
				if r.Standing != c.want || !errors.Is(r.Why, c.why) {
					t.Errorf("found %v (%v), want %v, %v", r, r.Why, c.want, c.why)
				}
				if v.Agree < 3 {
					t.Errorf("%d agree, want 3 or more: %v", v.Agree, v.Servers)
				}
				if r.Standing != Agrees && (r.Hint() == "" || strings.ContainsAny(r.String()+r.Hint(), "\x00\n")) {
					t.Errorf("%q, hint %q: want one line and a hint", r, r.Hint())
				}
				if n := odd.Requests(); n > maxRequests {
					t.Errorf("%d requests to the odd server, want at most %d", n, maxRequests)
				}
				time.Sleep(time.Minute) // until the server notices the closed connection
			})
		})
	}
}

// Alone, an odd server is excluded within ten seconds.
func TestOddServerAlone(t *testing.T) {
	for _, c := range oddities {
		if c.want != Excluded {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				odd := good()
				odd.Fault = c.fault
				e := engine(t, simweb.Web{"odd.example:80": odd}, "http://odd.example")
				began := time.Now()
				v, err := e.Ask(t.Context())
				if !errors.Is(err, ErrNoMajority) || v.Servers[0].Standing != Excluded {
					t.Errorf("%v, %v; want no majority", v, err)
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("the poll took %v, want at most 10s", took)
				}
				time.Sleep(time.Minute) // until the server notices the closed connection
			})
		})
	}
}

func TestHTTPSTimeHeader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := good()
		server.Fault = simweb.HTTPSTime
		e := engine(t, simweb.Web{"a.example:80": server}, "http://a.example")
		e.servers[0].httpstime = true
		v, err := e.Ask(t.Context())
		near(t, v, err, behind, 2*ms)
		if v.Requests > 3 {
			t.Errorf("%d requests, want at most 3", v.Requests)
		}
	})
}

func TestUnreachable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		e := engine(t, simweb.Web{}, "http://a.example", "http://b.example")
		v, err := e.Ask(t.Context())
		if !errors.Is(err, ErrNoMajority) || !errors.Is(v.Servers[0].Why, ErrConnect) {
			t.Errorf("%v, %v", v.Servers, err)
		}
		if r := v.Servers[0]; r.Bounds != [2]time.Duration{} || r.Off != 0 {
			t.Errorf("without an answer: bounds %v, off by %v", r.Bounds, r.Off)
		}
	})
}

func TestAskEndsWithContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow := good()
		slow.Fault = simweb.Stall
		e := engine(t, simweb.Web{"a.example:80": slow}, "http://a.example")
		ctx, cancel := context.WithTimeout(t.Context(), 300*ms)
		defer cancel()
		began := time.Now()
		if _, err := e.Ask(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if took := time.Since(began); took > 400*ms {
			t.Errorf("Ask took %v, want 300 to 400ms", took)
		}
	})
}

// A server is not asked before its Retry-After.
func TestRetryAfter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		busy := good()
		busy.Fault = simweb.TooMany(time.Hour)
		e := engine(t, simweb.Web{"a.example:80": busy}, "http://a.example")
		for range 12 {
			e.Ask(t.Context())
			time.Sleep(5 * time.Minute)
		}
		if n := busy.Requests(); n != 1 {
			t.Errorf("%d requests within the hour, want 1", n)
		}
		busy.Fault = nil
		time.Sleep(time.Minute)
		v, err := e.Ask(t.Context())
		near(t, v, err, behind, 4*ms)
	})
}

func TestHourlyBudget(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := good()
		e := engine(t, simweb.Web{"a.example:80": server}, "http://a.example")
		var last Verdict
		for began := time.Now(); time.Since(began) < 50*time.Minute; {
			e.memory = memory{} // so that each poll needs ten requests
			last, _ = e.Ask(t.Context())
			time.Sleep(10 * time.Second)
		}
		if n := server.Requests(); n > maxHourly {
			t.Errorf("%d requests in an hour, want at most %d", n, maxHourly)
		}
		if !errors.Is(last.Servers[0].Why, ErrBudget) {
			t.Errorf("%v, want %v", last.Servers[0], ErrBudget)
		}
	})
}

func TestThroughProxies(t *testing.T) {
	for _, c := range []struct {
		name   string
		proxy  *simweb.Proxy
		server string // default a.example:80
		login  string
		why    error
		target string
	}{
		{name: "HTTP", proxy: &simweb.Proxy{}, target: "HEAD http://a.example/"},
		{name: "HTTP with a password", proxy: &simweb.Proxy{Login: "anna:pass:word"}, login: "anna:pass:word", target: "HEAD http://a.example/"},
		{name: "HTTP, password missing", proxy: &simweb.Proxy{Login: "anna:word"}, why: ErrGateway, target: "HEAD http://a.example/"},
		{name: "HTTP, answer from the proxy", proxy: &simweb.Proxy{Refuse: true, Offset: time.Hour}, why: ErrGateway, target: "HEAD http://a.example/"},
		{name: "SOCKS5", proxy: &simweb.Proxy{SOCKS: true}, target: "a.example:80"},
		{name: "SOCKS5 to an IPv4 address", proxy: &simweb.Proxy{SOCKS: true}, server: "192.0.2.7:80", target: "192.0.2.7:80"},
		{name: "SOCKS5 to an IPv6 address", proxy: &simweb.Proxy{SOCKS: true}, server: "[2001:db8::7]:80", target: "[2001:db8::7]:80"},
		{name: "SOCKS5 with a password", proxy: &simweb.Proxy{SOCKS: true, Login: "anna:word"}, login: "anna:word", target: "a.example:80"},
		{name: "SOCKS5, password missing", proxy: &simweb.Proxy{SOCKS: true, Login: "anna:word"}, why: ErrProxy},
		{name: "SOCKS5, password wrong", proxy: &simweb.Proxy{SOCKS: true, Login: "anna:word"}, login: "anna:sword", why: ErrProxy},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				server := cmp.Or(c.server, "a.example:80")
				c.proxy.Web = simweb.Web{server: good()}
				e := engine(t, simweb.Web{"proxy.example:3128": c.proxy}, "http://"+server)
				proxy := &Proxy{Address: "proxy.example:3128", SOCKS: c.proxy.SOCKS}
				if c.login != "" {
					if err := proxy.SetCredentials(c.login + "\n"); err != nil {
						t.Fatal(err)
					}
				}
				e.config.Proxy, e.servers[0].dialer.proxy = proxy, proxy
				v, err := e.Ask(t.Context())
				if c.why == nil {
					// The proxy connects for each request, which takes another round trip.
					near(t, v, err, behind, 14*ms)
					// Only SOCKS connects to the server before the request.
					if trip := e.servers[0].networkTrip; c.proxy.SOCKS != (trip >= 20*ms) || !c.proxy.SOCKS && trip != 0 {
						t.Errorf("round trip of the network: %v", trip)
					}
				} else if err == nil || !errors.Is(v.Servers[0].Why, c.why) {
					t.Errorf("%v, %v; want %v", v.Servers, err, c.why)
				}
				if targets := c.proxy.Targets(); c.target != "" && (len(targets) == 0 || targets[0] != c.target) {
					t.Errorf("the proxy received %q, want %q", targets, c.target)
				}
			})
		})
	}
}

// A proxy that replaces every Date by its own would look like a majority.
func TestNoteAboutProxyClock(t *testing.T) {
	bubble(t, func(t *testing.T) {
		box := &simweb.Proxy{Stamps: true, Offset: time.Hour}
		e := engine(t, simweb.Web{"proxy.example:3128": box}, "http://a.example", "http://b.example", "http://c.example")
		e.config.Proxy = &Proxy{Address: "proxy.example:3128"}
		for _, s := range e.servers {
			s.dialer.proxy = e.config.Proxy
		}
		v, err := e.Ask(t.Context())
		if err == nil && (len(v.Notes) != 1 || !strings.Contains(v.Notes[0], "proxy's own clock")) {
			t.Errorf("notes %q, want a warning", v.Notes)
		}
	})
}

// pki returns three servers with certificates, and their authority.
func pki(t *testing.T, truth time.Duration, valid func(i int, now time.Time) (name string, from, to time.Time)) (simweb.Web, *simweb.Authority) {
	t.Helper()
	now := time.Now().Add(truth)
	authority, err := simweb.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	web := simweb.Web{}
	for i := range 3 {
		name, from, to := valid(i, now)
		s := good()
		s.Offset = truth
		if s.Certificate, err = authority.Issue(name, from, to); err != nil {
			t.Fatal(err)
		}
		web[fmt.Sprintf("%c.example:443", 'a'+i)] = s
	}
	return web, authority
}

func lasting(i int, now time.Time) (string, time.Time, time.Time) {
	return fmt.Sprintf("%c.example", 'a'+i), now.AddDate(0, -1, 0), now.AddDate(0, 2, 0)
}

func TestCertificates(t *testing.T) {
	const decades = 27 * 365 * 24 * time.Hour
	for _, c := range []struct {
		name    string
		truth   time.Duration // true time minus system clock
		since   time.Time
		servers []string
		valid   func(i int, now time.Time) (string, time.Time, time.Time)
		roots   bool
		why     error // of server a
		err     error
	}{
		{name: "good", truth: behind, roots: true, valid: lasting},
		{name: "alone", truth: behind, roots: true, valid: lasting, servers: []string{"a.example"}},
		{name: "unknown authority", truth: behind, valid: lasting, why: ErrCertificate, err: ErrNoMajority},
		{name: "one has another's name", truth: behind, roots: true, why: ErrCertificate,
			valid: func(i int, now time.Time) (string, time.Time, time.Time) {
				_, from, to := lasting(i, now)
				return []string{"evil.example", "b.example", "c.example"}[i], from, to
			}},
		{name: "one has expired", truth: behind, roots: true, why: ErrExpired,
			valid: func(i int, now time.Time) (string, time.Time, time.Time) {
				name, from, to := lasting(i, now)
				if i == 0 {
					to = now.AddDate(0, 0, -1)
				}
				return name, from, to
			}},
		{name: "system clock at the epoch of another century", truth: decades, since: since, roots: true, valid: lasting},
		{name: "system clock past all certificates", truth: -400 * 24 * time.Hour, since: bubbleBuild.AddDate(-2, 0, 0), roots: true, valid: lasting, why: ErrExpired, err: ErrNoMajority},
		{name: "system clock absurd, one server alone", truth: decades, since: since, roots: true, valid: lasting, servers: []string{"a.example"}, err: ErrBootstrap},
		{name: "system clock absurd, one has another's name", truth: decades, since: since, roots: true, why: ErrCertificate,
			valid: func(i int, now time.Time) (string, time.Time, time.Time) {
				_, from, to := lasting(i, now)
				return []string{"evil.example", "b.example", "c.example"}[i], from, to
			}},
		{name: "system clock absurd, one has expired", truth: decades, since: since, roots: true, why: ErrExpired,
			valid: func(i int, now time.Time) (string, time.Time, time.Time) {
				name, from, to := lasting(i, now)
				if i == 0 {
					to = now.AddDate(0, 0, -1)
				}
				return name, from, to
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				web, authority := pki(t, c.truth, c.valid)
				names := c.servers
				if names == nil {
					names = []string{"a.example", "https://b.example/", "c.example:443"}
				}
				config := Config{Hosts: hosts(t, names...), Dial: web.Dial, Since: c.since, Agent: "test"}
				if c.since.IsZero() {
					config.Since = bubbleBuild
				}
				if c.roots {
					config.Roots = authority.Pool()
				}
				e, err := NewEngine(config)
				if err != nil {
					t.Fatal(err)
				}
				v, err := e.Ask(t.Context())
				if c.err != nil {
					if !errors.Is(err, c.err) {
						t.Errorf("%v, want %v", err, c.err)
					}
				} else {
					near(t, v, err, c.truth, 4*ms)
				}
				if !errors.Is(v.Servers[0].Why, c.why) {
					t.Errorf("server a: %v, want %v", v.Servers[0].Why, c.why)
				}
			})
		})
	}
}

// https through an HTTP proxy uses CONNECT, so that caches cannot answer.
func TestTunnel(t *testing.T) {
	bubble(t, func(t *testing.T) {
		web, authority := pki(t, behind, lasting)
		proxy := &simweb.Proxy{Web: web, Login: "anna:word"}
		e, err := NewEngine(Config{
			Hosts: hosts(t, "a.example"), Dial: simweb.Web{"proxy.example:3128": proxy}.Dial, Since: bubbleBuild,
			Roots: authority.Pool(), Proxy: &Proxy{Address: "proxy.example:3128", User: "anna", Password: "word"},
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Ask(t.Context())
		near(t, v, err, behind, 4*ms)
		if trip := e.servers[0].networkTrip; trip < 20*ms || trip > 25*ms {
			t.Errorf("round trip of the network: %v, want 20ms", trip)
		}
		if targets := proxy.Targets(); len(targets) != 1 || targets[0] != "CONNECT a.example:443" {
			t.Errorf("the proxy received %q", targets)
		}
		e.config.Proxy.Password = "sword"
		if v, _ := e.Ask(t.Context()); !errors.Is(v.Servers[0].Why, ErrProxy) {
			t.Errorf("wrong password: %v", v.Servers[0])
		}
	})
}

func TestTraceHasEachRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		var seen []Exchange
		e, err := NewEngine(Config{
			Hosts: hosts(t, "http://a.example"), Dial: simweb.Web{"a.example:80": good()}.Dial, Since: bubbleBuild,
			Trace: func(x Exchange) { mu.Lock(); defer mu.Unlock(); seen = append(seen, x) },
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Ask(t.Context())
		near(t, v, err, behind, 4*ms)
		if len(seen) != v.Requests {
			t.Errorf("%d requests traced, %d sent", len(seen), v.Requests)
		}
		for _, x := range seen {
			if x.Status != 200 || x.Trip < 20*ms || x.Date == "" || !x.Head || x.Proves[0] > behind || x.Proves[1] < behind || x.Err != nil {
				t.Errorf("%+v", x)
			}
		}
	})
}

// numbered returns different hosts.
func numbered(t *testing.T, n int) (all []Host) {
	for i := range n {
		all = append(all, hosts(t, fmt.Sprintf("%d.example", i))...)
	}
	return all
}

func TestConfigRejects(t *testing.T) {
	if _, err := NewEngine(Config{Since: since, Hosts: numbered(t, 16)}); err != nil {
		t.Errorf("sixteen: %v", err)
	}
	for name, c := range map[string]Config{
		"no server":    {Since: since},
		"named twice":  {Since: since, Hosts: hosts(t, "https://a.example", "https://a.example/other")},
		"in capitals":  {Since: since, Hosts: hosts(t, "https://a.example", "https://A.Example.")},
		"seventeen":    {Since: since, Hosts: numbered(t, 17)},
		"no build day": {Hosts: hosts(t, "a.example")},
	} {
		if _, err := NewEngine(c); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// If the system clock is set during a poll, that poll has no result. The next is right.
func TestClockSetDuringPoll(t *testing.T) {
	for _, step := range []time.Duration{37 * time.Second, -time.Hour, 5 * ms, stepLimit + 1, -stepLimit - 1, stepLimit} {
		bubble(t, func(t *testing.T) {
			e := engine(t, simweb.Web{"a.example:80": good()}, "http://a.example")
			from := mono() + int64(3*time.Second)
			e.now = func() stamp {
				at := now()
				if at.mono > from {
					at.real += int64(step)
				}
				return at
			}
			if v, err := e.Ask(t.Context()); step == stepLimit {
				near(t, v, err, behind-step, 4*ms)
			} else if !errors.Is(err, ErrStepped) || v.Offset != 0 {
				t.Errorf("step %v: %v, %v; want ErrStepped", step, v, err)
			}
			v, err := e.Ask(t.Context())
			near(t, v, err, behind-step, 4*ms)
		})
	}
}

// An addressed is a connection with an address.
type addressed struct {
	net.Conn
	address *net.TCPAddr
}

func (c addressed) RemoteAddr() net.Addr { return c.address }

// A machine has one vote, whatever its names.
func TestOneVotePerAddress(t *testing.T) {
	for addresses, want := range map[string]int{"1 1 1": 1, "1 2 1": 2, "1 2 3": 3, "1 2 1, but the first is silent": 2} {
		bubble(t, func(t *testing.T) {
			first, silent := good(), strings.Contains(addresses, "silent")
			if silent {
				first.Fault = simweb.Stall
			}
			web := simweb.Web{"a.example:80": first, "b.example:80": good(), "c.example:80": good()}
			e := engine(t, web, "http://a.example", "http://b.example", "http://c.example")
			for i, s := range e.servers {
				at := &net.TCPAddr{IP: net.IPv4(192, 0, 2, strings.Fields(addresses)[i][0]), Port: 80}
				s.dialer = &dialer{dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := web.Dial(ctx, network, address)
					return addressed{conn, at}, err
				}}
			}
			v, err := e.Ask(t.Context())
			if (err == nil) != (want >= 2) || err == nil && v.Agree != want {
				t.Errorf("%s: %v, %v: want %d votes", addresses, v.Servers, err, want)
			}
			if c := v.Servers[2]; silent {
				if c.Standing != Agrees {
					t.Errorf("%s: %v", addresses, c)
				}
			} else if errors.Is(c.Why, ErrSame) != (want < 3) || want < 3 && !strings.Contains(c.String(), "http://a.example") {
				t.Errorf("%s: %v", addresses, c)
			}
		})
	}
}

// Without certificates, the system clock may be off by decades.
func TestSystemClockAnywhere(t *testing.T) {
	for _, truth := range []time.Duration{-27 * 365 * 24 * time.Hour, 26 * 365 * 24 * time.Hour, -9 * 365 * 24 * time.Hour} {
		bubble(t, func(t *testing.T) {
			web := simweb.Web{}
			for _, name := range []string{"a.example:80", "b.example:80", "c.example:80"} {
				s := good()
				s.Offset = truth + behind
				web[name] = s
			}
			e := engine(t, web, "http://a.example", "http://b.example", "http://c.example")
			for _, s := range e.servers {
				s.since = time.Now().Add(truth).AddDate(0, -1, 0)
			}
			v, err := e.Ask(t.Context())
			near(t, v, err, truth+behind, 4*ms)
		})
	}
}

// A poll closes its connections.
func TestPollClosesConnections(t *testing.T) {
	bubble(t, func(t *testing.T) {
		e := engine(t, simweb.Web{"a.example:80": good(), "b.example:80": good()}, "http://a.example", "http://b.example")
		if _, err := e.Ask(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, s := range e.servers {
			if s.link != nil {
				t.Errorf("%s: the connection is still open", s.host)
			}
		}
	})
}

// A poll prefers the servers that were in the last majority. A failed poll does not change
// that, but leaves the next one without a prior.
func TestFailedPoll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wrong := good()
		wrong.Offset += 37 * time.Second
		web := simweb.Web{"a.example:80": good(), "b.example:80": wrong, "c.example:80": good()}
		e := engine(t, web, "http://a.example", "http://b.example", "http://c.example")
		down := false
		e.servers[0].dialer.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if down {
				return nil, syscall.ENETUNREACH
			}
			return web.Dial(ctx, network, address)
		}
		for i, c := range []struct{ down, warm bool }{{false, false}, {false, true}, {true, true}, {false, false}, {false, true}} {
			down = c.down
			v, err := e.Ask(t.Context())
			if (err != nil) != down || v.Warm != c.warm {
				t.Errorf("poll %d: warm %v, %v", i, v.Warm, err)
			}
			if a, b := e.servers[0], e.servers[1]; !a.trusted || b.trusted || a.minTrip < int64(20*ms) || a.minTrip > int64(25*ms) {
				t.Errorf("poll %d: trusted %v and %v, round trip %v", i, a.trusted, b.trusted, time.Duration(a.minTrip))
			}
			time.Sleep(5 * time.Minute)
		}
	})
}

// Connecting takes 3 s at most.
func TestConnectTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		e := engine(t, nil, "http://a.example")
		e.servers[0].dialer.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		began := time.Now()
		v, err := e.Ask(t.Context())
		if took := time.Since(began); !errors.Is(err, ErrNoMajority) || !errors.Is(v.Servers[0].Why, ErrConnect) || took != 3*time.Second {
			t.Errorf("%v after %v, want an error after 3 s", v.Servers, took)
		}
	})
}

// The real network: a link knows the address of the server, and how long connecting took.
func TestConnectToLoopback(t *testing.T) {
	address := listen(t, (&simweb.Server{}).Listen)
	d := &dialer{}
	l, err := d.connect(t.Context(), hosts(t, "http://"+address)[0])
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	if l.remote != address || l.networkTrip <= 0 || l.networkTrip > time.Second {
		t.Errorf("connected to %q in %v, want %s", l.remote, l.networkTrip, address)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if _, err := d.connect(t.Context(), hosts(t, "http://"+closed.Addr().String())[0]); !errors.Is(err, ErrConnect) || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a port without a server: %v", err)
	}
}

// The same round trip to all servers, through a proxy that may answer itself, is suspect.
func TestNoteAboutEqualTrips(t *testing.T) {
	http, https, socks := hosts(t, "http://a.example")[0], hosts(t, "https://a.example")[0], &Proxy{SOCKS: true}
	for _, c := range []struct {
		name  string
		host  Host
		proxy *Proxy
		trips []time.Duration // of servers that agree; negative: of one that is late
		want  bool
	}{
		{"two", http, &Proxy{}, []time.Duration{20 * ms, 20 * ms}, true},
		{"one", http, &Proxy{}, []time.Duration{20 * ms}, false},
		{"no proxy", http, nil, []time.Duration{20 * ms, 20 * ms}, false},
		{"SOCKS", http, socks, []time.Duration{20 * ms, 20 * ms}, false},
		{"https", https, &Proxy{}, []time.Duration{20 * ms, 20 * ms}, false},
		{"almost a millisecond", http, &Proxy{}, []time.Duration{21*ms - 1, 20 * ms}, true},
		{"a millisecond", http, &Proxy{}, []time.Duration{20 * ms, 21 * ms}, false},
		{"two of three", http, &Proxy{}, []time.Duration{20 * ms, 20 * ms, 40 * ms}, false},
		{"one agrees", http, &Proxy{}, []time.Duration{20 * ms, -20 * ms}, false},
		{"another is late", http, &Proxy{}, []time.Duration{20 * ms, 20 * ms, -40 * ms}, true},
		{"unknown", http, &Proxy{}, []time.Duration{0, 0}, false},
	} {
		e, s := &Engine{config: Config{Proxy: c.proxy}}, &survey{}
		for _, trip := range c.trips {
			e.servers = append(e.servers, &server{host: c.host, dialer: &dialer{proxy: c.proxy}})
			standing := Agrees
			if trip < 0 {
				standing = Late
			}
			s.servers = append(s.servers, &candidate{evidence: evidence{minTrip: int64(trip.Abs())}, standing: standing})
		}
		if notes := e.notes(s); (len(notes) == 1) != c.want {
			t.Errorf("%s: %q", c.name, notes)
		}
	}
}

// The fastest connection of a poll shows the round trip of the network, and thus how long the
// server takes to answer.
func TestProcessingTimeIsOfTheFastestConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := good()
		server.Jitter, server.Think = 0, 50*ms
		server.Fault = func(r simweb.Request) simweb.Reply {
			return simweb.Reply{Status: "200 OK", Fields: []string{simweb.Date(r.Now), "Content-Length: 0"}, Close: r.Number == 2}
		}
		web := simweb.Web{"a.example:80": server}
		e := engine(t, web, "http://a.example")
		connections := 0
		e.servers[0].dialer.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			time.Sleep([]time.Duration{30 * ms, 20 * ms, 25 * ms}[min(connections, 2)])
			connections++
			return web.Dial(ctx, network, address)
		}
		v, err := e.Ask(t.Context())
		// 70 ms without the 40 ms of the second connection, a tenth of them, and 1 ms.
		if think := v.Servers[0].Think; err != nil || connections < 3 || think != 25*ms {
			t.Errorf("processing time %v after %d connections, %v; want 25ms", think, connections, err)
		}
	})
}

// The first request of a poll is sent at once, unless connecting takes time.
func TestFirstRequestIsSentAtOnce(t *testing.T) {
	for connecting, want := range map[time.Duration]time.Duration{0: 0, 300 * ms: time.Second, 1300 * ms: 2 * time.Second} {
		bubble(t, func(t *testing.T) {
			began := time.Now()
			var arrived []time.Duration
			server := &simweb.Server{Fault: func(r simweb.Request) simweb.Reply {
				arrived = append(arrived, time.Since(began))
				return simweb.Reply{Status: "200 OK", Fields: []string{simweb.Date(r.Now), "Content-Length: 0"}}
			}}
			e := engine(t, nil, "http://a.example")
			e.servers[0].dialer.dial = func(context.Context, string, string) (net.Conn, error) {
				time.Sleep(connecting)
				near, far := net.Pipe()
				go server.Serve(far)
				return near, nil
			}
			if v, err := e.Ask(t.Context()); err != nil || len(arrived) == 0 || arrived[0] != want {
				t.Errorf("connecting takes %v: sent after %v, %v, %v; want %v", connecting, arrived, v, err, want)
			}
		})
	}
}
