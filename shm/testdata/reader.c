/*
 * A consumer and a producer in C. The offsets that this compiler gives to the
 * fields of struct shmTime must be those of the Go tables.
 *
 *	reader layout              print sizeof, then name, offset and size of each field
 *	reader create KEY          create the unit as a daemon that starts
 *	reader take KEY            take the sample as a daemon does each second
 *	reader write KEY S NS S NS publish as gpsd does: clock stamp, receive stamp
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <time.h>

struct shmTime {
	int mode;
	volatile int count;
	time_t clockTimeStampSec;
	int clockTimeStampUSec;
	time_t receiveTimeStampSec;
	int receiveTimeStampUSec;
	int leap;
	int precision;
	int nsamples;
	volatile int valid;
	unsigned clockTimeStampNSec;
	unsigned receiveTimeStampNSec;
	int dummy[8];
};

#define FIELDS(X) \
	X(mode) X(count) X(clockTimeStampSec) X(clockTimeStampUSec) X(receiveTimeStampSec) X(receiveTimeStampUSec) \
	X(leap) X(precision) X(nsamples) X(valid) X(clockTimeStampNSec) X(receiveTimeStampNSec)

static void layout(void)
{
	printf("sizeof %zu\n", sizeof(struct shmTime));
#define X(name) printf(#name " %zu %zu\n", offsetof(struct shmTime, name), sizeof(((struct shmTime *)0)->name));
	FIELDS(X)
#undef X
}

static struct shmTime *attach(const char *key, int flags)
{
	int id = shmget((key_t)strtoul(key, NULL, 0), sizeof(struct shmTime), flags);
	if (id == -1) {
		perror("shmget");
		exit(1);
	}
	struct shmTime *shm = shmat(id, NULL, 0);
	if (shm == (void *)-1) {
		perror("shmat");
		exit(1);
	}
	return shm;
}

static void create(struct shmTime *shm)
{
	shm->precision = -1;
	shm->valid = 0;
	shm->nsamples = 3;
}

/* The steps of shm_query in ntpd's refclock_shm.c. */
static const char *take(struct shmTime *shm, struct shmTime *copy)
{
	memset(copy, 0, sizeof *copy);
	if (!shm->valid)
		return "notready";
	int count = shm->count;
	__sync_synchronize();
	memcpy(copy, (void *)shm, sizeof *copy);
	shm->valid = 0;
	__sync_synchronize();
	if (copy->mode > 0 && count != shm->count)
		return "clash";
	if (copy->mode != 0 && copy->mode != 1)
		return "bad";
	return "ok";
}

static void print(const struct shmTime *copy)
{
#define X(name) printf(#name " %lld\n", (long long)copy->name);
	FIELDS(X)
#undef X
	unsigned clock = copy->clockTimeStampUSec * 1000, receive = copy->receiveTimeStampUSec * 1000;
	if (copy->clockTimeStampNSec - clock < 1000 && copy->receiveTimeStampNSec - receive < 1000) {
		clock = copy->clockTimeStampNSec;
		receive = copy->receiveTimeStampNSec;
	}
	long long seconds = (long long)copy->clockTimeStampSec - copy->receiveTimeStampSec;
	printf("offset %lld\n", seconds * 1000000000 + (int)(clock - receive));
}

static void publish(struct shmTime *shm, char **stamps)
{
	shm->valid = 0;
	shm->count++;
	__sync_synchronize();
	shm->mode = 1;
	shm->clockTimeStampSec = (time_t)strtoll(stamps[0], NULL, 0);
	shm->clockTimeStampNSec = strtoul(stamps[1], NULL, 0);
	shm->clockTimeStampUSec = shm->clockTimeStampNSec / 1000;
	shm->receiveTimeStampSec = (time_t)strtoll(stamps[2], NULL, 0);
	shm->receiveTimeStampNSec = strtoul(stamps[3], NULL, 0);
	shm->receiveTimeStampUSec = shm->receiveTimeStampNSec / 1000;
	shm->leap = 2;
	shm->precision = -20;
	shm->nsamples = 3;
	__sync_synchronize();
	shm->count++;
	shm->valid = 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "layout")) {
		layout();
	} else if (argc == 3 && !strcmp(argv[1], "create")) {
		create(attach(argv[2], IPC_CREAT | 0666));
	} else if (argc == 3 && !strcmp(argv[1], "take")) {
		struct shmTime copy;
		const char *result = take(attach(argv[2], 0), &copy);
		printf("result %s\n", result);
		print(&copy);
	} else if (argc == 7 && !strcmp(argv[1], "write")) {
		publish(attach(argv[2], 0), argv + 3);
	} else {
		fprintf(stderr, "usage: reader layout | create KEY | take KEY | write KEY S NS S NS\n");
		return 2;
	}
	return 0;
}
