package doctor

// A check examines one thing.
type check struct {
	name string // as in the output and in JSON
	run  func(*Machine) []Finding
}

// checks run in the order of the signal path: machine, port, pulse, time daemon. A
// check comes before those that depend on it.
var checks = []check{
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
	{"daemon-config", checkDaemonConfig},
	{"refclocks", checkRefclocks},
	{"time-daemon", checkDaemons},
	{"nohz", checkNohz},
	{"segments", checkSegments},
}

// Examine runs all checks. A check that does not apply to this machine returns no
// finding.
func Examine(m *Machine) (findings []Finding) {
	for _, c := range checks {
		for _, f := range c.run(m) {
			f.Check = c.name
			findings = append(findings, f)
		}
	}
	return findings
}
