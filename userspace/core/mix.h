/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which packs may work side by side (spec/packs.md, "Mixing and wiring rules"), each
 * refusal in words that name both packs and the rule.
 */
#ifndef CELLAR_CORE_MIX_H
#define CELLAR_CORE_MIX_H

#include "supply.h"

#define MIX_WORDS_SIZE	192

/* Highest difference of voltage when a pack joins [H] */
#define MIX_VOLTAGE_MV	500

enum mix_rule {
	MIX_FITS,
	MIX_UNKNOWN,	/* one of the two does not say what it is */
	MIX_MAKER,
	MIX_MODEL,
	MIX_KIT,	/* 5000S with 5000 or 5000PRO wants the kit ZSP-CAB-RJ45-PRO/S */
	MIX_ORDER,	/* WeCo: whose pack must come first in the chain */
	MIX_CELLS,
	MIX_CAPACITY,
	MIX_COUNT,	/* more in parallel than the model allows */
	MIX_RULES
};

/*
 * Whether @b may work beside @a. @kit: the plant has the Azzurro kit. @words, of
 * MIX_WORDS_SIZE, gets the refusal; may be NULL.
 */
enum mix_rule mix_pair(const struct supply *a, const struct supply *b, bool kit, char *words);

/*
 * Whether @joining may be one more when @packs already work, of which the strictest
 * model is that of @beside. Packs are counted as they are wired: a system is as many
 * as it says.
 */
enum mix_rule mix_count(const struct supply *joining, unsigned int joining_packs,
			const struct supply *beside, unsigned int packs, char *words);

/* Packs of one model that may be in parallel, 0 when its maker names no number. */
unsigned int mix_packs_max(const struct supply *s);

#endif /* CELLAR_CORE_MIX_H */
