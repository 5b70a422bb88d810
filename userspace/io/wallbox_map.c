// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no single line of a wallbox profile shows, and what follows from the whole of it: the
 * requests that read it, and the registers that are written.
 */
#include "wallbox_parts.h"

unsigned int wallbox_profile_put(const struct wallbox_profile *profile,
				 enum wallbox_setting setting, u32 value, u16 to[4])
{
	const struct wallbox_write_to *w = &profile->setting[setting];

	if (w->type == REGISTER_NONE)
		return 0;

	return register_put(to, w->type, profile->order, (u64)value * (u64)w->den, (u64)w->num);
}

int wallbox_profile_state(const struct wallbox_profile *profile, u32 value, const char *text)
{
	bool texts = profile->number[WALLBOX_STATE].type == WALLBOX_TEXT;

	for (unsigned int i = 0; i < profile->states; i++) {
		const struct wallbox_state_of *of = &profile->state[i];

		if (texts ? !(of->begins ? strncmp(text, of->text, strlen(of->text)) :
			      strcmp(text, of->text)) : value == of->value)
			return of->state;
	}

	return -ENODATA;
}

/* The number that is read next: the lowest behind @at of one function and period. */
static const struct wallbox_register *next_number(const struct wallbox_profile *p, u8 function,
						  u32 every_ms, u32 from)
{
	const struct wallbox_register *next = NULL;

	for (unsigned int i = 0; i < WALLBOX_NUMBERS; i++) {
		const struct wallbox_register *r = &p->number[i];

		if (r->type == REGISTER_NONE || r->function != function ||
		    r->every_ms != every_ms || r->at < from)
			continue;
		if (!next || r->at < next->at || (r->at == next->at && r->words > next->words))
			next = r;
	}

	return next;
}

/* All of one function and period. */
static unsigned int plan_some(const struct wallbox_profile *p, u8 function, u32 every_ms,
			      struct wallbox_read reads[WALLBOX_READS_MAX], unsigned int n)
{
	const struct wallbox_register *r = next_number(p, function, every_ms, 0);

	while (r) {
		u32 first = r->at, end = first + r->words;

		r = next_number(p, function, every_ms, first + 1);
		while (r && r->at + r->words <= first + REGISTERS_MAX && !p->one_a_read &&
		       r->at <= end + p->read_over) {
			if (r->at + r->words > end)
				end = r->at + r->words;
			r = next_number(p, function, every_ms, r->at + 1u);
		}
		if (n == WALLBOX_READS_MAX)
			return n + 1;
		reads[n++] = (struct wallbox_read){
			{ function, (u16)first, (u16)(end - first) }, every_ms,
		};
	}

	return n;
}

/* Has an earlier number the same function and period? */
static bool was_planned(const struct wallbox_profile *p, unsigned int number)
{
	const struct wallbox_register *r = &p->number[number];

	for (unsigned int i = 0; i < number; i++)
		if (p->number[i].type != REGISTER_NONE && p->number[i].function == r->function &&
		    p->number[i].every_ms == r->every_ms)
			return true;

	return false;
}

unsigned int wallbox_profile_plan(const struct wallbox_profile *profile,
				  struct wallbox_read reads[WALLBOX_READS_MAX])
{
	unsigned int n = 0;

	memset(reads, 0, WALLBOX_READS_MAX * sizeof(*reads));
	for (unsigned int i = 0; i < WALLBOX_NUMBERS && n <= WALLBOX_READS_MAX; i++) {
		const struct wallbox_register *r = &profile->number[i];

		if (r->type != REGISTER_NONE && !was_planned(profile, i))
			n = plan_some(profile, r->function, r->every_ms, reads, n);
	}

	return n;
}

static void finish_numbers(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;

	for (unsigned int i = 0; i < WALLBOX_NUMBERS; i++) {
		struct wallbox_register *r = &p->number[i];
		const char *section = wallbox_number_section(i);

		if (r->type == REGISTER_NONE) {
			*r = (struct wallbox_register){ 0 };
			continue;
		}
		if (r->type == WALLBOX_TEXT && !r->words)
			wallbox_wrong(reader, "[%s]: no length: must be 1 to 16 registers of a text",
				      section);
		else if (r->type != WALLBOX_TEXT && r->words)
			wallbox_wrong(reader, "[%s]: length: only a text has one: must go", section);
		if (r->type != WALLBOX_TEXT)
			r->words = (u16)register_words(r->type);
		if (!r->function)
			r->function = reader->read;
		if (r->at + r->words > 65536)
			wallbox_wrong(reader, "[%s]: register = %u: must leave room for %u registers",
				      section, r->at, r->words);
	}
}

static void finish_states(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;
	const struct wallbox_register *r = &p->number[WALLBOX_STATE];
	u32 most = r->type == REGISTER_U16 ? UINT16_MAX : UINT32_MAX;
	bool has[WALLBOX_STATES] = { false };

	if (r->type == REGISTER_NONE) {
		wallbox_wrong(reader, "no [state]: must be there, with its register");
		return;
	}
	for (unsigned int i = 0; i < p->states; i++) {
		struct wallbox_state_of *of = &p->state[i];

		has[of->state] = true;
		if (r->type != WALLBOX_TEXT &&
		    (of->begins || !wallbox_whole(of->text, most, &of->value)))
			wallbox_wrong(reader, "[state]: %s%s: must be a value of its register",
				      of->text, of->begins ? "*" : "");
		for (unsigned int k = 0; k < i; k++)
			if (of->begins == p->state[k].begins &&
			    (r->type == WALLBOX_TEXT ? !strcmp(of->text, p->state[k].text) :
			     of->value == p->state[k].value))
				wallbox_wrong(reader, "[state]: %s is given twice: must be of one state",
					      of->text);
	}
	if (p->number[WALLBOX_PLUGGED].type != REGISTER_NONE && !p->plugs)
		wallbox_wrong(reader, "[plugged]: no yes: must be the values that say that a car is plugged in");
	if (!has[WALLBOX_B] || !has[WALLBOX_C] ||
	    (!has[WALLBOX_A] && p->number[WALLBOX_PLUGGED].type == REGISTER_NONE))
		wallbox_wrong(reader, "[state]: A (without a car), B (plugged in) and C (charges) must each have a value; A may come from [plugged]");
}

static void finish_settings(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;

	for (unsigned int i = 0; i < WALLBOX_SETTINGS; i++) {
		struct wallbox_write_to *w = &p->setting[i];
		const char *section = wallbox_setting_section(i);

		if (w->type == REGISTER_NONE) {
			*w = (struct wallbox_write_to){ 0 };
			continue;
		}
		if (!w->function)
			w->function = reader->write;
		if (w->function != MODBUS_WRITES && w->type != REGISTER_U16)
			wallbox_wrong(reader, "[%s]: a type of two registers: must be written as many",
				      section);
		if (w->at + register_words(w->type) > 65536)
			wallbox_wrong(reader, "[%s]: register = %u: must leave room for two",
				      section, w->at);
		if (w->type == REGISTER_F32 && i != WALLBOX_SET_CURRENT && i != WALLBOX_SAFE)
			wallbox_wrong(reader, "[%s]: type = f32: must be u16 or u32", section);
	}
}

/* Of a current: what may be told. */
static void finish_current(struct wallbox_reader *reader, enum wallbox_setting setting)
{
	struct wallbox_write_to *w = &reader->profile->setting[setting];
	const char *section = wallbox_setting_section(setting);
	u16 registers[4];

	if (w->type == REGISTER_NONE)
		return;
	if (!w->min_ma)
		w->min_ma = WALLBOX_LEAST_MA;
	if (!w->max_ma)
		wallbox_wrong(reader, "[%s]: no max_a: must be 6 to 80, in A", section);
	else if (w->max_ma < w->min_ma)
		wallbox_wrong(reader, "[%s]: max_a: must not be less than min_a", section);
	else if (!wallbox_profile_put(reader->profile, setting, w->max_ma, registers))
		wallbox_wrong(reader, "[%s]: max_a does not fit into the register: must be less, or the type larger",
			      section);
}

static void finish_enable(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;
	const struct wallbox_write_to *w = &p->setting[WALLBOX_ENABLE];

	if (reader->pause_by_enable && w->type == REGISTER_NONE)
		wallbox_wrong(reader, "[set-current]: pause = enable: there must be an [enable]");
	if (w->type != REGISTER_NONE && w->value[0] == w->value[1])
		wallbox_wrong(reader, "[enable]: on and off must be there, and not the same");
	p->setting[WALLBOX_SET_CURRENT].zero = !reader->pause_by_enable;
	w = &p->setting[WALLBOX_PHASES];
	if (w->type != REGISTER_NONE && w->value[0] == w->value[1])
		wallbox_wrong(reader, "[phases]: one and three must be there, and not the same");
}

/* Is something that it takes for a sign of life written twice in the time? */
static bool is_kept(const struct wallbox_profile *p)
{
	for (unsigned int i = 0; i < WALLBOX_SETTINGS; i++)
		if (p->setting[i].refresh_ms && p->setting[i].refresh_ms * 2 <= p->lapse_ms)
			return true;

	return false;
}

static void finish_safety(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;
	struct wallbox_write_to *safe = &p->setting[WALLBOX_SAFE];
	const struct wallbox_write_to *lapse = &p->setting[WALLBOX_LAPSE];
	bool armed = safe->type != REGISTER_NONE && lapse->type != REGISTER_NONE;
	u16 registers[4];

	if (armed + reader->own + reader->none != 1 ||
	    (!armed && (safe->type != REGISTER_NONE || lapse->type != REGISTER_NONE))) {
		wallbox_wrong(reader, "there must be either [fail-safe-current] and [fail-safe-time], or a [fail-safe] with own or none, in words");
		return;
	}
	p->safety = armed ? WALLBOX_ARMED : reader->own ? WALLBOX_OWN : WALLBOX_UNGUARDED;
	if (reader->none && p->lapse_ms)
		wallbox_wrong(reader, "[fail-safe]: lapse_s: who has none has no time: must go");
	if (armed) {
		p->lapse_ms = lapse->value[0];
		if (safe->default_ma ? safe->default_ma < safe->min_ma ||
		    safe->default_ma > safe->max_ma : !safe->zero)
			wallbox_wrong(reader, "[fail-safe-current]: default_a: must be from min_a to max_a, or 0 with zero = yes");
		if (!wallbox_profile_put(p, WALLBOX_LAPSE, p->lapse_ms, registers))
			wallbox_wrong(reader, "[fail-safe-time]: value_s does not fit into the register");
	}
	if (reader->own) {
		p->by_writes = true;
		if (!p->setting[WALLBOX_SET_CURRENT].refresh_ms ||
		    p->setting[WALLBOX_SET_CURRENT].refresh_ms * 2 > p->lapse_ms)
			wallbox_wrong(reader, "[set-current]: refresh_s: must be there, and at most half of lapse_s of [fail-safe]");
	}
	if (armed && !p->lapse_ms)
		wallbox_wrong(reader, "[fail-safe-time]: no value_s: must be 4 to 60, in s");
	else if (p->by_writes && !reader->none && !is_kept(p))
		wallbox_wrong(reader, "kept_by = writes: something must have a refresh_s of at most half the time after which the fail-safe acts");
}

void wallbox_profile_finish(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;
	struct wallbox_read reads[WALLBOX_READS_MAX];

	if (!p->model[0])
		wallbox_wrong(reader, "[box]: no model: must be how it is called");
	if (!p->unit)
		wallbox_wrong(reader, "[box]: no unit: must be 1 to 247, or 255 on TCP");
	if (p->setting[WALLBOX_SET_CURRENT].type == REGISTER_NONE)
		wallbox_wrong(reader, "no [set-current]: must be there, with its register");
	finish_numbers(reader);
	finish_states(reader);
	finish_settings(reader);
	finish_current(reader, WALLBOX_SET_CURRENT);
	finish_current(reader, WALLBOX_SAFE);
	finish_enable(reader);
	finish_safety(reader);
	if (!reader->errors && wallbox_profile_plan(p, reads) > WALLBOX_READS_MAX)
		wallbox_wrong(reader, "more than %d requests to read it all: must be fewer numbers, or read_over more registers",
			      WALLBOX_READS_MAX);
}
