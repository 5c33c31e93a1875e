package doctor

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// layoutSize returns the size of a unit for the time daemon, and the reason; 0 if it is
// unknown. The program of the daemon decides, which has the size of its time_t in the
// names of the functions that it calls; without it the C library. The kernel does not
// decide: a 64-bit kernel can run a 32-bit system.
func (m *Machine) layoutSize() (size int, why string) {
	program := m.consumerProgram()
	if program != "" {
		if size := m.sizeFor(program, false); size > 0 {
			return size, describeSize(size, "The time daemon "+program)
		}
	}
	wide, narrow := m.loaders()
	if wide && !narrow {
		return 96, "This is a 64-bit system."
	}
	if !narrow || wide {
		return 0, ""
	}
	for _, library := range cLibraries {
		if size := m.sizeFor(library, true); size > 0 {
			return size, describeSize(size, "The C library "+library)
		}
	}
	return m.sizeOfRelease()
}

func describeSize(size int, what string) string {
	if size == 80 {
		return what + " has 32-bit time."
	}
	return what + " has 64-bit time."
}

// consumerProgram returns the program of the time daemon that reads units: the one that
// runs, else an installed one.
func (m *Machine) consumerProgram() string {
	for _, d := range timeDaemons {
		if runs := d.runs(m); d.reads == readsUnits && len(runs) > 0 {
			return m.programOf(runs[0])
		}
	}
	for _, d := range timeDaemons {
		if program := d.installedProgram(m); d.reads == readsUnits && program != "" && m.variantOf(program) == d.variant {
			return program
		}
	}
	return ""
}

// cLibraries are the paths of the C libraries of 32-bit systems: of glibc, and of musl,
// which is also the dynamic loader.
var cLibraries = []string{
	"/lib/arm-linux-gnueabihf/libc.so.6", "/lib/arm-linux-gnueabi/libc.so.6", "/lib/i386-linux-gnu/libc.so.6", "/lib/mipsel-linux-gnu/libc.so.6", "/lib/libc.so.6",
	"/lib/ld-musl-armhf.so.1", "/lib/ld-musl-armv7.so.1", "/lib/ld-musl-arm.so.1", "/lib/ld-musl-i386.so.1", "/lib/libc.so",
}

// loaders reports whether the dynamic loaders of 64-bit and of 32-bit programs exist.
func (m *Machine) loaders() (wide, narrow bool) {
	for _, dir := range []string{"/lib", "/lib64"} {
		entries, _ := m.root.ReadDir(dir)
		for _, e := range entries {
			switch name := e.Name(); {
			case strings.HasPrefix(name, "ld-musl-"), strings.HasPrefix(name, "ld-linux"), strings.HasPrefix(name, "ld64.so."):
				long := strings.Contains(name, "64") && !strings.Contains(name, "x32")
				wide, narrow = wide || long, narrow || !long
			}
		}
	}
	return wide, narrow
}

// sizeOfRelease returns the size of a unit on the releases of known distributions for
// 32-bit machines, for a copy of files that has no programs. Those of Debian for i386
// keep 32-bit time.
func (m *Machine) sizeOfRelease() (size int, why string) {
	name := m.release("ID")
	since, known := map[string][2]int{"debian": {13, 0}, "raspbian": {13, 0}, "ubuntu": {24, 4}, "alpine": {3, 13}, "openwrt": {22, 3}}[name]
	var version [2]int
	if n, _ := fmt.Sscanf(m.release("VERSION_ID"), "%d.%d", &version[0], &version[1]); n == 0 || !known {
		return 0, ""
	}
	long := slices.Compare(version[:], since[:]) >= 0
	i386 := m.root.exists("/lib/ld-linux.so.2")
	switch {
	case !long || i386:
		return 80, "This system has 32-bit time."
	case m.root.exists("/lib/ld-musl-i386.so.1"):
		return 88, "This system has 64-bit time."
	}
	return 96, "This system has 64-bit time."
}

// sizeFor returns the size of a unit for a program, or for the programs that use a C
// library; 0 if it is unknown.
func (m *Machine) sizeFor(file string, library bool) int {
	f, err := m.root.Open(file)
	if err != nil {
		return 0
	}
	defer f.Close()
	content, ok := f.(io.ReaderAt)
	if !ok {
		data, err := fs.ReadFile(onlyOpen{m.root}, inside(file))
		if err != nil {
			return 0
		}
		content = bytes.NewReader(data)
	}
	object, err := elf.NewFile(content)
	if err != nil {
		return 0
	}
	defer object.Close()
	return unitSize(object, library && path.Base(file) == "libc.so.6")
}

// unitSize returns the size of a unit for a program or a C library. A glibc that has the
// functions for 64-bit time serves programs of either kind, so that it decides nothing.
func unitSize(f *elf.File, glibc bool) int {
	if f.Class == elf.ELFCLASS64 {
		return 96
	}
	switch f.Machine {
	case elf.EM_X86_64, elf.EM_RISCV, elf.EM_LOONGARCH: // 64-bit time since the first release
		return 96
	}
	long, short := timeFunctions(dynamicStrings(f))
	switch {
	case long && glibc:
		return 0
	case !long && short:
		return 80
	case !long:
		return 0
	}
	switch f.Machine {
	case elf.EM_386, elf.EM_68K: // 64-bit integers are aligned to 4 bytes
		return 88
	case elf.EM_ARM, elf.EM_MIPS, elf.EM_PPC, elf.EM_SPARC:
		return 96
	}
	return 0
}

// timeFunctions reports whether the names of functions include those for 64-bit and those
// for 32-bit time. Headers redirect the former to, for example, __clock_gettime64 and
// __stat64_time64 (glibc), and __gettimeofday_time64 (musl).
func timeFunctions(names []string) (long, short bool) {
	for _, name := range names {
		switch {
		case strings.HasPrefix(name, "__") && strings.Contains(name, "time64"):
			long = true
		case slices.Contains([]string{"clock_gettime", "gettimeofday", "time", "gmtime", "localtime", "select"}, name):
			short = true
		}
	}
	return long, short
}

// dynamicStrings returns the strings of a 32-bit program's dynamic section, which include
// the names of the functions that it calls. It needs no section headers, which OpenWrt
// removes from its programs.
func dynamicStrings(f *elf.File) []string {
	address, size := stringTable(f)
	for _, p := range f.Progs {
		from := uint64(address) - p.Vaddr
		if p.Type != elf.PT_LOAD || uint64(address) < p.Vaddr || from+uint64(size) > p.Filesz {
			continue
		}
		// A damaged file may claim any size: ReadAll allocates only what there is.
		names, err := io.ReadAll(io.NewSectionReader(p, int64(from), int64(size)))
		if err != nil {
			return nil
		}
		return strings.Split(string(names), "\x00")
	}
	return nil
}

// stringTable returns where the dynamic section has its strings.
func stringTable(f *elf.File) (address, size uint32) {
	for _, p := range f.Progs {
		if p.Type != elf.PT_DYNAMIC {
			continue
		}
		entries, err := io.ReadAll(p.Open())
		if err != nil {
			return 0, 0
		}
		// Elf32_Dyn is { Elf32_Sword d_tag; Elf32_Word d_val; }.
		for ; len(entries) >= 8; entries = entries[8:] {
			switch value := f.ByteOrder.Uint32(entries[4:]); elf.DynTag(f.ByteOrder.Uint32(entries)) {
			case elf.DT_STRTAB:
				address = value
			case elf.DT_STRSZ:
				size = value
			}
		}
	}
	return address, size
}
