// Makes gpsd treat a pseudo-terminal as a serial port. gpsd gives the time of a pseudo-terminal to
// no time daemon, because its own tests use them. It asks stat for the major number of the device, and
// its name must not be in /dev/pts: give it a link.
//
// usage: LD_PRELOAD=serialport.so gpsd ...
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int stat(const char *restrict path, struct stat *restrict info)
{
	int (*next)(const char *, struct stat *) = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "stat");
	int result = next(path, info);
	// Documentation/admin-guide/devices.txt: 136-143 are slaves of pseudo-terminals; 4, from 64 on, is ttyS.
	if (!result && S_ISCHR(info->st_mode) && major(info->st_rdev) >= 136 && major(info->st_rdev) <= 143)
		info->st_rdev = makedev(4, 64);
	return result;
}
