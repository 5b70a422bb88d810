// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part "house" of the document of memory.h.
 */
#include "memory_house.h"

#include "memory_site.h"
#include "wishes.h"

static const char *const periods[ENERGY_PERIODS] = {
	[ENERGY_TODAY] = "today", [ENERGY_WEEK] = "week", [ENERGY_MONTH] = "month",
	[ENERGY_YEAR] = "year", [ENERGY_LIFE] = "life",
};

static const char *const kinds[ENERGY_KINDS] = {
	[ENERGY_PV] = "pv", [ENERGY_SELF_CONSUMED] = "self_consumed",
	[ENERGY_EXPORT] = "export", [ENERGY_CONSUMED] = "consumed", [ENERGY_IMPORT] = "import",
	[ENERGY_CHARGED] = "charged", [ENERGY_DISCHARGED] = "discharged",
	[ENERGY_CARS] = "cars",
};

/* Millijoules, and how long they were not known. */
static json_t *write_sum(const struct energy_sum *sum)
{
	json_t *to = json_object();
	int r = 0;

	for (unsigned int k = 0; k < ENERGY_KINDS; k++)
		r |= json_object_set_new(to, kinds[k],
					 json_pack("[I, I]", (json_int_t)sum->mj[k],
						   (json_int_t)sum->gap_ms[k]));
	if (r) {
		json_decref(to);
		return NULL;
	}

	return to;
}

static bool read_sum(json_t *from, struct energy_sum *sum)
{
	json_int_t mj, gap_ms;

	if (json_object_size(from) != ENERGY_KINDS)
		return false;
	for (unsigned int k = 0; k < ENERGY_KINDS; k++) {
		if (json_unpack_ex(json_object_get(from, kinds[k]), NULL, JSON_STRICT, "[I, I]",
				   &mj, &gap_ms) || mj < 0 || gap_ms < 0)
			return false;
		sum->mj[k] = (u64)mj;
		sum->gap_ms[k] = (u64)gap_ms;
	}

	return true;
}

static json_t *write_energy(const struct energy *energy, s64 wall_s)
{
	json_t *to = json_pack("{s:I, s:i, s:b}", "wall_s", (json_int_t)wall_s, "day",
			       energy->day, "begun", energy->begun);
	int r = 0;

	for (unsigned int p = 0; p < ENERGY_PERIODS; p++)
		r |= json_object_set_new(to, periods[p], write_sum(&energy->sum[p]));
	if (r) {
		json_decref(to);
		return NULL;
	}

	return to;
}

static bool read_energy(const json_t *from, struct energy *energy, s64 *wall_s)
{
	json_int_t wall, day;
	int begun;

	energy_start(energy);
	if (json_object_size(from) != 3 + ENERGY_PERIODS ||
	    json_unpack((json_t *)from, "{s:I, s:I, s:b}", "wall_s", &wall, "day", &day, "begun",
			&begun) || wall < 0 || day < INT32_MIN || day > INT32_MAX)
		return false;
	for (unsigned int p = 0; p < ENERGY_PERIODS; p++)
		if (!read_sum(json_object_get(from, periods[p]), &energy->sum[p]))
			return false;
	energy->day = (s32)day;
	energy->begun = begun;
	*wall_s = wall;

	return true;
}

static bool chargers_are_right(json_t *chargers)
{
	struct charger read;
	const char *name;
	json_t *from;

	json_object_foreach(chargers, name, from)
		if (!memory_read_charger(from, &read, 0))
			return false;

	return json_is_object(chargers);
}

static bool outputs_are_right(json_t *outputs)
{
	struct output read;
	const char *name;
	json_t *from;

	json_object_foreach(outputs, name, from)
		if (!memory_read_output(from, &read, 0))
			return false;

	return json_is_object(outputs);
}

int memory_check_house(const json_t *from, const char **fault)
{
	json_t *set, *roles, *energy, *chargers, *outputs, *latches;
	struct roles read_roles = { 0 };
	struct site_state site = { 0 };
	struct energy read;
	struct wishes *wishes;
	s64 wall_s;

	*fault = "house";
	if (json_unpack_ex((json_t *)from, NULL, JSON_STRICT, "{s:o, s:o, s:o, s:o, s:o, s:o}",
			   "set", &set, "roles", &roles, "energy", &energy, "chargers", &chargers,
			   "outputs", &outputs, "latches", &latches))
		return -EINVAL;

	*fault = "house: set";
	wishes = wishes_read(set);
	if (!wishes)
		return -EINVAL;
	wishes_free(wishes);
	*fault = "house: roles";
	if (!roles_read(&read_roles, roles))
		return -EINVAL;
	*fault = "house: energy";
	if (!read_energy(energy, &read, &wall_s))
		return -EINVAL;
	*fault = "house: chargers";
	if (!chargers_are_right(chargers))
		return -EINVAL;
	*fault = "house: outputs";
	if (!outputs_are_right(outputs))
		return -EINVAL;
	*fault = "house: latches";

	return memory_read_latches(latches, &site, 0) ? 0 : -EINVAL;
}

struct wishes *memory_read_wishes(const json_t *from)
{
	return wishes_read(json_object_get(from, "set"));
}

/*
 * Its contact begins as it was left, and that may have been a change, too: when, and what
 * was switched since it was written, nobody knows.
 */
static void begin_as_contact(const struct config *config, unsigned int output,
			     struct output *state, u64 now_ms)
{
	unsigned int contact = CONFIG_OUTPUT_1 + config->output[output].number - 1u;

	if (!config->contacts.line[contact].given)
		return;

	state->closed = config->contacts.closed_at_exit[contact];
	state->switched = true;
	state->switched_ms = now_ms;
}

void memory_read_house(const json_t *from, struct house *house, u64 now_ms)
{
	json_t *chargers = json_object_get(from, "chargers"), *state;
	json_t *outputs = json_object_get(from, "outputs");
	const struct site_config *site = &house->config->house.site;

	roles_read(&house->roles, json_object_get(from, "roles"));
	read_energy(json_object_get(from, "energy"), &house->state.energy, &house->was_wall_s);
	memory_read_latches(json_object_get(from, "latches"), &house->state, now_ms);
	for (unsigned int i = 0; i < site->chargers; i++) {
		state = json_object_get(chargers, site->charger[i].name);
		if (state)
			memory_read_charger(state, &house->state.charger[i], now_ms);
	}
	for (unsigned int i = 0; i < site->outputs; i++) {
		state = json_object_get(outputs, site->output[i].name);
		if (!state)
			continue;
		memory_read_output(state, &house->state.output[i], now_ms);
		begin_as_contact(house->config, i, &house->state.output[i], now_ms);
	}
}

static json_t *write_chargers(const struct house *house)
{
	const struct site_config *site = &house->config->house.site;
	json_t *to = json_object();
	int r = 0;

	for (unsigned int i = 0; i < site->chargers; i++)
		r |= json_object_set_new(to, site->charger[i].name,
					 memory_write_charger(&house->state.charger[i],
							      house->stepped_ms));
	if (r) {
		json_decref(to);
		return NULL;
	}

	return to;
}

static json_t *write_outputs(const struct house *house)
{
	const struct site_config *site = &house->config->house.site;
	json_t *to = json_object();
	int r = 0;

	for (unsigned int i = 0; i < site->outputs; i++)
		r |= json_object_set_new(to, site->output[i].name,
					 memory_write_output(&house->state.output[i],
							     house->stepped_ms));
	if (r) {
		json_decref(to);
		return NULL;
	}

	return to;
}

json_t *memory_write_house(const struct house *house)
{
	s64 wall_s = house->wall_s ? house->wall_s : house->was_wall_s;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "set", wishes_write(house->wishes), "roles",
			 roles_write(&house->roles), "energy",
			 write_energy(&house->state.energy, wall_s), "chargers",
			 write_chargers(house), "outputs", write_outputs(house), "latches",
			 memory_write_latches(&house->state, house->stepped_ms));
}
