/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernel versions there is, 6.1 to 7.2
 * (spec/kernel-facts.md, section 2).
 */
#ifndef CELLAR_COMPAT_H
#define CELLAR_COMPAT_H

#include <linux/power_supply.h>
#include <linux/version.h>

/*
 * Register a supply that holds no wakeup source: packs update once a second and
 * must not keep the host awake.
 */
static inline struct power_supply *
cellar_power_supply_register(struct device *parent, const struct power_supply_desc *desc,
			     struct power_supply_config *config)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	config->no_wakeup_source = true;
	return power_supply_register(parent, desc, config);
#else
	return power_supply_register_no_ws(parent, desc, config);
#endif
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define CELLAR_HEALTH_UNDERVOLTAGE	POWER_SUPPLY_HEALTH_UNDERVOLTAGE
#else
#define CELLAR_HEALTH_UNDERVOLTAGE	POWER_SUPPLY_HEALTH_UNSPEC_FAILURE
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define CELLAR_HEALTH_IMBALANCE		POWER_SUPPLY_HEALTH_CELL_IMBALANCE
#define CELLAR_HEALTH_IMBALANCE_WARNING	POWER_SUPPLY_HEALTH_CELL_IMBALANCE
#else
#define CELLAR_HEALTH_IMBALANCE		POWER_SUPPLY_HEALTH_UNSPEC_FAILURE
#define CELLAR_HEALTH_IMBALANCE_WARNING	POWER_SUPPLY_HEALTH_GOOD
#endif

/* Below, the state of health is a file of our own with the same unit. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define CELLAR_HAVE_PROP_STATE_OF_HEALTH
#endif

/* What a serdev's receive_buf() returns. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#define cellar_received_t	size_t
#else
#define cellar_received_t	int
#endif

/* What a line discipline's receive_buf() is given: a flag per byte, and how many. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define cellar_tty_flag_t	u8
#define cellar_tty_count_t	size_t
#else
#define cellar_tty_flag_t	char
#define cellar_tty_count_t	int
#endif

#endif /* CELLAR_COMPAT_H */
