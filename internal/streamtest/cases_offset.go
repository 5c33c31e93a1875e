package streamtest

import (
	"fmt"
	"time"
)

// blockCases have blocks without a time apart from their burst; see Grid for more.
func blockCases() (cases []Case) {
	trail := func(offset float64, data ...[]byte) second {
		return func(t time.Time, _ int) []Block { return []Block{at(0, fix(t)), at(offset, data...)} }
	}
	cases = []Case{
		published("trail_late", 9600, 0.1, trail(0.8, gp.GSA(), gp.GSV(1))),
		published("trail_late2", 9600, 0.1, trail(0.86, gp.Sentence("PMTKLOG,1,2,3"))),
	}
	for _, offset := range []float64{0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95} {
		c := published(fmt.Sprint("tr_", offset), 38400, 0.1, trail(offset, gp.GSA(), gp.GSV(1)))
		switch offset {
		case 0.75:
			c = c.pulsed(Either)
		case 0.95: // the remaining silence is 21 ms
			c = c.pulsed(Either).within(wrongSecond)
			c.Alone.Verdict = Either
		}
		cases = append(cases, c)
	}
	for _, offset := range []float64{0.45, 0.5, 0.55, 0.6, 0.65, 0.7} {
		c := published(fmt.Sprintf("gsvb_%v_3", offset), 9600, 0.05, trail(offset, gp.GSA(), gp.GSV(3)))
		switch offset {
		case 0.6:
			c = c.pulsed(Either)
		case 0.7: // the block touches the next burst
			c = c.pulsed(Either).within(wrongSecond)
			c.Alone.Verdict = Either
		}
		cases = append(cases, c)
	}
	return append(cases,
		// Only some seconds have the block.
		published("trail_even", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.6, every(t, 2, gp.GSV(3)))}
		}),
		published("trail_5s", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.75, every(t, 5, gp.GSV(4)))}
		}),
		published("trail_5s_late", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.9, every(t, 5, gp.GSV(1)))}
		}),
		published("gsv_5s", 9600, 0.1, func(t time.Time, _ int) []Block {
			return one(fix(t), every(t, 5, gp.GSV(4)))
		}),
		// The size of the block changes each second.
		published("trail_size", 38400, 0.1, func(t time.Time, k int) []Block {
			return []Block{at(0, fix(t)), at(0.7, gp.GSV(1+k%4))}
		}),
		// The block moves through the second.
		published("trail_walk", 38400, 0.1, func(t time.Time, k int) []Block {
			return []Block{at(0, fix(t)), at(0.3+0.01*float64(k%60), gp.GSV(2))}
		}),
		published("trail_anywhere", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.2+0.7*seeded(t).Float64(), gp.GSV(2))}
		}),
		// Several blocks in a second.
		published("trail_three", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.25, gp.GSA()), at(0.5, gp.GSV(3)), at(0.75, gp.VTG())}
		}),
		published("trail_three_late", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.3, gp.GSA()), at(0.6, gp.GSV(3)), at(0.9, gp.VTG())}
		}),
		// The block starts, or ends, after half a minute.
		published("trail_begins", 38400, 0.1, func(t time.Time, k int) []Block {
			if k < 30 {
				return one(fix(t))
			}
			return []Block{at(0, fix(t)), at(0.7, gp.GSV(3))}
		}),
		published("trail_ends", 38400, 0.1, func(t time.Time, k int) []Block {
			if k >= 30 {
				return one(fix(t))
			}
			return []Block{at(0, fix(t)), at(0.7, gp.GSV(3))}
		}),
		// The block moves after half a minute.
		published("trail_moves", 38400, 0.1, func(t time.Time, k int) []Block {
			offset := 0.3
			if k >= 30 {
				offset = 0.8
			}
			return []Block{at(0, fix(t)), at(offset, gp.GSV(3))}
		}),
		// One of the block's sentences has the time.
		published("trail_gll", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.6, gp.GSV(3), gp.GLL(t))}
		}),
		published("trail_gll_late", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.8, gp.GSV(3), gp.GLL(t))}
		}),
		published("trail_and_zda", 38400, 0.1, func(t time.Time, _ int) []Block {
			return []Block{at(0, fix(t)), at(0.2, gp.ZDA(t)), at(0.7, gp.GSV(3))}
		}),
		// The machine begins to listen in the middle of a burst, and at the block.
		published("joined_midway", 9600, 0.1, func(t time.Time, k int) []Block {
			if k == 0 {
				return []Block{at(0.2, standard(t)[200:])}
			}
			return one(standard(t))
		}),
		published("joined_at_trail", 38400, 0.1, func(t time.Time, k int) []Block {
			block := at(0.7, gp.GSA(), gp.GSV(3))
			if k == 0 {
				return []Block{block}
			}
			return []Block{at(0, fix(t)), block}
		}),
		// A receiver of 5 Hz that sends a block after its first report.
		published("hz5_trail", 115200, 0.05, func(t time.Time, _ int) []Block {
			blocks := []Block{at(0.1, gp.GSA(), gp.GSV(4))}
			for i := range 5 {
				part := 0.2 * float64(i)
				blocks = append(blocks, at(part, gn.RMC(after(t, part)), gn.GGA(after(t, part))))
			}
			return blocks
		}),
	)
}

// offsetCases have a second block with a time, at each offset.
func offsetCases() (cases []Case) {
	const step = 0.05
	for i := 1; float64(i)*step < 0.93; i++ {
		d := float64(i) * step
		name := func(kind string, n int) string { return fmt.Sprintf("%s_%.2f_%+d", kind, d, n) }
		// pair returns a case with the burst and another block. With d = 0.05 they may be one
		// burst.
		pair := func(make func(string, int, float64, second) Case, kind string, n int, first, then func(time.Time) []byte) Case {
			return make(name(kind, n), 38400, 0.1, func(t time.Time, _ int) []Block {
				return []Block{at(0, first(t)), at(d, then(t))}
			})
		}
		moved := func(f func(time.Time) []byte, n int) func(time.Time) []byte {
			return func(t time.Time) []byte { return f(after(t, float64(n))) }
		}
		other := func(t time.Time) []byte { return join(gl.RMC(t), gl.GGA(t)) }

		// The block has the same second. If the sentences of a burst are more than half a
		// second apart, the receiver may send the next second in one of them: see rgn and gzn.
		apart := published
		if d > 0.42 {
			apart = either
		}
		cases = append(cases,
			pair(published, "zs", 0, fix, gp.ZDA),
			pair(published, "gs", 0, fix, gp.GLL),
			pair(apart, "rg", 0, gp.RMC, gp.GGA),
			// The block with the date counts.
			pair(apart, "gr", 0, gp.GGA, gp.RMC).late(0.1+d/2).within(inSeconds(d/2)+usualWithin),
			pair(apart, "gz", 0, gp.GGA, gp.ZDA).late(0.1+d/2).within(inSeconds(d/2)+usualWithin),
			// Two receivers that agree look like two that are a second apart: see below.
			pair(either, "x2", 0, fix, other).within(inSeconds(min(d, 0.28))+usualWithin),
			pair(published, "lead", 0, func(time.Time) []byte { return gp.GSV(2) }, fix).leading(d),
		)
		// The block has another second.
		for _, n := range []int{-1, +1, +2} {
			cases = append(cases,
				pair(either, "zn", n, fix, moved(gp.ZDA, n)).notLast(settling).ahead(d, n),
				pair(either, "gll", n, fix, moved(gp.GLL, n)).notLast(settling).ahead(d, n),
				pair(either, "grn", n, moved(gp.GGA, n), gp.RMC).late(0.1+d),
			)
			if n != 1 || d < 0.48 {
				cases = append(cases,
					pair(either, "rgn", n, gp.RMC, moved(gp.GGA, n)).notLast(settling),
					pair(either, "gzn", n, gp.GGA, moved(gp.ZDA, n)),
				)
			}
			if n != 2 {
				cases = append(cases,
					pair(either, "x2", n, fix, moved(other, n)).disagreeing(d, n),
					pair(either, "y2", n, moved(other, n), fix).late(0.1+d).disagreeing(d, -n),
					pair(either, "same2", n, fix, moved(fix, n)).disagreeing(d, n),
				)
			}
		}
	}
	for i := range cases {
		cases[i].Seconds = 40
	}
	return cases
}

// leading returns the case for a block without a time d before the burst. A clock may treat
// either as the start of the burst. If the pause is longer than half a second, the block
// belongs to the previous burst.
func (c Case) leading(d float64) Case {
	if d > 0.5 {
		return c.late(0.1 + d).pulseAmbiguous()
	}
	return c.late(0.1 + d/2).within(inSeconds(d/2) + usualWithin)
}

// pulseAmbiguous returns the case, which need not be published with a pulse if its delay
// is nearly a second.
func (c Case) pulseAmbiguous() Case {
	if c.Late > 800*time.Millisecond {
		c = c.pulsed(Either)
	}
	return c
}

// disagreeing returns the case of two receivers. The second one sends d later and is n
// seconds ahead. No sample may be published, unless d is so large that both send the same
// second at nearly the same time: then they may be treated as one receiver.
func (c Case) disagreeing(d float64, n int) Case {
	c.Alone = Expect{Verdict: Withheld, Reasons: disagreement}
	if n == 1 && d > nearlyNext {
		c.Alone = Expect{Verdict: Either, Within: wrongSecond}
	}
	c.Pulsed = c.Alone
	return c
}

// ahead returns the case of a block d after the burst, with a second n seconds ahead. If d
// is large, a clock may treat the block as the start of the next burst.
func (c Case) ahead(d float64, n int) Case {
	if n == 1 && d > nearlyNext {
		c.Alone.Within = wrongSecond
	}
	return c
}

// nearlyNext is the smallest d with which a clock may treat a block as the start of the
// next burst without publishing a wrong second.
const nearlyNext = 0.72

// glitchCases are receivers that are wrong or silent for a while.
func glitchCases() []Case {
	// glitch returns a receiver that is ahead between two seconds.
	glitch := func(from, to int, ahead float64) second {
		return func(t time.Time, k int) []Block {
			if k >= from && k < to {
				t = after(t, ahead)
			}
			return one(fix(t))
		}
	}
	// silent returns a receiver that is silent in the seconds for which is returns true.
	silent := func(is func(k int) bool) second {
		return func(t time.Time, k int) []Block {
			if is(k) {
				return nil
			}
			return one(fix(t))
		}
	}
	return []Case{
		published("ahead_once", 38400, 0.1, glitch(30, 31, 1)),
		published("behind_once", 38400, 0.1, glitch(30, 31, -1)),
		published("ahead_3s", 38400, 0.1, glitch(30, 33, 1)),
		published("behind_3s", 38400, 0.1, glitch(30, 33, -1)),
		published("ahead_6s", 38400, 0.1, glitch(30, 36, 1)),
		published("behind_6s", 38400, 0.1, glitch(30, 36, -1)),
		// The count of a pulse may restart after eight consistent seconds.
		published("ahead_8s", 38400, 0.1, glitch(30, 38, 1)).pulsed(Skip),
		published("behind_8s", 38400, 0.1, glitch(30, 38, -1)).pulsed(Skip),
		published("ahead_day", 38400, 0.1, glitch(30, 33, 86400)),
		published("silent_2s", 38400, 0.1, silent(func(k int) bool { return k >= 30 && k < 32 })),
		published("silent_8s", 38400, 0.1, silent(func(k int) bool { return k >= 30 && k < 38 })),
		published("silent_15s", 38400, 0.1, silent(func(k int) bool { return k >= 30 && k < 45 })),
		published("silent_third", 38400, 0.1, silent(func(k int) bool { return k%3 == 2 })).by(30),
		// One burst in ten is 0.35 s late.
		published("late_tenth", 38400, 0.1, func(t time.Time, k int) []Block {
			if k%10 == 9 {
				return []Block{at(0.35, fix(t))}
			}
			return one(fix(t))
		}),
	}
}
