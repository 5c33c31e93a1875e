package doctor

import "testing"

// A sentence of an error does not begin with a verb that reads as a command.
func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"open /dev/ttyUSB7: no such file or directory": "Cannot open /dev/ttyUSB7: no such file or directory.",
		"read /dev/ttyUSB7: EOF":                       "Cannot read /dev/ttyUSB7: EOF.",
		"attach: unit 0: permission denied":            "Cannot attach unit 0: permission denied.",
		"open the port":                                "Open the port.",
		"no such setting; did you mean delay?":         "No such setting; did you mean delay?",
		"/etc/a:4: wrong":                              "/etc/a:4: wrong.",
		"no bytes for 3 s":                             "No bytes for 3 s.",
		"refclock waits":                               "refclock waits.",
		"is the receiver plugged in?":                  "Is the receiver plugged in?",
		"":                                             ".",
	} {
		if got := sentence(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A hint of a state does not send the user to doctor, which shows it.
func TestHintsInDoctor(t *testing.T) {
	for note, want := range map[string]string{
		"Stop that program: sudo refclock doctor shows the command.":                                              "Stop that program.",
		"Stop the program that has the port open, or set another port: sudo refclock doctor shows the command.":   "Stop the program that has the port open, or set another port.",
		"Stop programs, such as ptp4l and ts2phc: sudo refclock doctor shows which; the system clock may be set.": "Stop programs, such as ptp4l and ts2phc; the system clock may be set.",
		"Name its port: refclock doctor /dev/ttyUSB0":                                                             "Name its port: refclock doctor /dev/ttyUSB0",
	} {
		for _, asRoot := range []string{"sudo ", "doas ", ""} {
			m := &Machine{asRoot: asRoot}
			if got := m.adapt(fail("", "", advise(note))).Hint[0].Note; got != want {
				t.Errorf("%q: %q, want %q", note, got, want)
			}
		}
	}
}
