/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a pack says in an answer to 0x42 and to 0x44, as one record of a pack alone
 * or as one of many in the answer for all packs (protocols.md 4.3). The record of
 * 0x42 has one parser for all dialects; that of 0x44 begins alike and goes on in
 * ascii_pylontech.c, ascii_pace.c and ascii_seplos.c.
 */
#ifndef CELLAR_WIRE_ASCII_RECORD_H
#define CELLAR_WIRE_ASCII_RECORD_H

#include "ascii.h"

#define CELLAR_ASCII_VALUES	0x42
#define CELLAR_ASCII_ALARMS	0x44

/* INFOFLAG and the command value (protocols.md 4.3) */
#define CELLAR_ASCII_PREFIX	2

/*
 * A 24 V pack has 8 cells. With fewer, an answer to 0x42 could be as long as one to
 * 0x44 with the same number of cells: the shapes of all other answers are their own.
 */
#define CELLAR_ASCII_CELLS_MIN	8

/* Longest record of 0x42, and of 0x44 */
#define CELLAR_ASCII_RECORD_MAX \
	(2 + 2 * CELLAR_CELLS_MAX + 2 * CELLAR_TEMPERATURES_MAX + 7 + 20)

/*
 * The record of 0x42 at @p, at most @len bytes, as @dialect sends it. Returns its
 * length; -ENOMSG: it has another shape; -ERANGE: a number cannot be. What follows
 * from the numbers is said too: the extremes of the cells, and SOC where the record
 * has none.
 */
int cellar_ascii_values_decode(enum cellar_rs485_dialect_id dialect, const u8 *p,
			       unsigned int len, struct cellar_reading *news);

/*
 * The opposite; @p must hold CELLAR_ASCII_RECORD_MAX. Returns the length, or -ENODATA
 * without cells.
 */
int cellar_ascii_values_encode(enum cellar_rs485_dialect_id dialect,
			       const struct cellar_reading *reading, u8 *p);

/* Fields that @dialect's record of 0x42 can say */
#define CELLAR_ASCII_VALUES_FIELDS						\
	(BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) |			\
	 BIT_ULL(CELLAR_SOC) | BIT_ULL(CELLAR_REMAINING) |			\
	 BIT_ULL(CELLAR_FULL) | BIT_ULL(CELLAR_CYCLES) |			\
	 BIT_ULL(CELLAR_CELLS) | BIT_ULL(CELLAR_TEMPERATURES) |			\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MIN) | BIT_ULL(CELLAR_CELL_VOLTAGE_MAX) |	\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN) |					\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX))

/* Words of CELLAR_ALARM_BIT() for a state of 01 and of 02; 0: GENERAL */
struct cellar_ascii_state {
	u8 below;
	u8 above;
};

/*
 * The record of 0x44 begins with states: how many cells and one each, how many
 * temperatures and one each, then @n_last of the whole pack. @mosfet: 1 + which of
 * six temperatures is the MOSFET's, or 0. Adds their words to @warnings. Returns how
 * many bytes they are, or -ENOMSG.
 */
int cellar_ascii_states_decode(const struct cellar_ascii_state *last, unsigned int n_last,
			       unsigned int mosfet, const u8 *p, unsigned int len,
			       u64 *warnings);

/*
 * @n_last normal states, and as many normal ones before as @reading has cells and
 * temperatures; @cells and @temperatures of them if it has none. Returns their length.
 */
int cellar_ascii_states_encode(const struct cellar_reading *reading, u8 cells,
			       u8 temperatures, unsigned int n_last, u8 *p);

/*
 * One more byte of status than is documented ends the records of some packs (US2000
 * and EASUN, protocols.md 4.9): 1 if it stands at @p + @used. It is the last one, or 0,
 * which is not the number of cells that another record would begin with.
 */
static inline int cellar_ascii_reserved_byte(const u8 *p, unsigned int len,
					     unsigned int used)
{
	return len == used + 1 || (len > used && !p[used]);
}

/* The records of 0x44: as cellar_ascii_values_decode() and -encode() */
int cellar_ascii_pylontech_alarms(const u8 *p, unsigned int len,
				  struct cellar_reading *news);
int cellar_ascii_pace_alarms(const u8 *p, unsigned int len, struct cellar_reading *news);
int cellar_ascii_seplos_alarms(const u8 *p, unsigned int len, struct cellar_reading *news);

/* The answer of one pack to 0x42 or 0x44, with the rules of struct cellar_rs485_question */
int cellar_ascii_pack_decode(enum cellar_rs485_dialect_id dialect, u8 command, u8 address,
			     const struct cellar_rs485_telegram *answer,
			     struct cellar_reading *news);

/* Write the answer of one pack with the record of @len bytes at @info + 2. */
int cellar_ascii_pack_encode(enum cellar_rs485_dialect_id dialect, u8 address, u8 *info,
			     int len, u8 *wire);

/*
 * The answer for all packs of a group to 0x42 or 0x44, each record with its own
 * cells, temperatures and items.
 */
struct cellar_ascii_packs {
	enum cellar_rs485_dialect_id dialect;
	u8 command;
	u8 address;	/* of the next record */
	u8 left;	/* records */
	u16 len;	/* bytes of them */
	const u8 *p;
};

/*
 * Begin to read @answer, which must outlive @packs. 0, or as
 * cellar_ascii_check_answer().
 */
int cellar_ascii_packs(struct cellar_ascii_packs *packs,
		       enum cellar_rs485_dialect_id dialect, u8 command,
		       const struct cellar_rs485_telegram *answer);

/*
 * The next pack: 1 with its address; 0: there are no more; -ERANGE: a number cannot
 * be; -ENOMSG: the records are others or do not fill the answer exactly. After an
 * error, nothing of the answer is to be believed.
 */
int cellar_ascii_packs_next(struct cellar_ascii_packs *packs, u8 *address,
			    struct cellar_reading *news);

#endif /* CELLAR_WIRE_ASCII_RECORD_H */
