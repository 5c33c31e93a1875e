// The least that a program can do which stamps a serial port: wait, read, take the time.
//
// usage: floor DEVICE BYTES MILLISECONDS
//
// It stamps each chunk of the first BYTES of a burst. Later it sleeps MILLISECONDS after each
// read, so that more bytes collect; 0: it never sleeps. A burst begins after a silence of 80 ms.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 4)
		return 64;
	long first = atol(argv[2]), gather = atol(argv[3]), bytes = 0;
	int fd = open(argv[1], O_RDWR | O_NOCTTY | O_NONBLOCK), queue = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN};
	if (fd < 0 || queue < 0 || epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event)) {
		perror(argv[1]);
		return 1;
	}
	struct timespec last = {0}, pause = {gather / 1000, gather % 1000 * 1000000};
	for (;;) {
		char chunk[4096];
		struct timespec at;
		epoll_wait(queue, &event, 1, -1);
		long n = read(fd, chunk, sizeof chunk);
		clock_gettime(CLOCK_REALTIME, &at);
		if (n <= 0)
			return n < 0;
		long long silence = (at.tv_sec - last.tv_sec) * 1000000000LL + at.tv_nsec - last.tv_nsec;
		bytes = silence > 80000000 ? n : bytes + n;
		last = at;
		if (gather && bytes > first)
			nanosleep(&pause, NULL);
	}
}
