/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Modbus line of the daemon: a thread that asks what the plan says, and two bounded
 * queues between it and the caller's event loop, which never waits for it. What comes back
 * are registers, each with the time at which they were asked for.
 */
#ifndef CELLAR_IO_MODBUS_H
#define CELLAR_IO_MODBUS_H

#include "modbus_port.h"

#include <systemd/sd-event.h>

/* A line that could not be opened, or was lost, is opened again after 1, 2, 4 … s. */
#define MODBUS_OPEN_MS		1000
#define MODBUS_OPEN_MAX_MS	30000

/* So many requests in a row without an answer, and a TCP connection is made anew. */
#define MODBUS_TCP_LOST		4

/* Of a line, since it was made: requests, and what came of them. */
struct modbus_counters {
	u64 requests, answers, refusals, losses, garbled, opens;
};

/* @heard: something came of a request; @line: the line is open (0), or is not, and why */
struct modbus_hooks {
	void (*heard)(void *user, const struct modbus_result *result);
	void (*line)(void *user, int error);
};

struct modbus_line;

/*
 * @hooks outlives the line; they are called from @event's loop. 0 or a negative errno; a
 * port that cannot be opened is none.
 */
int modbus_line_new(struct modbus_line **line, sd_event *event,
		    const struct modbus_port_config *config, const struct modbus_hooks *hooks,
		    void *user);

/* Does not wait: the thread ends by itself, after the request that is under way. */
void modbus_line_free(struct modbus_line *line);

/* The same, but what is still to be written is, as far as that takes no longer than @most_ms. */
void modbus_line_leave(struct modbus_line *line, u32 most_ms);

/*
 * The same, for a caller whose loop has ended: what is still to be written is, as far as
 * that takes no longer than @most_ms, and the thread has ended. Nothing is heard of it.
 */
void modbus_line_end(struct modbus_line *line, u32 most_ms);

/*
 * As modbus_plan_device() and its neighbours; what they do is done before the next request.
 * -ENOBUFS: the thread has not yet taken what was said before; say it later.
 */
int modbus_line_device(struct modbus_line *line, unsigned int device,
		       const struct modbus_device *config);
int modbus_line_read(struct modbus_line *line, unsigned int device, unsigned int slot,
		     const struct register_read *read, u32 period_ms);
int modbus_line_write(struct modbus_line *line, unsigned int device, unsigned int slot, u16 at,
		      unsigned int n, const u16 *value, u32 refresh_ms, bool again);
int modbus_line_write_by(struct modbus_line *line, unsigned int device, unsigned int slot,
			 u8 function, u16 at, unsigned int n, const u16 *value, u32 refresh_ms,
			 bool again);
int modbus_line_hurry(struct modbus_line *line, unsigned int device, unsigned int slot);
int modbus_line_first(struct modbus_line *line, unsigned int device, unsigned int slot);

void modbus_line_count(const struct modbus_line *line, struct modbus_counters *counters);

#endif /* CELLAR_IO_MODBUS_H */
