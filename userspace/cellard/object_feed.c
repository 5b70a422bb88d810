// SPDX-License-Identifier: GPL-2.0-only
/*
 * The method Feed of org.cellar1.Site: what another program has measured of the house, all
 * of it or nothing. Each value counts from now on until it is too old, as one of a meter.
 */
#include "object_site.h"

#include "../io/boot_clock.h"
#include "config_keys.h"

/* @heard: bit of an enum house_figure, and of each charger and inverter */
struct feed {
	u32 heard, chargers, inverters;
	s32 figure[HOUSE_FIGURES];
	struct house_charger charger[SITE_CHARGERS_MAX];
	struct house_inverter inverter[SITE_INVERTERS_MAX];
};

static const struct {
	const char *word;
	u8 car;
} cars[] = {
	{ "none", SITE_CAR_NONE }, { "plugged", SITE_CAR_PLUGGED },
	{ "charges", SITE_CAR_CHARGES }, { "fault", SITE_CAR_FAULT },
};

/* What is at hand while one value is read. */
struct reading {
	const struct house *house;
	struct feed *feed;
	unsigned int at;	/* of the charger or inverter */
	sd_bus_error *error;
};

struct field {
	const char *key, *type;
	int (*take)(struct reading *reading, const char *key, sd_bus_message *m);
};

static int wrong(struct reading *reading, const char *key, const char *right)
{
	return sd_bus_error_setf(reading->error, SD_BUS_ERROR_INVALID_ARGS, "%s: must be %s", key,
				 right);
}

/* A NaN is in no range. */
static int read_double(struct reading *reading, const char *key, sd_bus_message *m, double least,
		       double most, const char *right, s32 *value)
{
	double d;
	int r;

	r = sd_bus_message_read_basic(m, 'd', &d);
	if (r < 0)
		return r;
	if (!(d >= least && d <= most))
		return wrong(reading, key, right);
	*value = (s32)d;

	return 0;
}

static int read_watts(struct reading *reading, const char *key, sd_bus_message *m, s32 *w)
{
	return read_double(reading, key, m, -SITE_POWER_MAX_W, SITE_POWER_MAX_W,
			   "-1000000 to 1000000 W", w);
}

static int take_exchange(struct reading *reading, const char *key, sd_bus_message *m)
{
	unsigned int phases = reading->house->config->house.site.phases, n = 0;
	s32 w[SITE_PHASES] = { 0 };
	int r;

	r = sd_bus_message_enter_container(m, 'a', "d");
	while (r >= 0 && (r = sd_bus_message_at_end(m, false)) == 0) {
		if (n == phases)
			break;
		r = read_watts(reading, key, m, &w[n++]);
	}
	if (r < 0)
		return r;
	if (n != phases || !r)
		return wrong(reading, key, phases == 1 ? "one value, of a plant of one phase" :
			     "three values, of a plant of three phases");

	for (unsigned int i = 0; i < n; i++) {
		reading->feed->figure[HOUSE_EXCHANGE_1 + i] = w[i];
		reading->feed->heard |= (u32)BIT(HOUSE_EXCHANGE_1 + i);
	}

	return sd_bus_message_exit_container(m);
}

static int take_production(struct reading *reading, const char *key, sd_bus_message *m)
{
	reading->feed->heard |= (u32)BIT(HOUSE_PRODUCTION);

	return read_watts(reading, key, m, &reading->feed->figure[HOUSE_PRODUCTION]);
}

static int take_bool(struct reading *reading, enum house_figure figure, sd_bus_message *m)
{
	int value, r = sd_bus_message_read_basic(m, 'b', &value);

	reading->feed->figure[figure] = value;
	reading->feed->heard |= (u32)BIT(figure);

	return r;
}

static int take_grid(struct reading *reading, const char *key, sd_bus_message *m)
{
	(void)key;

	return take_bool(reading, HOUSE_GRID, m);
}

static int take_cease(struct reading *reading, const char *key, sd_bus_message *m)
{
	(void)key;

	return take_bool(reading, HOUSE_CEASE, m);
}

static int take_contacts(struct reading *reading, const char *key, enum house_figure figure,
			 u32 most, const char *right, sd_bus_message *m)
{
	u32 mask;
	int r;

	r = sd_bus_message_read_basic(m, 'u', &mask);
	if (r < 0)
		return r;
	if (mask > most)
		return wrong(reading, key, right);
	reading->feed->figure[figure] = (s32)mask;
	reading->feed->heard |= (u32)BIT(figure);

	return 0;
}

static int take_drm(struct reading *reading, const char *key, sd_bus_message *m)
{
	return take_contacts(reading, key, HOUSE_DRM, 0x1ff, "a bit for each of DRM0 to DRM8", m);
}

static int take_rrcr(struct reading *reading, const char *key, sd_bus_message *m)
{
	return take_contacts(reading, key, HOUSE_RRCR, 0xf, "a bit for each of L1 to L4", m);
}

/* An a{sv}, each of its entries by @fields. */
static int read_fields(struct reading *reading, sd_bus_message *m, const struct field *fields)
{
	const struct field *field;
	const char *key, *type;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read_basic(m, 's', &key);
		if (r < 0)
			return r;
		for (field = fields; field->key && strcmp(field->key, key) != 0; field++)
			;
		if (!field->key)
			return sd_bus_error_setf(reading->error, SD_BUS_ERROR_INVALID_ARGS,
						 "%s is nothing that can be fed", key);
		r = sd_bus_message_peek_type(m, NULL, &type);
		if (r >= 0 && strcmp(type, field->type) != 0)
			return sd_bus_error_setf(reading->error, SD_BUS_ERROR_INVALID_ARGS,
						 "%s of type %s: must be of type %s", key, type,
						 field->type);
		if (r >= 0)
			r = sd_bus_message_enter_container(m, 'v', field->type);
		if (r >= 0)
			r = field->take(reading, key, m);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static struct house_charger *charger_of(const struct reading *reading)
{
	return &reading->feed->charger[reading->at];
}

static int take_car(struct reading *reading, const char *key, sd_bus_message *m)
{
	const char *word;
	int r;

	r = sd_bus_message_read_basic(m, 's', &word);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(cars); i++) {
		if (strcmp(cars[i].word, word) != 0)
			continue;
		charger_of(reading)->car = cars[i].car;
		return 0;
	}

	return wrong(reading, key, "none, plugged, charges or fault");
}

static int take_charger_power(struct reading *reading, const char *key, sd_bus_message *m)
{
	charger_of(reading)->power_known = true;

	return read_double(reading, key, m, 0, SITE_POWER_MAX_W, "0 to 1000000 W",
			   &charger_of(reading)->power_w);
}

static int take_charger_energy(struct reading *reading, const char *key, sd_bus_message *m)
{
	charger_of(reading)->energy_known = true;

	return read_double(reading, key, m, 0, SITE_POWER_MAX_W * 1000.0, "0 to 1000000000 Wh",
			   &charger_of(reading)->energy_wh);
}

static int take_car_current(struct reading *reading, const char *key, sd_bus_message *m)
{
	double amperes;
	int r;

	r = sd_bus_message_read_basic(m, 'd', &amperes);
	if (r < 0)
		return r;
	if (!(amperes >= 0 && amperes <= 80))
		return wrong(reading, key, "0 to 80 A");
	charger_of(reading)->car_ma = (u32)(amperes * 1000);

	return 0;
}

static int take_car_phases(struct reading *reading, const char *key, sd_bus_message *m)
{
	u32 phases;
	int r;

	r = sd_bus_message_read_basic(m, 'u', &phases);
	if (r < 0)
		return r;
	if (!phases || phases > SITE_PHASES)
		return wrong(reading, key, "1 to 3");
	charger_of(reading)->car_phases = (u8)phases;

	return 0;
}

static int take_card(struct reading *reading, const char *key, sd_bus_message *m)
{
	const struct config *config = reading->house->config;
	struct config_card shown = { 0 };
	const char *text;
	int r;

	r = sd_bus_message_read_basic(m, 's', &text);
	if (r < 0)
		return r;
	if (!config_key_take(&shown, config_key_named(CONFIG_CARD, "uid"), text))
		return wrong(reading, key, config_key_named(CONFIG_CARD, "uid")->right);

	charger_of(reading)->card = SITE_UNKNOWN_CARD;
	for (unsigned int i = 0; i < config->cards; i++)
		if (!strcmp(config->card[i].uid, shown.uid))
			charger_of(reading)->card = (u8)(i + 1);

	return 0;
}

static struct house_inverter *inverter_of(const struct reading *reading)
{
	return &reading->feed->inverter[reading->at];
}

static int take_pv(struct reading *reading, const char *key, sd_bus_message *m)
{
	inverter_of(reading)->pv_known = true;

	return read_watts(reading, key, m, &inverter_of(reading)->pv_w);
}

static int take_battery(struct reading *reading, const char *key, sd_bus_message *m)
{
	inverter_of(reading)->battery_known = true;

	return read_watts(reading, key, m, &inverter_of(reading)->battery_w);
}

static int take_off_grid(struct reading *reading, const char *key, sd_bus_message *m)
{
	int value, r = sd_bus_message_read_basic(m, 'b', &value);

	(void)key;
	inverter_of(reading)->off_grid = value;

	return r;
}

static int take_ok(struct reading *reading, const char *key, sd_bus_message *m)
{
	int value, r = sd_bus_message_read_basic(m, 'b', &value);

	(void)key;
	inverter_of(reading)->ok = value;

	return r;
}

static const struct field charger_fields[] = {
	{ "Car", "s", take_car },
	{ "Power", "d", take_charger_power },
	{ "Energy", "d", take_charger_energy },
	{ "CarCurrent", "d", take_car_current },
	{ "CarPhases", "u", take_car_phases },
	{ "Card", "s", take_card },
	{ NULL, NULL, NULL }
};

static const struct field inverter_fields[] = {
	{ "PV", "d", take_pv },
	{ "Battery", "d", take_battery },
	{ "OffGrid", "b", take_off_grid },
	{ "Ok", "b", take_ok },
	{ NULL, NULL, NULL }
};

/* An a{sa{sv}} of names that @find knows. */
static int read_named(struct reading *reading, const char *what, sd_bus_message *m,
		      int (*find)(const struct house *house, const char *name),
		      const struct field *fields, u32 *heard)
{
	const char *name;
	int at, r;

	r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read_basic(m, 's', &name);
		if (r < 0)
			return r;
		at = find(reading->house, name);
		if (at < 0)
			return sd_bus_error_setf(reading->error, SD_BUS_ERROR_INVALID_ARGS,
						 "there is no %s \"%s\" in the configuration", what,
						 name);
		reading->at = (unsigned int)at;
		*heard |= (u32)BIT(at);
		r = read_fields(reading, m, fields);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int take_chargers(struct reading *reading, const char *key, sd_bus_message *m)
{
	(void)key;

	return read_named(reading, "charger", m, house_charger_named, charger_fields,
			  &reading->feed->chargers);
}

static int take_inverters(struct reading *reading, const char *key, sd_bus_message *m)
{
	(void)key;

	return read_named(reading, "inverter of the house", m, house_inverter_named,
			  inverter_fields, &reading->feed->inverters);
}

static const struct field fields[] = {
	{ "Exchange", "ad", take_exchange },
	{ "Production", "d", take_production },
	{ "Grid", "b", take_grid },
	{ "DRM", "u", take_drm },
	{ "RRCR", "u", take_rrcr },
	{ "Cease", "b", take_cease },
	{ "Chargers", "a{sa{sv}}", take_chargers },
	{ "Inverters", "a{sa{sv}}", take_inverters },
	{ NULL, NULL, NULL }
};

static void hear(struct house *house, const struct feed *feed)
{
	u64 now_ms = boot_clock_ms();

	for (unsigned int i = 0; i < HOUSE_FIGURES; i++)
		if (feed->heard & BIT(i))
			house_hears(house, i, feed->figure[i], now_ms);
	for (unsigned int i = 0; i < SITE_CHARGERS_MAX; i++)
		if (feed->chargers & BIT(i))
			house_hears_charger(house, i, &feed->charger[i], now_ms);
	for (unsigned int i = 0; i < SITE_INVERTERS_MAX; i++)
		if (feed->inverters & BIT(i))
			house_hears_inverter(house, i, &feed->inverter[i], now_ms);
}

int object_site_feed(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	struct house *house = object_house(o);
	struct feed feed = { 0 };
	struct reading reading = { .house = house, .feed = &feed, .error = error };
	const struct bus_setup *setup = bus_setup_of(o->bus);
	int r;

	for (unsigned int i = 0; i < SITE_INVERTERS_MAX; i++)
		feed.inverter[i].ok = true;
	r = read_fields(&reading, call, fields);
	if (r < 0)
		return r;

	hear(house, &feed);
	if (house->hurry)
		setup->decided(setup->user);

	return sd_bus_reply_method_return(call, NULL);
}
