// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a plant knows after a restart, and what it makes of a memory with mistakes.
 */
#include "memory_house.h"

#include "../../userspace/cellard/memory_meters.h"

/* The memory of the next run: only text goes from one to the other. */
static struct memory *remembered(const struct plant *plant)
{
	struct memory *before, *after;
	char fault[MEMORY_FAULT_SIZE];
	char *text;

	assert_int_equal(memory_new(&before), 0);
	assert_int_equal(memory_take(before, plant), 0);
	text = memory_write(before);
	assert_non_null(text);
	memory_free(before);
	assert_int_equal(memory_new(&after), 0);
	if (memory_read(after, text, strlen(text), fault))
		fail_msg("%s: %s", fault, text);
	free(text);

	return after;
}

/* Time goes on by @down_s while nobody runs; the clock of the machine is another one. */
static void restart(struct house *h, unsigned int down_s)
{
	struct memory *memory = remembered(h->plant);

	plant_free(h->plant);
	assert_int_equal(plant_new(&h->plant, &h->config, memory), 0);
	if (h->wall_s)
		h->wall_s += down_s;
	h->now_ms = HOUSE_T0;
	/* packs are heard, and their buses become clusters, while there is a memory */
	house_step(h);
	h->plant->memory = NULL;
	memory_free(memory);
}

static void fill(struct advice_kept_pack *k, unsigned int seed)
{
	static const u32 clock_s = 0x01010101;

	memset(k, 0, sizeof(*k));
	snprintf(k->key, sizeof(k->key), "KEY-%u", seed);
	snprintf(k->name, sizeof(k->name), "cellar0-%02u \"\\/", seed);
	snprintf(k->model, sizeof(k->model), "%.*s", (int)(seed % 20), "lesso,lsrr51v100ah....");
	for (unsigned int i = 0; i < ADVICE_TIMERS; i++)
		k->at[i] = clock_s + seed * 100 + i;
	for (unsigned int way = 0; way < CORE_WAYS; way++) {
		k->trips[way] = (u8)(255 - seed - way);
		k->tripped[way] = (seed >> way) & 1;
		k->jump_centi[way] = (u16)(9999 - seed - way);
	}
	k->disconnected = !(seed & 1);
	k->soc_centi = seed & 1 ? ADVICE_SOC_UNKNOWN : 9999;
	k->coldest_decic = (s16)(INT16_MIN + (int)seed);
	k->warmest_decic = (s16)(INT16_MAX - (int)seed);
	for (unsigned int code = 0; code < ADVICE_CODES; code++) {
		k->item[code].since_s = clock_s + code;
		k->item[code].from_s = clock_s + seed + code;
		k->item[code].limit_s = code & 1 ? ADVICE_NO_LIMIT : code;
		k->item[code].figure[0] = INT64_MIN + code;
		k->item[code].figure[1] = INT64_MAX - seed - code;
	}
}

static void every_member_survives(void **state)
{
	struct memory_cluster before = { 0 };
	struct memory *memory;
	struct advice_kept *kept;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 3);
	kept = h.plant->clusters->advice->kept;
	kept->clock_s = UINT32_MAX;
	kept->wall_s = INT64_C(0x0102030405060708);
	for (unsigned int i = 0; i < 250; i++)
		fill(&kept->pack[i], i);
	fill(&kept->pack[kept->n - 1], 250);
	memset(kept->pack[kept->n - 1].key, 0, sizeof(kept->pack[0].key));

	memory = remembered(h.plant);
	assert_int_equal(memory_of_cluster(memory, "cellar0", &before), 0);
	assert_false(before.started);
	assert_int_equal(before.advice->n, 251);
	assert_int_equal(before.advice->clock_s, kept->clock_s);
	assert_int_equal(before.advice->wall_s, kept->wall_s);
	assert_memory_equal(before.advice->pack, kept->pack, 250 * sizeof(kept->pack[0]));
	assert_memory_equal(&before.advice->pack[250], &kept->pack[kept->n - 1],
			    sizeof(kept->pack[0]));
	free(before.advice);
	memory_free(memory);
	house_close(&h);
}

static void cluster_that_is_not_there_is_kept(void **state)
{
	struct memory_cluster before;
	struct memory *memory;
	char *text, *again;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 3);
	memory = remembered(h.plant);
	text = memory_write(memory);
	house_close(&h);

	memset(&h, 0, sizeof(h));
	assert_int_equal(plant_new(&h.plant, &h.config, memory), 0);
	assert_int_equal(memory_take(memory, h.plant), 0);
	again = memory_write(memory);
	assert_string_equal(again, text);
	assert_int_equal(memory_of_cluster(memory, "cellar0", &before), 0);
	free(before.advice);
	assert_int_equal(memory_of_cluster(memory, "cellar1", &before), -ENOENT);
	assert_null(before.advice);
	free(text);
	free(again);
	memory_free(memory);
	house_close(&h);
}

static const char right[] =
	"{\"clusters\": {\"roof\": {\"started\": true, \"advice\": {\"wall_s\": 1800000000,"
	" \"clock_s\": 500, \"packs\": ["
	"{\"key\": \"S1\", \"name\": \"cellar0-01\", \"model\": \"\", \"items\":"
	" {\"low-power-danger\": {\"since_s\": 400, \"from_s\": 300, \"limit_s\": 7,"
	" \"figure0\": -5}},"
	" \"heard_s\": 499, \"charge_trips\": 3, \"charge_tripped\": 1, \"soc_centi\": 65535,"
	" \"coldest_decic\": -32768, \"warmest_decic\": -1},"
	"{\"key\": \"\", \"name\": \"\", \"model\": \"\", \"items\": {}}]}}},"
	" \"out\": [{\"key\": \"S9\", \"name\": \"cellar0-09\"}]}";

/*
 * @right with the first @from as @to; must be refused, for @why (NULL: for something), and
 * nothing else forgotten.
 */
static void refused(struct memory *memory, const char *from, const char *to, const char *why)
{
	const char *at = strstr(right, from);
	char text[sizeof(right) + 400], fault[MEMORY_FAULT_SIZE] = "";
	struct memory_cluster before;
	struct plant_out out[2];
	int r;

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right), right, to, at + strlen(from));
	r = memory_read(memory, text, strlen(text), fault);
	if (r != -EINVAL || !*fault)
		fail_msg("%d, fault \"%s\": %s", r, fault, text);
	if (why)
		assert_string_equal(fault, why);
	assert_int_equal(memory_of_out(memory, out, 2), 1);
	assert_string_equal(out[0].key, "S9");
	assert_int_equal(memory_of_cluster(memory, "roof", &before), 0);
	free(before.advice);
}

static void what_was_not_written_by_us_is_refused(void **state)
{
	static const char *const edits[][3] = {
		{ "{\"clusters\"", "[\"clusters\"" },
		{ "\"out\"", "\"in\"" },
		{ "\"out\"", "\"clusters\": {}, \"out\"" },
		{ "\"out\"", "\"more\": 1, \"out\"" },
		{ "\"clusters\": {", "\"clusters\": 1, \"x\": {" },
		{ "true", "1" },
		{ "\"started\": true, ", "" },
		{ "\"started\"", "\"stopped\": true, \"started\"" },
		{ "1800000000", "-1" },
		{ "1800000000", "1.5", "advice of roof" },
		{ "1800000000", "\"1800000000\"" },
		{ "\"clock_s\": 500", "\"clock_s\": 0", "times of advice of roof" },
		{ "\"clock_s\": 500", "\"clock_s\": -1" },
		{ "\"clock_s\": 500", "\"clock_s\": 4294967297" },
		{ "\"clock_s\": 500", "\"clock_s\": 498" },
		{ "\"S1\"", "\"\"" },
		{ "\"S1\"", "\"12345678901234567890\"" },
		{ "\"S1\"", "17", "packs of roof" },
		{ "\"cellar0-01\"", "\"cellar0-0123456789012\"" },
		{ "\"model\": \"\"", "\"model\": \"123456789012345678901234\"" },
		{ "\"key\": \"S1\", ", "" },
		{ "\"items\"", "\"item\"", "items of roof" },
		{ "low-power-danger", "low-power-dangers", "items of roof" },
		{ "\"items\": {}}]", "\"items\": 7}]", "items of roof" },
		{ "{\"since_s\": 400, \"from_s\": 300, \"limit_s\": 7, \"figure0\": -5}", "{}",
		  "low-power-danger of roof" },
		{ "{\"since_s\": 400", "{\"since_s\": 0" },
		{ "{\"since_s\": 400", "{\"since_s\": 501" },
		{ "\"from_s\": 300", "\"from_s\": 501" },
		{ "\"limit_s\": 7", "\"limit_s\": 4294967296" },
		{ "\"figure0\": -5", "\"figure0\": 9223372036854775808" },
		{ "\"figure0\"", "\"figure2\"", "low-power-danger of roof" },
		{ "\"figure0\": -5", "\"figure0\": 0.5", "figure0 of roof" },
		{ "\"heard_s\": 499", "\"heard_s\": 501" },
		{ "\"heard_s\": 499", "\"heard_s\": -1" },
		{ "\"heard_s\": 499", "\"heard_s\": true" },
		{ "\"heard_s\"", "\"herd_s\"", "packs of roof" },
		{ "\"charge_trips\": 3", "\"charge_trips\": 256", "charge_trips of roof" },
		{ "\"charge_tripped\": 1", "\"charge_tripped\": 2" },
		{ "65535", "65536" },
		{ "65535", "10001" },
		{ "-32768", "-32769" },
		{ "-32768", "32768" },
		{ "\"key\": \"\",", "\"key\": \"S2\"," },
		{ "[{\"key\": \"S9\", \"name\": \"cellar0-09\"}]", "{}" },
		{ "\"S9\"", "\"\"" },
		{ "\"cellar0-09\"", "\"cellar0-09\", \"since\": 1" },
		{ "\"cellar0-09\"", "\"cellar0-0123456789012\"" },
		{ "}]}", "}]} x" },
	};
	char fault[MEMORY_FAULT_SIZE];
	struct memory *memory;

	(void)state;
	memory_new(&memory);
	if (memory_read(memory, right, strlen(right), fault))
		fail_msg("%s", fault);
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++)
		refused(memory, edits[i][0], edits[i][1], edits[i][2]);
	for (size_t i = 0; i < strlen(right); i++)
		assert_int_equal(memory_read(memory, right, i, fault), -EINVAL);
	memory_free(memory);
}

/* The names in the file are those of every version that there was. */
static void what_a_version_before_has_kept_is_known(void **state)
{
	static const char text[] = "{\"clusters\": {\"roof\": {\"started\": true, \"advice\":"
		" {\"wall_s\": 1800000000, \"clock_s\": 500, \"packs\": ["
		"{\"key\": \"S1\", \"name\": \"cellar0-01\", \"model\": \"m\", \"items\":"
		" {\"silent\": {\"since_s\": 401, \"from_s\": 402, \"limit_s\": 403,"
		" \"figure0\": 404, \"figure1\": 405}},"
		" \"first_heard_s\": 1, \"heard_s\": 2, \"was_full_s\": 3, \"was_charged_s\": 4,"
		" \"had_current_s\": 5, \"had_temperature_s\": 6, \"tripped_charge_s\": 7,"
		" \"tripped_discharge_s\": 8, \"jumped_s\": 9, \"charge_trips\": 10,"
		" \"discharge_trips\": 11, \"charge_tripped\": 0, \"discharge_tripped\": 1,"
		" \"disconnected\": 1, \"soc_centi\": 12, \"jump_from_centi\": 13,"
		" \"jump_to_centi\": 14, \"coldest_decic\": -15, \"warmest_decic\": 16},"
		"{\"key\": \"\", \"name\": \"\", \"model\": \"\", \"items\": {},"
		" \"heard_s\": 0, \"charge_trips\": 0, \"charge_tripped\": 1, \"soc_centi\": 0,"
		" \"coldest_decic\": 0}]}}}, \"out\": []}";
	static const struct advice_kept_pack first = {
		.key = "S1", .name = "cellar0-01", .model = "m",
		.at = {
			[ADVICE_FIRST_HEARD] = 1, [ADVICE_HEARD] = 2, [ADVICE_WAS_FULL] = 3,
			[ADVICE_WAS_CHARGED] = 4, [ADVICE_HAD_CURRENT] = 5,
			[ADVICE_HAD_TEMPERATURE] = 6, [ADVICE_TRIPPED_CHARGE] = 7,
			[ADVICE_TRIPPED_DISCHARGE] = 8, [ADVICE_JUMPED] = 9,
		},
		.trips = { [CORE_CHARGE] = 10, [CORE_DISCHARGE] = 11 },
		.tripped = { [CORE_DISCHARGE] = true }, .disconnected = true, .soc_centi = 12,
		.jump_centi = { 13, 14 }, .coldest_decic = -15, .warmest_decic = 16,
		.item[ADVICE_SILENT] = { 401, 402, 403, { 404, 405 } },
	};
	struct memory_cluster before = { 0 };
	char fault[MEMORY_FAULT_SIZE];
	struct memory *memory;

	(void)state;
	assert_int_equal(memory_new(&memory), 0);
	if (memory_read(memory, text, strlen(text), fault))
		fail_msg("%s", fault);
	assert_int_equal(memory_of_cluster(memory, "roof", &before), 0);
	assert_int_equal(before.advice->n, 2);
	assert_memory_equal(&before.advice->pack[0], &first, sizeof(first));
	assert_true(before.advice->pack[1].tripped[CORE_CHARGE]);
	free(before.advice);
	memory_free(memory);
}

static void too_many_out_are_refused(void **state)
{
	char text[PLANT_OUT_MAX * 40], fault[MEMORY_FAULT_SIZE];
	struct memory *memory;
	size_t n;

	(void)state;
	memory_new(&memory);
	n = (size_t)snprintf(text, sizeof(text), "{\"clusters\": {}, \"out\": [");
	for (unsigned int i = 0; i <= PLANT_OUT_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "%s{\"key\": \"K%u\", \"name\": \"\"}", i ? "," : "", i);
	snprintf(text + n, sizeof(text) - n, "]}");
	assert_int_equal(memory_read(memory, text, strlen(text), fault), -EINVAL);
	memory_free(memory);
}

/* WeCo wants a full charge before use: nothing may be discharged until then. */
static void started_cluster_stays_started(void **state)
{
	struct house h;

	(void)state;
	house_open(&h, "weco,5k3", NULL);
	house_run(&h, 200);
	assert_int_equal(h.plant->clusters->limits->out.current[CORE_DISCHARGE].value, 0);
	restart(&h, 60);
	house_run(&h, 200);
	assert_int_equal(h.plant->clusters->limits->out.current[CORE_DISCHARGE].value, 0);
	assert_false(h.plant->clusters->limits->out.started);

	house_say(&h, CELLAR_SOC, 10000);
	house_run(&h, 200);
	assert_true(h.plant->clusters->limits->out.started);
	house_say(&h, CELLAR_SOC, 5000);
	restart(&h, 60);
	house_run(&h, 200);
	assert_true(h.plant->clusters->limits->out.started);
	assert_true(h.plant->clusters->limits->out.current[CORE_DISCHARGE].value > 0);
	house_close(&h);
}

/* Over-discharged, 24 h to recharge: an hour with the daemon and six without. */
static void deadline_comes_nearer_while_nobody_runs(void **state)
{
	struct advice_item item;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 130);
	rig_say(&house_pack(&h, 1)->reading, CELLAR_PROTECTIONS, BIT_ULL(CELLAR_CELL_UNDERVOLTAGE));
	house_run(&h, HOUR);
	assert_true(house_advises(&h, "S0002", ADVICE_OVER_DISCHARGED, &item));
	assert_in_range(item.left_s, 23 * HOUR, 23 * HOUR + 60);
	restart(&h, 6 * HOUR);
	house_run(&h, 10);
	assert_true(house_advises(&h, "S0002", ADVICE_OVER_DISCHARGED, &item));
	assert_in_range(item.left_s, 17 * HOUR - 20, 17 * HOUR + 50);
	assert_in_range(item.age_s, 7 * HOUR - 60, 7 * HOUR + 20);
	house_close(&h);
}

static void trip(struct house *h)
{
	house_pack(h, 0)->reading.protections = BIT_ULL(CELLAR_CHARGE_OVERCURRENT);
	house_run(h, 10);
	house_pack(h, 0)->reading.protections = 0;
	house_run(h, 10);
}

/* Two before the restart and one after it are three in a row. */
static void trips_are_counted_over_a_restart(void **state)
{
	struct advice_item item;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 130);
	trip(&h);
	trip(&h);
	assert_false(house_advises(&h, "S0001", ADVICE_CHARGE_LOCKED, &item));
	restart(&h, 30);
	trip(&h);
	assert_true(house_advises(&h, "S0001", ADVICE_CHARGE_LOCKED, &item));
	restart(&h, 30);
	assert_true(house_advises(&h, "S0001", ADVICE_CHARGE_LOCKED, &item));
	house_close(&h);
}

static void last_full_charge_is_known_after_a_restart(void **state)
{
	struct house h;
	u32 age_s;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_say(&h, CELLAR_SOC, 10000);
	house_run(&h, 100);
	house_say(&h, CELLAR_SOC, 7000);
	restart(&h, 50 * HOUR);
	house_run(&h, 5);
	assert_true(advice_full_age_s(h.plant->clusters->advice, 2, &age_s));
	assert_in_range(age_s, 50 * HOUR, 50 * HOUR + 30);
	house_close(&h);
}

static void pack_that_is_out_stays_out(void **state)
{
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 130);
	assert_true(house_is_member(&h, "cellar0-02"));
	assert_int_equal(plant_set_out(h.plant, "S0002", true), 0);
	/* without another word of it */
	plant_step(h.plant, h.now_ms + 5, h.wall_s);
	assert_int_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);
	house_run(&h, 300);
	assert_int_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);
	restart(&h, 5);
	house_run(&h, 300);
	assert_int_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);
	assert_true(house_is_member(&h, "cellar0-01"));

	/* unplugged over a restart */
	h.here[1] = false;
	plant_gone(h.plant, "cellar0-02", h.now_ms);
	house_run(&h, 100);
	restart(&h, 5);
	house_run(&h, 300);
	h.here[1] = true;
	house_run(&h, 300);
	assert_int_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);

	assert_int_equal(plant_set_out(h.plant, "S0002", false), 0);
	house_run(&h, 100);
	assert_true(house_is_member(&h, "cellar0-02"));
	restart(&h, 5);
	house_run(&h, 100);
	assert_true(house_is_member(&h, "cellar0-02"));
	house_close(&h);
}

/* On another bus, with another address: it is the same pack. */
static void pack_that_is_out_is_out_wherever_it_is_plugged(void **state)
{
	struct supply *s;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "S0002", true), 0);
	s = house_pack(&h, 1);
	s->bus = 3;
	snprintf(s->name, sizeof(s->name), "cellar3-07");
	house_run(&h, 300);
	assert_int_equal(house_reason(&h, "cellar3-07"), CLUSTER_BY_PERSON);
	restart(&h, 5);
	house_run(&h, 300);
	assert_int_equal(house_reason(&h, "cellar3-07"), CLUSTER_BY_PERSON);

	/* and known there before its serial number is */
	s->serial[0] = '\0';
	restart(&h, 5);
	assert_int_equal(house_reason(&h, "cellar3-07"), CLUSTER_BY_PERSON);
	house_close(&h);
}

/* After a restart of the driver a pack is there before its serial number is. */
static void pack_that_is_out_is_known_before_its_serial_number_is(void **state)
{
	struct supply *s;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "S0002", true), 0);
	s = house_pack(&h, 1);
	s->serial[0] = '\0';
	restart(&h, 5);
	house_run(&h, 300);
	assert_int_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);
	/* one who has none is put in by its name */
	assert_int_equal(plant_set_out(h.plant, "cellar0-02", false), 0);
	house_run(&h, 300);
	assert_true(house_is_member(&h, "cellar0-02"));
	house_close(&h);
}

static void pack_without_a_serial_number_is_out_by_its_name(void **state)
{
	struct supply *s;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	s = house_pack(&h, 1);
	s->serial[0] = '\0';
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "cellar0-02", true), 0);
	restart(&h, 5);
	house_run(&h, 100);
	assert_int_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);

	/* now it says who it is, and moves */
	snprintf(s->serial, sizeof(s->serial), "LATE");
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "cellar0-02", true), -ENOENT);
	snprintf(s->name, sizeof(s->name), "cellar0-05");
	house_run(&h, 100);
	assert_int_equal(house_reason(&h, "cellar0-05"), CLUSTER_BY_PERSON);
	restart(&h, 5);
	house_run(&h, 100);
	assert_int_equal(house_reason(&h, "cellar0-05"), CLUSTER_BY_PERSON);
	assert_int_equal(plant_set_out(h.plant, "LATE", false), 0);
	house_run(&h, 100);
	assert_true(house_is_member(&h, "cellar0-05"));
	house_close(&h);
}

/* Another pack in the place of one that is out, also while its supply comes anew. */
static void pack_in_the_place_of_one_that_is_out_is_in(void **state)
{
	struct supply *s;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "S0002", true), 0);
	house_run(&h, 5);
	s = house_pack(&h, 1);
	snprintf(s->serial, sizeof(s->serial), "NEW");
	house_run(&h, 200);
	assert_true(house_is_member(&h, "cellar0-02"));
	s->serial[0] = '\0';
	house_step(&h);
	assert_int_not_equal(house_reason(&h, "cellar0-02"), CLUSTER_BY_PERSON);
	assert_int_equal(plant_set_out(h.plant, "S0002", false), 0);
	assert_int_equal(plant_set_out(h.plant, "S0002", false), 0);
	house_close(&h);
}

static void pack_that_nobody_knows(void **state)
{
	struct house h;
	char key[16];

	(void)state;
	house_open(&h, LESSO, NULL);
	assert_int_equal(plant_set_out(h.plant, "S0001", true), -ENOENT);
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "", true), -ENOENT);
	assert_int_equal(plant_set_out(h.plant, "", false), -ENOENT);
	assert_int_equal(plant_set_out(h.plant, "S0009", true), -ENOENT);
	assert_int_equal(plant_set_out(h.plant, "S0009", false), -ENOENT);
	assert_int_equal(plant_set_out(h.plant, "cellar0-01", true), -ENOENT);
	assert_int_equal(plant_set_disconnected(h.plant, "S0009", true), -ENOENT);
	assert_int_equal(plant_forget(h.plant, "S0009"), -ENOENT);
	assert_int_equal(plant_forget(h.plant, ""), -ENOENT);
	assert_int_equal(h.plant->outs, 0);
	for (unsigned int i = 0; i < PLANT_OUT_MAX; i++) {
		snprintf(key, sizeof(key), "T%u", i);
		snprintf(h.plant->out[i].key, sizeof(h.plant->out[i].key), "%s", key);
	}
	h.plant->outs = PLANT_OUT_MAX;
	assert_int_equal(plant_set_out(h.plant, "S0001", true), -ENOSPC);
	assert_int_equal(plant_set_out(h.plant, "T7", false), 0);
	assert_int_equal(plant_set_out(h.plant, "S0001", true), 0);
	house_close(&h);
}

/* One that is here cannot be; one whose supply stands there, silent, can. */
static void pack_is_forgotten(void **state)
{
	struct advice_item item;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	assert_int_equal(plant_set_out(h.plant, "S0002", true), 0);
	assert_int_equal(plant_forget(h.plant, "S0002"), -EBUSY);
	assert_int_equal(h.plant->outs, 1);
	h.here[1] = false;
	house_run(&h, 30);
	assert_int_equal(plant_forget(h.plant, "S0002"), -EBUSY);
	house_run(&h, 200);
	assert_true(house_advises(&h, "S0002", ADVICE_SILENT, &item));
	assert_int_equal(plant_forget(h.plant, "S0002"), 0);
	assert_int_equal(h.plant->outs, 0);
	house_run(&h, 5);
	assert_false(house_advises(&h, "S0002", ADVICE_SILENT, &item));
	assert_int_equal(plant_forget(h.plant, "S0002"), -ENOENT);
	restart(&h, 5);
	assert_int_equal(plant_set_disconnected(h.plant, "S0002", true), -ENOENT);
	h.here[1] = true;
	house_run(&h, 200);
	assert_true(house_is_member(&h, "cellar0-02"));
	house_close(&h);
}

/* In the step in which another pack takes the place in memory that has become free. */
static void place_of_a_forgotten_pack_is_free(void **state)
{
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	h.here[3] = false;
	house_run(&h, 200);
	assert_int_equal(plant_forget(h.plant, "S0004"), 0);
	snprintf(house_pack(&h, 0)->serial, CELLAR_SERIAL_SIZE, "NEW");
	house_run(&h, 2);
	assert_int_equal(plant_forget(h.plant, "NEW"), -EBUSY);
	assert_int_equal(plant_forget(h.plant, "S0001"), 0);
	house_close(&h);
}

static void disconnected_is_remembered(void **state)
{
	const struct advice_kept *kept;
	struct house h;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	assert_int_equal(plant_set_disconnected(h.plant, "S0003", true), 0);
	restart(&h, 5);
	kept = h.plant->clusters->advice->kept;
	for (unsigned int i = 0; i < kept->n; i++)
		assert_int_equal(kept->pack[i].disconnected,
				 !strcmp(kept->pack[i].key, "S0003"));
	assert_int_equal(plant_set_disconnected(h.plant, "S0003", false), 0);
	house_close(&h);
}

/* What a person decides is written at once: each of it counts. */
static void decisions_are_counted(void **state)
{
	struct house h;
	u32 before;

	(void)state;
	house_open(&h, LESSO, NULL);
	house_run(&h, 5);
	before = h.plant->decisions;
	house_run(&h, 5);
	assert_int_equal(h.plant->decisions, before);
	plant_set_out(h.plant, "S0002", true);
	assert_int_not_equal(h.plant->decisions, before);
	before = h.plant->decisions;
	plant_set_out(h.plant, "S0002", true);
	house_run(&h, 5);
	assert_int_equal(h.plant->decisions, before);
	plant_set_disconnected(h.plant, "S0002", true);
	assert_int_not_equal(h.plant->decisions, before);
	before = h.plant->decisions;
	plant_set_out(h.plant, "S0002", false);
	assert_int_not_equal(h.plant->decisions, before);
	h.here[1] = false;
	restart(&h, 5);
	house_run(&h, 5);
	before = h.plant->decisions;
	assert_int_equal(plant_forget(h.plant, "S0002"), 0);
	assert_int_not_equal(h.plant->decisions, before);
	house_close(&h);
}

/* A line with three meters, of which the second counts both ways by itself. */
static struct lines *three_meters(void)
{
	struct lines *lines = calloc(1, sizeof(*lines));

	assert_non_null(lines);
	lines->meters = 3;
	snprintf(lines->meter[0].config.name, sizeof(lines->meter[0].config.name), "basic");
	snprintf(lines->meter[1].config.name, sizeof(lines->meter[1].config.name), "grid");
	snprintf(lines->meter[2].config.name, sizeof(lines->meter[2].config.name), "shed");
	lines->meter[0].meter.notes = BIT(METER_ENERGY_NONE);
	lines->meter[2].meter.notes = BIT(METER_SAYS_UNITS) | BIT(METER_ENERGY_NONE);

	return lines;
}

static void what_is_added_up_of_a_meter_goes_on_after_a_restart(void **state)
{
	static const char kept[] = "{\"clusters\":{},\"out\":[],\"meters\":"
		"{\"other\":{\"forward\":1,\"reverse\":0}}}";
	struct lines *before = three_meters(), *after = three_meters();
	struct memory *memory, *next;
	char fault[MEMORY_FAULT_SIZE];
	char *text;

	(void)state;
	before->meter[0].meter.forward.wh = 123456;
	before->meter[0].meter.reverse.wh = 789;
	before->meter[1].meter.forward.wh = 55;
	before->meter[2].meter.reverse.wh = 9;
	assert_int_equal(memory_new(&memory), 0);
	assert_int_equal(memory_read(memory, kept, strlen(kept), fault), 0);
	memory_take_meters(memory, memory_write_meters(memory_of_meters(memory), before));
	text = memory_write(memory);
	assert_int_equal(memory_new(&next), 0);
	assert_int_equal(memory_read(next, text, strlen(text), fault), 0);
	memory_read_meters(memory_of_meters(next), after);
	assert_int_equal(after->meter[0].meter.forward.wh, 123456);
	assert_int_equal(after->meter[0].meter.reverse.wh, 789);
	assert_int_equal(after->meter[2].meter.forward.wh, 0);
	assert_int_equal(after->meter[2].meter.reverse.wh, 9);
	/* one that counts for itself is not remembered, and one that is not there now is */
	assert_int_equal(after->meter[1].meter.forward.wh, 0);
	assert_non_null(strstr(text, "\"other\""));
	assert_null(strstr(text, "\"grid\""));
	/* where there is nothing to remember nothing is written */
	before->meters = 2;
	before->meter[0].meter.notes = 0;
	assert_null(memory_write_meters(NULL, before));
	free(text);
	memory_free(memory);
	memory_free(next);
	free(before);
	free(after);
}

static void sums_of_meters_that_cannot_be_are_refused(void **state)
{
	static const char *const wrong[] = {
		"[]", "{\"a\":{\"forward\":1}}", "{\"a\":{\"forward\":1,\"reverse\":-1}}",
		"{\"a\":{\"forward\":-1,\"reverse\":1}}", "{\"a\":7}",
		"{\"a\":{\"forward\":1.5,\"reverse\":1}}",
	};
	char fault[MEMORY_FAULT_SIZE], text[128];
	struct memory *memory;

	(void)state;
	assert_int_equal(memory_new(&memory), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		snprintf(text, sizeof(text), "{\"clusters\":{},\"out\":[],\"meters\":%s}",
			 wrong[i]);
		assert_int_equal(memory_read(memory, text, strlen(text), fault), -EINVAL);
		assert_string_equal(fault, "meters");
	}
	assert_null(memory_of_meters(memory));
	memory_free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_survives),
		cmocka_unit_test(cluster_that_is_not_there_is_kept),
		cmocka_unit_test(what_was_not_written_by_us_is_refused),
		cmocka_unit_test(what_a_version_before_has_kept_is_known),
		cmocka_unit_test(too_many_out_are_refused),
		cmocka_unit_test(started_cluster_stays_started),
		cmocka_unit_test(deadline_comes_nearer_while_nobody_runs),
		cmocka_unit_test(trips_are_counted_over_a_restart),
		cmocka_unit_test(last_full_charge_is_known_after_a_restart),
		cmocka_unit_test(pack_that_is_out_stays_out),
		cmocka_unit_test(pack_that_is_out_is_out_wherever_it_is_plugged),
		cmocka_unit_test(pack_that_is_out_is_known_before_its_serial_number_is),
		cmocka_unit_test(pack_without_a_serial_number_is_out_by_its_name),
		cmocka_unit_test(pack_in_the_place_of_one_that_is_out_is_in),
		cmocka_unit_test(pack_that_nobody_knows),
		cmocka_unit_test(pack_is_forgotten),
		cmocka_unit_test(place_of_a_forgotten_pack_is_free),
		cmocka_unit_test(disconnected_is_remembered),
		cmocka_unit_test(decisions_are_counted),
		cmocka_unit_test(what_is_added_up_of_a_meter_goes_on_after_a_restart),
		cmocka_unit_test(sums_of_meters_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
