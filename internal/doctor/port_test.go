package doctor

import "testing"

// checkGPSD recognises an installed gpsd by its name, without reading the program.
func TestGPSDInstalled(t *testing.T) {
	for _, c := range []struct {
		file, want string
	}{
		{"/usr/sbin/gpsd", "gpsd is installed, but disabled."},
		{"/etc/default/gpsd", "gpsd is not installed."}, // left by apt remove,
		{"/usr/bin/other", "gpsd is not installed."},
	} {
		m := NewMachine(rootOf(map[string]string{c.file: "DEVICES=\"\""}), Live{}, Options{})
		if f := checkGPSD(m); f[0].Verdict != Pass || f[0].What != c.want {
			t.Errorf("%s: %+v, want %q", c.file, f, c.want)
		}
	}
}
