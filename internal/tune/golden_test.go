package tune

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/tune/responder"
	"github.com/refclock/refclock/nmea"
)

// A recordedPort records what is written, and answers nothing.
type recordedPort struct {
	now     time.Duration
	timeout time.Duration
	sent    []byte
}

func (p *recordedPort) Read([]byte) (int, error) { p.now += p.timeout; return 0, nil }
func (p *recordedPort) Write(b []byte) (int, error) {
	p.sent = append(p.sent, b...)
	return len(b), nil
}
func (p *recordedPort) Close() error                         { return nil }
func (p *recordedPort) SetBaud(int) error                    { return nil }
func (p *recordedPort) SetReadTimeout(d time.Duration) error { p.timeout = d; return nil }
func (p *recordedPort) link() *link {
	return &link{
		ctx: context.Background(), port: p, wire: true, baud: 9600, sleep: func(d time.Duration) { p.now += d },
		now:    func() nmea.Stamp { return nmea.Stamp{Mono: int64(time.Hour + p.now)} },
		timing: Timing{Reply: time.Second, Tries: 1, Settle: time.Second, Sight: time.Second, Return: time.Second},
	}
}

var _ io.ReadWriter = (*recordedPort)(nil)

// sent returns what an action writes: text, or hexadecimal.
func sent(act func(*link)) string {
	p := &recordedPort{}
	act(p.link())
	if bytes.HasPrefix(p.sent, []byte("$")) {
		return strings.TrimSuffix(string(p.sent), "\r\n")
	}
	return hex.EncodeToString(p.sent)
}

// writes returns an action that writes a setting.
func writes(d dialect, name, value string) func(*link) {
	return func(l *link) { _ = d.write(l, Setting{name, value}) }
}

// The bytes match those in public documents and programs.
func TestGolden(t *testing.T) {
	port, _ := hex.DecodeString("01000000d0080000802500000700030000000000")
	old := &legacy{port: port, nav5: slices.Concat([]byte{0xff, 0xff, 0x00, 0x03, 0, 0, 0, 0, 0x10, 0x27, 0, 0, 0x05, 0, 0xfa, 0, 0xfa, 0, 0x64, 0, 0x2c, 0x01}, make([]byte, 14))}
	keyed := &keyed{port: uart1}
	for _, c := range []struct {
		what string
		act  func(*link)
		want string
	}{
		// UBX-MON-VER, UBX-CFG-PRT, UBX-CFG-NAV5 polls: in many programs.
		{"who is it", func(l *link) { _, _, _ = version(l) }, "b5620a0400000e34"},
		{"poll the port", func(l *link) { _, _ = old.readBack(l, setOut) }, "b562060000000618"},
		{"poll the model", func(l *link) { _, _ = old.readModel(l) }, "b562062400002a84"},
		// UBX-CFG-MSG for the current port.
		{"GGA off", writes(old, "NMEA-GGA", "0"), "b56206010300f00000fa0f"},
		{"GLL off", writes(old, "NMEA-GLL", "0"), "b56206010300f00100fb11"},
		{"GSV off", writes(old, "NMEA-GSV", "0"), "b56206010300f00300fd15"},
		{"VTG off", writes(old, "NMEA-VTG", "0"), "b56206010300f00500ff19"},
		{"115200 baud", writes(old, Baud, "115200"), "b5620600140001000000d008000000c201000700030000000000c07e"},
		// The default of the NEO-6 and -7: 1 Hz, 100 ms with lock, off without.
		{"the pulse", writes(old, setPulse, "000000003200000040420f0040420f0000000000a086010000000000f7000000"),
			"b562063120000000000032000000" + "40420f0040420f0000000000a086010000000000f7000000c997"},
		{"save", func(l *link) { _ = old.store(l, nil) }, "b56206090d0000000000ffff0000000000001731bf"},

		{"VALSET of the baud rate", writes(keyed, Baud, "115200"), "b562068a0c00000100000100524000c20100f3a5"},
		{"VALGET of one key", func(l *link) { _, _ = keyed.get(l, key{id: 0x30210001}, layerRAM) }, "b562068b0800000000000100213" + "0eb07"},
		{"VALSET of the model", writes(keyed, keyModel, "2"), "b562068a0900000100002100112002ee4b"},

		{"PMTK firmware", func(l *link) { _, _ = mediatek{}.identify(l) }, "$PMTK605*31"},
		{"PMTK sentences", func(l *link) { _, _ = mediatek{}.readBack(l, setSentences) }, "$PMTK414*33"},
		{"PMTK RMC only", writes(mediatek{}, setSentences, "0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"), "$PMTK314,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0*29"},
		{"PMTK baud", writes(mediatek{}, Baud, "115200"), "$PMTK251,115200*1F"},

		{"PCAS firmware", func(l *link) { _, _ = casic{}.identify(l) }, "$PCAS06,0*1B"},
		{"PCAS RMC only", writes(casic{}, setSentences, "0,0,0,0,1,0,0,0"), "$PCAS03,0,0,0,0,1,0,0,0*03"},
		{"PCAS baud", writes(casic{}, Baud, "115200"), "$PCAS01,5*19"},
		{"PCAS save", func(l *link) { _ = casic{}.store(l, nil) }, "$PCAS00*01"},

		{"SkyTraq version", func(l *link) { _, _ = skytraq{}.identify(l) }, "a0a100020201030d0a"},
		{"SkyTraq baud", writes(skytraq{}, Baud, "9600"), "a0a1000405000100040d0a"},
		{"SkyTraq sentences", writes(skytraq{}, setSentences, "1,1,1,0,1,0,0"), "a0a10009080101010001000000080d0a"},

		{"PAIR firmware", func(l *link) { _, _ = (&airoha{}).identify(l) }, "$PQTMVERNO*58"},
		{"PAIR GGA", writes(&airoha{}, "NMEA-GGA", "3"), "$PAIR062,0,3*3D"},
		{"PAIR GSV off", writes(&airoha{}, "NMEA-GSV", "0"), "$PAIR062,3,0*3D"},
		{"PAIR baud", writes(&airoha{}, Baud, "115200"), "$PAIR864,0,0,115200*1B"},
		{"PAIR baud?", func(l *link) { _, _ = (&airoha{}).readBaud(l) }, "$PAIR865,0,0*31"},
		{"PAIR save", func(l *link) { _ = (&airoha{}).store(l, nil) }, "$PAIR513*3D"},
	} {
		if got := sent(c.act); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// UBX-CFG-NAV5 changes only the dynamic model: its mask is 1, and the other bytes are those
// that were read.
func TestModelMask(t *testing.T) {
	nav5 := make([]byte, nav5Size)
	for i := range nav5 {
		nav5[i] = byte(i)
	}
	got := sent(writes(&legacy{nav5: nav5}, setModel, "2"))
	if want := "b5620624240001000203040506"; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s...", got, want)
	}
}

// The keys of the ports, and the sizes of the values, match the interface description.
func TestKeys(t *testing.T) {
	want := map[int]map[string]uint32{
		1: {keySentence + "GGA": 0x209100bb, keySentence + "RMC": 0x209100ac, keySentence + "ZDA": 0x209100d9, keySentence + "GSV": 0x209100c5, keyMessage + "TIM_TP": 0x2091017e, keyMessage + "NAV_TIMEUTC": 0x2091005c, keyMessage + "NAV_TIMELS": 0x20910061},
		2: {keySentence + "GGA": 0x209100bc, keyMessage + "TIM_TP": 0x2091017f},
		3: {keySentence + "GGA": 0x209100bd, keyMessage + "TIM_TP": 0x20910180},
	}
	for _, port := range []portKeys{uart1, uart2, usb} {
		u := &keyed{port: port}
		for name, id := range want[port.number] {
			if k, err := u.named(name); err != nil || k.id != id {
				t.Errorf("port %d, %s: %08x, %v; want %08x", port.number, name, k.id, err, id)
			}
		}
		for _, k := range u.all() {
			if sizes := map[uint32]int{0x1: 1, 0x2: 1, 0x3: 2, 0x4: 4}; k.size() != sizes[k.id>>28] {
				t.Errorf("%s %08x: %d bytes", k.name, k.id, k.size())
			}
		}
	}
	if u := (&keyed{port: usb}); slices.ContainsFunc(u.all(), func(k key) bool { return k.name == Baud }) {
		t.Error("native USB has a baud rate")
	}
}

// The pulse keeps its delays, polarity, time grid and a useful length. All else is as
// u-blox's default.
func TestWantedPulse(t *testing.T) {
	const standard = "000000003200000040420f0040420f0000000000a086010000000000f7000000"
	for name, c := range map[string]struct{ now, want string }{
		"the default":        {standard, standard},
		"off":                {strings.Replace(standard, "f7000000", "f6000000", 1), standard},
		"also without lock":  {strings.Replace(standard, "00000000a0860100", "a0860100a0860100", 1), standard},
		"5 Hz as frequency":  {"00000000320000000500000005000000" + "0000000050c30000" + "00000000ff000000", "000000003200000040420f0040420f000000000050c3000000000000f7000000"},
		"a ratio":            {"000000003200000040420f0040420f000000008000000080" + "00000000e7000000", standard},
		"falling, UTC":       {strings.Replace(standard, "f7000000", "37000000", 1), strings.Replace(standard, "f7000000", "37000000", 1)},
		"a user's delay":     {strings.Replace(standard, "00000000f7000000", "e8030000f7000000", 1), strings.Replace(standard, "00000000f7000000", "e8030000f7000000", 1)},
		"a length of 20 ms":  {strings.Replace(standard, "a0860100", "204e0000", 1), strings.Replace(standard, "a0860100", "204e0000", 1)},
		"a length of 2 s":    {strings.Replace(standard, "a0860100", "80841e00", 1), standard},
		"not the right size": {"0000", "0000"},
	} {
		if got := wantedPulse(c.now); got != c.want {
			t.Errorf("%s: %s becomes %s, want %s", name, c.now, got, c.want)
		}
	}
}

func TestProtocolVersion(t *testing.T) {
	for text, want := range map[string]int{"PROTVER=18.00": 1800, "PROTVER 15.00": 1500, "PROTVER=34.10": 3410, "PROTVER=27.12": 2712} {
		if got, ok := protocolVersion(text); !ok || got != want {
			t.Errorf("%s: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "PROTVER", "PROTVER=", "PROTVER=18", "PROTVER=18.", "PROTVER=x.y", "PROTVER=-1.00", "FWVER=SPG 3.01"} {
		if got, ok := protocolVersion(text); ok {
			t.Errorf("%q: %d", text, got)
		}
	}
}

// The sight counts intervals of seconds, and reports what it cannot tell.
func TestSight(t *testing.T) {
	var s sight
	for second := range 13 {
		clock := fmt.Sprintf("1201%02d.000", second)
		s.add(frame{text: "GNGGA," + clock + ",4717.1,N"})
		for kind, every := range map[string]int{"GSV": 5, "GSA": 1, "TXT": 3} {
			if second%every == 0 {
				s.add(frame{text: "GP" + kind + ",1,1,01"})
				s.add(frame{text: "GL" + kind + ",1,1,01"})
			}
		}
		if second == 7 {
			s.add(frame{text: "GNGST,x"})
		}
		if second == 3 || second == 4 || second == 9 {
			s.add(frame{text: "GNVTG,x"})
		}
	}
	for kind, want := range map[string]int{"GGA": 1, "GSA": 1, "GSV": 5, "TXT": 3, "ZDA": 0} {
		if got, err := s.interval(kind); err != nil || got != want {
			t.Errorf("%s: every %d s, %v; want %d", kind, got, err, want)
		}
	}
	for _, kind := range []string{"GST", "VTG"} {
		if got, err := s.interval(kind); err == nil {
			t.Errorf("%s: every %d s, want an error", kind, got)
		}
	}
}

// A receiver none of whose UARTs has the port's rate is connected in another way: its
// message keys would be those of the wrong port.
func TestFindPort(t *testing.T) {
	r := responder.New("u-blox-9")
	w := responder.NewWire(r)
	l := &link{ctx: context.Background(), port: w, wire: true, baud: 38400, now: w.Now, sleep: w.Sleep, timing: UsualTiming}
	w.SetBaud(38400)
	u := &keyed{}
	if err := u.findPort(l); err != nil || u.port != uart1 {
		t.Errorf("%+v, %v", u.port, err)
	}
	l.baud = 4800
	if err := u.findPort(l); err != nil || u.port != uart1 {
		t.Errorf("%+v, %v: want that the port stays when its rate changes", u.port, err)
	}
	u = &keyed{}
	if err := u.findPort(l); !errors.Is(err, errRefused) || !strings.Contains(err.Error(), "CFG-UART1 38400") {
		t.Errorf("%+v, %v", u.port, err)
	}
}
