package shm

import (
	"sync/atomic"
	"unsafe"
)

// All accesses to a segment are of 32-bit words. On 32-bit machines, and in the
// 88-byte layout on all machines, a 64-bit field is aligned to only 4 bytes, where a
// 64-bit atomic operation faults. All accesses are atomic, which in Go also means
// ordered: neither the compiler nor an ARM processor reorders them.

func word(mem []byte, offset int) *uint32 {
	return (*uint32)(unsafe.Pointer(&mem[offset : offset+4][0]))
}

func load32(mem []byte, offset int) uint32         { return atomic.LoadUint32(word(mem, offset)) }
func store32(mem []byte, offset int, value uint32) { atomic.StoreUint32(word(mem, offset), value) }
func swap32(mem []byte, offset int, value uint32) uint32 {
	return atomic.SwapUint32(word(mem, offset), value)
}

// A 64-bit field is two words, in the byte order of the machine. A reader may see one
// half old and one half new; valid and count protect against that, as for all fields.

func load64(mem []byte, offset int) int64 {
	return int64(load32(mem, offset+highHalf))<<32 | int64(load32(mem, offset+lowHalf))
}

// lowHalf and highHalf are the offsets of the halves in a 64-bit field: 0 and 4 on a
// little-endian machine, otherwise 4 and 0.
var lowHalf, highHalf = func() (low, high int) {
	one := uint32(1)
	if *(*byte)(unsafe.Pointer(&one)) == 1 {
		return 0, 4
	}
	return 4, 0
}()

// aligned reports whether mem is aligned for atomic operations on 32-bit words.
func aligned(mem []byte) bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(mem)))%4 == 0
}

// words returns zeroed memory of size bytes that is aligned for 32-bit words.
func words(size int) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(make([]uint32, size/4)))), size)
}
