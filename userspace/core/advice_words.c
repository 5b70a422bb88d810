// SPDX-License-Identifier: GPL-2.0-only
/*
 * Advice in words. A sentence says what is so, with figures, and what to do; when it
 * began and how long is left stand beside it in the item.
 */
#include "advice_rules.h"

#include <stdarg.h>

/* @len never reaches @size */
struct text {
	char *buf;
	size_t size, len;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...)
{
	size_t room = t->size - t->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->buf + t->len, room, format, args);
	va_end(args);
	if (n > 0)
		t->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void add_centi(struct text *t, s64 centi)
{
	add(t, "%u.%02u %%", (unsigned int)(centi / 100), (unsigned int)(centi % 100));
}

static void add_decic(struct text *t, s64 decic)
{
	unsigned int size = (unsigned int)(decic < 0 ? -decic : decic);

	add(t, "%s%u.%u °C", decic < 0 ? "-" : "", size / 10, size % 10);
}

static void add_time(struct text *t, u32 seconds)
{
	if (seconds > 2 * ADVICE_DAY_S)
		add(t, "%u days", seconds / ADVICE_DAY_S);
	else
		add(t, "%u h", seconds / ADVICE_HOUR_S);
}

static void failure(struct text *t, const struct advice_item *item)
{
	char words[128];

	cellar_alarm_words((u64)item->figure[0], words, sizeof(words));
	add(t, "its BMS reports %s: a person must look at it", words);
}

static void low_power(struct text *t, const struct advice_item *item)
{
	(void)item;
	add(t, "it has stopped discharging, its voltage is too low: charge it soon, it may fall "
	    "into low-power mode and be damaged");
}

static void over_discharged(struct text *t, const struct advice_item *item)
{
	add(t, "it is over-discharged");
	if (item->figure[0] != ADVICE_SOC_UNKNOWN) {
		add(t, " (SOC ");
		add_centi(t, item->figure[0]);
		add(t, ")");
	}
	if (item->limit_s == ADVICE_NO_LIMIT) {
		add(t, ": charge it soon");
	} else if (!item->limit_s) {
		add(t, ": charge it at once, at its temperature its maker gives no time");
	} else {
		add(t, ": charge it within ");
		add_time(t, item->limit_s);
		add(t, ", as it is %s the inverter", item->disconnected ? "disconnected from" :
		    "connected to");
	}
}

static void locked(struct text *t, const struct advice_item *item)
{
	add(t, "%s over-current has tripped %u times in a row, which locks it: find what draws or "
	    "gives too much, then release it by hand",
	    item->code == ADVICE_CHARGE_LOCKED ? "charge" : "discharge",
	    (unsigned int)item->figure[0]);
}

static void silent(struct text *t, const struct advice_item *item)
{
	const struct advice_maker *maker = advice_maker_of(item->model);

	add(t, "it does not answer%s: it is off, asleep%s, or its cable is loose",
	    item->figure[0] ? ", others on its bus do" : "",
	    item->figure[1] ? " (its voltage was too low before)" : "");
	add(t, "; charge or a restart wakes it%s",
	    maker && maker->reset_key ? ", or its reset key, held for 3 s" : "");
}

static void all_silent(struct text *t, const struct advice_item *item)
{
	add(t, "none of %u packs answers: look at the communication cable and the adapter first",
	    (unsigned int)item->figure[0]);
}

static void packs_missing(struct text *t, const struct advice_item *item)
{
	add(t, "%u of %u packs do not serve", (unsigned int)item->figure[0],
	    (unsigned int)item->figure[1]);
}

static void does_not_mix(struct text *t, const struct advice_item *item)
{
	static const char *const rules[MIX_RULES] = {
		[MIX_FITS] = "it does not fit the others",
		[MIX_UNKNOWN] = "its model, or that of another, is not known: name it",
		[MIX_MAKER] = "it is of another maker",
		[MIX_MODEL] = "it is of a model that does not mix with theirs",
		[MIX_KIT] = "it works beside them only with the kit ZSP-CAB-RJ45-PRO/S",
		[MIX_ORDER] = "the order in the chain is wrong",
		[MIX_CELLS] = "it has another number of cells",
		[MIX_CAPACITY] = "it has another capacity",
		[MIX_COUNT] = "it would be one more than its model allows in parallel",
	};

	u64 rule = (u64)item->figure[0];

	add(t, "it may not serve beside the others: %s", rules[rule < MIX_RULES ? rule : MIX_FITS]);
}

static void voltage_apart(struct text *t, const struct advice_item *item)
{
	unsigned int mv = (unsigned int)item->figure[0];

	add(t, "it has %u.%02u V, too far from the others: bring them within 0.5 V of each other "
	    "before they are paralleled", mv / 1000, mv % 1000 / 10);
}

static void new_pack(struct text *t, const struct advice_item *item)
{
	unsigned int mv = (unsigned int)item->figure[0];

	add(t, "it is new and reports high voltage or imbalance: charge to %u.%u V only and float",
	    mv / 1000, mv % 1000 / 100);
}

static void imbalance(struct text *t, const struct advice_item *item)
{
	add(t, "its BMS reports that its cells are out of balance");
	if (item->figure[0])
		add(t, ", %u mV between them", (unsigned int)item->figure[0]);
	add(t, ": charge it fully and let it float");
}

static void storage_temperature(struct text *t, const struct advice_item *item)
{
	const struct advice_maker *maker = advice_maker_of(item->model);
	const struct advice_band *last;

	add(t, "it is stored at ");
	add_decic(t, item->figure[0]);
	if (!maker)
		return;

	last = &maker->storage[maker->storage_bands - 1];
	add(t, ", which its maker does not allow: bring it to ");
	add_decic(t, last->min_decic);
	add(t, " to ");
	add_decic(t, last->max_decic);
}

static void storage_soc(struct text *t, const struct advice_item *item)
{
	const struct advice_maker *maker = advice_maker_of(item->model);

	add(t, "it is stored at SOC ");
	add_centi(t, item->figure[0]);
	if (maker && maker->keep_min_centi)
		add(t, ": keep it at %u to %u %%", maker->keep_min_centi / 100,
		    maker->keep_max_centi / 100);
	else if (maker)
		add(t, ": keep it near 50 %%, never long above %u %%",
		    maker->keep_max_centi / 100);
}

static void storage_recharge(struct text *t, const struct advice_item *item)
{
	const struct advice_maker *maker = advice_maker_of(item->model);

	add(t, "it is stored");
	if (item->figure[0] != INT16_MAX) {
		add(t, " at ");
		add_decic(t, item->figure[0]);
	} else {
		add(t, ", how warm nobody knows");
	}
	add(t, ": charge it again at most ");
	add_time(t, item->limit_s);
	add(t, " after the last charge");
	if (!maker)
		return;

	if (maker->recharge_ma)
		add(t, ", at %u A to %u %%", maker->recharge_ma / 1000, maker->recharge_percent);
	else
		add(t, ", to near 50 %%");
	add(t, "; its humidity is not measured: 5 to %u %%", maker->humidity_max);
}

static void full_charge(struct text *t, const struct advice_item *item)
{
	add(t, "%s: charge it fully once in ", item->figure[0] ? "its last full charge is long ago" :
	    "it has not been full since it is known");
	add_time(t, item->limit_s);
}

static void calibrate(struct text *t, const struct advice_item *item)
{
	(void)item;
	add(t, "its SOC stays at 99 %%: the BMS says 100 %% only at the cut-off current or the "
	    "high-voltage mark; let it float for 0.5 to 1 h to calibrate");
}

static void soc_jumped(struct text *t, const struct advice_item *item)
{
	add(t, "its SOC jumped from ");
	add_centi(t, item->figure[0]);
	add(t, " to ");
	add_centi(t, item->figure[1]);
	add(t, ", it had not been calibrated for long: charge it fully once a month");
}

static void cold(struct text *t, const struct advice_item *item)
{
	const struct advice_maker *maker = advice_maker_of(item->model);

	add(t, "at ");
	add_decic(t, item->figure[0]);
	add(t, " it limits its own charge current");
	if (maker) {
		add(t, ", as it does below ");
		add_decic(t, maker->cold_decic);
	}
}

/* @words: a sentence without figures; @say: one with them */
static const struct {
	const char *words;
	void (*say)(struct text *t, const struct advice_item *item);
} sentences[ADVICE_CODES] = {
	[ADVICE_REVERSED_POLARITY] = {
		.words = "its polarity is reversed: switch off, and have the wiring checked; charging or "
		"its reset key releases it",
	},
	[ADVICE_SHORT_CIRCUIT] = {
		.words = "short circuit: switch off, and find it; then charging or its reset key "
		"releases it",
	},
	[ADVICE_MOSFET_FAILURE] = {
		.words = "a MOSFET has failed, it neither charges nor discharges: only a person can "
		"release it",
	},
	[ADVICE_CELL_FAILURE] = {
		.words = "a cell has failed, it neither charges nor discharges: only a person can "
		"release it",
	},
	[ADVICE_SENSOR_FAILURE] = {
		.words = "a sensor has failed, it neither charges nor discharges: only a person can "
		"release it",
	},
	[ADVICE_FAILURE] = { .say = failure },
	[ADVICE_LOW_POWER] = { .say = low_power },
	[ADVICE_OVER_DISCHARGED] = { .say = over_discharged },
	[ADVICE_CHARGE_LOCKED] = { .say = locked },
	[ADVICE_DISCHARGE_LOCKED] = { .say = locked },
	[ADVICE_SILENT] = { .say = silent },
	[ADVICE_ALL_SILENT] = { .say = all_silent },
	[ADVICE_PACKS_MISSING] = { .say = packs_missing },
	[ADVICE_DUPLICATE] = {
		.words = "its serial number is heard twice: one of the two is wired or configured "
		"twice",
	},
	[ADVICE_DOES_NOT_MIX] = { .say = does_not_mix },
	[ADVICE_VOLTAGE_APART] = { .say = voltage_apart },
	[ADVICE_NEW_PACK] = { .say = new_pack },
	[ADVICE_IMBALANCE] = { .say = imbalance },
	[ADVICE_STORAGE_TEMPERATURE] = { .say = storage_temperature },
	[ADVICE_STORAGE_SOC] = { .say = storage_soc },
	[ADVICE_STORAGE_RECHARGE] = { .say = storage_recharge },
	[ADVICE_FULL_CHARGE] = { .say = full_charge },
	[ADVICE_CALIBRATE] = { .say = calibrate },
	[ADVICE_SOC_JUMPED] = { .say = soc_jumped },
	[ADVICE_COLD] = { .say = cold },
};

const char *advice_code_word(enum advice_code code)
{
	return advice_rules[code].word;
}

size_t advice_words(const struct advice_item *item, char *buf, size_t size)
{
	struct text t = { .buf = buf, .size = size };

	if (!size)
		return 0;

	buf[0] = '\0';
	if (*item->name)
		add(&t, "%s: ", item->name);
	if (sentences[item->code].say)
		sentences[item->code].say(&t, item);
	else
		add(&t, "%s", sentences[item->code].words);

	return t.len;
}
