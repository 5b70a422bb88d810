// SPDX-License-Identifier: GPL-2.0-only
/*
 * Characters in slots. Errors are drawn when somebody begins to speak, so the n-th
 * speech of a seed has the same ones whenever it is asked for.
 */
#include "half_duplex.h"

/* 8N1 */
#define BITS_PER_BYTE		10
#define NS_PER_S		1000000000ULL
/* ns for so many characters as the baud rate says */
#define SLOTS_NS		(BITS_PER_BYTE * NS_PER_S)

/* As a 16550 has it */
#define FIFO_BYTES		16

/* Errors that no checksum sees are drawn anew so often, then left out. */
#define TRIES			8

/* No ASCII character: a clash never reads as something that nobody said. */
#define CLASH_BIT		0x80

void line_start(struct half_duplex *line, enum cellar_rs485_framing framing,
		unsigned int baud, bool paced, u64 seed)
{
	memset(line, 0, sizeof(*line));
	line->framing = framing;
	line->baud = baud;
	line->paced = paced;
	line->rng.state = seed;
}

/* In two parts: the product alone would overflow after two days. */
static u64 slot_ns(const struct half_duplex *line, u64 slot)
{
	return slot / line->baud * SLOTS_NS + slot % line->baud * SLOTS_NS / line->baud;
}

u64 line_slot(const struct half_duplex *line, u64 now_ns)
{
	u64 part = now_ns % SLOTS_NS * line->baud;

	return now_ns / SLOTS_NS * line->baud + (part + SLOTS_NS - 1) / SLOTS_NS;
}

static bool happens(struct half_duplex *line, double percent)
{
	return percent > 0 && rng_below(&line->rng, 1000000) < percent * 10000;
}

static u8 random_byte(struct half_duplex *line)
{
	return (u8)rng_below(&line->rng, 256);
}

static const u8 *byte_in_slot(const struct line_voice *voice, u64 slot)
{
	if (slot < voice->from_slot || slot - voice->from_slot >= voice->len)
		return NULL;
	return &voice->bytes[slot - voice->from_slot];
}

/* One after the other, and not before what has been given out. */
static void give_back(struct half_duplex *line, u64 slot, u8 byte)
{
	u64 earliest = line->slot;

	if (line->n_echoes == LINE_ECHO_MAX)
		return;
	if (line->n_echoes && line->echoes[line->n_echoes - 1].slot >= earliest)
		earliest = line->echoes[line->n_echoes - 1].slot + 1;
	line->echoes[line->n_echoes++] = (struct line_echo){
		.slot = slot > earliest ? slot : earliest,
		.byte = byte,
	};
}

u64 line_hear(struct half_duplex *line, u64 now_ns, u8 byte, bool *harmed)
{
	u64 slot = line_slot(line, now_ns);
	bool taken = false;
	unsigned int i;

	if (line->paced && slot < line->heard_slot)
		slot = line->heard_slot;
	line->heard_slot = slot + 1;

	*harmed = happens(line, line->flip_percent) || happens(line, line->drop_percent);
	for (i = 0; i < LINE_VOICES_MAX; i++)
		taken |= !!byte_in_slot(&line->voice[i], slot);
	*harmed |= taken;
	line->asked += !taken;
	if (line->echo)
		give_back(line, slot, byte);
	return line->paced ? slot + 1 : slot;
}

bool line_speaks(const struct half_duplex *line, unsigned int voice)
{
	return line->voice[voice].len;
}

bool line_is_whole(const struct half_duplex *line, unsigned int voice)
{
	return line->voice[voice].to;
}

static void restart(struct cellar_rs485_deframer *deframer,
		    enum cellar_rs485_framing framing)
{
	memset(deframer, 0, sizeof(*deframer));
	deframer->framing = framing;
}

static bool is_meant(struct half_duplex *line, const struct cellar_rs485_telegram *heard,
		     const u8 *bytes, size_t len)
{
	struct cellar_rs485_telegram meant;
	size_t i;

	restart(&line->meant, line->framing);
	for (i = 0; i < len; i++)
		if (cellar_rs485_feed(&line->meant, bytes[i], &meant) &&
		    meant.len == heard->len && !memcmp(meant.data, heard->data, meant.len))
			return true;
	return false;
}

bool line_was_said(struct half_duplex *line, const struct cellar_rs485_telegram *telegram)
{
	unsigned int i;

	for (i = 0; i < LINE_VOICES_MAX; i++) {
		const struct line_voice *voice = &line->voice[i];

		if (is_meant(line, telegram, voice->bytes + voice->from,
			     voice->to > voice->from ? voice->to - voice->from : 0))
			return true;
	}
	return false;
}

/*
 * What a listener reads from @voice, where @bytes were meant: 0, -EBADMSG for
 * something else. @voice->from and ->to say where the first telegram is.
 */
static int read_back(struct half_duplex *line, struct line_voice *voice,
		     const u8 *bytes, size_t len)
{
	struct cellar_rs485_telegram heard;
	size_t i, first = 0;

	restart(&line->meant, line->framing);
	while (first < len && !cellar_rs485_feed(&line->meant, bytes[first], &heard))
		first++;
	first = first < len ? first + 1 : len;

	voice->from = 0;
	voice->to = 0;
	restart(&line->heard, line->framing);
	for (i = 0; i < voice->len; i++) {
		if (!cellar_rs485_feed(&line->heard, voice->bytes[i], &heard))
			continue;
		if (!is_meant(line, &heard, bytes, len))
			return -EBADMSG;
		if (!voice->to && is_meant(line, &heard, bytes, first)) {
			voice->to = i + 1;
			voice->from = voice->to - cellar_rs485_wire_len(&heard);
		}
	}
	return 0;
}

static void add_noise(struct half_duplex *line, struct line_voice *voice)
{
	unsigned int n = rng_below(&line->rng, line->noise_bytes + 1);

	while (n--)
		voice->bytes[voice->len++] = random_byte(line);
}

static void add_bytes(struct half_duplex *line, struct line_voice *voice,
		      const u8 *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		u8 byte = bytes[i];

		if (happens(line, line->flip_percent))
			byte ^= (u8)(1 << rng_below(&line->rng, 8));
		if (!happens(line, line->drop_percent))
			voice->bytes[voice->len++] = byte;
	}
}

static void copy_bytes(struct line_voice *voice, const u8 *bytes, size_t len)
{
	memcpy(voice->bytes, bytes, len);
	voice->len = len;
}

void line_say(struct half_duplex *line, unsigned int n, u64 slot, const u8 *bytes,
	      size_t len, bool cut)
{
	struct line_voice *voice = &line->voice[n];
	unsigned int tries = 0;

	voice->from_slot = slot > line->slot ? slot : line->slot;
	voice->cut = cut;
	do {
		voice->len = 0;
		add_noise(line, voice);
		add_bytes(line, voice, bytes, len);
		add_noise(line, voice);
	} while (read_back(line, voice, bytes, len) && ++tries < TRIES);

	if (tries) {
		line->unseen++;
		if (tries == TRIES) {
			copy_bytes(voice, bytes, len);
			read_back(line, voice, bytes, len);
		}
	}
}

/* How many slots from @slot on there is something in without a gap. */
static u64 burst(const struct half_duplex *line, u64 slot)
{
	u64 end = slot;
	unsigned int i;
	bool grown;

	do {
		grown = false;
		for (i = 0; i < LINE_VOICES_MAX; i++) {
			if (!byte_in_slot(&line->voice[i], end))
				continue;
			end = line->voice[i].from_slot + line->voice[i].len;
			grown = true;
		}
		for (i = 0; i < line->n_echoes; i++) {
			grown |= line->echoes[i].slot == end;
			end += line->echoes[i].slot == end;
		}
	} while (grown);
	return end - slot;
}

static u64 first_slot(const struct half_duplex *line)
{
	u64 first = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < LINE_VOICES_MAX; i++)
		if (line->voice[i].len && line->voice[i].from_slot < first)
			first = line->voice[i].from_slot;
	if (line->n_echoes && line->echoes[0].slot < first)
		first = line->echoes[0].slot;
	return first > line->slot ? first : line->slot;
}

/*
 * The slot whose beginning is the time to give out what is said before it, or, where
 * the hardware takes its time, from it on.
 */
static u64 next_slot(const struct half_duplex *line)
{
	u64 slot = first_slot(line);
	u64 bytes;

	if (slot == UINT64_MAX || !line->paced)
		return slot;
	bytes = burst(line, slot);
	return slot + (bytes < FIFO_BYTES ? bytes : FIFO_BYTES);
}

u64 line_next_ns(const struct half_duplex *line)
{
	u64 slot = next_slot(line);

	return slot == UINT64_MAX ? UINT64_MAX : slot_ns(line, slot);
}

static bool take_echo(struct half_duplex *line, u8 *byte)
{
	if (!line->n_echoes || line->echoes[0].slot > line->slot)
		return false;
	*byte = line->echoes[0].byte;
	memmove(line->echoes, line->echoes + 1,
		--line->n_echoes * sizeof(line->echoes[0]));
	return true;
}

/* Who speaks at once is heard as what both drive: no listener can read that. */
static void clash(struct half_duplex *line, u8 *byte, const u8 *other)
{
	unsigned int i;

	*byte = line->clashing ? *byte & *other : *byte | CLASH_BIT;
	line->clashing = true;
	for (i = 0; i < LINE_VOICES_MAX; i++) {
		struct line_voice *voice = &line->voice[i];
		u64 at = line->slot - voice->from_slot;

		if (byte_in_slot(voice, line->slot) && at >= voice->from && at < voice->to)
			voice->to = 0;
	}
}

static bool combine(struct half_duplex *line, u8 *byte)
{
	unsigned int echoes = take_echo(line, byte);
	unsigned int i, speakers = echoes;

	for (i = 0; i < LINE_VOICES_MAX; i++) {
		const u8 *said = byte_in_slot(&line->voice[i], line->slot);

		if (!said)
			continue;
		if (speakers++ && *said != *byte)
			clash(line, byte, said);
		else
			*byte = *said;
	}
	line->clashing = line->clashing && speakers > 1;
	line->said += speakers > echoes;
	return speakers;
}

static void end_voices(struct half_duplex *line, line_ended ended, void *to)
{
	unsigned int i;

	for (i = 0; i < LINE_VOICES_MAX; i++) {
		struct line_voice *voice = &line->voice[i];

		if (!voice->len || line->slot < voice->from_slot)
			continue;
		if (voice->cut && line->slot - voice->from_slot >= voice->len / 2) {
			line->gone = true;
			return;
		}
		if (line->slot - voice->from_slot < voice->len)
			continue;
		voice->len = 0;
		ended(to, i, voice->to > 0);
	}
}

size_t line_run(struct half_duplex *line, u64 now_ns, u8 *to, line_ended ended,
		void *ended_to)
{
	size_t n = 0;
	u64 until;

	if (line_next_ns(line) > now_ns)
		return 0;
	until = next_slot(line);
	line->slot = first_slot(line);
	if (!line->paced)
		until += burst(line, until);
	while (line->slot < until && !line->gone && n < LINE_RUN_MAX) {
		n += combine(line, &to[n]);
		line->slot++;
		end_voices(line, ended, ended_to);
	}
	return n;
}

void line_reset(struct half_duplex *line)
{
	unsigned int i;

	for (i = 0; i < LINE_VOICES_MAX; i++)
		line->voice[i].len = 0;
	line->n_echoes = 0;
	line->clashing = false;
	line->gone = false;
}
