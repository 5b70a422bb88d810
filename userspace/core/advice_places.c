// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pack is remembered where, and what is noted of each fresh reading: timers, trips
 * in a row, jumps of the SOC.
 */
#include "advice_places.h"
#include "advice_rules.h"

#include <stdlib.h>

static const u64 trip_alarms[CORE_WAYS] = {
	[CORE_CHARGE] = BIT_ULL(CELLAR_CHARGE_OVERCURRENT),
	[CORE_DISCHARGE] = BIT_ULL(CELLAR_DISCHARGE_OVERCURRENT),
};

unsigned int advice_places(const struct advice *a)
{
	return a->kept->n - 1;
}

unsigned int advice_place_of(const struct advice *a, const char *key)
{
	unsigned int i;

	for (i = 0; i < a->places; i++)
		if (!strcmp(a->kept->pack[i].key, key))
			return i;

	return ADVICE_NO_SUPPLY;
}

/* A free place, or that of the pack nobody has heard for longest; there is one. */
static unsigned int new_place(struct advice *a, const char *key)
{
	struct advice_kept_pack *pack = a->kept->pack;
	unsigned int i, oldest = ADVICE_NO_SUPPLY;

	for (i = 0; i < a->places; i++) {
		if (a->run[i].supply != ADVICE_NO_SUPPLY)
			continue;
		if (oldest == ADVICE_NO_SUPPLY ||
		    pack[i].at[ADVICE_HEARD] < pack[oldest].at[ADVICE_HEARD])
			oldest = i;
	}
	if ((oldest == ADVICE_NO_SUPPLY || *pack[oldest].key) && a->places < advice_places(a))
		oldest = a->places++;

	memset(&pack[oldest], 0, sizeof(pack[oldest]));
	memset(&a->run[oldest], 0, sizeof(a->run[oldest]));
	snprintf(pack[oldest].key, sizeof(pack[oldest].key), "%s", key);
	pack[oldest].soc_centi = ADVICE_SOC_UNKNOWN;
	a->run[oldest].supply = ADVICE_NO_SUPPLY;

	return oldest;
}

static void unbind(struct advice *a, unsigned int i)
{
	unsigned int place = a->bound[i].place;

	if (place == ADVICE_NO_SUPPLY)
		return;

	a->run[place].supply = ADVICE_NO_SUPPLY;
	a->bound[i].place = ADVICE_NO_SUPPLY;
	a->changes++;
}

static const char *key_of(struct advice *a, const struct supply *s, unsigned int i)
{
	u64 *nameless_ms = &a->bound[i].nameless_ms;

	if (*s->serial)
		return s->serial;
	if (a->bound[i].place != ADVICE_NO_SUPPLY || !supply_is_fresh(s))
		return NULL;
	if (!*nameless_ms)
		*nameless_ms = a->hold_ms;

	return a->hold_ms - *nameless_ms >= ADVICE_NAMELESS_MS ? s->name : NULL;
}

/*
 * The pack that went by its name has told its serial number: it keeps its place under it,
 * or goes back to the one that it has from before.
 */
static bool gets_its_serial(struct advice *a, const struct supply *s, unsigned int i,
			    const char *key)
{
	struct advice_kept_pack *k = &a->kept->pack[a->bound[i].place];

	if (strcmp(k->key, s->name))
		return false;
	if (advice_place_of(a, key) != ADVICE_NO_SUPPLY) {
		memset(k, 0, sizeof(*k));
		return false;
	}

	snprintf(k->key, sizeof(k->key), "%s", key);

	return true;
}

void advice_bind(struct advice *a, const struct cluster *cluster, const struct supply *supplies,
		 unsigned int i)
{
	const struct supply *s = &supplies[i];
	unsigned int place, other;
	const char *key;

	if (cluster->pack[i].reason == CLUSTER_PACKS_SPEAK) {
		unbind(a, i);
		return;
	}
	key = key_of(a, s, i);
	if (!key)
		return;
	if (a->bound[i].place != ADVICE_NO_SUPPLY) {
		if (!strcmp(a->kept->pack[a->bound[i].place].key, key) ||
		    gets_its_serial(a, s, i, key))
			return;
		unbind(a, i);
	}

	place = advice_place_of(a, key);
	if (place == ADVICE_NO_SUPPLY && !supply_is_fresh(s))
		return;
	if (place == ADVICE_NO_SUPPLY)
		place = new_place(a, key);
	other = a->run[place].supply;
	if (other != ADVICE_NO_SUPPLY) {
		if (!supply_is_fresh(s))
			return;
		if (supply_is_fresh(&supplies[other])) {
			a->run[place].twice = true;
			return;
		}
		unbind(a, other);
	}
	a->run[place].supply = (u16)i;
	a->bound[i].place = (u16)place;
	a->changes++;
}

static void note_soc(struct advice *a, struct advice_kept_pack *k, struct advice_run *run,
		     u16 soc)
{
	u32 clock_s = a->kept->clock_s;
	bool follows = run->soc_s && clock_s - run->soc_s <= ADVICE_SAMPLES_S;

	if (follows && abs(soc - run->soc_centi) >= ADVICE_JUMP_CENTI) {
		k->at[ADVICE_JUMPED] = clock_s;
		k->jump_centi[0] = run->soc_centi;
		k->jump_centi[1] = soc;
	}
	run->soc_s = clock_s;
	run->soc_centi = soc;
	k->soc_centi = soc;

	if (soc < 10000)
		run->full_ms = 0;
	else if (!run->full_ms || !follows)
		run->full_ms = a->hold_ms;
	else if (a->hold_ms - run->full_ms >= ADVICE_FULL_MS)
		k->at[ADVICE_WAS_FULL] = clock_s;
}

static void note_trips(struct advice_kept_pack *k, u64 protections, u32 clock_s)
{
	unsigned int way;

	for (way = 0; way < CORE_WAYS; way++) {
		u32 *at = &k->at[way == CORE_CHARGE ? ADVICE_TRIPPED_CHARGE :
				 ADVICE_TRIPPED_DISCHARGE];
		bool trips = protections & trip_alarms[way];

		if (!k->tripped[way] && clock_s - *at > ADVICE_ROW_S)
			k->trips[way] = 0;
		if (trips && !k->tripped[way] && k->trips[way] < UINT8_MAX)
			k->trips[way]++;
		if (trips)
			*at = clock_s;
		k->tripped[way] = trips;
	}
}

static void note_current(struct advice_kept_pack *k, s32 ma, u32 clock_s)
{
	if (!ma)
		return;

	k->at[ADVICE_HAD_CURRENT] = clock_s;
	if (ma > 0)
		k->at[ADVICE_WAS_CHARGED] = clock_s;
	k->disconnected = false;
}

void advice_note(struct advice *a, const struct supply *s, unsigned int place)
{
	struct advice_kept_pack *k = &a->kept->pack[place];
	const struct cellar_reading *r = &s->reading;
	u32 clock_s = a->kept->clock_s;

	if (!k->at[ADVICE_FIRST_HEARD])
		k->at[ADVICE_FIRST_HEARD] = clock_s;
	k->at[ADVICE_HEARD] = clock_s;
	if (strcmp(k->name, s->name))
		snprintf(k->name, sizeof(k->name), "%s", s->name);
	if (strcmp(k->model, s->model ? s->model->key : ""))
		snprintf(k->model, sizeof(k->model), "%s", s->model ? s->model->key : "");

	note_current(k, supply_current_ma(s, CORE_CHARGE), clock_s);
	if (supply_temperatures_decic(s, &k->coldest_decic, &k->warmest_decic))
		k->at[ADVICE_HAD_TEMPERATURE] = clock_s;
	if (cellar_has(r, CELLAR_SOC))
		note_soc(a, k, &a->run[place], r->soc_centi);
	if (cellar_has(r, CELLAR_PROTECTIONS))
		note_trips(k, r->protections, clock_s);
}
