// SPDX-License-Identifier: GPL-2.0-only
/*
 * User-Mode Linux has a fixed number of interrupts, all of which it holds for itself: those
 * that it never comes to are given to whoever wants some of his own, as gpio-sim does.
 */
#include <linux/irq.h>
#include <linux/module.h>

#define FIRST	32

static int __init uml_irqs_init(void)
{
	irq_free_descs(FIRST, NR_IRQS - FIRST);

	return 0;
}
module_init(uml_irqs_init);

MODULE_DESCRIPTION("Interrupts for gpio-sim in User-Mode Linux");
MODULE_LICENSE("GPL");
