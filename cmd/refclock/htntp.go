package main

import (
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/refclock/refclock/driver/htntp"
)

// credentialsEnv is where the proxy's USER:PASSWORD may stand, for who does not want a file.
const credentialsEnv = "REFCLOCK_PROXY_LOGIN"

var htntpCommand = command{
	name:     "htntp",
	operands: "SERVER...",
	summary:  "feed the time of web servers, where NTP is blocked and a web proxy is the only way out",
	text: `
Reads the time from the Date of web servers' answers, by requests that arrive just
when a second begins there: to 1 or 2 ms where both ways take equally long, and half
the difference otherwise. Name three servers, better five: the time is fed only while
more than half of them prove it. SERVER is www.example.org, which is https, or a whole
URL; http:// works too, but anybody on the way can change it.

They are other people's servers: ask your own, or ask their owners. A first poll takes
about ten requests to the nearest server and four to the others, the next ones
half of that. Begin with

    refclock htntp --once --verbose www.example.org www.example.net \
        www.example.com

which feeds nothing. By which lines the time daemon reads it, --print-config tells.`,
	define: func(flags *flag.FlagSet) action {
		var o htntpOptions
		o.define(flags)
		return o.run
	},
}

// htntpOptions are the flags of the command.
type htntpOptions struct {
	unit        unitFlags
	interval    secondsFlag
	repeat      secondsFlag
	proxy       string
	credentials string
	ca          string
	finer       bool
	once        bool
	verbose     bool
	json        bool
	daemon      string
	asymmetry   time.Duration
}

func (o *htntpOptions) define(flags *flag.FlagSet) {
	o.unit.define(flags, 2)
	o.interval = secondsFlag(5 * time.Minute)
	flags.Var(&o.interval, "interval", "`TIME` between polls, in seconds or as 5m; a tenth more or less at random")
	flags.Var(&o.repeat, "repeat", "`TIME` between samples: what the last poll has found is repeated with a growing uncertainty; 0 feeds one sample a poll")
	flags.StringVar(&o.proxy, "proxy", "", "`HOST:PORT` of the web proxy, or socks5://HOST:PORT")
	flags.StringVar(&o.credentials, "proxy-login", "", "`FILE` with USER:PASSWORD for the proxy; "+credentialsEnv+" in the environment does as well")
	flags.StringVar(&o.ca, "ca", "", "`FILE` with the certificates, in PEM, of the only authorities to believe")
	flags.BoolVar(&o.finer, "httpstime", false, "ask for the header X-HTTPSTIME at /.well-known/time, which few servers know")
	flags.BoolVar(&o.once, "once", false, "poll once, print what was found, feed nothing")
	flags.BoolVar(&o.verbose, "verbose", false, "with --once, print each request too")
	flags.BoolVar(&o.json, "json", false, "with --once, print one JSON object")
	flags.StringVar(&o.daemon, "print-config", "", "print the lines by which `DAEMON`, ntp, ntpsec, chrony or ntpd-rs, reads the unit or the\nsocket, as refclock config does; ask nobody")
	flags.DurationVar(&o.asymmetry, "asymmetry", 0, "`TIME` by which requests take longer than answers, for --print-config")
}

func (o *htntpOptions) run(ctx context.Context, operands []string) error {
	if o.daemon != "" {
		return o.printConfig(os.Stdout)
	}
	if (o.verbose || o.json) && !o.once {
		return usageError("--verbose and --json: only with --once")
	}
	if o.verbose && o.json {
		return usageError("--verbose and --json: choose one of them")
	}
	config, err := o.config(operands)
	if err != nil {
		return err
	}
	if o.once {
		return o.askOnce(ctx, os.Stdout, config)
	}
	log := newLog()
	config.Log = log
	if len(config.Hosts) < 3 {
		log.Warn("fewer than three servers cannot outvote one that is wrong", "servers", len(config.Hosts))
	}
	clock, err := htntp.New(config)
	if err != nil {
		return usageError(err.Error())
	}
	return o.unit.feed(ctx, clock, log, nil)
}

// config makes of flags and operands what the clock wants.
func (o *htntpOptions) config(operands []string) (c htntp.Config, err error) {
	if len(operands) == 0 {
		return c, usageError("no SERVER given: name three or more, such as www.example.org")
	}
	for _, operand := range operands {
		host, err := htntp.ParseHost(operand)
		if err != nil {
			return c, usageError(err.Error())
		}
		c.Hosts = append(c.Hosts, host)
	}
	c.Since, c.Agent = built().Midnight(), environment(nil).Agent()
	c.Interval, c.Repeat, c.Finer = time.Duration(o.interval), time.Duration(o.repeat), o.finer
	if c.Proxy, err = o.proxySetting(); err != nil {
		return c, err
	}
	if c.Roots, err = o.roots(); err != nil {
		return c, err
	}
	if err := c.CheckTimes(); err != nil {
		return c, usageError(err.Error())
	}
	return c, nil
}

func (o *htntpOptions) proxySetting() (*htntp.Proxy, error) {
	if o.proxy == "" {
		if o.credentials != "" {
			return nil, usageError("--proxy-login without --proxy")
		}
		return nil, nil
	}
	proxy, err := htntp.ParseProxy(o.proxy)
	if err != nil {
		return nil, usageError("--proxy: " + err.Error())
	}
	credentials := os.Getenv(credentialsEnv)
	if o.credentials != "" {
		text, err := os.ReadFile(o.credentials)
		if err != nil {
			return nil, fmt.Errorf("--proxy-login: %w", err)
		}
		credentials = string(text)
	}
	if credentials != "" {
		if err := proxy.SetCredentials(credentials); err != nil {
			return nil, codedError{exitInput, err}
		}
	}
	return proxy, nil
}

func (o *htntpOptions) roots() (*x509.CertPool, error) {
	pool, err := htntp.ReadAuthorities(o.ca)
	if err != nil {
		err = fmt.Errorf("--ca: %w", err)
	}
	if errors.Is(err, htntp.ErrNoCertificates) {
		err = codedError{exitInput, err}
	}
	return pool, err
}

// secondsFlag is a time in seconds, or with its unit.
type secondsFlag time.Duration

func (s *secondsFlag) String() string { return time.Duration(*s).String() }

func (s *secondsFlag) Set(text string) error {
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		*s = secondsFlag(time.Duration(n) * time.Second)
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return errors.New("expected seconds, or a time with its unit such as 5m")
	}
	*s = secondsFlag(d)
	return nil
}
