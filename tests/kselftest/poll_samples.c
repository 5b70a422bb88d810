// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits on a sysfs attribute with poll(2), as a daemon does, and counts how often
 * it wakes up within a time. Prints "ready" when it has begun and at the end
 * "wakeups N first VALUE last VALUE".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Reading is what arms the next wake-up. */
static int read_value(int file, char *value, size_t size)
{
	ssize_t len = pread(file, value, size - 1, 0);

	if (len < 0)
		return -errno;

	value[len] = '\0';
	value[strcspn(value, "\n")] = '\0';

	return 0;
}

static int watch(int file, long long seconds)
{
	struct pollfd wait = { .fd = file, .events = POLLPRI };
	long long end_ms = now_ms() + seconds * 1000;
	char first[32], last[32];
	unsigned int wakeups = 0;
	long long left;
	int err;

	err = read_value(file, first, sizeof(first));
	if (err)
		return err;
	strcpy(last, first);
	puts("ready");
	fflush(stdout);

	while ((left = end_ms - now_ms()) > 0) {
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		err = read_value(file, last, sizeof(last));
		if (err)
			return err;
		wakeups++;
	}
	printf("wakeups %u first %s last %s\n", wakeups, first, last);

	return 0;
}

int main(int argc, char **argv)
{
	int file, err;

	if (argc != 3) {
		fprintf(stderr, "usage: poll_samples FILE SECONDS\n");
		return 2;
	}

	file = open(argv[1], O_RDONLY | O_CLOEXEC);
	err = file < 0 ? -errno : watch(file, atoll(argv[2]));
	if (err)
		fprintf(stderr, "poll_samples: %s: %s\n", argv[1], strerror(-err));

	return !!err;
}
