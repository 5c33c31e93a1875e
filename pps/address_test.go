package pps

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for source, want := range map[string]Address{
		"/dev/pps0":                 {Kind: KindDevice, Path: "/dev/pps0"},
		"/dev/pps:0":                {Kind: KindDevice, Path: "/dev/pps:0"},
		"gpio:GPIO18":               {Kind: KindLine, Line: "GPIO18"},
		"gpio:gpiochip0:18":         {Kind: KindLine, Chip: "gpiochip0", Line: "18"},
		"gpio:pinctrl-bcm2711:18":   {Kind: KindLine, Chip: "pinctrl-bcm2711", Line: "18"},
		"gpio:0:4":                  {Kind: KindLine, Chip: "0", Line: "4"},
		"gpio:9030000.pl061:x:4":    {Kind: KindLine, Chip: "9030000.pl061:x", Line: "4"},
		"dcd:/dev/ttyS0":            {Kind: KindModem, Path: "/dev/ttyS0", Signal: DCD},
		"ldisc:/dev/ttyS0":          {Kind: KindDiscipline, Path: "/dev/ttyS0"},
		"cts:/dev/serial/by-id/a:b": {Kind: KindModem, Path: "/dev/serial/by-id/a:b", Signal: CTS},
		"dsr:/dev/ttyUSB0":          {Kind: KindModem, Path: "/dev/ttyUSB0", Signal: DSR},
		"phc:eth0":                  {Kind: KindPHC, Interface: "eth0"},
		"phc:/dev/ptp0":             {Kind: KindPHC, Path: "/dev/ptp0"},
		"phc:enp1s0:SDP1":           {Kind: KindPHC, Interface: "enp1s0", Pin: "SDP1"},
		"phc:/dev/ptp0:1:1":         {Kind: KindPHC, Path: "/dev/ptp0", Pin: "1", Channel: 1},
		"phc:eth0::1":               {Kind: KindPHC, Interface: "eth0", Channel: 1},
		"phc:eth0::255":             {Kind: KindPHC, Interface: "eth0", Channel: 255},
		"ri:/dev/ttyUSB0":           {Kind: KindModem, Path: "/dev/ttyUSB0", Signal: RI},
	} {
		if got, err := Parse(source); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", source, got, err, want)
		}
		if got := want.String(); got != source {
			t.Errorf("%+v is named %q, want %q", want, got, source)
		}
	}
}

// Channel 0 is the usual one, which String leaves out.
func TestParseChannelZero(t *testing.T) {
	want := Address{Kind: KindPHC, Interface: "eth0", Pin: "SDP1"}
	if got, err := Parse("phc:eth0:SDP1:0"); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestParseErrors(t *testing.T) {
	for source, says := range map[string]string{
		"": "gpio:GPIO18", "pps0": "/dev/pps0", "18": "did you mean gpio:GPIO18?", "gpio17": "did you mean gpio:GPIO17?", "PPS1": "did you mean /dev/pps1?", "gpio:": "no line in", "gpio::4": "no line in", "gpio:chip:": "no line in",
		"gpio:chip:-1": "no line in", "gpio:chip:GPIO4": "no line in", "dcd:": "dcd:/dev/ttyS0", "ldisc:ttyS0": "ldisc:/dev/ttyS0", "cts:ttyS0": "cts:/dev/ttyS0",
		"dtr:/dev/ttyS0": "unknown kind", "ptp0": "phc:/dev/ptp0", "phc:": "phc:eth0", "phc::1": "phc:eth0", "phc:a/b": "phc:eth0", "phc:eth0:1:x": "phc:eth0:PIN:CHANNEL",
		"phc:eth0:1:-1": "phc:eth0", "phc:eth0:1:256": "phc:eth0", "phc:eth0:1:2:3": "phc:eth0",
	} {
		if _, err := Parse(source); !errors.Is(err, ErrSyntax) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want ErrSyntax and %q", source, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"/dev/pps0", "gpio:GPIO18", "gpio:a:b:18", "dcd:/dev/ttyS0", "ldisc:/dev/ttyS0", "ri:x", "gpio::", ":", "phc:eth0:SDP1:1", "phc:/dev/ptp0::2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		a, err := Parse(source)
		if err != nil {
			if !errors.Is(err, ErrSyntax) || a != (Address{}) {
				t.Errorf("%q: %+v, %v", source, a, err)
			}
			return
		}
		if again, err := Parse(a.String()); err != nil || again != a {
			t.Errorf("%q is %+v, and %q is %+v, %v", source, a, a, again, err)
		}
	})
}
