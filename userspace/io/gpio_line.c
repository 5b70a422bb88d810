// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines by libgpiod, of which Debian 12 has 1.6. Its calls speak of v1 of the kernel's ABI:
 * edges have times of CLOCK_MONOTONIC, and levels are logical, active-low or not.
 */
#include "gpio_line.h"

#include <gpiod.h>
#include <stdlib.h>

#define CONSUMER	"cellard"

struct gpio_line {
	struct gpiod_chip *chip;
	struct gpiod_line *line;
};

static const int bias_flags[] = {
	[GPIO_BIAS_AS_IS] = 0,
	[GPIO_BIAS_PULL_UP] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
	[GPIO_BIAS_PULL_DOWN] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN,
	[GPIO_BIAS_NONE] = GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE,
};

static const int drive_flags[] = {
	[GPIO_PUSH_PULL] = 0,
	[GPIO_OPEN_DRAIN] = GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN,
	[GPIO_OPEN_SOURCE] = GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE,
};

static int error(void)
{
	return errno ? -errno : -EIO;
}

/* A chip whose folder has gone meanwhile, and a line that it does not have, are none. */
static int not_there(void)
{
	return errno == ENOENT || errno == EINVAL || errno == ENOTTY || !errno ? -ENODEV : -errno;
}

static int find(struct gpio_line *l, const struct gpio_want *want)
{
	errno = 0;
	if (!want->chip[0]) {
		l->line = gpiod_line_find(want->name);
		if (!l->line)
			return not_there();
		l->chip = gpiod_line_get_chip(l->line);
		return 0;
	}
	l->chip = gpiod_chip_open_lookup(want->chip);
	if (!l->chip)
		return not_there();
	l->line = gpiod_chip_get_line(l->chip, want->offset);

	return l->line ? 0 : not_there();
}

static int request(struct gpio_line **line, const struct gpio_want *want, int type, bool closed)
{
	const struct gpiod_line_request_config config = {
		.consumer = CONSUMER, .request_type = type,
		.flags = bias_flags[want->bias] | drive_flags[want->drive] |
			 (want->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0),
	};
	struct gpio_line *l;
	int r;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	r = find(l, want);
	errno = 0;
	if (!r && gpiod_line_request(l->line, &config, closed))
		r = error();
	if (r) {
		gpio_line_close(l);
		return r;
	}
	*line = l;

	return 0;
}

/* Of a line that could not be had with its edges: is it that its chip cannot tell them? */
static bool may_be_mute(int error)
{
	return error == -ENODEV || error == -ENXIO || error == -EINVAL || error == -EOPNOTSUPP;
}

/* v1 of the ABI says -ENODEV of a line without an interrupt, as of a chip that has gone. */
int gpio_line_listen(struct gpio_line **line, const struct gpio_want *want)
{
	int r;

	r = request(line, want, GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES, false);
	if (may_be_mute(r))
		r = request(line, want, GPIOD_LINE_REQUEST_DIRECTION_INPUT, false);

	return r;
}

int gpio_line_drive(struct gpio_line **line, const struct gpio_want *want, bool closed)
{
	return request(line, want, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, closed);
}

void gpio_line_close(struct gpio_line *line)
{
	if (!line)
		return;

	if (line->chip)
		gpiod_chip_close(line->chip);
	free(line);
}

int gpio_line_fd(const struct gpio_line *line)
{
	int fd = gpiod_line_event_get_fd(line->line);

	return fd < 0 ? -EOPNOTSUPP : fd;
}

int gpio_line_edges(struct gpio_line *line, struct gpio_edge *edges)
{
	struct gpiod_line_event events[GPIO_EDGES_MAX];
	int n;

	errno = 0;
	n = gpiod_line_event_read_multiple(line->line, events, GPIO_EDGES_MAX);
	if (n < 0)
		return error();
	for (int i = 0; i < n; i++)
		edges[i] = (struct gpio_edge){
			.closed = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE,
			.at_ns = (u64)events[i].ts.tv_sec * 1000000000 + (u64)events[i].ts.tv_nsec,
		};

	return n;
}

int gpio_line_closed(const struct gpio_line *line)
{
	int value;

	errno = 0;
	value = gpiod_line_get_value(line->line);

	return value < 0 ? error() : value;
}

int gpio_line_switch(struct gpio_line *line, bool closed)
{
	errno = 0;

	return gpiod_line_set_value(line->line, closed) ? error() : 0;
}
