/*
 * A consumer in C. The offsets that this compiler gives to the fields of struct
 * sock_sample must be those of the Go tables.
 *
 *	sample layout        print sizeof, then name, offset and size of each field
 *	sample read <SAMPLE  print the fields of a datagram
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

struct sock_sample {
	struct timeval tv;
	double offset;
	int pulse;
	int leap;
	int _pad;
	int magic;
};

/* Refuse a compiler for another word size. */
_Static_assert(sizeof(void *) * 8 == BITS, "a compiler for BITS bits");

#define FIELDS(X) X(tv.tv_sec) X(tv.tv_usec) X(offset) X(pulse) X(leap) X(_pad) X(magic)

int main(int argc, char **argv)
{
	struct sock_sample s;

	if (argc == 2 && !strcmp(argv[1], "layout")) {
		printf("sizeof %zu\n", sizeof s);
#define X(name) printf(#name " %zu %zu\n", offsetof(struct sock_sample, name), sizeof s.name);
		FIELDS(X)
#undef X
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "read") && fread(&s, sizeof s, 1, stdin) == 1 && getchar() == EOF) {
		printf("tv %lld.%06lld\noffset %.9f\npulse %d\nleap %d\n_pad %d\nmagic %#x\n",
			(long long)s.tv.tv_sec, (long long)s.tv.tv_usec, s.offset, s.pulse, s.leap, s._pad, (unsigned)s.magic);
		return 0;
	}
	fputs("usage: sample layout | sample read <SAMPLE\n", stderr);
	return 2;
}
