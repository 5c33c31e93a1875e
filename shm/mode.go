package shm

import "strconv"

// A Mode says by which protocol a sample was written. From the comment in
// ntpd's refclock_shm.c:
//
//	int mode; /* 0 - if valid set: use values, clear valid
//	           * 1 - if valid set: if count before and after read of values
//	           *     is equal, use values; clear valid
//	           */
//
// There is no mode 2: ntpd, NTPsec and chrony refuse all others.
type Mode int32

const (
	// ModePlain promises nothing about count: a reader goes by valid alone.
	ModePlain Mode = 0

	// ModeCounted promises that count changes with every write. It is the usual one.
	ModeCounted Mode = 1
)

// String returns "plain", "counted", else the number.
func (m Mode) String() string {
	switch m {
	case ModePlain:
		return "plain"
	case ModeCounted:
		return "counted"
	}
	return strconv.Itoa(int(m))
}
