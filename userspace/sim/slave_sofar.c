// SPDX-License-Identifier: GPL-2.0-only
/*
 * A simulated G3 inverter with its sun, its battery and its house (spec/field.md 2): in
 * self-use, or in passive mode with the set-points that it is told, which lapse.
 */
#include "slave.h"

#include <string.h>

#include "../io/hybrid_maps.h"

#define RATED_W		5000.0
#define BATTERY_W	3000.0
#define BATTERY_WH	5000.0
#define BATTERY_V	51.2
#define VOLTS		230.0
#define REFUSAL		0x90	/* whatever it was asked (field.md 2.1) */

#define ON_GRID		2
#define ON_EPS		3

static const struct register_map *const maps[] = {
	&sofar_system, &sofar_identity, &sofar_grid, &sofar_eps, &sofar_pv, &sofar_battery,
	&sofar_energy, &sofar_rated, &sofar_mode, &sofar_points, &sofar_lapse,
	&sofar_feed_in, &sofar_eps_mode, NULL
};

static void begin(struct slave *s)
{
	s->soc = 0.5;
	s->mode_before = SOFAR_MODE_SELF_USE;
	slave_put_text(s, SOFAR_SERIAL, 8, "ZM2ES050SIM00042");
	slave_put_text(s, SOFAR_SERIAL_REST, 2, "AB");
	slave_put_text(s, SOFAR_VERSION, 4, "V110060");
	slave_put(s, &sofar_rated, HYBRID_RATED_W, RATED_W * 1e3);
	slave_put(s, &sofar_system, HYBRID_HEATSINK_C, 350);
	slave_put(s, &sofar_eps_mode, HYBRID_EPS_MODE, 1);
}

static double within(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

static int32_t point(const struct slave *s, unsigned int at)
{
	return (int32_t)((uint32_t)s->value[at] << 16 | s->value[at + 1]);
}

/*
 * What the battery takes: its bounds win over what the grid should do. Who makes the grid
 * itself gives what is used, within the bounds that it is told then: those of before are over.
 */
static double battery_of(const struct slave *s, double surplus_w, double rated_w)
{
	double least = -rated_w, most = rated_w, wanted = 0;

	if (s->value[SOFAR_MODE] == SOFAR_MODE_PASSIVE && (!s->blackout || s->told_off_grid)) {
		wanted = s->blackout ? 0 : point(s, SOFAR_POINTS);
		least = within(point(s, SOFAR_POINTS + 2), -rated_w, rated_w);
		most = within(point(s, SOFAR_POINTS + 4), -rated_w, rated_w);
	}
	if (s->soc >= 1)
		most = most > 0 ? 0 : most;
	if (s->soc <= 0.1)
		least = least < 0 ? 0 : least;
	return within(surplus_w + wanted, least, most);
}

/* Any request is a sign of life; without one it goes back. */
static void lapse(struct slave *s, double seconds)
{
	uint16_t after_s = s->value[SOFAR_LAPSE];

	if (s->value[SOFAR_MODE] == SOFAR_MODE_PASSIVE && after_s && seconds > after_s)
		s->value[SOFAR_MODE] = s->mode_before;
}

double slave_sofar_wants_w(struct slave *s, double surplus_w, double most_w, uint64_t now_ns)
{
	lapse(s, (double)(now_ns - s->stepped_ns) / 1e9);
	return battery_of(s, surplus_w, most_w);
}

static void put_w(struct slave *s, const struct register_map *map, unsigned int place, double w)
{
	slave_put(s, map, place, w * 1e3);
}

static void count(struct slave *s, unsigned int kind, double watts, double seconds)
{
	s->counted_wh[kind] += watts > 0 ? watts * seconds / 3600 : 0;
	slave_put(s, &sofar_energy, HYBRID_DAY_PV + kind, s->counted_wh[kind]);
	slave_put(s, &sofar_energy, HYBRID_ALL_PV + kind, 1e6 + s->counted_wh[kind]);
}

static void put_fault(struct slave *s)
{
	unsigned int word = (s->fault - 1u) / 16, bit = (s->fault - 1u) % 16;

	memset(s->value + SOFAR_FAULTS_1, 0, 18 * sizeof(s->value[0]));
	memset(s->value + SOFAR_FAULTS_2, 0, 12 * sizeof(s->value[0]));
	if (s->fault)
		s->value[word < 18 ? SOFAR_FAULTS_1 + word : SOFAR_FAULTS_2 + word - 18] =
			(uint16_t)(1 << bit);
}

/* Of its sun, what its own limit of feed-in does not let it produce; then its battery gives less. */
static double held_back(const struct slave *s, double over_w, double *battery_w)
{
	double limit_w = (int16_t)s->value[SOFAR_FEED_IN + 1] * 100.0, held_w;

	if (s->value[SOFAR_FEED_IN] == SOFAR_FEED_IN_OFF || s->blackout || over_w <= limit_w)
		return 0;
	held_w = within(over_w - limit_w, 0, s->sun_w);
	*battery_w += over_w - limit_w - held_w;
	return held_w;
}

static void step(struct slave *s, double seconds)
{
	double house_w = s->power_w[0] + s->power_w[1] + s->power_w[2];
	double sun_w = s->sun_w, battery_w, ac_w, grid_w, eps_w = s->blackout ? house_w : 0;
	uint16_t state = s->blackout ? ON_EPS : ON_GRID;
	const struct slave_flows *flows = s->flows;

	lapse(s, seconds);
	if (flows) {
		battery_w = flows->battery_w;
		ac_w = s->sun_w - battery_w;
		grid_w = flows->grid_w;
		eps_w = flows->eps_w;
		state = flows->state;
	} else {
		battery_w = battery_of(s, s->sun_w - house_w, BATTERY_W);
		sun_w -= held_back(s, s->sun_w - battery_w - house_w, &battery_w);
		ac_w = sun_w - battery_w;
		grid_w = s->blackout ? 0 : ac_w - house_w;
		s->soc = within(s->soc + battery_w * seconds / 3600 / BATTERY_WH, 0, 1);
	}

	slave_put(s, &sofar_system, HYBRID_STATE, state);
	put_fault(s);
	slave_put(s, &sofar_grid, HYBRID_HZ, s->blackout ? 0 : 50000);
	put_w(s, &sofar_grid, HYBRID_AC_W, ac_w);
	put_w(s, &sofar_grid, HYBRID_GRID_W, grid_w);
	put_w(s, &sofar_grid, HYBRID_GRID_W_1, grid_w);
	slave_put(s, &sofar_grid, HYBRID_V_1, s->blackout ? 0 : VOLTS * 1e3);
	slave_put(s, &sofar_grid, HYBRID_A_1, (ac_w < 0 ? -ac_w : ac_w) / VOLTS * 1e3);
	put_w(s, &sofar_grid, HYBRID_W_1, ac_w);
	put_w(s, &sofar_grid, HYBRID_LOAD_W, house_w);
	put_w(s, &sofar_eps, HYBRID_EPS_W, eps_w);
	slave_put(s, &sofar_eps, HYBRID_EPS_V, VOLTS * 1e3);
	slave_put(s, &sofar_pv, HYBRID_PV_V_1, s->sun_w > 0 ? 350e3 : 0);
	put_w(s, &sofar_pv, HYBRID_PV_W_1, sun_w / 2);
	put_w(s, &sofar_pv, HYBRID_PV_W_2, sun_w / 2);
	slave_put(s, &sofar_battery, HYBRID_BATTERY_V, BATTERY_V * 1e3);
	slave_put(s, &sofar_battery, HYBRID_BATTERY_A, battery_w / BATTERY_V * 1e3);
	put_w(s, &sofar_battery, HYBRID_BATTERY_W, battery_w);
	slave_put(s, &sofar_battery, HYBRID_BATTERY_C, 230);
	slave_put(s, &sofar_battery, HYBRID_SOC, s->soc * 1e4);
	slave_put(s, &sofar_battery, HYBRID_SOH, 9900);
	slave_put(s, &sofar_battery, HYBRID_CYCLES, 123);
	count(s, 0, sun_w, seconds);
	count(s, 1, house_w, seconds);
	count(s, 2, -grid_w, seconds);
	count(s, 3, grid_w, seconds);
	count(s, 4, battery_w, seconds);
	count(s, 5, -battery_w, seconds);
}

/* Whole groups only (field.md 2.5). */
static bool wrote(struct slave *s, uint16_t at, unsigned int n)
{
	if (at == SOFAR_POINTS) {
		s->told_off_grid = s->blackout;
		return n == 6 && point(s, at + 2) <= point(s, at + 4);
	}
	if (at == SOFAR_LAPSE)
		return n == 2;
	if (at == SOFAR_FEED_IN)
		return n == 2 && s->value[at] <= SOFAR_FEED_IN_MASTER;
	if (at != SOFAR_MODE || n != 1 || s->value[at] > 6)
		return false;
	if (s->value[at] != SOFAR_MODE_PASSIVE)
		s->mode_before = s->value[at];
	return true;
}

const struct slave_kind slave_sofar_g3 = {
	"sofar-g3", "a Sofar or ZCS hybrid inverter with its sun, battery and house",
	maps, begin, step, wrote, REFUSAL, NULL,
};
