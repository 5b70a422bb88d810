/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the schedule: at which address, in which dialect and at which speed to look
 * for packs (schedule.h, the last two rules but one). Context as there.
 */
#ifndef CELLAR_RS485_SEARCH_H
#define CELLAR_RS485_SEARCH_H

#include "schedule.h"

/* Of so many time-outs at an address, one is the longest there is. */
#define CELLAR_RS485_PATIENCE	16

/* How many places the dialect of the schedule has. */
unsigned int cellar_rs485_places(const struct cellar_rs485_schedule *schedule);

/* From nothing, as the owner said. */
void cellar_rs485_search_start(struct cellar_rs485_schedule *schedule);

/* Nobody is known any more; packs that were are remembered. */
void cellar_rs485_search_restart(struct cellar_rs485_schedule *schedule);

/* While nobody is known: fill in what to ask; whether with patience for slow packs. */
void cellar_rs485_search_step(const struct cellar_rs485_schedule *schedule,
			      struct cellar_rs485_step *step);
bool cellar_rs485_search_patient(const struct cellar_rs485_schedule *schedule);

/*
 * While packs are known: time has passed; which place is to be probed next, if any;
 * and whether @cost_us of line time can be spent on it now.
 */
void cellar_rs485_search_credit(struct cellar_rs485_schedule *schedule, u64 now_us);
bool cellar_rs485_search_probe(const struct cellar_rs485_schedule *schedule,
			       unsigned int *index);
bool cellar_rs485_search_affords(const struct cellar_rs485_schedule *schedule,
				 unsigned int index, u32 cost_us);

/*
 * The probe of @step was answered in @dialect: make it one of that dialect. False if
 * that dialect has no such address.
 */
bool cellar_rs485_search_translate(struct cellar_rs485_step *step,
				   enum cellar_rs485_dialect_id dialect);

/* The probe of schedule->step was answered, or not. */
void cellar_rs485_search_found(struct cellar_rs485_schedule *schedule, u64 now_us);
void cellar_rs485_search_missed(struct cellar_rs485_schedule *schedule, u64 now_us);

#endif /* CELLAR_RS485_SEARCH_H */
