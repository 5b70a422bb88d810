// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds Voltronic's telegrams among what arrives (protocols.md 5.1). A window of
 * the last bytes is looked at, never a state that noise could bring about.
 */
#include "bytes.h"
#include "voltronic.h"

#define WORDS_MAX	64
#define LONGEST		VOLTRONIC_REPLY_LEN(WORDS_MAX)

/* Where a request says how many words it wants. */
#define COUNT		4

u16 cellar_voltronic_crc(const u8 *data, size_t len)
{
	u16 crc = 0xffff;
	unsigned int bit;

	while (len--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
	}

	return crc;
}

static bool is_id(u8 byte)
{
	return byte && byte <= VOLTRONIC_ID_MAX;
}

static bool is_head(const u8 *p)
{
	return is_id(p[0]) && (p[1] == VOLTRONIC_READ || p[1] == VOLTRONIC_REFUSED);
}

static bool are_words(const u8 *p)
{
	u16 words = cellar_be16(p);

	return words && words <= WORDS_MAX;
}

/*
 * Length on the wire of the longest telegram that may begin with these @n bytes; 0:
 * none does. The first register of a request may be any, also one that looks like
 * the length of a reply.
 */
static u16 longest(const u8 *p, u16 n)
{
	if (n < 2)
		return is_id(p[0]) ? LONGEST : 0;
	if (!is_head(p))
		return 0;
	if (p[1] == VOLTRONIC_REFUSED)
		return VOLTRONIC_REFUSAL_LEN;
	if (n < VOLTRONIC_HEAD_LEN)
		return LONGEST;
	if (are_words(p + 2))
		return (u16)VOLTRONIC_REPLY_LEN(cellar_be16(p + 2));

	if (n >= COUNT + 2 && !are_words(p + COUNT))
		return 0;

	return VOLTRONIC_REQUEST_LEN;
}

static bool is_telegram(const u8 *p, u16 n)
{
	u16 len = longest(p, n);
	bool request = n == VOLTRONIC_REQUEST_LEN && p[1] == VOLTRONIC_READ &&
		       are_words(p + COUNT);

	return len && (len == n || request) && !cellar_voltronic_crc(p, n);
}

/* Bytes up to ->expected belong to a telegram that was found, or end in one. */
static void drop(struct cellar_rs485_deframer *d, u16 n)
{
	d->len -= n;
	d->expected = d->expected > n ? d->expected - n : 0;
	memmove(d->data, d->data + n, d->len);
}

static bool has_begun(const struct cellar_rs485_deframer *d, u16 at)
{
	return at >= d->expected && d->len >= at + 2 && is_head(d->data + at);
}

/* Drop what no byte to come can make a telegram of. */
static void prune(struct cellar_rs485_deframer *d)
{
	u16 n = 0;

	while (n < d->len && d->len - n >= longest(d->data + n, d->len - n)) {
		d->malformed += has_begun(d, n);
		n++;
	}
	if (n)
		drop(d, n);
}

bool cellar_voltronic_feed(struct cellar_rs485_deframer *d, u8 byte,
			   struct cellar_rs485_telegram *telegram)
{
	u16 at;

	prune(d);
	d->data[d->len++] = byte;

	for (at = 0; at + VOLTRONIC_REFUSAL_LEN <= d->len; at++) {
		if (!is_telegram(d->data + at, d->len - at))
			continue;

		telegram->framing = CELLAR_FRAMING_VOLTRONIC;
		telegram->data = d->data + at;
		telegram->len = d->len - at - VOLTRONIC_CRC_LEN;
		d->expected = d->len;

		return true;
	}
	prune(d);

	return false;
}

void cellar_voltronic_reset(struct cellar_rs485_deframer *d)
{
	u16 at;

	for (at = d->expected; at < d->len; at++) {
		if (has_begun(d, at)) {
			d->malformed++;
			break;
		}
	}
	d->len = 0;
	d->expected = 0;
}
