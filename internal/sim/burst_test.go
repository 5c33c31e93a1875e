package sim_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// punctual returns config without jitter, with a delay of 100 ms.
func punctual(config sim.Config) sim.Config {
	config.Delay, config.Jitter = new(100*time.Millisecond), new(time.Duration)
	return config
}

func TestArrival(t *testing.T) {
	for name, test := range map[string]struct {
		config sim.Config
		index  int
		want   time.Duration
	}{
		"first byte":        {sim.Config{Baud: 9600}, 0, 101_041_666},
		"its hundredth":     {sim.Config{Baud: 9600}, 99, 204_166_666},
		"2 % slow":          {sim.Config{Baud: 9600, BaudError: -20_000}, 599, 737_755_101},
		"2 % fast":          {sim.Config{Baud: 9600, BaudError: 20_000}, 599, 712_745_097},
		"fast port":         {sim.Config{Baud: 115200}, 99, 108_680_555},
		"profile's own":     {sim.Config{Profile: "garmin"}, 99, 308_333_333},
		"before the pause":  {sim.Config{Profile: "sirf"}, 292, 405_208_333},
		"after the pause":   {sim.Config{Profile: "sirf"}, 305, 430_750_000},
		"pause at 38400 Bd": {sim.Config{Profile: "sirf", Baud: 38400}, 305, 191_687_499},
	} {
		t.Run(name, func(t *testing.T) {
			b := receiver(t, punctual(test.config)).Next()
			if b.Start != 100*time.Millisecond {
				t.Fatalf("starts at %v", b.Start)
			}
			if got := b.Arrival(test.index); got < test.want-1 || got > test.want+1 {
				t.Errorf("byte %d arrives at %d ns, want %d", test.index, got, test.want)
			}
		})
	}
}

func TestNegativeDelay(t *testing.T) {
	ahead := sim.Config{Delay: new(-10 * time.Millisecond), Jitter: new(time.Duration)}
	for i, b := range bursts(t, ahead, 3) {
		if want := time.Duration(i)*time.Second - 10*time.Millisecond; b.Start != want {
			t.Errorf("burst %d starts at %v, want %v", i, b.Start, want)
		}
	}
}

func TestPausePosition(t *testing.T) {
	b := receiver(t, sim.Config{Profile: "sirf"}).Next()
	if len(b.Pauses) != 1 || b.Pauses[0].For != 12*time.Millisecond {
		t.Fatalf("pauses %v, want one of 12 ms", b.Pauses)
	}
	if got := string(b.Bytes[b.Pauses[0].Before:][:6]); got != "$GPRMC" {
		t.Errorf("the pause is before %q, want $GPRMC", got)
	}
}

func TestUSBFrames(t *testing.T) {
	r := receiver(t, sim.Config{USB: true})
	var phase time.Duration
	for i := range 100 {
		b := r.Next()
		first := b.Arrival(0)
		if late := first - b.Start; late < 0 || late >= time.Millisecond {
			t.Fatalf("the first packet is %v after the start, want less than a frame", late)
		}
		if i == 0 {
			phase = first % time.Millisecond
		}
		if first%time.Millisecond != phase {
			t.Fatalf("a frame at %v, want all at the same phase %v", first, phase)
		}
		for _, packet := range []struct{ index, frame int }{{63, 0}, {64, 1}, {127, 1}, {128, 2}, {600, 9}} {
			if got := b.Arrival(packet.index) - first; got != milliseconds(packet.frame) {
				t.Fatalf("byte %d is %v after the first, want frame %d", packet.index, got, packet.frame)
			}
		}
	}
}

func TestLongBurstsQueue(t *testing.T) {
	all := bursts(t, punctual(sim.Config{Profile: "multi", Baud: 4800}), 3)
	for i, b := range all[1:] {
		if b.Start != all[i].End() {
			t.Errorf("burst %d starts at %v, want the end %v of the previous one", b.Index, b.Start, all[i].End())
		}
		if b.Epoch != time.Duration(b.Index)*time.Second {
			t.Errorf("burst %d is of %v", b.Index, b.Epoch)
		}
	}
	if end := all[0].End() - all[0].Start; end < 1800*time.Millisecond {
		t.Errorf("the burst takes %v at 4800 baud, want nearly two seconds", end)
	}
}

func TestSilentBurst(t *testing.T) {
	b := bursts(t, sim.Config{Faults: []string{"silence"}}, 31)[30]
	if b.End() != b.Start {
		t.Errorf("a burst of %d bytes takes %v", len(b.Bytes), b.End()-b.Start)
	}
}
