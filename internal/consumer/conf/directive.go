package conf

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// A form checks the arguments of a directive of chrony.
type form func(args string, v version) complaint

// A complaint is why chronyd does not start; the zero value if it does.
type complaint struct {
	why      string
	newer    version // only this version and later ones do not start; zero for all
	old, new string  // the words to replace, and their replacement, if known
}

func refuse(format string, args ...any) complaint {
	return complaint{why: fmt.Sprintf(format, args...)}
}

// A chronyDirective is a directive of chrony.
type chronyDirective struct {
	since version // that knows it; zero for those older than 4.3
	form  form
}

// Versions of chrony that have changed what it accepts.
var (
	v44 = version{4, 4}
	v45 = version{4, 5}
	v46 = version{4, 6}
	v47 = version{4, 7}
	v48 = version{4, 8}
)

// chronyDirectives are the directives of chrony to version 4.8, as CNF_ParseLine of conf.c
// parses them.
var chronyDirectives = sync.OnceValue(func() (all map[string]chronyDirective) {
	port, count, ratio := whole(0, 65535), whole(0, math.MaxInt32), numbers("%f")
	known := func(f form, names ...string) {
		for _, name := range names {
			all[name] = chronyDirective{form: f}
		}
	}
	all = map[string]chronyDirective{
		"hwtstimeout":  {v44, ratio},
		"refresh":      {v44, count},
		"leapseclist":  {v46, one},
		"ptpdomain":    {v46, whole(0, 255)},
		"ntsaeads":     {v47, anything},
		"opencommands": {v47, words("activity", "authdata", "clients", "manual", "ntpdata", "rtcdata", "selectdata", "serverstats", "smoothing", "sourcename", "sources", "sourcestats", "tracking")},
	}
	known(port, "acquisitionport", "cmdport", "ntsport", "port", "ptpport")
	known(count, "logbanner", "maxsamples", "minsamples", "nocerttimecheck", "ntsrefresh", "ntsrotate")
	known(whole(1, math.MaxInt32), "maxntsconnections", "minsources")
	known(whole(0, 63), "dscp")
	known(whole(0, 1000), "ntsprocesses")
	known(whole(0, 100), "sched_priority")
	known(ratio, "clockprecision", "combinelimit", "corrtimeratio", "logchange", "maxclockerror", "maxdistance", "maxdrift",
		"maxjitter", "maxslewrate", "maxupdateskew", "reselectdist", "rtcautotrim", "stratumweight")
	known(none, "lock_all", "manual", "noclientlog", "nosystemcert", "rtconutc", "rtcsync")
	known(one, "bindacqdevice", "bindcmddevice", "binddevice", "dumpdir", "hwclockfile", "include", "keyfile", "leapsectz", "logdir", "ntpsigndsocket",
		"ntscachedir", "ntsdumpdir", "ntsntpserver", "ntsservercert", "ntsserverkey", "pidfile", "rtcdevice", "rtcfile", "user")
	known(anything, "commandkey", "confdir", "dumponexit", "generatecommandkey", "linux_freq_scale", "linux_hz", "sourcedir")
	known(numbers("%d"), "clientloglimit")
	known(numbers("%d %d"), "fallbackdrift")
	known(numbers("%f %d"), "makestep")
	known(numbers("%f %d %d"), "maxchange")
	known(driftFile, "driftfile")
	known(mail, "mailonchange")
	known(choice("require", "prefer", "mix", "ignore"), "authselectmode")
	known(choice("system", "slew", "step", "ignore"), "leapsecmode")
	known(words("rawmeasurements", "measurements", "selection", "statistics", "tracking", "rtc", "refclocks", "tempcomp"), "log")
	known(access, "allow", "cmdallow", "cmddeny", "deny")
	known(address, "bindacqaddress", "bindaddress")
	known(addressOrPath, "bindcmdaddress")
	known(initStepSlew, "initstepslew")
	known(broadcast, "broadcast")
	known(options(0, rateOptions()), "cmdratelimit", "ntsratelimit", "ratelimit")
	known(options(0, localOptions()), "local")
	known(options(1, hardwareOptions()), "hwtimestamp")
	known(options(1, sourceOptions()), "peer", "pool", "server")
	known(smooth, "smoothtime")
	known(compensation, "tempcomp")
	known(trusted, "ntstrustedcerts")
	known(options(2, refclockOptions()), "refclock")
	return all
})

func fields(args string) int { return len(split(args)) }

// exactly checks the number of arguments.
func exactly(n int, args string) complaint {
	switch found := fields(args); {
	case found < n:
		return refuse("missing arguments")
	case found > n:
		extra := strings.Join(split(args)[n:], " ")
		return complaint{why: "too many arguments: " + extra, old: extra}
	}
	return complaint{}
}

func anything(string, version) complaint    { return complaint{} }
func none(args string, _ version) complaint { return exactly(0, args) }
func one(args string, _ version) complaint  { return exactly(1, args) }

// whole is parse_int: one number. Only chrony 4.7 and later checks all of it.
func whole(low, high int64) form {
	return func(args string, v version) complaint {
		if c := exactly(1, args); c.why != "" {
			return c
		}
		n, rest, ok := scanInt(args)
		c := complaint{}
		switch {
		case !ok:
			return refuse("expected a whole number, not %s", args)
		case rest != "":
			c = refuse("expected a whole number, not %s", args)
		case n < low || n > high:
			c = refuse("expected %d to %d, not %s", low, high, args)
		default:
			return c
		}
		if v.before(v47) {
			c.newer = v47
		}
		return c
	}
}

// numbers are values in the format of scanf.
func numbers(format string) form {
	return func(args string, _ version) complaint {
		formats := strings.Fields(format)
		if c := exactly(len(formats), args); c.why != "" {
			return c
		}
		all := args
		for _, f := range formats {
			var ok bool
			switch f {
			case "%d":
				_, args, ok = scanInt(args)
			default:
				_, args, ok = scanDouble(args)
			}
			if !ok {
				if f == "%d" {
					return refuse("expected a whole number in %s", all)
				}
				return refuse("expected a number in %s", all)
			}
		}
		return complaint{}
	}
}

func choice(values ...string) form {
	return func(args string, _ version) complaint {
		if !slices.Contains(values, strings.ToLower(args)) {
			return refuse("expected one of %s, not %s", strings.Join(values, ", "), args)
		}
		return complaint{}
	}
}

func words(values ...string) form {
	return func(args string, _ version) complaint {
		for _, word := range split(args) {
			if !slices.Contains(values, word) {
				return refuse("unknown word %s: expected some of %s", word, strings.Join(values, ", "))
			}
		}
		return complaint{}
	}
}

func driftFile(args string, v version) complaint {
	if v.before(v47) {
		if fields(args) > 1 {
			return refuse("chrony before %v does not know options of driftfile", v47)
		}
		return exactly(1, args)
	}
	_, rest := splitWord(args)
	name, value := splitWord(rest)
	if _, _, ok := scanInt(value); args == "" || rest != "" && (!strings.EqualFold(name, "interval") || !ok) {
		return refuse("expected driftfile FILE [interval SECONDS]")
	}
	return complaint{}
}

func mail(args string, v version) complaint {
	if c := exactly(2, args); c.why != "" {
		return c
	}
	_, seconds := splitWord(args)
	return numbers("%f")(seconds, v)
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func address(args string, _ version) complaint {
	if c := exactly(1, args); c.why != "" {
		return c
	}
	if !isAddress(args) {
		return refuse("expected an IP address, not %s", args)
	}
	return complaint{}
}

func addressOrPath(args string, v version) complaint {
	if strings.HasPrefix(args, "/") {
		return exactly(1, args)
	}
	return address(args, v)
}

func initStepSlew(args string, v version) complaint {
	threshold, _ := splitWord(args)
	return numbers("%f")(threshold, v)
}

// access is the argument of allow and deny. It can be the name of a host, which chronyd
// looks up.
func access(args string, _ version) complaint {
	list := split(args)
	if len(list) > 0 && list[0] == "all" {
		list = list[1:]
	}
	if len(list) > 1 {
		return refuse("too many arguments: %s", strings.Join(list[1:], " "))
	}
	if len(list) == 1 {
		return network(list[0])
	}
	return complaint{}
}

// network checks a network, an address or the name of a host.
func network(word string) complaint {
	net, bits, prefix := strings.Cut(word, "/")
	_, rest, ok := scanInt(bits)
	digits := allIn(net, "0123456789.")
	numeric := digits && strings.Count(net, ".") < 3 || isAddress(net)
	tooLarge := numeric && !isAddress(net) && slices.ContainsFunc(strings.Split(net, "."), func(part string) bool { return len(part) > 3 || len(part) == 3 && part > "255" || part == "" })
	switch {
	case prefix && (!ok || rest != "" || bits[0] == '-' || !numeric):
		return refuse("expected a network such as 192.168.1.0/24, not %s", word)
	case strings.ContainsAny(net, "+;#=,\"'") || tooLarge || digits && !numeric:
		return refuse("expected a network or the name of a host, not %s", word)
	}
	return complaint{}
}

func broadcast(args string, _ version) complaint {
	list := split(args)
	if len(list) < 2 || len(list) > 3 || !isAddress(list[1]) {
		return refuse("expected broadcast INTERVAL ADDRESS [PORT]")
	}
	for _, number := range append(list[:1:1], list[2:]...) {
		if _, _, ok := scanInt(number); !ok {
			return refuse("expected a whole number, not %s", number)
		}
	}
	return complaint{}
}

func smooth(args string, v version) complaint {
	list := split(args)
	if len(list) == 3 && strings.EqualFold(list[2], "leaponly") {
		args = strings.Join(list[:2], " ")
	}
	return numbers("%f %f")(args, v)
}

func compensation(args string, v version) complaint {
	list := split(args)
	switch len(list) {
	case 3:
		return numbers("%f")(list[1], v)
	case 6:
		return numbers("%f %f %f %f %f")(strings.Join(list[1:], " "), v)
	}
	return exactly(6, args)
}

func trusted(args string, v version) complaint {
	if list := split(args); len(list) == 2 {
		return numbers("%d")(list[1], v)
	}
	return exactly(1, args)
}

// A valueKind is what follows an option of chrony.
type valueKind int

const (
	noValue valueKind = iota
	intValue
	doubleValue
	hexValue
	refidValue
	filterValue
)

// A chronyOption is an option of a directive of chrony.
type chronyOption struct {
	since     version // that knows it; zero for those older than 4.3
	kind      valueKind
	low, high int64   // of an intValue
	checked   version // that checks the limits; zero for all
}

func flag() chronyOption   { return chronyOption{} }
func number() chronyOption { return chronyOption{kind: doubleValue} }
func integerIn(low, high int64) chronyOption {
	return chronyOption{kind: intValue, low: low, high: high, checked: v47}
}

func newer(since version, o chronyOption) chronyOption {
	o.since = since
	return o
}

// always are limits that every version checks.
func always(o chronyOption) chronyOption {
	o.checked = version{}
	return o
}

var (
	logSeconds = integerIn(-32, 32)
	anyCount   = integerIn(0, math.MaxInt32)
	fromOne    = integerIn(1, math.MaxInt32)
)

// refclockOptions are those of parse_refclock.
var refclockOptions = sync.OnceValue(func() map[string]chronyOption {
	return map[string]chronyOption{
		"refid": {kind: refidValue}, "lock": {kind: refidValue},
		"poll": logSeconds, "dpoll": logSeconds, "filter": anyCount, "rate": fromOne, "minsamples": anyCount, "maxsamples": anyCount,
		"maxlockage": anyCount, "maxunreach": newer(v48, anyCount), "stratum": always(integerIn(0, 15)),
		"offset": number(), "delay": number(), "precision": number(), "maxdispersion": number(), "width": number(),
		"local": flag(), "pps": flag(), "tai": flag(), "noselect": flag(), "prefer": flag(), "trust": flag(), "require": flag(),
	}
})

// sourceOptions are those of CPS_ParseNTPSourceAdd.
var sourceOptions = sync.OnceValue(func() map[string]chronyOption {
	return map[string]chronyOption{
		"auto_offline": flag(), "burst": flag(), "copy": flag(), "iburst": flag(), "offline": flag(), "noselect": flag(), "prefer": flag(),
		"require": flag(), "trust": flag(), "nts": flag(), "xleave": flag(), "ipv4": newer(v46, flag()), "ipv6": newer(v46, flag()),
		"certset": {kind: intValue, low: 0, high: math.MaxUint32}, "key": always(integerIn(1, math.MaxUint32)), "extfield": {kind: hexValue},
		"asymmetry": number(), "maxdelay": number(), "maxdelayratio": number(), "maxdelaydevratio": number(), "maxdelayquant": number(),
		"mindelay": number(), "offset": number(),
		"filter": anyCount, "maxpoll": logSeconds, "maxsamples": anyCount, "maxsources": fromOne, "maxunreach": newer(v48, anyCount), "minpoll": logSeconds,
		"minsamples": anyCount, "minstratum": integerIn(0, 16), "ntsport": integerIn(0, 65535), "port": integerIn(0, 65535),
		"polltarget": fromOne, "presend": logSeconds, "version": integerIn(1, 4),
	}
})

var localOptions = sync.OnceValue(func() map[string]chronyOption {
	return map[string]chronyOption{
		"stratum": always(integerIn(1, 15)), "orphan": flag(), "distance": number(),
		"activate": newer(v47, number()), "waitsynced": newer(v47, number()), "waitunsynced": newer(v47, number()),
	}
})

var rateOptions = sync.OnceValue(func() map[string]chronyOption {
	return map[string]chronyOption{
		"interval": logSeconds, "burst": logSeconds, "leak": logSeconds, "kod": newer(v46, logSeconds),
	}
})

var hardwareOptions = sync.OnceValue(func() map[string]chronyOption {
	return map[string]chronyOption{
		"maxsamples": anyCount, "minpoll": logSeconds, "maxpoll": newer(v44, logSeconds), "minsamples": anyCount,
		"precision": number(), "rxcomp": number(), "txcomp": number(), "rxfilter": {kind: filterValue}, "nocrossts": flag(),
	}
})

// options are some arguments, and then options with their values.
func options(arguments int, known map[string]chronyOption) form {
	return func(args string, v version) complaint {
		for range arguments {
			word, rest := splitWord(args)
			if word == "" {
				return refuse("missing arguments")
			}
			args = rest
		}
		_, c := takeOptions(args, known, v)
		return c
	}
}
