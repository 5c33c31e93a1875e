package responder

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// cutLine returns the length of the first line.
func cutLine(data []byte) int { return bytes.IndexByte(data, '\n') + 1 }

// openLine returns the fields of a sentence; nil if its checksum is wrong.
func openLine(line []byte) []string {
	text, ok := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), "$")
	body, _, star := strings.Cut(text, "*")
	if !ok || !star || string(sentence(body)) != string(line) {
		return nil
	}
	return strings.Split(body, ",")
}

// intervals returns the function for due that looks the kind up in a list of intervals.
func intervals(order []string, list string) func(string) int {
	fields := strings.Split(list, ",")
	return func(kind string) int {
		i := slices.Index(order, kind)
		if i < 0 || i >= len(fields) {
			return 0
		}
		n, _ := strconv.Atoi(fields[i])
		return n
	}
}

func rate(ram map[string]string) int {
	n, _ := strconv.Atoi(ram["baud"])
	return n
}

// A mediatek is a MT3339, with settings in battery-backed RAM: a loss of power without a
// battery restores the defaults.
type mediatek struct{}

var mediatekOrder = []string{"GLL", "RMC", "VTG", "GGA", "GSA", "GSV", "GRS", "GST", "", "", "", "", "", "", "", "", "", "ZDA", ""}

func (mediatek) defaults() map[string]string {
	return map[string]string{"baud": "9600", "sentences": "0,1,1,1,1,5,0,0,0,0,0,0,0,0,0,0,0,0,0"}
}
func (mediatek) start(ram, memory map[string]string) { maps.Copy(ram, memory) }
func (mediatek) cut(data []byte) int                 { return cutLine(data) }
func (mediatek) baud(ram map[string]string) int      { return rate(ram) }

func (mediatek) sentences(r *Receiver, second int) []string {
	return style{".000", "1143", "1.01"}.lines(second, due(second, []string{"GGA", "GSA", "GSV", "RMC", "VTG", "GLL", "ZDA"}, intervals(mediatekOrder, r.ram["sentences"]))...)
}

func (mediatek) answer(r *Receiver, command []byte) []byte {
	f := openLine(command)
	done := func(yes bool) []byte {
		flag := "2"
		if yes {
			flag = "3"
		}
		return sentence("PMTK001," + strings.TrimPrefix(f[0], "PMTK") + "," + flag)
	}
	switch {
	case len(f) == 1 && f[0] == "PMTK605":
		return sentence("PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0")
	case len(f) == 1 && f[0] == "PMTK414":
		return sentence("PMTK514," + r.ram["sentences"])
	case len(f) == 20 && f[0] == "PMTK314":
		return done(r.apply(strings.Join(f, ","), func(ram, _ map[string]string) { ram["sentences"] = strings.Join(f[1:], ",") }))
	case len(f) == 2 && f[0] == "PMTK251":
		if yes := r.apply(strings.Join(f, ","), func(ram, _ map[string]string) { ram["baud"] = f[1] }); !yes {
			return done(false)
		}
	case len(f) > 0 && strings.HasPrefix(f[0], "PMTK"):
		return sentence("PMTK001," + strings.TrimPrefix(f[0], "PMTK") + ",1")
	}
	return nil
}

// A casic is an AT6558 with flash memory. It acknowledges nothing.
type casic struct{}

var (
	casicOrder = []string{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "TXT"}
	casicBauds = []string{"4800", "9600", "19200", "38400", "57600", "115200"}
)

func (casic) defaults() map[string]string {
	return map[string]string{"baud": "9600", "sentences": "1,1,1,1,1,1,1,1"}
}
func (casic) start(ram, memory map[string]string) { maps.Copy(ram, memory) }
func (casic) cut(data []byte) int                 { return cutLine(data) }
func (casic) baud(ram map[string]string) int      { return rate(ram) }

func (casic) sentences(r *Receiver, second int) []string {
	return style{".000", "1143", "1.0"}.lines(second, due(second, []string{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "TXT"}, intervals(casicOrder, r.ram["sentences"]))...)
}

func (casic) answer(r *Receiver, command []byte) []byte {
	f := openLine(command)
	switch {
	case len(f) == 2 && f[0] == "PCAS06":
		return sentence("GPTXT,01,01,02,SW=URANUS5,V5.3.0.0")
	case len(f) == 9 && f[0] == "PCAS03":
		r.apply(strings.Join(f, ","), func(ram, _ map[string]string) { ram["sentences"] = strings.Join(f[1:], ",") })
	case len(f) == 2 && f[0] == "PCAS01":
		r.apply(strings.Join(f, ","), func(ram, _ map[string]string) {
			if n, err := strconv.Atoi(f[1]); err == nil && n < len(casicBauds) {
				ram["baud"] = casicBauds[n]
			}
		})
	case len(f) == 1 && f[0] == "PCAS00":
		r.apply("PCAS00", func(ram, memory map[string]string) { maps.Copy(memory, ram) })
	}
	return nil
}

// An airoha is a Quectel LC76G. It uses a new baud rate at once if Now is set, else after
// it has started again. It stores the rate at once.
type airoha struct{}

var airohaOrder = []string{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "GRS", "GST"}

func (airoha) defaults() map[string]string {
	return map[string]string{"baud": "9600", "set": "9600", "at once": "no", "sentences": "1,1,1,1,1,1,0,0,0"}
}

func (airoha) start(ram, memory map[string]string) {
	if memory["set"] == "" {
		memory["set"] = ram["set"]
	}
	maps.Copy(ram, memory)
	ram["baud"] = ram["set"]
}
func (airoha) cut(data []byte) int            { return cutLine(data) }
func (airoha) baud(ram map[string]string) int { return rate(ram) }

func (airoha) sentences(r *Receiver, second int) []string {
	return style{".000", "334166", "0.48"}.lines(second, due(second, []string{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "GRS", "GST"}, intervals(airohaOrder, r.ram["sentences"]))...)
}

func (a airoha) answer(r *Receiver, command []byte) []byte {
	f := openLine(command)
	if len(f) == 0 {
		return nil
	}
	id, own := strings.CutPrefix(f[0], "PAIR")
	done := func(yes bool) []byte {
		result := "2"
		if yes {
			result = "0"
		}
		return sentence("PAIR001," + id + "," + result)
	}
	list := strings.Split(r.ram["sentences"], ",")
	kind := -1
	if len(f) > 1 {
		if n, err := strconv.Atoi(f[1]); err == nil && n < len(list) {
			kind = n
		}
	}
	switch {
	case f[0] == "PQTMVERNO":
		return sentence("PQTMVERNO,LC76GABNR02A01S,2022/09/14,11:47:03")
	case id == "063" && kind >= 0:
		return sentence(fmt.Sprintf("PAIR063,%d,%s", kind, list[kind]))
	case id == "062" && kind >= 0 && len(f) == 3:
		return done(r.apply(strings.Join(f, ","), func(ram, _ map[string]string) {
			list[kind] = f[2]
			ram["sentences"] = strings.Join(list, ",")
		}))
	case id == "865" && len(f) == 3:
		return sentence("PAIR865," + r.ram["set"])
	case id == "864" && len(f) == 4:
		return done(r.apply(strings.Join(f, ","), a.setBaud(f[3])))
	case id == "513":
		return done(r.apply("PAIR513", func(ram, memory map[string]string) {
			memory["sentences"] = ram["sentences"]
		}))
	case own:
		return sentence("PAIR001," + id + ",3")
	}
	return nil
}

func (airoha) setBaud(v string) func(ram, memory map[string]string) {
	return func(ram, memory map[string]string) {
		ram["set"] = v
		memory["set"] = v
		if ram["at once"] == "yes" {
			ram["baud"] = v
		}
	}
}

// A skytraq is a Venus 8. It sends $PSTI, by which it is recognised.
type skytraq struct{}

var (
	skytraqOrder = []string{"GGA", "GSA", "GSV", "GLL", "RMC", "VTG", "ZDA"}
	skytraqBauds = casicBauds
)

func (skytraq) defaults() map[string]string {
	return map[string]string{"baud": "9600", "sentences": "1,1,3,0,1,1,0"}
}
func (skytraq) start(ram, memory map[string]string) { maps.Copy(ram, memory) }
func (skytraq) baud(ram map[string]string) int      { return rate(ram) }

func (skytraq) cut(data []byte) int {
	switch {
	case len(data) == 0:
		return 0
	case data[0] != 0xA0 || len(data) > 1 && data[1] != 0xA1:
		return 1
	case len(data) < 4:
		return 0
	}
	return 4 + int(data[2])<<8 + int(data[3]) + 3
}

func (skytraq) sentences(r *Receiver, second int) []string {
	list := style{".000", "1143", "1.0"}.lines(second, due(second, []string{"GGA", "GSA", "GSV", "GLL", "RMC", "VTG", "ZDA"}, intervals(skytraqOrder, r.ram["sentences"]))...)
	return append(list, "PSTI,00,2,0,6.2,,")
}

// binary frames a message.
func binary8(body ...byte) []byte {
	var sum byte
	for _, c := range body {
		sum ^= c
	}
	return append(append([]byte{0xA0, 0xA1, byte(len(body) >> 8), byte(len(body))}, body...), sum, '\r', '\n')
}

func (s skytraq) answer(r *Receiver, command []byte) []byte {
	if len(command) < 8 || !bytes.Equal(binary8(command[4:len(command)-3]...), command) {
		return nil
	}
	body := command[4 : len(command)-3]
	done := func(yes bool) []byte {
		if yes {
			return binary8(0x83, body[0])
		}
		return binary8(0x84, body[0])
	}
	switch {
	case body[0] == 0x02 && len(body) == 2:
		return append(done(true), binary8(0x80, 1, 0, 2, 0, 74, 0, 1, 7, 27, 0, 14, 7, 21)...)
	case body[0] == 0x08 && len(body) == 9:
		var list []string
		for _, n := range body[1:8] {
			list = append(list, strconv.Itoa(int(n)))
		}
		return done(r.apply(fmt.Sprintf("sentences %v, memory %d", list, body[8]), both(body[8], "sentences", strings.Join(list, ","))))
	case body[0] == 0x05 && len(body) == 4 && int(body[2]) < len(skytraqBauds):
		return done(r.apply(fmt.Sprintf("baud %s, memory %d", skytraqBauds[body[2]], body[3]), both(body[3], "baud", skytraqBauds[body[2]])))
	}
	return done(false)
}

// both changes a setting in RAM, and if memory is 1 also in flash.
func both(in byte, name, value string) func(ram, memory map[string]string) {
	return func(ram, memory map[string]string) {
		ram[name] = value
		if in == 1 {
			memory[name] = value
		}
	}
}
