package streamtest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// The reasons that cases expect. A clock may report any reason if a case expects none.
const (
	noData      = "no data"
	wrongBaud   = "wrong baud"
	noChecksums = "no checksums"
	noFix       = "no fix"
	settling    = "settling"
	coldStart   = "cold start"
)

var (
	// disagreement are reasons for sentences of two seconds at the same time.
	disagreement = []string{"time conflict", "ambiguous delay", "time jumped"}

	// full are reasons for bursts without a pause between them.
	full = []string{"no silence"}
)

var (
	gp = GP()
	gn = gp.As("GN")
	gl = gp.As("GL")
	ga = gp.As("GA")
	gb = gp.As("GB")
	ii = gp.As("II")
)

// standard returns the usual burst of a receiver at 9600 baud.
func standard(t time.Time) []byte {
	return join(gp.RMC(t), gp.VTG(), gp.GGA(t), gp.GSA(), gp.GSV(3), gp.GLL(t))
}

// fix returns the minimum for a fix.
func fix(t time.Time) []byte { return join(gp.RMC(t), gp.GGA(t)) }

// after returns t moved by this many seconds.
func after(t time.Time, seconds float64) time.Time { return t.Add(inSeconds(seconds)) }

// every returns data each n seconds of the clock.
func every(t time.Time, n int64, data []byte) []byte {
	if t.Unix()%n != 0 {
		return nil
	}
	return data
}

// seeded returns the random numbers of a second.
func seeded(t time.Time) *rand.Rand { return rand.New(rand.NewPCG(uint64(t.Unix()), 2)) }

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// plainCases are receivers without a fault.
func plainCases() []Case {
	steady := func(f func(t time.Time) []byte) second {
		return func(t time.Time, _ int) []Block { return one(f(t)) }
	}
	return []Case{
		published("base", 9600, 0.12, steady(standard)),
		published("rmc_only", 9600, 0.1, steady(gp.RMC)),
		published("zda_gll", 9600, 0.1, steady(func(t time.Time) []byte { return join(gp.ZDA(t), gp.GLL(t)) })),
		published("pubx", 9600, 0.1, steady(func(t time.Time) []byte { return join(fix(t), gp.PUBX04(t, "18")) })),
		published("pgrmf", 9600, 0.1, steady(func(t time.Time) []byte { return join(gp.PGRMF(t), gp.GSA()) })),
		published("gns6", 9600, 0.1, steady(func(t time.Time) []byte { return join(gn.GNS(t), gn.ZDA(t)) })),
		published("gap700", 115200, 0.7, steady(func(t time.Time) []byte { return join(gn.Places(3).RMC(t), gn.Places(3).GGA(t)) })),
		published("rmc_twice", 9600, 0.1, steady(func(t time.Time) []byte { return join(fix(t), gp.RMC(t)) })),
		published("usb", 0, 0.1, steady(standard)),
		either("delay_0.01", 115200, 0.01, steady(fix)),
		either("delay_0.95", 115200, 0.95, steady(fix)),
		fifo(1), fifo(16), fifo(64),
		jittered(0.005), jittered(0.05), jittered(0.2),
		// The delay grows from 0.1 to 0.4 s in a minute.
		published("delay_walk", 38400, 0.1, func(t time.Time, k int) []Block {
			return []Block{at(0.005*float64(k), fix(t))}
		}).late(0.25).within(170 * time.Millisecond),
		// The delay steps from 0.1 to 0.5 s. With a pulse, the clock learns the new delay.
		published("delay_step", 38400, 0.1, func(t time.Time, k int) []Block {
			if k < 30 {
				return one(fix(t))
			}
			return []Block{at(0.4, fix(t))}
		}).late(0.3).within(420 * time.Millisecond),
		// RMC and GGA alternate, and their order alternates.
		published("rmc_gga_turns", 38400, 0.1, func(t time.Time, k int) []Block {
			if k%2 == 0 {
				return one(gp.RMC(t))
			}
			return one(gp.GGA(t))
		}).by(30),
		published("order_turns", 38400, 0.1, func(t time.Time, k int) []Block {
			if k%2 == 0 {
				return one(gp.RMC(t), gp.GGA(t))
			}
			return one(gp.GGA(t), gp.RMC(t))
		}),
		yearEnd(),
		midnight("midnight", func(t time.Time, _ int) []Block { return one(standard(t), gp.ZDA(t)) }),
		midnight("midnight_date5s", func(t time.Time, _ int) []Block { return one(gp.GGA(t), every(t, 5, gp.ZDA(t))) }).by(40),
		// The first RMC of the day has the previous date.
		midnight("midnight_stale", func(t time.Time, _ int) []Block {
			f := gp
			if t.Hour() == 0 && t.Second() == 0 {
				f = gp.Dated("041226")
			}
			return one(f.RMC(t), gp.GGA(t))
		}),
	}
}

func fifo(n int) Case {
	c := published(fmt.Sprintf("fifo_%d", n), 38400, 0.1, func(t time.Time, _ int) []Block { return one(standard(t)) })
	c.FIFO = n
	return c
}

func jittered(limit float64) Case {
	c := published(fmt.Sprint("jitter_", limit), 38400, 0.1, func(t time.Time, _ int) []Block { return one(standard(t)) })
	c.Jitter, c.Seed = inSeconds(limit), 7
	return c.late(0.1 + limit/2).within(c.Jitter*3/4 + usualWithin)
}

// midnight returns a case over the end of a day that is not the end of a month.
func midnight(name string, f second) Case {
	c := published(name, 9600, 0.1, f)
	c.Start = time.Date(2026, 12, 4, 23, 59, 25, 0, time.UTC)
	return c
}

// yearEnd returns a case over the end of a year without a leap second.
func yearEnd() Case {
	c := published("year_end", 9600, 0.1, func(t time.Time, _ int) []Block { return one(standard(t)) })
	c.Start = time.Date(2026, 12, 31, 23, 59, 25, 0, time.UTC)
	return c
}

// rateCases are receivers that report several times a second.
func rateCases() []Case {
	// several returns n reports per second.
	several := func(n int, report func(t time.Time, i int) []byte) second {
		return func(t time.Time, _ int) (blocks []Block) {
			for i := range n {
				part := float64(i) / float64(n)
				blocks = append(blocks, at(part, report(after(t, part), i)))
			}
			return blocks
		}
	}
	// whole returns the second of t.
	whole := func(t time.Time) time.Time { return t.Truncate(time.Second) }
	return []Case{
		published("hz20", 115200, 0.05, several(20, func(t time.Time, _ int) []byte { return join(gn.RMC(t), gn.GGA(t)) })),
		published("hz25", 115200, 0.03, several(25, func(t time.Time, _ int) []byte {
			return join(gn.Places(3).RMC(t), gn.Places(3).GGA(t), gn.VTG())
		})),
		published("hz5", 38400, 0.1, several(5, func(t time.Time, _ int) []byte { return join(gn.RMC(t), gn.GGA(t)) })),
		// GGA at 10 Hz, RMC at 1 Hz with the whole second.
		published("hz10_rmc1", 115200, 0.06, several(10, func(t time.Time, i int) []byte {
			if i == 0 {
				return join(gn.RMC(t), gn.GGA(t))
			}
			return gn.GGA(t)
		})),
		// GGA at 10 Hz, RMC once a second, at .9.
		published("hz10_rmc1last", 115200, 0.06, several(10, func(t time.Time, i int) []byte {
			if i == 9 {
				return join(gn.GGA(t), gn.RMC(t))
			}
			return gn.GGA(t)
		})),
		// Reports without fractions: the same second several times.
		// They look like two receivers that are a second apart.
		either("hz2_whole", 38400, 0.1, several(2, func(t time.Time, _ int) []byte {
			return join(gp.Places(0).RMC(whole(t)), gp.Places(0).GGA(whole(t)))
		})),
		published("hz5_whole", 38400, 0.1, several(5, func(t time.Time, _ int) []byte {
			return join(gp.Places(0).RMC(whole(t)), gp.Places(0).GGA(whole(t)))
		})),
		// Bursts that are longer than a second.
		withheld("long4800", 4800, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), gp.GSA(), gp.GSV(4), gl.GSV(4))
		}, full...),
		withheld("long9600", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gn.RMC(t), gn.GGA(t), gn.GSA(), gn.GSA(), gn.GSA(), gp.GSV(4), gl.GSV(4), ga.GSV(4), gb.GSV(3))
		}, full...),
		// A burst of 0.95 s.
		published("near9600", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gn.RMC(t), gn.VTG(), gn.GGA(t), gn.GSA(), gn.GSA(), gn.GSA(), gp.GSV(4), gl.GSV(3), gn.GLL(t))
		}),
	}
}

// intervalCases are receivers that report less than once a second.
func intervalCases() (cases []Case) {
	report := func(n int64) second {
		return func(t time.Time, _ int) []Block { return one(every(t, n, standard(t))) }
	}
	cases = append(cases, published("rmc2s", 9600, 0.12, report(2)).by(30).never(noData, wrongBaud))
	for _, n := range []int64{3, 4, 5} {
		cases = append(cases, either(fmt.Sprintf("rmc%ds", n), 9600, 0.12, report(n)).never(noData, wrongBaud))
	}
	for _, n := range []int64{10, 30} {
		cases = append(cases, either(fmt.Sprintf("rmc%ds", n), 9600, 0.12, report(n)).never(wrongBaud).lasting(120))
	}
	return cases
}

// datingCases are receivers that send the date in a few of their bursts.
func datingCases() (cases []Case) {
	cases = []Case{
		published("gga1_zda10", 9600, 0.12, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), every(t, 10, gp.ZDA(t)))
		}).by(40),
		published("gga1_rmc10", 9600, 0.12, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), gp.GSA(), every(t, 10, gp.RMC(t)))
		}).by(40),
		published("gga1_rmc15", 9600, 0.12, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), gp.GSA(), every(t, 15, gp.RMC(t)))
		}).by(60),
		published("gga1_zda30", 9600, 0.12, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), every(t, 30, gp.ZDA(t)))
		}).by(120),
		either("gga1_zda60", 9600, 0.12, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), every(t, 60, gp.ZDA(t)))
		}).lasting(200),
		published("rmc_nodate", 9600, 0.1, func(t time.Time, k int) []Block {
			if k%3 == 0 {
				return one(gp.Dated("").RMC(t), gp.GGA(t), gp.ZDA(t))
			}
			return one(gp.Dated("").RMC(t), gp.GGA(t))
		}).by(30),
		// RMC has the date of the previous era, ZDA the right one.
		either("era_mix", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Dated(string(dmy(nil, t.AddDate(0, 0, -1024*7)))).RMC(t), gp.GGA(t), gp.ZDA(t))
		}),
		published("era_before", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Dated(string(dmy(nil, t.AddDate(0, 0, -1024*7)))).RMC(t), gp.GGA(t))
		}),
		published("zda2", 9600, 0.1, func(t time.Time, _ int) []Block { return one(fix(t), shortYear(t)) }),
		either("zda2only", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), shortYear(t))
		}).never(wrongBaud),
	}
	for _, n := range []int64{2, 3, 4, 5, 6} {
		cases = append(cases, published(fmt.Sprintf("dated%d", n), 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), every(t, n, gp.ZDA(t)))
		}).by(int(20+4*n)))
	}
	return cases
}

// shortYear returns a ZDA with a year of two digits.
func shortYear(t time.Time) []byte {
	b := append(gp.hms([]byte("GPZDA,"), t), ',')
	return gp.Sentence(string(b) + t.Format("02,01,06,00,00"))
}

// disagreeingCases have sentences of two seconds in each second. See offsetCases for more
// offsets.
func disagreeingCases() []Case {
	return []Case{
		// A chart plotter repeats the fix a second later, with another talker.
		withheld("two_rmc_1s", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), ii.RMC(after(t, -1)))
		}, disagreement...).noHint("baud"),
		withheld("two_rmc_1s_apart", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.3, ii.RMC(after(t, -1)))}
		}, disagreement...).noHint("baud"),
		withheld("two_rmc_1s_first", 38400, 0.1, func(t time.Time, _ int) []Block {
			return one(ii.RMC(after(t, -1)), fix(t))
		}, disagreement...).noHint("baud"),
		withheld("two_rmc_1s_half", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.55, ii.RMC(after(t, -1)))}
		}, disagreement...),
		withheld("two_rmc_1s_alone", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, gp.RMC(t)), at(0.6, ii.RMC(after(t, -1)))}
		}, disagreement...),
		// A second receiver with old leap seconds is a second ahead.
		withheld("two_rmc_2rx", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.5, gl.RMC(after(t, 1)), gl.GGA(after(t, 1)))}
		}, disagreement...),
		withheld("two_rmc_2rx_same", 38400, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), gl.RMC(after(t, 1)), gl.GGA(after(t, 1)))
		}, disagreement...).noHint("baud"),
		// Two receivers, one without a fix.
		either("two_rx_void", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.4, gl.Void().RMC(t))}
		}),
		// A burst that has RMC twice, one without a fix.
		either("two_rmc_void", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Void().RMC(t), gn.RMC(t), gn.GGA(t))
		}),
		// GLL has the next second.
		either("gll_next", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), gp.GLL(after(t, 1)))
		}).notLast(settling),
		// GGA and GLL are a second behind RMC.
		either("gga_prev", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.RMC(t), gp.GGA(after(t, -1)), gp.GLL(after(t, -1)))
		}).notLast(settling),
		either("gga_prev_first", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.GGA(after(t, -1)), gp.RMC(t))
		}).notLast(settling),
		// ZDA has the next second, or the one after it.
		either("ac12", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), gp.GSA(), gp.GSV(2), gp.RMC(t), gp.ZDA(after(t, 2)))
		}).notLast(settling),
		either("ac12b", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), gp.GSA(), gp.GSV(2), gp.RMC(t), gp.ZDA(after(t, 1)))
		}).notLast(settling),
	}
}

// fractionCases are receivers whose reports are not at the whole second.
func fractionCases() []Case {
	milli := gp.Places(3)
	return []Case{
		// The phase is .3 for 12 s, then .6.
		published("leobodnar", 38400, 0.1, func(t time.Time, k int) []Block {
			phase := 0.3
			if k/12%2 == 1 {
				phase = 0.6
			}
			return []Block{at(phase, gn.RMC(after(t, phase)))}
		}),
		// ZDA has the whole second, RMC and GGA the phase of the receiver.
		either("mixfrac", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(milli.GGA(after(t, 0.2)), milli.RMC(after(t, 0.2)), milli.ZDA(t))
		}).within(wrongSecond).notLast(settling),
		either("mixfrac7", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(milli.GGA(after(t, -0.3)), milli.RMC(after(t, -0.3)), milli.ZDA(t))
		}).within(wrongSecond + usualWithin).notLast(settling),
		either("mixfrac7b", 9600, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, milli.GGA(after(t, -0.3)), milli.RMC(after(t, -0.3))), at(0.35, milli.ZDA(t))}
		}).within(wrongSecond + usualWithin).notLast(settling),
		// The same with bursts at their true times.
		published("frac2_zda", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, milli.ZDA(t)), at(0.2, milli.GGA(after(t, 0.2)), milli.RMC(after(t, 0.2)))}
		}),
		published("frac7_zda", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, milli.ZDA(t)), at(0.7, milli.GGA(after(t, 0.7)), milli.RMC(after(t, 0.7)))}
		}),
		published("frac7", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0.7, milli.GGA(after(t, 0.7)), milli.RMC(after(t, 0.7)))}
		}),
		published("frac5", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0.5, milli.GGA(after(t, 0.5)), milli.RMC(after(t, 0.5)))}
		}),
		published("frac4", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Places(4).RMC(t), gp.Places(0).GGA(t), gp.GLL(t))
		}),
	}
}

// startCases are receivers that have just been switched on.
func startCases() (cases []Case) {
	// void sends a time without a fix for n seconds, then a fix this many seconds ahead.
	void := func(n int, from time.Time, ahead float64) second {
		f := gp.Places(3)
		return func(t time.Time, k int) []Block {
			if k < n {
				t, v := from.Add(time.Duration(k)*time.Second), f.Void()
				return one(v.GGA(t), gp.GSA(), v.RMC(t), v.ZDA(t))
			}
			t = after(t, ahead)
			return one(f.GGA(t), gp.GSA(), f.RMC(t), f.ZDA(t))
		}
	}
	skytraq := time.Date(2006, 6, 28, 12, 0, 5, 0, time.UTC)
	for _, d := range []struct {
		name  string
		void  int
		from  time.Time
		ahead float64
	}{
		{"skytraq_cold", 12, skytraq, 1},
		{"skytraq_cold18", 12, skytraq, 18},
		{"skytraq_cold_right", 12, skytraq, 0},
		{"cold_2s", 2, skytraq, 1},
		{"cold_1980", 12, time.Date(1980, 1, 6, 0, 0, 5, 0, time.UTC), 1},
		{"cold_1999", 12, time.Date(1999, 8, 22, 0, 0, 5, 0, time.UTC), 1},
		{"cold_2017", 12, time.Date(2017, 3, 1, 0, 0, 5, 0, time.UTC), 1},
		{"cold_2019", 12, time.Date(2019, 4, 7, 0, 0, 5, 0, time.UTC), 1},
		{"cold_build_10y", 12, time.Date(2016, 11, 23, 0, 0, 5, 0, time.UTC), 1},
		{"cold_build_1y", 12, time.Date(2025, 11, 23, 0, 0, 5, 0, time.UTC), 1},
	} {
		cases = append(cases, withheld(d.name, 9600, 0.3, void(d.void, d.from, d.ahead), coldStart))
	}
	return append(cases,
		withheld("date_zero_v", 9600, 0.3, func(t time.Time, _ int) []Block {
			return one(gp.Void().Dated("000000").RMC(t))
		}, noFix).never(wrongBaud),
		withheld("date_zero_v_gga", 9600, 0.3, func(t time.Time, _ int) []Block {
			return one(gp.Void().Dated("000000").RMC(t), gp.Void().GGA(t))
		}, noFix).never(wrongBaud),
		withheld("date_zero", 9600, 0.3, func(t time.Time, _ int) []Block {
			return one(gp.Dated("000000").RMC(t), gp.GGA(t))
		}).never(wrongBaud),
		withheld("date_zero_zda", 9600, 0.3, func(t time.Time, _ int) []Block {
			return one(gp.GGA(t), gp.Sentence(string(gp.hms([]byte("GPZDA,"), t))+",00,00,0000,00,00"))
		}).never(wrongBaud),
		withheld("time_999999", 9600, 0.3, func(t time.Time, _ int) []Block {
			f := gp.Void().Timed("999999.99")
			return one(f.Dated("").RMC(t), f.GGA(t))
		}, noFix).never(wrongBaud),
		withheld("time_empty", 9600, 0.3, func(t time.Time, _ int) []Block {
			f := gp.Void().Timed("").Dated("")
			return one(f.RMC(t), f.GGA(t))
		}, noFix).never(wrongBaud),
		withheld("time_empty_rmc", 9600, 0.3, func(t time.Time, _ int) []Block {
			return one(gp.Void().Timed("").Dated("").RMC(t))
		}, noFix).never(wrongBaud),
		// The leading zero of the time is missing.
		withheld("shortime", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Timed(string(gp.Places(0).hms(nil, t))[1:] + ".00").RMC(t))
		}).never(wrongBaud),
		// A receiver that knows the satellites has a fix after two seconds. A clock may
		// withhold it, because it had no date.
		either("hot_start", 9600, 0.3, func(t time.Time, k int) []Block {
			if k < 2 {
				f := gp.Void().Timed("").Dated("")
				return one(f.RMC(t), f.GGA(t))
			}
			return one(fix(t))
		}),
		// The same with the time and the date of its own clock.
		published("hot_start_dated", 9600, 0.3, func(t time.Time, k int) []Block {
			if k < 2 {
				return one(gp.Void().RMC(t), gp.Void().GGA(t))
			}
			return one(fix(t))
		}).notBefore(2),
		// The fix is lost for 5 of 20 s.
		published("fix_lost", 9600, 0.3, func(t time.Time, k int) []Block {
			if k%20 >= 15 {
				return one(gp.Void().RMC(t), gp.Void().GGA(t))
			}
			return one(fix(t))
		}),
		// A timing receiver sends ZDA and no fix.
		withheld("rmc_v_zda", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.ZDA(t), gp.TXT("TIM"))
		}, "no sentence has a fix status", "no fix"),
		withheld("void", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Void().RMC(t), gp.Void().GGA(t))
		}, noFix),
	)
}

// leapWarningCases are u-blox receivers that do not know the leap seconds yet.
func leapWarningCases() []Case {
	// byDefault returns D while the leap seconds are those of the firmware.
	byDefault := func(yes bool) string {
		if yes {
			return "18D"
		}
		return "18"
	}
	return []Case{
		either("pubxD", 9600, 0.1, func(t time.Time, k int) []Block {
			return one(fix(t), gp.PUBX04(t, byDefault(k < 15)))
		}).notBefore(15),
		either("pubxD_20s", 9600, 0.1, func(t time.Time, k int) []Block {
			return one(fix(t), gp.PUBX04(t, byDefault(k < 20)))
		}).notBefore(20),
		// The firmware has one leap second too few: the time steps back.
		either("pubxD_step", 9600, 0.1, func(t time.Time, k int) []Block {
			if k < 20 {
				t = after(t, 1)
			}
			return one(fix(t), gp.PUBX04(t, byDefault(k < 20)))
		}).notBefore(20),
		// D for a single second.
		published("pubxD_once", 9600, 0.1, func(t time.Time, k int) []Block {
			return one(fix(t), gp.PUBX04(t, byDefault(k == 30)))
		}),
		// D in the first sentence of that kind only, PUBX,04 in one of five seconds.
		either("pubxD_mixed", 9600, 0.1, func(t time.Time, k int) []Block {
			if k%5 != 2 {
				return one(fix(t))
			}
			return one(fix(t), gp.PUBX04(t, byDefault(k < 5)))
		}),
		withheld("pubxD_always", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), gp.PUBX04(t, "18D"))
		}),
	}
}

// framingCases are sentences with other line ends, prefixes and tails.
func framingCases() (cases []Case) {
	cases = []Case{
		published("ponly_tail", 9600, 0.1, func(t time.Time, _ int) []Block {
			bare := gp.Ended("")
			return one([]byte("\r\n"), bare.RMC(t), []byte("\r\n"), bare.GGA(t), []byte("\r\n$PVEND,tail"))
		}),
		published("prompt_tail", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(standard(t), []byte("$GPTXT,no checksum here"))
		}),
		published("cronly", 9600, 0.1, func(t time.Time, _ int) []Block { return one(gp.Ended("\r").RMC(t), gp.Ended("\r").GGA(t)) }),
		published("lfonly", 9600, 0.1, func(t time.Time, _ int) []Block { return one(gp.Ended("\n").RMC(t), gp.Ended("\n").GGA(t)) }),
		published("noend", 9600, 0.1, func(t time.Time, _ int) []Block { return one(gp.Ended("").RMC(t), gp.Ended("").GGA(t)) }),
		published("crcrlf", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.Ended("\r\r\n").RMC(t), gp.Ended("\r\r\n").GGA(t))
		}),
		published("tagged", 9600, 0.1, func(t time.Time, _ int) []Block {
			tag := fmt.Appendf(nil, "\\s:GP0001,c:%d*00\\", t.Unix())
			return one(tag, gp.RMC(t), tag, gp.GGA(t))
		}),
		published("logger", 9600, 0.1, func(t time.Time, _ int) []Block {
			prefix := t.AppendFormat(nil, "[2006-01-02T15:04:05Z] ")
			return one(prefix, gp.RMC(t), prefix, gp.GGA(t))
		}),
		published("overlong", 115200, 0.1, func(t time.Time, _ int) []Block {
			return one(gp.RMC(t), []byte("$PLONG,"), bytes.Repeat([]byte("x"), 600), []byte("*00\r\n"), gp.GGA(t))
		}),
		published("overlong_tail", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), []byte("$PLONG,"), bytes.Repeat([]byte("x"), 300))
		}),
		withheld("no_checksums", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(regexp.MustCompile(`\*..`).ReplaceAll(standard(t), nil))
		}, noChecksums).never(wrongBaud),
		withheld("bad_checksums", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(bytes.ReplaceAll(standard(t), []byte("$G"), []byte("$H")))
		}, noChecksums).never(wrongBaud),
	}
	// A sentence checksum of one digit where the first is 0.
	zero := regexp.MustCompile(`\*0([0-9A-F])\r`)
	cases = append(cases, published("onedigit", 9600, 0.1, func(t time.Time, _ int) []Block {
		return one(zero.ReplaceAll(standard(t), []byte("*$1\r")))
	}).by(30))
	for _, tail := range []string{"$", "$GP", "$GPGGA,1200", "$GPRMC,120000.00,A", "*", "!AIVDM,1,1,,A", "\\s:x", "$PVEND,tail*"} {
		cases = append(cases, published("tail_"+strconv.Quote(tail), 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(standard(t), []byte(tail))
		}))
		cases = append(cases, published("tail_late_"+strconv.Quote(tail), 9600, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.7, []byte(tail))}
		}))
	}
	return cases
}

// binaryCases are streams with bytes that are not NMEA.
func binaryCases() []Case {
	novatel := func(t time.Time) []byte {
		return fmt.Appendf(nil, "#BESTPOSA,COM1,0,60.0,FINESTEERING,2300,%d.000,02000000,b1f6,16809;"+
			"SOL_COMPUTED,SINGLE,0.0,0.0,0.0,0.0,WGS84,1.0,1.0,1.0,\"\",0.0,0.0,30,30,30,30,00,06,39,33*deadbeef\r\n", t.Unix()%604800)
	}
	return []Case{
		published("sbf", 115200, 0.1, func(t time.Time, _ int) []Block {
			r, head := seeded(t), []byte("$@")
			return one(head, noise(r, 120), fix(t), head, noise(r, 200))
		}),
		published("sbf_tail_ascii", 115200, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), []byte("$@"), bytes.Repeat([]byte("A"), 30))
		}),
		published("rtcm", 115200, 0.1, func(t time.Time, _ int) []Block {
			head, data := []byte("\xd3\x03\x20"), noise(seeded(t), 800)
			back := slices.Clone(data)
			slices.Reverse(back)
			return one(head, data, gp.RMC(t), head, back, gp.GGA(t))
		}),
		published("novatel", 115200, 0.1, func(t time.Time, _ int) []Block {
			return one(novatel(t), fix(t), novatel(t))
		}),
		published("ksxt", 115200, 0.1, func(t time.Time, _ int) []Block {
			return one(gn.RMC(t), gn.GGA(t), t.AppendFormat([]byte("$KSXT,"), "20060102150405.00"),
				[]byte(",0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1,1,20,20,,,,0.0,0.0,0.0,,*DEADBEEF\r\n"))
		}),
		withheld("megabyte", 115200, 0.1, func(_ time.Time, k int) []Block {
			if k == 0 {
				return one([]byte("$"), bytes.Repeat([]byte("A"), 5000))
			}
			return one(bytes.Repeat([]byte("A"), 11400))
		}, wrongBaud).lasting(20),
		withheld("allff", 115200, 0, func(time.Time, int) []Block {
			return one(bytes.Repeat([]byte{0xff}, 11400))
		}, wrongBaud).lasting(20),
		withheld("noise", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(noise(seeded(t), 400))
		}, wrongBaud).lasting(20),
		// A binary message in a block of its own.
		published("ubx_half", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.5, []byte("\xb5\x62\x01\x07\x5c\x00"), noise(seeded(t), 94))}
		}),
		published("ubx_late", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.9, []byte("\xb5\x62\x01\x07\x5c\x00"), noise(seeded(t), 94))}
		}),
		// A byte of noise between bursts, and shortly before one.
		published("nul_half", 9600, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, standard(t)), at(0.7, []byte{0})}
		}),
		published("nul_anywhere", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, standard(t)), at(0.2+0.75*seeded(t).Float64(), []byte{0})}
		}).within(50 * time.Millisecond),
		published("crlf_half", 9600, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.5, []byte("\r\n"))}
		}),
		// A bit of one sentence in each burst is damaged.
		published("flipped", 9600, 0.1, func(t time.Time, _ int) []Block {
			b, r := standard(t), seeded(t)
			b[r.IntN(len(b))] ^= 1 << r.IntN(7)
			return one(b)
		}),
	}
}

// busCases have instruments of a ship on the same line.
func busCases() []Case {
	instrument := func(r *rand.Rand, t time.Time) []byte {
		switch r.IntN(4) {
		case 0:
			return gp.Sentence(fmt.Sprintf("WIMWV,%03d,R,5.0,N,A", r.IntN(360)))
		case 1:
			return gp.Sentence(fmt.Sprintf("HEHDT,%05.1f,T", r.Float64()*360))
		case 2:
			return gp.Sentence("SDDBT,10.0,f,3.0,M,1.6,F")
		}
		return fmt.Appendf(nil, "\\s:AIS1,c:%d*00\\!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n", t.Unix())
	}
	marine := func(n int) second {
		return func(t time.Time, _ int) []Block {
			r := seeded(t)
			blocks := []Block{at(0, fix(t), gp.ZDA(t))}
			for range n {
				blocks = append(blocks, at(r.Float64(), instrument(r, t)))
			}
			return blocks
		}
	}
	return []Case{
		published("marine", 38400, 0.1, marine(8)).within(50 * time.Millisecond),
		published("marine_few", 38400, 0.1, marine(2)).within(50 * time.Millisecond),
		published("marine_many", 38400, 0.1, marine(20)).within(80 * time.Millisecond),
		published("marine_9600", 9600, 0.1, marine(3)).within(150 * time.Millisecond),
		published("hdt10", 38400, 0.1, func(t time.Time, _ int) []Block {
			blocks := []Block{at(0, fix(t))}
			for i := range 10 {
				blocks = append(blocks, at(0.03+0.1*float64(i), gp.Sentence(fmt.Sprintf("HEHDT,%05.1f,T", float64(i)*10))))
			}
			return blocks
		}),
		published("hdt10_9600", 9600, 0.1, func(t time.Time, _ int) []Block {
			blocks := []Block{at(0, fix(t))}
			for i := range 10 {
				blocks = append(blocks, at(0.07+0.1*float64(i), gp.Sentence(fmt.Sprintf("HEHDT,%05.1f,T", float64(i)*10))))
			}
			return blocks
		}).within(60 * time.Millisecond),
	}
}

// fieldCases have unusual fields.
func fieldCases() []Case {
	estimated, lost, differential := gp.As("GN"), gp, gn
	estimated.Nav = "V"
	differential.Mode, differential.Nav, differential.Modes = "D", "V", "DDNANN"
	lost.NoMode = true
	fixed := estimated
	fixed.Mode, fixed.Quality = "R", "4"
	zoned := gp
	zoned.Zone = "-03,30"
	return []Case{
		published("gnsD", 9600, 0.1, func(t time.Time, _ int) []Block { return one(differential.GNS(t), differential.RMC(t)) }),
		published("nav14V", 9600, 0.1, func(t time.Time, _ int) []Block { return one(estimated.RMC(t), gn.GGA(t)) }),
		published("modeR", 9600, 0.1, func(t time.Time, _ int) []Block { return one(fixed.RMC(t), fixed.GGA(t)) }),
		// Dead reckoning for 5 of 20 s.
		published("mode_e_dr", 9600, 0.1, func(t time.Time, k int) []Block {
			f := estimated
			if k%20 >= 15 {
				f.Mode, f.Quality = "E", "6"
			}
			return one(f.RMC(t), f.GGA(t))
		}),
		published("zone", 9600, 0.1, func(t time.Time, _ int) []Block { return one(fix(t), zoned.ZDA(t)) }),
		published("statusL", 9600, 0.1, func(t time.Time, k int) []Block {
			f := lost
			if k%10 >= 7 {
				f.Status = "L"
			}
			return one(f.RMC(t))
		}).pulsed(Either),
	}
}
