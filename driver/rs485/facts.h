/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside cellar-rs485.ko: what the master (master.c) knows of its line, for the files
 * of the bus (attrs.c).
 */
#ifndef CELLAR_RS485_FACTS_H
#define CELLAR_RS485_FACTS_H

#include "bus.h"

/**
 * struct cellar_rs485_facts - a snapshot
 * @dialect: CELLAR_RS485_NONE while it is looked for
 * @baud: 0 while it is looked for
 * @telegrams: answers that were taken, refusals included
 * @malformed: broken telegrams, and answers with a number that cannot be
 * @timeouts: questions to known packs that met silence
 * @late: whole telegrams that were no answer to the question that waited
 * @strays: bytes that came while no question waited
 * @probing_us: line time spent on probes without an answer while packs were known
 * @known_us: how long packs have been known
 */
struct cellar_rs485_facts {
	enum cellar_rs485_dialect_id dialect;
	unsigned int baud;
	unsigned long telegrams;
	unsigned long malformed;
	unsigned long timeouts;
	unsigned long late;
	unsigned long strays;
	u64 probing_us;
	u64 known_us;
};

/* Process context. */
void cellar_rs485_bus_facts(struct cellar_rs485_bus *bus, struct cellar_rs485_facts *facts);

/* Ask without a pause from within a second on, or as is due. Any context. */
bool cellar_rs485_bus_free_run(const struct cellar_rs485_bus *bus);
void cellar_rs485_bus_set_free_run(struct cellar_rs485_bus *bus, bool free_run);

#endif /* CELLAR_RS485_FACTS_H */
