/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the lines of simulated GPIO chips (gpio-sim) are, for who is at their other end.
 */
#ifndef CELLAR_SIM_PREMISES_GPIO_H
#define CELLAR_SIM_PREMISES_GPIO_H

#include "../io/gpio_line.h"

#define PREMISES_GPIO_PATH_SIZE	160

/*
 * The file @name, "pull" or "value", of the line @want, below @sys, where sysfs is. False: no
 * such chip has it.
 */
bool premises_gpio_find(char path[PREMISES_GPIO_PATH_SIZE], const char *sys,
			const struct gpio_want *want, const char *name);

#endif /* CELLAR_SIM_PREMISES_GPIO_H */
