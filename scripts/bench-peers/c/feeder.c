// Plays the bytes of receivers on pseudo-terminals, at their times.
//
// usage: feeder STREAMS COPIES <SCHEDULE
//
// It first prints the name of each pseudo-terminal: STREAM COPY NAME. Then it reads the schedule,
// records of this form in the byte order of the machine, sorted by time:
//
//	int64_t at;       CLOCK_REALTIME in nanoseconds at which the last of the bytes has arrived
//	uint16_t stream;
//	uint8_t mark;     1: the first bytes of a burst; 2: the last; 3: both
//	uint8_t size;
//	uint8_t bytes[size];
//
// For each record with a mark, it prints what it has done: STREAM MARK AT WRITTEN, the last being
// the time after the bytes were written to all copies.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

// master returns a new pseudo-terminal, and prints its name. The slave stays open, because a
// master without a reader is hung up.
static int master(int stream, int copy)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		fail("posix_openpt");
	const char *name = ptsname(fd);
	int slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;
	if (slave < 0 || tcgetattr(slave, &t))
		fail(name);
	cfmakeraw(&t);
	if (tcsetattr(slave, TCSANOW, &t) || fchmod(slave, 0666)) // gpsd opens it as nobody
		fail(name);
	printf("%d %d %s\n", stream, copy, name);
	return fd;
}

static char *schedule(size_t *size)
{
	size_t space = 1 << 20, n;
	char *all = malloc(space);
	for (*size = 0; (n = fread(all + *size, 1, space - *size, stdin)) > 0;) {
		*size += n;
		if (*size == space)
			all = realloc(all, space *= 2);
		if (!all)
			fail("schedule");
	}
	return all;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	int streams = atoi(argv[1]), copies = atoi(argv[2]);
	int *fd = calloc((size_t)streams * copies, sizeof *fd);
	for (int i = 0; i < streams * copies; i++)
		fd[i] = master(i / copies, i % copies);
	fflush(stdout);

	size_t size;
	const char *record = schedule(&size), *end = record + size;
	struct sched_param priority = {.sched_priority = 50};
	printf("priority %s\n", sched_setscheduler(0, SCHED_FIFO, &priority) ? "normal" : "SCHED_FIFO");
	fflush(stdout);
	mlockall(MCL_CURRENT); // without permission, it plays from pageable memory

	while (record + 12 <= end) {
		int64_t at;
		uint16_t stream;
		memcpy(&at, record, 8);
		memcpy(&stream, record + 8, 2);
		int mark = record[10], n = (uint8_t)record[11];
		if (at - now() > 500000) // not between receivers in phase: it wakes up the reader of this report
			fflush(stdout);
		struct timespec until = {at / 1000000000, at % 1000000000};
		while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL))
			;
		for (int i = 0; i < copies; i++) // without a reader, the buffer fills and bytes are lost, as in a UART
			if (write(fd[stream * copies + i], record + 12, n) < 0) {
			}
		if (mark)
			printf("%d %d %lld %lld\n", stream, mark, (long long)at, (long long)now());
		record += 12 + n;
	}
	return 0;
}
