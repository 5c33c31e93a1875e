package settings

import (
	"log/slog"
	"testing"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/nmea"
)

// With real time, the goroutines of the drivers get threads if they wait for the hardware
// themselves; a network card and a modem line have goroutines of their own. Without it, none
// does.
func TestRealtimeThreads(t *testing.T) {
	enter := func() (leave func()) { return func() {} }
	for source, waits := range map[string]bool{
		"auto": true, "/dev/pps0": true, "gpio:GPIO18": true, "ldisc:/dev/ttyS0": true, "phc:eth0": false, "dcd:/dev/ttyS0": false,
	} {
		for _, env := range []Env{{Log: slog.New(slog.DiscardHandler), Enter: enter}, {Log: slog.New(slog.DiscardHandler)}} {
			on := env.Enter != nil
			s := newGPSSettings()
			s.pps = source
			c, _, err := s.configure(env)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Enter != nil; got != on {
				t.Errorf("%s, real time %v: the port enters %v", source, on, got)
			}
			if got := c.Pulse.Enter != nil; got != (on && waits) {
				t.Errorf("%s, real time %v: the pulse enters %v", source, on, got)
			}
		}
	}
}

// With real time, reads of the port block their thread.
func TestRealtimePort(t *testing.T) {
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	for _, enter := range []func() func(){nil, func() func() { return func() {} }} {
		s := newGPSSettings()
		s.device, s.baud, s.pps = line.Name(), 9600, none
		c, _, err := s.configure(Env{Log: slog.New(slog.DiscardHandler), Built: nmea.Date{}, Enter: enter})
		if err != nil {
			t.Fatal(err)
		}
		port, err := c.Open()
		if err != nil {
			t.Fatal(err)
		}
		if got := port.(interface{ Blocks() bool }).Blocks(); got != (enter != nil) {
			t.Errorf("real time %v: reads block %v", enter != nil, got)
		}
		port.Close()
	}
}
