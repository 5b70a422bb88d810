// SPDX-License-Identifier: GPL-2.0-only
/*
 * What SunSpec's model 122 says besides numbers (spec/field.md 5; the SunSpec Alliance's "Inverter
 * Controls Extended Measurements and Status"): what is connected, which limits have been
 * reached, which controls are at work.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

#define NOT_IMPLEMENTED	0xffff
#define CONNECTED	1
#define DISCONNECTED	2

/* Bits above the sixteenth have no meaning yet. @wide: two registers, the low one last */
static const struct {
	u8 at;
	bool wide;
	const char *word[HYBRID_STATUS_BITS];
} sets[HYBRID_STATUS_SETS] = {
	[HYBRID_STATUS_PV] = { SUNSPEC_PV, false, {
		"connected", "available", "operating", "test",
	} },
	[HYBRID_STATUS_STORAGE] = { SUNSPEC_STORAGE, false, {
		"connected", "available", "operating", "test",
	} },
	[HYBRID_STATUS_GRID] = { SUNSPEC_GRID, false, { "connected", "disconnected" } },
	[HYBRID_STATUS_LIMITS] = { SUNSPEC_LIMITS, true, {
		"power", "apparent-power", "reactive-power", "reactive-power-1",
		"reactive-power-2", "reactive-power-3", "reactive-power-4", "power-factor-1",
		"power-factor-2", "power-factor-3", "power-factor-4",
	} },
	[HYBRID_STATUS_CONTROLS] = { SUNSPEC_CONTROLS, true, {
		"fixed-power", "fixed-reactive-power", "fixed-power-factor", "volt-var",
		"freq-watt-parameter", "freq-watt-curve", "dynamic-reactive-current",
		"low-voltage-ride-through", "high-voltage-ride-through", "watt-power-factor",
		"volt-watt", NULL, "scheduled", "low-frequency-ride-through",
		"high-frequency-ride-through",
	} },
	[HYBRID_STATUS_RIDES] = { SUNSPEC_RIDES, false, {
		"low-voltage", "high-voltage", "low-frequency", "high-frequency",
	} },
};

const char *hybrid_status_word(enum hybrid_status_set set, unsigned int bit)
{
	return sets[set].word[bit];
}

bool hybrid_status_is_fresh(const struct hybrid *h, u64 now_ms)
{
	u64 fresh_ms = HYBRID_FRESH_PERIODS * (u64)HYBRID_SLOW_MS;

	return h->status_122.at_ms && now_ms < h->status_122.at_ms + fresh_ms;
}

void hybrid_take_status(struct hybrid *h, const struct modbus_result *result)
{
	struct hybrid_status *s = &h->status_122;

	*s = (struct hybrid_status){ .at_ms = result->at_ms };
	for (unsigned int i = 0; i < HYBRID_STATUS_SETS; i++) {
		const u16 *value = result->value + sets[i].at;

		if (value[0] == NOT_IMPLEMENTED &&
		    (!sets[i].wide || value[1] == NOT_IMPLEMENTED))
			continue;
		s->known |= BIT(i);
		s->set[i] = value[sets[i].wide];
	}
	/* "disconnected=0 connected=1": no bit at all is one of its states */
	s->set[HYBRID_STATUS_GRID] = s->set[HYBRID_STATUS_GRID] ? CONNECTED : DISCONNECTED;
}
