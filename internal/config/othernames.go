package config

import (
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/spelling"
)

// otherNames has the settings that users mean by the names of other programs, such as the
// words of gpsd, ntpd and chronyd. A name counts only where the setting exists.
var otherNames = map[string]string{
	"port": "device", "tty": "device", "serial": "device", "serial_port": "device", "serialport": "device", "path": "device",
	"baudrate": "baud", "baud_rate": "baud", "speed": "baud", "bps": "baud", "rate": "baud",
	"offset": "delay", "fudge": "delay", "time1": "delay", "time2": "delay", "latency": "delay",
	"pulse": "pps", "gpio": "pps", "pin": "pps", "pps_device": "pps", "pps_gpio": "pps", "pps_pin": "pps",
	"shm": "unit", "socket": "sock", "edge": "polarity",
}

// Meant returns the known setting or flag that a user probably meant by an unknown name; "" if
// none is close. Upper and lower case are the same, and so are - and _.
func Meant(name string, known []string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	if other := otherNames[name]; slices.Contains(known, other) {
		return other
	}
	var plain []string
	for _, k := range known {
		plain = append(plain, strings.ReplaceAll(k, "-", "_"))
	}
	if i := slices.Index(plain, spelling.Near(name, plain)); i >= 0 {
		return known[i]
	}
	return ""
}
