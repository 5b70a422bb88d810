// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as a wallbox profile, which is taken or explained; and any answers to one that was
 * taken: what the box is told stays within what it may be told.
 */
#include "../../userspace/io/wallbox.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void count(void *user, const char *text)
{
	must(*text && strlen(text) < 640);
	++*(unsigned int *)user;
}

/* What was written as a current is no more than @ma. */
static void look_at_current(const struct wallbox *w, u32 ma)
{
	const struct wallbox_write_to *to = &w->config.profile.setting[WALLBOX_SET_CURRENT];
	const struct wallbox_write *write = &w->write[WALLBOX_SET_CURRENT];
	u16 most[4];

	must(w->told_ma <= ma && w->told_ma <= w->config.most_ma);
	must(!w->told_ma || (w->told_ma >= 6000 && w->told_ma <= to->max_ma));
	must(!write->n || write->n == register_words(to->type));
	/* of one that knows no 0, its least, while it is switched off */
	if (write->n)
		must(wallbox_profile_put(&w->config.profile, WALLBOX_SET_CURRENT,
					 w->told_ma ? w->told_ma : to->zero ? 0 : to->max_ma,
					 most) == write->n);
	if (write->n && (w->told_ma || to->zero))
		must(!memcmp(most, write->value, write->n * sizeof(u16)));
	if (w->told_ma)
		must(w->config.profile.safety == WALLBOX_UNGUARDED || wallbox_is_armed(w));
}

static void answer(struct wallbox *w, const u8 *data, size_t size)
{
	struct modbus_result result = { 0 };
	u64 now_ms = 1000;
	size_t i = 0;

	while (i + 4 <= size) {
		u8 what = data[i], slot = data[i + 1];

		result.write = what & 1;
		result.slot = result.write ? slot % WALLBOX_SETTINGS : slot % WALLBOX_READS_MAX;
		result.outcome = what >> 1 & 3;
		result.exception = what >> 3 & 7;
		result.silent = what >> 6 & 1;
		now_ms += data[i + 2] * 100u;
		result.at_ms = now_ms;
		result.at = result.write ? w->write[result.slot].at : w->want[result.slot].read.at;
		result.n = result.write ? w->write[result.slot].n : w->want[result.slot].read.n;
		if (result.write)
			memcpy(result.value, w->write[result.slot].value,
			       sizeof(w->write[0].value));
		for (unsigned int k = 0; !result.write && k < result.n; k++)
			result.value[k] = (u16)(data[(i + k) % size] << 8 |
						data[(i + k + 1) % size]);
		if (result.n)
			wallbox_take(w, &result);
		wallbox_tell(w, data[i + 3] * 200u, now_ms);
		look_at_current(w, data[i + 3] * 200u);
		must(w->link < WALLBOX_LINKS && wallbox_car_phases(w, now_ms) <= 3);
		wallbox_card(w);
		i += 4;
	}
	wallbox_release(w);
	look_at_current(w, UINT32_MAX);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const u8 *end = size ? memchr(data, 0, size) : NULL;
	size_t text = end ? (size_t)(end - data) : size;
	struct wallbox_config config = { .period_ms = 1000, .most_ma = 16000, .phases = 3 };
	unsigned int complaints = 0;
	struct wallbox w;
	FILE *file;
	int r;

	if (!text)
		return 0;
	file = fmemopen((void *)(uintptr_t)data, text, "r");
	must(file);
	r = wallbox_profile_read(&config.profile, file, "profile", count, &complaints);
	fclose(file);
	must(r ? r == -EINVAL && complaints : !complaints);
	if (r)
		return 0;

	config.safe_ma = config.profile.setting[WALLBOX_SAFE].default_ma;
	wallbox_start(&w, &config);
	if (end)
		answer(&w, end, size - text);

	return 0;
}
