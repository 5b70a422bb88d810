/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A meter of the daemon and a simulated one, with no wire and no clock between them: each
 * round all that is wanted is asked once, and time goes on.
 */
#ifndef CELLAR_TESTS_METER_RIG_H
#define CELLAR_TESTS_METER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../userspace/io/meter_maps.h"
#include "../../userspace/sim/slave.h"

#define T0_MS	5000000u

struct rig {
	struct meter meter;
	struct slave *slave;
	u64 now_ms;
};

static inline void rig_start(struct rig *rig, const char *slave, const struct meter_config *config)
{
	const struct slave_kind *kind = slave_kind_by_name(slave);

	assert_non_null(kind);
	rig->slave = malloc(sizeof(*rig->slave));
	assert_non_null(rig->slave);
	rig->now_ms = T0_MS;
	slave_start(rig->slave, kind, config->address, rig->now_ms * 1000000);
	meter_start(&rig->meter, config);
}

static inline void rig_end(struct rig *rig)
{
	free(rig->slave);
}

static inline void rig_ask(struct rig *rig, unsigned int slot)
{
	const struct register_read *read = &rig->meter.want[slot].read;
	const u8 request[] = {
		(u8)read->function, (u8)(read->at >> 8), (u8)read->at, 0, (u8)read->n,
	};
	struct modbus_result result = {
		.slot = (u8)slot, .at_ms = rig->now_ms, .at = read->at, .n = read->n,
	};
	u8 answer[SLAVE_PDU_MAX];
	size_t size;

	size = slave_answer(rig->slave, rig->now_ms * 1000000, request, sizeof(request), answer);
	if (!size) {
		result.outcome = MODBUS_LOST;
		result.silent = true;
	} else if (answer[0] & 0x80) {
		result.outcome = MODBUS_REFUSED;
		result.exception = answer[1];
	} else {
		assert_int_equal(size, 2 + 2 * read->n);
		for (unsigned int i = 0; i < read->n; i++)
			result.value[i] = (u16)(answer[2 + 2 * i] << 8 | answer[3 + 2 * i]);
	}
	meter_take(&rig->meter, &result);
}

/* @seconds of a second each, in which all is asked. */
static inline void rig_run(struct rig *rig, unsigned int seconds)
{
	while (seconds--) {
		for (unsigned int slot = 0; slot < METER_SLOTS; slot++)
			if (rig->meter.want[slot].period_ms)
				rig_ask(rig, slot);
		rig->now_ms += 1000;
	}
}

#endif /* CELLAR_TESTS_METER_RIG_H */
