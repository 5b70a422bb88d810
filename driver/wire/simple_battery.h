/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A "simple-battery" of the firmware: which of its properties are read, and how they
 * change the model of a pack. Reading them is driver/firmware.c.
 */
#ifndef CELLAR_WIRE_SIMPLE_BATTERY_H
#define CELLAR_WIRE_SIMPLE_BATTERY_H

#include "models.h"

/* Name of the property of row @i; NULL after the last row. */
const char *cellar_simple_battery_property(unsigned int i);

/*
 * Put the value of row @i, in the millionths of the devicetree, into @model. Where
 * model and battery disagree about a limit the safer figure holds (spec/packs.md).
 *
 * Returns 0 when @micro holds, 1 when the model's figure does, -EINVAL for a value
 * that no battery of this kind has.
 */
int cellar_simple_battery_apply(struct cellar_model *model, unsigned int i, u32 micro);

/* Whether the figures of @model go together: 0, or -EINVAL. */
int cellar_simple_battery_check(const struct cellar_model *model);

#endif /* CELLAR_WIRE_SIMPLE_BATTERY_H */
