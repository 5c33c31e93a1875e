package streamtest

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// A Placement is a receiver that sends a block without a time after its burst. Without a
// pulse, the samples are late by Delay.
type Placement struct {
	Stream
	Pulse   bool
	Silence time.Duration // from the end of the block to the next burst, without jitter
}

// touches is the longest silence for which a block touches the next burst: a clock need
// not separate them.
const touches = 40 * time.Millisecond

// A burst is what a receiver sends at the start of each second.
type burst struct {
	name string
	make func(t time.Time) []byte
}

// A trail is a block without a time.
type trail struct {
	name string
	data []byte
}

var bursts = []burst{
	{"RMC+GGA", fix},
	{"GGA+RMC", func(t time.Time) []byte { return join(gp.GGA(t), gp.RMC(t)) }},
	{"ZDA+GGA", func(t time.Time) []byte { return join(gp.ZDA(t), gp.GGA(t)) }},
}

func trails() []trail {
	list := []trail{{"PMTK", gp.Sentence("PMTKLOG,1,2,3")}}
	for n := 1; n <= 4; n++ {
		list = append(list, trail{fmt.Sprintf("GSA+%dGSV", n), join(gp.GSA(), gp.GSV(n))})
	}
	return list
}

var (
	gridBauds  = []int{4800, 9600, 38400, 115200}
	gridDelays = []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond}
)

// Grid returns placements of a block at regular positions that leave a silence before the
// next burst.
func Grid() (list []Placement) {
	eachGrid(func(s setting) {
		for position := 300 * time.Millisecond; position <= 950*time.Millisecond; position += 50 * time.Millisecond {
			if p := s.place(position); p.Silence > touches {
				list = append(list, p)
			}
		}
	})
	return list
}

// Touching returns placements of a block just before the next burst.
func Touching() (list []Placement) {
	eachGrid(func(s setting) {
		for silence := time.Duration(0); silence <= touches; silence += touches / 4 {
			position := time.Second - silence - WireTime(len(s.trail.data), s.baud)
			if p := s.place(position); p.Silence == silence {
				list = append(list, p)
			}
		}
	})
	return list
}

// eachGrid calls f for each setting of the grid.
func eachGrid(f func(setting)) {
	for _, baud := range gridBauds {
		for _, delay := range gridDelays {
			for _, b := range bursts {
				for _, t := range trails() {
					for _, pulse := range []bool{false, true} {
						f(setting{baud: baud, delay: delay, burst: b, trail: t, pulse: pulse})
					}
				}
			}
		}
	}
}

// Random returns n random placements that leave a silence before the next burst.
func Random(n int, seed uint64) []Placement {
	r := rand.New(rand.NewPCG(seed, 3))
	between := func(low, high time.Duration) time.Duration { return low + time.Duration(r.Int64N(int64(high-low))) }
	list := make([]Placement, 0, n)
	for len(list) < n {
		s := setting{
			baud: gridBauds[r.IntN(len(gridBauds))], delay: between(30*time.Millisecond, 700*time.Millisecond),
			burst: bursts[r.IntN(len(bursts))], pulse: r.IntN(2) == 0,
			jitter: between(0, 5*time.Millisecond), fifo: []int{1, 8, 16}[r.IntN(3)], seed: r.Uint64(),
		}
		// Any size, unlike in the grid.
		for range 1 + r.IntN(5) {
			switch r.IntN(5) {
			case 0:
				s.trail = trail{s.trail.name + "+VTG", join(s.trail.data, gp.VTG())}
			case 1:
				s.trail = trail{s.trail.name + "+GSA", join(s.trail.data, gp.GSA())}
			case 2:
				text := make([]byte, 1+r.IntN(60))
				for i := range text {
					text[i] = 'A' + byte(r.IntN(26))
				}
				s.trail = trail{fmt.Sprintf("%s+TXT%d", s.trail.name, len(text)), join(s.trail.data, gp.TXT(string(text)))}
			default:
				k := 1 + r.IntN(4)
				s.trail = trail{fmt.Sprintf("%s+%dGSV", s.trail.name, k), join(s.trail.data, gp.GSV(k))}
			}
		}
		s.trail.name = s.trail.name[1:]
		if p := s.place(between(250*time.Millisecond, 970*time.Millisecond)); p.Silence > touches+s.jitter {
			list = append(list, p)
		}
	}
	return list
}

// A setting is a placement without its position.
type setting struct {
	baud   int
	delay  time.Duration
	burst  burst
	trail  trail
	pulse  bool
	jitter time.Duration
	fifo   int
	seed   uint64
}

// place returns the placement at a position, which counts from the start of the burst.
func (s setting) place(position time.Duration) Placement {
	begins := max(position, WireTime(len(s.burst.make(DefaultStart)), s.baud))
	name := fmt.Sprintf("%s,%s@%v,%d baud,delay %v", s.burst.name, s.trail.name,
		position.Round(100*time.Microsecond), s.baud, s.delay.Round(100*time.Microsecond))
	if s.jitter > 0 {
		name += fmt.Sprintf(",jitter %v,fifo %d", s.jitter.Round(100*time.Microsecond), s.fifo)
	}
	if s.pulse {
		name += ",pulse"
	}
	return Placement{
		Stream: Stream{
			Name: name, Baud: s.baud, Delay: s.delay, Jitter: s.jitter, Seed: s.seed, FIFO: s.fifo,
			Second: func(t time.Time, _ int) []Block {
				return []Block{{Data: s.burst.make(t)}, {At: position, Data: s.trail.data}}
			},
		},
		Pulse:   s.pulse,
		Silence: time.Second - begins - WireTime(len(s.trail.data), s.baud),
	}
}
