package settings

import (
	"fmt"
	"os"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/regularfile"
)

// ProxyLoginVariable is the environment variable that may hold USER:PASSWORD for the
// proxy, in place of a file.
const ProxyLoginVariable = "REFCLOCK_PROXY_LOGIN"

// maxLogin limits the file with USER:PASSWORD.
const maxLogin = 4 << 10

// HTNTPSettings are those of the clock of web servers.
type HTNTPSettings struct {
	servers    []string
	to         Targets
	interval   time.Duration
	repeat     time.Duration
	proxy      string // empty is none
	proxyLogin string // a file; empty is none
	ca         string // a file; empty is the system's
	httpstime  bool
}

func newHTNTPSettings() *HTNTPSettings {
	return &HTNTPSettings{to: newTargets(3), interval: 5 * time.Minute}
}

func (s *HTNTPSettings) Schema() config.Schema {
	list := config.Schema{{
		Name: "servers", Takes: "NAMES", Basic: true, Operand: true, Example: `["www.example.org", "www.example.net", "www.example.com"]`,
		Value: config.Secret(config.List(&s.servers, `a list of server names, such as ["www.example.org", "www.example.net"]`, func(names []string) error {
			_, err := parseHosts(names)
			return err
		}), htntp.RedactURL),
		Usage: "web servers to ask for the time, such as www.example.org",
		Text: `Use three or more, better five: your own, or those of owners whom you have asked. A name
without http:// is https.`,
	}}
	list = append(list, s.to.schema()...)
	return append(list, config.Schema{
		{
			Name: "interval", Takes: "TIME", Basic: true, Value: config.Duration(&s.interval, htntp.MinInterval, 24*time.Hour),
			Usage: "time between polls, 64s or more",
			Text:  `refclock varies it by a tenth at random, to spread the load on the servers.`,
		}, {
			Name: "repeat", Takes: "TIME", Value: config.Duration(&s.repeat, 0, 24*time.Hour),
			Usage: "time between samples",
			Text:  `refclock repeats the result of the last poll, with a growing uncertainty. 0s publishes one sample per poll.`,
		}, {
			Name: "proxy", Takes: "HOST:PORT", Basic: true, Value: config.Secret(config.Text(&s.proxy, `"HOST:PORT" or "socks5://HOST:PORT"`, func(text string) error {
				if text == "" {
					return nil
				}
				_, err := htntp.ParseProxy(text)
				return err
			}), htntp.RedactURL),
			Usage: "web proxy to use, or socks5://HOST:PORT",
			Text:  `"" is no proxy.`,
		}, {
			Name: "proxy_login", Takes: "FILE", Value: config.Path(&s.proxyLogin, "/etc/refclock.login", nil, ""),
			Usage: "file with USER:PASSWORD for the proxy",
			Text:  `The environment variable ` + ProxyLoginVariable + ` works too. "" is no login.`,
		}, {
			Name: "ca", Takes: "FILE", Value: config.Path(&s.ca, "/etc/ssl/certs/company.pem", nil, ""),
			Usage: "file with the only certificate authorities to trust, in PEM",
			Text:  `"" trusts those of the system.`,
		}, {
			Name: "httpstime", Value: config.Bool(&s.httpstime),
			Usage: "ask for the header X-HTTPSTIME at /.well-known/time, which few servers support",
		},
	}...)
}

func (s *HTNTPSettings) Resolve(source config.Source) {
	s.to.resolve(source)
	switch {
	case len(s.servers) == 0:
		source.Wrong("servers", "no web server is named; expected three or more, such as www.example.org, www.example.net and www.example.com")
	case len(s.servers) < 3:
		source.Warn("servers", "fewer than three servers cannot outvote one that is wrong")
	}
	if err := s.times().CheckTimes(); err != nil {
		source.Wrong("repeat", err.Error())
	}
	if name := proxyVariable(); name != "" && !source.Given("proxy") {
		source.Warn("proxy", "the environment variable "+name+" is not used; name the proxy "+driver.Setting("proxy"))
	}
	if s.proxyLogin != "" && s.proxy == "" {
		source.Wrong("proxy_login", "there is no proxy to log in to; set the proxy too")
	}
}

// proxyVariable returns the environment variable that names a proxy for other programs; ""
// for none. refclock does not use them: a service has none, and would behave differently.
func proxyVariable() string {
	for _, name := range []string{"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"} {
		if os.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

func (s *HTNTPSettings) times() htntp.Config {
	return htntp.Config{Interval: s.interval, Repeat: s.repeat}
}

func (s *HTNTPSettings) Targets() []Target { return s.to.list("unit", "sock") }

// Times returns the time between polls, and the time between samples.
func (s *HTNTPSettings) Times() (interval, repeat time.Duration) { return s.interval, s.repeat }

// To returns where the samples go.
func (s *HTNTPSettings) To() Targets { return s.to }

// Config returns the settings as the driver has them. It returns an error if a file
// cannot be used.
func (s *HTNTPSettings) Config(env Env) (c htntp.Config, err error) {
	c = s.times()
	c.HTTPSTime = s.httpstime
	c.Since, c.Agent = env.Built.Midnight(), env.Agent()
	c.Log = env.Log
	if c.Hosts, err = parseHosts(s.servers); err != nil {
		return c, err
	}
	if c.Proxy, err = s.proxyConfig(); err != nil {
		return c, err
	}
	if c.Roots, err = htntp.ReadAuthorities(s.ca); err != nil {
		return c, fmt.Errorf("ca: %w", err)
	}
	return c, nil
}

func (s *HTNTPSettings) Build(env Env) ([]Part, error) {
	env.Log = s.to.Log(env.Log)
	c, err := s.Config(env)
	if err != nil {
		return nil, err
	}
	clock, err := htntp.New(c)
	if err != nil {
		return nil, err
	}
	return []Part{{Driver: clock, Targets: s.to}}, nil
}

func (s *HTNTPSettings) proxyConfig() (*htntp.Proxy, error) {
	if s.proxy == "" {
		return nil, nil
	}
	proxy, err := htntp.ParseProxy(s.proxy)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	login := os.Getenv(ProxyLoginVariable)
	if s.proxyLogin != "" {
		text, err := regularfile.ReadNamed(s.proxyLogin, maxLogin)
		if err != nil {
			return nil, fmt.Errorf("proxy_login: %w", err)
		}
		login = string(text)
	}
	if login == "" {
		return proxy, nil
	}
	if err := proxy.SetCredentials(login); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return proxy, nil
}
