/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A wallbox of the daemon and a simulated one of the same profile, with no wire and no clock
 * between them: each second what is to be written is, as far as its pause allows, and then
 * what is wanted is asked.
 */
#ifndef CELLAR_TESTS_WALLBOX_RIG_H
#define CELLAR_TESTS_WALLBOX_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../userspace/io/wallbox.h"
#include "../../userspace/sim/slave.h"

#define T0_MS		5000000u
#define WROTE_MAX	512
#define FRAME_MAX	16
#define FOLDER		"userspace/wallboxes/"

/*
 * @ma: what the house says; @refuse: exception to writes of the setting @refused, which is
 *	answered and forgotten when it @ignores; @silent: the box is; @deaf: nobody tells it
 */
struct rig {
	struct wallbox box;
	struct wallbox_config config;
	struct slave *slave;
	u64 now_ms;
	u32 ma, turn[WALLBOX_SETTINGS];
	u8 refuse;
	unsigned int refused, n;
	bool silent, deaf, ignores;
	u64 due_ms[WALLBOX_READS_MAX];
	struct {
		u64 at_ms;
		size_t size;
		u8 frame[FRAME_MAX];
	} wrote[WROTE_MAX];
};

static inline void rig_complain(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

static inline void rig_start(struct rig *rig, const char *name)
{
	char path[128];

	memset(rig, 0, sizeof(*rig));
	snprintf(path, sizeof(path), FOLDER "%s.conf", name);
	assert_int_equal(wallbox_profile_load(&rig->config.profile, path, rig_complain, NULL), 0);
	rig->config.period_ms = 1000;
	rig->config.most_ma = 16000;
	rig->config.phases = 3;
	rig->config.safe_ma = rig->config.profile.setting[WALLBOX_SAFE].default_ma;
	rig->slave = malloc(sizeof(*rig->slave));
	assert_non_null(rig->slave);
	rig->now_ms = T0_MS;
	slave_start_wallbox(rig->slave, &rig->config.profile, rig->config.profile.unit,
			    rig->now_ms * 1000000);
	wallbox_start(&rig->box, &rig->config);
}

static inline void rig_end(struct rig *rig)
{
	free(rig->slave);
}

static inline void rig_outcome(struct rig *rig, const u8 *request, size_t n, u8 *answer,
			       struct modbus_result *result)
{
	size_t size = rig->silent ? 0 :
		      slave_answer(rig->slave, rig->now_ms * 1000000, request, n, answer);

	if (!size) {
		result->outcome = MODBUS_LOST;
		result->silent = true;
	} else if (answer[0] & 0x80) {
		result->outcome = MODBUS_REFUSED;
		result->exception = answer[1];
	}
}

static inline void rig_note(struct rig *rig, const u8 *pdu, size_t n)
{
	u8 *frame;
	u16 crc;

	if (rig->n == WROTE_MAX)
		return;
	frame = rig->wrote[rig->n].frame;
	frame[0] = rig->config.profile.unit;
	memcpy(frame + 1, pdu, n);
	crc = modbus_crc(frame, n + 1);
	frame[n + 1] = (u8)crc;
	frame[n + 2] = (u8)(crc >> 8);
	rig->wrote[rig->n].at_ms = rig->now_ms;
	rig->wrote[rig->n++].size = n + 3;
}

static inline void rig_write(struct rig *rig, unsigned int slot)
{
	const struct wallbox_write write = rig->box.write[slot];
	struct modbus_result result = {
		.write = true, .slot = (u8)slot, .at_ms = rig->now_ms, .at = write.at,
		.n = write.n,
	};
	u8 pdu[FRAME_MAX] = { (u8)write.function, (u8)(write.at >> 8), (u8)write.at };
	u8 answer[SLAVE_PDU_MAX];
	size_t n = 3;

	rig->turn[slot] = write.turn;
	if (write.function == MODBUS_WRITES) {
		pdu[n++] = 0;
		pdu[n++] = (u8)write.n;
		pdu[n++] = (u8)(2 * write.n);
	}
	for (unsigned int i = 0; i < write.n; i++) {
		u16 value = write.function == MODBUS_WRITES_COIL ? write.value[i] ? 0xff00 : 0 :
			    write.value[i];

		pdu[n++] = (u8)(value >> 8);
		pdu[n++] = (u8)value;
	}
	memcpy(result.value, write.value, sizeof(write.value));
	if (rig->refuse && slot == rig->refused) {
		result.outcome = MODBUS_REFUSED;
		result.exception = rig->refuse;
	} else if (!rig->ignores || slot != rig->refused) {
		rig_outcome(rig, pdu, n, answer, &result);
	}
	rig_note(rig, pdu, n);
	wallbox_take(&rig->box, &result);
}

static inline void rig_read(struct rig *rig, unsigned int slot)
{
	const struct register_read *read = &rig->box.want[slot].read;
	const u8 request[] = {
		(u8)read->function, (u8)(read->at >> 8), (u8)read->at, 0, (u8)read->n,
	};
	struct modbus_result result = {
		.slot = (u8)slot, .at_ms = rig->now_ms, .at = read->at, .n = read->n,
	};
	u8 answer[SLAVE_PDU_MAX];

	rig_outcome(rig, request, sizeof(request), answer, &result);
	for (unsigned int i = 0; result.outcome == MODBUS_DONE && i < read->n; i++)
		result.value[i] = (u16)(answer[2 + 2 * i] << 8 | answer[3 + 2 * i]);
	rig->due_ms[slot] = rig->now_ms + rig->box.want[slot].period_ms;
	wallbox_take(&rig->box, &result);
}

static inline void rig_run(struct rig *rig, unsigned int seconds)
{
	unsigned int slot;

	while (seconds--) {
		for (slot = 0; slot < WALLBOX_SETTINGS; slot++)
			if (rig->box.write[slot].turn != rig->turn[slot])
				rig_write(rig, slot);
		for (slot = 0; slot < WALLBOX_READS_MAX; slot++)
			if (rig->box.want[slot].period_ms && rig->now_ms >= rig->due_ms[slot])
				rig_read(rig, slot);
		if (!rig->deaf)
			wallbox_tell(&rig->box, rig->ma, rig->now_ms);
		rig->now_ms += 1000;
	}
}

/* How often was this frame written? */
static inline unsigned int rig_wrote(const struct rig *rig, const u8 *frame, size_t n)
{
	unsigned int times = 0;

	for (unsigned int i = 0; i < rig->n; i++)
		times += rig->wrote[i].size == n && !memcmp(rig->wrote[i].frame, frame, n);

	return times;
}

#endif /* CELLAR_TESTS_WALLBOX_RIG_H */
