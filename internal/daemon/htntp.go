package daemon

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/config"
)

// htntpSettings are those of web servers that are asked for the time.
type htntpSettings struct {
	servers    []string
	to         Sinks
	interval   time.Duration
	repeat     time.Duration
	proxy      string // empty is none
	proxyLogin string // a file; empty is none
	ca         string // a file; empty is the system's
	httpstime  bool
}

func newHTNTPSettings() *htntpSettings {
	return &htntpSettings{to: Sinks{Unit: 3}, interval: 5 * time.Minute}
}

func (s *htntpSettings) Read(t *config.Table) {
	t.Texts("servers", &s.servers, `names of servers, such as "www.example.org"`)
	s.to.read(t)
	t.Duration("interval", &s.interval, htntp.IntervalLeast, 24*time.Hour)
	t.Duration("repeat", &s.repeat, 0, 24*time.Hour)
	t.Text("proxy", &s.proxy, `"HOST:PORT" or "socks5://HOST:PORT"`, func(text string) error {
		if text == "" {
			return nil
		}
		_, err := htntp.ParseProxy(text)
		return err
	})
	t.Text("proxy_login", &s.proxyLogin, "a file", wholePath)
	t.Text("ca", &s.ca, "a file", wholePath)
	t.Bool("httpstime", &s.httpstime)
	if len(s.servers) == 0 {
		t.Wrong("servers", `expected three servers or more, as in servers = ["www.example.org", "www.example.net", "www.example.com"]`)
		return
	}
	if _, err := parseHosts(s.servers); err != nil {
		t.Wrong("servers", err.Error())
	}
	if err := s.times().CheckTimes(); err != nil {
		t.Wrong("repeat", err.Error())
	}
	if s.proxyLogin != "" && s.proxy == "" {
		t.Wrong("proxy_login", "there is no proxy to log in to; set proxy too")
	}
}

// wholePath refuses a path that depends on where the daemon was started.
func wholePath(text string) error {
	if text != "" && !filepath.IsAbs(text) {
		return errors.New("expected a whole path")
	}
	return nil
}

func (s *htntpSettings) times() htntp.Config {
	return htntp.Config{Interval: s.interval, Repeat: s.repeat}
}

func (s *htntpSettings) Sinks() []Sink { return s.to.list("unit", "sock") }

func (s *htntpSettings) Build(env Env) ([]Part, error) {
	c := s.times()
	c.Finer = s.httpstime
	c.Since, c.Agent = env.Built.Midnight(), env.Agent()
	c.Log = s.to.log(env.Log)
	var err error
	if c.Hosts, err = parseHosts(s.servers); err != nil {
		return nil, err
	}
	if c.Proxy, err = s.proxySetting(); err != nil {
		return nil, err
	}
	if c.Roots, err = s.roots(); err != nil {
		return nil, err
	}
	clock, err := htntp.New(c)
	if err != nil {
		return nil, err
	}
	return []Part{{Driver: clock, Sinks: s.to}}, nil
}

func (s *htntpSettings) proxySetting() (*htntp.Proxy, error) {
	if s.proxy == "" {
		return nil, nil
	}
	proxy, err := htntp.ParseProxy(s.proxy)
	if err != nil || s.proxyLogin == "" {
		return proxy, err
	}
	text, err := os.ReadFile(s.proxyLogin)
	if err != nil {
		return nil, fmt.Errorf("proxy_login: %w", err)
	}
	return proxy, proxy.SetCredentials(string(text))
}

func (s *htntpSettings) roots() (*x509.CertPool, error) {
	pool, err := htntp.ReadAuthorities(s.ca)
	if err != nil {
		err = fmt.Errorf("ca: %w", err)
	}
	return pool, err
}
