// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keeping of advice: the two clocks, and items that come and go as their rules hold
 * (advice_rules.c). Whose place is whose is advice_places.c, words are advice_words.c.
 */
#include "advice_places.h"
#include "advice_rules.h"

#include <stdlib.h>

#define PLACES_MAX	1024	/* more is no file of ours */

size_t advice_kept_size(unsigned int n)
{
	return offsetof(struct advice_kept, pack) + n * sizeof(struct advice_kept_pack);
}

static struct advice_kept_pack *cluster_place(const struct advice *a)
{
	return &a->kept->pack[advice_places(a)];
}

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

static bool pack_is_sound(const struct advice_kept_pack *k, u32 clock_s)
{
	unsigned int i;

	if (!is_text(k->key, sizeof(k->key)) || !is_text(k->name, sizeof(k->name)) ||
	    !is_text(k->model, sizeof(k->model)))
		return false;
	if (k->soc_centi > 10000 && k->soc_centi != ADVICE_SOC_UNKNOWN)
		return false;

	for (i = 0; i < ADVICE_TIMERS; i++)
		if (k->at[i] > clock_s)
			return false;
	for (i = 0; i < ADVICE_CODES; i++)
		if (k->item[i].since_s > clock_s || k->item[i].from_s > clock_s)
			return false;

	return true;
}

static bool is_sound(const struct advice_kept *kept)
{
	unsigned int i;

	if (!kept->clock_s || !kept->n || kept->n > PLACES_MAX || kept->wall_s < 0)
		return false;

	for (i = 0; i < kept->n; i++)
		if (!pack_is_sound(&kept->pack[i], kept->clock_s))
			return false;

	return true;
}

/* Places of packs up to the last one with a key. */
static unsigned int places_taken(const struct advice_kept *kept)
{
	unsigned int n = kept->n - 1;

	while (n && !*kept->pack[n - 1].key)
		n--;

	return n;
}

int advice_new(struct advice **advice, unsigned int n, const struct advice_kept *kept)
{
	unsigned int i, room = n + ADVICE_SPARE;
	struct advice *a;

	if (!n || n > CLUSTER_PACKS_MAX || (kept && !is_sound(kept)))
		return -EINVAL;
	if (kept && kept->n - 1 > room)
		room = kept->n - 1;

	a = calloc(1, sizeof(*a));
	if (!a)
		return -ENOMEM;

	a->n = n;
	a->hold_ms = 1;
	a->kept = calloc(1, advice_kept_size(room + 1));
	a->run = calloc(room + 1, sizeof(*a->run));
	a->bound = calloc(n, sizeof(*a->bound));
	if (!a->kept || !a->run || !a->bound) {
		advice_free(a);
		return -ENOMEM;
	}

	a->kept->n = room + 1;
	a->places = kept ? places_taken(kept) : 0;
	a->kept->clock_s = kept ? kept->clock_s : 1;
	a->kept->wall_s = kept ? kept->wall_s : 0;
	a->loaded_s = a->kept->clock_s;
	if (kept) {
		memcpy(a->kept->pack, kept->pack, (kept->n - 1) * sizeof(kept->pack[0]));
		*cluster_place(a) = kept->pack[kept->n - 1];
	}
	for (i = 0; i < a->places; i++)
		a->run[i].supply = ADVICE_NO_SUPPLY;
	a->run[room].supply = ADVICE_NO_SUPPLY;
	for (i = 0; i < n; i++)
		a->bound[i].place = ADVICE_NO_SUPPLY;
	*advice = a;

	return 0;
}

void advice_free(struct advice *advice)
{
	if (!advice)
		return;

	free(advice->kept);
	free(advice->run);
	free(advice->bound);
	free(advice);
}

/* What was noted in this run, before the calendar was known, is not older for it. */
static void shift_pack(struct advice_kept_pack *k, u32 loaded_s, u32 down_s)
{
	unsigned int i;

	for (i = 0; i < ADVICE_TIMERS; i++)
		if (k->at[i] > loaded_s)
			k->at[i] += down_s;
	for (i = 0; i < ADVICE_CODES; i++) {
		if (k->item[i].since_s > loaded_s)
			k->item[i].since_s += down_s;
		if (k->item[i].from_s > loaded_s)
			k->item[i].from_s += down_s;
	}
}

static void shift_run(struct advice_run *run, u32 down_s)
{
	unsigned int i;

	if (run->soc_s)
		run->soc_s += down_s;
	for (i = 0; i < ADVICE_CODES; i++)
		run->turning_s[i] += down_s;
}

/*
 * The first trustworthy calendar of a run says how long the daemon was down; from then
 * on it is only noted, and a jump of it changes nothing but what the items show.
 */
static void take_calendar(struct advice *a, s64 wall_s)
{
	s64 down_s = wall_s - a->kept->wall_s;
	unsigned int i;

	if (wall_s <= 0)
		return;

	if (!a->dated && a->kept->wall_s && down_s > 0 && down_s <= ADVICE_DOWN_MAX_S) {
		for (i = 0; i < a->kept->n; i++) {
			shift_pack(&a->kept->pack[i], a->loaded_s, (u32)down_s);
			shift_run(&a->run[i], (u32)down_s);
		}
		a->kept->clock_s += (u32)down_s;
	}
	/* rounding to seconds is no jump: what is shown must not tremble */
	if (!a->dated || down_s > 2 || down_s < -2)
		a->kept->wall_s = wall_s;
	a->dated = true;
}

static void tick(struct advice *a, u64 now_ms, s64 wall_s)
{
	u64 passed = a->stepped && now_ms > a->last_ms ? now_ms - a->last_ms : 0;
	u64 seconds = (passed + a->rest_ms) / 1000;

	a->step_ms = (u32)(passed < ADVICE_STEP_MAX_MS ? passed : ADVICE_STEP_MAX_MS);
	a->hold_ms += a->step_ms;
	a->rest_ms = (u32)((passed + a->rest_ms) % 1000);
	a->kept->clock_s += (u32)seconds;
	if (a->kept->wall_s)
		a->kept->wall_s += (s64)seconds;
	a->last_ms = now_ms;
	a->stepped = true;
	take_calendar(a, wall_s);
}

static void raise_item(struct advice *a, struct advice_kept_item *item, u32 since_s,
		       const struct advice_finding *f)
{
	item->since_s = since_s;
	item->from_s = f->from_s ? f->from_s : item->since_s;
	item->limit_s = f->limit_s;
	memcpy(item->figure, f->figure, sizeof(item->figure));
	a->changes++;
}

/* A deadline only comes nearer while its item stands: a warm week is not forgotten. */
static void renew_item(struct advice *a, struct advice_kept_item *item,
		       const struct advice_rule *rule, enum advice_says says,
		       const struct advice_finding *f)
{
	if (says != ADVICE_NO && f->limit_s < item->limit_s) {
		item->limit_s = f->limit_s;
		a->changes++;
	}
	if (says == ADVICE_YES && rule->follows &&
	    memcmp(item->figure, f->figure, sizeof(item->figure))) {
		memcpy(item->figure, f->figure, sizeof(item->figure));
		a->changes++;
	}
}

static void judge(struct advice *a, struct advice_view *v, unsigned int place,
		  enum advice_code code)
{
	struct advice_kept_item *item = &a->kept->pack[place].item[code];
	const struct advice_rule *rule = &advice_rules[code];
	struct advice_finding f = { .limit_s = ADVICE_NO_LIMIT };
	u64 *turning_ms = &a->run[place].turning_ms[code];
	enum advice_says says;
	u32 hold_ms;

	v->stands = item->since_s;
	says = rule->says(v, &f);
	if (v->stands)
		renew_item(a, item, rule, says, &f);
	if (says == ADVICE_KEEP) {
		*turning_ms += *turning_ms ? a->step_ms : 0;
		return;
	}
	if ((says == ADVICE_YES) == v->stands) {
		*turning_ms = 0;
		return;
	}

	if (!*turning_ms) {
		*turning_ms = a->hold_ms;
		a->run[place].turning_s[code] = a->kept->clock_s;
	}
	hold_ms = v->stands ? rule->end_ms : rule->raise_ms;
	if (a->hold_ms - *turning_ms < hold_ms)
		return;

	*turning_ms = 0;
	if (says == ADVICE_YES) {
		raise_item(a, item, a->run[place].turning_s[code], &f);
	} else {
		memset(item, 0, sizeof(*item));
		a->changes++;
	}
}

/* A supply that has not spoken since the start may yet do so. */
static bool is_silent(const struct advice *a, const struct supply *s)
{
	if (s->age_ms == SUPPLY_NEVER)
		return a->hold_ms >= ADVICE_STARTING_MS;

	return !supply_is_fresh(s) && s->age_ms >= SUPPLY_PRESENT_MS;
}

/* What is seen of the packs together. */
static void look_around(const struct advice *a, const struct cluster *cluster,
			const struct supply *supplies, struct advice_view *v)
{
	unsigned int i, silent = 0;

	for (i = 0; i < cluster->n; i++) {
		if (a->bound[i].place == ADVICE_NO_SUPPLY || supplies[i].out)
			continue;
		v->heard++;
		v->missing += cluster->pack[i].state != CLUSTER_MEMBER;
		silent += is_silent(a, &supplies[i]);
	}
	v->all_silent = v->heard > 1 && silent == v->heard;
}

static unsigned int neighbours_of(const struct cluster *cluster, const struct supply *supplies,
				  const struct supply *s)
{
	unsigned int i, fresh = 0;

	for (i = 0; i < cluster->n; i++)
		fresh += supplies[i].bus == s->bus && supply_is_fresh(&supplies[i]);

	return fresh;
}

static void look_at(const struct advice *a, const struct cluster *cluster,
		    const struct supply *supplies, unsigned int place, struct advice_view *v)
{
	const struct advice_run *run = &a->run[place];
	const struct supply *s;

	v->kept = &a->kept->pack[place];
	v->maker = advice_maker_of(v->kept->model);
	v->model = cellar_model_by_key(v->kept->model);
	v->here = run->supply != ADVICE_NO_SUPPLY;
	v->twice = run->twice;
	if (!v->here)
		return;

	s = &supplies[run->supply];
	v->member = &cluster->pack[run->supply];
	v->silent = is_silent(a, s);
	if (v->silent && !v->all_silent)
		v->neighbours = neighbours_of(cluster, supplies, s);
	if (!supply_is_fresh(s))
		return;

	v->s = s;
	v->protections = cellar_has(&s->reading, CELLAR_PROTECTIONS) ? s->reading.protections : 0;
	v->warnings = cellar_has(&s->reading, CELLAR_WARNINGS) ? s->reading.warnings : 0;
}

void advice_step(struct advice *a, const struct cluster *cluster, const struct supply *supplies,
		 u64 now_ms, s64 wall_s)
{
	struct advice_view around = { 0 };
	unsigned int i, code;

	tick(a, now_ms, wall_s);
	around.clock_s = a->kept->clock_s;

	for (i = 0; i < a->places; i++)
		a->run[i].twice = false;
	for (i = 0; i < cluster->n; i++)
		advice_bind(a, cluster, supplies, i);
	for (i = 0; i < cluster->n; i++)
		if (a->bound[i].place != ADVICE_NO_SUPPLY && supply_is_fresh(&supplies[i]))
			advice_note(a, &supplies[i], a->bound[i].place);

	look_around(a, cluster, supplies, &around);
	for (i = 0; i < a->places; i++) {
		struct advice_view v = around;

		if (!*a->kept->pack[i].key)
			continue;
		look_at(a, cluster, supplies, i, &v);
		a->run[i].silent = v.silent;
		for (code = 0; code < ADVICE_CODES; code++)
			if (!advice_rules[code].of_cluster)
				judge(a, &v, i, code);
	}

	around.kept = cluster_place(a);
	for (code = 0; code < ADVICE_CODES; code++)
		if (advice_rules[code].of_cluster)
			judge(a, &around, advice_places(a), code);
}

int advice_set_disconnected(struct advice *a, const char *key, bool disconnected)
{
	unsigned int place = *key ? advice_place_of(a, key) : ADVICE_NO_SUPPLY;
	struct advice_kept_pack *k;

	if (place == ADVICE_NO_SUPPLY)
		return -ENOENT;

	k = &a->kept->pack[place];
	if (k->disconnected != disconnected) {
		k->disconnected = disconnected;
		k->item[ADVICE_OVER_DISCHARGED].limit_s = ADVICE_NO_LIMIT;
		a->changes++;
	}

	return 0;
}

int advice_forget(struct advice *a, const char *key)
{
	unsigned int place = *key ? advice_place_of(a, key) : ADVICE_NO_SUPPLY;

	if (place == ADVICE_NO_SUPPLY)
		return -ENOENT;
	if (a->run[place].supply != ADVICE_NO_SUPPLY && !a->run[place].silent)
		return -EBUSY;

	/* its supply may stand there for as long as the driver is loaded */
	if (a->run[place].supply != ADVICE_NO_SUPPLY)
		a->bound[a->run[place].supply].place = ADVICE_NO_SUPPLY;
	a->run[place].supply = ADVICE_NO_SUPPLY;
	memset(&a->kept->pack[place], 0, sizeof(a->kept->pack[place]));
	memset(a->run[place].turning_ms, 0, sizeof(a->run[place].turning_ms));
	a->changes++;

	return 0;
}

static bool is_shown(const struct advice *a, unsigned int place, unsigned int code)
{
	return a->kept->pack[place].item[code].since_s &&
	       (place == advice_places(a) || a->run[place].supply != ADVICE_NO_SUPPLY ||
		advice_rules[code].outlives || a->hold_ms < ADVICE_STARTING_MS);
}

static void fill_item(const struct advice *a, unsigned int place, unsigned int code,
		      struct advice_item *item)
{
	const struct advice_kept_pack *k = &a->kept->pack[place];
	const struct advice_kept_item *kept = &k->item[code];
	u32 clock_s = a->kept->clock_s;
	bool dated = a->dated && a->kept->wall_s;

	item->code = (u8)code;
	item->supply = a->run[place].supply;
	item->age_s = clock_s - kept->since_s;
	item->limit_s = kept->limit_s;
	item->left_s = kept->limit_s == ADVICE_NO_LIMIT ? ADVICE_NO_DEADLINE :
		       (s64)kept->from_s + kept->limit_s - clock_s;
	item->since = dated ? a->kept->wall_s - item->age_s : 0;
	item->deadline = dated && item->left_s != ADVICE_NO_DEADLINE ?
			 a->kept->wall_s + item->left_s : 0;
	memcpy(item->figure, kept->figure, sizeof(item->figure));
	item->disconnected = k->disconnected;
	item->key = k->key;
	item->name = k->name;
	item->model = k->model;
}

bool advice_next(const struct advice *a, unsigned int *cursor, struct advice_item *item)
{
	for (; *cursor < a->kept->n * ADVICE_CODES; (*cursor)++) {
		unsigned int place = *cursor / ADVICE_CODES, code = *cursor % ADVICE_CODES;

		if (!is_shown(a, place, code))
			continue;
		fill_item(a, place, code, item);
		(*cursor)++;
		return true;
	}

	return false;
}

bool advice_wants_full_charge(const struct advice *a)
{
	unsigned int i;

	for (i = 0; i < a->n; i++) {
		const struct advice_kept_item *item;

		if (a->bound[i].place == ADVICE_NO_SUPPLY)
			continue;
		item = a->kept->pack[a->bound[i].place].item;
		if (item[ADVICE_FULL_CHARGE].since_s || item[ADVICE_CALIBRATE].since_s)
			return true;
	}

	return false;
}

bool advice_full_age_s(const struct advice *a, unsigned int i, u32 *age_s)
{
	const struct advice_kept_pack *k;

	*age_s = 0;
	if (a->bound[i].place == ADVICE_NO_SUPPLY)
		return false;

	k = &a->kept->pack[a->bound[i].place];
	*age_s = a->kept->clock_s - (k->at[ADVICE_WAS_FULL] ? k->at[ADVICE_WAS_FULL] :
				     k->at[ADVICE_FIRST_HEARD]);

	return k->at[ADVICE_WAS_FULL];
}
