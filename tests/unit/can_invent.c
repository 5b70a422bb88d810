// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways of speaking as tables, and states and frames drawn from them.
 */
#include "can_invent.h"

#define F(f)	BIT_ULL(CELLAR_##f)

#define BASE	(F(VOLTAGE) | F(CURRENT) | F(TEMPERATURE) | F(SOC) | F(SOH) | \
		 F(CHARGE_VOLTAGE_LIMIT) | F(DISCHARGE_VOLTAGE_LIMIT) | \
		 F(CHARGE_CURRENT_LIMIT) | F(DISCHARGE_CURRENT_LIMIT) | \
		 F(PROTECTIONS) | F(WARNINGS) | F(MANUFACTURER))
#define REQUESTS (F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) | \
		  F(FULL_CHARGE_REQUEST))
#define PACKS	(F(PACKS_ONLINE) | F(PACKS_OFFLINE) | F(PACKS_BLOCKING_CHARGE) | \
		 F(PACKS_BLOCKING_DISCHARGE))
#define EXTREMES (F(CELL_VOLTAGE_MIN) | F(CELL_VOLTAGE_MAX) | \
		  F(CELL_TEMPERATURE_MIN) | F(CELL_TEMPERATURE_MAX))
#define PLACES	(F(CELL_VOLTAGE_MIN_PLACE) | F(CELL_VOLTAGE_MAX_PLACE) | \
		 F(CELL_TEMPERATURE_MIN_PLACE) | F(CELL_TEMPERATURE_MAX_PLACE))
#define ENERGY	(F(ENERGY_CHARGED) | F(ENERGY_DISCHARGED))
#define SERIAL	(F(SERIAL_HEAD) | F(SERIAL_TAIL))
#define SUPERSET (PACKS | EXTREMES | PLACES | ENERGY | SERIAL | F(FIRMWARE) | \
		  F(REMAINING) | F(DESIGN) | F(MODEL) | F(FAMILY))
#define ALARMS	(F(PROTECTIONS) | F(WARNINGS))

/* protocols.md 2.2 */
#define PAIR_WORDS							\
	(F(GENERAL) | F(OVERVOLTAGE) | F(UNDERVOLTAGE) | F(OVERTEMPERATURE) | \
	 F(UNDERTEMPERATURE) | F(CHARGE_OVERTEMPERATURE) |		\
	 F(CHARGE_UNDERTEMPERATURE) | F(DISCHARGE_OVERCURRENT) |	\
	 F(CHARGE_OVERCURRENT) | F(CONTACTOR) | F(SHORT_CIRCUIT) |	\
	 F(SYSTEM_ERROR) | F(CELL_IMBALANCE))

/* protocols.md 1.2 */
#define BIT_WORDS							\
	(F(OVERVOLTAGE) | F(UNDERVOLTAGE) | F(OVERTEMPERATURE) |	\
	 F(UNDERTEMPERATURE) | F(DISCHARGE_OVERCURRENT) | F(CHARGE_OVERCURRENT))
#define BIT_PROTECTIONS	(BIT_WORDS | F(SYSTEM_ERROR))
#define BIT_WARNINGS	(BIT_WORDS | F(INTERNAL_COMMUNICATION) | F(CELL_FAILURE))

/* protocols.md 3.1: all but these */
#define DEYE_PROTECTIONS						\
	((BIT_ULL(CELLAR_ALARMS) - 1) &					\
	 ~(F(CONTACTOR) | F(CELL_FAILURE) | F(HEATER_FAILURE) |		\
	   F(SYSTEM_ERROR) | F(LOW_SOC)))
#define DEYE_WARNINGS							\
	(F(CELL_OVERVOLTAGE) | F(CELL_UNDERVOLTAGE) | F(PACK_OVERVOLTAGE) | \
	 F(PACK_UNDERVOLTAGE) | F(CHARGE_OVERCURRENT) |			\
	 F(DISCHARGE_OVERCURRENT) | F(CHARGE_OVERTEMPERATURE) |		\
	 F(CHARGE_UNDERTEMPERATURE) | F(DISCHARGE_OVERTEMPERATURE) |	\
	 F(DISCHARGE_UNDERTEMPERATURE) | F(CELL_IMBALANCE) |		\
	 F(TEMPERATURE_IMBALANCE) | F(MOSFET_OVERTEMPERATURE) |		\
	 F(HEATER_OVERTEMPERATURE) | F(HEATER_FAILURE))

/* protocols.md 3.5, without the bits that are not certain */
#define GROWATT_WARNINGS						\
	(F(PACK_UNDERVOLTAGE) | F(PACK_OVERVOLTAGE) | F(CELL_UNDERVOLTAGE) | \
	 F(CELL_OVERVOLTAGE) | F(CHARGE_OVERCURRENT) | F(DISCHARGE_OVERCURRENT) | \
	 F(CHARGE_UNDERTEMPERATURE) | F(DISCHARGE_UNDERTEMPERATURE) |	\
	 F(CHARGE_OVERTEMPERATURE) | F(DISCHARGE_OVERTEMPERATURE) |	\
	 F(INTERNAL_COMMUNICATION) | F(CELL_IMBALANCE))
#define GROWATT_PROTECTIONS						\
	((GROWATT_WARNINGS & ~(F(INTERNAL_COMMUNICATION) | F(CELL_IMBALANCE))) | \
	 F(PRECHARGE_FAILURE) | F(SHORT_CIRCUIT))

/* protocols.md 3.6 */
#define SCHNEIDER_WORDS							\
	(BIT_WORDS | F(CELL_IMBALANCE) | F(INTERNAL_COMMUNICATION) | F(SYSTEM_ERROR))

static const struct number numbers[] = {
	{ CELLAR_VOLTAGE, 20000, 70000, 10 },
	{ CELLAR_CURRENT, -3276700, 3276700, 100 },
	{ CELLAR_TEMPERATURE, -600, 1500, 1 },
	{ CELLAR_SOC, 0, 10000, 100 },
	{ CELLAR_SOH, 0, 10000, 100 },
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 70000, 100 },
	{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 70000, 100 },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
	{ CELLAR_GRID_CHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
	{ CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
	{ CELLAR_PACKS_ONLINE, 0, 65534, 1 },
	{ CELLAR_PACKS_OFFLINE, 0, 65534, 1 },
	{ CELLAR_PACKS_BLOCKING_CHARGE, 0, 65534, 1 },
	{ CELLAR_PACKS_BLOCKING_DISCHARGE, 0, 65534, 1 },
	{ CELLAR_CELL_VOLTAGE_MIN, 1000, 5000, 1 },
	{ CELLAR_CELL_VOLTAGE_MAX, 1000, 5000, 1 },
	{ CELLAR_CELL_TEMPERATURE_MIN, -600, 1500, 10 },
	{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500, 10 },
	{ CELLAR_REMAINING, 1000, 65534000, 1000 },
	{ CELLAR_DESIGN, 1000, 65534000, 1000 },
	{ CELLAR_FULL, 10, 655340, 10 },
	{ CELLAR_CYCLES, 0, 65534, 1 },
	{ CELLAR_ENERGY_CHARGED, 0, 4294967200, 100 },
	{ CELLAR_ENERGY_DISCHARGED, 0, 4294967200, 100 },
	{ CELLAR_ONLINE_MAP, 1, 255, 1 },
	{ CELLAR_MOSFET_TEMPERATURE, -399, 1500, 1 },
	{ CELLAR_HEATER_TEMPERATURE, -399, 1500, 1 },
	{ CELLAR_BALANCING, 0, 65535, 1 },
	{ .step = 0 },
};

const struct speech speeches[] = {
	{
		.name = "victron", .dialect = &cellar_can_victron,
		.fields = BASE | SUPERSET | F(FORCE_CHARGE),
		.protections = PAIR_WORDS, .warnings = PAIR_WORDS,
		.numbers = { { CELLAR_SOC, 0, 10000, 1 } },
	}, {
		.name = "pylontech V1.2 and V2", .dialect = &cellar_can_pylontech,
		.skip = { 0x35a },
		.fields = BASE | SUPERSET | REQUESTS | F(ONLINE_MAP),
		.protections = BIT_PROTECTIONS, .warnings = BIT_WARNINGS,
		.numbers = { { CELLAR_PACKS_ONLINE, 0, 255, 1 } },
		.groups = { ALARMS, REQUESTS },
		.always = F(PACKS_ONLINE),
	}, {
		.name = "pylontech V1.3", .dialect = &cellar_can_pylontech,
		.skip = { 0x359, 0x35c },
		.fields = BASE | SUPERSET,
		.protections = PAIR_WORDS, .warnings = PAIR_WORDS,
	}, {
		/* the capacity must not be "PN" */
		.name = "luxpower", .dialect = &cellar_can_pylontech,
		.memory = { .lux = true },
		.skip = { 0x35a },
		.fields = (BASE & ~F(TEMPERATURE)) | SUPERSET | REQUESTS | F(CYCLES),
		.protections = BIT_PROTECTIONS, .warnings = BIT_WARNINGS,
		.numbers = {
			{ CELLAR_PACKS_ONLINE, 0, 255, 1 },
			{ CELLAR_DESIGN, 1000, 20000000, 1000 },
		},
		.groups = { ALARMS, REQUESTS },
		.always = ALARMS | REQUESTS | F(PACKS_ONLINE) | F(DESIGN),
	}, {
		.name = "deye native", .dialect = &cellar_can_deye,
		.memory = { .setting = CELLAR_SETTING_NATIVE },
		.fields = BASE | REQUESTS | PACKS | EXTREMES | F(DESIGN) | F(FIRMWARE) |
			  F(GRID_CHARGE_CURRENT_LIMIT) | F(GRID_DISCHARGE_CURRENT_LIMIT),
		.protections = DEYE_PROTECTIONS, .warnings = DEYE_WARNINGS,
		.numbers = {
			{ CELLAR_PACKS_ONLINE, 0, 255, 1 },
			{ CELLAR_PACKS_OFFLINE, 0, 255, 1 },
			{ CELLAR_PACKS_BLOCKING_CHARGE, 0, 255, 1 },
			{ CELLAR_PACKS_BLOCKING_DISCHARGE, 0, 255, 1 },
			{ CELLAR_CELL_TEMPERATURE_MIN, -600, 1500, 1 },
			{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500, 1 },
			{ CELLAR_DESIGN, 100, 6553400, 100 },
		},
		.groups = { REQUESTS, PACKS },
		.always = ALARMS | F(MANUFACTURER),
	}, {
		.name = "deye victronCAN", .dialect = &cellar_can_deye,
		.memory = { .setting = CELLAR_SETTING_VICTRON },
		.fields = BASE | F(DESIGN) | F(FIRMWARE),
		.protections = PAIR_WORDS, .warnings = PAIR_WORDS,
		.numbers = { { CELLAR_DESIGN, 100, 6553400, 100 } },
		.always = F(FIRMWARE) | F(MANUFACTURER),
	}, {
		.name = "deye pack", .dialect = &cellar_can_deye, .pack = true,
		.fields = F(VOLTAGE) | F(CURRENT) | F(SOC) | F(SOH) |
			  F(CHARGE_CURRENT_LIMIT) | F(DISCHARGE_CURRENT_LIMIT) |
			  F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | ALARMS | EXTREMES |
			  F(CYCLES) | ENERGY | SERIAL | F(FIRMWARE) |
			  F(MOSFET_TEMPERATURE) | F(HEATER_TEMPERATURE) | F(BALANCING) |
			  F(FAULT_COUNTS_BASIC) | F(FAULT_COUNTS_CURRENT),
		.protections = DEYE_PROTECTIONS, .warnings = DEYE_WARNINGS,
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 70000, 100 },
			{ CELLAR_SOC, 0, 10000, 10 },
			{ CELLAR_SOH, 0, 10000, 10 },
			{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 65534000, 1000 },
			{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 65534000, 1000 },
			{ CELLAR_CELL_TEMPERATURE_MIN, -600, 1500, 1 },
			{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500, 1 },
			{ CELLAR_ENERGY_CHARGED, 0, 0xfffffffeLL, 1 },
			{ CELLAR_ENERGY_DISCHARGED, 0, 0xfffffffeLL, 1 },
		},
		.groups = {
			ALARMS | F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE),
			F(CYCLES) | F(BALANCING),
		},
	}, {
		.name = "growatt", .dialect = &cellar_can_growatt,
		.fields = F(VOLTAGE) | F(CURRENT) | F(SOC) | F(SOH) |
			  F(CHARGE_VOLTAGE_LIMIT) | F(CHARGE_CURRENT_LIMIT) |
			  F(DISCHARGE_CURRENT_LIMIT) | F(CHARGE_ENABLE) |
			  F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) | ALARMS |
			  F(PACKS_ONLINE) | F(CELL_VOLTAGE_MIN) | F(CELL_VOLTAGE_MAX) |
			  F(CELL_TEMPERATURE_MAX) | F(REMAINING) | F(FULL) | F(CYCLES),
		.protections = GROWATT_PROTECTIONS, .warnings = GROWATT_WARNINGS,
		.numbers = {
			{ CELLAR_PACKS_ONLINE, 1, 255, 1 },
			{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500, 1 },
			{ CELLAR_REMAINING, 0, 655340, 10 },
			{ CELLAR_CYCLES, 1, 65534, 1 },
		},
		.groups = {
			F(VOLTAGE) | F(CURRENT) | F(SOC) | F(SOH) | F(CELL_TEMPERATURE_MAX),
			F(CHARGE_VOLTAGE_LIMIT) | F(CHARGE_CURRENT_LIMIT) |
			F(DISCHARGE_CURRENT_LIMIT),
			F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) |
			F(CELL_VOLTAGE_MIN) | F(CELL_VOLTAGE_MAX),
			ALARMS | F(PACKS_ONLINE), F(REMAINING) | F(FULL) | F(CYCLES),
		},
	}, {
		.name = "goodwe", .dialect = &cellar_can_goodwe,
		.fields = BASE | F(REMAINING),
		.protections = PAIR_WORDS, .warnings = PAIR_WORDS,
		.numbers = { { CELLAR_SOC, 0, 10000, 1 } },
	}, {
		.name = "schneider", .dialect = &cellar_can_schneider,
		.fields = (BASE & ~F(MANUFACTURER)) | EXTREMES | ENERGY |
			  F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) |
			  F(FULL) | F(CYCLES),
		.protections = SCHNEIDER_WORDS, .warnings = SCHNEIDER_WORDS,
		.numbers = {
			{ CELLAR_CURRENT, -3276700, 3276700, 10 },
			{ CELLAR_SOC, 0, 10000, 10 },
			{ CELLAR_SOH, 100, 10000, 100 },
			{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 70000, 10 },
			{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 70000, 10 },
			{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 3276700, 10 },
			{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 3276700, 10 },
			{ CELLAR_CELL_TEMPERATURE_MIN, -600, 1500, 1 },
			{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500, 1 },
			{ CELLAR_FULL, 100, 6553400, 100 },
			{ CELLAR_CYCLES, 1, 65534, 1 },
			{ CELLAR_ENERGY_CHARGED, 1, 0xfffffffeLL, 1 },
			{ CELLAR_ENERGY_DISCHARGED, 1, 0xfffffffeLL, 1 },
		},
		.groups = {
			F(CHARGE_VOLTAGE_LIMIT) | F(DISCHARGE_VOLTAGE_LIMIT),
			F(CHARGE_CURRENT_LIMIT) | F(DISCHARGE_CURRENT_LIMIT),
			F(VOLTAGE) | F(CURRENT), F(TEMPERATURE) | F(SOC), EXTREMES,
			F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) | ALARMS,
		},
		/* the warmest cell would stand in for it */
		.always = F(TEMPERATURE),
	}, {
		.name = "sofar", .dialect = &cellar_can_sofar,
		.fields = (BASE & ~ALARMS) | F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) |
			  F(REMAINING) | F(DESIGN),
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 70000, 100 },
			{ CELLAR_REMAINING, 100, 6553400, 100 },
		},
		.groups = {
			F(CHARGE_VOLTAGE_LIMIT) | F(DISCHARGE_VOLTAGE_LIMIT) |
			F(CHARGE_CURRENT_LIMIT) | F(DISCHARGE_CURRENT_LIMIT),
			F(VOLTAGE) | F(CURRENT) | F(TEMPERATURE),
			F(SOC) | F(SOH) | F(REMAINING),
			F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE),
		},
	},
};

const unsigned int n_speeches = ARRAY_SIZE(speeches);

static const struct number *number_of(const struct speech *speech, unsigned int field)
{
	const struct number *number = find_number(speech->numbers, field);

	return number ? number : find_number(numbers, field);
}

static void invent_place(struct random *random, char *to)
{
	if (pick(random, 2))
		snprintf(to, CELLAR_PLACE_MAX + 1, "%02u%02u", (unsigned int)pick(random, 100),
			 (unsigned int)pick(random, 100));
	else
		invent_text(random, to, CELLAR_PLACE_MAX);
}

static void invent_firmware(struct random *random, const struct speech *speech, char *to)
{
	char boot[6];

	if (speech->dialect != &cellar_can_deye) {
		unsigned int version = 1 + (unsigned int)pick(random, 0xfffe);

		snprintf(to, CELLAR_TEXT_MAX + 1, "%u.%u", version >> 8, version & 0xff);
		return;
	}

	snprintf(to, CELLAR_TEXT_MAX + 1, "%04X", (unsigned int)pick(random, 0x10000));
	if (speech->pack && pick(random, 4)) {
		invent_text(random, boot, sizeof(boot) - 1);
		to[4] = ' ';
		memcpy(to + 5, boot, sizeof(boot));
	}
}

static void invent_maker(struct random *random, const struct speech *speech, char *to)
{
	if (speech->dialect == &cellar_can_goodwe)
		snprintf(to, CELLAR_TEXT_MAX + 1, "GoodWe");
	else if (speech->dialect != &cellar_can_deye)
		invent_text(random, to, 8);
	else
		snprintf(to, CELLAR_TEXT_MAX + 1, "%s",
			 speech->memory.setting == CELLAR_SETTING_NATIVE ? "DY" : "PYLON");
}

static void put_extremes_in_order(struct cellar_reading *r)
{
	static const u64 voltages = F(CELL_VOLTAGE_MIN) | F(CELL_VOLTAGE_MAX);
	static const u64 temperatures = F(CELL_TEMPERATURE_MIN) | F(CELL_TEMPERATURE_MAX);
	u16 mv = r->cell_voltage_min_mv;
	s16 decic = r->cell_temperature_min_decic;

	if ((r->have & voltages) == voltages && mv > r->cell_voltage_max_mv) {
		r->cell_voltage_min_mv = r->cell_voltage_max_mv;
		r->cell_voltage_max_mv = mv;
	}
	if ((r->have & temperatures) == temperatures &&
	    decic > r->cell_temperature_max_decic) {
		r->cell_temperature_min_decic = r->cell_temperature_max_decic;
		r->cell_temperature_max_decic = decic;
	}
}

static u64 invent_fields(struct random *random, const struct speech *speech)
{
	u64 fields = draw(random) | draw(random);

	if (!pick(random, 8))
		fields = ~0ULL;
	fields |= speech->always;
	for (size_t i = 0; i < ARRAY_SIZE(speech->groups); i++)
		if (fields & speech->groups[i])
			fields |= speech->groups[i];
	if (fields & speech->fields & F(ONLINE_MAP))
		fields |= ALARMS;

	return fields & speech->fields;
}

void invent_representable(struct random *random, const struct speech *speech,
			  struct cellar_reading *r)
{
	u64 fields = invent_fields(random, speech);
	u64 flags = draw(random);

	r->have = fields;
	r->none = 0;
	for (unsigned int f = 0; f < CELLAR_FIELDS; f++) {
		const struct number *number;

		if (!(fields & BIT_ULL(f)))
			continue;
		number = number_of(speech, f);
		if (number)
			set_number(r, f, invent_number(random, number));
	}
	put_extremes_in_order(r);

	r->charge_enable = flags & 1;
	r->discharge_enable = flags & 2;
	r->force_charge = flags & 4;
	r->full_charge_request = flags & 8;
	/* "stop" stands alone there */
	if (speech->dialect == &cellar_can_schneider && !r->charge_enable)
		r->force_charge = false;
	r->protections = speech->protections & (flags & 0x10 ? draw(random) : 0);
	r->warnings = speech->warnings & (flags & 0x20 ? draw(random) : 0);
	for (unsigned int i = 0; i < CELLAR_FAULT_COUNTS; i++)
		r->fault_counts[i] = (u16)draw(random);

	if (fields & F(MANUFACTURER))
		invent_maker(random, speech, r->manufacturer);
	if (fields & F(FIRMWARE))
		invent_firmware(random, speech, r->firmware);
	if (fields & F(MODEL))
		invent_text(random, r->model, 16);
	if (fields & F(FAMILY))
		invent_text(random, r->family, 8);
	if (fields & F(SERIAL_HEAD))
		invent_text(random, r->serial, 8);
	if (fields & F(SERIAL_TAIL))
		invent_text(random, r->serial + 8, 8);
	if (fields & PLACES) {
		invent_place(random, r->cell_voltage_min_place);
		invent_place(random, r->cell_voltage_max_place);
		invent_place(random, r->cell_temperature_min_place);
		invent_place(random, r->cell_temperature_max_place);
	}
}

void invent_any(struct random *random, struct cellar_reading *r)
{
	static const u64 texts = F(MANUFACTURER) | F(MODEL) | F(FIRMWARE) | F(FAMILY) |
				 SERIAL | PLACES;

	memset(r, 0, sizeof(*r));
	r->have = draw(random) & (BIT_ULL(CELLAR_FIELDS) - 1) & ~texts;
	for (size_t i = 0; numbers[i].step; i++) {
		u64 value = draw(random) >> pick(random, 64);

		set_number(r, numbers[i].field, (s64)value);
	}
	put_extremes_in_order(r);
	r->charge_enable = pick(random, 2);
	r->discharge_enable = pick(random, 2);
	r->protections = draw(random) & draw(random) & (BIT_ULL(CELLAR_ALARMS) - 1);
	if (pick(random, 2))
		r->protections = BIT_ULL(pick(random, CELLAR_ALARMS));
	r->warnings = draw(random) & (BIT_ULL(CELLAR_ALARMS) - 1);
}

void invent_frame(struct random *random, const struct cellar_can_row *row,
		  struct cellar_can_frame *frame)
{
	static const u8 telling[] = { 0x00, 0x00, 0x01, 0x02, 0x0c, 0x0d, 0x7f, 0x80, 0xff, 0xaa };
	u64 bits = draw(random);

	frame->id = row->id;
	frame->len = (u8)(pick(random, 4) ? 8 : pick(random, 9));
	for (unsigned int i = 0; i < 8; i++, bits >>= 8) {
		u64 choice = pick(random, 4);

		frame->data[i] = choice == 0 ? telling[pick(random, sizeof(telling))] :
				 choice == 1 ? (u8)(' ' + (bits & 0xff) % 95) :
				 choice == 2 ? (u8)(bits & 0x0f) : (u8)bits;
	}
}
