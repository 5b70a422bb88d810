// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings, sockets and counters of the benchmarks.
 */
#include "feed.h"

#include <errno.h>
#include <glob.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../userspace/dump/line.h"

/* Keep-alive and name of the inverter: no battery sends them (protocols.md 1, 2.3) */
#define INVERTER_FIRST	0x305
#define INVERTER_LAST	0x307

#define SUPPLIES	"/sys/class/power_supply/"

static bool is_of_inverter(u32 id)
{
	return id >= INVERTER_FIRST && id <= INVERTER_LAST;
}

static int append(struct feed *feed, const struct cellar_can_frame *can)
{
	struct can_frame *frame = &feed->frame[feed->n];

	if (feed->n == FEED_FRAMES_MAX)
		return -E2BIG;

	*frame = (struct can_frame){ .can_id = can->id, .len = can->len };
	memcpy(frame->data, can->data, can->len);
	feed->n++;

	return 0;
}

static int append_line(struct feed *feed, const char *text)
{
	const char *error;
	struct line line;
	int ret;

	ret = line_parse(text, strlen(text), &line, &error);
	if (ret)
		return ret;
	if (line.kind != LINE_CAN || line.not_classical || is_of_inverter(line.can.id))
		return 0;

	return append(feed, &line.can);
}

int feed_read(struct feed *feed, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	int ret = 0;

	feed->n = 0;
	if (!file) {
		ret = -errno;
		fprintf(stderr, "%s: %s\n", path, strerror(-ret));
		return ret;
	}
	while (!ret && getline(&text, &room, file) >= 0)
		ret = append_line(feed, text);
	free(text);
	fclose(file);

	if (!ret && !feed->n)
		ret = -EINVAL;
	if (ret)
		fprintf(stderr, "%s: not a recording to measure with: %s\n", path,
			strerror(-ret));

	return ret;
}

int feed_open(const char *interface)
{
	struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = (int)if_nametoindex(interface),
	};
	int ret, fd;

	if (!address.can_ifindex) {
		fprintf(stderr, "there is no interface %s\n", interface);
		return -ENODEV;
	}

	fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);
	if (fd >= 0 && !setsockopt(fd, SOL_CAN_RAW, CAN_RAW_FILTER, NULL, 0) &&
	    !bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;

	ret = -errno;
	fprintf(stderr, "%s: %s\n", interface, strerror(-ret));
	if (fd >= 0)
		close(fd);

	return ret;
}

int feed_send(int fd, const struct can_frame *frame)
{
	return write(fd, frame, sizeof(*frame)) == sizeof(*frame) ? 0 : -errno;
}

static int64_t read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	int64_t number = -ENODATA;
	char text[32], *end;

	if (!file)
		return -ENODEV;
	if (fgets(text, sizeof(text), file)) {
		number = strtoll(text, &end, 10);
		if (*end != '\n')
			number = -EBADMSG;
	}
	fclose(file);

	return number;
}

int64_t feed_decoded(const char *supply)
{
	int64_t sum = -ENODEV, number;
	glob_t found = { 0 };
	char pattern[128];
	size_t i;

	snprintf(pattern, sizeof(pattern), SUPPLIES "%s/cellar/frames", supply);
	glob(pattern, 0, NULL, &found);
	snprintf(pattern, sizeof(pattern), SUPPLIES "%s-*/cellar/frames", supply);
	glob(pattern, GLOB_APPEND, NULL, &found);

	for (i = 0; i < found.gl_pathc; i++) {
		number = read_number(found.gl_pathv[i]);
		if (number < 0) {
			sum = number;
			break;
		}
		sum = i ? sum + number : number;
	}
	globfree(&found);

	return sum;
}

int64_t feed_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void feed_sleep_ms(unsigned int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}
