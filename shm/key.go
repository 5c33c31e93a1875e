package shm

// MaxUnit is the highest unit: driver 28's unit is the last byte of its address
// 127.127.28.u.
const MaxUnit = 255

// KeyBase is the SysV key of unit 0, "NTP0" in ASCII. In ntpd's refclock_shm.c:
//
//	shmid = shmget(0x4e545030 + unit, sizeof(struct shmTime), ...);
const KeyBase = 0x4e545030
