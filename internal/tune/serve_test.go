package tune

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/tune/responder"
	"github.com/refclock/refclock/nmea"
)

// shortSecond is a second of a receiver on a pseudo-terminal.
const shortSecond = 40 * time.Millisecond

// onTerminal puts the receiver of a trial on a pseudo-terminal.
func onTerminal(t *testing.T, model string) *trial {
	t.Helper()
	trial := newTrial(model)
	served, err := responder.Serve(trial.receiver, t.TempDir(), shortSecond)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(served.Close)
	trial.config.Open = func(baud int) (Port, error) {
		port, err := serialport.OpenWritable(served.Name, baud)
		if err != nil {
			return nil, err
		}
		return port, nil
	}
	trial.config.Now, trial.config.Sleep = nmea.Now, time.Sleep
	trial.config.Timing.Settle = shortSecond
	return trial
}

// Over a pseudo-terminal, with a real port: each family is changed and restored.
func TestTuneOnTerminal(t *testing.T) {
	for _, model := range responder.Models() {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			trial := onTerminal(t, model)
			before := trial.receiver.Snapshot()
			result, err := Tune(context.Background(), trial.config)
			if err != nil || !result.Waits && trial.receiver.Baud() != 115200 {
				t.Fatalf("%v, %d baud\n%v", err, trial.receiver.Baud(), trial)
			}
			checkUndo(t, trial, before)
		})
	}
}

// Over a pseudo-terminal, which disappears when the receiver is unplugged, and whose bytes
// are garbage at a wrong rate: a failure at the last command, the baud rate, is undone.
func TestFaultsOnTerminal(t *testing.T) {
	for _, model := range []string{"u-blox-8", "u-blox-10", "mediatek", "casic"} {
		for _, fate := range []responder.Fate{responder.Refuse, responder.PowerLoss, responder.Unplug, responder.OtherBaud, responder.Pretend} {
			t.Run(model+", "+fate.String(), func(t *testing.T) {
				t.Parallel()
				last := newTrial(model)
				if _, err := Tune(context.Background(), last.config); err != nil {
					t.Fatal(err)
				}
				n := last.receiver.Writes() - 1
				trial := onTerminal(t, model)
				before := trial.receiver.Snapshot()
				trial.receiver.Fate = func(i int) responder.Fate {
					if i == n {
						return fate
					}
					return responder.Accept
				}
				_, err := Tune(context.Background(), trial.config)
				if !errors.Is(err, ErrUndone) || trial.receiver.Snapshot() != before {
					t.Errorf("%v\n%s\nand had\n%s\n%v", err, trial.receiver.Snapshot(), before, trial)
				}
			})
		}
	}
}
