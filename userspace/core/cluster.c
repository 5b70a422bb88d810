// SPDX-License-Identifier: GPL-2.0-only
/*
 * Membership: the state machine of each supply, and the checks before one comes (back)
 * in. Adding up is cluster_sum.c.
 */
#include "cluster.h"

#include "mark.h"

#include <stdarg.h>
#include <stdlib.h>

static const char *const state_words[CLUSTER_STATES] = {
	[CLUSTER_ABSENT] = "absent",
	[CLUSTER_CHECKING] = "checking",
	[CLUSTER_MEMBER] = "member",
	[CLUSTER_SUSPENDED] = "suspended",
};

static const char *const reason_words[CLUSTER_REASONS] = {
	[CLUSTER_NO_REASON] = "",
	[CLUSTER_NEVER_HEARD] = "never heard",
	[CLUSTER_GONE] = "gone",
	[CLUSTER_BY_PERSON] = "taken out by a person",
	[CLUSTER_PACKS_SPEAK] = "its packs speak for themselves",
	[CLUSTER_DUPLICATE] = "heard twice",
	[CLUSTER_CHANGED] = "another pack than before",
	[CLUSTER_SILENT] = "silent",
	[CLUSTER_NO_VOLTAGE] = "says no voltage",
	[CLUSTER_BLOCKED] = "blocks charge and discharge",
	[CLUSTER_HOLDING] = "being watched",
	[CLUSTER_VOLTAGE] = "voltage too far from the others",
	[CLUSTER_MIX] = "does not mix",
};

static const char *const block_words[] = {
	[SUPPLY_FREE] = "free",
	[SUPPLY_BMS_FORBIDS] = "forbidden by its BMS",
	[SUPPLY_PROTECTS] = "stopped by a protection",
	[SUPPLY_TOO_COLD] = "colder than its maker allows",
	[SUPPLY_TOO_HOT] = "hotter than its maker allows",
	[SUPPLY_SAYS_NO_LIMIT] = "its BMS says no limit",
};

const char *cluster_state_word(enum cluster_state state)
{
	return state_words[state];
}

const char *cluster_reason_word(enum cluster_reason reason)
{
	return reason_words[reason];
}

const char *supply_block_word(enum supply_block block)
{
	return block_words[block];
}

int cluster_new(struct cluster **cluster, const struct cluster_config *config, unsigned int n)
{
	struct cluster *c;

	if (!n || n > CLUSTER_PACKS_MAX)
		return -EINVAL;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;

	c->config = *config;
	if (!c->config.packs_of_system)
		c->config.packs_of_system = 1;
	c->n = n;
	c->room = n;
	c->pack = calloc(n, sizeof(*c->pack));
	c->sorted = calloc(n, sizeof(*c->sorted));
	c->queue = calloc(n, sizeof(*c->queue));
	c->systems = calloc(n, sizeof(*c->systems));
	if (!c->pack || !c->sorted || !c->queue || !c->systems) {
		cluster_free(c);
		return -ENOMEM;
	}
	*cluster = c;

	return 0;
}

void cluster_free(struct cluster *cluster)
{
	if (!cluster)
		return;

	free(cluster->pack);
	free(cluster->sorted);
	free(cluster->queue);
	free(cluster->systems);
	free(cluster);
}

void cluster_use(struct cluster *cluster, unsigned int n)
{
	unsigned int i, was = cluster->n;

	cluster->n = n < cluster->room ? n : cluster->room;
	for (i = was; i < cluster->n; i++)
		cluster->pack[i].bad_ms = cluster->clock_ms;
}

/* Shell's sort: qsort() may allocate. The gaps are Ciura's. */
u32 cluster_median(u32 *values, unsigned int n)
{
	static const u8 gaps[] = { 132, 57, 23, 10, 4, 1 };
	unsigned int k, i, j, gap;
	u32 value;

	for (k = 0; k < ARRAY_SIZE(gaps); k++) {
		gap = gaps[k];
		for (i = gap; i < n; i++) {
			value = values[i];
			for (j = i; j >= gap && values[j - gap] > value; j -= gap)
				values[j] = values[j - gap];
			values[j] = value;
		}
	}

	return n ? values[(n - 1) / 2] : 0;
}

static void tick(struct cluster *c, u64 now_ms)
{
	u64 passed = c->stepped && now_ms > c->last_ms ? now_ms - c->last_ms : 0;

	c->step_ms = (u32)(passed < CLUSTER_STEP_MAX_MS ? passed : CLUSTER_STEP_MAX_MS);
	c->clock_ms += c->step_ms;
	c->last_ms = now_ms;
	c->stepped = true;
}

/* 0 for a serial number nobody said. */
static u64 hash_of(const char *serial)
{
	u64 hash = mark_text(MARK_START, serial);

	if (!*serial)
		return 0;

	return hash ? hash : 1;
}

/* What a fresh system allows, in equal parts to the packs that are heard of its bus. */
static void share_out(struct cluster *c, const struct supply *supplies, unsigned int system,
		      bool off_grid)
{
	struct cluster_pack *p = &c->pack[system];
	unsigned int way, i, heard = 0, packs;
	u32 ma;

	for (i = 0; i < c->n; i++)
		heard += !supplies[i].of_system && supplies[i].bus == supplies[system].bus &&
			 c->pack[i].fresh;

	for (way = 0; way < CORE_WAYS; way++) {
		packs = supply_packs(&supplies[system], way, c->config.packs_of_system);
		if (heard > packs)
			packs = heard;
		p->share_ma[way] = 0;
		if (p->fresh && packs && supply_limit_ma(&supplies[system], way, off_grid, &ma))
			p->share_ma[way] = ma / packs;
	}
}

/* The fresh system of a pack's bus, or none. */
static const struct supply *system_of(const struct cluster *c, const struct supply *supplies,
				      const struct supply *s, unsigned int *index)
{
	unsigned int i;

	for (i = 0; i < c->n_systems; i++) {
		*index = c->systems[i];
		if (supplies[*index].bus == s->bus && c->pack[*index].fresh)
			return &supplies[*index];
	}

	return NULL;
}

/* What a pack may do; what it does not say itself its system says for it. */
static void read_way(struct cluster *c, const struct supply *supplies, unsigned int i,
		     enum core_way way, bool off_grid)
{
	const struct supply *s = &supplies[i], *system;
	struct cluster_pack *p = &c->pack[i];
	unsigned int at = i;
	bool mute;

	p->packs[way] = (u16)supply_packs(s, way, c->config.packs_of_system);
	p->block[way] = supply_blocks(s, way);
	if (!supply_limit_ma(s, way, off_grid, &p->allowed_ma[way])) {
		system = s->of_system ? NULL : system_of(c, supplies, s, &at);
		if (system && cellar_has(&system->reading, way == CORE_CHARGE ?
					 CELLAR_CHARGE_CURRENT_LIMIT :
					 CELLAR_DISCHARGE_CURRENT_LIMIT))
			p->allowed_ma[way] = c->pack[at].share_ma[way];
		else if (!p->block[way])
			p->block[way] = SUPPLY_SAYS_NO_LIMIT;
	}

	mute = !cellar_has(&s->reading, CELLAR_PROTECTIONS) &&
	       !cellar_has(&s->reading, way == CORE_CHARGE ? CELLAR_CHARGE_ENABLE :
			   CELLAR_DISCHARGE_ENABLE);
	if (mute && !p->block[way] && !s->of_system) {
		system = system_of(c, supplies, s, &at);
		if (system)
			p->block[way] = supply_blocks(system, way);
	}
}

/* A serial number that is not said for a while is no other one. */
static void read_serial(struct cluster_pack *p, const struct supply *s)
{
	u64 hash = hash_of(s->serial);

	p->changed = hash && p->serial_hash && hash != p->serial_hash;
	if (hash)
		p->serial_hash = hash;
}

static void read_all(struct cluster *c, const struct supply *supplies, bool off_grid)
{
	unsigned int i, way;

	c->n_systems = 0;
	for (i = 0; i < c->n; i++) {
		c->pack[i].fresh = supply_is_fresh(&supplies[i]);
		read_serial(&c->pack[i], &supplies[i]);
		if (supplies[i].of_system)
			c->systems[c->n_systems++] = (u16)i;
		if (c->pack[i].fresh && !c->begun) {
			c->begun = true;
			c->begun_ms = c->clock_ms;
		}
	}
	for (i = 0; i < c->n_systems; i++)
		share_out(c, supplies, c->systems[i], off_grid);

	for (i = 0; i < c->n; i++) {
		for (way = 0; way < CORE_WAYS; way++) {
			if (c->pack[i].fresh) {
				read_way(c, supplies, i, way, off_grid);
				continue;
			}
			c->pack[i].block[way] = SUPPLY_FREE;
			c->pack[i].allowed_ma[way] = 0;
			c->pack[i].packs[way] = 0;
		}
	}
}

/* Where the owner of a serial number stands in the table, or would. */
static unsigned int slot_of(const struct cluster *c, u64 hash)
{
	unsigned int slot = (unsigned int)(hash % CLUSTER_OWNERS);

	while (c->owner[slot] && c->pack[c->owner[slot] - 1].serial_hash != hash)
		slot = (slot + 1) % CLUSTER_OWNERS;

	return slot;
}

/*
 * Of supplies with the same serial number one counts: who is a member already, else
 * the first.
 */
static void find_owners(struct cluster *c, const struct supply *supplies)
{
	unsigned int members, i, slot;

	memset(c->owner, 0, sizeof(c->owner));
	for (members = 2; members--;) {
		for (i = 0; i < c->n; i++) {
			const struct cluster_pack *p = &c->pack[i];

			if ((p->state == CLUSTER_MEMBER) != members || !p->serial_hash ||
			    !p->fresh || supplies[i].out)
				continue;
			slot = slot_of(c, p->serial_hash);
			if (!c->owner[slot])
				c->owner[slot] = (u16)(i + 1);
		}
	}
}

static bool is_duplicate(const struct cluster *c, unsigned int i)
{
	u64 hash = c->pack[i].serial_hash;

	return hash && c->owner[slot_of(c, hash)] != i + 1;
}

static bool packs_speak(const struct cluster *c, const struct supply *supplies, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < c->n; j++)
		if (!supplies[j].of_system && supplies[j].bus == supplies[i].bus &&
		    c->pack[j].fresh)
			return true;

	return false;
}

/* What keeps a supply out by itself, whoever the others are. */
static enum cluster_reason why_out(const struct cluster *c, const struct supply *supplies,
				   unsigned int i)
{
	const struct supply *s = &supplies[i];
	const struct cluster_pack *p = &c->pack[i];
	if (s->age_ms == SUPPLY_NEVER)
		return CLUSTER_NEVER_HEARD;
	if (!p->fresh && s->age_ms >= SUPPLY_PRESENT_MS)
		return CLUSTER_GONE;
	if (s->out)
		return CLUSTER_BY_PERSON;
	if (s->of_system && packs_speak(c, supplies, i))
		return CLUSTER_PACKS_SPEAK;
	if (!p->fresh)
		return CLUSTER_SILENT;
	if (p->changed)
		return CLUSTER_CHANGED;
	if (is_duplicate(c, i))
		return CLUSTER_DUPLICATE;
	if (!cellar_has(&s->reading, CELLAR_VOLTAGE))
		return CLUSTER_NO_VOLTAGE;
	if (p->block[CORE_CHARGE] && p->block[CORE_DISCHARGE])
		return CLUSTER_BLOCKED;

	return CLUSTER_NO_REASON;
}

static void say(struct cluster_pack *p, enum cluster_state state, enum cluster_reason reason,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

static void say(struct cluster_pack *p, enum cluster_state state, enum cluster_reason reason,
		const char *format, ...)
{
	va_list args;

	if (p->state == state && p->reason == reason && reason != CLUSTER_BLOCKED)
		return;

	p->state = (u8)state;
	p->reason = (u8)reason;
	p->rule = MIX_FITS;
	p->told++;
	va_start(args, format);
	vsnprintf(p->why, sizeof(p->why), format, args);
	va_end(args);
}

static void put_out(struct cluster *c, const struct supply *s, struct cluster_pack *p,
		    enum cluster_reason reason)
{
	bool absent = reason == CLUSTER_NEVER_HEARD || reason == CLUSTER_GONE;
	enum cluster_state state = absent ? CLUSTER_ABSENT : CLUSTER_SUSPENDED;
	u8 blocks[CORE_WAYS] = { p->block[CORE_CHARGE], p->block[CORE_DISCHARGE] };

	p->bad_ms = c->clock_ms;
	p->hold_left_ms = 0;
	if (reason != CLUSTER_BLOCKED) {
		say(p, state, reason, "%s: %s", s->name, reason_words[reason]);
		return;
	}
	if (p->reason == reason && !memcmp(blocks, p->blocked_as, sizeof(blocks)))
		return;

	memcpy(p->blocked_as, blocks, sizeof(blocks));
	say(p, state, reason, "%s: charge %s, discharge %s", s->name,
	    block_words[blocks[CORE_CHARGE]], block_words[blocks[CORE_DISCHARGE]]);
}

static u32 hold_of(const struct cluster *c, const struct cluster_pack *p)
{
	bool starting = c->clock_ms - c->begun_ms < CLUSTER_STARTING_MS;

	return starting && !p->was_member ? CLUSTER_FIRST_HOLD_MS : CLUSTER_HOLD_MS;
}

/* Nothing keeps it out by itself: it waits, or asks to come in. */
static bool may_ask(struct cluster *c, const struct supply *s, struct cluster_pack *p)
{
	u32 hold = p->reason == CLUSTER_MIX ? CLUSTER_HOLD_MS : hold_of(c, p);
	u64 good = c->clock_ms - p->bad_ms;

	p->hold_left_ms = good < hold ? (u32)(hold - good) : 0;
	if (p->hold_left_ms) {
		if (p->reason != CLUSTER_MIX)
			say(p, CLUSTER_CHECKING, CLUSTER_HOLDING,
			    "%s: must give fresh data for %u s", s->name, hold / 1000);
		return false;
	}

	return true;
}

static u32 apart(u32 a, u32 b)
{
	return a > b ? a - b : b - a;
}

static u32 members_median(struct cluster *c, const struct supply *supplies)
{
	unsigned int i, n = 0;

	for (i = 0; i < c->n; i++)
		if (c->pack[i].state == CLUSTER_MEMBER)
			c->sorted[n++] = supplies[i].reading.voltage_mv;

	return cluster_median(c->sorted, n);
}

/*
 * Whom the first members gather around: the one that most others fit, so that one
 * foreign pack does not keep out the rest.
 */
static unsigned int first_of(const struct cluster *c, const struct supply *supplies,
			     unsigned int asking)
{
	unsigned int i, j, best = 0, most = 0;

	for (i = 0; i < asking; i++) {
		const struct supply *a = &supplies[c->queue[i]];
		unsigned int fit = 1;

		for (j = 0; j < asking; j++) {
			const struct supply *b = &supplies[c->queue[j]];

			fit += i != j && apart(a->reading.voltage_mv, b->reading.voltage_mv) <=
			       MIX_VOLTAGE_MV && !mix_pair(a, b, c->config.kit, NULL);
		}
		if (fit > most) {
			most = fit;
			best = i;
		}
	}

	return c->queue[best];
}

static enum mix_rule mix_of(const struct cluster *c, const struct supply *supplies,
			    unsigned int joining, char *words)
{
	const struct supply *s = &supplies[joining], *strictest = NULL;
	unsigned int i, packs = 0;
	enum mix_rule rule;

	for (i = 0; i < c->n; i++) {
		if (c->pack[i].state != CLUSTER_MEMBER)
			continue;
		rule = mix_pair(&supplies[i], s, c->config.kit, words);
		if (rule)
			return rule;
		packs += supply_wired_packs(&supplies[i], c->config.packs_of_system);
		if (!strictest || (mix_packs_max(&supplies[i]) &&
				   mix_packs_max(&supplies[i]) < mix_packs_max(strictest)))
			strictest = &supplies[i];
	}

	return mix_count(s, supply_wired_packs(s, c->config.packs_of_system), strictest, packs,
			 words);
}

static void join(struct cluster *c, const struct supply *supplies, unsigned int i, u32 median)
{
	const struct supply *s = &supplies[i];
	struct cluster_pack *p = &c->pack[i];
	u32 mv = s->reading.voltage_mv;
	char words[MIX_WORDS_SIZE];
	enum mix_rule rule;
	unsigned int way;

	if (median && apart(mv, median) > MIX_VOLTAGE_MV) {
		say(p, CLUSTER_CHECKING, CLUSTER_VOLTAGE,
		    "%s has %u.%02u V, the members' median is %u.%02u V: at most 0.5 V between them",
		    s->name, mv / 1000, mv % 1000 / 10, median / 1000, median % 1000 / 10);
		return;
	}

	rule = mix_of(c, supplies, i, words);
	if (rule) {
		p->bad_ms = c->clock_ms;
		p->reason = CLUSTER_NO_REASON;
		say(p, CLUSTER_SUSPENDED, CLUSTER_MIX, "%s", words);
		p->rule = (u8)rule;
		return;
	}

	say(p, CLUSTER_MEMBER, CLUSTER_NO_REASON, "%s", "");
	p->was_member = true;
	for (way = 0; way < CORE_WAYS; way++)
		p->was_blocked[way] = false;
}

static void let_in(struct cluster *c, const struct supply *supplies, unsigned int asking,
		   unsigned int members)
{
	unsigned int i, first;
	u32 median;

	if (!asking)
		return;

	median = members_median(c, supplies);
	if (!members) {
		first = first_of(c, supplies, asking);
		join(c, supplies, first, 0);
		median = supplies[first].reading.voltage_mv;
	}
	for (i = 0; i < asking; i++)
		if (c->pack[c->queue[i]].state != CLUSTER_MEMBER)
			join(c, supplies, c->queue[i], median);
}

/* A way that was blocked comes back no sooner than a pack does. */
static void open_ways(struct cluster *c, struct cluster_pack *p)
{
	unsigned int way;

	for (way = 0; way < CORE_WAYS; way++) {
		p->carries[way] = false;
		if (p->state != CLUSTER_MEMBER)
			continue;
		if (p->block[way]) {
			p->was_blocked[way] = true;
			p->blocked_ms[way] = c->clock_ms;
		} else if (!p->was_blocked[way] ||
			   c->clock_ms - p->blocked_ms[way] >= CLUSTER_HOLD_MS) {
			p->was_blocked[way] = false;
			p->carries[way] = true;
		}
	}
}

void cluster_step(struct cluster *c, const struct supply *supplies, bool off_grid, u64 now_ms)
{
	unsigned int i, asking = 0, members = 0;
	enum cluster_reason reason;

	tick(c, now_ms);
	read_all(c, supplies, off_grid);
	find_owners(c, supplies);

	for (i = 0; i < c->n; i++) {
		reason = why_out(c, supplies, i);
		if (reason)
			put_out(c, &supplies[i], &c->pack[i], reason);
		else if (c->pack[i].state == CLUSTER_MEMBER)
			members++;
		else if (may_ask(c, &supplies[i], &c->pack[i]))
			c->queue[asking++] = (u16)i;
	}
	let_in(c, supplies, asking, members);

	for (i = 0; i < c->n; i++)
		open_ways(c, &c->pack[i]);

	cluster_add_up(c, supplies);
}
