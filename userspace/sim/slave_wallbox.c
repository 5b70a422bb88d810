// SPDX-License-Identifier: GPL-2.0-only
/*
 * A simulated wallbox with its car, as its profile has it (cellar-wallbox(5)): states,
 * currents that follow the set-point, and a fail-safe that strikes when nobody talks to it.
 */
#include "slave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../io/wallbox_profile.h"

#define VOLTS		230.0
#define NS_PER_S	1e9
#define OWN_SAFE_A	6.0	/* where the profile only says that there is one */
#define ERRORS		0x0c	/* anything but 0 */

static const struct register_map *const no_maps[] = { NULL };

static const struct wallbox_write_to *to(const struct slave *s, enum wallbox_setting setting)
{
	return &s->profile->setting[setting];
}

/* What stands in the registers of a setting, in A, s, or as it is. */
static double value_of(const struct slave *s, enum wallbox_setting setting)
{
	const struct wallbox_write_to *w = to(s, setting);
	const uint16_t *word = s->value + w->at;
	uint32_t raw = word[0];
	float single;

	if (w->type == REGISTER_NONE)
		return 0;
	if (w->type != REGISTER_U16)
		raw = s->profile->order == REGISTER_LOW_FIRST ?
		      (uint32_t)word[1] << 16 | word[0] : (uint32_t)word[0] << 16 | word[1];
	memcpy(&single, &raw, sizeof(single));
	return (w->type == REGISTER_F32 ? single : raw) * (double)w->num / w->den / 1e3;
}

static bool is_set(const struct slave *s, enum wallbox_setting setting, unsigned int which)
{
	const struct wallbox_write_to *w = to(s, setting);

	return s->value[w->at] == w->value[which];
}

static double lapse_s(const struct slave *s)
{
	return s->profile->safety == WALLBOX_ARMED ? value_of(s, WALLBOX_LAPSE) :
	       s->profile->safety == WALLBOX_OWN ? s->profile->lapse_ms / 1e3 : 0;
}

static double allowed_a(const struct slave *s)
{
	if (s->fault)
		return 0;
	if (s->box.struck)
		return s->profile->safety == WALLBOX_OWN ? OWN_SAFE_A : value_of(s, WALLBOX_SAFE);
	if (to(s, WALLBOX_ENABLE)->type != REGISTER_NONE && !is_set(s, WALLBOX_ENABLE, 1))
		return 0;
	return value_of(s, WALLBOX_SET_CURRENT);
}

static unsigned int phases(const struct slave *s)
{
	return to(s, WALLBOX_PHASES)->type != REGISTER_NONE && is_set(s, WALLBOX_PHASES, 0) ? 1 :
	       SLAVE_PHASES;
}

/* The number is in the unit of the profile's numbers. */
static void put(struct slave *s, enum wallbox_number number, double value)
{
	const struct wallbox_register *r = &s->profile->number[number];
	const struct register_row row = {
		.at = r->at, .type = r->type, .num = r->num, .den = r->den,
	};
	const struct register_map map = { .row = &row, .rows = 1 };
	bool swapped = s->swapped;

	if (r->type == REGISTER_NONE || r->type == WALLBOX_TEXT)
		return;
	s->swapped ^= s->profile->order == REGISTER_LOW_FIRST;
	slave_put(s, &map, 0, value);
	s->swapped = swapped;
}

static void put_state(struct slave *s, enum wallbox_state state)
{
	const struct wallbox_profile *p = s->profile;
	const struct wallbox_register *r = &p->number[WALLBOX_STATE];

	for (unsigned int i = 0; i < p->states; i++) {
		if (p->state[i].state != state)
			continue;
		if (r->type == WALLBOX_TEXT)
			slave_put_text(s, r->at, r->words, p->state[i].text);
		else
			put(s, WALLBOX_STATE, p->state[i].value);
		return;
	}
	/* where only another register says that there is no car, or nothing that it is ill */
	if (state != WALLBOX_B)
		put_state(s, WALLBOX_B);
}

static void begin(struct slave *s)
{
	struct wallbox_read reads[WALLBOX_READS_MAX];
	unsigned int n = wallbox_profile_plan(s->profile, reads);

	for (unsigned int i = 0; i < n; i++)
		slave_make_room(s, reads[i].read.at, reads[i].read.n);
	for (unsigned int i = 0; i < WALLBOX_SETTINGS; i++)
		slave_make_room(s, to(s, i)->at, register_words(to(s, i)->type));
	s->box.wh = 1234500;
	put_state(s, WALLBOX_A);
}

/* Any request keeps it from that, or only a write. */
static double quiet_s(const struct slave *s, double seconds)
{
	return s->profile->by_writes ? s->box.quiet_s + seconds : seconds;
}

static void strike(struct slave *s, double quiet)
{
	double after_s = lapse_s(s);

	if (after_s > 0 && quiet > after_s)
		s->box.struck = true;
}

static double seconds_since(const struct slave *s, uint64_t now_ns)
{
	return (double)(now_ns - s->stepped_ns) / NS_PER_S;
}

double slave_wallbox_quiet_s(const struct slave *s, uint64_t now_ns)
{
	return quiet_s(s, seconds_since(s, now_ns));
}

double slave_wallbox_lets_a(struct slave *s, uint64_t now_ns)
{
	strike(s, slave_wallbox_quiet_s(s, now_ns));
	return allowed_a(s);
}

static void count(struct slave *s, double watts, double seconds)
{
	const struct slave_charge *charge = s->box.charge;
	double wh = watts * seconds / 3600;

	if (charge) {
		wh = charge->wh - s->box.seen_wh;
		s->box.seen_wh = charge->wh;
	}
	s->box.wh += wh;
	s->box.session_wh += wh;
}

static void step(struct slave *s, double seconds)
{
	const struct slave_charge *charge = s->box.charge;
	unsigned int used = charge ? charge->phases : phases(s);
	double told_a, a, watts;

	s->box.quiet_s = quiet_s(s, seconds);
	strike(s, s->box.quiet_s);
	told_a = allowed_a(s);
	a = charge ? charge->a : s->box.car_a < told_a ? s->box.car_a : told_a;
	watts = a * VOLTS * used;
	count(s, watts, seconds);

	put_state(s, s->fault ? WALLBOX_F : !s->box.car ? WALLBOX_A : a > 0 ? WALLBOX_C :
		  WALLBOX_B);
	put(s, WALLBOX_PLUGGED, s->box.car ? s->profile->plugged[0] : 0);
	put(s, WALLBOX_ERROR, s->fault ? ERRORS : 0);
	for (unsigned int i = 0; i < SLAVE_PHASES; i++) {
		put(s, WALLBOX_A_1 + i, i < used ? a * 1e3 : 0);
		put(s, WALLBOX_V_1 + i, VOLTS * 1e3);
	}
	put(s, WALLBOX_W, watts * 1e3);
	put(s, WALLBOX_WH, s->box.wh);
	put(s, WALLBOX_SESSION_WH, s->box.session_wh);
	put(s, WALLBOX_CURRENT_IS, told_a * 1e3);
	put(s, WALLBOX_SAFE_IS, s->profile->safety == WALLBOX_OWN ? OWN_SAFE_A * 1e3 :
	    value_of(s, WALLBOX_SAFE) * 1e3);
	put(s, WALLBOX_LAPSE_IS, value_of(s, WALLBOX_LAPSE) * 1e3);
}

static bool is_current(const struct slave *s, enum wallbox_setting setting, bool zero)
{
	const struct wallbox_write_to *w = to(s, setting);
	double a = value_of(s, setting);

	return (zero && a == 0) || (a > w->min_ma / 1e3 - 1e-3 && a < w->max_ma / 1e3 + 1e-3);
}

/* The setting at @at; WALLBOX_SETTINGS: there is none. */
static unsigned int setting_at(const struct slave *s, unsigned int at)
{
	unsigned int i;

	for (i = 0; i < WALLBOX_SETTINGS; i++)
		if (to(s, i)->type != REGISTER_NONE && to(s, i)->at == at)
			break;
	return i;
}

static bool wrote(struct slave *s, uint16_t at, unsigned int n)
{
	unsigned int setting = setting_at(s, at);

	if (setting == WALLBOX_SETTINGS || n != register_words(to(s, setting)->type))
		return false;
	if (setting == WALLBOX_SET_CURRENT && !is_current(s, setting, to(s, setting)->zero))
		return false;
	if (setting == WALLBOX_SAFE && !is_current(s, setting, to(s, setting)->zero))
		return false;
	s->box.quiet_s = 0;
	if (setting == WALLBOX_SET_CURRENT)
		s->box.struck = false;
	return true;
}

/* Only by the functions of the profile, and only whole numbers where it wants that. */
uint8_t slave_wallbox_asked(const struct slave *s, uint8_t function, unsigned int at,
			    unsigned int n)
{
	const struct wallbox_profile *p = s->profile;
	unsigned int setting = setting_at(s, at);
	struct wallbox_read reads[WALLBOX_READS_MAX];
	unsigned int planned = wallbox_profile_plan(p, reads);

	if (function != MODBUS_READ_HOLDING && function != MODBUS_READ_INPUT)
		return setting < WALLBOX_SETTINGS && to(s, setting)->function != function ?
		       SLAVE_ILLEGAL_FUNCTION : 0;
	for (unsigned int i = 0; i < planned; i++) {
		const struct register_read *r = &reads[i].read;

		if (r->function == function && at >= r->at && at + n <= (unsigned int)r->at + r->n)
			return p->one_a_read && (at != r->at || n != r->n) ?
			       SLAVE_ILLEGAL_ADDRESS : 0;
	}
	return setting < WALLBOX_SETTINGS && function == MODBUS_READ_HOLDING && !p->one_a_read ?
	       0 : SLAVE_ILLEGAL_ADDRESS;
}

void slave_set_car(struct slave *s, double amperes)
{
	if (!s->box.car && amperes > 0)
		s->box.session_wh = 0;
	s->box.car = amperes > 0;
	s->box.car_a = amperes;
	if (!s->box.car)
		slave_show_card(s, "");
}

/* Its digits, as text or as a number. */
void slave_show_card(struct slave *s, const char *uid)
{
	const struct wallbox_register *r = &s->profile->number[WALLBOX_CARD];
	bool low_first = s->profile->order == REGISTER_LOW_FIRST;
	char digits[2 * WALLBOX_TEXT_WORDS + 1];
	unsigned long long number;
	size_t n = 0;

	for (; *uid && n + 1 < sizeof(digits); uid++)
		if (*uid != ':')
			digits[n++] = *uid;
	digits[n] = '\0';
	if (r->type == WALLBOX_TEXT)
		slave_put_text(s, r->at, r->words, digits);
	if (r->type == REGISTER_NONE || r->type == WALLBOX_TEXT)
		return;
	number = strtoull(digits, NULL, 16);
	for (unsigned int i = 0; i < r->words; i++)
		s->value[r->at + i] =
			(uint16_t)(number >> 16 * (low_first ? i : r->words - 1 - i));
}

void slave_forget(struct slave *s)
{
	for (unsigned int i = 0; i < WALLBOX_SETTINGS; i++)
		for (unsigned int k = 0; k < register_words(to(s, i)->type); k++)
			s->value[to(s, i)->at + k] = 0;
	s->box.struck = false;
	s->box.quiet_s = 0;
	slave_show_card(s, "");
}

const struct slave_kind slave_wallbox = {
	"wallbox:PROFILE", "a wallbox by its profile, wallbox:heidelberg say, or wallbox:PATH",
	no_maps, begin, step, wrote, 0, NULL,
};
