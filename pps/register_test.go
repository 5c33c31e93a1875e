//go:build linux

package pps

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// The places of the levels, as the data sheets number the lines.
func TestRegisterMaps(t *testing.T) {
	for _, c := range []struct {
		chip   string
		line   int
		offset int
		bit    int // -1 if there is no such line
	}{
		{"pinctrl-bcm2835", 4, 0x34, 4},
		{"pinctrl-bcm2835", 18, 0x34, 18},
		{"pinctrl-bcm2711", 31, 0x34, 31},
		{"pinctrl-bcm2711", 32, 0x38, 0},
		{"pinctrl-bcm2711", 57, 0x38, 25},
		{"pinctrl-bcm2711", 58, 0, -1},
		{"pinctrl-rp1", 18, 0x08, 18},
		{"pinctrl-rp1", 27, 0x08, 27},
		{"pinctrl-rp1", 28, 0x4008, 0},
		{"pinctrl-rp1", 33, 0x4008, 5},
		{"pinctrl-rp1", 34, 0x8008, 0},
		{"pinctrl-rp1", 53, 0x8008, 19},
		{"pinctrl-rp1", 54, 0, -1},
		{"gpio-sim", 0, 0, -1},
	} {
		offset, mask, ok := registerMaps[c.chip].find(c.line)
		if ok != (c.bit >= 0) || ok && (offset != c.offset || mask != 1<<c.bit) {
			t.Errorf("%s, line %d: %#x, %#x, %v; want %#x, bit %d", c.chip, c.line, offset, mask, ok, c.offset, c.bit)
		}
	}
	for chip, m := range registerMaps {
		const page = 16384 // the largest of Raspberry Pi OS
		if m.start%page != 0 {
			t.Errorf("%s: the mapping starts at %#x, which is not a multiple of a page", chip, m.start)
		}
		for _, b := range m.banks {
			if b.offset%4 != 0 || b.offset+4 > m.length || b.lines > 32 {
				t.Errorf("%s: %+v", chip, b)
			}
		}
	}
}

// A file takes the place of the device.
func TestRegisterReads(t *testing.T) {
	m := rp1Registers
	m.device = filepath.Join(t.TempDir(), "gpiomem")
	if _, err := m.open(8, 1, false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no device: %v", err)
	}
	if err := os.WriteFile(m.device, make([]byte, m.start+8), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.open(8, 1, false); err == nil {
		t.Error("a short file is mapped")
	}
	file, err := os.OpenFile(m.device, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(m.start + int64(m.length)); err != nil {
		t.Fatal(err)
	}
	offset, mask, _ := m.find(18)
	high, _ := m.open(offset, mask, false)
	low, err := m.open(offset, mask, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []uint32{0, 1 << 18, ^uint32(1 << 18)} {
		if err := writeWord(file, m.start+int64(offset), word); err != nil {
			t.Fatal(err)
		}
		want := word&(1<<18) != 0
		if is, err := high.High(); is != want || err != nil {
			t.Errorf("%#x: %v, %v", word, is, err)
		}
		if is, err := low.High(); is == want || err != nil {
			t.Errorf("%#x, active low: %v, %v", word, is, err)
		}
	}
	if n := testing.AllocsPerRun(100, func() { high.High() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func writeWord(file *os.File, at int64, word uint32) error {
	_, err := file.WriteAt(binary.NativeEndian.AppendUint32(nil, word), at)
	return err
}
