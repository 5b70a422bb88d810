// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the simulated bus says: frames that the codecs read back to the plant's
 * numbers, the same for the same seed, and broken in the ways a script asks for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../driver/wire/can_detect.h"
#include "../../userspace/sim/sim.h"

#define FRAMES_MAX	20000
#define SPEECHES	4

struct heard {
	struct sim *sim;
	u64 ms[FRAMES_MAX];
	struct can_frame frame[FRAMES_MAX];
	size_t n;
	struct cellar_can_memory memory;
	struct cellar_reading system, pack[PLANT_PACKS_MAX];
	unsigned int malformed;
	bool compare;
};

static const struct {
	enum cellar_dialect dialect;
	enum cellar_setting setting;
} speeches[SPEECHES] = {
	{ CELLAR_DIALECT_PYLONTECH, CELLAR_SETTING_UNKNOWN },
	{ CELLAR_DIALECT_VICTRON, CELLAR_SETTING_UNKNOWN },
	{ CELLAR_DIALECT_DEYE, CELLAR_SETTING_NATIVE },
	{ CELLAR_DIALECT_DEYE, CELLAR_SETTING_VICTRON },
};

/* How far from the truth a field may be: one step of the coarsest frame. */
static const struct {
	enum cellar_field field;
	s64 resolution;
	bool downward;		/* never above the truth */
} resolutions[] = {
	{ CELLAR_VOLTAGE, 100, false },
	{ CELLAR_CURRENT, 100, false },
	{ CELLAR_TEMPERATURE, 1, false },
	{ CELLAR_SOC, 100, true },
	{ CELLAR_SOH, 100, true },
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 100, true },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 1000, true },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 1000, true },
	{ CELLAR_CHARGE_ENABLE, 0, false },
	{ CELLAR_DISCHARGE_ENABLE, 0, false },
	{ CELLAR_PACKS_ONLINE, 0, false },
	{ CELLAR_PACKS_OFFLINE, 0, false },
	{ CELLAR_PACKS_BLOCKING_CHARGE, 0, false },
	{ CELLAR_PACKS_BLOCKING_DISCHARGE, 0, false },
	{ CELLAR_CELL_VOLTAGE_MIN, 1, false },
	{ CELLAR_CELL_VOLTAGE_MAX, 1, false },
	{ CELLAR_CELL_TEMPERATURE_MIN, 10, false },
	{ CELLAR_CELL_TEMPERATURE_MAX, 10, false },
	{ CELLAR_REMAINING, 1000, true },
	{ CELLAR_DESIGN, 1000, true },
	{ CELLAR_CYCLES, 0, false },
	{ CELLAR_ENERGY_CHARGED, 100, true },
	{ CELLAR_ENERGY_DISCHARGED, 100, true },
};

static void compare(const struct cellar_reading *news, const struct cellar_reading *truth)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(resolutions); i++) {
		enum cellar_field field = resolutions[i].field;
		s64 off;

		if (!cellar_has(news, field))
			continue;
		assert_true(cellar_has(truth, field));
		off = cellar_reading_number(truth, field) -
		      cellar_reading_number(news, field);
		if (off > resolutions[i].resolution || -off > resolutions[i].resolution ||
		    (resolutions[i].downward && off < 0))
			fail_msg("%s is off by %lld", cellar_fields[field].name,
				 (long long)off);
	}
}

static int hear(void *to, u64 now_ms, const struct can_frame *frame)
{
	struct cellar_can_frame wire = { .id = (u16)frame->can_id, .len = frame->can_dlc };
	struct heard *heard = to;
	const struct cellar_can_row *row;
	struct cellar_reading news;
	u8 address;

	assert_true(heard->n < FRAMES_MAX);
	if (heard->n)
		assert_true(heard->ms[heard->n - 1] <= now_ms);
	heard->ms[heard->n] = now_ms;
	heard->frame[heard->n++] = *frame;
	if (frame->can_id & ~CAN_SFF_MASK) {
		heard->malformed++;
		return 0;
	}
	memcpy(wire.data, frame->data, wire.len);
	row = cellar_can_find_row(heard->sim->talker.dialect, wire.id, &address);
	if (!row)
		return 0;
	if (cellar_can_decode(row, &heard->memory, &wire, &news)) {
		heard->malformed++;
		return 0;
	}
	if (heard->compare)
		compare(&news, address ? &heard->sim->bank.pack[address - 1] :
					 &heard->sim->system);
	cellar_reading_merge(address ? &heard->pack[address - 1] : &heard->system, &news);
	return 0;
}

static struct sim_config config_of(unsigned int speech, unsigned int packs)
{
	return (struct sim_config){
		.bank = {
			.model = cellar_model_by_key("lesso,lsrr51v100ah"),
			.packs = packs,
			.seed = 5,
			.soc = 0.5,
			.ambient_c = 22,
			.kind = PLANT_CURRENT,
			.demand = 10.0 * packs,
		},
		.dialect = speeches[speech].dialect,
		.setting = speeches[speech].setting,
	};
}

/* The lines of a script, one per string, ended by NULL. */
static struct script script_of(const char *const *lines, unsigned int packs)
{
	struct script script = { 0 };
	const struct script_world world = { packs, SCRIPT_CAN, 0 };
	char error[512];

	for (; *lines; lines++)
		assert_int_equal(script_line(&script, *lines, &world, error,
					     sizeof(error)), 0);
	return script;
}

static struct heard *listen(const struct sim_config *config, const char *const *lines,
			    u64 until_ms)
{
	struct script script = script_of(lines, config->bank.packs);
	struct heard *heard = calloc(1, sizeof(*heard));
	struct sim *sim = malloc(sizeof(*sim));

	assert_non_null(heard);
	assert_non_null(sim);
	heard->sim = sim;
	heard->compare = true;
	for (size_t i = 0; i < script.n; i++)
		heard->compare &= script.events[i].verb != SCRIPT_GARBAGE;
	assert_int_equal(sim_start(sim, config, &script, hear, heard), 0);
	while (sim_next_ms(sim) < until_ms)
		assert_int_equal(sim_run(sim, sim_next_ms(sim)), 0);
	sim_stop(sim);
	script_free(&script);
	return heard;
}

static void drop(struct heard *heard)
{
	free(heard->sim);
	free(heard);
}

static const char *const nothing[] = { NULL };

static void readings_are_the_truth(void **state)
{
	static const char *const events[] = {
		"at 3 current -90", "at 6 heat 2 57", "at 14 unplug 1", "at 16 plug 1",
		"at 18 load -4000", "at 25 cool 2", NULL
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < SPEECHES; i++) {
		struct sim_config config = config_of(i, 3);
		struct heard *heard = listen(&config, events, 40000);

		assert_int_equal(heard->malformed, 0);
		assert_true(cellar_has(&heard->system, CELLAR_SOC));
		assert_true(cellar_has(&heard->system, CELLAR_CURRENT));
		assert_true(cellar_has(&heard->system, CELLAR_CHARGE_CURRENT_LIMIT));
		if (config.dialect == CELLAR_DIALECT_DEYE) {
			assert_true(cellar_has(&heard->pack[2], CELLAR_SOC));
			assert_string_equal(heard->pack[1].serial,
					    heard->sim->bank.pack[1].serial);
			assert_false(cellar_has(&heard->pack[3], CELLAR_SOC));
		}
		drop(heard);
	}
}

static void detection_finds_what_is_spoken(void **state)
{
	unsigned int i;
	size_t k;

	(void)state;
	for (i = 0; i < SPEECHES; i++) {
		struct cellar_can_detect detect = { 0 };
		struct sim_config config = config_of(i, 2);
		struct heard *heard;

		config.keepalive = true;
		heard = listen(&config, nothing, 10000);
		for (k = 0; k < heard->n; k++) {
			struct cellar_can_frame wire = {
				.id = (u16)heard->frame[k].can_id,
				.len = heard->frame[k].can_dlc,
			};

			memcpy(wire.data, heard->frame[k].data, wire.len);
			cellar_can_detect_feed(&detect, &wire);
		}
		assert_int_equal(cellar_can_detect_verdict(&detect, false).dialect,
				 config.dialect);
		drop(heard);
	}
}

/* The bytes of the first 29-bit frame: nothing but chance. */
static const u8 *first_noise(const struct heard *heard)
{
	size_t i = 0;

	while (i < heard->n && !(heard->frame[i].can_id & CAN_EFF_FLAG))
		i++;
	assert_true(i < heard->n);
	return heard->frame[i].data;
}

static void a_seed_gives_the_same_bytes(void **state)
{
	static const char *const events[] = {
		"at 1 garbage 20", "at 2 drop 20", "at 4 current 50", NULL
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < SPEECHES; i++) {
		struct sim_config config = config_of(i, 4);
		struct heard *a = listen(&config, events, 8000);
		struct heard *b = listen(&config, events, 8000);
		struct heard *c;

		config.bank.seed++;
		c = listen(&config, events, 8000);
		assert_int_equal(a->n, b->n);
		assert_memory_equal(a->frame, b->frame, sizeof(a->frame));
		assert_memory_equal(a->ms, b->ms, sizeof(a->ms));
		assert_true(memcmp(a->frame, c->frame, sizeof(a->frame)));
		assert_true(memcmp(first_noise(a), first_noise(c), 8));
		drop(a);
		drop(b);
		drop(c);
	}
}

static size_t count(const struct heard *heard, u32 id, u64 from_ms, u64 to_ms)
{
	size_t i, n = 0;

	for (i = 0; i < heard->n; i++)
		n += heard->frame[i].can_id == id && heard->ms[i] >= from_ms &&
		     heard->ms[i] < to_ms;
	return n;
}

static void rows_keep_their_period(void **state)
{
	struct sim_config config = config_of(2, 32);
	struct heard *heard;

	(void)state;
	config.keepalive = true;
	heard = listen(&config, nothing, 20000);
	assert_int_equal(count(heard, 0x351, 0, 20000), 20);
	assert_int_equal(count(heard, 0x12f, 0, 20000), 20);
	assert_int_equal(count(heard, 0x130, 0, 20000), 0);
	assert_int_equal(count(heard, CELLAR_CAN_KEEPALIVE_ID, 0, 20000), 20);
	assert_in_range(count(heard, 0x600, 0, 20000), 9, 10);
	drop(heard);
}

static void an_unplugged_pack_is_gone(void **state)
{
	static const char *const events[] = { "at 5 unplug 2", "at 10 plug 2", NULL };
	struct sim_config config = config_of(2, 3);
	struct heard *heard = listen(&config, events, 9000);

	(void)state;
	assert_int_equal(heard->system.packs_online, 2);
	assert_int_equal(heard->system.packs_offline, 1);
	assert_int_equal(count(heard, 0x111, 5000, 9000), 0);
	assert_int_equal(count(heard, 0x110, 5000, 9000), 4);
	assert_in_range(heard->system.current_ma, 29900, 30100);
	drop(heard);

	heard = listen(&config, events, 14000);
	assert_int_equal(heard->system.packs_online, 3);
	assert_int_equal(count(heard, 0x111, 10000, 14000), 4);
	drop(heard);
}

static void nobody_there_says_nothing(void **state)
{
	static const char *const events[] = { "at 2 unplug 1", "at 2 sleep 2", NULL };
	unsigned int i;
	size_t k;

	(void)state;
	for (i = 0; i < SPEECHES; i++) {
		struct sim_config config = config_of(i, 2);
		struct heard *heard;

		config.bank.demand = 0;
		heard = listen(&config, events, 6000);
		for (k = 0; k < heard->n; k++)
			assert_true(heard->ms[k] <= 2100);
		assert_true(heard->n > 0);
		drop(heard);
	}
}

/* Bytes of the last frame of @id before @ms. */
static const u8 *last_bytes(const struct heard *heard, u32 id, u64 ms)
{
	const u8 *bytes = NULL;
	size_t i;

	for (i = 0; i < heard->n && heard->ms[i] < ms; i++)
		if (heard->frame[i].can_id == id)
			bytes = heard->frame[i].data;
	assert_non_null(bytes);
	return bytes;
}

static void a_frozen_bms_repeats_itself(void **state)
{
	static const char *const one[] = {
		"at 5 freeze 2", "at 6 current 80", "at 20 thaw 2", NULL
	};
	static const char *const all[] = {
		"at 5 freeze all", "at 6 current 80", "at 6 heat 1 49", "at 20 thaw all",
		NULL
	};
	struct sim_config config = config_of(2, 2);
	struct heard *heard = listen(&config, one, 25000);

	(void)state;
	assert_memory_equal(last_bytes(heard, 0x151, 5000), last_bytes(heard, 0x151, 20000), 8);
	assert_true(memcmp(last_bytes(heard, 0x150, 5000),
			   last_bytes(heard, 0x150, 20000), 8));
	assert_true(memcmp(last_bytes(heard, 0x151, 5000),
			   last_bytes(heard, 0x151, 25000), 8));
	drop(heard);

	heard = listen(&config, all, 25000);
	assert_memory_equal(last_bytes(heard, 0x150, 5000), last_bytes(heard, 0x150, 20000), 8);
	assert_memory_equal(last_bytes(heard, 0x356, 5000), last_bytes(heard, 0x356, 20000), 8);
	assert_memory_equal(last_bytes(heard, 0x351, 5000), last_bytes(heard, 0x351, 20000), 8);
	assert_true(memcmp(last_bytes(heard, 0x351, 5000),
			   last_bytes(heard, 0x351, 25000), 8));
	assert_int_equal(count(heard, 0x356, 5000, 20000), 15);
	assert_true(memcmp(last_bytes(heard, 0x356, 5000),
			   last_bytes(heard, 0x356, 25000), 8));
	drop(heard);
}

static void silence_and_drop(void **state)
{
	static const char *const silent[] = { "at 2 silent", "at 8 resume", NULL };
	static const char *const lossy[] = { "at 0 drop 30", NULL };
	struct sim_config config = config_of(0, 2);
	struct heard *all = listen(&config, nothing, 60000);
	struct heard *heard = listen(&config, silent, 12000);
	size_t i;

	(void)state;
	for (i = 0; i < heard->n; i++)
		assert_false(heard->ms[i] >= 2000 && heard->ms[i] < 8000);
	assert_int_equal(count(heard, 0x351, 8000, 12000), 4);
	drop(heard);

	heard = listen(&config, lossy, 60000);
	assert_in_range(heard->n, all->n * 65 / 100, all->n * 75 / 100);
	drop(heard);
	drop(all);
}

/* A broken frame is never a reading: each one of them is refused. */
static void garbage_is_refused(void **state)
{
	static const char *const events[] = { "at 1 garbage 500", NULL };
	unsigned int i;
	size_t k;

	(void)state;
	for (i = 0; i < SPEECHES; i++) {
		struct sim_config config = config_of(i, 2);
		unsigned int extended = 0, remote = 0, other;
		struct heard *heard = listen(&config, events, 10000);

		for (k = 0; k < heard->n; k++) {
			extended += !!(heard->frame[k].can_id & CAN_EFF_FLAG);
			remote += !!(heard->frame[k].can_id & CAN_RTR_FLAG);
		}
		other = heard->malformed - extended - remote;
		assert_int_equal(heard->malformed, 500);
		assert_true(extended > 50 && remote > 50 && other > 50);
		drop(heard);
	}
}

/* As the demonstration shows it: pack 3 is in trouble, and then it is not. */
static void heat_is_seen_on_the_wire(void **state)
{
	static const char *const events[] = { "at 12 heat 3 75", "at 26 cool 3", NULL };
	u64 hot = BIT_ULL(CELLAR_CHARGE_OVERTEMPERATURE) |
		  BIT_ULL(CELLAR_DISCHARGE_OVERTEMPERATURE);
	struct sim_config config = config_of(2, 4);
	struct heard *heard = listen(&config, events, 12000);

	(void)state;
	assert_int_equal(heard->pack[2].protections, 0);
	drop(heard);

	heard = listen(&config, events, 24000);
	assert_int_equal(heard->pack[2].protections, hot);
	assert_false(heard->pack[2].charge_enable);
	assert_false(heard->pack[2].discharge_enable);
	assert_int_equal(heard->pack[2].current_ma, 0);
	assert_int_equal(heard->pack[1].protections, 0);
	assert_int_equal(heard->system.protections, hot);
	assert_int_equal(heard->system.packs_blocking_charge, 1);
	assert_int_equal(heard->system.charge_current_limit_ma, 150000);
	drop(heard);

	heard = listen(&config, events, 40000);
	assert_int_equal(heard->pack[2].protections, 0);
	assert_true(heard->pack[2].charge_enable);
	assert_true(heard->pack[2].current_ma > 0);
	drop(heard);
}

static void large_clusters_fit(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < SPEECHES; i++) {
		struct sim_config config = config_of(i, sim_packs_max(speeches[i].dialect));
		struct heard *heard;

		config.bank.demand = -50.0 * config.bank.packs;
		heard = listen(&config, nothing, 4000);
		assert_int_equal(heard->malformed, 0);
		assert_true(heard->system.charge_current_limit_ma <= 50000 * config.bank.packs);
		drop(heard);
	}
	assert_int_equal(sim_packs_max(CELLAR_DIALECT_DEYE), 32);
	assert_int_equal(sim_packs_max(CELLAR_DIALECT_VICTRON), 64);
}

static const char *const bad_lines[][2] = {
	{ "heat 3 75", "at SECONDS" },
	{ "at 5", "at SECONDS" },
	{ "at soon current 5", "not a time" },
	{ "at -1 current 5", "not a time" },
	{ "at nan current 5", "not a time" },
	{ "at 5 explode", "possible are current load" },
	{ "at 5 current", "something is missing" },
	{ "at 5 current 1 2", "more than it takes" },
	{ "at 5 current 1A", "not a number from -20000 to 20000" },
	{ "at 5 current inf", "not a number" },
	{ "at 5 heat 5 60", "there are 1 to 4" },
	{ "at 5 heat 0 60", "there are 1 to 4" },
	{ "at 5 heat 1.5 60", "there are 1 to 4" },
	{ "at 5 heat all 60", "there are 1 to 4" },
	{ "at 5 heat 1 900", "-60 to 120" },
	{ "at 5 drop 101", "0 to 100" },
	{ "at 5 garbage 1.5", "whole number" },
	{ "at 5 silent 1", "more than it takes" },
	{ "at 5 unplug 1 2 3 4 5 6 7", "more than it takes" },
	{ "at 5 inverter", "use 'at SECONDS inverter N' and one of 'obey' 'slow SECONDS'" },
	{ "at 5 inverter 1", "and one of 'obey'" },
	{ "at 5 inverter 1 sing", "'deaf' 'hear'" },
	{ "at 5 inverter 1 obeys", "and one of 'obey'" },
	{ "at 5 inverter 3 obey", "no inverter '3', there are 1 to 2" },
	{ "at 5 inverter 0 obey", "there are 1 to 2" },
	{ "at 5 inverter all obey", "there are 1 to 2" },
	{ "at 5 inverter 1 obey 3", "more than it takes" },
	{ "at 5 inverter 1 slow", "something is missing" },
	{ "at 5 inverter 1 slow x", "0 to 3600" },
	{ "at 5 inverter 1 slow 3 4", "more than it takes" },
	{ "at 5 inverter 1 lie -1", "0 to 1000" },
};

static void bad_scripts_are_named(void **state)
{
	static const struct script_world world = { 4, SCRIPT_CAN, 2 };
	struct script script = { 0 };
	char error[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		assert_int_equal(script_line(&script, bad_lines[i][0], &world, error,
					     sizeof(error)), -EINVAL);
		if (!strstr(error, bad_lines[i][1]))
			fail_msg("'%s' says: %s", bad_lines[i][0], error);
	}
	assert_int_equal(script.n, 0);
}

static void scripts_are_put_in_order(void **state)
{
	static const char *const lines[] = {
		"", "  # only a comment", "at 9 silent", "at 2.5 heat 3 -10 # cold\n",
		"\tat 9 resume\r\n", "at 0 freeze all", NULL
	};
	struct script script = script_of(lines, 4);

	(void)state;
	assert_int_equal(script.n, 4);
	assert_int_equal(script.events[0].verb, SCRIPT_FREEZE);
	assert_int_equal(script.events[0].pack, SCRIPT_ALL_PACKS);
	assert_int_equal(script.events[1].at_ms, 2500);
	assert_int_equal(script.events[1].pack, 3);
	assert_true(script.events[1].value == -10);
	assert_int_equal(script.events[2].verb, SCRIPT_SILENT);
	assert_int_equal(script.events[3].verb, SCRIPT_RESUME);
	script_free(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readings_are_the_truth),
		cmocka_unit_test(detection_finds_what_is_spoken),
		cmocka_unit_test(a_seed_gives_the_same_bytes),
		cmocka_unit_test(rows_keep_their_period),
		cmocka_unit_test(an_unplugged_pack_is_gone),
		cmocka_unit_test(nobody_there_says_nothing),
		cmocka_unit_test(a_frozen_bms_repeats_itself),
		cmocka_unit_test(silence_and_drop),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(heat_is_seen_on_the_wire),
		cmocka_unit_test(large_clusters_fit),
		cmocka_unit_test(bad_scripts_are_named),
		cmocka_unit_test(scripts_are_put_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
