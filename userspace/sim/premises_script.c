// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table says what the house itself can meet; lines of packs and devices are handed on.
 */
#include "premises_script.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX	10
#define BLANKS		" \t\r\n"
#define LINE_SIZE	160
#define SECONDS_MAX	1e6
#define CAR_MA		16000

/*
 * A line behind `at SECONDS`.
 *
 * @what: word @at of it, NULL: none; the others are its arguments
 * @low, @high: of a number, both 0 when there is none
 */
struct form {
	const char *who, *what;
	unsigned int at;
	const char *usage, *help;
	enum premises_deed deed;
	double low, high;
	bool whole;
};

static const struct form forms[] = {
	{ "cloud", NULL, 0, "cloud PERCENT", "clouds let so much of the sun through",
	  PREMISES_CLOUD, 0, 100, false },
	{ "load", NULL, 0, "load W", "something draws so much on top of the household",
	  PREMISES_LOAD, 0, 100000, false },
	{ "grid", NULL, 0, "grid 0|1", "a blackout begins (0), or ends (1)",
	  PREMISES_GRID, 0, 1, true },
	{ "drm", "closed", 2, "drm N closed", "the grid operator closes contact DRMn",
	  PREMISES_DRM, 0, 8, true },
	{ "drm", "open", 2, "drm N open", "and opens it", PREMISES_DRM, 0, 8, true },
	{ "rrcr", "closed", 2, "rrcr N closed", "a contact of a ripple control receiver closes",
	  PREMISES_RRCR, 1, 4, true },
	{ "rrcr", "open", 2, "rrcr N open", "and opens; at first L4 is closed",
	  PREMISES_RRCR, 1, 4, true },
	{ "cease", "closed", 1, "cease closed", "the grid operator wants no generation",
	  PREMISES_CEASE, 0, 0, false },
	{ "cease", "open", 1, "cease open", "and lets it go on", PREMISES_CEASE, 0, 0, false },
	{ "car", "comes", 2, "car BOX comes WH [A [CARD]]",
	  "a car wants WH, takes A (16), and shows a card",
	  PREMISES_CAR_COMES, 1, 200000, false },
	{ "car", "goes", 2, "car BOX goes", "and leaves", PREMISES_CAR_GOES, 0, 0, false },
	{ "car", "shows", 2, "car BOX shows CARD", "a card is shown to the box",
	  PREMISES_CAR_SHOWS, 0, 0, false },
	{ "car", "uses", 2, "car BOX uses PHASES", "cars charge on so many of its phases",
	  PREMISES_CAR_USES, 1, SITE_PHASES, true },
	{ "charger", "reboots", 2, "charger NAME reboots SECONDS",
	  "is off so long, and has forgotten what it was told", PREMISES_BOX_REBOOTS, 0, 3600,
	  false },
	{ "inverter", "reboots", 2, "inverter NAME reboots SECONDS",
	  "is off so long, then looks at the grid", PREMISES_REBOOT, 0, 3600, false },
};

#define FORMS	(sizeof(forms) / sizeof(forms[0]))

/* What is at hand while a file is read. */
struct reading {
	struct premises_script *script;
	const struct config *config;
	unsigned int packs;
	char error[640];
};

void premises_script_help(FILE *to)
{
	for (size_t i = 0; i < FORMS; i++)
		fprintf(to, "  %-30s %s\n", forms[i].usage, forms[i].help);
	fputs("  pack VERB PACK ...             as of cellar-sim run: unplug, plug, heat, ...\n"
	      "  meter NAME VERB ...            as of cellar-sim modbus: unplug, plug,\n"
	      "  inverter NAME VERB ...         freeze, thaw, delay, refuse, truncate, words\n"
	      "  charger NAME VERB ...\n"
	      "  line NAME VERB ...             silent, resume, drop, flip, noise, cut,\n"
	      "                                 collide\n", to);
}

static bool is_on(const struct config_wallbox *box, unsigned int line_at)
{
	return box->line[0] && box->line_at == line_at;
}

unsigned int premises_device(const struct config *config, unsigned int line_at, const char *name)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < config->meters; i++)
		if (config->meter[i].line_at == line_at && ++n &&
		    !strcmp(config->meter[i].name, name))
			return n;
	for (unsigned int i = 0; i < config->inverters; i++)
		if (config->inverter[i].line[0] && config->inverter[i].line_at == line_at && ++n &&
		    !strcmp(config->inverter[i].name, name))
			return n;
	for (unsigned int i = 0; i < config->chargers; i++)
		if (is_on(&config->charger[i].box, line_at) && ++n &&
		    !strcmp(config->charger[i].site.name, name))
			return n;
	return 0;
}

static unsigned int devices_of(const struct config *config, unsigned int line_at)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < config->meters; i++)
		n += config->meter[i].line_at == line_at;
	for (unsigned int i = 0; i < config->inverters; i++)
		n += config->inverter[i].line[0] && config->inverter[i].line_at == line_at;
	for (unsigned int i = 0; i < config->chargers; i++)
		n += is_on(&config->charger[i].box, line_at);
	return n;
}

static bool to_number(const char *word, double *number)
{
	char *end;

	*number = strtod(word, &end);
	return end != word && !*end && isfinite(*number);
}

static int wrong_form(struct reading *reading, const char *who)
{
	int len = snprintf(reading->error, sizeof(reading->error),
			   "'%.20s': possible is 'at SECONDS' and", who);

	for (size_t i = 0; i < FORMS; i++)
		if (!strcmp(forms[i].who, who) && len > 0 && (size_t)len < sizeof(reading->error))
			len += snprintf(reading->error + len, sizeof(reading->error) - (size_t)len,
					" '%s'", forms[i].usage);
	return -EINVAL;
}

static int wrong(struct reading *reading, const char *word, const char *what)
{
	snprintf(reading->error, sizeof(reading->error), "'%.30s': %s", word, what);
	return -EINVAL;
}

/* Behind those of the same time. */
static int insert(struct premises_script *script, const struct premises_event *event)
{
	struct premises_event *grown;
	size_t i;

	grown = realloc(script->events, (script->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	script->events = grown;
	for (i = script->n; i > 0 && grown[i - 1].at_ms > event->at_ms; i--)
		grown[i] = grown[i - 1];
	grown[i] = *event;
	script->n++;
	return 0;
}

/* A line that others understand: their verb and its arguments are @words. */
static int hand_on(struct reading *reading, struct script *to, const struct script_world *world,
		   const char *seconds, const char *device, char **words, unsigned int n)
{
	char line[LINE_SIZE];
	int len;

	if (!n)
		return wrong(reading, device ? device : "line", "a verb is missing");
	len = snprintf(line, sizeof(line), "at %s %s%s%s", seconds, words[0], device ? " " : "",
		       device ? device : "");
	for (unsigned int i = 1; i < n && len > 0 && (size_t)len < sizeof(line); i++)
		len += snprintf(line + len, sizeof(line) - (size_t)len, " %s", words[i]);
	return script_line(to, line, world, reading->error, sizeof(reading->error));
}

static int take_line(struct reading *reading, const char *seconds, char **words, unsigned int n)
{
	const struct config *config = reading->config;
	unsigned int i;

	for (i = 0; i < config->lines; i++)
		if (n && !strcmp(config->line[i].name, words[0]))
			break;
	if (!n || i == config->lines)
		return wrong(reading, n ? words[0] : "line", "no [line] has this name");

	const struct script_world world = { .packs = devices_of(config, i), .wire = SCRIPT_MODBUS };

	return hand_on(reading, &reading->script->line[i], &world, seconds, NULL, words + 1, n - 1);
}

static int take_device(struct reading *reading, const char *seconds, char **words, unsigned int n)
{
	char number[12];

	for (unsigned int i = 0; n && i < reading->config->lines; i++) {
		unsigned int at = premises_device(reading->config, i, words[0]);
		const struct script_world world = {
			.packs = devices_of(reading->config, i), .wire = SCRIPT_MODBUS
		};

		if (!at)
			continue;
		snprintf(number, sizeof(number), "%u", at);
		return hand_on(reading, &reading->script->line[i], &world, seconds, number,
			       words + 1, n - 1);
	}
	return wrong(reading, n ? words[0] : "device",
		     "no meter, inverter or charger of a line has this name");
}

static int find_inverter(struct reading *reading, const char *name, unsigned int *at)
{
	const struct config *config = reading->config;

	for (unsigned int i = 0; i < config->inverters; i++)
		if (config->inverter[i].of_house && !strcmp(config->inverter[i].name, name)) {
			*at = config->inverter[i].of_house - 1u;
			return 0;
		}
	return wrong(reading, name, "no [inverter] of the house has this name");
}

static int find_box(struct reading *reading, const char *name, unsigned int *at)
{
	for (unsigned int i = 0; i < reading->config->chargers; i++)
		if (!strcmp(reading->config->charger[i].site.name, name)) {
			*at = i;
			return 0;
		}
	return wrong(reading, name, "no [charger] has this name");
}

/* @words: behind the form's own. */
static int take_form(struct reading *reading, const struct form *form, u64 at_ms, char **words,
		     unsigned int n)
{
	bool named = form->deed >= PREMISES_CAR_COMES, takes = form->high > form->low;
	struct premises_event event = { .at_ms = at_ms, .deed = form->deed, .ma = CAR_MA };
	unsigned int wanted = named + takes, most = wanted;
	const char *card;
	double amperes;
	int err = 0;

	if (form->deed == PREMISES_CAR_COMES)
		most += 2;
	if (form->deed == PREMISES_CAR_SHOWS)
		most = ++wanted;
	if (n < wanted || n > most)
		return wrong_form(reading, form->who);
	if (named)
		err = form->deed == PREMISES_REBOOT ? find_inverter(reading, words[0], &event.at) :
						      find_box(reading, words[0], &event.at);
	if (err)
		return err;
	if (takes && (!to_number(words[named], &event.value) || event.value < form->low ||
		      event.value > form->high ||
		      (form->whole && event.value != floor(event.value)))) {
		snprintf(reading->error, sizeof(reading->error),
			 "'%.20s' is not a%s number from %.0f to %.0f", words[named],
			 form->whole ? " whole" : "", form->low, form->high);
		return -EINVAL;
	}
	if (n > 2) {
		if (!to_number(words[2], &amperes) || amperes < 6 || amperes > 80)
			return wrong(reading, words[2], "must be 6 to 80, in A");
		event.ma = (u32)(amperes * 1000);
	}
	card = n > 3 ? words[3] : form->deed == PREMISES_CAR_SHOWS ? words[1] : "";
	if (strlen(card) >= sizeof(event.card))
		return wrong(reading, card, "is too long for a card");
	snprintf(event.card, sizeof(event.card), "%s", card);
	if (form->deed >= PREMISES_DRM && form->deed <= PREMISES_CEASE) {
		event.at = (unsigned int)event.value;
		event.value = !strcmp(form->what, "closed");
	}
	return insert(reading->script, &event);
}

static const struct form *find_form(char **words, unsigned int n)
{
	for (size_t i = 0; i < FORMS; i++) {
		const struct form *form = &forms[i];

		if (!strcmp(form->who, words[0]) &&
		    (!form->what || (n > form->at && !strcmp(form->what, words[form->at]))))
			return form;
	}
	return NULL;
}

static bool is_who(const char *word)
{
	for (size_t i = 0; i < FORMS; i++)
		if (!strcmp(forms[i].who, word))
			return true;
	return false;
}

static int take_words(struct reading *reading, char **words, unsigned int n)
{
	const struct script_world packs = { .packs = reading->packs, .wire = SCRIPT_CAN };
	const struct form *form;
	double seconds;

	if (strcmp(words[0], "at") || n < 3)
		return wrong(reading, words[0], "a line is 'at SECONDS WHO WHAT'");
	if (!to_number(words[1], &seconds) || seconds < 0 || seconds > SECONDS_MAX)
		return wrong(reading, words[1], "is not a time in seconds, 0 or more");
	if (!strcmp(words[2], "pack"))
		return hand_on(reading, &reading->script->packs, &packs, words[1], NULL, words + 3,
			       n - 3);
	if (!strcmp(words[2], "line"))
		return take_line(reading, words[1], words + 3, n - 3);
	form = find_form(words + 2, n - 2);
	if (!form && (!strcmp(words[2], "meter") || !strcmp(words[2], "inverter") ||
		      !strcmp(words[2], "charger")))
		return take_device(reading, words[1], words + 3, n - 3);
	if (!form && is_who(words[2]))
		return wrong_form(reading, words[2]);
	if (!form)
		return wrong(reading, words[2],
			     "must be cloud, load, grid, drm, rrcr, cease, car, pack, meter, inverter, charger or line");
	if (form->what) {
		memmove(words + 2 + form->at, words + 3 + form->at,
			(n - 3 - form->at) * sizeof(*words));
		n--;
	}
	return take_form(reading, form, (u64)(seconds * 1000 + 0.5), words + 3, n - 3);
}

static int take_text(struct reading *reading, char *text)
{
	char *words[WORDS_MAX], *rest, *word;
	unsigned int n = 0;

	text[strcspn(text, "#")] = '\0';
	for (word = strtok_r(text, BLANKS, &rest); word && n < WORDS_MAX;
	     word = strtok_r(NULL, BLANKS, &rest))
		words[n++] = word;
	return n ? take_words(reading, words, n) : 0;
}

int premises_script_read(struct premises_script *script, FILE *file, const char *name,
			 const struct config *config, unsigned int packs, char *error, size_t size)
{
	struct reading reading = { .script = script, .config = config, .packs = packs };
	unsigned int number = 0;
	size_t room = 0;
	char *text = NULL;
	int err = 0;

	while (!err && getline(&text, &room, file) >= 0) {
		number++;
		err = take_text(&reading, text);
	}
	free(text);
	if (err == -ENOMEM)
		snprintf(error, size, "out of memory");
	else if (err)
		snprintf(error, size, "%s:%u: %s", name, number, reading.error);
	return err;
}

void premises_script_free(struct premises_script *script)
{
	free(script->events);
	script_free(&script->packs);
	for (unsigned int i = 0; i < CONFIG_LINES_MAX; i++)
		script_free(&script->line[i]);
	*script = (struct premises_script){ 0 };
}

u64 premises_script_next_ms(const struct premises_script *script)
{
	return script->next < script->n ? script->events[script->next].at_ms : UINT64_MAX;
}

static u16 moved(u16 contacts, u16 bit, bool closed)
{
	return closed ? contacts | bit : (u16)(contacts & ~bit);
}

/* True when somebody should be told at once. */
static bool happen(struct premises *p, const struct premises_event *event)
{
	switch (event->deed) {
	case PREMISES_CLOUD:
		p->clear = event->value / 100;
		return false;
	case PREMISES_LOAD:
		p->more_w = event->value;
		return false;
	case PREMISES_GRID:
		p->grid = event->value != 0;
		return false;
	case PREMISES_DRM:
		p->drm = moved(p->drm, (u16)BIT(event->at), event->value != 0);
		return true;
	case PREMISES_RRCR:
		p->rrcr = (u8)moved(p->rrcr, (u16)BIT(event->at - 1), event->value != 0);
		return true;
	case PREMISES_CEASE:
		p->cease = event->value != 0;
		return true;
	case PREMISES_CAR_COMES:
		premises_car_comes(p, event->at, event->value, event->ma, event->card);
		return true;
	case PREMISES_CAR_GOES:
		premises_car_goes(p, event->at);
		return true;
	case PREMISES_CAR_SHOWS:
		premises_show_card(p, event->at, event->card);
		return false;
	case PREMISES_CAR_USES:
		premises_car_uses(p, event->at, (unsigned int)event->value);
		return false;
	case PREMISES_BOX_REBOOTS:
		premises_box_reboots(p, event->at, event->at_ms, (u64)(event->value * 1000));
		return false;
	case PREMISES_REBOOT:
		premises_reboot(p, event->at, event->at_ms, (u64)(event->value * 1000));
		return false;
	}
	return false;
}

bool premises_script_play(struct premises_script *script, struct premises *p, u64 now_ms)
{
	bool news = false;

	for (; premises_script_next_ms(script) <= now_ms; script->next++)
		news |= happen(p, &script->events[script->next]);
	return news;
}
