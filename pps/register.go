//go:build linux

package pps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/warthog618/go-gpiocdev"
	"golang.org/x/sys/unix"
)

// ErrNoRegister means that the level of a line cannot be read in a register of its chip.
var ErrNoRegister = errors.New("no register with the level of this line")

// A Register is the [Level] of a line in the register of its chip, which is mapped for reading.
// A poll takes some 0.1 µs, and on a Raspberry Pi 5, whose chip is behind PCIe, about 1 µs.
type Register struct {
	word   *uint32
	mask   uint32
	invert bool
}

// A bank is a register with the levels of some of a chip's lines, one bit each, the first line
// in bit 0.
type bank struct {
	first, lines int // of the chip
	offset       int // from the start of the mapping
}

// A registerMap is where the registers of a chip are.
type registerMap struct {
	device string // that maps them
	start  int64  // in the device, of the mapping
	length int    // of the mapping
	banks  []bank
}

// bcm2835Registers is for the Raspberry Pi Zero to 4. The device maps the block "GPIO" of the
// chip (BCM2835 ARM Peripherals, 6.1; BCM2711 ARM Peripherals, 5.2), which has in
// drivers/pinctrl/bcm/pinctrl-bcm2835.c:
//
//	#define GPLEV0		0x34	/* Pin Level */
//
// GPLEV1 follows, with lines 32 to 57.
var bcm2835Registers = registerMap{device: "/dev/gpiomem", length: 0x1000, banks: []bank{{0, 32, 0x34}, {32, 26, 0x38}}}

// rp1Registers is for the Raspberry Pi 5. The device maps IO_BANK0 and, at 0x10000, SYS_RIO0
// (RP1 Peripherals, 2.4 and 3.3; rp1.dtsi: gpiomem@d0000). drivers/pinctrl/pinctrl-rp1.c has:
//
//	#define RP1_RIO_IN		0x08
//
//	/*         num inte    ints     rio    pads */
//	{  0, 28, 0x011c, 0x0124, 0x0000, 0x0004 },
//	{ 28,  6, 0x411c, 0x4124, 0x4000, 0x4004 },
//	{ 34, 20, 0x811c, 0x8124, 0x8000, 0x8004 },
var rp1Registers = registerMap{device: "/dev/gpiomem0", start: 0x10000, length: 0xC000, banks: []bank{{0, 28, 0x0008}, {28, 6, 0x4008}, {34, 20, 0x8008}}}

// registerMaps are by the labels of the chips.
var registerMaps = map[string]registerMap{
	"pinctrl-bcm2835": bcm2835Registers, // Raspberry Pi Zero to 3
	"pinctrl-bcm2711": bcm2835Registers, // Raspberry Pi 4
	"pinctrl-rp1":     rp1Registers,     // Raspberry Pi 5
}

// find returns the offset and the bit of a line's level.
func (m registerMap) find(line int) (offset int, mask uint32, ok bool) {
	for _, b := range m.banks {
		if line >= b.first && line < b.first+b.lines {
			return b.offset, 1 << (line - b.first), true
		}
	}
	return 0, 0, false
}

// Register maps the register with the level of the line. Errors wrap ErrNoRegister if the chip
// is not that of a Raspberry Pi, fs.ErrNotExist or fs.ErrPermission: group gpio may open the
// device in Raspberry Pi OS, and a service of systemd needs DeviceAllow=.
func (l *Line) Register() (*Register, error) {
	chip, err := gpiocdev.NewChip(l.place.chip)
	if err != nil {
		return nil, bare(err)
	}
	label := chip.Label
	chip.Close()
	m, known := registerMaps[label]
	offset, mask, ok := m.find(l.place.offset)
	if !known || !ok {
		return nil, fmt.Errorf("%w: its chip is %s", ErrNoRegister, label)
	}
	return m.open(offset, mask, l.activeLow)
}

// open maps the registers. They stay mapped until the Register is unreachable: another
// goroutine may be reading.
func (m registerMap) open(offset int, mask uint32, activeLow bool) (*Register, error) {
	file, err := os.OpenFile(m.device, os.O_RDONLY, 0)
	if err != nil {
		return nil, bare(err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() < m.start+int64(m.length) {
		return nil, fmt.Errorf("map %s: %w", m.device, fs.ErrInvalid) // reading beyond its end would end the program
	}
	memory, err := unix.Mmap(int(file.Fd()), m.start, m.length, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", m.device, err)
	}
	r := &Register{word: (*uint32)(unsafe.Pointer(&memory[offset])), mask: mask, invert: activeLow}
	runtime.AddCleanup(r, func(memory []byte) { unix.Munmap(memory) }, memory)
	return r, nil
}

// High reads the register. It returns no error.
func (r *Register) High() (bool, error) {
	high := atomic.LoadUint32(r.word)&r.mask != 0
	runtime.KeepAlive(r)
	return high != r.invert, nil
}
