// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switched outputs (spec/ems.md): a contact is open until its variable reaches the upper
 * threshold, then closed until it falls to the lower one. The thresholds are looked at
 * every check_s, first at once.
 *
 * Hours and days come first: outside of them, and when it is not enabled, a contact opens
 * at once, whatever its minimum times, and begins anew afterwards. Hours over midnight
 * belong to the day on which they began; without a time of day no hours are kept to, and
 * the contact is open. Everything else, a variable that is missing as well, waits for the
 * minimum times. These count from the last change, whoever made it.
 *
 * A variable that is missing counts at once, and its stated state holds until the first
 * check after it is back: a contact that is closed then waits for the lower threshold.
 * What the thresholds want is looked at again when a minimum time that kept it is over.
 *
 * What hangs on a contact and is seen by the grid's meter is taken out while it is closed:
 * the house without it draws less, or feeds in more. A switched load does not see itself.
 */
#include "site_parts.h"

#include "smaller.h"

/* What the thresholds are held against, in @unit of them. */
struct seen {
	bool known;
	s32 value, unit;
};

static s32 watts(s64 value)
{
	if (value > INT32_MAX)
		return INT32_MAX;

	return value > 0 ? (s32)value : 0;
}

/* SOC is held against its thresholds to the hundredth: 20.9 % has not fallen to 20. */
static struct seen see(const struct site_output_config *config, const struct site_image *image,
		       bool closed)
{
	s64 own_w = closed ? config->load_w : 0;

	switch (config->variable) {
	case SITE_SOC:
		return (struct seen){ image->battery_known, image->soc_centi, 100 };
	case SITE_PV_POWER:
		return (struct seen){ image->pv_known, image->pv_w, 1 };
	case SITE_CAR_POWER:
		return (struct seen){ image->chargers_power, image->chargers_w, 1 };
	case SITE_GRID_POWER:
		if (!config->grid_out)
			return (struct seen){ image->meter, watts(-(s64)image->grid_w - own_w), 1 };
		break;
	default:
		break;
	}

	return (struct seen){ image->meter, watts(image->grid_w + own_w), 1 };
}

static bool has_hours(const struct site_output_config *config)
{
	return config->from_min % CIVIL_DAY_MIN != config->to_min % CIVIL_DAY_MIN;
}

/* Is it within its hours and days? When not, @next_ms: until that may change. */
static bool is_its_time(const struct site_output_config *config, const struct site_image *image,
			u32 *next_ms)
{
	unsigned int minute = image->civil.minute;
	struct civil before;

	if (!has_hours(config) && !config->from_day && !config->to_day)
		return true;

	*next_ms = SITE_NO_TIME;
	if (!image->timed)
		return false;
	*next_ms = civil_until_ms(&image->civil, config->from_min);
	if (!civil_in_hours(minute, config->from_min, config->to_min))
		return false;
	if (has_hours(config) && config->from_min > config->to_min && minute < config->to_min) {
		civil_yesterday(&image->civil, &before);
		return civil_in_days(&before, config->from_day, config->to_day);
	}

	return civil_in_days(&image->civil, config->from_day, config->to_day);
}

static u32 rest_ms(u64 now_ms, u64 since_ms, u64 lasts_ms)
{
	u64 rest = now_ms - since_ms < lasts_ms ? lasts_ms - (now_ms - since_ms) : 0;

	return rest < SITE_NO_TIME ? (u32)rest : SITE_NO_TIME - 1;
}

static void look(const struct site_output_config *config, struct output *state,
		 const struct seen *seen, u64 now_ms)
{
	state->checked = true;
	state->checked_ms = now_ms;
	state->wanted = state->closed ? seen->value > (s64)config->lower * seen->unit :
			seen->value >= (s64)config->upper * seen->unit;
}

static void turn(struct output *state, bool closed, u64 now_ms)
{
	if (closed == state->closed)
		return;
	state->closed = closed;
	state->switched = true;
	state->switched_ms = now_ms;
}

static void output_step(const struct site_output_config *config, struct output *state,
			const struct site_image *image, struct site_output_outputs *out)
{
	struct seen seen = see(config, image, state->closed);
	u64 check_ms = config->check_s * 1000ull, now_ms = image->now_ms;
	u32 stays_ms;

	*out = (struct site_output_outputs){
		.known = seen.known,
		.value = seen.known ? seen.value / seen.unit : 0,
		.next_ms = SITE_NO_TIME,
	};
	if (!config->enabled || !is_its_time(config, image, &out->next_ms)) {
		out->winner = config->enabled ? SITE_BY_HOURS : SITE_NOBODY;
		state->checked = false;
		state->wanted = false;
		turn(state, false, now_ms);
		return;
	}

	stays_ms = state->switched ?
		   rest_ms(now_ms, state->switched_ms,
			   (state->closed ? config->min_on_s : config->min_off_s) * 1000ull) : 0;
	if (!seen.known) {
		out->winner = SITE_BY_STALE;
		state->wanted = config->closed_without;
	} else if (!state->checked || !rest_ms(now_ms, state->checked_ms, check_ms) ||
		   (state->wanted != state->closed && !stays_ms)) {
		look(config, state, &seen, now_ms);
	}

	if (state->wanted != state->closed && stays_ms) {
		out->winner = SITE_BY_MIN_TIME;
		out->next_ms = stays_ms;
		return;
	}
	turn(state, state->wanted, now_ms);
	if (seen.known)
		out->next_ms = rest_ms(now_ms, state->checked_ms, check_ms);
}

void outputs_step(const struct site_config *config, struct output *state,
		  const struct site_image *image, struct site_outputs *out)
{
	unsigned int i;

	for (i = 0; i < config->outputs; i++) {
		bool was = state[i].closed;

		output_step(&config->output[i], &state[i], image, &out->output[i]);
		out->output[i].closed = state[i].closed;
		if (state[i].closed != was)
			site_say(out, SITE_EVENT_OUTPUT_SWITCHED, i, state[i].closed);
	}
	for (; i < SITE_OUTPUTS_MAX; i++)
		memset(&state[i], 0, sizeof(state[i]));
}
