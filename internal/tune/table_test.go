package tune

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/tune/responder"
)

// finals are the states in which a machine ends.
var finals = []state{done, unchanged, untouched, restored, lost}

// Each state that writes to the receiver leads to undoing when it fails, and each state
// before that leads to untouched. Every path ends, and nothing but restored and lost
// follows undoing.
func TestTables(t *testing.T) {
	writes := []state{writing, reading, verifying, storing}
	for name, table := range map[string]map[state]map[event]state{"changes": changes(), "undos": undos()} {
		for s, next := range table {
			switch {
			case slices.Contains(writes, s) && next[failed] != undoing:
				t.Errorf("%s: %s fails: %q, want undoing", name, s, next[failed])
			case (s == undoing || s == checking) && (next[failed] != lost || next[again] != undoing):
				t.Errorf("%s: %s fails: %q, again %q", name, s, next[failed], next[again])
			case !slices.Contains(writes, s) && s != undoing && s != checking && next[failed] != untouched:
				t.Errorf("%s: %s fails: %q, want untouched", name, s, next[failed])
			}
			for what, to := range next {
				if table[to] == nil && !slices.Contains(finals, to) {
					t.Errorf("%s: %s, %s leads to %s, which does nothing", name, s, what, to)
				}
			}
		}
		for s := range table {
			if !reaches(table, finding, s) {
				t.Errorf("%s: %s is never reached", name, s)
			}
			if s == undoing && reaches(table, s, done) {
				t.Errorf("%s: undoing leads to done", name)
			}
		}
	}
	if reaches(undos(), finding, writing) || undos()[asking][ok] != undoing {
		t.Error("an undo changes what the file does not have")
	}
}

// reaches reports whether a table leads from one state to another.
func reaches(table map[state]map[event]state, from, to state) bool {
	seen := map[state]bool{}
	var visit func(state)
	visit = func(s state) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, next := range table[s] {
			visit(next)
		}
	}
	visit(from)
	return seen[to]
}

// Before the user has agreed, nothing is changed, whatever happens.
func TestNothingIsWritten(t *testing.T) {
	yes := func(Plan) (bool, error) { return true, nil }
	for name, c := range map[string]struct {
		model  string
		change func(*trial)
		want   error
	}{
		"the user says no":        {"u-blox-8", func(tr *trial) { tr.config.Confirm = func(Plan) (bool, error) { return false, nil } }, ErrDeclined},
		"no terminal":             {"u-blox-8", func(tr *trial) { tr.config.Confirm = func(Plan) (bool, error) { return true, errors.ErrUnsupported } }, errors.ErrUnsupported},
		"the disk is full":        {"u-blox-8", func(tr *trial) { tr.config.Keep = func(Undo) (string, error) { return "", errors.ErrUnsupported } }, errors.ErrUnsupported},
		"its RX is not connected": {"u-blox-8", func(tr *trial) { tr.receiver.Deaf = true }, errSilent},
		"mediatek without RX":     {"mediatek", func(tr *trial) { tr.receiver.Deaf = true }, errSilent},
		"casic without RX":        {"casic", func(tr *trial) { tr.receiver.Deaf = true }, errSilent},
		"skytraq without RX":      {"skytraq", func(tr *trial) { tr.receiver.Deaf = true }, errSilent},
		"airoha without RX":       {"airoha", func(tr *trial) { tr.receiver.Deaf = true }, errSilent},
		"an unknown receiver":     {"nmea", func(tr *trial) {}, ErrUnknown},
		"refuses VALGET":          {"u-blox-8 as 27", func(tr *trial) {}, errRefused},
		"ignores VALGET":          {"u-blox-8 as 27, silent", func(tr *trial) {}, errSilent},
		"no memory":               {"mediatek", func(tr *trial) { tr.config.Store = true }, ErrNoMemory},
	} {
		trial := newTrial(c.model)
		trial.config.Confirm = yes
		c.change(trial)
		before := trial.receiver.Snapshot()
		result, err := Tune(context.Background(), trial.config)
		if !errors.Is(err, c.want) || trial.receiver.Snapshot() != before || trial.receiver.Writes() != 0 || result.Written != 0 {
			t.Errorf("%s: %v after %d commands, want %v\n%v", name, err, trial.receiver.Writes(), c.want, trial)
		}
		if c.model == "nmea" && trial.receiver.Received() != 0 {
			t.Errorf("an unknown receiver was sent %d bytes", trial.receiver.Received())
		}
	}
}

// An interrupt at any command restores the receiver, and is not lost itself.
func TestInterrupted(t *testing.T) {
	for _, model := range responder.Models() {
		for n := range 4 {
			trial := newTrial(model)
			before := trial.receiver.Snapshot()
			ctx, interrupt := context.WithCancel(context.Background())
			trial.receiver.Fate = func(i int) responder.Fate {
				if i == n {
					interrupt()
				}
				return responder.Accept
			}
			result, err := Tune(ctx, trial.config)
			if result.Waits {
				trial.receiver.PowerCycle()
			}
			if trial.receiver.Writes() <= n {
				continue // it has fewer commands
			}
			if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUndone) || trial.receiver.Snapshot() != before {
				t.Errorf("%s at command %d: %v\n%v", model, n, err, trial)
			}
			interrupt()
		}
	}
}

// A receiver that refuses everything from some command on cannot be restored. The error
// says so, and names what is wrong.
func TestLost(t *testing.T) {
	trial := newTrial("u-blox-8")
	trial.receiver.Fate = func(i int) responder.Fate {
		if i >= 3 {
			return responder.Refuse
		}
		return responder.Accept
	}
	_, err := Tune(context.Background(), trial.config)
	if !errors.Is(err, ErrLost) || !errors.Is(err, errRefused) {
		t.Errorf("%v", err)
	}
}

// A setting that the receiver accepts, but does not take back, is lost alone: the others are
// restored, and the error names it.
func TestOneSettingIsStuck(t *testing.T) {
	for model, c := range map[string]struct{ command, setting, name string }{
		"u-blox-8": {"msg f001 = 1", "msg f001", "NMEA-GLL"}, "u-blox-9": {"set 209100ca = 1 in 1", "209100ca", "CFG-MSGOUT-NMEA_ID_GLL"},
	} {
		trial := newTrial(model)
		want := newTrial(model)
		want.receiver.Set(false, c.setting, "0")
		last := newTrial(model)
		if _, err := Tune(context.Background(), last.config); err != nil {
			t.Fatal(err)
		}
		trial.receiver.Stuck = c.command
		trial.receiver.Fate = func(i int) responder.Fate {
			if i == last.receiver.Writes()-1 {
				return responder.Refuse
			}
			return responder.Accept
		}
		_, err := Tune(context.Background(), trial.config)
		if !errors.Is(err, ErrLost) || !errors.Is(err, errRefused) || !strings.Contains(err.Error(), "change "+c.name+" back") {
			t.Errorf("%s: %v", model, err)
		}
		if got := trial.receiver.Snapshot(); got != want.receiver.Snapshot() {
			t.Errorf("%s: the receiver has\n%s\nwant\n%s\n%v", model, got, want.receiver.Snapshot(), trial)
		}
	}
}

// A receiver that has lost its power after it was changed has its old settings. Restoring
// them finds it at its old rate, and changes nothing else.
func TestUndoAfterPowerLoss(t *testing.T) {
	for _, model := range responder.Models() {
		trial := newTrial(model)
		before := trial.receiver.Snapshot()
		if _, err := Tune(context.Background(), trial.config); err != nil {
			t.Fatal(err)
		}
		trial.receiver.PowerCycle()
		checkUndo(t, trial, before)
	}
}

// An undo file is for one receiver.
func TestUndoOfAnotherReceiver(t *testing.T) {
	one := newTrial("u-blox-8")
	if _, err := Tune(context.Background(), one.config); err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"u-blox-6", "u-blox-9", "mediatek", "nmea"} {
		other := newTrial(model)
		before := other.receiver.Snapshot()
		_, err := Restore(context.Background(), other.config, *one.file)
		if err == nil || other.receiver.Snapshot() != before || other.receiver.Writes() > 0 {
			t.Errorf("%s: %v after %d commands", model, err, other.receiver.Writes())
		}
	}
}

// A second change has nothing left to do.
func TestUnchanged(t *testing.T) {
	for _, model := range responder.Models() {
		trial := newTrial(model)
		if _, err := Tune(context.Background(), trial.config); err != nil {
			t.Fatal(err)
		}
		writes := trial.receiver.Writes()
		if _, err := Tune(context.Background(), trial.config); err != nil || trial.receiver.Writes() != writes {
			t.Errorf("%s: %v after %d more commands\n%v", model, err, trial.receiver.Writes()-writes, trial)
		}
	}
}

// A receiver on native USB has no rate, and keeps none.
func TestNativeUSB(t *testing.T) {
	for _, model := range []string{"u-blox-8 on USB", "u-blox-9 on USB", "mediatek", "casic", "airoha"} {
		trial := newTrial(model)
		trial.config.Wire = false
		before := trial.receiver.Snapshot()
		rate := trial.receiver.Baud()
		if _, err := Tune(context.Background(), trial.config); err != nil || trial.receiver.Baud() != rate || trial.receiver.Snapshot() == before {
			t.Errorf("%s: %v, %d baud\n%v", model, err, trial.receiver.Baud(), trial)
		}
		checkUndo(t, trial, before)
	}
}

// 887 bytes at 9600 baud take 924 ms of each second, and at 115200 baud 77 ms.
func TestBurst(t *testing.T) {
	for _, model := range []string{"u-blox-8", "u-blox-10"} {
		trial := newTrial(model)
		trial.receiver.Burst = 887
		trial.config.Change = []Group{GroupBaud}
		result, err := Tune(context.Background(), trial.config)
		if err != nil {
			t.Fatalf("%s: %v\n%v", model, err, trial)
		}
		before, after := result.Before, result.After
		if before != (Burst{887, 9600}) || after != (Burst{887, 115200}) || before.Time().Round(time.Millisecond) != 924*time.Millisecond || after.Time().Round(time.Millisecond) != 77*time.Millisecond {
			t.Errorf("%s: %+v of %v, then %+v of %v", model, before, before.Time(), after, after.Time())
		}
	}
}

// A receiver that refuses, ignores or only acknowledges every command is not changed, and
// refclock knows that: for example, one that ignores VALSET.
func TestNothingIsAccepted(t *testing.T) {
	for _, model := range responder.Models() {
		for _, fate := range []responder.Fate{responder.Refuse, responder.Ignore, responder.Pretend, responder.PowerLoss, responder.Unplug} {
			trial := newTrial(model)
			before := trial.receiver.Snapshot()
			trial.receiver.Fate = func(int) responder.Fate { return fate }
			_, err := Tune(context.Background(), trial.config)
			if !errors.Is(err, ErrUndone) || trial.receiver.Snapshot() != before {
				t.Errorf("%s, %v: %v\n%v", model, fate, err, trial)
			}
		}
	}
}

// Settings that are in use already can be stored later, and that alone can be undone.
func TestStoreLater(t *testing.T) {
	for _, model := range responder.Models() {
		if !stores(model) {
			continue
		}
		trial := newTrial(model)
		if _, err := Tune(context.Background(), trial.config); err != nil {
			t.Fatal(err)
		}
		trial.config.Store = true
		before := trial.receiver.Snapshot()
		result, err := Tune(context.Background(), trial.config)
		if err != nil || result.Path == "" || len(trial.plan.Changes) != 0 {
			t.Errorf("%s: %v, %+v\n%v", model, err, trial.plan, trial)
		}
		trial.receiver.PowerCycle()
		if trial.receiver.Baud() != 115200 {
			t.Errorf("%s: %d baud after a power cycle\n%v", model, trial.receiver.Baud(), trial)
		}
		if model == "u-blox-9" || model == "u-blox-10" { // others cannot be asked for what they had stored
			checkUndo(t, trial, before)
		}
	}
}

// A receiver that loses its power starts with what it has stored, which may be neither its
// old settings nor the new ones, at a third rate. It gets its old settings again, and its
// memory keeps what it had.
func TestPowerLossToOtherSettings(t *testing.T) {
	stored := map[string][2]string{
		"u-blox-6": {"port", "01000000d0080000009600000700030000000000"}, "u-blox-8": {"port", "01000000d0080000009600000700030000000000"}, // 38400 baud
		"u-blox-9": {"1 baud", "57600"}, "u-blox-10": {"2 baud", "57600"},
		"mediatek": {"baud", "38400"}, "casic": {"baud", "38400"}, "skytraq": {"baud", "38400"},
	}
	for model, other := range stored {
		for _, fate := range []responder.Fate{responder.PowerLoss, responder.Unplug} {
			for n := 0; ; n++ {
				trial := newTrial(model)
				trial.receiver.Set(true, other[0], other[1])
				before := trial.receiver.Snapshot()
				trial.receiver.Fate = func(i int) responder.Fate {
					if i == n {
						return fate
					}
					return responder.Accept
				}
				_, err := Tune(context.Background(), trial.config)
				if trial.receiver.Writes() <= n && err == nil {
					break // it has fewer commands
				}
				if !errors.Is(err, ErrUndone) || trial.receiver.Snapshot() != before {
					t.Errorf("%s, %v at command %d: %v\n%s\nand had\n%s\n%v", model, fate, n, err, trial.receiver.Snapshot(), before, trial)
				}
			}
		}
	}
}

// Of two ports of a receiver with the same rate, the one is changed that is connected, and
// restored at whatever command it fails. If both send UBX, which one is connected is unknown.
func TestTwoPortsWithOneRate(t *testing.T) {
	const outUBX1 = "10740001"
	both := newTrial("u-blox-9 on UART2")
	before := both.receiver.Snapshot()
	if _, err := Tune(context.Background(), both.config); !errors.Is(err, errTwoPorts) || both.receiver.Writes() > 0 || both.receiver.Snapshot() != before {
		t.Errorf("%v after %d commands\n%v", err, both.receiver.Writes(), both)
	}
	for _, fate := range []responder.Fate{responder.Accept, responder.Ignore, responder.PowerLoss} {
		for n := 0; ; n++ {
			trial := newTrial("u-blox-9 on UART2")
			trial.receiver.Set(false, outUBX1, "0")
			trial.receiver.Set(true, "1 "+outUBX1, "0")
			before := trial.receiver.Snapshot()
			trial.receiver.Fate = func(i int) responder.Fate {
				if i >= n && i < n+UsualTiming.Tries+2 {
					return fate
				}
				return responder.Accept
			}
			_, err := Tune(context.Background(), trial.config)
			switch {
			case err == nil:
				if trial.receiver.Baud() != 115200 || trial.receiver.Get("baud") != "38400" || trial.receiver.Get("209100c5") != "1" {
					t.Errorf("%v: the other port was changed\n%v", fate, trial)
				}
				trial.receiver.Fate = nil
				checkUndo(t, trial, before)
			case !errors.Is(err, ErrUndone) || trial.receiver.Snapshot() != before:
				t.Errorf("%v at command %d: %v\n%s\nand had\n%s\n%v", fate, n, err, trial.receiver.Snapshot(), before, trial)
			}
			if trial.receiver.Writes() <= n || fate == responder.Accept {
				break
			}
		}
	}
}

// An undo file is for one port of a receiver.
func TestUndoAtAnotherPort(t *testing.T) {
	one := newTrial("u-blox-9")
	if _, err := Tune(context.Background(), one.config); err != nil {
		t.Fatal(err)
	}
	other := newTrial("u-blox-9 on USB")
	other.config.Wire = false
	before := other.receiver.Snapshot()
	if _, err := Restore(context.Background(), other.config, *one.file); !errors.Is(err, ErrOther) || other.receiver.Writes() > 0 || other.receiver.Snapshot() != before {
		t.Errorf("%v after %d commands\n%v", err, other.receiver.Writes(), other)
	}
}
