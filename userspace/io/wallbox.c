// SPDX-License-Identifier: GPL-2.0-only
/*
 * From answers of a wallbox to what it says, and from a current to what is written.
 */
#include "wallbox.h"

#include <ctype.h>

const char *wallbox_link_word(enum wallbox_link link)
{
	static const char *const words[WALLBOX_LINKS] = {
		[WALLBOX_UNHEARD] = "unheard", [WALLBOX_ARMING] = "arming",
		[WALLBOX_WELL] = "well", [WALLBOX_UNSAFE] = "unsafe",
		[WALLBOX_NONSENSE] = "nonsense", [WALLBOX_REFUSES] = "refuses",
		[WALLBOX_SILENT] = "silent",
	};

	return words[link];
}

const char *wallbox_state_word(enum wallbox_state state)
{
	static const char *const words[WALLBOX_STATES] = {
		[WALLBOX_OTHER] = "not ready", [WALLBOX_A] = "no car",
		[WALLBOX_B] = "car plugged in", [WALLBOX_C] = "car charges",
		[WALLBOX_D] = "car charges with ventilation",
		[WALLBOX_E] = "fault of the box", [WALLBOX_F] = "out of service",
	};

	return words[state];
}

/* What is there already is not written again, unless @again. */
static void put(struct wallbox *w, enum wallbox_setting setting, u32 value, bool again, u64 now_ms)
{
	const struct wallbox_write_to *to = &w->config.profile.setting[setting];
	struct wallbox_write *write = &w->write[setting];
	u16 registers[4] = { 0 };
	unsigned int n = wallbox_profile_put(&w->config.profile, setting, value, registers);

	if (!n)
		return;
	if (write->n && !again && !memcmp(write->value, registers, sizeof(registers)))
		return;
	/* of a current, what counts is that it takes some */
	if (setting != WALLBOX_SET_CURRENT &&
	    (!write->n || memcmp(write->value, registers, sizeof(registers)) != 0))
		w->taken &= ~(u32)BIT(setting);
	write->function = to->function;
	write->at = to->at;
	write->n = (u16)n;
	memcpy(write->value, registers, sizeof(registers));
	write->turn++;
	w->said_ms[setting] = now_ms;
}

/* What does not change while it runs. */
static void put_all(struct wallbox *w, u64 now_ms)
{
	const struct wallbox_write_to *setting = w->config.profile.setting;

	put(w, WALLBOX_SAFE, w->config.safe_ma, true, now_ms);
	put(w, WALLBOX_LAPSE, setting[WALLBOX_LAPSE].value[0], true, now_ms);
	for (unsigned int i = WALLBOX_KEEP_1; i <= WALLBOX_KEEP_3; i++)
		put(w, i, setting[i].value[0], true, now_ms);
	put(w, WALLBOX_PHASES, setting[WALLBOX_PHASES].value[w->config.phases == 3], true, now_ms);
}

void wallbox_start(struct wallbox *w, const struct wallbox_config *config)
{
	struct wallbox_read reads[WALLBOX_READS_MAX];
	unsigned int n;

	memset(w, 0, sizeof(*w));
	w->config = *config;
	n = wallbox_profile_plan(&config->profile, reads);
	for (unsigned int i = 0; i < n && i < WALLBOX_READS_MAX; i++)
		w->want[i] = (struct wallbox_want){
			reads[i].read, reads[i].every_ms ? reads[i].every_ms : config->period_ms,
		};
	put_all(w, 0);
}

/* Does it say that it has what it was told, to a count, or nothing? */
static bool reads_back(const struct wallbox *w, enum wallbox_number number,
		       enum wallbox_setting setting, u32 wanted)
{
	const struct wallbox_write_to *to = &w->config.profile.setting[setting];
	s64 off = w->reading.number[number] - wanted;

	if (!(w->reading.known & BIT(number)) || !(w->taken & BIT(setting)) ||
	    w->reading.at_ms[number] < w->taken_ms[setting] + WALLBOX_SETTLE_MS)
		return true;

	return (off < 0 ? -off : off) <= to->num / to->den;
}

/* What it says that its fail-safe is, is not what was written. */
static bool denies(const struct wallbox *w)
{
	const struct wallbox_profile *p = &w->config.profile;

	return p->safety == WALLBOX_ARMED &&
	       (!reads_back(w, WALLBOX_SAFE_IS, WALLBOX_SAFE, w->config.safe_ma) ||
		!reads_back(w, WALLBOX_LAPSE_IS, WALLBOX_LAPSE, p->lapse_ms));
}

bool wallbox_is_armed(const struct wallbox *w)
{
	const u32 both = BIT(WALLBOX_SAFE) | BIT(WALLBOX_LAPSE);

	switch ((enum wallbox_safety)w->config.profile.safety) {
	case WALLBOX_ARMED:
		return (w->taken & both) == both && !(w->refused & both) && !denies(w);
	case WALLBOX_OWN:
		return w->taken & BIT(WALLBOX_SET_CURRENT);
	default:
		return false;
	}
}

static bool may_be_used(const struct wallbox *w)
{
	return w->config.profile.safety == WALLBOX_UNGUARDED || wallbox_is_armed(w);
}

static bool cannot_be_armed(const struct wallbox *w)
{
	u32 needed = w->config.profile.safety == WALLBOX_OWN ? BIT(WALLBOX_SET_CURRENT) :
		     BIT(WALLBOX_SAFE) | BIT(WALLBOX_LAPSE);

	return w->config.profile.safety != WALLBOX_UNGUARDED &&
	       ((w->refused & needed) || denies(w));
}

static void judge(struct wallbox *w)
{
	if (w->silent)
		w->link = WALLBOX_SILENT;
	else if (w->state_refused)
		w->link = WALLBOX_REFUSES;
	else if (w->nonsense)
		w->link = WALLBOX_NONSENSE;
	else if (!(w->reading.known & BIT(WALLBOX_STATE)))
		w->link = WALLBOX_UNHEARD;
	else if (cannot_be_armed(w))
		w->link = WALLBOX_UNSAFE;
	else
		w->link = may_be_used(w) ? WALLBOX_WELL : WALLBOX_ARMING;
}

static void take_text(struct wallbox *w, enum wallbox_number number,
		      const struct register_image *image)
{
	const struct wallbox_register *r = &w->config.profile.number[number];
	char text[2 * WALLBOX_TEXT_WORDS + 1];

	register_text(image, r->at, r->words, text, sizeof(text));
	if (number == WALLBOX_STATE)
		snprintf(w->text, sizeof(w->text), "%.*s", (int)sizeof(w->text) - 1, text);
	else
		snprintf(w->card, sizeof(w->card), "%s", text);
}

/* As it is written in a [card NAME]: digits of whole bytes. */
static void take_card(struct wallbox *w, s64 number, unsigned int words)
{
	if (number)
		snprintf(w->card, sizeof(w->card), words > 2 ? "%016llX" : "%08llX",
			 (unsigned long long)number);
	else
		w->card[0] = '\0';
}

/* One that was there when we came was shown to somebody else. */
static void see_card(struct wallbox *w, const char *before)
{
	if (w->card_known && w->card[0] && strcmp(before, w->card) != 0)
		w->card_shown = true;
	w->card_known = true;
}

static bool take_number(struct wallbox *w, enum wallbox_number number,
			const struct register_image *image)
{
	const struct wallbox_register *r = &w->config.profile.number[number];
	const struct register_row row = { .at = r->at, .type = r->type, .num = r->num,
					  .den = r->den };
	const struct register_scale scale = { w->config.profile.order, 1, 10 };
	const struct register_map map = { .row = &row, .rows = 1 };
	char before[WALLBOX_CARD_SIZE];
	s64 value = 0;

	memcpy(before, w->card, sizeof(before));
	if (r->type == WALLBOX_TEXT) {
		if (r->at < image->at || r->at + r->words > image->at + image->n)
			return false;
		take_text(w, number, image);
	} else if (register_number(&map, &row, &scale, image, &value)) {
		return false;
	}
	if (r->mask)
		value &= r->mask;
	if (number == WALLBOX_CARD) {
		if (r->type != WALLBOX_TEXT)
			take_card(w, value, r->words);
		see_card(w, before);
	}
	w->reading.number[number] = value;

	return true;
}

static bool is_plugged(const struct wallbox *w)
{
	const struct wallbox_profile *p = &w->config.profile;

	for (unsigned int i = 0; i < p->plugs; i++)
		if (w->reading.number[WALLBOX_PLUGGED] == p->plugged[i])
			return true;

	return false;
}

/*
 * A car that is there makes B of A, one that is not A of B; a box that draws, or has a fault,
 * says more than that.
 */
static void see_state(struct wallbox *w)
{
	int state = wallbox_profile_state(&w->config.profile,
					  (u32)w->reading.number[WALLBOX_STATE], w->text);

	w->nonsense = state < 0;
	if (w->nonsense) {
		w->nonsenses++;
		w->reading.known &= ~(u32)BIT(WALLBOX_STATE);
		return;
	}
	if (w->config.profile.number[WALLBOX_PLUGGED].type != REGISTER_NONE &&
	    (state == WALLBOX_A || state == WALLBOX_B)) {
		if (w->reading.known & BIT(WALLBOX_PLUGGED))
			state = is_plugged(w) ? WALLBOX_B : WALLBOX_A;
		else
			state = WALLBOX_OTHER;
	}
	w->state = (enum wallbox_state)state;
}

static void see_used(struct wallbox *w, u64 now_ms)
{
	u8 used = 0;

	for (unsigned int i = 0; i < 3; i++)
		if (w->reading.known & BIT(WALLBOX_A_1 + i) &&
		    w->reading.number[WALLBOX_A_1 + i] >= WALLBOX_USED_MA)
			used |= (u8)BIT(i);
	if (used == w->used)
		return;
	w->used = used;
	w->used_ms = now_ms;
}

static void take_read(struct wallbox *w, const struct modbus_result *result)
{
	const struct register_read *read = &w->want[result->slot].read;
	const struct wallbox_profile *p = &w->config.profile;
	const struct register_image image = { result->at, result->n, result->value };
	bool has_state = p->number[WALLBOX_STATE].function == read->function &&
			 p->number[WALLBOX_STATE].at >= read->at &&
			 p->number[WALLBOX_STATE].at < read->at + read->n;

	if (result->outcome == MODBUS_REFUSED && has_state)
		w->state_refused = true;
	if (result->outcome != MODBUS_DONE)
		return;
	if (has_state)
		w->state_refused = false;
	for (unsigned int i = 0; i < WALLBOX_NUMBERS; i++) {
		if (p->number[i].type == REGISTER_NONE || p->number[i].function != read->function ||
		    !take_number(w, i, &image))
			continue;
		w->reading.known |= BIT(i);
		w->reading.at_ms[i] = result->at_ms;
	}
	if (w->reading.known & BIT(WALLBOX_STATE))
		see_state(w);
	see_used(w, result->at_ms);
}

static void take_write(struct wallbox *w, const struct modbus_result *result)
{
	const struct wallbox_write *write = &w->write[result->slot];

	if (result->outcome == MODBUS_REFUSED) {
		w->refused |= BIT(result->slot);
		w->exception = result->exception;
	}
	/* of what it was told before, nothing follows */
	if (result->outcome != MODBUS_DONE || result->n != write->n ||
	    memcmp(result->value, write->value, write->n * sizeof(u16)) != 0)
		return;
	w->refused &= ~(u32)BIT(result->slot);
	if (!(w->taken & BIT(result->slot)))
		w->taken_ms[result->slot] = result->at_ms;
	w->taken |= BIT(result->slot);
}

/* It may have been off, and have forgotten. */
static void forget(struct wallbox *w)
{
	w->taken = 0;
	w->refused = 0;
	w->reading.known = 0;
	w->used = 0;
	w->nonsense = false;
	w->state_refused = false;
}

void wallbox_take(struct wallbox *w, const struct modbus_result *result)
{
	bool answered = result->outcome == MODBUS_DONE || result->outcome == MODBUS_REFUSED;

	if (result->silent && !w->silent)
		forget(w);
	w->silent = result->silent;
	if (answered && result->write)
		take_write(w, result);
	else if (answered)
		take_read(w, result);
	judge(w);
}

void wallbox_lost(struct wallbox *w)
{
	forget(w);
	w->silent = true;
	judge(w);
}

/* What it may be told, mA: 0, or from its least to the most of everything. */
static u32 may_have(const struct wallbox *w, u32 ma)
{
	const struct wallbox_write_to *to = &w->config.profile.setting[WALLBOX_SET_CURRENT];

	if (ma > w->config.most_ma)
		ma = w->config.most_ma;
	if (ma > to->max_ma)
		ma = to->max_ma;

	return ma < to->min_ma || !may_be_used(w) ? 0 : ma;
}

/*
 * On, the current goes first; off, the switch does, and alone if there is no zero: a current of
 * before that still waits for its turn would put it off by a pause between two writes.
 */
static void put_current(struct wallbox *w, u32 ma, u64 now_ms)
{
	const struct wallbox_profile *p = &w->config.profile;
	const struct wallbox_write_to *to = &p->setting[WALLBOX_SET_CURRENT];

	w->told_ma = ma;
	w->has_told = true;
	put(w, WALLBOX_ENABLE, p->setting[WALLBOX_ENABLE].value[ma != 0], false, now_ms);
	w->write[WALLBOX_ENABLE].first = !ma;
	if (ma || to->zero || !w->write[WALLBOX_SET_CURRENT].n)
		put(w, WALLBOX_SET_CURRENT, ma || to->zero ? ma : to->min_ma, false, now_ms);
}

static void refresh(struct wallbox *w, u64 now_ms)
{
	for (unsigned int i = 0; i < WALLBOX_SETTINGS; i++) {
		u32 every_ms = w->config.profile.setting[i].refresh_ms;

		if (!w->write[i].n)
			continue;
		/* what it refuses or denies is said again */
		if (w->refused & BIT(i) ||
		    ((i == WALLBOX_SAFE || i == WALLBOX_LAPSE) && denies(w)))
			every_ms = WALLBOX_AGAIN_MS;
		if (!every_ms || now_ms < w->said_ms[i] + every_ms)
			continue;
		w->write[i].turn++;
		w->said_ms[i] = now_ms;
	}
}

void wallbox_tell(struct wallbox *w, u32 ma, u64 now_ms)
{
	/* until it is heard, nobody knows what it does: that is let be */
	if (w->link == WALLBOX_UNHEARD && !w->has_told)
		return;

	put_current(w, may_have(w, ma), now_ms);
	refresh(w, now_ms);
	judge(w);
}

bool wallbox_release(struct wallbox *w)
{
	const struct wallbox_profile *p = &w->config.profile;
	bool lower = p->safety == WALLBOX_ARMED && w->config.safe_ma < w->told_ma;
	u32 ma = lower ? w->config.safe_ma : 0;

	if (!w->has_told || w->silent)
		return false;
	put_current(w, w->told_ma ? may_have(w, ma) : 0, w->said_ms[WALLBOX_SET_CURRENT]);

	return true;
}

u64 wallbox_at_ms(const struct wallbox *w)
{
	static const u8 numbers[] = { WALLBOX_STATE, WALLBOX_PLUGGED, WALLBOX_W };
	u64 at_ms = MODBUS_NEVER;

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (w->config.profile.number[numbers[i]].type == REGISTER_NONE)
			continue;
		if (!(w->reading.known & BIT(numbers[i])))
			return 0;
		if (w->reading.at_ms[numbers[i]] < at_ms)
			at_ms = w->reading.at_ms[numbers[i]];
	}

	return at_ms;
}

bool wallbox_is_fresh(const struct wallbox *w, u64 now_ms)
{
	u64 most_ms = (u64)w->config.period_ms * WALLBOX_FRESH_PERIODS + WALLBOX_FRESH_MS;
	u64 at_ms = wallbox_at_ms(w);

	return at_ms && now_ms <= at_ms + most_ms;
}

bool wallbox_has(const struct wallbox *w, enum wallbox_number number, s64 *value)
{
	if (!(w->reading.known & BIT(number)))
		return false;
	*value = w->reading.number[number];

	return true;
}

u8 wallbox_car_phases(const struct wallbox *w, u64 now_ms)
{
	static const u8 phases[] = { [1] = 1, [3] = 2, [7] = 3 };

	if (w->used >= ARRAY_SIZE(phases) || now_ms < w->used_ms + WALLBOX_USED_MS)
		return 0;

	return phases[w->used];
}

const char *wallbox_card(struct wallbox *w)
{
	if (!w->card_shown)
		return NULL;
	w->card_shown = false;

	return w->card;
}
