// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Hybrid: what an inverter on a Modbus line says of itself, and what it is told.
 */
#include "object_rows.h"

#include "../io/boot_clock.h"
#include "lines.h"

static const struct lines_inverter *inverter_of(const struct object *o)
{
	return &bus_setup_of(o->bus)->lines->inverter[o->index];
}

static const struct hybrid *hybrid_of(const struct object *o)
{
	return &inverter_of(o)->hybrid;
}

static bool is_fresh(const struct object *o)
{
	return hybrid_is_fresh(hybrid_of(o), boot_clock_ms());
}

static int put_name(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', inverter_of(o)->config.name);
}

static int put_line(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', inverter_of(o)->config.line);
}

static int put_address(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append(m, "u", (u32)hybrid_of(o)->config.address);
}

static int put_map(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', hybrid_kind_word(hybrid_of(o)->config.kind));
}

static const char *model_of(const struct object *o)
{
	const char *model = hybrid_model(hybrid_of(o)->serial);

	return model ? model : hybrid_of(o)->name;
}

static int put_model(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', model_of(o));
}

static int put_serial(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', hybrid_of(o)->serial);
}

static int put_firmware(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', hybrid_of(o)->version);
}

static int put_state(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', hybrid_state_word(hybrid_of(o)->state));
}

static int put_control(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', hybrid_control_word(hybrid_of(o)->control));
}

static int put_fresh(sd_bus_message *m, const struct object *o)
{
	int fresh = is_fresh(o);

	return sd_bus_message_append_basic(m, 'b', &fresh);
}

static int put_faults(sd_bus_message *m, const struct object *o)
{
	char made[HYBRID_FAULT_SIZE];
	int r;

	r = sd_bus_message_open_container(m, 'a', "s");
	for (unsigned int bit = 0; r >= 0 && bit < HYBRID_FAULT_WORDS * 16; bit++)
		if (hybrid_of(o)->reading.fault[bit / 16] & BIT(bit % 16))
			r = sd_bus_message_append_basic(m, 's', hybrid_fault_word(hybrid_of(o)->config.kind, bit,
								  made));

	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* @counts: it is shown although it is old */
static const struct {
	const char *key;
	u8 number;
	bool counts;
	double by;
} numbers[] = {
	{ "Power", HYBRID_AC_W, false, 1e3 },
	{ "GridPower", HYBRID_GRID_W, false, 1e3 },
	{ "GridPower1", HYBRID_GRID_W_1, false, 1e3 },
	{ "GridPower2", HYBRID_GRID_W_2, false, 1e3 },
	{ "GridPower3", HYBRID_GRID_W_3, false, 1e3 },
	{ "OtherProduction", HYBRID_OTHER_PV_W, false, 1e3 },
	{ "LoadPower", HYBRID_LOAD_W, false, 1e3 },
	{ "Power1", HYBRID_W_1, false, 1e3 },
	{ "Power2", HYBRID_W_2, false, 1e3 },
	{ "Power3", HYBRID_W_3, false, 1e3 },
	{ "EPSPower", HYBRID_EPS_W, false, 1e3 },
	{ "EPSVoltage", HYBRID_EPS_V, false, 1e3 },
	{ "PVPower1", HYBRID_PV_W_1, false, 1e3 },
	{ "PVPower2", HYBRID_PV_W_2, false, 1e3 },
	{ "PVPower3", HYBRID_PV_W_3, false, 1e3 },
	{ "PVPower4", HYBRID_PV_W_4, false, 1e3 },
	{ "PVVoltage1", HYBRID_PV_V_1, false, 1e3 },
	{ "PVVoltage2", HYBRID_PV_V_2, false, 1e3 },
	{ "PVVoltage3", HYBRID_PV_V_3, false, 1e3 },
	{ "PVVoltage4", HYBRID_PV_V_4, false, 1e3 },
	{ "AvailablePower", HYBRID_AVAILABLE_W, false, 1e3 },
	{ "Voltage1", HYBRID_V_1, false, 1e3 },
	{ "Voltage2", HYBRID_V_2, false, 1e3 },
	{ "Voltage3", HYBRID_V_3, false, 1e3 },
	{ "Current1", HYBRID_A_1, false, 1e3 },
	{ "Current2", HYBRID_A_2, false, 1e3 },
	{ "Current3", HYBRID_A_3, false, 1e3 },
	{ "Frequency", HYBRID_HZ, false, 1e3 },
	{ "BatteryVoltage", HYBRID_BATTERY_V, false, 1e3 },
	{ "BatteryCurrent", HYBRID_BATTERY_A, false, 1e3 },
	{ "StateOfCharge", HYBRID_SOC, false, 100 },
	{ "StateOfHealth", HYBRID_SOH, false, 100 },
	{ "BatteryTemperature", HYBRID_BATTERY_C, false, 10 },
	{ "BatteryVoltage2", HYBRID_BATTERY_2_V, false, 1e3 },
	{ "BatteryPower2", HYBRID_BATTERY_2_W, false, 1e3 },
	{ "StateOfCharge2", HYBRID_SOC_2, false, 100 },
	{ "Temperature", HYBRID_HEATSINK_C, false, 10 },
	{ "InnerTemperature", HYBRID_INNER_C, false, 10 },
	{ "Insulation", HYBRID_INSULATION, false, 1e-3 },
	{ "RatedPower", HYBRID_RATED_W, true, 1e3 },
	{ "PowerMax", HYBRID_AC_MAX_W, true, 1e3 },
	{ "ChargePowerMax", HYBRID_CHARGE_MAX_W, true, 1e3 },
	{ "ChargeCurrentMax", HYBRID_CHARGE_MAX_A, true, 1e3 },
	{ "DischargeCurrentMax", HYBRID_DISCHARGE_MAX_A, true, 1e3 },
	{ "DepthOfDischarge", HYBRID_DEPTH, true, 100 },
	{ "Cycles", HYBRID_CYCLES, true, 1 },
	{ "TodayProduced", HYBRID_DAY_PV, true, 1 },
	{ "TodayConsumed", HYBRID_DAY_LOAD, true, 1 },
	{ "TodayImported", HYBRID_DAY_BOUGHT, true, 1 },
	{ "TodayExported", HYBRID_DAY_SOLD, true, 1 },
	{ "TodayCharged", HYBRID_DAY_CHARGED, true, 1 },
	{ "TodayDischarged", HYBRID_DAY_DISCHARGED, true, 1 },
	{ "Produced", HYBRID_ALL_PV, true, 1 },
	{ "Consumed", HYBRID_ALL_LOAD, true, 1 },
	{ "Imported", HYBRID_ALL_BOUGHT, true, 1 },
	{ "Exported", HYBRID_ALL_SOLD, true, 1 },
	{ "Charged", HYBRID_ALL_CHARGED, true, 1 },
	{ "Discharged", HYBRID_ALL_DISCHARGED, true, 1 },
	{ "Given", HYBRID_ALL_GIVEN, true, 1 },
};

static int put_reading(sd_bus_message *m, const struct object *o)
{
	const struct hybrid_reading *reading = &hybrid_of(o)->reading;
	bool fresh = is_fresh(o);
	int r;
	s64 mw;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(numbers); i++)
		if (reading->known & HYBRID_BIT(numbers[i].number) &&
		    (fresh || numbers[i].counts))
			r = values_entry(m, numbers[i].key, "d",
					 (double)reading->number[numbers[i].number] /
					 numbers[i].by);
	if (r >= 0 && fresh && hybrid_pv_mw(hybrid_of(o), &mw))
		r = values_entry(m, "PVPower", "d", (double)mw / 1e3);
	if (r >= 0 && fresh && hybrid_battery_mw(hybrid_of(o), &mw))
		r = values_entry(m, "BatteryPower", "d", (double)mw / 1e3);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static bool is_told(const struct hybrid *h)
{
	return h->has_point && h->control >= HYBRID_SETS_MODE;
}

/* What its battery was last told to do; empty when it is not steered. */
static int put_told(sd_bus_message *m, const struct object *o)
{
	const struct hybrid *h = hybrid_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sd}");
	if (r >= 0 && is_told(h))
		r = sd_bus_message_append(m, "{sd}", "BatteryPower", (double)h->point_w);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* Power: what it feeds in at most by itself, where it has a limit. */
static int put_feed_in(sd_bus_message *m, const struct object *o)
{
	const struct hybrid *h = hybrid_of(o);
	s32 watts;
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "State", "s", hybrid_feed_in_word(h->feed_in.state));
	if (r >= 0 && hybrid_feed_in_w(h, &watts))
		r = values_entry(m, "Power", "d", (double)watts);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* What a G3 says of itself, and what the others were told; "": nothing of either. */
static const char *eps_of(const struct hybrid *h)
{
	static const char *const words[] = { "off", "on", "on-with-cold-start" };
	s64 mode = h->reading.number[HYBRID_EPS_MODE];

	if (h->reading.known & HYBRID_BIT(HYBRID_EPS_MODE))
		return mode < (s64)ARRAY_SIZE(words) ? words[mode] : "";

	return hybrid_eps_word(h->eps);
}

static int put_eps(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', eps_of(hybrid_of(o)));
}

static const char *const set_keys[HYBRID_STATUS_SETS] = {
	[HYBRID_STATUS_PV] = "PV",
	[HYBRID_STATUS_STORAGE] = "Battery",
	[HYBRID_STATUS_GRID] = "Grid",
	[HYBRID_STATUS_LIMITS] = "LimitsReached",
	[HYBRID_STATUS_CONTROLS] = "Controls",
	[HYBRID_STATUS_RIDES] = "RidesThrough",
};

static int put_set(sd_bus_message *m, const struct hybrid *h, unsigned int set)
{
	const char *word;
	int r;

	r = sd_bus_message_open_container(m, 'e', "sas");
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 's', set_keys[set]);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'a', "s");
	for (unsigned int bit = 0; r >= 0 && bit < HYBRID_STATUS_BITS; bit++) {
		word = hybrid_status_word(set, bit);
		if (word && h->status_122.set[set] & BIT(bit))
			r = sd_bus_message_append_basic(m, 's', word);
	}
	if (r >= 0)
		r = sd_bus_message_close_container(m);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_status(sd_bus_message *m, const struct object *o)
{
	const struct hybrid *h = hybrid_of(o);
	bool fresh = hybrid_status_is_fresh(h, boot_clock_ms());
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sas}");
	for (unsigned int set = 0; r >= 0 && fresh && set < HYBRID_STATUS_SETS; set++)
		if (h->status_122.known & BIT(set))
			r = put_set(m, h, set);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static const struct object_row rows[] = {
	{ "Name", put_name },
	{ "Line", put_line },
	{ "Address", put_address },
	{ "Map", put_map },
	{ "Model", put_model },
	{ "Serial", put_serial },
	{ "Firmware", put_firmware },
	{ "State", put_state },
	{ "Fresh", put_fresh },
	{ "Faults", put_faults },
	{ "Reading", put_reading },
	{ "Control", put_control },
	{ "Told", put_told },
	{ "FeedIn", put_feed_in },
	{ "EPS", put_eps },
	{ "Status", put_status },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

static u64 mark_line(const struct object *o)
{
	return mark_text(MARK_START, inverter_of(o)->config.line);
}

static u64 mark_address(const struct object *o)
{
	return hybrid_of(o)->config.address;
}

static u64 mark_map(const struct object *o)
{
	return hybrid_of(o)->config.kind;
}

static u64 mark_model(const struct object *o)
{
	return mark_text(MARK_START, model_of(o));
}

static u64 mark_serial(const struct object *o)
{
	return mark_text(MARK_START, hybrid_of(o)->serial);
}

static u64 mark_firmware(const struct object *o)
{
	return mark_text(MARK_START, hybrid_of(o)->version);
}

static u64 mark_state(const struct object *o)
{
	return hybrid_of(o)->state;
}

static u64 mark_control(const struct object *o)
{
	return hybrid_of(o)->control;
}

static u64 mark_fresh(const struct object *o)
{
	return is_fresh(o);
}

static u64 mark_faults(const struct object *o)
{
	return mark_bytes(MARK_START, hybrid_of(o)->reading.fault,
			  sizeof(hybrid_of(o)->reading.fault));
}

static u64 mark_reading(const struct object *o)
{
	const struct hybrid_reading *r = &hybrid_of(o)->reading;
	u64 mark = mark_bytes(MARK_START, &r->known, sizeof(r->known));

	return mark_bytes(mark, r->number, sizeof(r->number)) ^ is_fresh(o);
}

/* What it measures is read in blocks, one after the other. */
static u32 round_ms(const struct object *o)
{
	return hybrid_of(o)->config.period_ms;
}

static const struct object_parts parts = { "Reading", round_ms };

static u64 mark_told(const struct object *o)
{
	const s64 point_w = hybrid_of(o)->point_w;

	return is_told(hybrid_of(o)) ? mark_numbers(MARK_START, &point_w, 1) : MARK_START;
}

static u64 mark_feed_in(const struct object *o)
{
	s32 watts;
	bool has = hybrid_feed_in_w(hybrid_of(o), &watts);
	const s64 feed_in[] = { hybrid_of(o)->feed_in.state, has, has ? watts : 0 };

	return mark_numbers(MARK_START, feed_in, ARRAY_SIZE(feed_in));
}

static u64 mark_eps(const struct object *o)
{
	return mark_text(MARK_START, eps_of(hybrid_of(o)));
}

static u64 mark_status(const struct object *o)
{
	const struct hybrid_status *s = &hybrid_of(o)->status_122;
	bool fresh = hybrid_status_is_fresh(hybrid_of(o), boot_clock_ms());

	if (!fresh || !s->known)
		return MARK_START;

	return mark_bytes(mark_bytes(MARK_START, &s->known, sizeof(s->known)), s->set,
			  sizeof(s->set));
}

/* The person sees what came of it in EPS, and in events. */
static int set_eps(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const struct hybrid *h = hybrid_of(o);
	int r, on;

	r = sd_bus_message_read_basic(call, 'b', &on);
	if (r < 0)
		return r;
	r = lines_tell_eps(bus_setup_of(o->bus)->lines, o->index, on);
	if (r == -EOPNOTSUPP && h->config.kind == HYBRID_SOFAR_G3)
		return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED,
					"a sofar-g3 has that in a memory that wears: must be set on its own screen");
	if (r == -EOPNOTSUPP)
		return sd_bus_error_setf(error, SD_BUS_ERROR_NOT_SUPPORTED,
					 "a %s cannot be told: must be a %s or %s",
					 hybrid_kind_word(h->config.kind),
					 hybrid_kind_word(HYBRID_ME3000),
					 hybrid_kind_word(HYBRID_HYD_ES));
	if (r == -ENOTCONN)
		return sd_bus_error_setf(error, SD_BUS_ERROR_FAILED,
					 "%s does not answer: must do so first",
					 inverter_of(o)->config.name);

	return r < 0 ? r : sd_bus_reply_method_return(call, NULL);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("SetEPS", SD_BUS_ARGS("b", on), SD_BUS_NO_RESULT,
				object_verb_called, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Name", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Line", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Address", "u", get, 0, CHANGES),
	SD_BUS_PROPERTY("Map", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Model", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Serial", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Firmware", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("State", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Fresh", "b", get, 0, CHANGES),
	SD_BUS_PROPERTY("Faults", "as", get, 0, CHANGES),
	SD_BUS_PROPERTY("Reading", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Control", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Told", "a{sd}", get, 0, CHANGES),
	SD_BUS_PROPERTY("FeedIn", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("EPS", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Status", "a{sas}", get, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Line", mark_line },
	{ "Address", mark_address },
	{ "Map", mark_map },
	{ "Model", mark_model },
	{ "Serial", mark_serial },
	{ "Firmware", mark_firmware },
	{ "State", mark_state },
	{ "Fresh", mark_fresh },
	{ "Faults", mark_faults },
	{ "Reading", mark_reading },
	{ "Control", mark_control },
	{ "Told", mark_told },
	{ "FeedIn", mark_feed_in },
	{ "EPS", mark_eps },
	{ "Status", mark_status },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ "SetEPS", ROLES_CHANGE_POWER, set_eps },
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/hybrid/%s", inverter_of(o)->config.name);
}

static unsigned int count(const struct bus_setup *setup)
{
	return setup->lines->inverters;
}

const struct object_kind object_hybrid = {
	"org.cellar1.Hybrid", vtable, properties, verbs, path_of, count, &parts
};
