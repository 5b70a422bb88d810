/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cluster with its limits on a bench with a fake clock: packs that say what a test
 * wants, at one sample a second.
 */
#ifndef CELLAR_TESTS_CORE_RIG_H
#define CELLAR_TESTS_CORE_RIG_H

#include "../../userspace/core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define RIG_PACKS	8
#define LESSO		"lesso,lsrr51v100ah"

struct rig {
	struct cluster *cluster;
	struct limits *limits;
	struct limits_input input;
	struct supply supply[RIG_PACKS];
	bool silent[RIG_PACKS];
	unsigned int n;
	u64 now_ms;
};

static inline void rig_say(struct cellar_reading *r, enum cellar_field field, s64 value)
{
	cellar_say_number(r, field, value);
}

/* A healthy pack of @key (NULL: model not known) at half charge and rest. */
static inline void rig_pack(struct rig *rig, unsigned int i, const char *key)
{
	const struct cellar_model *model = key ? cellar_model_by_key(key) : NULL;
	struct supply *s = &rig->supply[i];
	struct cellar_reading *r = &s->reading;

	memset(s, 0, sizeof(*s));
	s->model = model;
	s->address = (u8)(i + 1);
	s->age_ms = 100;
	snprintf(s->name, sizeof(s->name), "cellar0-%02u", i + 1);
	snprintf(s->serial, sizeof(s->serial), "S%04u", i + 1);
	rig_say(r, CELLAR_VOLTAGE, model && model->cells == 15 ? 49500 : 52800);
	rig_say(r, CELLAR_CURRENT, 0);
	rig_say(r, CELLAR_SOC, 5000);
	rig_say(r, CELLAR_SOH, 9900);
	rig_say(r, CELLAR_CHARGE_VOLTAGE_LIMIT, model && model->absorption_mv ?
		model->absorption_mv : 56000);
	rig_say(r, CELLAR_DISCHARGE_VOLTAGE_LIMIT, 46000);
	rig_say(r, CELLAR_CHARGE_CURRENT_LIMIT, 100000);
	rig_say(r, CELLAR_DISCHARGE_CURRENT_LIMIT, 200000);
	rig_say(r, CELLAR_PROTECTIONS, 0);
	rig_say(r, CELLAR_WARNINGS, 0);
	rig_say(r, CELLAR_CELL_VOLTAGE_MIN, 3295);
	rig_say(r, CELLAR_CELL_VOLTAGE_MAX, 3305);
	rig_say(r, CELLAR_CELL_TEMPERATURE_MIN, 200);
	rig_say(r, CELLAR_CELL_TEMPERATURE_MAX, 220);
	r->charge_enable = true;
	r->discharge_enable = true;
	cellar_say(r, CELLAR_CHARGE_ENABLE);
	cellar_say(r, CELLAR_DISCHARGE_ENABLE);
	if (model && model->capacity_mah) {
		rig_say(r, CELLAR_FULL, model->capacity_mah);
		rig_say(r, CELLAR_DESIGN, model->capacity_mah);
	}
}

/* What a test may want otherwise than it is by default. */
struct rig_plan {
	const char *key;
	unsigned int n;
	struct cluster_config cluster;
	struct limits_config limits;
	bool started;
};

static inline struct rig_plan rig_plan(const char *key, unsigned int n)
{
	struct rig_plan plan = { .key = key, .n = n, .started = true };

	limits_defaults(&plan.limits);

	return plan;
}

static inline struct rig *rig_of(const struct rig_plan *plan)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	unsigned int i;

	assert_non_null(rig);
	assert_int_equal(cluster_new(&rig->cluster, &plan->cluster, plan->n), 0);
	assert_int_equal(limits_new(&rig->limits, &plan->limits, plan->n, plan->started), 0);
	rig->n = plan->n;
	rig->now_ms = 1000000;
	rig->input.inverter_ma[CORE_CHARGE] = LIMITS_NONE;
	rig->input.inverter_ma[CORE_DISCHARGE] = LIMITS_NONE;
	for (i = 0; i < plan->n; i++)
		rig_pack(rig, i, plan->key);

	return rig;
}

static inline void rig_free(struct rig *rig)
{
	cluster_free(rig->cluster);
	limits_free(rig->limits);
	free(rig);
}

static inline void rig_step(struct rig *rig, u32 ms)
{
	unsigned int i;

	for (i = 0; i < rig->n; i++) {
		u32 *age = &rig->supply[i].age_ms;

		if (!rig->silent[i])
			*age = 0;
		else if (*age != SUPPLY_NEVER)
			*age += ms;
	}
	rig->now_ms += ms;
	cluster_step(rig->cluster, rig->supply, rig->input.off_grid, rig->now_ms);
	limits_step(rig->limits, rig->cluster, rig->supply, &rig->input);
}

static inline void rig_run(struct rig *rig, unsigned int seconds)
{
	while (seconds--)
		rig_step(rig, 1000);
}

/* Long enough for every pack to be in and every ramp to have ended. */
static inline struct rig *rig_running(const struct rig_plan *plan)
{
	struct rig *rig = rig_of(plan);

	rig_run(rig, 200);

	return rig;
}

static inline struct rig *rig_simple(const char *key, unsigned int n)
{
	struct rig_plan plan = rig_plan(key, n);

	return rig_running(&plan);
}

static inline struct cluster_pack *rig_member(struct rig *rig, unsigned int i)
{
	return &rig->cluster->pack[i];
}

static inline struct limit *rig_charge(struct rig *rig)
{
	return &rig->limits->out.current[CORE_CHARGE];
}

static inline struct limit *rig_discharge(struct rig *rig)
{
	return &rig->limits->out.current[CORE_DISCHARGE];
}

static inline void rig_all(struct rig *rig, enum cellar_field field, s64 value)
{
	unsigned int i;

	for (i = 0; i < rig->n; i++)
		rig_say(&rig->supply[i].reading, field, value);
}

static inline void rig_protect(struct rig *rig, unsigned int i, enum cellar_alarm alarm)
{
	rig->supply[i].reading.protections = BIT_ULL(alarm);
}

#endif /* CELLAR_TESTS_CORE_RIG_H */
