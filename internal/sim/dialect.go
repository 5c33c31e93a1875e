package sim

// A dialect is how a family of receivers formats the common sentences.
type dialect struct {
	talker       string // of all sentences but GSV: GP, or GN for several systems
	clockDigits  int    // of the fraction of hhmmss
	minuteDigits int    // of the fraction of a minute of arc, at most 5
	version      int    // of NMEA 0183 times ten: 23 added mode letters, 41 signal and system numbers
}

// hasMode reports whether RMC, VTG and GLL end with a mode letter.
func (d dialect) hasMode() bool { return d.version >= 23 }

// hasSignal reports whether GSV and GSA end with a number, and RMC with a navigational
// status.
func (d dialect) hasSignal() bool { return d.version >= 41 }
