package sim

import (
	"cmp"
	"math"
	"math/rand/v2"
	"time"
)

// A Receiver is a simulated GPS receiver, made by [New]. It is not safe for concurrent use,
// except that pulses and bursts may be generated concurrently.
type Receiver struct {
	profile  Profile
	baud     int
	wire     wire
	timeline timeline
	floating bool // whether Config has no Start
	rate     int
	delay    time.Duration
	jitter   time.Duration
	inView   int
	varying  bool
	ubx      bool
	proof    time.Duration
	sky      []constellation
	faults   []*active
	stalled  []span // when no byte gets through
	seed     uint64

	// Timing, sky and faults have separate random numbers, so that a fault does not change
	// the timing.
	timing, sighting *rand.Rand

	index int           // of the next burst
	idle  time.Duration // when the wire is free again
}

// Streams of random numbers from one seed.
const (
	streamTiming = iota
	streamSky
	streamFrames
	streamLink
	streamPulse
)

// Streams of random numbers of a fault, counted from the hash of its name.
const (
	streamPort   = iota // the bursts
	streamStrike        // the pulses, which may be generated concurrently
)

func assemble(config Config, profile Profile, faults []Fault) *Receiver {
	for _, fault := range faults {
		if fault.configure != nil {
			fault.configure(&config, &profile)
		}
	}
	r := &Receiver{
		profile:  profile,
		baud:     cmp.Or(config.Baud, profile.Baud),
		timeline: timeline{start: config.Start.UTC()},
		rate:     cmp.Or(config.Rate, 1),
		idle:     math.MinInt64,
		seed:     config.Seed,
		delay:    profile.Delay,
		jitter:   profile.Jitter,
		inView:   cmp.Or(config.Satellites, profile.sky[0].inView),
		varying:  config.Varying || profile.varying,
		timing:   rand.New(rand.NewPCG(config.Seed, streamTiming)),
		sighting: rand.New(rand.NewPCG(config.Seed, streamSky)),
	}
	if r.ubx, r.proof = config.UBX, config.Proof; r.ubx && config.Baud == 0 {
		r.baud = max(r.baud, ubxBaud)
	}
	if config.Delay != nil {
		r.delay = *config.Delay
	}
	if config.Jitter != nil {
		r.jitter = *config.Jitter
	}
	r.wire = serialWire(r.baud, config.BaudError)
	if config.USB {
		r.baud = 0
		frames := rand.New(rand.NewPCG(config.Seed, streamFrames))
		r.wire = wire{phase: time.Duration(frames.Int64N(int64(usbFrame)))}
	}
	for _, view := range profile.sky {
		r.sky = append(r.sky, rise(view.talker, r.sighting))
	}
	if config.Start.IsZero() {
		r.floating = true
		r.timeline.start = DefaultStart
	}
	for _, fault := range faults {
		r.faults = append(r.faults, fault.activate(config.Seed, streamPort))
		if fault.stalled != (span{}) {
			r.stalled = append(r.stalled, fault.stalled)
		}
		if fault.schedule != nil {
			fault.schedule(&r.timeline)
			r.floating = false
		}
	}
	return r
}

// Start returns the UTC second of the first epoch, at true time 0.
func (r *Receiver) Start() time.Time { return r.timeline.start }

// Baud returns the baud rate of the port; 0 for native USB.
func (r *Receiver) Baud() int { return r.baud }

// Delay returns the mean delay of a burst after its pulse.
func (r *Receiver) Delay() time.Duration { return r.delay }

// Profile returns the receiver's profile.
func (r *Receiver) Profile() Profile { return r.profile }

// Next returns the burst of the next epoch. There is always a next one.
func (r *Receiver) Next() Burst {
	epoch := time.Duration(r.index) * time.Second / time.Duration(r.rate)
	s := r.solve(epoch)
	b := Burst{
		Index:  r.index,
		Epoch:  epoch,
		Start:  r.begin(epoch),
		Second: s.second,
		Label:  s.label,
		Valid:  s.valid,
		wire:   r.wire,

		stalled: r.stalled,
	}
	if r.ubx && !s.silent {
		b.Bytes = composeUBX(s, r.proof)
	}
	for _, next := range r.sentences(s) {
		if next.wait > 0 {
			b.Pauses = append(b.Pauses, Pause{Before: len(b.Bytes), For: next.wait})
		}
		b.Bytes = append(b.Bytes, next.text...)
	}
	r.index++
	r.idle = b.Start
	if n := len(b.Bytes); n > 0 {
		r.idle = b.sent(n - 1)
	}
	return b
}

// begin returns when the burst of an epoch starts. A burst waits for the end of the
// previous one.
func (r *Receiver) begin(epoch time.Duration) time.Duration {
	jitter := time.Duration(r.timing.NormFloat64() * float64(r.jitter))
	start := epoch + r.delay + r.profile.swing(epoch) + jitter
	for _, fault := range r.faults {
		if fault.delay != nil {
			start += fault.delay(epoch)
		}
	}
	return max(start, r.idle)
}

// solve returns the solution of an epoch, with faults.
func (r *Receiver) solve(epoch time.Duration) *solution {
	second, label := r.timeline.second(epoch)
	s := &solution{
		at: epoch, second: second, label: label,
		valid: true, mode: 'A', grade: 1,
		latitude: 3531_45678 + r.sighting.IntN(9), longitude: 1462_31234 + r.sighting.IntN(9),
		altitude: 4512 + r.sighting.IntN(3), speed: 10 + r.sighting.IntN(60),
		sky: r.look(epoch), dialect: r.profile.dialect, wire: r.wire,
	}
	s.unproven(r.proof)
	for _, fault := range r.faults {
		if fault.alter != nil {
			fault.alter(s)
		}
	}
	return s
}

// look returns the sky at an epoch.
func (r *Receiver) look(at time.Duration) (sky []constellation) {
	for i, view := range r.profile.sky {
		inView := view.inView
		if i == 0 {
			inView = r.inView
			if r.varying {
				inView = r.sighting.IntN(r.inView + 1)
			}
		}
		sky = append(sky, r.sky[i].seen(at, inView, view.used, r.sighting))
	}
	return sky
}

// sentences returns the sentences of a solution, with faults.
func (r *Receiver) sentences(s *solution) (sentences []sentence) {
	if s.silent {
		return nil
	}
	for _, composer := range r.profile.order {
		sentences = append(sentences, composer(s)...)
	}
	for _, fault := range r.faults {
		if fault.edit != nil {
			sentences = fault.edit(s, fault, sentences)
		}
	}
	return sentences
}

// shaped returns a pulse with the faults applied.
func (r *Receiver) shaped(p Pulse) Pulse {
	for _, fault := range r.faults {
		if fault.shape != nil {
			fault.shape(&p)
		}
	}
	return p
}

// disturbing returns the faults that change single pulses.
func (r *Receiver) disturbing() (faults []*active) {
	for _, fault := range r.faults {
		if fault.disturb != nil {
			faults = append(faults, fault.activate(r.seed, streamStrike))
		}
	}
	return faults
}

// clocked returns a clock with the faults applied.
func (r *Receiver) clocked(c Clock) Clock {
	for _, fault := range r.faults {
		if fault.setClock != nil {
			fault.setClock(&c, r.Start())
		}
	}
	return c
}
