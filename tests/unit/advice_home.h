/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A house whose packs get advice, with a fake clock and a fake calendar.
 */
#ifndef CELLAR_TESTS_ADVICE_HOME_H
#define CELLAR_TESTS_ADVICE_HOME_H

#include "core_rig.h"

#include "../../userspace/core/advice.h"

#define VOLTIUM		"voltium,ve-ess-r5120"
#define ZSX5120		"zcs,zsx5120"

#define HOUR		3600
#define DAY		(24 * HOUR)
#define ANYBODY		0xFFFE	/* any supply, or none */

struct home {
	struct rig *rig;
	struct advice *advice;
	s64 wall_s;
	unsigned int came[ADVICE_CODES];	/* how often an item came, of any pack */
	bool was[ADVICE_CODES];
};

static inline bool home_item(const struct home *h, unsigned int supply, enum advice_code code,
			     struct advice_item *item)
{
	unsigned int cursor = 0;

	while (advice_next(h->advice, &cursor, item))
		if (item->code == code && (supply == ANYBODY || item->supply == supply))
			return true;

	return false;
}

static inline bool home_has(const struct home *h, unsigned int supply, enum advice_code code)
{
	struct advice_item item;

	return home_item(h, supply, code, &item);
}

static inline s64 home_left_s(const struct home *h, unsigned int supply, enum advice_code code)
{
	struct advice_item item;

	if (!home_item(h, supply, code, &item))
		fail_msg("no item %s", advice_code_word(code));

	return item.left_s;
}

static inline const char *home_words(const struct home *h, unsigned int supply,
				     enum advice_code code)
{
	static char words[ADVICE_WORDS_SIZE];
	struct advice_item item;

	if (!home_item(h, supply, code, &item))
		fail_msg("no item %s", advice_code_word(code));
	advice_words(&item, words, sizeof(words));

	return words;
}

static inline unsigned int home_items(const struct home *h)
{
	unsigned int cursor = 0, n = 0;
	struct advice_item item;

	while (advice_next(h->advice, &cursor, &item))
		n++;

	return n;
}

/* The next step, @ms later; a calendar that is not known stays so. */
static inline void home_step(struct home *h, u32 ms)
{
	unsigned int code;

	rig_step(h->rig, ms);
	if (h->wall_s)
		h->wall_s += ms / 1000;
	advice_step(h->advice, h->rig->cluster, h->rig->supply, h->rig->now_ms, h->wall_s);
	for (code = 0; code < ADVICE_CODES; code++) {
		bool is = home_has(h, ANYBODY, code);

		h->came[code] += is && !h->was[code];
		h->was[code] = is;
	}
}

static inline void home_run(struct home *h, unsigned int seconds)
{
	while (seconds--)
		home_step(h, 1000);
}

/* Long times in steps of ten minutes, and some seconds for what has a hold. */
static inline void home_wait(struct home *h, unsigned int seconds)
{
	unsigned int tail = seconds < 600 ? seconds : 600;

	for (seconds -= tail; seconds >= 600; seconds -= 600)
		home_step(h, 600 * 1000);
	home_run(h, tail + seconds);
}

static inline void home_open(struct home *h, const char *key, unsigned int n,
			     const struct advice_kept *kept)
{
	memset(h, 0, sizeof(*h));
	h->rig = rig_simple(key, n);
	assert_int_equal(advice_new(&h->advice, n, kept), 0);
	h->wall_s = 1800000000;
}

/* A house that has been going for a while. */
static inline void home_new(struct home *h, const char *key, unsigned int n)
{
	home_open(h, key, n, NULL);
	home_run(h, 130);
	assert_int_equal(home_items(h), 0);
}

static inline void home_close(struct home *h)
{
	rig_free(h->rig);
	advice_free(h->advice);
}

/* Only the advice is started anew, @seconds later, from what was kept. */
static inline void home_restart(struct home *h, unsigned int seconds)
{
	size_t size = advice_kept_size(h->advice->kept->n);
	struct advice_kept *kept = malloc(size);

	assert_non_null(kept);
	memcpy(kept, h->advice->kept, size);
	advice_free(h->advice);
	assert_int_equal(advice_new(&h->advice, h->rig->n, kept), 0);
	free(kept);
	if (h->wall_s)
		h->wall_s += seconds;
}

static inline struct cellar_reading *home_reading(struct home *h, unsigned int i)
{
	return &h->rig->supply[i].reading;
}

static inline void home_soc(struct home *h, unsigned int i, unsigned int percent)
{
	rig_say(home_reading(h, i), CELLAR_SOC, percent * 100);
}

static inline void home_current(struct home *h, unsigned int i, int ma)
{
	rig_say(home_reading(h, i), CELLAR_CURRENT, ma);
}

static inline void home_warmth(struct home *h, unsigned int i, int coldest, int warmest)
{
	rig_say(home_reading(h, i), CELLAR_CELL_TEMPERATURE_MIN, coldest);
	rig_say(home_reading(h, i), CELLAR_CELL_TEMPERATURE_MAX, warmest);
}

static inline void home_protect(struct home *h, unsigned int i, u64 alarms)
{
	home_reading(h, i)->protections = alarms;
}

static inline void home_warn(struct home *h, unsigned int i, u64 alarms)
{
	home_reading(h, i)->warnings = alarms;
}

static inline void home_disconnect(struct home *h, unsigned int i)
{
	assert_int_equal(advice_set_disconnected(h->advice, h->rig->supply[i].serial, true), 0);
}

#endif /* CELLAR_TESTS_ADVICE_HOME_H */
