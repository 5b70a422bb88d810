/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of cellard with simulated devices on them, and neither a thread nor a wire between: the
 * test has lines in place of io/modbus.c's. Each second what is to be written is, and then all
 * that is wanted is asked.
 */
#ifndef CELLAR_TESTS_LINES_WIRE_H
#define CELLAR_TESTS_LINES_WIRE_H

#include "config_rig.h"

#include "../../userspace/cellard/lines.h"
#include "../../userspace/sim/slave.h"

#define T0_MS		5000000u
#define LINES_MADE	16
#define WROTE_MAX	64
#define EVENTS_MAX	64

/*
 * @device: as it was told, @slave: what is there, NULL: nothing
 * @wants, @writes: of each slot; @lost: its devices do not answer; @silent: and are given up
 * @left, @ended: that it was, with what it was to write still @writes
 */
struct modbus_line {
	struct modbus_port_config config;
	const struct modbus_hooks *hooks;
	void *user;
	struct modbus_device device[MODBUS_DEVICES_MAX];
	struct slave *slave[MODBUS_DEVICES_MAX];
	struct modbus_plan_read want[MODBUS_DEVICES_MAX][MODBUS_READS_MAX];
	struct {
		u8 function;
		u16 at, n, value[MODBUS_WRITE_MAX];
		bool due, hurry, first;
	} write[MODBUS_DEVICES_MAX][MODBUS_WRITES_MAX];
	bool lost, left, ended;
	u32 most_ms;
};

struct wire_wrote {
	const struct modbus_line *line;
	u8 device, slot, function;
	u16 at, n, value[MODBUS_WRITE_MAX];
	bool hurry;
};

/*
 * @room: so much more the queues take; @said: what they took
 * @made: every line that there was
 */
static struct {
	struct lines *lines;
	struct events *events;
	struct modbus_line *made[LINES_MADE];
	unsigned int n, room, said, changes;
	struct event event[EVENTS_MAX];
	unsigned int told;
	struct wire_wrote wrote[WROTE_MAX];
	unsigned int writes;
	u64 now_ms;
	int error;
} wire;

int modbus_line_new(struct modbus_line **line, sd_event *event,
		    const struct modbus_port_config *config, const struct modbus_hooks *hooks,
		    void *user)
{
	struct modbus_line *l;

	assert_ptr_equal(event, &wire);
	if (wire.error)
		return wire.error;
	l = calloc(1, sizeof(*l));
	assert_non_null(l);
	l->config = *config;
	l->hooks = hooks;
	l->user = user;
	assert_true(wire.n < LINES_MADE);
	wire.made[wire.n++] = l;
	*line = l;

	return 0;
}

void modbus_line_free(struct modbus_line *line)
{
	(void)line;
	fail_msg("nobody is to write what is still to be written");
}

static void wire_leave(struct modbus_line *line, bool *how, u32 most_ms)
{
	if (!line)
		return;
	assert_false(line->left || line->ended);
	line->most_ms = most_ms;
	*how = true;
}

void modbus_line_leave(struct modbus_line *line, u32 most_ms)
{
	wire_leave(line, line ? &line->left : NULL, most_ms);
}

void modbus_line_end(struct modbus_line *line, u32 most_ms)
{
	wire_leave(line, line ? &line->ended : NULL, most_ms);
}

/* Nothing is said to a line that has been left. */
static int wire_say(const struct modbus_line *line)
{
	assert_false(line->left || line->ended);
	if (!wire.room)
		return -ENOBUFS;
	wire.room--;
	wire.said++;

	return 0;
}

int modbus_line_device(struct modbus_line *line, unsigned int device,
		       const struct modbus_device *config)
{
	line->device[device] = *config;

	return wire_say(line);
}

int modbus_line_read(struct modbus_line *line, unsigned int device, unsigned int slot,
		     const struct register_read *read, u32 period_ms)
{
	int r = wire_say(line);

	if (!r)
		line->want[device][slot] = (struct modbus_plan_read){ *read, period_ms, 0 };

	return r;
}

int modbus_line_write_by(struct modbus_line *line, unsigned int device, unsigned int slot,
			 u8 function, u16 at, unsigned int n, const u16 *value, u32 refresh_ms,
			 bool again)
{
	int r = wire_say(line);

	/* who steers says everything again by itself, and means it */
	assert_int_equal(refresh_ms, 0);
	assert_true(again);
	if (r)
		return r;
	line->write[device][slot].function = function;
	line->write[device][slot].at = at;
	line->write[device][slot].n = (u16)n;
	memcpy(line->write[device][slot].value, value, n * sizeof(*value));
	line->write[device][slot].due = n > 0;
	line->write[device][slot].hurry = false;
	line->write[device][slot].first = false;

	return 0;
}

int modbus_line_write(struct modbus_line *line, unsigned int device, unsigned int slot, u16 at,
		      unsigned int n, const u16 *value, u32 refresh_ms, bool again)
{
	return modbus_line_write_by(line, device, slot, MODBUS_WRITES, at, n, value, refresh_ms,
				    again);
}

int modbus_line_hurry(struct modbus_line *line, unsigned int device, unsigned int slot)
{
	int r = wire_say(line);

	if (!r)
		line->write[device][slot].hurry = true;

	return r;
}

int modbus_line_first(struct modbus_line *line, unsigned int device, unsigned int slot)
{
	int r = wire_say(line);

	if (!r)
		line->write[device][slot].first = true;

	return r;
}

void modbus_line_count(const struct modbus_line *line, struct modbus_counters *counters)
{
	(void)line;
	memset(counters, 0, sizeof(*counters));
}

static void wire_event(void *user, const struct event *event)
{
	(void)user;
	assert_true(wire.told < EVENTS_MAX);
	wire.event[wire.told++] = *event;
}

static u64 wire_clock(void)
{
	return wire.now_ms;
}

static s64 wire_calendar(void)
{
	return 0;
}

static void wire_changed(void *user)
{
	assert_ptr_equal(user, &wire);
	wire.changes++;
}

static inline void wire_start(const struct config *config)
{
	static const struct events_hooks hooks = { wire_clock, wire_calendar, wire_event };

	memset(&wire, 0, sizeof(wire));
	wire.now_ms = T0_MS;
	wire.room = UINT32_MAX;
	assert_int_equal(events_new(&wire.events, &hooks, NULL), 0);
	assert_int_equal(lines_new(&wire.lines, (sd_event *)&wire, wire.events, config,
				   wire_changed, &wire), 0);
}

/* Who ends it says what is to be written; what was is in the lines made, until wire_free(). */
static inline void wire_end(void)
{
	lines_free(wire.lines);
	wire.lines = NULL;
}

static inline void wire_free(void)
{
	lines_free(wire.lines);
	events_free(wire.events);
	for (unsigned int i = 0; i < wire.n; i++) {
		for (unsigned int d = 0; d < MODBUS_DEVICES_MAX; d++)
			free(wire.made[i]->slave[d]);
		free(wire.made[i]);
	}
	memset(&wire, 0, sizeof(wire));
}

static inline struct slave *wire_new_slave(struct modbus_line *line, unsigned int device)
{
	struct slave *s = malloc(sizeof(*s));

	assert_non_null(s);
	assert_null(line->slave[device]);
	line->slave[device] = s;

	return s;
}

/* A device of @kind is at this place of @line. */
static inline struct slave *wire_plug(struct modbus_line *line, unsigned int device,
				     const char *kind)
{
	struct slave *s = wire_new_slave(line, device);

	slave_start(s, slave_kind_by_name(kind), line->device[device].address,
		    wire.now_ms * 1000000);

	return s;
}

static inline void wire_tell(struct modbus_line *line, struct modbus_result *result,
			    const u8 *answer, size_t size)
{
	if (!size) {
		result->outcome = MODBUS_LOST;
		result->silent = true;
	} else if (answer[0] & 0x80) {
		result->outcome = MODBUS_REFUSED;
		result->exception = answer[1];
	}
	line->hooks->heard(line->user, result);
}

static inline void wire_write(struct modbus_line *line, unsigned int device, unsigned int slot)
{
	struct wire_wrote w = {
		line, (u8)device, (u8)slot, line->write[device][slot].function,
		line->write[device][slot].at, line->write[device][slot].n, { 0 },
		line->write[device][slot].hurry,
	};
	struct modbus_result result = {
		.device = (u8)device, .slot = (u8)slot, .write = true, .at_ms = wire.now_ms,
		.at = w.at, .n = w.n,
	};
	bool many = w.function == MODBUS_WRITES;
	u8 request[6 + 2 * MODBUS_WRITE_MAX] = {
		w.function, (u8)(w.at >> 8), (u8)w.at, 0, (u8)w.n, (u8)(2 * w.n),
	}, answer[SLAVE_PDU_MAX];
	size_t size = 0, head = many ? 6 : 3;

	memcpy(w.value, line->write[device][slot].value, sizeof(w.value));
	memcpy(result.value, w.value, w.n * sizeof(*w.value));
	for (unsigned int i = 0; i < w.n; i++) {
		request[head + 2 * i] = (u8)(w.value[i] >> 8);
		request[head + 2 * i + 1] = (u8)w.value[i];
	}
	assert_true(wire.writes < WROTE_MAX);
	wire.wrote[wire.writes++] = w;
	line->write[device][slot].due = false;
	if (line->slave[device])
		size = slave_answer(line->slave[device], wire.now_ms * 1000000, request,
				    head + 2 * (size_t)w.n, answer);
	wire_tell(line, &result, answer, size);
}

static inline void wire_read(struct modbus_line *line, unsigned int device, unsigned int slot)
{
	const struct register_read *read = &line->want[device][slot].read;
	struct modbus_result result = {
		.device = (u8)device, .slot = (u8)slot, .at_ms = wire.now_ms, .at = read->at,
		.n = read->n,
	};
	const u8 request[] = {
		(u8)read->function, (u8)(read->at >> 8), (u8)read->at, 0, (u8)read->n,
	};
	u8 answer[SLAVE_PDU_MAX];
	size_t size = 0;

	if (line->slave[device])
		size = slave_answer(line->slave[device], wire.now_ms * 1000000, request,
				    sizeof(request), answer);
	for (unsigned int i = 0; size > 2 && i < read->n; i++)
		result.value[i] = (u16)(answer[2 + 2 * i] << 8 | answer[3 + 2 * i]);
	wire_tell(line, &result, answer, size);
}

static inline void wire_turn(struct modbus_line *line, unsigned int device)
{
	unsigned int slot;

	for (slot = 0; slot < MODBUS_WRITES_MAX && !line->left; slot++)
		if (line->write[device][slot].due)
			wire_write(line, device, slot);
	for (slot = 0; slot < MODBUS_READS_MAX && !line->left; slot++)
		if (line->want[device][slot].period_ms)
			wire_read(line, device, slot);
}

static inline void wire_run(unsigned int seconds)
{
	while (seconds--) {
		for (unsigned int i = 0; i < wire.n; i++)
			for (unsigned int d = 0; d < MODBUS_DEVICES_MAX; d++)
				wire_turn(wire.made[i], d);
		lines_step(wire.lines);
		wire.now_ms += 1000;
	}
}

/* How often @code was said of @subject, since the test has forgotten. */
static inline unsigned int wire_events(const char *code, const char *subject)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < wire.told; i++)
		n += !strcmp(wire.event[i].code, code) && !strcmp(wire.event[i].subject, subject);

	return n;
}

static inline const char *wire_words(const char *code, const char *subject)
{
	for (unsigned int i = wire.told; i--;)
		if (!strcmp(wire.event[i].code, code) && !strcmp(wire.event[i].subject, subject))
			return wire.event[i].words;
	fail_msg("no %s of %s", code, subject);

	return "";
}

/* What is still to be written to register @at of @device; NULL: nothing. */
static inline const u16 *wire_due(const struct modbus_line *line, unsigned int device, u16 at)
{
	for (unsigned int slot = 0; slot < MODBUS_WRITES_MAX; slot++)
		if (line->write[device][slot].due && line->write[device][slot].at == at)
			return line->write[device][slot].value;

	return NULL;
}

#endif /* CELLAR_TESTS_LINES_WIRE_H */
