// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meters in the document of memory.h: { NAME: { "forward", "reverse" } }.
 */
#include "memory_meters.h"

static bool read_sums(const json_t *from, u64 *forward_wh, u64 *reverse_wh)
{
	json_int_t forward, reverse;

	if (json_unpack_ex((json_t *)from, NULL, JSON_STRICT, "{s:I, s:I}", "forward", &forward,
			   "reverse", &reverse) || forward < 0 || reverse < 0)
		return false;
	*forward_wh = (u64)forward;
	*reverse_wh = (u64)reverse;

	return true;
}

int memory_check_meters(const json_t *from)
{
	u64 forward_wh, reverse_wh;
	const char *name;
	json_t *sums;

	if (!json_is_object(from))
		return -EINVAL;
	json_object_foreach((json_t *)from, name, sums)
		if (!read_sums(sums, &forward_wh, &reverse_wh))
			return -EINVAL;

	return 0;
}

void memory_read_meters(const json_t *from, struct lines *lines)
{
	for (unsigned int i = 0; i < lines->meters; i++) {
		struct lines_meter *m = &lines->meter[i];
		const json_t *sums = json_object_get(from, m->config.name);

		if (sums)
			read_sums(sums, &m->meter.forward.wh, &m->meter.reverse.wh);
	}
}

json_t *memory_write_meters(const json_t *before, const struct lines *lines)
{
	json_t *meters = before ? json_copy((json_t *)before) : json_object();
	int r = 0;

	for (unsigned int i = 0; i < lines->meters; i++) {
		const struct meter *m = &lines->meter[i].meter;

		if (m->notes & BIT(METER_ENERGY_NONE))
			r |= json_object_set_new(meters, lines->meter[i].config.name,
						 json_pack("{s:I, s:I}", "forward",
							   (json_int_t)m->forward.wh, "reverse",
							   (json_int_t)m->reverse.wh));
	}
	if (r || !json_object_size(meters)) {
		json_decref(meters);
		return NULL;
	}

	return meters;
}
