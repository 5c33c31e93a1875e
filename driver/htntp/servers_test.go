package htntp

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/loopback"
	"github.com/refclock/refclock/internal/simweb"
)

// These benchmarks use real sockets and real servers, and compare with htpdate. They need
// minutes and an idle machine. make bench-htntp runs them in their own network namespace.
//
//	REFCLOCK_WEBSERVERS       the folder that scripts/fetch-webservers prints
//	REFCLOCK_BENCH_RUNS       runs per cell (200)
//	REFCLOCK_BENCH_PARALLEL   parallel runs (40)
const webserversEnv = "REFCLOCK_WEBSERVERS"

func number(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// A contender is a program that measures the offset of the system clock with servers.
type contender struct {
	name string
	ask  func(urls []string, trip trips) (offset time.Duration, half time.Duration, err error)
}

// trips are the round trips to addresses. They are added to connecting, which the relay
// does not delay.
type trips map[string]time.Duration

func ours(requests int) contender {
	return contender{fmt.Sprintf("htntp %d", requests), func(urls []string, trip trips) (time.Duration, time.Duration, error) {
		config := Config{Since: since.AddDate(-1, 0, 0), Agent: "bench"}
		for _, u := range urls {
			h, err := ParseHost(u)
			if err != nil {
				return 0, 0, err
			}
			config.Hosts = append(config.Hosts, h)
		}
		config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			time.Sleep(trip[address])
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		e, err := NewEngine(config)
		if err != nil {
			return 0, 0, err
		}
		if requests > 0 {
			e.plan.alone = requests
		}
		v, err := e.Ask(context.Background())
		return v.Offset, v.Half, err
	}}
}

// htpdateOffset matches what htpdate -d measures for each server. Its final result is half
// of that if it is less than a second.
var htpdateOffset = regexp.MustCompile(`(?m)^offset: ([-+]?[0-9.]+)`)

// combined returns the result of htpdate for several servers: the mean of those within half
// a second of the median.
func combined(offsets []int64) time.Duration {
	middle := nth(offsets, len(offsets)/2)
	sum, n := int64(0), int64(0)
	for _, o := range offsets {
		if time.Duration(o-middle).Abs() <= 500*ms {
			sum, n = sum+o, n+1
		}
	}
	return time.Duration(sum / n)
}

func htpdate(root string, precision int) contender {
	return contender{fmt.Sprintf("htpdate -p%d", precision), func(urls []string, _ trips) (time.Duration, time.Duration, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, filepath.Join(root, "usr/sbin/htpdate"), append([]string{"-q", "-d", "-n", "-t", "-p", strconv.Itoa(precision)}, urls...)...)
		cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries(root))
		out, err := cmd.CombinedOutput()
		if err != nil {
			return 0, 0, fmt.Errorf("%w: %s", err, out)
		}
		var offsets []int64
		for _, found := range htpdateOffset.FindAllSubmatch(out, -1) {
			seconds, err := strconv.ParseFloat(string(found[1]), 64)
			if err != nil {
				return 0, 0, err
			}
			offsets = append(offsets, int64(seconds*1e9))
		}
		if len(offsets) == 0 {
			return 0, 0, fmt.Errorf("no offset in %s", out)
		}
		return combined(offsets), 0, nil
	}}
}

func libraries(root string) string {
	var all []string
	for _, pattern := range []string{"lib/*-linux-gnu*", "usr/lib/*-linux-gnu*"} {
		found, _ := filepath.Glob(filepath.Join(root, pattern))
		all = append(all, found...)
	}
	return strings.Join(all, ":")
}

// listen serves on the loopback and returns the address.
func listen(t *testing.T, serve func(net.Listener)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go serve(l)
	return l.Addr().String()
}

// offsetServer is off by the duration in the path, so that one server is enough.
func offsetServer(r simweb.Request) simweb.Reply {
	offset, _ := time.ParseDuration(strings.Trim(r.Target, "/"))
	return simweb.Reply{Status: "200 OK", Fields: []string{simweb.Date(r.Now.Add(offset)), "Content-Length: 0"}}
}

// A road is a path to a server, through a relay.
type road struct{ out, back, jitter time.Duration }

func (r road) to(t *testing.T, target string, seed uint64) string {
	if r.out+r.back == 0 {
		return target
	}
	relay := &simweb.Relay{Target: target, Out: r.out, Back: r.back, Jitter: r.jitter, Seed: seed}
	return listen(t, relay.Listen)
}

// race runs the contenders alternately and prints a line for each.
func race(t *testing.T, name string, contenders []contender, runs int, trip trips, urls func(r *rand.Rand) (urls []string, truth time.Duration)) {
	t.Helper()
	tallies := make([]tally, len(contenders))
	bias := make([]time.Duration, len(contenders))
	var mu sync.Mutex
	var wait sync.WaitGroup
	slots := make(chan struct{}, number("REFCLOCK_BENCH_PARALLEL", 40))
	for run := range runs {
		for i, c := range contenders {
			wait.Add(1)
			slots <- struct{}{}
			go func() {
				defer func() { <-slots; wait.Done() }()
				r := rand.New(rand.NewPCG(uint64(run), uint64(i)))
				all, truth := urls(r)
				time.Sleep(time.Duration(r.Int64N(int64(time.Second))))
				offset, half, err := c.ask(all, trip)
				mu.Lock()
				defer mu.Unlock()
				y := &tallies[i]
				y.runs++
				if err != nil {
					y.silent++
					if y.silent == 1 {
						t.Logf("%s, %s: %v", name, c.name, err)
					}
					return
				}
				off := offset - truth
				bias[i] += off
				y.errors = append(y.errors, off.Abs())
				if off.Abs() > 100*ms {
					y.gross++
				}
				if off.Abs() <= half {
					y.covered++
				}
			}()
		}
	}
	wait.Wait()
	for i, c := range contenders {
		y := &tallies[i]
		covered := "-"
		if strings.HasPrefix(c.name, "htntp") {
			covered = fmt.Sprintf("%.0f %%", 100*float64(y.covered)/float64(max(1, len(y.errors))))
		}
		fmt.Printf("| %-28s | %-12s | %7.2f | %7.2f | %8.2f | %+7.1f | %5d | %6d | %5s | %4d |\n", name, c.name, milliseconds(y.quantile(0.5)), milliseconds(y.quantile(0.95)),
			milliseconds(y.quantile(1)), milliseconds(bias[i]/time.Duration(max(1, len(y.errors)))), y.gross, y.silent, covered, y.runs)
	}
}

func TestServers(t *testing.T) {
	root := os.Getenv(webserversEnv)
	if root == "" {
		t.Skip("takes minutes: make bench-htntp runs it")
	}
	if err := loopback.Up(); err != nil {
		t.Fatal(err)
	}
	runs := number("REFCLOCK_BENCH_RUNS", 200)
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("Errors in ms; load before: %s\n| %-28s | %-12s | %7s | %7s | %8s | %7s | %5s | %6s | %5s | %4s |\n|-|-|-|-|-|-|-|-|-|-|\n", bytes.TrimSpace(load),
		"cell", "program", "median", "95 %", "worst", "bias", ">100", "silent", "in 90", "runs")
	t.Run("alone", func(t *testing.T) { benchAlone(t, root, runs) })
	t.Run("five", func(t *testing.T) { benchFive(t, root, runs) })
	t.Run("real", func(t *testing.T) { benchReal(t, root, runs) })
	t.Run("proxies", func(t *testing.T) { benchProxies(t, root) })
}

func benchAlone(t *testing.T, root string, runs int) {
	target := listen(t, (&simweb.Server{Fault: offsetServer}).Listen)
	for _, c := range []struct {
		name       string
		road       road
		contenders []contender
	}{
		{"loopback", road{}, []contender{ours(5), ours(8), ours(10), htpdate(root, 4), htpdate(root, 9)}},
		{"RTT 20 jitter 1", road{10 * ms, 10 * ms, ms}, []contender{ours(8), ours(10), htpdate(root, 4), htpdate(root, 9)}},
		{"RTT 80 jitter 1", road{40 * ms, 40 * ms, ms}, []contender{ours(8), ours(10), htpdate(root, 4), htpdate(root, 9)}},
		{"RTT 20 jitter 10", road{10 * ms, 10 * ms, 10 * ms}, []contender{ours(10), htpdate(root, 4), htpdate(root, 9)}},
		{"RTT 80 jitter 10", road{40 * ms, 40 * ms, 10 * ms}, []contender{ours(10), htpdate(root, 4), htpdate(root, 9)}},
		{"10 out, 30 back, jitter 1", road{10 * ms, 30 * ms, ms}, []contender{ours(10), htpdate(root, 4), htpdate(root, 9)}},
	} {
		address := c.road.to(t, target, 1)
		race(t, c.name, c.contenders, runs, trips{address: c.road.out + c.road.back}, func(r *rand.Rand) ([]string, time.Duration) {
			truth := time.Duration(r.Int64N(int64(4*time.Second))) - 2*time.Second
			return []string{fmt.Sprintf("http://%s/%v", address, truth)}, truth
		})
	}
}

func benchFive(t *testing.T, root string, runs int) {
	target := listen(t, (&simweb.Server{Fault: offsetServer}).Listen)
	var roads []string
	trip := trips{}
	for i, r := range []road{{6 * ms, 4 * ms, 2 * ms}, {8 * ms, 12 * ms, 2 * ms}, {23 * ms, 17 * ms, 2 * ms}, {38 * ms, 42 * ms, 2 * ms}, {63 * ms, 57 * ms, 2 * ms}} {
		address := r.to(t, target, uint64(i))
		roads, trip[address] = append(roads, address), r.out+r.back
	}
	for _, c := range []struct {
		name string
		late []time.Duration
	}{
		{"five good", nil},
		{"five, one 0.30 s late", []time.Duration{300 * ms}},
		{"five, one 37 s wrong", []time.Duration{-37 * time.Second}},
		{"five, 0.06 s and 0.85 s late", []time.Duration{60 * ms, 850 * ms}},
	} {
		race(t, c.name, []contender{ours(0), htpdate(root, 4)}, runs, trip, func(r *rand.Rand) (urls []string, truth time.Duration) {
			truth = time.Duration(r.Int64N(int64(4*time.Second))) - 2*time.Second
			wrong := r.Perm(len(roads))
			for i, address := range roads {
				shown := truth
				for j, late := range c.late {
					if wrong[j] == i {
						shown -= late
					}
				}
				urls = append(urls, fmt.Sprintf("http://%s/%v", address, shown))
			}
			return urls, truth
		})
	}
}

// A realServer is a server or proxy that ends with the test.
type realServer struct {
	name   string
	binary string
	args   func(conf string) []string
	conf   func(dir, root string, port int) string
}

var webServers = []realServer{
	{"nginx", "usr/sbin/nginx", func(conf string) []string { return []string{"-c", conf} }, func(dir, _ string, port int) string {
		// nginx clears its environment. Without these lines its clock is not shifted.
		return fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error;
env FAKETIME; env FAKETIME_NO_CACHE; env LD_PRELOAD;
events {}
http {
	access_log off; keepalive_timeout 60s; keepalive_requests 1000;
	client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
	server { listen 127.0.0.1:%[2]d; location / { return 204; } }
}`, dir, port)
	}},
	{"Apache", "usr/sbin/apache2", func(conf string) []string { return []string{"-DFOREGROUND", "-f", conf} }, func(dir, root string, port int) string {
		return fmt.Sprintf(`ServerRoot %[1]s
LoadModule mpm_event_module %[3]s/usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module %[3]s/usr/lib/apache2/modules/mod_authz_core.so
Listen 127.0.0.1:%[2]d
ServerName localhost
PidFile %[1]s/pid
ErrorLog %[1]s/error
DocumentRoot %[1]s
DefaultRuntimeDir %[1]s
KeepAliveTimeout 60
MaxKeepAliveRequests 0`, dir, port, root)
	}},
	{"lighttpd", "usr/sbin/lighttpd", func(conf string) []string { return []string{"-D", "-f", conf} }, func(dir, _ string, port int) string {
		return fmt.Sprintf(`server.port = %[2]d
server.bind = "127.0.0.1"
server.document-root = "%[1]s"
server.modules = ()
server.errorlog = "%[1]s/error"
server.max-keep-alive-idle = 60
server.max-keep-alive-requests = 1000`, dir, port)
	}},
}

var proxies = []realServer{
	{"squid", "usr/sbin/squid", func(conf string) []string { return []string{"-N", "-f", conf} }, func(dir, root string, port int) string {
		return fmt.Sprintf(`http_port 127.0.0.1:%[2]d
http_access allow all
pid_filename %[1]s/pid
cache_log %[1]s/log
access_log none
coredump_dir %[1]s
pinger_enable off
visible_hostname bench
mime_table %[3]s/usr/share/squid/mime.conf
icon_directory %[3]s/usr/share/squid/icons
error_directory %[3]s/usr/share/squid/errors/en
netdb_filename none
unlinkd_program %[3]s/usr/lib/squid/unlinkd
shutdown_lifetime 1 seconds`, dir, port, root)
	}},
	{"tinyproxy", "usr/bin/tinyproxy", func(conf string) []string { return []string{"-d", "-c", conf} }, func(dir, root string, port int) string {
		return fmt.Sprintf("Port %[2]d\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nMaxClients 50\nLogFile \"%[1]s/log\"\nPidFile \"%[1]s/pid\"\nConnectPort 443\n", dir, port)
	}},
}

// launch starts the server with a clock that is off by shift, and returns its address.
func (s realServer) launch(t *testing.T, root string, shift time.Duration) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "conf")
	if err := os.WriteFile(conf, []byte(s.conf(dir, root, free.Addr().(*net.TCPAddr).Port)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(root, s.binary), s.args(conf)...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries(root))
	if shift != 0 {
		preload, _ := filepath.Glob(filepath.Join(root, "usr/lib/*/faketime/libfaketimeMT.so.1"))
		cmd.Env = append(cmd.Env, "LD_PRELOAD="+strings.Join(preload, ":"), fmt.Sprintf("FAKETIME=%+.6fs", shift.Seconds()), "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1")
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 && os.Getenv("REFCLOCK_BENCH_MAPPED") == "" {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534} // some do not run as root
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM); <-ended })
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return address
		}
		select {
		case <-ended:
			log, _ := os.ReadFile(filepath.Join(dir, "error"))
			t.Skipf("%s does not run here: %s%s", s.name, &said, log)
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not listen: %s", s.name, &said)
	return ""
}

// flip measures how far a server's clock is off: it asks a thousand times a second until
// the Date changes.
func flip(t *testing.T, address string) time.Duration {
	t.Helper()
	s := &server{host: Host{Name: "127.0.0.1", Port: address[strings.LastIndex(address, ":")+1:], Path: "/"}, dialer: &dialer{}, since: since.AddDate(-1, 0, 0)}
	var err error
	if s.link, err = s.dialer.connect(t.Context(), s.host); err != nil {
		t.Fatal(err)
	}
	defer s.drop()
	var last int64
	for {
		h, _, err := s.link.exchange(t.Context(), s.request(), 0)
		at := time.Now()
		if err != nil {
			t.Fatal(err)
		}
		date, err := parseDate(h.date, s.since)
		if err != nil {
			t.Fatal(err)
		}
		if last != 0 && date != last {
			return time.Duration(date - at.UnixNano())
		}
		last = date
		time.Sleep(time.Millisecond)
	}
}

func benchReal(t *testing.T, root string, runs int) {
	for _, s := range webServers {
		t.Run(s.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 3))
			var addresses []string
			var shifts []time.Duration
			trip := trips{}
			for range 3 {
				shift := time.Duration(random.Int64N(int64(2*time.Second)) - int64(time.Second)).Round(time.Microsecond)
				address := s.launch(t, root, shift)
				seen := flip(t, address)
				fmt.Printf("%s set %v off ticks %v off\n", s.name, shift, seen.Round(100*time.Microsecond))
				if late := shift - seen; late < -5*ms || late > time.Second {
					t.Fatalf("%s is not shifted: %v, want %v", s.name, seen, shift)
				}
				address = road{10 * ms, 10 * ms, ms}.to(t, address, 7)
				addresses, trip[address] = append(addresses, address), 20*ms
				shifts = append(shifts, shift)
			}
			if s.name == "lighttpd" {
				benchLighttpd(t, root, runs/4, trip, addresses[0], shifts[0])
				return
			}
			race(t, s.name+", RTT 20 jitter 1", []contender{ours(8), ours(10), htpdate(root, 9)}, runs/4, trip, func(r *rand.Rand) ([]string, time.Duration) {
				i := r.IntN(len(addresses))
				return []string{"http://" + addresses[i] + "/"}, shifts[i]
			})
		})
	}
}

// benchLighttpd adds two other servers. The Date of lighttpd is late by an amount that
// depends on the boot time, which no client can detect with lighttpd alone.
func benchLighttpd(t *testing.T, root string, runs int, trip trips, lighttpd string, shift time.Duration) {
	urls := []string{"http://" + lighttpd + "/"}
	for i, other := range webServers[:2] {
		address := road{10 * ms, 10 * ms, ms}.to(t, other.launch(t, root, shift), uint64(i))
		urls, trip[address] = append(urls, "http://"+address+"/"), 20*ms
	}
	race(t, "nginx, Apache and lighttpd", []contender{ours(0), htpdate(root, 9)}, runs, trip, func(*rand.Rand) ([]string, time.Duration) { return urls, shift })
}

func benchProxies(t *testing.T, root string) {
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			const shift = -734 * ms
			origin := listen(t, (&simweb.Server{Offset: shift}).Listen)
			proxy := &Proxy{Address: p.launch(t, root, 0)}
			e, err := NewEngine(Config{Hosts: hosts(t, "http://"+origin), Proxy: proxy, Since: since.AddDate(-1, 0, 0)})
			if err != nil {
				t.Fatal(err)
			}
			v, err := e.Ask(t.Context())
			fmt.Printf("through %s: %v, %v; truth %v\n", p.name, v, err, shift)
			near(t, v, err, shift, 20*ms)
		})
	}
}
