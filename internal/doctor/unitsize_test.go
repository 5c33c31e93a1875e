package doctor

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"maps"
	"runtime"
	"strings"
	"testing"
)

// program returns a 32-bit program that calls these functions. Like those of OpenWrt, it
// has no section headers.
func program(machine elf.Machine, order binary.ByteOrder, functions ...string) string {
	const headers, base = 52 + 2*32, 0x10000
	names := "\x00" + strings.Join(functions, "\x00") + "\x00"
	dynamic := uint32(headers)
	text := dynamic + 3*8
	h := elf.Header32{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS32), byte(elf.ELFDATA2LSB), 1}, Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: 1,
		Phoff: 52, Ehsize: 52, Phentsize: 32, Phnum: 2, Shentsize: 40,
	}
	if order == binary.ByteOrder(binary.BigEndian) {
		h.Ident[elf.EI_DATA] = byte(elf.ELFDATA2MSB)
	}
	size := text + uint32(len(names))
	var b bytes.Buffer
	for _, part := range []any{
		h,
		elf.Prog32{Type: uint32(elf.PT_LOAD), Off: 0, Vaddr: base, Filesz: size, Memsz: size},
		elf.Prog32{Type: uint32(elf.PT_DYNAMIC), Off: dynamic, Vaddr: base + dynamic, Filesz: 24, Memsz: 24},
		[]elf.Dyn32{{Tag: int32(elf.DT_STRTAB), Val: base + text}, {Tag: int32(elf.DT_STRSZ), Val: uint32(len(names))}, {}},
		[]byte(names),
	} {
		if err := binary.Write(&b, order, part); err != nil {
			panic(err)
		}
	}
	return b.String()
}

// The functions of 32-bit programs, as in Debian 12 and 13 for armhf, and with musl.
var (
	time32 = []string{"libc.so.6", "clock_gettime", "time", "select", "stat", "GLIBC_2.4"}
	time64 = []string{"libc.so.6", "__clock_gettime64", "__time64", "__select64", "__stat64_time64", "GLIBC_2.34"}
	musl64 = []string{"libc.musl-armhf.so.1", "__clock_gettime64", "__gettimeofday_time64", "__select_time64", "__stat_time64"}
)

// The program of the time daemon decides which size its units have, else the C library.
// The version of the system decides only where neither can be read.
func TestLayoutSize(t *testing.T) {
	little, big := binary.ByteOrder(binary.LittleEndian), binary.ByteOrder(binary.BigEndian)
	armhf := map[string]string{"/lib/ld-linux-armhf.so.3": ""}
	with := func(files map[string]string, more ...string) map[string]string {
		files = maps.Clone(files)
		for i := 0; i < len(more); i += 2 {
			files[more[i]] = more[i+1]
		}
		return files
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int
	}{
		{"Ubuntu 22.04", with(armhf, "/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n", "/usr/sbin/chronyd", program(elf.EM_ARM, little, time32...)), 80},
		{"Ubuntu 22.04, files only", with(armhf, "/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n", "/usr/sbin/chronyd", ""), 80},
		{"Ubuntu 24.04, files only", with(armhf, "/etc/os-release", "ID=ubuntu\nVERSION_ID=\"24.04\"\n"), 96},
		{"Debian 12", with(armhf, "/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n", "/usr/sbin/chronyd", program(elf.EM_ARM, little, time32...)), 80},
		{"Raspberry Pi OS 12, files only", with(armhf, "/etc/os-release", "ID=raspbian\nVERSION_ID=\"12\"\n"), 80},
		{"Debian 13", with(armhf, "/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n", "/usr/sbin/chronyd", program(elf.EM_ARM, little, time64...)), 96},
		{"Debian 12 with a program that was built with 64-bit time", with(armhf, "/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n", "/usr/sbin/chronyd", program(elf.EM_ARM, little, time64...)), 96},
		{"a rolling release", with(armhf, "/etc/os-release", "ID=arch\n", "/usr/bin/chronyd", program(elf.EM_ARM, little, time64...)), 96},
		{"an unknown system", with(armhf, "/etc/os-release", "ID=yocto\nVERSION_ID=5.0\n"), 0},
		{"an unknown system with an old glibc", with(armhf, "/lib/libc.so.6", program(elf.EM_ARM, little, "clock_gettime", "time")), 80},
		{"an unknown system with a glibc of both kinds", with(armhf, "/lib/libc.so.6", program(elf.EM_ARM, little, append(time32, time64...)...)), 0},
		{"Fedora 36", with(armhf, "/etc/os-release", "ID=fedora\nVERSION_ID=36\n", "/usr/sbin/chronyd", program(elf.EM_ARM, little, time32...)), 80},
		{"Alpine", map[string]string{"/lib/ld-musl-armhf.so.1": program(elf.EM_ARM, little, "clock_gettime", "__clock_gettime64"), "/usr/sbin/chronyd": program(elf.EM_ARM, little, musl64...)}, 96},
		{"Alpine without a time daemon", map[string]string{"/lib/ld-musl-armv7.so.1": program(elf.EM_ARM, little, "clock_gettime", "__clock_gettime64")}, 96},
		{"Alpine 3.12", map[string]string{"/lib/ld-musl-armhf.so.1": program(elf.EM_ARM, little, "clock_gettime", "time"), "/etc/os-release": "ID=alpine\nVERSION_ID=3.12.1\n"}, 80},
		{"OpenWrt for MIPS, with the ntpd of BusyBox", map[string]string{"/lib/ld-musl-mips-sf.so.1": "-> libc.so", "/lib/libc.so": program(elf.EM_MIPS, big, "time", "__time64"),
			"/bin/busybox": program(elf.EM_MIPS, big, "time"), "/usr/sbin/ntpd": "-> ../../bin/busybox"}, 96},
		{"i386 with 64-bit time", map[string]string{"/lib/ld-linux.so.2": "", "/usr/sbin/chronyd": program(elf.EM_386, little, time64...)}, 88},
		{"Debian 13 for i386", map[string]string{"/lib/ld-linux.so.2": "", "/etc/os-release": "ID=debian\nVERSION_ID=13\n"}, 80},
		{"32-bit RISC-V", map[string]string{"/usr/sbin/chronyd": program(elf.EM_RISCV, little, "clock_gettime")}, 96},
		{"a 64-bit system", map[string]string{"/lib/ld-linux-aarch64.so.1": ""}, 96},
		{"a 64-bit system of musl", map[string]string{"/lib/ld-musl-aarch64.so.1": ""}, 96},
		{"a 32-bit time daemon on a 64-bit system", map[string]string{"/lib/ld-linux-armhf.so.3": "", "/lib/ld-linux-aarch64.so.1": "", "/usr/sbin/ntpd": program(elf.EM_ARM, little, time32...)}, 80},
		{"a system for both", map[string]string{"/lib/ld-linux.so.2": "", "/lib64/ld-linux-x86-64.so.2": ""}, 0},
		{"the running time daemon, not the installed one", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/exe": "-> /opt/chronyd", "/opt/chronyd": program(elf.EM_ARM, little, time64...),
			"/usr/sbin/chronyd": program(elf.EM_ARM, little, time32...)}, 96},
		{"the same without root", map[string]string{"/proc/7/comm": "chronyd", "/proc/7/cmdline": "/opt/chronyd\x00-d", "/opt/chronyd": program(elf.EM_ARM, little, time64...),
			"/usr/sbin/chronyd": program(elf.EM_ARM, little, time32...)}, 96},
		{"a damaged program", map[string]string{"/usr/sbin/chronyd": program(elf.EM_ARM, little, time64...)[:60]}, 0},
	} {
		if got, why := NewMachine(rootOf(c.files), Live{}, Options{}).layoutSize(); got != c.want {
			t.Errorf("%s: %d bytes (%s), want %d", c.name, got, why, c.want)
		}
	}
}

// A segment that the running time daemon created has its size.
func TestSizeOfCreator(t *testing.T) {
	files := map[string]string{"/lib/ld-linux-armhf.so.3": "", "/etc/os-release": "ID=debian\nVERSION_ID=13\n", "/proc/1/comm": "systemd", "/proc/7/comm": "chronyd"}
	for creator, want := range map[int]Verdict{7: Pass, 90: Fail} {
		files["/proc/sysvipc/shm"] = unitTable + unitRow(0, 0o600, 80, creator, 7, 1, 0)
		if f := checkSegments(NewMachine(rootOf(files), Live{}, Options{}))[0]; f.Verdict != want {
			t.Errorf("created by process %d: %+v, want %v", creator, f, want)
		}
	}
}

// A damaged program may claim sizes of gigabytes, which cost no memory.
func TestWrongSizes(t *testing.T) {
	text := []byte(program(elf.EM_ARM, binary.LittleEndian, time64...))
	const load, dynamic, names = 52 + 16, 52 + 32 + 16, 52 + 2*32 + 12        // p_filesz of both, and d_val of DT_STRSZ
	for claimed, want := range map[uint32]int{0xfffffff0: 0, 0xf000000: 96} { // the former is outside of the segment
		for at, size := range map[int]uint32{load: 0xfffffff0, dynamic: 0xfffffff0, names: claimed} {
			binary.LittleEndian.PutUint32(text[at:], size)
		}
		m := NewMachine(rootOf(map[string]string{"/usr/sbin/chronyd": string(text)}), Live{}, Options{})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, _ := m.layoutSize()
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; got != want || used > 1<<20 {
			t.Errorf("%#x: %d bytes for a unit, want %d; %d bytes of memory", claimed, got, want, used)
		}
	}
}

// Any bytes may stand in the place of a program.
func FuzzUnitSize(f *testing.F) {
	f.Add([]byte(program(elf.EM_ARM, binary.LittleEndian, time64...)))
	f.Add([]byte(program(elf.EM_MIPS, binary.BigEndian, time32...)))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := NewMachine(rootOf(map[string]string{"/usr/sbin/chronyd": string(data)}), Live{}, Options{})
		if size, _ := m.layoutSize(); size != 0 && size != 80 && size != 88 && size != 96 {
			t.Errorf("%d bytes", size)
		}
	})
}
