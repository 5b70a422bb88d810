// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laws of CAN codecs: news are disjoint, within what the dialect can say and in
 * range; errors leave no trace; what is encoded decodes to the same, never to
 * a higher limit and never to fewer alarms.
 */
#include "codec_laws.h"
#include "reading_laws.h"

#include "../../driver/wire/bytes.h"
#include "../../driver/wire/can_detect.h"

static void check_between_steps(const struct cellar_can_row *row, u8 address,
				const struct cellar_can_memory *learned,
				const struct cellar_reading *read, u32 by)
{
	struct cellar_can_memory memory = *learned;
	struct cellar_reading wanted = *read, news;
	struct cellar_can_frame frame;

	lower_limits(&wanted, by);
	if (cellar_can_encode(row, address, &memory, &wanted, &frame))
		return;

	LAW(!cellar_can_decode(row, &memory, &frame, &news));
	news = only(&news);
	check_safe_side(&wanted, &news);
}

/*
 * One frame alone, sent on as it was read: the copy says nothing that the frame
 * did not say, and a copy of the copy is the copy.
 */
static void check_round_trip(const struct cellar_can_row *row, u8 address,
			     const struct cellar_can_memory *learned,
			     const struct cellar_can_frame *frame)
{
	struct cellar_can_memory memory = { .setting = learned->setting, .lux = learned->lux };
	struct cellar_can_frame copy, again;
	struct cellar_reading news, first, second;
	int ret;

	LAW(!cellar_can_decode(row, &memory, frame, &news));
	first = only(&news);

	ret = cellar_can_encode(row, address, &memory, &first, &copy);
	if (ret) {
		LAW(ret == -ENODATA);
		return;
	}
	LAW(copy.id == frame->id);
	LAW(copy.len <= 8 && copy.len >= row->len_min);

	memory = (struct cellar_can_memory){ .setting = memory.setting, .lux = memory.lux };
	LAW(!cellar_can_decode(row, &memory, &copy, &news));
	second = only(&news);
	check_values(&second);
	check_safe_side(&first, &second);

	check_between_steps(row, address, &memory, &first, 1 + frame->data[0] % 99);

	LAW(!cellar_can_encode(row, address, &memory, &second, &again));
	LAW(again.len == copy.len && !memcmp(again.data, copy.data, copy.len));
}

/* What stands behind the end of a frame is not part of it. */
static void check_end_of_frame(const struct cellar_can_row *row,
			       struct cellar_can_memory memory,
			       const struct cellar_can_frame *frame,
			       const struct cellar_reading *news, int ret)
{
	struct cellar_can_frame other = *frame;
	struct cellar_reading again, one, two;

	memset(other.data + other.len, 0x5A, sizeof(other.data) - other.len);
	LAW(cellar_can_decode(row, &memory, &other, &again) == ret);
	one = only(news);
	two = only(&again);
	LAW(news->none == again.none && cellar_reading_equal(&one, &two));
}

static void check_frame(const struct cellar_can_dialect *dialect,
			struct cellar_can_memory *memory,
			const struct cellar_can_frame *frame,
			struct cellar_reading *system, struct cellar_reading *packs)
{
	struct cellar_can_memory before = *memory;
	const struct cellar_can_row *row;
	struct cellar_reading *to, news;
	u8 address;
	u64 can;
	int ret;

	row = cellar_can_find_row(dialect, frame->id, &address);
	if (!row)
		return;
	LAW(address <= CELLAR_CAN_PACKS_MAX && !!address == !!row->packs);

	ret = cellar_can_decode(row, memory, frame, &news);
	check_end_of_frame(row, before, frame, &news, ret);
	if (ret) {
		LAW(ret == -EMSGSIZE || ret == -ERANGE);
		LAW((ret == -EMSGSIZE) == (frame->len < row->len_min));
		LAW(!news.have && !news.none);
		LAW(!memcmp(&before, memory, sizeof(before)));
		return;
	}

	can = address ? dialect->pack_fields : dialect->system_fields;
	LAW(!(news.have & news.none));
	LAW(!((news.have | news.none) & ~can));
	check_values(&news);

	to = address ? &packs[address - 1] : system;
	cellar_reading_merge(to, &news);
	LAW(!to->none && !(to->have & news.none) && (to->have & news.have) == news.have);
	check_values(to);

	check_round_trip(row, address, memory, frame);
}

static void check_detection(struct cellar_can_detect *detect,
			    const struct cellar_can_frame *frame)
{
	struct cellar_can_verdict before = cellar_can_detect_verdict(detect, false);
	bool told = cellar_can_detect_feed(detect, frame);
	struct cellar_can_verdict now = cellar_can_detect_verdict(detect, false);

	LAW(now.why && now.dialect < CELLAR_DIALECTS);
	LAW(!now.mixed || now.dialect == CELLAR_DIALECT_NONE);
	LAW(told || (before.dialect == now.dialect && before.mixed == now.mixed &&
		     before.why == now.why));
	LAW(cellar_can_detect_verdict(detect, true).why);
}

void codec_laws(enum cellar_dialect which, const u8 *data, size_t size)
{
	struct cellar_reading packs[CELLAR_CAN_PACKS_MAX] = { 0 };
	const struct cellar_can_dialect *dialect = cellar_can_dialect(which);
	struct cellar_can_memory memory = { 0 };
	struct cellar_can_detect detect = { 0 };
	struct cellar_reading system = { 0 };

	for (; size >= CODEC_FRAME_BYTES; size -= CODEC_FRAME_BYTES, data += CODEC_FRAME_BYTES) {
		struct cellar_can_frame frame = {
			.id = cellar_le16(data) & CODEC_ID_MASK,
			.len = data[2] % 9,
		};

		if (cellar_le16(data) & CODEC_ID_EXTENDED)
			frame.id |= CELLAR_CAN_EXTENDED;

		memset(frame.data, 0xA5, sizeof(frame.data));
		memcpy(frame.data, data + 3, frame.len);

		check_detection(&detect, &frame);
		check_frame(dialect, &memory, &frame, &system, packs);
	}
}
