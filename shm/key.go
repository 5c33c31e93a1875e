package shm

// MaxUnit is the highest unit. ntpd addresses unit u as 127.127.28.u, so that u is
// one byte.
const MaxUnit = 255

// KeyBase is the System V key of unit 0, "NTP0" in ASCII. In ntpd's refclock_shm.c:
//
//	shmid = shmget(0x4e545030 + unit, sizeof(struct shmTime), ...);
const KeyBase = 0x4e545030
