package doctor

// A check looks at one thing.
type check struct {
	name string // what the output and JSON call it
	look func(*Patient) []Finding
}

// checks are in the order in which a second travels: machine, port, pulse, daemon.
// What must be mended before other things make sense stands before them.
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

// Examine runs all checks. A check that has nothing to say on this machine says
// nothing.
func Examine(p *Patient) (findings []Finding) {
	for _, c := range checks {
		for _, f := range c.look(p) {
			f.Check = c.name
			findings = append(findings, f)
		}
	}
	return findings
}
