/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Modbus device as its master meets it: registers that follow what happens in the house,
 * and every way to answer badly. The registers are those of the daemon's own tables, put
 * together here by other code than the daemon's. Time comes in as an argument; framing is
 * slave_line.h.
 */
#ifndef CELLAR_SIM_SLAVE_H
#define CELLAR_SIM_SLAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../io/registers.h"

#define SLAVE_PHASES		3
#define SLAVE_HOLES_MAX		8
#define SLAVE_PDU_MAX		253	/* Modbus application protocol, 4.1 */
#define SLAVE_REGISTERS		65536

/* Exceptions of that document, 7. */
#define SLAVE_ILLEGAL_FUNCTION	1
#define SLAVE_ILLEGAL_ADDRESS	2
#define SLAVE_ILLEGAL_VALUE	3

struct slave;

/*
 * What others make flow through an inverter, W, signs as the house has them; @eps_w: behind
 * its EPS output.
 */
struct slave_flows {
	uint16_t state;		/* as the inverter says it */
	double battery_w, grid_w, eps_w;
};

/*
 * @maps: all that it has, ended by NULL
 * @begin: registers that never change; @step: what @seconds more of the house make of them
 * @wrote: @n registers from @at on have been written; false: it does not take that
 * @refusal: function of all its exceptions, 0: as it should be
 * @command: a function of its maker's own; how long the answer is, 0: it does not know that
 */
struct slave_kind {
	const char *name, *help;
	const struct register_map *const *maps;
	void (*begin)(struct slave *s);
	void (*step)(struct slave *s, double seconds);
	bool (*wrote)(struct slave *s, uint16_t at, unsigned int n);
	uint8_t refusal;
	size_t (*command)(struct slave *s, const uint8_t *request, size_t n, uint8_t *answer);
};

struct wallbox_profile;

/* What others let flow through a wallbox: A on its first @phases, Wh in all so far. */
struct slave_charge {
	double a, wh;
	unsigned int phases;
};

/*
 * The car of a wallbox, and what the box remembers.
 *
 * @car_a: the most that the car takes, when there is a @car
 * @quiet_s: since somebody kept its fail-safe from acting; @struck: nobody did
 * @charge: NULL: its car takes what it is let, at once; @seen_wh: of it
 */
struct slave_box {
	bool car, struck;
	double car_a, quiet_s, wh, session_wh, seen_wh;
	const struct slave_charge *charge;
};

/*
 * @power_w: forward, by phase; @forward_kwh, @reverse_kwh: counted so far
 * @sun_w … @blackout: of an inverter; its house takes @power_w. @fault: its number, 0: none
 * @told_off_grid: its set-points came while there was no grid
 * @flows: NULL: its sun, battery and house are its own
 * @profile, @box: of a wallbox
 * @ct, @pt_deci: of the transformers in front of a meter
 * @told: by the last command, and @told_w; @eps: its EPS output is at work; @heard_s: since a sign of life
 * @base: what the addresses of a table count from
 * @muted: it answers nothing; @muted_by_power: it has no power to
 * @frozen: always the same; @swapped: words in the other order
 * @refuse: answers only this exception, 0: not; @hole: registers that are not there
 * @truncate_percent: of its answers end too early; @delay_ns: from request to answer
 */
struct slave {
	const struct slave_kind *kind;
	uint8_t address;
	double power_w[SLAVE_PHASES];
	double forward_kwh, reverse_kwh;
	double sun_w, soc, counted_wh[6];
	uint16_t fault, mode_before;
	bool blackout, told_off_grid;
	uint16_t told, told_w;
	bool eps;
	double heard_s;
	const struct slave_flows *flows;
	uint16_t ct, pt_deci, base;
	const struct wallbox_profile *profile;
	struct slave_box box;

	bool muted, muted_by_power, frozen, swapped;
	uint8_t refuse;
	uint16_t hole[SLAVE_HOLES_MAX];
	unsigned int holes;
	double truncate_percent;
	uint64_t delay_ns, stepped_ns;

	uint16_t value[SLAVE_REGISTERS];
	uint8_t there[SLAVE_REGISTERS / 8];
};

/* NULL: there is no such kind. */
const struct slave_kind *slave_kind_by_name(const char *name);

/* One line for each kind. */
void slave_kinds_help(FILE *to);

void slave_start(struct slave *s, const struct slave_kind *kind, uint8_t address,
		 uint64_t now_ns);

/* A wallbox; @profile outlives it. */
void slave_start_wallbox(struct slave *s, const struct wallbox_profile *profile, uint8_t address,
			 uint64_t now_ns);

/*
 * Whether a wallbox answers to @n registers from @at on by @function: 0, or an exception.
 */
uint8_t slave_wallbox_asked(const struct slave *s, uint8_t function, unsigned int at,
			    unsigned int n);

/* A car is plugged in that takes up to so much per phase, A; 0: there is none. */
void slave_set_car(struct slave *s, double amperes);

/* A card is shown to a wallbox: its uid, 04:A3:5B:1C say. A box that knows none forgets it. */
void slave_show_card(struct slave *s, const char *uid);

/* A wallbox was off: what it was told is gone, and the card that it was shown. */
void slave_forget(struct slave *s);

/* What a wallbox lets its car take at @now_ns, A per phase: also when nobody talks to it. */
double slave_wallbox_lets_a(struct slave *s, uint64_t now_ns);

/* For how long nobody has kept its fail-safe from acting, s. */
double slave_wallbox_quiet_s(const struct slave *s, uint64_t now_ns);

/* Power forward in all phases together, W. */
void slave_set_power(struct slave *s, double watts);

/* The same of each of SLAVE_PHASES. */
void slave_set_phases(struct slave *s, const double *watts);

/* A register more that is not there; the last of too many is forgotten. */
void slave_make_hole(struct slave *s, uint16_t at);

/*
 * The answer to a request: its length in @answer, which has room for SLAVE_PDU_MAX; 0: none
 * comes.
 */
size_t slave_answer(struct slave *s, uint64_t now_ns, const uint8_t *request, size_t n,
		    uint8_t *answer);

/* For kinds -------------------------------------------------------------------------- */

/* There are registers from @at on. */
void slave_make_room(struct slave *s, unsigned int at, unsigned int n);

/* The number of row @place of @map, which begins at @base, is @number, in the row's unit. */
void slave_put(struct slave *s, const struct register_map *map, unsigned int place,
	       double number);

void slave_put_text(struct slave *s, uint16_t at, unsigned int n, const char *text);

/*
 * What a G3 inverter wants its battery to take when @surplus_w is left of the sun, @most_w
 * at most either way. Who asks shows it the time: without a master it goes back to the mode
 * of before.
 */
double slave_sofar_wants_w(struct slave *s, double surplus_w, double most_w, uint64_t now_ns);

extern const struct slave_kind slave_dtsu666;
extern const struct slave_kind slave_dtsu666_old;
extern const struct slave_kind slave_dtsu666_units;
extern const struct slave_kind slave_ddsu666;
extern const struct slave_kind slave_ddsu666_basic;
extern const struct slave_kind slave_sunspec_meter;
extern const struct slave_kind slave_sofar_g3;
extern const struct slave_kind slave_me3000;
extern const struct slave_kind slave_hyd_es;
extern const struct slave_kind slave_sunspec_inverter;
extern const struct slave_kind slave_wallbox;

#endif /* CELLAR_SIM_SLAVE_H */
