// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example of Documentation/limits.md, worked out by the core: its tables, as they
 * must stand there.
 */
#include "core_rig.h"

static void print_terms(const char *title, const struct limit *limit)
{
	printf("| %s | A |\n|---|---|\n", title);
	for (unsigned int i = 0; i < LIMITS_TERMS; i++)
		if (limit->term[i] != LIMITS_NONE)
			printf("| `%s` | %u.%u |\n", limits_term_word(i),
			       limit->term[i] / 1000, limit->term[i] % 1000 / 100);
	printf("| **limit**, by `%s` | **%u.%u** |\n\n", limits_term_word(limit->winner),
	       limit->value / 1000, limit->value % 1000 / 100);
}

/* Four LESSO packs being charged with 160 A, which they do not share alike. */
static void charge(struct rig *rig)
{
	static const s32 current_ma[] = { 30000, 40000, 44000, 46000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(current_ma); i++) {
		rig_say(&rig->supply[i].reading, CELLAR_CURRENT, current_ma[i]);
		rig_say(&rig->supply[i].reading, CELLAR_CHARGE_CURRENT_LIMIT, 70000);
	}
	rig_say(&rig->supply[0].reading, CELLAR_CELL_TEMPERATURE_MIN, 80);
	rig_say(&rig->supply[3].reading, CELLAR_CELL_VOLTAGE_MAX, 3475);
	rig->input.inverter_ma[CORE_CHARGE] = 180000;
}

int main(void)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig = rig_of(&plan);

	charge(rig);
	rig_run(rig, 200);
	print_terms("charge current", rig_charge(rig));

	rig->silent[1] = true;
	rig_run(rig, 3);
	print_terms("three seconds later", rig_charge(rig));
	rig_free(rig);

	return EXIT_SUCCESS;
}
