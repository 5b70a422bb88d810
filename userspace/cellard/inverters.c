// SPDX-License-Identifier: GPL-2.0-only
/*
 * From clusters to lines, and back: limits go out, what comes in may make them lower.
 */
#include "inverters.h"

#include "../core/smaller.h"

#include <stdlib.h>

/* What an inverter measures of itself is said once a second (protocols.md 2.3). */
#define SAID_FRESH_MS	2500

/*
 * A step may be so late before what was said is said no more: readings that end in 2.5 s
 * are acted on within 3 s (design.md, "Figures to reach"), also by a process that slept.
 */
#define LATE_MS		500

static const char *const state_sentences[INVERTER_CAN_STATES] = {
	[INVERTER_CAN_NO_INTERFACE] = "there is no CAN interface %s",
	[INVERTER_CAN_DOWN] = "%s is down",
	[INVERTER_CAN_BUS_OFF] = "the controller of %s is off the bus after too many errors",
	[INVERTER_CAN_NO_ACK] = "nobody on %s acknowledges what is said",
	[INVERTER_CAN_CONFLICT] = "another battery speaks on %s: nothing more is said there",
	[INVERTER_CAN_WAITING] = "there is nothing to say on %s",
	[INVERTER_CAN_SPEAKING] = "it is told of its battery on %s",
	[INVERTER_CAN_LISTENING] = "%s is only listened to",
};

static enum inverter_can_state state_of(const struct inverter *inverter)
{
	return inverter_can_status(inverter->line)->state;
}

static bool is_driven(const struct inverter *inverter, const char *cluster)
{
	return !inverter->config.listen && !strcmp(inverter->bound, cluster);
}

const struct inverter *inverters_first(const struct inverters *inverters, const char *cluster)
{
	for (unsigned int i = 0; i < inverters->n; i++)
		if (is_driven(&inverters->inverter[i], cluster))
			return &inverters->inverter[i];

	return NULL;
}

/* What they can together; LIMITS_NONE when one of them does not say. */
static unsigned int add_up(const struct inverters *inverters, const char *cluster, u32 *can_ma,
			   bool *speaks)
{
	u64 sum[CORE_WAYS] = { 0 };
	unsigned int i, way, n = 0;

	*speaks = false;
	for (i = 0; i < inverters->n; i++) {
		const struct inverter *inverter = &inverters->inverter[i];

		if (!is_driven(inverter, cluster))
			continue;
		n++;
		*speaks |= state_of(inverter) == INVERTER_CAN_SPEAKING;
		for (way = 0; way < CORE_WAYS; way++)
			sum[way] += inverter->config.most_ma[way];
	}
	for (way = 0; way < CORE_WAYS; way++)
		can_ma[way] = n && sum[way] < LIMITS_NONE ? (u32)sum[way] : LIMITS_NONE;

	return n;
}

static void obey_words(const struct obey *obey, char *words)
{
	static const char *const ways[CORE_WAYS] = {
		[CORE_CHARGE] = "charge", [CORE_DISCHARGE] = "discharge",
	};

	for (unsigned int way = 0; way < CORE_WAYS; way++) {
		const struct obey_way *w = &obey->way[way];

		if (!w->over)
			continue;
		if (w->excess_permille == UINT16_MAX)
			snprintf(words, INVERTERS_WORDS_SIZE, "exceeds %s limit by far", ways[way]);
		else
			snprintf(words, INVERTERS_WORDS_SIZE, "exceeds %s limit by %u %%",
				 ways[way], (w->excess_permille + 5) / 10);
	}
}

void inverters_obey_words(const struct inverters *inverters, const struct inverter *inverter,
			  char *words)
{
	const struct inverter *first = inverters_first(inverters, inverter->bound);

	snprintf(words, INVERTERS_WORDS_SIZE, "obeys");
	if (first && !inverter->config.listen)
		obey_words(&first->together, words);
	obey_words(&inverter->own, words);
}

void inverters_lowered(const struct inverters *inverters, const struct inverter *inverter,
		       u32 cap_ma[CORE_WAYS])
{
	const struct inverter *first = inverters_first(inverters, inverter->bound);

	for (unsigned int way = 0; way < CORE_WAYS; way++) {
		cap_ma[way] = inverter->own.way[way].cap_ma;
		if (first && !inverter->config.listen)
			cap_ma[way] = smaller(cap_ma[way], first->together.way[way].cap_ma);
	}
}

static void tell_obey(struct inverters *inverters, const struct obey *obey, const char *subject,
		      bool *over)
{
	bool was = *over;
	char words[INVERTERS_WORDS_SIZE];

	*over = obey->way[CORE_CHARGE].over || obey->way[CORE_DISCHARGE].over;
	if (*over == was)
		return;

	obey_words(obey, words);
	if (*over)
		events_add(inverters->plant->events, "inverter-exceeds", subject,
			   "%s: it is told less until it obeys", words);
	else
		events_add(inverters->plant->events, "inverter-obeys", subject,
			   "keeps to its limits again");
}

static void learn_together(struct inverters *inverters, struct plant_cluster *c)
{
	struct inverter *first = (struct inverter *)inverters_first(inverters, c->name);
	const struct cellar_reading *sum = &c->cluster->out.sum;
	u32 can_ma[CORE_WAYS], limit_ma[CORE_WAYS];
	unsigned int way, n;
	bool speaks;

	n = add_up(inverters, c->name, can_ma, &speaks);
	if (n) {
		for (way = 0; way < CORE_WAYS; way++)
			limit_ma[way] = smaller(obey_limit_ma(&c->told, way), can_ma[way]);
		obey_step(&first->together, limit_ma, speaks && cellar_has(sum, CELLAR_CURRENT),
			  sum->current_ma, c->cluster->step_ms);
		tell_obey(inverters, &first->together, n == 1 ? first->config.name : c->name,
			  &first->over_together);
	}
	for (way = 0; way < CORE_WAYS; way++)
		c->inverter_ma[way] = n ? smaller(can_ma[way], first->together.way[way].cap_ma) :
				      LIMITS_NONE;
}

/* What the inverter would be told if it, and all of its cluster, obeyed. */
static u32 limit_ma(const struct inverter *inverter, const struct plant_cluster *c,
		    enum core_way way)
{
	u64 ma = (u64)obey_limit_ma(&c->told, way) * inverter->config.share_permille /
		 ONE_BATTERY_WHOLE_PERMILLE;

	return smaller((u32)ma, inverter->config.most_ma[way]);
}

static void learn_own(struct inverters *inverters, struct inverter *inverter,
		      const struct plant_cluster *c)
{
	const struct inverter_can_status *status = inverter_can_status(inverter->line);
	u32 limits[CORE_WAYS];
	bool told = status->state == INVERTER_CAN_SPEAKING;

	for (unsigned int way = 0; way < CORE_WAYS; way++)
		limits[way] = limit_ma(inverter, c, way);
	obey_step(&inverter->own, limits, told && inverter->measures, status->said.current_ma, c->cluster->step_ms);
	tell_obey(inverters, &inverter->own, inverter->config.name, &inverter->over_own);
}

/* The one that is meant, if it is there. */
static struct plant_cluster *cluster_of(const struct plant *plant, struct inverter *inverter)
{
	const char *given = inverter->config.cluster;
	const char *name = *given ? given : inverter->bound;
	struct plant_cluster *c;

	for (c = plant->clusters; c; c = c->next)
		if (!strcmp(c->name, name))
			break;
	if (!c && !*given && plant->clusters && !plant->clusters->next)
		c = plant->clusters;
	if (c)
		snprintf(inverter->bound, sizeof(inverter->bound), "%s", c->name);

	return c;
}

void inverters_learn(struct inverters *inverters, u64 now_ms)
{
	const struct inverter_can_status *status;
	struct plant_cluster *c;

	for (unsigned int i = 0; i < inverters->n; i++) {
		struct inverter *inverter = &inverters->inverter[i];

		status = inverter_can_status(inverter->line);
		inverter->measures = status->said.measures &&
				     now_ms < status->heard_ms + SAID_FRESH_MS;
		c = cluster_of(inverters->plant, inverter);
		if (c && !inverter->config.listen)
			learn_own(inverters, inverter, c);
	}
	for (c = inverters->plant->clusters; c; c = c->next)
		learn_together(inverters, c);
}

/* What these ask for, whoever made the battery (protocols.md 1, 3.3). */
static const char *const expected_makers[CELLAR_DIALECTS] = {
	[CELLAR_DIALECT_PYLONTECH] = "PYLON",
	[CELLAR_DIALECT_SOFAR] = "PYLON",
};

static const struct cellar_model *model_of(const struct plant_cluster *c)
{
	for (unsigned int i = 0; c && i < c->used; i++)
		if (c->cluster->pack[i].state == CLUSTER_MEMBER && c->supply[i].model)
			return c->supply[i].model;

	return NULL;
}

/* The makers of the packs, or a name that the inverter knows. */
static void say_names(struct inverter *inverter, const struct plant_cluster *c)
{
	const char *expected = expected_makers[inverter->config.dialect];
	const struct cellar_model *model = model_of(c);
	struct cellar_reading *say = &inverter->say;

	if (expected || model) {
		snprintf(say->manufacturer, sizeof(say->manufacturer), "%s",
			 expected ? expected : model->maker);
		cellar_say(say, CELLAR_MANUFACTURER);
	}
	if (model && !expected) {
		snprintf(say->model, sizeof(say->model), "%s", model->model);
		cellar_say(say, CELLAR_MODEL);
	}
}

/* Without a cluster: what is said when no pack is there. */
static void compose(struct inverter *inverter, const struct plant_cluster *c)
{
	static const struct cluster no_cluster;
	static const struct limits_out no_limits;
	u32 most_ma[CORE_WAYS];

	for (unsigned int way = 0; way < CORE_WAYS; way++)
		most_ma[way] = smaller(inverter->config.most_ma[way],
				       inverter->own.way[way].cap_ma);
	inverter->says = one_battery_say(&inverter->battery, c ? c->cluster : &no_cluster,
					 c ? &c->told : &no_limits,
					 inverter->config.share_permille, most_ma,
					 &inverter->say);
	if (inverter->says)
		say_names(inverter, c);
}

static void tell_line(struct inverters *inverters, struct inverter *inverter, u64 now_ms,
		      s64 wall_s)
{
	const struct inverter_can_status *status = inverter_can_status(inverter->line);
	struct events *events = inverters->plant->events;
	bool silent = status->heard && now_ms >= status->heard_ms + INVERTER_CAN_SILENT_MS;

	if (status->state != inverter->was)
		events_add(events, "inverter-line", inverter->config.name,
			   state_sentences[status->state], inverter->config.interface);
	inverter->was = status->state;

	if (silent == inverter->silent && status->heard == inverter->heard)
		return;
	if (silent)
		events_add(events, "inverter-silent", inverter->config.name,
			   "no keep-alive has come for %d s", INVERTER_CAN_SILENT_MS / 1000);
	else
		events_add(events, "inverter-heard", inverter->config.name,
			   "its keep-alive comes");
	inverter->heard = status->heard;
	inverter->silent = silent;
	inverter->heard_wall_s = wall_s ? wall_s - (s64)(now_ms - status->heard_ms) / 1000 : 0;
}

static void compare(struct inverter *inverter, const struct plant_cluster *c, u64 now_ms)
{
	const struct inverter_can_status *status = inverter_can_status(inverter->line);
	bool fresh = status->battery_ms && now_ms < status->battery_ms + COMPARISON_FRESH_MS;

	comparison_step(&inverter->comparison, fresh ? &status->battery : NULL,
			inverter->says ? &inverter->say : NULL, c ? c->cluster->step_ms : 0);
}

void inverters_say(struct inverters *inverters, u64 now_ms, s64 wall_s)
{
	u32 hold_ms = plant_wait_ms(inverters->plant, now_ms) + LATE_MS;

	for (unsigned int i = 0; i < inverters->n; i++) {
		struct inverter *inverter = &inverters->inverter[i];
		const struct plant_cluster *c = cluster_of(inverters->plant, inverter);

		compose(inverter, c);
		if (inverter->config.listen)
			compare(inverter, c, now_ms);
		else
			inverter_can_say(inverter->line, inverter->says ? &inverter->say : NULL,
					 hold_ms);
		tell_line(inverters, inverter, now_ms, wall_s);
	}
}

static int inverter_start(struct inverters *inverters, struct inverter *inverter,
			  const struct config_inverter *config)
{
	struct inverter_can_options options = {
		.interface = config->interface,
		.dialect = config->dialect,
		.listen = config->listen,
	};

	memset(inverter, 0, sizeof(*inverter));
	inverter->config = *config;
	inverter->was = INVERTER_CAN_WAITING;
	obey_start(&inverter->together);
	obey_start(&inverter->own);

	return inverter_can_new(&inverter->line, inverters->event, &options, &inverters->hooks,
				inverters->user);
}

static void inverter_end(struct inverter *inverter)
{
	compose(inverter, NULL);
	if (inverter->says && !inverter->config.listen)
		inverter_can_last_words(inverter->line, &inverter->say);
	inverter_can_free(inverter->line);
}

static bool is_same_line(const struct inverter *inverter, const struct config_inverter *config)
{
	const struct config_inverter *is = &inverter->config;

	return !strcmp(is->name, config->name) && !strcmp(is->interface, config->interface) &&
	       is->dialect == config->dialect && is->listen == config->listen;
}

static const struct config_inverter *config_of_line(const struct inverter *inverter,
						    const struct config *config)
{
	for (unsigned int i = 0; i < config->inverters; i++)
		if (is_same_line(inverter, &config->inverter[i]))
			return &config->inverter[i];

	return NULL;
}

int inverters_reconfigure(struct inverters *inverters, const struct config *config)
{
	struct inverter kept[CONFIG_INVERTERS_MAX];
	unsigned int i, k, n_kept = 0;
	int r, result = 0;

	for (i = 0; i < inverters->n; i++) {
		if (config_of_line(&inverters->inverter[i], config))
			kept[n_kept++] = inverters->inverter[i];
		else
			inverter_end(&inverters->inverter[i]);
	}
	inverters->n = 0;
	for (i = 0; i < config->inverters; i++) {
		struct inverter *inverter = &inverters->inverter[inverters->n];

		if (!config->inverter[i].interface[0])
			continue;
		for (k = 0; k < n_kept; k++)
			if (is_same_line(&kept[k], &config->inverter[i]))
				break;
		if (k < n_kept) {
			*inverter = kept[k];
			inverter->config = config->inverter[i];
			inverters->n++;
			continue;
		}
		r = inverter_start(inverters, inverter, &config->inverter[i]);
		if (r < 0)
			result = r;
		else
			inverters->n++;
	}

	return result;
}

int inverters_new(struct inverters **inverters, struct plant *plant, sd_event *event,
		  const struct config *config, void (*changed)(void *user), void *user)
{
	struct inverters *all;
	int r;

	all = calloc(1, sizeof(*all));
	if (!all)
		return -ENOMEM;

	all->plant = plant;
	all->event = event;
	all->hooks.changed = changed;
	all->user = user;
	r = inverters_reconfigure(all, config);
	if (r < 0) {
		inverters_free(all);
		return r;
	}
	*inverters = all;

	return 0;
}

void inverters_free(struct inverters *inverters)
{
	if (!inverters)
		return;

	for (unsigned int i = 0; i < inverters->n; i++)
		inverter_end(&inverters->inverter[i]);
	free(inverters);
}
