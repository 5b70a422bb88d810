/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An inverter of the daemon and a simulated one, with no wire and no clock between them:
 * each second what is to be written is, and then all that is wanted is asked.
 */
#ifndef CELLAR_TESTS_HYBRID_RIG_H
#define CELLAR_TESTS_HYBRID_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../userspace/io/hybrid_maps.h"
#include "../../userspace/io/hybrid_parts.h"
#include "../../userspace/io/modbus_command.h"
#include "../../userspace/sim/slave.h"

#define T0_MS		5000000u
#define WROTE_MAX	256
#define FRAME_MAX	40

/* An inverter of a test: the rest of it, if any, as a struct hybrid_config has it. */
#define RIG_CONFIG(map, watts, ...) \
	{ .kind = map, .address = 1, .period_ms = 1000, .battery_w = watts, __VA_ARGS__ }

/* @turn: of the writes that have been made; @wrote: their frames, CRC included */
struct rig {
	struct hybrid hybrid;
	struct slave *slave;
	u64 now_ms;
	u32 turn[HYBRID_WRITES];
	unsigned int n;
	struct {
		u64 at_ms;
		size_t size;
		u8 frame[FRAME_MAX];
	} wrote[WROTE_MAX];
};

static inline void rig_start(struct rig *rig, const struct hybrid_config *config)
{
	memset(rig, 0, sizeof(*rig));
	rig->slave = malloc(sizeof(*rig->slave));
	assert_non_null(rig->slave);
	rig->now_ms = T0_MS;
	slave_start(rig->slave, slave_kind_by_name(hybrid_kind_word(config->kind)), config->address,
		    rig->now_ms * 1000000);
	hybrid_start(&rig->hybrid, config);
}

static inline void rig_end(struct rig *rig)
{
	free(rig->slave);
}

static inline void rig_outcome(struct rig *rig, const u8 *request, size_t n, u8 *answer,
			       size_t *size, struct modbus_result *result)
{
	*size = slave_answer(rig->slave, rig->now_ms * 1000000, request, n, answer);
	if (!*size) {
		result->outcome = MODBUS_LOST;
		result->silent = true;
	} else if (answer[0] & 0x80) {
		result->outcome = MODBUS_REFUSED;
		result->exception = answer[0] == (request[0] | 0x80) ? answer[1] :
				    MODBUS_UNREADABLE;
	}
}

static inline void rig_note(struct rig *rig, u8 frame[FRAME_MAX], size_t size)
{
	u16 crc = modbus_crc(frame, size);

	frame[size++] = (u8)crc;
	frame[size++] = (u8)(crc >> 8);
	assert_true(rig->n < WROTE_MAX);
	rig->wrote[rig->n].at_ms = rig->now_ms;
	rig->wrote[rig->n].size = size;
	memcpy(rig->wrote[rig->n++].frame, frame, size);
}

/* Its answer comes back as it is on a serial line. */
static inline void rig_command(struct rig *rig, unsigned int slot)
{
	const struct hybrid_write write = rig->hybrid.write[slot];
	const struct modbus_ask ask = {
		.address = rig->hybrid.config.address, .function = write.function,
		.at = write.at, .value = { write.value[0] },
	};
	u8 frame[FRAME_MAX];
	struct modbus_result result = {
		.write = true, .slot = (u8)slot, .at_ms = rig->now_ms, .at = ask.at, .n = 1,
	};
	u8 answer[SLAVE_PDU_MAX + 3] = { ask.address };
	size_t asked = modbus_command_request(&ask, frame), size;
	u16 crc;

	rig_note(rig, frame, asked);
	size = slave_answer(rig->slave, rig->now_ms * 1000000, frame + 1, asked - 1, answer + 1);
	if (size) {
		crc = modbus_crc(answer, ++size);
		answer[size++] = (u8)crc;
		answer[size++] = (u8)(crc >> 8);
	}
	result.outcome = modbus_command_judge(&ask, false, answer, size, &result.exception,
					      result.value);
	result.silent = result.outcome == MODBUS_LOST;
	hybrid_take(&rig->hybrid, &result);
}

static inline void rig_write(struct rig *rig, unsigned int slot)
{
	const struct hybrid_write write = rig->hybrid.write[slot];
	struct modbus_result result = {
		.write = true, .slot = (u8)slot, .at_ms = rig->now_ms, .at = write.at,
		.n = write.n,
	};
	u8 frame[FRAME_MAX] = {
		rig->hybrid.config.address, 16, (u8)(write.at >> 8), (u8)write.at, 0,
		(u8)write.n, (u8)(2 * write.n),
	};
	size_t size = 7 + 2 * (size_t)write.n;
	u8 answer[SLAVE_PDU_MAX];

	rig->turn[slot] = write.turn;
	if (!write.n)
		return;
	if (write.function) {
		rig_command(rig, slot);
		return;
	}
	for (unsigned int i = 0; i < write.n; i++) {
		frame[7 + 2 * i] = (u8)(write.value[i] >> 8);
		frame[8 + 2 * i] = (u8)write.value[i];
	}
	memcpy(result.value, write.value, sizeof(write.value));
	rig_outcome(rig, frame + 1, size - 1, answer, &size, &result);
	rig_note(rig, frame, 7 + 2 * (size_t)write.n);
	hybrid_take(&rig->hybrid, &result);
}

static inline void rig_read(struct rig *rig, unsigned int slot)
{
	const struct register_read *read = &rig->hybrid.want[slot].read;
	const u8 request[] = {
		(u8)read->function, (u8)(read->at >> 8), (u8)read->at, 0, (u8)read->n,
	};
	struct modbus_result result = {
		.slot = (u8)slot, .at_ms = rig->now_ms, .at = read->at, .n = read->n,
	};
	u8 answer[SLAVE_PDU_MAX];
	size_t size;

	rig_outcome(rig, request, sizeof(request), answer, &size, &result);
	for (unsigned int i = 0; result.outcome == MODBUS_DONE && i < read->n; i++)
		result.value[i] = (u16)(answer[2 + 2 * i] << 8 | answer[3 + 2 * i]);
	hybrid_take(&rig->hybrid, &result);
}

static inline void rig_run(struct rig *rig, unsigned int seconds)
{
	unsigned int slot;

	while (seconds--) {
		for (slot = 0; slot < HYBRID_WRITES; slot++)
			if (rig->hybrid.write[slot].turn != rig->turn[slot])
				rig_write(rig, slot);
		for (slot = 0; slot < HYBRID_SLOTS; slot++)
			if (rig->hybrid.want[slot].period_ms)
				rig_read(rig, slot);
		rig->now_ms += 1000;
	}
}

static inline void steer(struct rig *rig, s32 battery_w, unsigned int seconds)
{
	const struct hybrid_order order = { battery_w, -5000, 5000, HYBRID_NO_LIMIT };

	while (seconds--) {
		hybrid_steer(&rig->hybrid, &order, rig->now_ms);
		rig_run(rig, 1);
	}
}

/* Nobody tells its battery anything; the house may feed in so much. */
static inline void keep_feed_in(struct rig *rig, s32 feed_in_w, unsigned int seconds)
{
	while (seconds--) {
		hybrid_keep_feed_in(&rig->hybrid, feed_in_w, rig->now_ms);
		rig_run(rig, 1);
	}
}

#define assert_frame(rig, i, ...) do { \
	static const u8 expected_[] = { __VA_ARGS__ }; \
	assert_true((i) < (rig)->n); \
	assert_int_equal((rig)->wrote[i].size, sizeof(expected_)); \
	assert_memory_equal((rig)->wrote[i].frame, expected_, sizeof(expected_)); \
} while (0)

static inline s64 exchange_of(const struct rig *rig)
{
	s64 mw = INT64_MAX;

	assert_true(hybrid_exchange_mw(&rig->hybrid, 0, &mw));

	return mw;
}

static inline s64 battery_of(const struct rig *rig)
{
	s64 mw = INT64_MAX;

	assert_true(hybrid_battery_mw(&rig->hybrid, &mw));

	return mw;
}

#endif /* CELLAR_TESTS_HYBRID_RIG_H */
