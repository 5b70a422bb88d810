/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole house in real time: sun, people, cars, the grid, and inverters that move the
 * packs of plant.h as they are told. Powers are in W, signs as in site.h. Who tells
 * inverters and wallboxes, and who measures all this, is somebody else's business
 * (premises_devices.h, premises_wires.h); no clock and no file here.
 */
#ifndef CELLAR_SIM_PREMISES_H
#define CELLAR_SIM_PREMISES_H

#include "home_config.h"
#include "plant.h"
#include "slave.h"

#define PREMISES_CARD_SIZE	24

/* A car follows what its box lets it take after so long. */
#define PREMISES_BOX_LAG_MS	2000
/* An inverter that has started looks at the grid for so long. */
#define PREMISES_CHECKS_MS	10000

enum premises_state {		/* as a G3 inverter counts them (field.md 2.2) */
	PREMISES_CHECKS = 1,
	PREMISES_ON_GRID,
	PREMISES_ON_EPS,
	PREMISES_OFF = 8,
};

/*
 * @slave: by which it is told set-points; NULL: it goes by the limits that it hears
 * @off_until_ms, @checks_until_ms: it is off, and not on the grid yet, before
 * @wants_w: of its battery
 */
struct premises_inverter {
	const struct site_inverter_config *config;
	struct slave *slave;
	struct slave_flows flows;
	u64 off_until_ms, checks_until_ms;
	enum premises_state state;
	double pv_w, wants_w, battery_w;
};

/*
 * A wallbox and the car on it.
 *
 * @slave: by which it is told what to let the car take, @let_ma now; NULL: it lets nothing
 * @quiet_s: since somebody kept its fail-safe from acting
 * @next_ms: when the car follows; @now_ma: what it goes by
 * @wants_mj: what the car still takes; @car_phases: with how many of the box's at the most
 * @off_until_ms: it has no power, and nothing to let through, before
 */
struct premises_box {
	const struct site_charger_config *config;
	struct slave *slave;
	struct slave_charge charge;
	bool plugged;
	u8 car_phases;
	u32 most_ma;
	s64 wants_mj;
	u64 given_mj, next_ms, off_until_ms;
	u32 let_ma, now_ma;
	double w, quiet_s;
};

/* An output of the house, in the order of its sections; @w: what hangs on it draws */
struct premises_relay {
	bool closed;
	double w;
};

/*
 * @begin_s: of the year, when it begins; @speed: of sun and people
 * @clear: what clouds of a script let through, 0…1; @more_w: on top of what people draw
 * @drm, @rrcr, @cease: contacts that are closed, bit n is DRMn; bit 0…3 is L1…L4
 * @roof_w: what the sun could give
 * @grid_phase_w: of a plant of three phases, which all but boxes use alike; of one phase a
 *	third each
 */
struct premises {
	const struct home_config *home;
	struct house house;
	u32 begin_s;
	double speed, clear, more_w;
	bool grid;
	u16 drm;
	u8 rrcr;
	bool cease;
	struct premises_inverter inverter[SITE_INVERTERS_MAX];
	struct premises_box box[SITE_CHARGERS_MAX];
	struct premises_relay relay[SITE_OUTPUTS_MAX];
	double roof_w, pv_w, load_w, wanted_load_w, cars_w, battery_w, grid_w;
	double grid_phase_w[SITE_PHASES];
};

/*
 * @home and what it points to outlive @p; @year says what the sun and the people do. 0 or
 * -ENOMEM.
 */
int premises_start(struct premises *p, const struct home_config *home,
		   const struct house_config *year, u32 begin_s, double speed);
void premises_stop(struct premises *p);

/* The second of the year that it is at @now_ms. */
u32 premises_at_s(const struct premises *p, u64 now_ms);

/* Before a step of the packs: what @plant is to do in it. @now_ns: as the slaves count. */
void premises_ask(struct premises *p, struct plant *plant, u64 now_ms, u64 now_ns);

/* After it, @dt_ms later: what flows. */
void premises_settle(struct premises *p, const struct plant *plant, u32 dt_ms);

/* A car comes: it takes @wh, with @most_ma per phase at most; and one goes. */
void premises_car_comes(struct premises *p, unsigned int n, double wh, u32 most_ma,
			const char *card);
void premises_car_goes(struct premises *p, unsigned int n);

/* Whoever is at a box shows it a card. */
void premises_show_card(struct premises *p, unsigned int n, const char *card);

/* The car of box @n, and those after it, use so many phases of it, 1 to SITE_PHASES. */
void premises_car_uses(struct premises *p, unsigned int n, unsigned int phases);

/* Box @n has no power for @off_ms, and has forgotten then what it was told. */
void premises_box_reboots(struct premises *p, unsigned int n, u64 now_ms, u64 off_ms);

/* On how many phases the car of @box charges: no more than the box has. */
unsigned int premises_box_phases(const struct premises_box *box);

/* Inverter @n is off for @off_ms, and then looks at the grid. */
void premises_reboot(struct premises *p, unsigned int n, u64 now_ms, u64 off_ms);

/* Mean of what the BMSs show of packs that are there, 0…1; 0 without one. */
double premises_soc(const struct plant *plant);

#endif /* CELLAR_SIM_PREMISES_H */
