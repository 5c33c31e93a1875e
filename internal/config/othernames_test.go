package config

import (
	"strings"
	"testing"
)

// The names of other programs lead to the setting, where it exists. A real setting is not
// replaced, and misspelt names lead to the nearest one.
func TestMeant(t *testing.T) {
	gps := []string{"device", "baud", "delay", "poll", "pps", "pps_unit", "pps_sock", "unit", "sock", "polarity", "key"}
	for name, want := range map[string]string{
		"port": "device", "tty": "device", "serial": "device", "Port": "device", "serial-port": "device",
		"baudrate": "baud", "speed": "baud", "bps": "baud", "baud-rate": "baud",
		"offset": "delay", "fudge": "delay", "time1": "delay",
		"pulse": "pps", "gpio": "pps",
		"devise": "device", "dealy": "delay", "pps-unit": "pps_unit", "zzzzzzzz": "",
	} {
		if got := Meant(name, gps); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := Meant("port", []string{"unit", "pps-unit"}); got == "device" {
		t.Error("device does not exist here")
	}
	if got := Meant("pps_unt", []string{"unit", "pps-unit"}); got != "pps-unit" {
		t.Errorf("a flag: %q", got)
	}
}

// A table suggests the setting.
func TestUnknownSettingOfAnotherProgram(t *testing.T) {
	file, err := Parse("test", "[[clock]]\nport = \"/dev/a\"\n")
	if err != nil {
		t.Fatal(err)
	}
	var device, poll string
	for _, table := range file.Tables("clock") {
		table.Read(Schema{{Name: "device", Value: Text(&device, "a port", nil)}, {Name: "poll", Value: Text(&poll, "a poll", nil)}})
	}
	if err := file.Err(); err == nil || !strings.Contains(err.Error(), "has no such setting; did you mean device?") {
		t.Error(err)
	}
}
