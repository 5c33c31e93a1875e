package settings

import (
	"log/slog"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
)

// The values of the setting lateness.
const (
	latenessOff      = "off"
	latenessMeasure  = "measure"  // by a system call
	latenessRegister = "register" // in the register of the chip
)

func latenessSetting(to *string) config.Setting {
	return config.Setting{
		Name: "lateness", Takes: "HOW", Value: config.Choice(to, latenessOff, latenessMeasure, latenessRegister),
		Usage: "measure how late the kernel stamps a GPIO line, and take it off: off, measure or register",
		Text: `"measure" polls the line around some pulses, for a minute every ten minutes. "register" polls
the register of a Raspberry Pi's GPIO chip instead, which is faster. Both need two
processors, and a gpio: source in pps. To be precise, the service needs realtime.conf, which is in
/usr/share/doc/refclock/examples.`,
	}
}

// checkLateness reports settings of the pulse with which its lateness cannot be measured.
func (s *GPSSettings) checkLateness(source config.Source) {
	if s.lateness == latenessOff || s.pps == auto {
		return
	}
	address, err := pps.Parse(s.pps)
	switch {
	case s.pps == none:
		source.Wrong("lateness", `there is no pulse to measure; set pps too, or lateness = "off"`)
	case err == nil && address.Kind != pps.KindLine:
		source.Wrong("lateness", `only the stamps of a GPIO line can be measured; set pps to its name, such as "gpio:GPIO18", or lateness = "off"`)
	}
}

// A meter measures the lateness of a pulse. The nil meter measures nothing.
type meter struct {
	*pps.Meter
	source   string // of the pulse, or auto
	register bool
	log      *slog.Logger
	told     pps.Lateness // that was logged last
}

// newMeter returns the meter of a pulse, nil if it is off.
func (s *GPSSettings) newMeter(log *slog.Logger) *meter {
	if s.lateness == latenessOff || s.pps == none {
		return nil
	}
	m := &meter{source: s.pps, register: s.lateness == latenessRegister, log: log}
	m.Meter = pps.NewMeter(pps.MeterConfig{Polarity: s.line.Polarity(), Report: m.report})
	return m
}

// watch returns a source whose lateness is taken off.
func (m *meter) watch(source pps.Source) pps.Source {
	if m == nil {
		return source
	}
	line, ok := source.(*pps.Line)
	if !ok {
		return m.Watch(source)
	}
	levels := []pps.Level{line.Level()}
	if m.register {
		register, err := line.Register()
		if err != nil {
			m.log.Warn("the lateness is measured without the register", "line", line.String(), "error", err, "hint", registerHint)
		} else {
			levels = []pps.Level{register, line.Level()}
		}
	}
	return m.Watch(line, levels...)
}

const registerHint = `install realtime.conf, as docs/timing.md explains; without a Raspberry Pi, set lateness = "measure"`

// ordinaryHint is for a thread without real-time priority.
const ordinaryHint = "install realtime.conf, as docs/timing.md explains"

var latenessHints = map[pps.LatenessReason]string{
	pps.LatenessOneCore:   "set it to off " + driver.Setting("lateness"),
	pps.LatenessNoLine:    "use the pulse's GPIO line in place of a PPS device, without the overlay pps-gpio " + driver.Setting("pps"),
	pps.LatenessUnsteady:  "wait for a fix; then check the wire, stop refclock, and check the line, or another one: ",
	pps.LatenessUnread:    "report this as a bug, with the detail",
	pps.LatenessSlow:      "use a GPIO line of the processor, not of an expander; on a Raspberry Pi, set it to register " + driver.Setting("lateness"),
	pps.LatenessNoFlip:    "check that no other program drives the line; otherwise report this as a bug",
	pps.LatenessFew:       "install realtime.conf, as docs/timing.md explains, or give the machine less to do",
	pps.LatenessScattered: "install realtime.conf, as docs/timing.md explains, or give the machine less to do",
	pps.LatenessAbsurd:    "set it to off " + driver.Setting("lateness") + ", and report this as a bug",
}

// hint returns what to do about a lateness that is not known.
func (m *meter) hint(why pps.LatenessReason) string {
	hint := latenessHints[why]
	if why == pps.LatenessUnsteady {
		hint += gps.ShowEdges(m.source)
	}
	return hint
}

// report logs a result that differs from the last one.
func (m *meter) report(l pps.Lateness) {
	before := m.told
	m.told = l
	if l.Ordinary != nil && (before.Ordinary == nil || before.Ordinary.Error() != l.Ordinary.Error()) {
		m.log.Warn("the lateness is measured without real-time priority", "error", l.Ordinary, "hint", ordinaryHint)
	}
	switch {
	case l.Why != pps.LatenessMeasured && l.Why != before.Why:
		m.log.Warn("the lateness of the pulse cannot be measured", "reason", l.Why.String(), "detail", l.Detail, "hint", m.hint(l.Why))
	case l.Why == pps.LatenessMeasured && (!before.Known || before.Why != l.Why || before.Changes != l.Changes):
		m.log.Info("the lateness of the pulse is taken off", "median", l.Median, "spread", l.Spread, "pulses", l.Caught)
	}
}

// tell adds the lateness to the report of a pulse.
func (m *meter) tell(to *status.Pulse) {
	if m == nil || to == nil {
		return
	}
	l := m.Lateness()
	to.Lateness = &status.Lateness{
		Known: l.Known, MedianNS: int64(l.Median), SpreadNS: int64(l.Spread),
		Pulses: l.Windows, Caught: l.Caught, Early: l.Early, NotSeen: l.None, Interrupted: l.Interrupted, Unpaired: l.Unpaired,
		Measurements: l.Measurements, Changes: l.Changes,
	}
	if l.Why != pps.LatenessMeasured {
		to.Lateness.Reason, to.Lateness.Detail, to.Lateness.Hint = l.Why.String(), l.Detail, m.hint(l.Why)
	}
	if l.Ordinary != nil {
		to.Lateness.Ordinary = l.Ordinary.Error()
	}
}
