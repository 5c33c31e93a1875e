package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/refclock/refclock/nmea"
)

// Set by the linker from the commit: -X main.version=... -X main.buildDate=2026-11-23.
var (
	version   = ""
	buildDate = ""
)

// firstBuild is used if neither the linker nor the Go tool recorded a build date. The
// program cannot run on an earlier day.
var firstBuild = nmea.Date{Year: 2026, Month: 11, Day: 23}

var versionCommand = command{
	name:    "version",
	summary: "print the version and the build date, which resolves GPS week rollovers",
	define: func(*flag.FlagSet) action {
		return func(context.Context, []string) error {
			fmt.Fprintf(stdout, "refclock %s, built from the commit of %s, %s %s/%s\n",
				versionName(), built(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		}
	},
}

func versionName() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown version)"
}

// built returns the date of the commit that the program was built from. It cannot run on
// an earlier day.
func built() nmea.Date {
	if d, err := time.Parse(time.DateOnly, buildDate); err == nil {
		return nmea.DateOf(d)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
					return nmea.DateOf(t)
				}
			}
		}
	}
	return firstBuild
}
