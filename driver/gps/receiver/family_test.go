package receiver

import (
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
)

// The commands match those in manuals and in other programs.
func TestCommands(t *testing.T) {
	known := map[string][]string{ // in the order of the table; each is followed by its Back, if any
		"u-blox": {
			"$PUBX,40,GSV,0,0,0,0,0,0*59", "", "$PUBX,40,RMC,1,1,1,1,1,0*46", "b56206080600e803010001000139",
			"$PUBX,41,1,0007,0003,115200,0*18", "$PUBX,41,1,0007,0003,9600,0*10",
			"b56206090d0000000000ffff0000000000001731bf", "b56206090d00ffff000000000000ffff0000172fae",
		},
		"u-blox-9": {"", "", "", "", "b562068a0c00000100000100524000c20100f3a5"},
		"mediatek": {
			"$PMTK314,0,1,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0,1,0*28", "$PMTK314,-1*04", "$PMTK220,1000*1F",
			"$PMTK255,1*2D", "$PMTK255,0*2C", "$PMTK251,115200*1F", "$PMTK251,9600*17",
		},
		"sirf": {
			"$PSRF103,03,00,00,01*27", "$PSRF103,03,00,01,01*26", "$PSRF103,04,00,01,01*21",
			"$PSRF100,1,38400,8,1,0*3D", "$PSRF100,1,9600,8,1,0*0D",
		},
		"garmin": {"$PGRMO,GPGSV,0*22", "$PGRMO,GPGSV,1*23"},
		"casic": {
			"", "$PCAS03,1,1,1,1,1,1,1,1*02", "$PCAS02,1000*2E", "$PCAS01,5*19", "$PCAS01,1*1D", "$PCAS00*01",
		},
		"skytraq": {"a0a10009080101000001000100080d0a", "a0a100030e01000f0d0a", "a0a1000405000500000d0a"},
		"airoha": {
			"$PAIR062,3,0*3D", "$PAIR062,3,1*3C", "$PAIR062,4,1*3B", "$PAIR050,1000*12", "$PAIR864,0,0,115200*1B", "", "$PAIR513*3D",
		},
		"teseo": {},
	}
	for _, f := range Families() {
		want, ok := known[f.Name]
		if !ok {
			t.Errorf("no reference commands for %s", f.Name)
		}
		var got []string
		for _, c := range f.Commands(9600) {
			for _, message := range [][]byte{c.Send, c.Back} {
				if message == nil {
					continue
				}
				text := hex.EncodeToString(message)
				if message[0] == '$' {
					text = strings.TrimSuffix(string(message), "\r\n")
				}
				got = append(got, text)
			}
		}
		if len(got) < len(want) {
			t.Fatalf("%s: %d messages, want at least %d", f.Name, len(got), len(want))
		}
		for i, text := range want {
			if text != "" && got[i] != text {
				t.Errorf("%s: message %d is %s, want %s", f.Name, i, got[i], text)
			}
		}
	}
}

// The positions of fields match the manuals.
func TestMediaTekFields(t *testing.T) {
	f := Named("mediatek")
	fields := strings.Split(string(f.Commands(9600)[0].Send), ",")
	for i, want := range map[int]string{1 + 1: "1", 1 + 3: "1", 1 + 4: "1", 1 + 5: "0", 1 + 17: "1"} { // RMC GGA GSA GSV ZDA
		if len(fields) != 1+19 || fields[i] != want {
			t.Errorf("field %d of %q: want %s", i-1, fields, want)
		}
	}
}

func TestGarminFields(t *testing.T) {
	f := Named("garmin")
	for _, c := range f.Commands(4800) {
		fields := strings.Split(string(c.Send), ",")
		switch {
		case c.Baud == 19200 && (len(fields) != 11 || fields[10][:1] != "5" || !c.Later):
			t.Errorf("the baud rate: %q", fields)
		case strings.Contains(c.What, "pulse") && (len(fields) != 13 || fields[12][:1] != "2"):
			t.Errorf("the pulse: %q", fields)
		}
	}
}

// There is no command for the current baud rate, or without a baud rate. Back returns to
// the current one.
func TestBaud(t *testing.T) {
	for _, f := range Families() {
		for _, c := range f.Commands(0) {
			if c.Baud != 0 {
				t.Errorf("%s: a baud rate for native USB: %q", f.Name, c.Send)
			}
		}
		for _, c := range f.Commands(9600) {
			if c.Baud == 0 {
				continue
			}
			for _, again := range f.Commands(c.Baud) {
				if again.Baud != 0 {
					t.Errorf("%s: from %d to %d baud", f.Name, c.Baud, again.Baud)
				}
			}
		}
	}
	for _, name := range []string{"garmin", "casic"} {
		f := Named(name)
		for _, c := range f.Commands(460800) {
			if c.Baud != 0 && c.Back != nil {
				t.Errorf("%s goes back to 460800 baud, for which it has no code: %q", name, c.Back)
			}
		}
	}
}

func TestFamilies(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Families() {
		if !regexp.MustCompile(`^[a-z][a-z0-9-]+$`).MatchString(f.Name) || seen[f.Name] || f.Title == "" || f.Baud == 0 {
			t.Errorf("bad family %+v", f)
		}
		seen[f.Name] = true
		if Named(f.Name) != f {
			t.Errorf("Named does not find %s", f.Name)
		}
		if len(f.Commands(9600)) > 0 && f.Keeps == "" {
			t.Errorf("%s: Keeps is empty", f.Name)
		}
	}
	if Named("U-blox") != nil {
		t.Error("Named finds an unknown name")
	}
	for g := none + 1; int(g) < len(guesses); g++ {
		if !seen[g.Family()] || g.Why() == "" {
			t.Errorf("guess %d: unknown family %q, or no reason", g, g.Family())
		}
	}
	if none.Family() != "" {
		t.Error("the zero Guess has a family")
	}
}
