package main

import (
	"context"
	"flag"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/settings"
)

var htntpKind = settings.Named("htntp")

var htntpCommand = command{
	name:     "htntp",
	operands: "SERVER...",
	summary:  "publish the time of web servers, where NTP is blocked and a web proxy is the only way out",
	schema:   func() config.Schema { return htntpKind.New().Schema() },
	text: `
Reads the time from the Date header of web servers. Its requests arrive just when a
second begins there, so that the time is right to 1 or 2 ms if both directions take
equally long, and to half the difference otherwise. Name three servers, better five:
refclock publishes only while more than half of them agree. SERVER is www.example.org,
which is https, or a URL. http:// works too, but anyone on the way can change it.

The servers belong to other people: use your own, or ask their owners. A first poll takes
about ten requests to the nearest server and four to each other server; later polls take
half as many. This command publishes nothing:

    refclock htntp --once --verbose www.example.org www.example.net \
        www.example.com

--print-config prints the time daemon's configuration.`,
	define: func(flags *flag.FlagSet) action {
		values := htntpKind.New().(*settings.HTNTPSettings)
		values.Schema().Define(flags)
		var o htntpOptions
		o.define(flags)
		return func(ctx context.Context, operands []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if o.consumer != "" && len(operands) == 0 && values.Schema().Named("servers").Value.String() == "" {
				operands = []string{"www.example.org", "www.example.net", "www.example.com"} // no request is sent
			}
			configuration, err := settings.FromFlags(htntpKind, values, flags, operands)
			switch {
			case err != nil:
				return usageError(err.Error())
			case o.consumer != "":
				return o.printConfig(stdout, values)
			case o.once:
				config, err := values.Config(environment(nil))
				if err != nil {
					return err
				}
				return o.pollOnce(ctx, stdout, config)
			}
			return runClock(ctx, configuration)
		}
	},
}

// htntpOptions are the flags of the command that publish nothing.
type htntpOptions struct {
	once      bool
	verbose   bool
	json      bool
	consumer  string
	asymmetry time.Duration
	stratum   int
}

func (o *htntpOptions) define(flags *flag.FlagSet) {
	flags.BoolVar(&o.once, "once", false, "poll once, print the result and publish nothing")
	flags.BoolVar(&o.verbose, "verbose", false, "with --once, print each request too")
	flags.BoolVar(&o.json, "json", false, "with --once, print one JSON object")
	flags.StringVar(&o.consumer, "print-config", "", "`DAEMON` print the configuration lines for it, as refclock config does: "+strings.Join(consumerNames(), ", "))
	flags.DurationVar(&o.asymmetry, "asymmetry", 0, "`TIME` how much longer requests take than answers, for --print-config")
	o.stratum = lines.DefaultStratum
	flags.Var(config.Int(&o.stratum, 1, 14), "stratum", "`NUMBER` stratum of the clock, for --print-config")
}

func (o *htntpOptions) check() error {
	switch {
	case (o.verbose || o.json) && !o.once:
		return usageError("--verbose and --json: expected --once too")
	case o.verbose && o.json:
		return usageError("--verbose and --json: expected only one of them")
	}
	return nil
}
