package sim

// A dialect is how one family of receivers fills in the sentences that all of them share.
type dialect struct {
	talker       string // of everything but GSV: GP, or GN for a receiver of several systems
	clockDigits  int    // of the fraction of hhmmss
	minuteDigits int    // of the fraction of a minute of arc, at most 5
	version      int    // of NMEA 0183 times ten: 23 brought the mode letters, 41 signal and system numbers
}

// hasMode tells whether RMC, VTG and GLL end with a mode letter.
func (d dialect) hasMode() bool { return d.version >= 23 }

// hasSignal tells whether GSV and GSA end with a number and RMC with a navigational status.
func (d dialect) hasSignal() bool { return d.version >= 41 }
