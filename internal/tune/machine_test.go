package tune

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/tune/responder"
)

// A trial is a receiver on a wire, and what was said about it.
type trial struct {
	receiver *responder.Receiver
	wire     *responder.Wire
	config   Config
	file     *Undo
	plan     *Plan
	progress []string
	before   int // commands before the undo file was written
}

// newTrial returns a receiver of a model, and a config that changes all of it.
func newTrial(model string) *trial {
	r := responder.New(model)
	w := responder.NewWire(r)
	t := &trial{receiver: r, wire: w}
	timing := UsualTiming
	t.config = Config{
		Open: func(baud int) (Port, error) {
			port, err := w.Open(baud)
			if err != nil {
				return nil, err
			}
			return port, nil
		},
		Now: w.Now, Sleep: w.Sleep, Timing: timing, Wire: true, Bauds: serialport.Likely,
		Change: Groups(), Baud: 115200,
		Confirm: func(p Plan) (bool, error) { t.plan = &p; return true, nil },
		Keep: func(u Undo) (string, error) {
			t.before = r.Writes()
			u.Device, u.Made = "/dev/ttyTEST", time.Date(2026, 11, 27, 15, 4, 5, 0, time.UTC)
			t.file = &u
			return "/tmp/" + u.FileName(), nil
		},
		Progress: func(text string) { t.progress = append(t.progress, text) },
	}
	return t
}

// stores reports whether a model has a memory to store settings in.
func stores(model string) bool { return model != "mediatek" }

func (t *trial) String() string {
	return strings.Join(t.progress, "\n") + "\n" + strings.Join(t.receiver.Log(), "\n")
}

// Each family is changed, and an undo file restores it to the last setting.
func TestTune(t *testing.T) {
	for _, model := range responder.Models() {
		for _, save := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, store %v", model, save), func(t *testing.T) {
				trial := newTrial(model)
				trial.config.Store = save
				before := trial.receiver.Snapshot()
				result, err := Tune(context.Background(), trial.config)
				if save && !stores(model) {
					if !errors.Is(err, ErrNoMemory) || trial.receiver.Writes() > 0 {
						t.Fatalf("%v after %d writes, want ErrNoMemory", err, trial.receiver.Writes())
					}
					return
				}
				if err != nil {
					t.Fatalf("%v\n%v", err, trial)
				}
				if trial.before != 0 {
					t.Errorf("%d commands before the undo file was written", trial.before)
				}
				if model != "airoha" && trial.receiver.Baud() != 115200 {
					t.Errorf("%d baud", trial.receiver.Baud())
				}
				if result.Waits != (model == "airoha") {
					t.Errorf("waits %v", result.Waits)
				}
				if result.After.Bytes >= result.Before.Bytes || result.After.Bytes == 0 {
					t.Errorf("bursts of %+v, then %+v", result.Before, result.After)
				}
				if save {
					trial.receiver.PowerCycle()
					if trial.receiver.Baud() != 115200 {
						t.Errorf("%d baud after a power cycle", trial.receiver.Baud())
					}
				}
				checkUndo(t, trial, before)
			})
		}
	}
}

// A noisyPort hears garbage once after a change of its rate, as much as shows a wrong rate.
type noisyPort struct {
	*responder.Wire
	left    *int // changes of the rate before the garbage
	garbage bool
}

func (p *noisyPort) SetBaud(baud int) error {
	*p.left--
	p.garbage = *p.left == 0
	return p.Wire.SetBaud(baud)
}

func (p *noisyPort) Read(data []byte) (int, error) {
	if p.garbage {
		p.garbage = false
		return copy(data, strings.Repeat("\xfe", 700)), nil
	}
	return p.Wire.Read(data)
}

// A port that hears garbage after any one change of its rate makes no difference.
func TestTuneNoise(t *testing.T) {
	for _, model := range responder.Models() {
		for change := 1; ; change++ {
			trial, left := newTrial(model), change
			trial.config.Open = func(baud int) (Port, error) {
				wire, err := trial.wire.Open(baud)
				return &noisyPort{Wire: wire, left: &left}, err
			}
			before := trial.receiver.Snapshot()
			if _, err := Tune(context.Background(), trial.config); err != nil {
				t.Errorf("%s, garbage after change %d of the rate: %v\n%v", model, change, err, trial)
				break
			}
			checkUndo(t, trial, before)
			if left > 0 { // it changed its rate less often
				if change == 1 {
					t.Errorf("%s: the port's rate never changed", model)
				}
				break
			}
		}
	}
}

// checkUndo restores a receiver from its undo file, and compares it.
func checkUndo(t *testing.T, trial *trial, before string) {
	t.Helper()
	file, err := Unmarshal(trial.file.withPlace().Marshal())
	if err != nil {
		t.Fatalf("%v\n%s", err, trial.file.Marshal())
	}
	result, err := Restore(context.Background(), trial.config, file)
	if err != nil {
		t.Fatalf("undo: %v\n%v", err, trial)
	}
	if result.Waits {
		trial.receiver.PowerCycle()
	}
	if now := trial.receiver.Snapshot(); now != before {
		t.Errorf("the receiver has\n%s\nand had\n%s\n%v", now, before, trial)
	}
}

func (u *Undo) withPlace() Undo {
	c := *u
	c.Device, c.Made = "/dev/ttyTEST", time.Date(2026, 11, 27, 15, 4, 5, 0, time.UTC)
	return c
}

// Whatever goes wrong at whichever command, once or for a while, the receiver ends as it
// was, in RAM and in its memory, or is changed completely.
func TestTuneFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("some thousand runs")
	}
	for _, model := range responder.Models() {
		for _, save := range []bool{false, true} {
			if save && !stores(model) {
				continue
			}
			clean := newTrial(model)
			clean.config.Store = save
			if _, err := Tune(context.Background(), clean.config); err != nil {
				t.Fatal(err)
			}
			want, writes := clean.receiver.Snapshot(), clean.receiver.Writes()
			for _, fate := range responder.Fates() {
				for _, lasts := range []int{1, UsualTiming.Tries + 2} {
					t.Run(fmt.Sprintf("%s, store %v, %v for %d", model, save, fate, lasts), func(t *testing.T) {
						t.Parallel()
						for n := range writes {
							if lasts == 1 && !raced || n%4 == 0 || n == writes-1 {
								testFault(t, model, save, want, n, lasts, fate)
							}
						}
					})
				}
			}
		}
	}
}

func testFault(t *testing.T, model string, save bool, want string, n, lasts int, fate responder.Fate) {
	t.Helper()
	trial := newTrial(model)
	trial.config.Store = save
	before := trial.receiver.Snapshot()
	trial.receiver.Fate = func(i int) responder.Fate {
		if i >= n && i < n+lasts {
			return fate
		}
		return responder.Accept
	}
	result, err := Tune(context.Background(), trial.config)
	if err != nil && result.Waits {
		trial.receiver.PowerCycle()
	}
	after := trial.receiver.Snapshot()
	switch {
	case err == nil && save && stored(after, model) == stored(want, model):
	case err == nil && after != want:
		t.Errorf("at command %d: changed to\n%s\nwant\n%s\n%v", n, after, want, trial)
	case err == nil:
	case errors.Is(err, ErrUndone) && after != before:
		t.Errorf("at command %d: %v, but the receiver has\n%s\nand had\n%s\n%v", n, err, after, before, trial)
	case errors.Is(err, ErrUndone):
	default:
		t.Errorf("at command %d: %v\n%v", n, err, trial)
	}
}

// stored returns what is known to be stored after a store: the RAM if the memory cannot be
// read, and one of the memories if a receiver has refused the other.
func stored(snapshot, model string) string {
	var b strings.Builder
	for line := range strings.Lines(snapshot) {
		keyed := model == "u-blox-9" || model == "u-blox-10"
		if strings.HasPrefix(line, "RAM") || keyed && strings.HasPrefix(line, "memory 1 ") {
			b.WriteString(line)
		}
	}
	return b.String()
}
