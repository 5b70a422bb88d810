// SPDX-License-Identifier: GPL-2.0-only
/*
 * "% charge mode" (spec/inverter.md): rules by which the battery charges, from the grid if
 * need be, up to a target. The first of those that apply is in force.
 *
 * Once its target is reached, and until 1 % below it, a rule charges no more but keeps the
 * battery from being discharged; the sun may go on. Where the sun gives more than the
 * rule's power the battery takes that.
 *
 * Hours are what the site's clocks show: on the day on which they skip an hour a rule that
 * begins in it begins at the jump, and an hour that comes twice is charged in twice.
 * Countdowns do not know of such a jump beforehand.
 */
#include "site_parts.h"

#include "smaller.h"

#define KEPT_CENTI	100u

/* The days around now; the others are worked out when a rule asks for them. */
struct days {
	const struct civil *today;
	struct civil yesterday, tomorrow;
	bool know_yesterday, know_tomorrow;
};

static const struct civil *yesterday(struct days *days)
{
	if (!days->know_yesterday)
		civil_yesterday(days->today, &days->yesterday);
	days->know_yesterday = true;

	return &days->yesterday;
}

static const struct civil *tomorrow(struct days *days)
{
	if (!days->know_tomorrow)
		civil_of((days->today->day + 1LL) * CIVIL_DAY_S, &days->tomorrow);
	days->know_tomorrow = true;

	return &days->tomorrow;
}

static unsigned int begin_of(const struct site_rule *rule)
{
	return rule->from_min % CIVIL_DAY_MIN;
}

static unsigned int end_of(const struct site_rule *rule)
{
	return rule->to_min % CIVIL_DAY_MIN;
}

static bool on_day(const struct site_rule *rule, const struct civil *day)
{
	return rule->weekdays & BIT(day->weekday) &&
	       civil_in_days(day, rule->from_day, rule->to_day);
}

/* Hours that go over midnight belong to the day on which they began. */
static bool applies(const struct site_rule *rule, struct days *days)
{
	unsigned int minute = days->today->minute;

	if (!rule->enabled || !civil_in_hours(minute, rule->from_min, rule->to_min))
		return false;
	if (begin_of(rule) > end_of(rule) && minute < end_of(rule))
		return on_day(rule, yesterday(days));

	return on_day(rule, days->today);
}

/* A rule of whole days goes on over midnight when the next day is one of its days. */
static void show_end(const struct site_rule *rule, struct days *days, struct site_outputs *out)
{
	bool whole_days = begin_of(rule) == end_of(rule);

	if (!whole_days)
		site_until(out, civil_until_ms(days->today, end_of(rule)));
	else if (!on_day(rule, tomorrow(days)))
		site_until(out, civil_until_ms(days->today, 0));
}

/* Within a day, and only if nothing changes earlier; what begins later is not shown. */
static void show_begin(const struct site_rule *rule, struct days *days,
		       struct site_outputs *out)
{
	bool whole_days = begin_of(rule) == end_of(rule);
	unsigned int begin = whole_days ? 0 : begin_of(rule);
	u32 ms = civil_until_ms(days->today, begin);

	if (rule->enabled && ms < out->mode_next_ms &&
	    on_day(rule, begin > days->today->minute ? days->today : tomorrow(days)))
		site_until(out, ms);
}

static s8 find(const struct site_config *config, struct days *days, struct site_outputs *out)
{
	unsigned int i;

	for (i = 0; i < config->rules; i++) {
		if (applies(&config->rule[i], days)) {
			show_end(&config->rule[i], days, out);
			return (s8)i;
		}
		show_begin(&config->rule[i], days, out);
	}

	return -1;
}

void timedcharge_step(const struct site_config *config, struct timedcharge *state,
		      const struct site_image *image, struct windows *windows,
		      struct site_outputs *out)
{
	struct days days = { .today = &image->civil };
	const struct site_rule *rule;
	u32 target;
	s8 found = -1;

	if (config->timed_charge && image->timed && !image->off_grid)
		found = find(config, &days, out);
	if (found != state->rule)
		state->reached = false;
	state->rule = found;
	out->rule = found;
	if (found < 0)
		return;

	rule = &config->rule[found];
	target = rule->target_percent * 100u;
	state->reached = image->soc_centi >= target ||
			 (state->reached && image->soc_centi + KEPT_CENTI > target);
	if (state->reached)
		window_at_least(&windows->battery, 0, SITE_BY_TIMED_CHARGE);
	else
		windows_wish(windows, higher((s32)rule->power_w, image->surplus_w),
			     SITE_BY_TIMED_CHARGE);
}
