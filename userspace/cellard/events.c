// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring of events, and what is held back of those that come too often.
 */
#include "events.h"

#include <stdarg.h>
#include <stdlib.h>

#define WORDS_OF_HELD_SIZE	48

/* @held: of the same code and subject, since this one */
struct slot {
	struct event event;
	u32 held;
};

/* @next: sequence of the next event */
struct events {
	const struct events_hooks *hooks;
	void *user;
	u64 next;
	struct slot slot[EVENTS_KEPT];
};

int events_new(struct events **events, const struct events_hooks *hooks, void *user)
{
	struct events *e;

	e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;

	e->hooks = hooks;
	e->user = user;
	e->next = 1;
	*events = e;

	return 0;
}

void events_free(struct events *events)
{
	free(events);
}

static u64 oldest(const struct events *events)
{
	return events->next > EVENTS_KEPT ? events->next - EVENTS_KEPT : 1;
}

static struct slot *slot_of(struct events *events, u64 sequence)
{
	return &events->slot[sequence % EVENTS_KEPT];
}

/*
 * The last event that is kept of this code and subject, or NULL; @n: how many there are
 * within EVENTS_BURST_MS.
 */
static struct slot *last_alike(struct events *events, const struct event *event, unsigned int *n)
{
	struct slot *last = NULL, *s;
	u64 i;

	*n = 0;
	for (i = events->next; i-- > oldest(events);) {
		s = slot_of(events, i);
		if (strcmp(s->event.code, event->code) != 0 ||
		    strcmp(s->event.subject, event->subject) != 0)
			continue;
		if (!last)
			last = s;
		if (event->now_ms - s->event.now_ms >= EVENTS_BURST_MS)
			break;
		(*n)++;
	}

	return last;
}

/*
 * D-Bus takes nothing but UTF-8, and a terminal should see no control character that a
 * battery has in its name. Letters and signs of two bytes (°, ü) are all that is needed.
 */
static void make_plain(char *text)
{
	unsigned char *c;

	for (c = (unsigned char *)text; *c; c++) {
		if (*c >= 0xc2 && *c <= 0xdf && c[1] >= 0xa0 && c[1] <= 0xbf)
			c++;
		else if (*c < ' ' || *c > '~')
			*c = '?';
	}
}

static void add_held(char *words, u32 held)
{
	char more[WORDS_OF_HELD_SIZE];
	size_t length = strlen(words);
	size_t n = (size_t)snprintf(more, sizeof(more), " (and %u more like it since the last)",
				    held);

	if (length + n >= EVENT_WORDS_SIZE)
		length = EVENT_WORDS_SIZE - 1 - n;
	memcpy(words + length, more, n + 1);
}

void events_add(struct events *events, const char *code, const char *subject,
		const char *format, ...)
{
	struct event event = { 0 };
	struct slot *alike;
	unsigned int n;
	va_list args;

	if (!events)
		return;

	event.now_ms = events->hooks->now_ms();
	snprintf(event.code, sizeof(event.code), "%s", code);
	snprintf(event.subject, sizeof(event.subject), "%s", subject);
	make_plain(event.subject);
	alike = last_alike(events, &event, &n);
	if (n >= EVENTS_BURST) {
		alike->held++;
		return;
	}

	va_start(args, format);
	vsnprintf(event.words, sizeof(event.words), format, args);
	va_end(args);
	if (alike && alike->held)
		add_held(event.words, alike->held);
	make_plain(event.words);
	event.wall_s = events->hooks->wall_s();
	event.sequence = events->next++;
	*slot_of(events, event.sequence) = (struct slot){ .event = event };
	if (events->hooks->said)
		events->hooks->said(events->user, &event);
}

const struct event *events_from(const struct events *events, u64 sequence)
{
	if (sequence < oldest(events))
		sequence = oldest(events);

	return sequence < events->next ? &events->slot[sequence % EVENTS_KEPT].event : NULL;
}
