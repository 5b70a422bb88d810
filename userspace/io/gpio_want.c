// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which line of which chip, in words.
 */
#include "gpio_line.h"

#include <ctype.h>

#define TEXT_SIZE	160
#define OFFSET_MAX	65535

static const struct {
	const char *word;
	u8 bias, drive;
	bool active_low;
} words[] = {
	{ .word = "active-low", .active_low = true },
	{ .word = "pull-up", .bias = GPIO_BIAS_PULL_UP },
	{ .word = "pull-down", .bias = GPIO_BIAS_PULL_DOWN },
	{ .word = "no-bias", .bias = GPIO_BIAS_NONE },
	{ .word = "open-drain", .drive = GPIO_OPEN_DRAIN },
	{ .word = "open-source", .drive = GPIO_OPEN_SOURCE },
};

/* @name: zeros */
static bool take_name(char *name, const char *from, size_t length)
{
	if (!length || length >= GPIO_NAME_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isgraph((unsigned char)from[i]))
			return false;
	memcpy(name, from, length);

	return true;
}

/* A name may have a colon, too, if it is not followed by a number alone. */
static bool take_place(struct gpio_want *want, const char *text)
{
	const char *colon = strrchr(text, ':');
	u32 offset = 0;

	if (!colon || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")])
		return take_name(want->name, text, strlen(text));
	for (const char *digit = colon + 1; *digit; digit++) {
		offset = offset * 10 + (u32)(*digit - '0');
		if (offset > OFFSET_MAX)
			return false;
	}
	want->offset = offset;

	return take_name(want->chip, text, (size_t)(colon - text));
}

/* Each kind of word once. */
static bool take_word(struct gpio_want *want, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if ((words[i].bias && want->bias) || (words[i].drive && want->drive) ||
		    (words[i].active_low && want->active_low))
			return false;
		want->bias |= words[i].bias;
		want->drive |= words[i].drive;
		want->active_low |= words[i].active_low;
		return true;
	}

	return false;
}

bool gpio_want_read(struct gpio_want *want, const char *text)
{
	struct gpio_want read = { .given = true };
	char copy[TEXT_SIZE], *word, *rest = copy;
	bool placed = false;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return false;
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (!(placed ? take_word(&read, word) : take_place(&read, word)))
			return false;
		placed = true;
	}
	if (placed)
		*want = read;

	return placed;
}

char *gpio_want_place(const struct gpio_want *want, char *text)
{
	if (want->chip[0])
		snprintf(text, GPIO_NAME_SIZE + 12, "%s:%u", want->chip, want->offset);
	else
		snprintf(text, GPIO_NAME_SIZE + 12, "%s", want->name);

	return text;
}
