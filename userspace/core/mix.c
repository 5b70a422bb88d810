// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of mixing as tables: pairs of models that go together, and on what
 * condition. A pair that is not in the table does not mix.
 */
#include "mix.h"

#include <stdarg.h>

enum pair_wants {
	WANTS_NOTHING,
	WANTS_KIT,
	WANTS_FIRST	/* the first of the two nearer to the inverter */
};

static const struct {
	const char *first, *second;
	enum pair_wants wants;
} pairs[] = {
	{ "zcs,zsx5000", "zcs,zsx5000-pro", WANTS_NOTHING },
	{ "zcs,zsx5000-s", "zcs,zsx5000", WANTS_KIT },
	{ "zcs,zsx5000-s", "zcs,zsx5000-pro", WANTS_KIT },
	{ "weco,4k4-lt", "weco,4k4-pro", WANTS_FIRST },
	{ "weco,5k3-xp", "weco,5k3", WANTS_FIRST },
};

/* Two makers' figures for the same capacity differ by less, in percent. */
#define CAPACITY_TOLERANCE	2

static enum mix_rule refuse(enum mix_rule rule, char *words, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum mix_rule refuse(enum mix_rule rule, char *words, const char *format, ...)
{
	va_list args;

	if (!words)
		return rule;

	va_start(args, format);
	vsnprintf(words, MIX_WORDS_SIZE, format, args);
	va_end(args);

	return rule;
}

static const char *text_of(const struct cellar_reading *r, enum cellar_field f)
{
	if (!cellar_has(r, f))
		return "";

	return f == CELLAR_MODEL ? r->model : r->manufacturer;
}

/* Packs whose model nobody named: what they call themselves is all there is. */
static enum mix_rule unknown_pair(const struct supply *a, const struct supply *b, char *words)
{
	const char *maker = text_of(&a->reading, CELLAR_MANUFACTURER);
	const char *other = text_of(&b->reading, CELLAR_MANUFACTURER);
	const char *model = text_of(&a->reading, CELLAR_MODEL);
	const char *with = text_of(&b->reading, CELLAR_MODEL);

	if (strcmp(maker, other))
		return refuse(MIX_MAKER, words, "%s is made by \"%s\", %s by \"%s\": "
			      "makers are not mixed", b->name, other, a->name, maker);
	if (strcmp(model, with))
		return refuse(MIX_MODEL, words, "%s is a \"%s\", %s a \"%s\": "
			      "models are not mixed", b->name, with, a->name, model);
	if (a->bus != b->bus && !*maker && !*model)
		return refuse(MIX_UNKNOWN, words, "neither %s nor %s says what it is, and they "
			      "are on two buses: name their model", b->name, a->name);

	return MIX_FITS;
}

static enum mix_rule known_pair(const struct supply *a, const struct supply *b, bool kit,
				char *words)
{
	const struct cellar_model *is = b->model, *beside = a->model;
	unsigned int i;

	if (!strcmp(is->key, beside->key))
		return MIX_FITS;
	if (strcmp(is->maker, beside->maker))
		return refuse(MIX_MAKER, words, "%s is made by %s, %s by %s: "
			      "makers are not mixed", b->name, is->maker, a->name, beside->maker);

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		bool straight = !strcmp(pairs[i].first, beside->key) &&
				!strcmp(pairs[i].second, is->key);
		bool crossed = !strcmp(pairs[i].first, is->key) &&
			       !strcmp(pairs[i].second, beside->key);
		const struct supply *first = straight ? a : b;
		const struct supply *second = straight ? b : a;

		if (!straight && !crossed)
			continue;
		if (pairs[i].wants == WANTS_KIT && !kit)
			return refuse(MIX_KIT, words, "%s (%s) works beside %s (%s) only with the "
				      "kit ZSP-CAB-RJ45-PRO/S", b->name, is->model, a->name,
				      beside->model);
		if (pairs[i].wants == WANTS_FIRST && first->address >= second->address)
			return refuse(MIX_ORDER, words, "%s (%s) must come before %s (%s) in the "
				      "chain", first->name, first->model->model, second->name,
				      second->model->model);
		return MIX_FITS;
	}

	return refuse(MIX_MODEL, words, "%s is a %s, %s a %s: these models are not mixed",
		      b->name, is->model, a->name, beside->model);
}

static unsigned int cells_of(const struct supply *s)
{
	if (cellar_has(&s->reading, CELLAR_CELLS) && s->reading.cells && !s->of_system)
		return s->reading.cells;

	return s->model ? s->model->cells : 0;
}

static u32 design_mah(const struct supply *s)
{
	if (s->of_system)
		return s->model ? s->model->capacity_mah : 0;
	if (cellar_has(&s->reading, CELLAR_DESIGN))
		return s->reading.design_mah;

	return s->model ? s->model->capacity_mah : 0;
}

static enum mix_rule figures(const struct supply *a, const struct supply *b, char *words)
{
	unsigned int cells = cells_of(a), other = cells_of(b);
	u32 mah = design_mah(a), with = design_mah(b);
	u32 apart = mah > with ? mah - with : with - mah;
	u32 most = mah > with ? mah : with;

	if (cells && other && cells != other)
		return refuse(MIX_CELLS, words, "%s has %u cells, %s has %u: they must be the same",
			      b->name, other, a->name, cells);
	if (mah && with && apart > most / 100 * CAPACITY_TOLERANCE)
		return refuse(MIX_CAPACITY, words, "%s has %u.%u Ah, %s has %u.%u Ah: they must be "
			      "the same", b->name, with / 1000, with % 1000 / 100, a->name,
			      mah / 1000, mah % 1000 / 100);

	return MIX_FITS;
}

enum mix_rule mix_pair(const struct supply *a, const struct supply *b, bool kit, char *words)
{
	enum mix_rule rule;

	if (!a->model != !b->model) {
		const struct supply *unsaid = a->model ? b : a, *said = a->model ? a : b;

		return refuse(MIX_UNKNOWN, words, "the model of %s is not known, %s is a %s: "
			      "name it, or they are not mixed", unsaid->name, said->name,
			      said->model->model);
	}

	rule = a->model ? known_pair(a, b, kit, words) : unknown_pair(a, b, words);

	return rule ? rule : figures(a, b, words);
}

unsigned int mix_packs_max(const struct supply *s)
{
	return s->model ? s->model->packs_max : 0;
}

enum mix_rule mix_count(const struct supply *joining, unsigned int joining_packs,
			const struct supply *beside, unsigned int packs, char *words)
{
	const struct supply *strictest = joining;

	if (beside && mix_packs_max(beside) &&
	    (!mix_packs_max(joining) || mix_packs_max(beside) < mix_packs_max(joining)))
		strictest = beside;
	if (!mix_packs_max(strictest) || packs + joining_packs <= mix_packs_max(strictest))
		return MIX_FITS;

	return refuse(MIX_COUNT, words, "with %s it would be %u packs%s%s: at most %u of %s's kind "
		      "(%s) in parallel", joining->name, packs + joining_packs,
		      beside ? " beside " : "", beside ? beside->name : "",
		      mix_packs_max(strictest), strictest->name, strictest->model->model);
}
