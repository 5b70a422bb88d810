// SPDX-License-Identifier: GPL-2.0-only
/*
 * What packs and systems can say on RS-485 as tables, and states drawn from them.
 */
#include "rs485_invent.h"

#define F(f)	BIT_ULL(CELLAR_##f)

#define CELL_EXTREMES	(F(CELL_VOLTAGE_MIN) | F(CELL_VOLTAGE_MAX))
#define KELVIN_EXTREMES	(F(CELL_TEMPERATURE_MIN) | F(CELL_TEMPERATURE_MAX))
#define PLACES	(F(CELL_VOLTAGE_MIN_PLACE) | F(CELL_VOLTAGE_MAX_PLACE) | \
		 F(CELL_TEMPERATURE_MIN_PLACE) | F(CELL_TEMPERATURE_MAX_PLACE))
#define ENABLES	(F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE))
#define REQUESTS (ENABLES | F(FORCE_CHARGE) | F(FULL_CHARGE_REQUEST))
#define LIMITS	(F(CHARGE_VOLTAGE_LIMIT) | F(DISCHARGE_VOLTAGE_LIMIT) | \
		 F(CHARGE_CURRENT_LIMIT) | F(DISCHARGE_CURRENT_LIMIT))
#define ALARMS	(F(PROTECTIONS) | F(WARNINGS))
#define SERIAL	(F(SERIAL_HEAD) | F(SERIAL_TAIL))
#define MAKER	(F(MANUFACTURER) | F(MODEL) | F(FIRMWARE))
#define RECORD	(F(VOLTAGE) | F(CURRENT) | F(REMAINING) | F(FULL) | F(CYCLES) | \
		 F(CELLS) | F(TEMPERATURES))

#define CELL_AND_PACK							\
	(F(CELL_OVERVOLTAGE) | F(CELL_UNDERVOLTAGE) | F(PACK_OVERVOLTAGE) | \
	 F(PACK_UNDERVOLTAGE) | F(CHARGE_OVERCURRENT) | F(DISCHARGE_OVERCURRENT))
#define EACH_WAY							\
	(F(CHARGE_OVERTEMPERATURE) | F(DISCHARGE_OVERTEMPERATURE) |	\
	 F(CHARGE_UNDERTEMPERATURE) | F(DISCHARGE_UNDERTEMPERATURE))
#define EITHER_WAY (F(OVERTEMPERATURE) | F(UNDERTEMPERATURE))

const struct rs485_speech rs485_speeches[] = {
	{
		/* protocols.md 4.4, 4.5, 4.7 */
		.name = "pylontech pack", .dialect = &cellar_rs485_pylontech,
		.fields = RECORD | ALARMS | LIMITS | REQUESTS | SERIAL | MAKER,
		.protections = CELL_AND_PACK | F(CELL_FAILURE) |
			       F(CHARGE_OVERTEMPERATURE) | F(DISCHARGE_OVERTEMPERATURE),
		.warnings = CELL_AND_PACK | EITHER_WAY | F(GENERAL),
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 65534, 1 },
			{ CELLAR_CURRENT, -3276700, 3276700, 100 },
			{ CELLAR_REMAINING, 0, 0xfffffe, 1 },
			{ CELLAR_FULL, 0, 0xfffffe, 1 },
			{ CELLAR_CYCLES, 0, 65534, 1 },
			{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 65534, 1 },
			{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 65534, 1 },
			{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
			{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
			{ .step = 0 },
		},
		.groups = { ALARMS, SERIAL },
		.always = F(CELLS) | F(TEMPERATURES) | REQUESTS,
		.cell = { CELLAR_CELLS, 0, 5000, 1 }, .cells_min = 8, .cells_max = 24,
		.first_cell_sensor = 1, .last_cell_sensor = 7,
	}, {
		/* protocols.md 4.8; 0x63 as if in 0.01 A */
		.name = "pylontech system", .dialect = &cellar_rs485_pylontech,
		.of_system = true,
		.fields = LIMITS | REQUESTS | ALARMS | MAKER | F(PACKS_ONLINE) |
			  F(VOLTAGE) | F(CURRENT) | F(SOC) | F(SOH) | F(CYCLES) |
			  F(TEMPERATURE) | F(MOSFET_TEMPERATURE) | CELL_EXTREMES |
			  KELVIN_EXTREMES | PLACES,
		.protections = CELL_AND_PACK | EITHER_WAY | F(MOSFET_OVERTEMPERATURE) |
			       F(SYSTEM_ERROR),
		.warnings = CELL_AND_PACK | EITHER_WAY | F(MOSFET_OVERTEMPERATURE) |
			    F(INTERNAL_COMMUNICATION) | F(CELL_IMBALANCE) |
			    F(TEMPERATURE_IMBALANCE),
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 65534, 1 },
			{ CELLAR_CURRENT, -327670, 327670, 10 },
			{ CELLAR_SOC, 0, 10000, 100 },
			{ CELLAR_SOH, 0, 10000, 100 },
			{ CELLAR_CYCLES, 0, 65534, 1 },
			{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 65534, 1 },
			{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 65534, 1 },
			{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 327670, 10 },
			{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 327670, 10 },
			{ CELLAR_PACKS_ONLINE, 1, 12, 1 },
			{ CELLAR_CELL_VOLTAGE_MIN, 0, 3000, 1 },
			{ CELLAR_CELL_VOLTAGE_MAX, 3000, 5000, 1 },
			{ CELLAR_TEMPERATURE, -600, 1500, 1 },
			{ CELLAR_MOSFET_TEMPERATURE, -600, 1500, 1 },
			{ CELLAR_CELL_TEMPERATURE_MIN, -600, 200, 1 },
			{ CELLAR_CELL_TEMPERATURE_MAX, 200, 1500, 1 },
			{ .step = 0 },
		},
		.groups = { ALARMS },
		.always = REQUESTS | F(PACKS_ONLINE) | F(VOLTAGE),
	}, {
		/* protocols.md 5.3 */
		.name = "pace pack", .dialect = &cellar_rs485_pace,
		.fields = RECORD | F(DESIGN) | ALARMS | ENABLES | F(BALANCING) | SERIAL |
			  F(FIRMWARE),
		.protections = CELL_AND_PACK | EACH_WAY | EITHER_WAY | F(SHORT_CIRCUIT) |
			       F(MOSFET_OVERTEMPERATURE) | F(REVERSED_POLARITY) |
			       F(MOSFET_FAILURE) | F(SENSOR_FAILURE) | F(CELL_FAILURE),
		.warnings = CELL_AND_PACK | EACH_WAY | EITHER_WAY |
			    F(MOSFET_OVERTEMPERATURE) | F(LOW_SOC),
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 65534, 1 },
			{ CELLAR_CURRENT, -327670, 327670, 10 },
			{ CELLAR_REMAINING, 0, 655340, 10 },
			{ CELLAR_FULL, 0, 655340, 10 },
			{ CELLAR_DESIGN, 0, 655340, 10 },
			{ CELLAR_CYCLES, 0, 65534, 1 },
			{ CELLAR_BALANCING, 0, 65535, 1 },
			{ .step = 0 },
		},
		.groups = { ALARMS | ENABLES | F(BALANCING), SERIAL },
		.always = F(CELLS) | F(TEMPERATURES),
		.cell = { CELLAR_CELLS, 0, 5000, 1 }, .cells_min = 8, .cells_max = 24,
		.last_cell_sensor = 3, .mosfet = 5,
	}, {
		/* protocols.md 4.10 and the document of Seplos V2.0 */
		.name = "seplos pack", .dialect = &cellar_rs485_seplos,
		.fields = RECORD | F(SOC) | F(SOH) | F(DESIGN) | ALARMS | ENABLES |
			  F(BALANCING) | MAKER,
		.protections = CELL_AND_PACK | EACH_WAY | EITHER_WAY | F(OVERVOLTAGE) |
			       F(SHORT_CIRCUIT) | F(MOSFET_OVERTEMPERATURE) |
			       F(REVERSED_POLARITY) | F(CONTACTOR) | F(MOSFET_FAILURE) |
			       F(SENSOR_FAILURE) | F(CELL_FAILURE) | F(SYSTEM_ERROR) |
			       F(MEMORY_FAILURE) | F(LOW_SOC),
		.warnings = CELL_AND_PACK | EACH_WAY | EITHER_WAY |
			    F(MOSFET_OVERTEMPERATURE) | F(LOW_SOC) | F(GENERAL),
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 70000, 10 },
			{ CELLAR_CURRENT, -327670, 327670, 10 },
			{ CELLAR_REMAINING, 0, 655340, 10 },
			{ CELLAR_FULL, 0, 655340, 10 },
			{ CELLAR_DESIGN, 0, 655340, 10 },
			{ CELLAR_SOC, 0, 10000, 10 },
			{ CELLAR_SOH, 0, 10000, 10 },
			{ CELLAR_CYCLES, 0, 65534, 1 },
			{ CELLAR_BALANCING, 0, 65535, 1 },
			{ .step = 0 },
		},
		.groups = { ALARMS | ENABLES | F(BALANCING) },
		.always = F(CELLS) | F(TEMPERATURES) | F(SOC),
		.cell = { CELLAR_CELLS, 0, 5000, 1 }, .cells_min = 8, .cells_max = 24,
		.last_cell_sensor = 3, .mosfet = 6,
	}, {
		/* protocols.md 5.1 */
		.name = "voltronic pack", .dialect = &cellar_rs485_voltronic,
		.fields = F(CELLS) | F(TEMPERATURES) | F(MOSFET_TEMPERATURE) | F(DESIGN),
		.numbers = {
			{ CELLAR_MOSFET_TEMPERATURE, -600, 1500, 1 },
			{ CELLAR_DESIGN, 1, 65534000, 1 },
			{ .step = 0 },
		},
		.groups = { F(TEMPERATURES) | F(MOSFET_TEMPERATURE) },
		.cell = { CELLAR_CELLS, 1000, 5000, 100 }, .cells_min = 1, .cells_max = 20,
	}, {
		.name = "voltronic system", .dialect = &cellar_rs485_voltronic,
		.of_system = true,
		.fields = LIMITS | REQUESTS | ALARMS | F(VOLTAGE) | F(CURRENT) | F(SOC) |
			  F(PACKS_ONLINE) | F(REMAINING) | F(FULL),
		.protections = EACH_WAY | F(OVERVOLTAGE) | F(UNDERVOLTAGE) |
			       F(CELL_UNDERVOLTAGE) | F(MOSFET_OVERTEMPERATURE) |
			       F(CHARGE_OVERCURRENT) | F(DISCHARGE_OVERCURRENT) |
			       F(SHORT_CIRCUIT) | F(MOSFET_FAILURE) |
			       F(INTERNAL_COMMUNICATION) | F(DUPLICATE_ADDRESS) | F(GENERAL),
		.warnings = EACH_WAY | F(CELL_OVERVOLTAGE) | F(CELL_UNDERVOLTAGE) |
			    F(MOSFET_OVERTEMPERATURE) | F(CHARGE_OVERCURRENT),
		.numbers = {
			{ CELLAR_VOLTAGE, 20000, 70000, 100 },
			{ CELLAR_CURRENT, -3276700, 3276700, 100 },
			{ CELLAR_SOC, 0, 10000, 100 },
			{ CELLAR_PACKS_ONLINE, 0, 16, 1 },
			{ CELLAR_REMAINING, 0, 65534000, 1 },
			{ CELLAR_FULL, 1, 65534000, 1 },
			{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 70000, 100 },
			{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 70000, 100 },
			{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
			{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 3276700, 100 },
			{ .step = 0 },
		},
		.groups = {
			LIMITS | REQUESTS | F(REMAINING),
			ALARMS | F(CURRENT) | F(SOC) | F(PACKS_ONLINE),
		},
		.always = ALARMS | F(CURRENT) | F(SOC) | F(PACKS_ONLINE),
	},
};

const unsigned int n_rs485_speeches = ARRAY_SIZE(rs485_speeches);

u8 invent_address(struct random *random, const struct rs485_speech *speech)
{
	const struct cellar_rs485_dialect *dialect = speech->dialect;
	u8 address = dialect->addresses[pick(random, dialect->n_addresses)];

	return speech->of_system ? dialect->group(address) : address;
}

static u64 invent_fields(struct random *random, const struct rs485_speech *speech)
{
	u64 fields = draw(random) | draw(random);

	if (!pick(random, 8))
		fields = ~0ULL;
	fields |= speech->always;
	for (size_t i = 0; i < ARRAY_SIZE(speech->groups); i++)
		if (fields & speech->groups[i] & speech->fields)
			fields |= speech->groups[i];

	return fields & speech->fields;
}

static void invent_cells(struct random *random, const struct rs485_speech *speech,
			 struct cellar_reading *r)
{
	r->cells = (u8)(speech->cells_min +
			pick(random, 1U + speech->cells_max - speech->cells_min));
	for (unsigned int i = 0; i < r->cells; i++)
		r->cells_mv[i] = (u16)invent_number(random, &speech->cell);
}

/* Five of Voltronic's stand before the MOSFET's */
static void invent_temperatures(struct random *random, const struct rs485_speech *speech,
				struct cellar_reading *r)
{
	static const struct number decic = { CELLAR_TEMPERATURES, -600, 1500, 1 };
	unsigned int least = r->have & F(MOSFET_TEMPERATURE) ? 5 :
			     speech->dialect->framing == CELLAR_FRAMING_ASCII ? 2 : 1;

	r->temperatures = (u8)(least + pick(random, 1 + CELLAR_TEMPERATURES_MAX - least));
	for (unsigned int i = 0; i < r->temperatures; i++)
		r->temperatures_decic[i] = (s16)invent_number(random, &decic);
}

static void say_extremes(const struct rs485_speech *speech, struct cellar_reading *r)
{
	r->cell_voltage_min_mv = UINT16_MAX;
	r->cell_voltage_max_mv = 0;
	for (unsigned int i = 0; i < r->cells; i++) {
		if (r->cells_mv[i] < r->cell_voltage_min_mv)
			r->cell_voltage_min_mv = r->cells_mv[i];
		if (r->cells_mv[i] > r->cell_voltage_max_mv)
			r->cell_voltage_max_mv = r->cells_mv[i];
	}
	r->have |= CELL_EXTREMES;

	r->cell_temperature_min_decic = INT16_MAX;
	r->cell_temperature_max_decic = INT16_MIN;
	for (unsigned int i = speech->first_cell_sensor;
	     i < r->temperatures && i <= speech->last_cell_sensor; i++) {
		if (r->temperatures_decic[i] < r->cell_temperature_min_decic)
			r->cell_temperature_min_decic = r->temperatures_decic[i];
		if (r->temperatures_decic[i] > r->cell_temperature_max_decic)
			r->cell_temperature_max_decic = r->temperatures_decic[i];
	}
	r->have |= KELVIN_EXTREMES;

	if (speech->mosfet && r->temperatures == 6) {
		r->mosfet_temperature_decic = r->temperatures_decic[speech->mosfet - 1];
		r->have |= F(MOSFET_TEMPERATURE);
	}
}

/* Where the record has none */
static void say_soc(struct cellar_reading *r)
{
	u64 centi;

	if (r->have & F(SOC) || !(r->have & F(REMAINING)) || !(r->have & F(FULL)) ||
	    !r->full_mah)
		return;

	centi = 10000ULL * r->remaining_mah / r->full_mah;
	r->soc_centi = centi > 10000 ? 10000 : (u16)centi;
	r->have |= F(SOC);
}

/* "-" at the end is filler (protocols.md 4.9) */
static void invent_name(struct random *random, char *to, size_t max)
{
	size_t len;

	invent_text(random, to, max);
	len = strlen(to);
	if (to[len - 1] == '-')
		to[len - 1] = '+';
}

static void invent_firmware(struct random *random, const struct rs485_speech *speech, char *to)
{
	unsigned int version = 1 + (unsigned int)pick(random, 0xffff);

	if (speech->dialect == &cellar_rs485_pace)
		invent_name(random, to, CELLAR_TEXT_MAX);
	else
		snprintf(to, CELLAR_TEXT_MAX + 1, "%u.%u", version >> 8, version & 0xff);
}

/* One text of up to 16 characters, cut in the middle */
static void invent_serial(struct random *random, struct cellar_reading *r)
{
	char text[CELLAR_SERIAL_SIZE] = { 0 };

	invent_text(random, text, 16);
	memcpy(r->serial, text, sizeof(text));
}

static void invent_place(struct random *random, char *to)
{
	snprintf(to, CELLAR_PLACE_MAX + 1, "%02u%02u", (unsigned int)pick(random, 100),
		 (unsigned int)pick(random, 100));
}

static void invent_texts(struct random *random, const struct rs485_speech *speech,
			 struct cellar_reading *r)
{
	if (r->have & F(MANUFACTURER))
		invent_name(random, r->manufacturer, 20);
	if (r->have & F(MODEL))
		invent_name(random, r->model, 10);
	if (r->have & F(FIRMWARE))
		invent_firmware(random, speech, r->firmware);
	if (r->have & F(SERIAL_HEAD))
		invent_serial(random, r);
	if (r->have & PLACES) {
		invent_place(random, r->cell_voltage_min_place);
		invent_place(random, r->cell_voltage_max_place);
		invent_place(random, r->cell_temperature_min_place);
		invent_place(random, r->cell_temperature_max_place);
	}
}

static void invent_alarms(struct random *random, const struct rs485_speech *speech,
			  struct cellar_reading *r)
{
	r->protections = pick(random, 2) ? draw(random) & speech->protections : 0;
	r->warnings = pick(random, 2) ? draw(random) & speech->warnings : 0;

	if (speech->dialect != &cellar_rs485_pylontech || speech->of_system)
		return;
	/* a stopped cell over-voltage is its warning and a MOSFET */
	r->warnings |= r->protections & F(CELL_OVERVOLTAGE);
	/* the pack's voltage has one state, above or below */
	if (r->warnings & F(PACK_OVERVOLTAGE))
		r->warnings &= ~F(PACK_UNDERVOLTAGE);
}

void invent_rs485(struct random *random, const struct rs485_speech *speech,
		  struct cellar_reading *r)
{
	u64 flags = draw(random);

	memset(r, 0, sizeof(*r));
	r->have = invent_fields(random, speech);
	for (const struct number *n = speech->numbers; n->step; n++)
		if (r->have & BIT_ULL(n->field))
			set_number(r, n->field, invent_number(random, n));

	r->charge_enable = flags & 1;
	r->discharge_enable = flags & 2;
	r->force_charge = flags & 4;
	r->full_charge_request = flags & 8;
	invent_alarms(random, speech, r);
	invent_texts(random, speech, r);
	if (r->have & F(CELLS))
		invent_cells(random, speech, r);
	if (r->have & F(TEMPERATURES))
		invent_temperatures(random, speech, r);

	if (speech->dialect->framing == CELLAR_FRAMING_ASCII && !speech->of_system) {
		say_extremes(speech, r);
		say_soc(r);
	}
}

void invent_any_rs485(struct random *random, struct cellar_reading *r)
{
	memset(r, 0, sizeof(*r));
	r->have = draw(random) | draw(random);
	r->have &= (BIT_ULL(CELLAR_FIELDS) - 1) & ~(MAKER | SERIAL | PLACES | F(FAMILY));

	for (unsigned int f = 0; f < CELLAR_FIELDS; f++)
		if (cellar_fields[f].kind == CELLAR_KIND_UNSIGNED ||
		    cellar_fields[f].kind == CELLAR_KIND_SIGNED)
			set_number(r, f, (s64)(draw(random) >> pick(random, 64)));
	if (r->cell_voltage_min_mv > r->cell_voltage_max_mv)
		r->cell_voltage_min_mv = r->cell_voltage_max_mv;
	if (r->cell_temperature_min_decic > r->cell_temperature_max_decic)
		r->cell_temperature_min_decic = r->cell_temperature_max_decic;
	r->charge_enable = pick(random, 2);
	r->discharge_enable = pick(random, 2);
	r->protections = BIT_ULL(pick(random, CELLAR_ALARMS));
	if (pick(random, 2))
		r->protections = draw(random) & draw(random) & (BIT_ULL(CELLAR_ALARMS) - 1);
	r->warnings = draw(random) & (BIT_ULL(CELLAR_ALARMS) - 1);
	r->cells = (u8)pick(random, CELLAR_CELLS_MAX + 1);
	for (unsigned int i = 0; i < r->cells; i++)
		r->cells_mv[i] = (u16)draw(random);
	r->temperatures = (u8)pick(random, CELLAR_TEMPERATURES_MAX + 1);
	for (unsigned int i = 0; i < r->temperatures; i++)
		r->temperatures_decic[i] = (s16)draw(random);
}
