// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Inverter: the line to one inverter, what it was told, and what it makes of
 * that.
 */
#include "object.h"

#include "inverters.h"

static const char *const way_keys[CORE_WAYS] = {
	[CORE_CHARGE] = "ChargeCurrent", [CORE_DISCHARGE] = "DischargeCurrent",
};

static const char *const comparison_keys[COMPARISON_OF] = {
	[COMPARISON_CHARGE_CURRENT] = "ChargeCurrent",
	[COMPARISON_DISCHARGE_CURRENT] = "DischargeCurrent",
	[COMPARISON_CHARGE_VOLTAGE] = "ChargeVoltage",
};

static const struct inverters *inverters_of(const struct object *o)
{
	return bus_setup_of(o->bus)->inverters;
}

static const struct inverter *inverter_of(const struct object *o)
{
	return &inverters_of(o)->inverter[o->index];
}

static const struct inverter_can_status *status_of(const struct object *o)
{
	return inverter_can_status(inverter_of(o)->line);
}

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/inverter/%s", inverter_of(o)->config.name);
}

static unsigned int count(const struct bus_setup *setup)
{
	return setup->inverters->n;
}

static int get_name(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', inverter_of(user)->config.name);
}

static int get_interface(sd_bus *bus, const char *path, const char *interface,
			 const char *property, sd_bus_message *reply, void *user,
			 sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', inverter_of(user)->config.interface);
}

static u64 mark_interface(const struct object *o)
{
	return mark_text(MARK_START, inverter_of(o)->config.interface);
}

static const char *protocol_of(const struct object *o)
{
	return cellar_can_dialect(inverter_of(o)->config.dialect)->name;
}

static int get_protocol(sd_bus *bus, const char *path, const char *interface,
			const char *property, sd_bus_message *reply, void *user,
			sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', protocol_of(user));
}

static u64 mark_protocol(const struct object *o)
{
	return mark_text(MARK_START, protocol_of(o));
}

static int get_mode(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', inverter_of(user)->config.listen ?
					   "listen" : "drive");
}

static u64 mark_mode(const struct object *o)
{
	return inverter_of(o)->config.listen;
}

/* "/": none yet */
static int get_cluster(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	const char *name = inverter_of(user)->bound;
	char of[OBJECT_PATH_SIZE] = "/";

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	if (*name)
		snprintf(of, sizeof(of), OBJECT_ROOT "/cluster/%s", name);

	return sd_bus_message_append_basic(reply, 'o', of);
}

static u64 mark_cluster(const struct object *o)
{
	return mark_text(MARK_START, inverter_of(o)->bound);
}

static int get_share(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	double percent = inverter_of(user)->config.share_permille / 10.0;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 'd', &percent);
}

static u64 mark_share(const struct object *o)
{
	return inverter_of(o)->config.share_permille;
}

static int get_state(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's',
					   inverter_can_state_word(status_of(user)->state));
}

static u64 mark_state(const struct object *o)
{
	return status_of(o)->state;
}

static int get_heard(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	int heard = inverter_of(user)->heard;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 'b', &heard);
}

static u64 mark_heard(const struct object *o)
{
	return inverter_of(o)->heard;
}

static int get_silent(sd_bus *bus, const char *path, const char *interface,
		      const char *property, sd_bus_message *reply, void *user,
		      sd_bus_error *error)
{
	int silent = inverter_of(user)->silent;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 'b', &silent);
}

static u64 mark_silent(const struct object *o)
{
	return inverter_of(o)->silent;
}

static int get_last_heard(sd_bus *bus, const char *path, const char *interface,
			  const char *property, sd_bus_message *reply, void *user,
			  sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 'x', &inverter_of(user)->heard_wall_s);
}

static u64 mark_last_heard(const struct object *o)
{
	return (u64)inverter_of(o)->heard_wall_s;
}

static int get_sent(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return values_reading(reply, &status_of(user)->sent);
}

static u64 mark_sent(const struct object *o)
{
	return values_mark_reading(MARK_START, &status_of(o)->sent);
}

/* Frame by frame, each of them most often once in a second (can.h): so long a round takes. */
static u32 round_ms(const struct object *o)
{
	(void)o;

	return 1000;
}

static const struct object_parts parts = { "Sent", round_ms };

static void said_of(const struct object *o, struct cellar_reading *said)
{
	const struct cellar_inverter_said *s = &status_of(o)->said;

	memset(said, 0, sizeof(*said));
	if (!inverter_of(o)->measures)
		return;
	cellar_say_number(said, CELLAR_VOLTAGE, s->voltage_mv);
	cellar_say_number(said, CELLAR_CURRENT, s->current_ma);
	cellar_say_number(said, CELLAR_TEMPERATURE, s->temperature_decic);
	cellar_say_number(said, CELLAR_SOC, s->soc_centi);
}

static int get_said(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *user, sd_bus_error *error)
{
	struct cellar_reading said;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	said_of(user, &said);

	return values_reading(reply, &said);
}

static u64 mark_said(const struct object *o)
{
	struct cellar_reading said;

	said_of(o, &said);

	return values_mark_reading(MARK_START, &said);
}

static int get_obeys(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	char words[INVERTERS_WORDS_SIZE];

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	inverters_obey_words(inverters_of(user), inverter_of(user), words);

	return sd_bus_message_append_basic(reply, 's', words);
}

static u64 mark_obeys(const struct object *o)
{
	char words[INVERTERS_WORDS_SIZE];

	inverters_obey_words(inverters_of(o), inverter_of(o), words);

	return mark_text(MARK_START, words);
}

static int get_lowered(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	u32 cap_ma[CORE_WAYS];
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	inverters_lowered(inverters_of(user), inverter_of(user), cap_ma);
	r = sd_bus_message_open_container(reply, 'a', "{sd}");
	for (unsigned int way = 0; r >= 0 && way < CORE_WAYS; way++)
		if (cap_ma[way] != LIMITS_NONE)
			r = sd_bus_message_append(reply, "{sd}", way_keys[way],
						  cap_ma[way] / 1e3);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_lowered(const struct object *o)
{
	u32 cap_ma[CORE_WAYS];

	inverters_lowered(inverters_of(o), inverter_of(o), cap_ma);

	return mark_bytes(MARK_START, cap_ma, sizeof(cap_ma));
}

static int put_comparison(sd_bus_message *m, const struct comparison_row *row)
{
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "BatterySays", "d", row->battery / 1e3);
	if (r >= 0)
		r = values_entry(m, "CellarWouldSay", "d", row->ours / 1e3);
	if (r >= 0)
		r = values_entry(m, "MostAbove", "d", (double)row->most / 1e3);
	if (r >= 0)
		r = values_entry(m, "MostBelow", "d", (double)-row->least / 1e3);
	if (r >= 0)
		r = values_entry(m, "SecondsAbove", "t", row->more_ms / 1000);
	if (r >= 0)
		r = values_entry(m, "SecondsBelow", "t", row->less_ms / 1000);
	if (r >= 0)
		r = values_entry(m, "SecondsSame", "t", row->same_ms / 1000);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int get_comparison(sd_bus *bus, const char *path, const char *interface,
			  const char *property, sd_bus_message *reply, void *user,
			  sd_bus_error *error)
{
	const struct comparison_row *row = inverter_of(user)->comparison.row;
	unsigned int i;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{sa{sv}}");
	for (i = 0; r >= 0 && i < COMPARISON_OF; i++) {
		if (!row[i].known)
			continue;
		r = sd_bus_message_open_container(reply, 'e', "sa{sv}");
		if (r >= 0)
			r = sd_bus_message_append_basic(reply, 's', comparison_keys[i]);
		if (r >= 0)
			r = put_comparison(reply, &row[i]);
		if (r >= 0)
			r = sd_bus_message_close_container(reply);
	}

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Not the seconds: they go by. */
static u64 mark_comparison(const struct object *o)
{
	const struct comparison_row *row = inverter_of(o)->comparison.row;
	u64 mark = MARK_START;

	for (unsigned int i = 0; i < COMPARISON_OF; i++) {
		mark = mark_bytes(mark, &row[i].known, sizeof(row[i].known));
		mark = mark_bytes(mark, &row[i].battery, sizeof(row[i].battery));
		mark = mark_bytes(mark, &row[i].ours, sizeof(row[i].ours));
		mark = mark_bytes(mark, &row[i].most, sizeof(row[i].most));
		mark = mark_bytes(mark, &row[i].least, sizeof(row[i].least));
	}

	return mark;
}

static int get_counters(sd_bus *bus, const char *path, const char *interface,
			const char *property, sd_bus_message *reply, void *user,
			sd_bus_error *error)
{
	const struct inverter_can_status *status = status_of(user);

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append(reply, "a{st}", 3, "Frames", status->frames, "Unsent",
				     status->unsent, "BusOffs", (u64)status->bus_offs);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Name", "s", get_name, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Interface", "s", get_interface, 0, CHANGES),
	SD_BUS_PROPERTY("Protocol", "s", get_protocol, 0, CHANGES),
	SD_BUS_PROPERTY("Mode", "s", get_mode, 0, CHANGES),
	SD_BUS_PROPERTY("Cluster", "o", get_cluster, 0, CHANGES),
	SD_BUS_PROPERTY("Share", "d", get_share, 0, CHANGES),
	SD_BUS_PROPERTY("State", "s", get_state, 0, CHANGES),
	SD_BUS_PROPERTY("Heard", "b", get_heard, 0, CHANGES),
	SD_BUS_PROPERTY("Silent", "b", get_silent, 0, CHANGES),
	SD_BUS_PROPERTY("LastHeard", "x", get_last_heard, 0, CHANGES),
	SD_BUS_PROPERTY("Sent", "a{sv}", get_sent, 0, CHANGES),
	SD_BUS_PROPERTY("Said", "a{sv}", get_said, 0, CHANGES),
	SD_BUS_PROPERTY("Obeys", "s", get_obeys, 0, CHANGES),
	SD_BUS_PROPERTY("Lowered", "a{sd}", get_lowered, 0, CHANGES),
	SD_BUS_PROPERTY("Comparison", "a{sa{sv}}", get_comparison, 0, CHANGES),
	SD_BUS_PROPERTY("Counters", "a{st}", get_counters, 0, 0),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Interface", mark_interface },
	{ "Protocol", mark_protocol },
	{ "Mode", mark_mode },
	{ "Cluster", mark_cluster },
	{ "Share", mark_share },
	{ "State", mark_state },
	{ "Heard", mark_heard },
	{ "Silent", mark_silent },
	{ "LastHeard", mark_last_heard },
	{ "Sent", mark_sent },
	{ "Said", mark_said },
	{ "Obeys", mark_obeys },
	{ "Lowered", mark_lowered },
	{ "Comparison", mark_comparison },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ NULL, NULL, NULL }
};

const struct object_kind object_inverter = {
	"org.cellar1.Inverter", vtable, properties, verbs, path_of, count, &parts
};
