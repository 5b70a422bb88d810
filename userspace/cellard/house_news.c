// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the codes of a step to sentences.
 */
#include "house_news.h"

#include "house.h"

/* Who an event is about. */
enum subject {
	THE_HOUSE,
	A_CHARGER,
	AN_OUTPUT,
};

/* @sentence: takes the figure, if it takes one */
static const struct {
	u8 subject;
	const char *sentence;
} rows[SITE_EVENT_CODES] = {
	[SITE_EVENT_OVERLOAD] = { THE_HOUSE,
		"%d W are drawn, more than the contract, and there is nothing left to hold back" },
	[SITE_EVENT_OVERLOAD_OVER] = { THE_HOUSE, "no more than the contract is drawn again" },
	[SITE_EVENT_CURTAILED] = { THE_HOUSE,
		"the grid operator's limit begins: %d W" },
	[SITE_EVENT_CURTAILED_OVER] = { THE_HOUSE,
		"the grid operator's limit is over, after %d s" },
	[SITE_EVENT_CONTACTS_WRONG] = { THE_HOUSE,
		"none or several of the grid operator's contacts are closed: the last valid one counts" },
	[SITE_EVENT_BLACKOUT] = { THE_HOUSE, "the grid has gone" },
	[SITE_EVENT_GRID_BACK] = { THE_HOUSE, "the grid is back" },
	[SITE_EVENT_EPS_OVERLOAD] = { THE_HOUSE,
		"the loads off the grid take %d W more than can be given" },
	[SITE_EVENT_METER_STALE] = { THE_HOUSE,
		"nothing fresh is heard of the exchange with the grid: the worst is assumed" },
	[SITE_EVENT_METER_BACK] = { THE_HOUSE, "the exchange with the grid is known again" },
	[SITE_EVENT_CONTACTS_STALE] = { THE_HOUSE,
		"nothing fresh is heard of the grid operator's contacts: the worst is assumed" },
	[SITE_EVENT_CONTACTS_BACK] = { THE_HOUSE, "the grid operator's contacts are heard again" },
	[SITE_EVENT_SESSION_BEGINS] = { A_CHARGER, "a charging session begins" },
	[SITE_EVENT_SESSION_ENDS] = { A_CHARGER, "the charging session ends with %d Wh" },
	[SITE_EVENT_CARD_REFUSED] = { A_CHARGER, "a card was shown that does not open it" },
	[SITE_EVENT_OUTPUT_SWITCHED] = { AN_OUTPUT, NULL },
	[SITE_EVENT_CLOCK_MOVED] = { THE_HOUSE, "the clock was moved by %d s" },
};

static const char *subject_of(const struct house *house, const struct site_event *event)
{
	const struct site_config *site = &house->config->house.site;

	switch ((enum subject)rows[event->code].subject) {
	case A_CHARGER:
		return site->charger[event->subject].name;
	case AN_OUTPUT:
		return site->output[event->subject].name;
	default:
		return "";
	}
}

static void tell(const struct house *house, const struct site_event *event)
{
	const char *code = site_event_word(event->code), *subject = subject_of(house, event);
	const char *sentence = rows[event->code].sentence;
	struct events *events = house->plant->events;
	char words[EVENT_WORDS_SIZE], figure[16];
	const char *at;

	if (!sentence) {
		events_add(events, code, subject, event->figure ? "it is closed" : "it is open");
		return;
	}
	at = strstr(sentence, "%d");
	snprintf(figure, sizeof(figure), "%d", event->figure);
	if (at)
		snprintf(words, sizeof(words), "%.*s%s%s", (int)(at - sentence), sentence, figure,
			 at + strlen("%d"));
	else
		snprintf(words, sizeof(words), "%s", sentence);
	events_add(events, code, subject, "%s", words);
}

void house_news(const struct house *house)
{
	for (unsigned int i = 0; i < house->out.events; i++)
		tell(house, &house->out.event[i]);
}
