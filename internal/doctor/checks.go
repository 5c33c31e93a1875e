// Package doctor finds what keeps a GPS receiver from setting the clock of a machine.
// Each [Finding] reports what was found, why it matters, and the exact line to type or to
// write.
//
// A [Machine] holds what was read from /boot, /proc, /sys, /dev and /etc below a
// [Root], which may be a copy of another machine's files. [Live] has
// what no file shows: GPIO lines, the port, the pulse. [Examine] runs the table of checks.
// [Listen] records the receiver, then judges the recording.
//
// The package writes no file, restores each setting that it changes, and sends nothing
// to the receiver. A check that lacks the permission to look reports SKIP.
package doctor

// A check examines one thing.
type check struct {
	name string // as in the output and in JSON
	run  func(*Machine) []Finding
}

// checks run in the order of the signal path: machine, port, pulse, time daemon. What a running
// refclock says is first. A check comes before those that depend on it.
var checks = []check{
	{"clocks", checkClocks},
	{"refclock-file", checkRefclockFile},
	{"receivers", checkReceivers},
	{"model", checkModel},
	{"kernel", checkKernel},
	{"boot-files", checkBootFiles},
	{"overlays", checkOverlays},
	{"uart", checkUART},
	{"serial0", checkSerial0},
	{"bluetooth", checkBluetooth},
	{"console", checkConsole},
	{"getty", checkGetty},
	{"port-rights", checkPortRights},
	{"port-holders", checkHolders},
	{"gpsd", checkGPSD},
	{"modemmanager", checkModemManager},
	{"brltty", checkBrltty},
	{"pps-overlay", checkPPSOverlay},
	{"pps-devices", checkPPSDevices},
	{"gpio-line", checkGPIOLine},
	{"ptp-clock", checkPTPClock},
	{"daemon-config", checkDaemonConfig},
	{"refclocks", checkRefclocks},
	{"time-daemon", checkDaemons},
	{"nohz", checkNohz},
	{"segments", checkSegments},
	{"realtime", checkRealtime},
	{"targets", checkTargets},
	{"file-limit", checkFileLimit},
}

// Examine runs all checks. A check that does not apply to this machine returns no
// finding.
func Examine(m *Machine) (findings []Finding) {
	for _, c := range checks {
		for _, f := range c.run(m) {
			f.Check = c.name
			findings = append(findings, m.adapt(f))
		}
	}
	return findings
}
