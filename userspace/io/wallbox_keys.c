// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sections and keys of a wallbox profile, and what may stand behind them.
 */
#include "wallbox_parts.h"

/* What a section is of; bits: a key belongs to one of them, or to several. */
#define BOX		BIT(0)
#define SAFETY		BIT(1)
#define NUMBER		BIT(2)	/* read */
#define STATE		BIT(3)
#define PLUGGED		BIT(4)
#define SETTING		BIT(5)	/* written */
#define CURRENT		BIT(6)
#define SAFE		BIT(7)
#define LAPSE		BIT(8)
#define KEEP		BIT(9)
#define ENABLE		BIT(10)
#define PHASES		BIT(11)
#define BITS		BIT(12)	/* of which some may be masked */
#define SCALED		BIT(13)
#define TEXTS		BIT(14)

/* @place: enum wallbox_number or wallbox_setting; @unit: the number's in one of the file's */
static const struct section {
	const char *name;
	u32 of;
	u8 place;
	s32 unit;
} sections[] = {
	{ "box", BOX, 0, 1 },
	{ "state", NUMBER | STATE | BITS | TEXTS, WALLBOX_STATE, 1 },
	{ "plugged", NUMBER | PLUGGED | BITS, WALLBOX_PLUGGED, 1 },
	{ "current-1", NUMBER | SCALED, WALLBOX_A_1, 1000 },
	{ "current-2", NUMBER | SCALED, WALLBOX_A_2, 1000 },
	{ "current-3", NUMBER | SCALED, WALLBOX_A_3, 1000 },
	{ "voltage-1", NUMBER | SCALED, WALLBOX_V_1, 1000 },
	{ "voltage-2", NUMBER | SCALED, WALLBOX_V_2, 1000 },
	{ "voltage-3", NUMBER | SCALED, WALLBOX_V_3, 1000 },
	{ "power", NUMBER | SCALED, WALLBOX_W, 1000 },
	{ "energy", NUMBER | SCALED, WALLBOX_WH, 1 },
	{ "session-energy", NUMBER | SCALED, WALLBOX_SESSION_WH, 1 },
	{ "card", NUMBER | TEXTS, WALLBOX_CARD, 1 },
	{ "error", NUMBER, WALLBOX_ERROR, 1 },
	{ "current-is", NUMBER | SCALED, WALLBOX_CURRENT_IS, 1000 },
	{ "fail-safe-current-is", NUMBER | SCALED, WALLBOX_SAFE_IS, 1000 },
	{ "fail-safe-time-is", NUMBER | SCALED, WALLBOX_LAPSE_IS, 1000 },
	{ "set-current", SETTING | SCALED | CURRENT, WALLBOX_SET_CURRENT, 1000 },
	{ "enable", SETTING | ENABLE, WALLBOX_ENABLE, 1 },
	{ "fail-safe", SAFETY, 0, 1 },
	{ "fail-safe-current", SETTING | SCALED | SAFE, WALLBOX_SAFE, 1000 },
	{ "fail-safe-time", SETTING | SCALED | LAPSE, WALLBOX_LAPSE, 1000 },
	{ "keep-1", SETTING | KEEP, WALLBOX_KEEP_1, 1 },
	{ "keep-2", SETTING | KEEP, WALLBOX_KEEP_2, 1 },
	{ "keep-3", SETTING | KEEP, WALLBOX_KEEP_3, 1 },
	{ "phases", SETTING | PHASES, WALLBOX_PHASES, 1 },
};

_Static_assert(ARRAY_SIZE(sections) <= WALLBOX_SECTIONS, "each has what was given of it");

static const char *section_of(u32 of, u8 place)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (sections[i].of & of && sections[i].place == place)
			return sections[i].name;

	return "";
}

const char *wallbox_number_section(enum wallbox_number number)
{
	return section_of(NUMBER, (u8)number);
}

const char *wallbox_setting_section(enum wallbox_setting setting)
{
	return section_of(SETTING, (u8)setting);
}

static bool take_type(const struct section *s, const char *text, u8 *to)
{
	static const char *const types[] = {
		[REGISTER_NONE] = "", [REGISTER_U16] = "u16", [REGISTER_S16] = "s16",
		[REGISTER_U32] = "u32", [REGISTER_S32] = "s32", [REGISTER_U64] = "u64",
		[REGISTER_F32] = "f32", [REGISTER_F64] = "f64", [WALLBOX_TEXT] = "text", NULL
	};

	if (!wallbox_take_word(text, types, to))
		return false;
	if (*to == WALLBOX_TEXT)
		return s->of & TEXTS;
	if (s->of & SETTING)
		return *to == REGISTER_U16 || *to == REGISTER_U32 || *to == REGISTER_F32;

	return (s->of & SCALED) || *to == REGISTER_U16 || *to == REGISTER_U32 ||
	       s->place == WALLBOX_CARD;
}

/* The states of one kind: values, and texts, which a * behind makes beginnings. */
static bool take_states(struct wallbox_reader *reader, const char *text, enum wallbox_state state)
{
	struct wallbox_profile *p = reader->profile;
	char copy[WALLBOX_COMPLAINT_SIZE], *word, *rest = copy;
	size_t length;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " \t"))) {
		struct wallbox_state_of *of = &p->state[p->states];

		length = strlen(word);
		if (!length)
			continue;
		if (p->states == WALLBOX_STATES_MAX || length >= WALLBOX_TEXT_SIZE)
			return false;
		*of = (struct wallbox_state_of){
			.state = (u8)state, .begins = length > 1 && word[length - 1] == '*',
		};
		memcpy(of->text, word, length - of->begins);
		p->states++;
	}

	return true;
}

static bool take_plugs(struct wallbox_reader *reader, const char *text)
{
	struct wallbox_profile *p = reader->profile;
	char copy[WALLBOX_COMPLAINT_SIZE], *word, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (p->plugs == ARRAY_SIZE(p->plugged) ||
		    !wallbox_whole(word, UINT32_MAX, &p->plugged[p->plugs]))
			return false;
		p->plugs++;
	}

	return p->plugs > 0;
}

enum key {
	KEY_MODEL, KEY_UNIT, KEY_ORDER, KEY_ONE, KEY_OVER, KEY_READ_PAUSE, KEY_WRITE_PAUSE,
	KEY_TIMEOUT, KEY_READ, KEY_WRITE, KEY_REGISTER, KEY_TYPE, KEY_SCALE, KEY_EVERY, KEY_MASK,
	KEY_LENGTH, KEY_OTHER, KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_YES, KEY_REFRESH,
	KEY_MIN, KEY_MAX, KEY_PAUSE, KEY_ZERO, KEY_DEFAULT, KEY_VALUE, KEY_VALUE_S, KEY_KEPT_BY,
	KEY_ON, KEY_OFF, KEY_ONE_PHASE, KEY_THREE_PHASES, KEY_NONE, KEY_OWN, KEY_LAPSE,
	KEYS
};

_Static_assert(KEY_F - KEY_OTHER == WALLBOX_F - WALLBOX_OTHER, "states in their order");

#define STATES_RIGHT	"values of the register, or texts of up to 7 characters, 40 in all"

static const struct {
	const char *name;
	u32 of;
	const char *right;
} keys[KEYS] = {
	[KEY_MODEL] = { "model", BOX, "up to 63 characters" },
	[KEY_UNIT] = { "unit", BOX, "1 to 247, or 255 on TCP" },
	[KEY_ORDER] = { "word_order", BOX, "high-first or low-first" },
	[KEY_ONE] = { "one_a_read", BOX, "yes or no" },
	[KEY_OVER] = { "read_over", BOX, "0 to 100 registers" },
	[KEY_READ_PAUSE] = { "read_pause_ms", BOX, "0 to 5000, in ms" },
	[KEY_WRITE_PAUSE] = { "write_pause_ms", BOX, "0 to 10000, in ms" },
	[KEY_TIMEOUT] = { "timeout_ms", BOX, "50 to 10000, in ms" },
	[KEY_READ] = { "read", BOX | NUMBER, "holding or input" },
	[KEY_WRITE] = { "write", BOX | SETTING, "one, many or coil" },
	[KEY_REGISTER] = { "register", NUMBER | SETTING, "0 to 65535, as on the wire" },
	[KEY_TYPE] = { "type", NUMBER | SETTING,
		       "u16, u32, or f32 of a current; of what is read s16, s32, u64 and f64, too, and text of state and card" },
	[KEY_SCALE] = { "scale", SCALED,
			"A, V, W, Wh or s for a count of one: 0.1, 1 or 1/360 say" },
	[KEY_EVERY] = { "every_s", NUMBER, "1 to 3600, in s" },
	[KEY_MASK] = { "mask", BITS, "the bits that count, 0x00ff say" },
	[KEY_LENGTH] = { "length", TEXTS, "1 to 16 registers of a text" },
	[KEY_OTHER] = { "other", STATE, STATES_RIGHT },
	[KEY_A] = { "A", STATE, STATES_RIGHT },
	[KEY_B] = { "B", STATE, STATES_RIGHT },
	[KEY_C] = { "C", STATE, STATES_RIGHT },
	[KEY_D] = { "D", STATE, STATES_RIGHT },
	[KEY_E] = { "E", STATE, STATES_RIGHT },
	[KEY_F] = { "F", STATE, STATES_RIGHT },
	[KEY_YES] = { "yes", PLUGGED, "up to 8 values of the register" },
	[KEY_REFRESH] = { "refresh_s", SETTING, "1 to 3600, in s" },
	[KEY_MIN] = { "min_a", CURRENT | SAFE, "6 to 80, in A" },
	[KEY_MAX] = { "max_a", CURRENT | SAFE, "6 to 80, in A" },
	[KEY_PAUSE] = { "pause", CURRENT, "zero or enable" },
	[KEY_ZERO] = { "zero", SAFE, "yes or no" },
	[KEY_DEFAULT] = { "default_a", SAFE, "0, or 6 to 80, in A" },
	[KEY_VALUE] = { "value", KEEP, "0 to 65535" },
	[KEY_VALUE_S] = { "value_s", LAPSE, "4 to 60, in s" },
	[KEY_KEPT_BY] = { "kept_by", LAPSE, "requests or writes" },
	[KEY_ON] = { "on", ENABLE, "0 to 65535" },
	[KEY_OFF] = { "off", ENABLE, "0 to 65535" },
	[KEY_ONE_PHASE] = { "one", PHASES, "0 to 65535" },
	[KEY_THREE_PHASES] = { "three", PHASES, "0 to 65535" },
	[KEY_NONE] = { "none", SAFETY, "what that means, in up to 159 characters" },
	[KEY_OWN] = { "own", SAFETY, "how it does it, in up to 159 characters" },
	[KEY_LAPSE] = { "lapse_s", SAFETY, "4 to 60, in s" },
};

static bool in_range(const char *text, u32 least, u32 most, u32 *to)
{
	return wallbox_whole(text, most, to) && *to >= least;
}

static bool take_u16(const char *text, u32 least, u32 most, u16 *to)
{
	u32 number;

	if (!in_range(text, least, most, &number))
		return false;
	*to = (u16)number;

	return true;
}

static bool take_seconds(const char *text, u32 least, u32 most, u32 *ms)
{
	u32 s;

	if (!in_range(text, least, most, &s))
		return false;
	*ms = s * 1000;

	return true;
}

static bool take_unit(const char *text, u8 *to)
{
	u32 unit;

	if (!in_range(text, 1, 255, &unit) || (unit > 247 && unit < 255))
		return false;
	*to = (u8)unit;

	return true;
}

static bool take_of_box(struct wallbox_reader *reader, enum key key, const char *text)
{
	static const char *const orders[] = { "high-first", "low-first", NULL };
	struct wallbox_profile *p = reader->profile;

	switch (key) {
	case KEY_MODEL:
		return wallbox_take_text(text, p->model, sizeof(p->model));
	case KEY_UNIT:
		return take_unit(text, &p->unit);
	case KEY_ORDER:
		return wallbox_take_word(text, orders, &p->order);
	case KEY_ONE:
		return wallbox_take_bool(text, &p->one_a_read);
	case KEY_OVER:
		return take_u16(text, 0, 100, &p->read_over);
	case KEY_READ_PAUSE:
		return take_u16(text, 0, 5000, &p->gap_ms);
	case KEY_WRITE_PAUSE:
		return take_u16(text, 0, 10000, &p->write_gap_ms);
	case KEY_TIMEOUT:
		return take_u16(text, 50, 10000, &p->timeout_ms);
	case KEY_READ:
		return wallbox_take_function(text, false, &reader->read);
	default:
		return wallbox_take_function(text, true, &reader->write);
	}
}

static bool take_of_safety(struct wallbox_reader *reader, enum key key, const char *text)
{
	struct wallbox_profile *p = reader->profile;

	if (key == KEY_LAPSE)
		return take_seconds(text, WALLBOX_LAPSE_MIN_S, WALLBOX_LAPSE_MAX_S, &p->lapse_ms);
	if (key == KEY_NONE)
		reader->none = true;
	else
		reader->own = true;

	return wallbox_take_text(text, p->words, sizeof(p->words));
}

static bool take_of_number(struct wallbox_reader *reader, const struct section *s, enum key key,
			   const char *text)
{
	struct wallbox_register *r = &reader->profile->number[s->place];

	switch (key) {
	case KEY_REGISTER:
		return take_u16(text, 0, UINT16_MAX, &r->at);
	case KEY_TYPE:
		return take_type(s, text, &r->type);
	case KEY_SCALE:
		return wallbox_take_fraction(text, &r->num, &r->den);
	case KEY_READ:
		return wallbox_take_function(text, false, &r->function);
	case KEY_EVERY:
		return take_seconds(text, 1, 3600, &r->every_ms);
	case KEY_MASK:
		return in_range(text, 1, UINT32_MAX, &r->mask);
	case KEY_LENGTH:
		return take_u16(text, 1, WALLBOX_TEXT_WORDS, &r->words);
	case KEY_YES:
		return take_plugs(reader, text);
	default:
		return take_states(reader, text, (enum wallbox_state)(key - KEY_OTHER));
	}
}

static bool take_current(const char *text, bool zero, u32 *ma)
{
	return wallbox_take_milli(text, WALLBOX_MOST_MA, ma) &&
	       (*ma >= WALLBOX_LEAST_MA || (zero && !*ma));
}

static bool take_value(const char *text, u32 *to)
{
	return in_range(text, 0, UINT16_MAX, to);
}

static bool take_of_setting(struct wallbox_reader *reader, const struct section *s, enum key key,
			    const char *text)
{
	static const char *const pauses[] = { "zero", "enable", NULL };
	static const char *const keepers[] = { "requests", "writes", NULL };
	struct wallbox_write_to *w = &reader->profile->setting[s->place];
	u8 which = 0;
	bool taken;

	switch (key) {
	case KEY_REGISTER:
		return take_u16(text, 0, UINT16_MAX, &w->at);
	case KEY_TYPE:
		return take_type(s, text, &w->type);
	case KEY_SCALE:
		return wallbox_take_fraction(text, &w->num, &w->den);
	case KEY_WRITE:
		return wallbox_take_function(text, true, &w->function);
	case KEY_REFRESH:
		return take_seconds(text, 1, 3600, &w->refresh_ms);
	case KEY_MIN:
		return take_current(text, false, &w->min_ma);
	case KEY_MAX:
		return take_current(text, false, &w->max_ma);
	case KEY_DEFAULT:
		return take_current(text, true, &w->default_ma);
	case KEY_ZERO:
		return wallbox_take_bool(text, &w->zero);
	case KEY_PAUSE:
		taken = wallbox_take_word(text, pauses, &which);
		reader->pause_by_enable = which;
		return taken;
	case KEY_KEPT_BY:
		taken = wallbox_take_word(text, keepers, &which);
		reader->profile->by_writes = which;
		return taken;
	case KEY_VALUE_S:
		return take_seconds(text, WALLBOX_LAPSE_MIN_S, WALLBOX_LAPSE_MAX_S, &w->value[0]);
	case KEY_ON:
	case KEY_THREE_PHASES:
		return take_value(text, &w->value[1]);
	default:
		return take_value(text, &w->value[0]);
	}
}

static void unknown_key(struct wallbox_reader *reader, const struct section *s, const char *name)
{
	char list[WALLBOX_COMPLAINT_SIZE / 2] = "";
	size_t length = 0;

	for (unsigned int i = 0; i < KEYS && length < sizeof(list); i++)
		if (keys[i].of & s->of)
			length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
						   length ? ", " : "", keys[i].name);
	wallbox_wrong(reader, "%.40s is no key of [%s]; there are: %s", name, s->name, list);
}

static void unknown_section(struct wallbox_reader *reader, const char *name)
{
	char list[WALLBOX_COMPLAINT_SIZE / 2 + 128] = "";
	size_t length = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sections) && length < sizeof(list); i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i ? ", " : "", sections[i].name);
	wallbox_wrong(reader, "section [%.40s] is not known: must be one of %s", name, list);
}

static void take(struct wallbox_reader *reader, const struct section *s, const char *name,
		 const char *text)
{
	bool taken;
	u64 *set = &reader->set[s - sections];
	unsigned int key;

	for (key = 0; key < KEYS; key++)
		if (keys[key].of & s->of && !strcmp(keys[key].name, name))
			break;
	if (key == KEYS) {
		unknown_key(reader, s, name);
		return;
	}
	if (s->of & BOX)
		taken = take_of_box(reader, key, text);
	else if (s->of & SAFETY)
		taken = take_of_safety(reader, key, text);
	else if (s->of & NUMBER)
		taken = take_of_number(reader, s, key, text);
	else
		taken = take_of_setting(reader, s, key, text);

	if (*set & BIT_ULL(key))
		wallbox_wrong(reader, "%s is given twice in [%s]: one line must go", name, s->name);
	else if (!taken)
		wallbox_wrong(reader, "%s = %.100s: must be %s", name, text, keys[key].right);
	*set |= BIT_ULL(key);
}

void wallbox_take_key(struct wallbox_reader *reader, const char *section, const char *name,
		      const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (!strcmp(sections[i].name, section)) {
			take(reader, &sections[i], name, text);
			return;
		}
	unknown_section(reader, section);
}

/* The unit of the file in those of the numbers. */
static void take_unit_of(const struct section *s, s32 *num, s32 *den)
{
	*num = (*num ? *num : 1) * s->unit;
	*den = *den ? *den : 1;
}

static void take_units(struct wallbox_profile *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct section *s = &sections[i];

		if (s->of & NUMBER)
			take_unit_of(s, &p->number[s->place].num, &p->number[s->place].den);
		else if (s->of & SETTING)
			take_unit_of(s, &p->setting[s->place].num, &p->setting[s->place].den);
	}
}

/* A register without a type is u16, and a type without a register is none. */
static void take_types(struct wallbox_reader *reader)
{
	struct wallbox_profile *p = reader->profile;

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		u8 *type = sections[i].of & NUMBER ? &p->number[sections[i].place].type :
			   sections[i].of & SETTING ? &p->setting[sections[i].place].type : NULL;

		if (!type || !reader->set[i])
			continue;
		if (!(reader->set[i] & BIT_ULL(KEY_REGISTER))) {
			wallbox_wrong(reader, "[%s]: no register: must be %s", sections[i].name,
				      keys[KEY_REGISTER].right);
			*type = REGISTER_NONE;
		} else if (*type == REGISTER_NONE) {
			*type = REGISTER_U16;
		}
	}
}

void wallbox_keys_end(struct wallbox_reader *reader)
{
	take_units(reader->profile);
	take_types(reader);
}
