// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the kernel's events of power supplies, one per line, with tabs between:
 * milliseconds since the start, action, name, and each POWER_SUPPLY_ value. The
 * first line is "ready"; an event that was lost is an error.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* lib/kobject_uevent.c: events of the kernel itself */
#define KERNEL_EVENTS	1

/* Room for some ten thousand events of 1 KiB each. */
#define BUFFER_BYTES	(16 << 20)

static int open_events(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_EVENTS };
	int events, bytes = BUFFER_BYTES;

	events = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	if (events < 0 ||
	    setsockopt(events, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0 ||
	    bind(events, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;

	return events;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* The value of @key in a message: strings, each with its NUL; NULL if not there. */
static const char *value_of(const char *message, size_t len, const char *key)
{
	size_t at, n = strlen(key);

	for (at = 0; at < len; at += strlen(message + at) + 1)
		if (!strncmp(message + at, key, n))
			return message + at + n;

	return NULL;
}

static void print_event(const char *message, size_t len, long long at_ms)
{
	const char *subsystem = value_of(message, len, "SUBSYSTEM=");
	const char *action = value_of(message, len, "ACTION=");
	const char *path = value_of(message, len, "DEVPATH=");
	size_t at;

	if (!subsystem || strcmp(subsystem, "power_supply") || !action || !path)
		return;

	printf("%lld\t%s\t%s", at_ms, action, strrchr(path, '/') + 1);
	for (at = 0; at < len; at += strlen(message + at) + 1)
		if (!strncmp(message + at, "POWER_SUPPLY_", strlen("POWER_SUPPLY_")))
			printf("\t%s", message + at + strlen("POWER_SUPPLY_"));
	putchar('\n');
	fflush(stdout);
}

int main(void)
{
	long long start_ms = now_ms();
	int events = open_events();
	char message[16384];
	ssize_t len;

	if (events < 0) {
		fprintf(stderr, "uevent_watch: %s\n", strerror(-events));
		return 1;
	}

	puts("ready");
	fflush(stdout);
	for (;;) {
		len = recv(events, message, sizeof(message) - 1, 0);
		if (len < 0) {
			printf("lost\t%s\n", strerror(errno));
			return 1;
		}
		message[len] = '\0';
		print_event(message, (size_t)len, now_ms() - start_ms);
	}
}
