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
#include "../../userspace/sim/slave.h"

#define T0_MS		5000000u
#define WROTE_MAX	256
#define FRAME_MAX	40

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
	slave_start(rig->slave, slave_kind_by_name("sofar-g3"), config->address,
		    rig->now_ms * 1000000);
	hybrid_start(&rig->hybrid, config);
}

static inline void rig_end(struct rig *rig)
{
	free(rig->slave);
}

static inline u16 rig_crc(const u8 *bytes, size_t n)
{
	u16 crc = 0xffff;

	while (n--) {
		crc ^= *bytes++;
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = (u16)(crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1);
	}

	return crc;
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
	u16 crc;

	rig->turn[slot] = write.turn;
	if (!write.n)
		return;
	for (unsigned int i = 0; i < write.n; i++) {
		frame[7 + 2 * i] = (u8)(write.value[i] >> 8);
		frame[8 + 2 * i] = (u8)write.value[i];
	}
	memcpy(result.value, write.value, sizeof(write.value));
	rig_outcome(rig, frame + 1, size - 1, answer, &size, &result);
	size = 7 + 2 * (size_t)write.n;
	crc = rig_crc(frame, size);
	frame[size++] = (u8)crc;
	frame[size++] = (u8)(crc >> 8);
	assert_true(rig->n < WROTE_MAX);
	rig->wrote[rig->n].at_ms = rig->now_ms;
	rig->wrote[rig->n].size = size;
	memcpy(rig->wrote[rig->n++].frame, frame, size);
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

#endif /* CELLAR_TESTS_HYBRID_RIG_H */
