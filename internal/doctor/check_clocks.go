package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A service is the running refclock run, according to itself. The zero service is none.
type service struct {
	report status.Report
	err    error // why it did not answer; nil if there is none, or if it did
}

// askService asks the running refclock run for its report.
func askService(live Live) (s service) {
	if live.Report == nil {
		return s
	}
	s.report, s.err = live.Report()
	if errors.Is(s.err, fs.ErrNotExist) {
		s.err = nil
	}
	return s
}

// A receiverOf is a receiver that refclock reads, or will read.
type receiverOf struct {
	port  string
	pulse string // as in pps.Parse; "" if there is none, or refclock searches for it
}

// receivers returns the receivers of the running service, else those of its configuration.
func (m *Machine) receivers() (list []receiverOf) {
	for _, c := range m.service.report.Clocks {
		port, sentences := c.Port()
		pulse, ok := c.Source()
		switch {
		case sentences:
			if c.Receiver != nil && c.Receiver.Port != "" {
				port = c.Receiver.Port
			}
			list = append(list, receiverOf{port: port})
		case ok && !c.Optional && len(list) > 0 && isSource(pulse):
			list[len(list)-1].pulse = pulse
		}
	}
	if len(list) > 0 {
		return list
	}
	files := m.refclockFiles()
	if len(files) == 0 { // refclock gps runs
		files = []string{m.serviceConfig()}
	}
	for _, file := range files {
		c, err := m.readRefclockFile(file)
		if err != nil {
			continue // checkRefclockFile reports it
		}
		for _, clock := range c.Clocks {
			s, ok := clock.Settings.(*settings.GPSSettings)
			if !ok || !path.IsAbs(s.Device()) { // refclock searches for it
				continue
			}
			r := receiverOf{port: s.Device()}
			if isSource(s.PulseSource()) {
				r.pulse = s.PulseSource()
			}
			list = append(list, r)
		}
	}
	return list
}

func isSource(pulse string) bool {
	_, err := pps.Parse(pulse)
	return err == nil
}

// choose chooses the port and the pulse to examine: those that the user named, else those of
// refclock's first receiver, else the most likely port.
func (m *Machine) choose() {
	m.device = m.options.Device
	if list := m.receivers(); m.device == "" && len(list) > 0 {
		m.device, m.options.Device = list[0].port, list[0].port
		m.options.Pulse = cmp.Or(m.options.Pulse, list[0].pulse)
	}
	if m.device == "" {
		m.device = m.usualDevice()
	}
	m.port, _ = m.root.Resolve(m.device)
}

// checkReceivers reports the receivers of refclock that are not examined.
func checkReceivers(m *Machine) (findings []Finding) {
	if m.named {
		return nil
	}
	for _, r := range m.receivers() {
		if r.port != m.device {
			findings = append(findings, skip(fmt.Sprintf("Did not examine the receiver of refclock at %s.", r.port), "refclock doctor examines one receiver at a time.",
				typeLine("refclock doctor "+r.port))...)
		}
	}
	return findings
}

// checkClocks reports what the running service says about its clocks.
func checkClocks(m *Machine) (findings []Finding) {
	if m.service.err != nil {
		return skip("Could not ask refclock for the state of its clocks.", m.service.err.Error()+".", typeLine("sudo refclock status"))
	}
	for _, c := range m.service.report.Clocks {
		switch {
		case !c.Optional:
			findings = append(findings, m.clock(c))
		case c.State.Hint != "":
			findings = append(findings, warn(fmt.Sprintf("refclock has no pulse: %s.", c.State.Reason), sentence(c.State.Detail), advise(sentence(c.State.Hint))))
		}
	}
	running := slices.ContainsFunc(m.running("refclock"), func(p process) bool { return publishes(p.args) })
	if m.live.Report != nil && len(m.service.report.Clocks) == 0 && !running && m.hasService(refclockService) {
		findings = one(warn("refclock is not running.", "The time daemon gets no samples.", m.enable(refclockService)...))
	}
	return findings
}

// clock is the finding for a clock of the running service.
func (m *Machine) clock(c status.Clock) Finding {
	s := c.State
	what, why := fmt.Sprintf("refclock does not publish to %s: %s.", c.Targets(), s.Reason), ""
	if s.Detail != "" {
		why = sentence(s.Detail)
	}
	switch {
	case c.Stuck:
		return fail(fmt.Sprintf("The driver of %s hangs: %s.", c.Targets(), c.Name), "It waits for hardware that does not answer.", m.again(advise("Unplug the receiver and plug it in again."))...)
	case s.Publishing():
		return m.publishing(c)
	case s.Hint == "":
		return warn(what, why, advise("Wait for some seconds. Then show the state:"), typeLine("sudo refclock status"))
	case slices.Contains(passing, s.Reason):
		return warn(what, why, advise(sentence(s.Hint)))
	}
	return fail(what, why, advise(sentence(s.Hint)))
}

// passing are the reasons, of those with a hint, that may pass without the user.
var passing = []string{
	nmea.NoFix.String(), nmea.DefaultDate.String(), nmea.LeapUnknown.String(), nmea.NoTime.String(),
	"cold start", "no pulse", "unconfirmed",
}

// publishing is the finding for a clock of which samples are published.
func (m *Machine) publishing(c status.Clock) Finding {
	taken := c.Consumer.Alive
	if c.Unit >= 0 && c.Published > 0 && taken != nil && !*taken && m.wantedUnits()[c.Unit] && len(m.consumers()) > 0 {
		config, _, _ := m.daemonConfig()
		return warn(fmt.Sprintf("refclock publishes to unit %d, but no program takes the samples.", c.Unit),
			fmt.Sprintf("%s is configured to read the unit, and runs. It was started before this line was added, or cannot attach the unit.", config.Daemon), m.restart(config.Daemon)...)
	}
	if r := c.Receiver; r != nil && r.Set && c.State.Publishing() && gps.Unusual(time.Duration(r.DelayNS)) {
		return warn(fmt.Sprintf("refclock publishes to %s with a delay that few receivers have.", c.Targets()), sentence(c.State.Detail), m.showDelay()...)
	}
	if c.UnknownDelay() {
		return warn(fmt.Sprintf("refclock publishes to %s, but does not know the receiver's delay.", c.Targets()),
			"The samples are late by the delay, 50 to 700 ms.", append([]Step{advise("Once network servers keep the system clock right, show the delay to set:")}, m.showDelay()...)...)
	}
	return pass("refclock publishes to %s: %s.", c.Targets(), c.Name)
}

// showDelay returns the command that shows the delay to set.
func (m *Machine) showDelay() []Step {
	name := "chrony"
	if config, _, err := m.daemonConfig(); err == nil && config != nil {
		name = daemonNames[config.Daemon]
	}
	line := typeLine("sudo refclock config " + name)
	line.Note = "its last lines show the value"
	return []Step{line, advise("Set it " + driver.Setting("delay") + ". A pulse makes this unnecessary.")}
}

// again returns steps, and the command that shows whether they helped.
func (m *Machine) again(steps ...Step) []Step {
	return append(steps, advise("Then show the state:"), typeLine("sudo refclock status"))
}
