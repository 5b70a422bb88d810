// SPDX-License-Identifier: GPL-2.0-only
/*
 * What holds for the ASCII dialects together: names, who speaks which, which question
 * is asked, and that no answer passes for the answer to another question.
 */
#include "rs485_line.h"

#define STATES	3000

static const enum cellar_rs485_dialect_id ascii[] = {
	CELLAR_RS485_PYLONTECH, CELLAR_RS485_PACE, CELLAR_RS485_SEPLOS,
};

static u64 draw(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;

	return z ^ z >> 31;
}

static void invent_text(u64 *state, char *to, size_t max)
{
	size_t len = 1 + draw(state) % max;

	for (size_t i = 0; i < len; i++)
		to[i] = (char)('!' + draw(state) % 94);
	to[len] = '\0';
}

/* Any bits at all in the numbers; counts, extremes and texts as they can be */
static void invent(u64 *state, struct cellar_reading *r)
{
	u8 *p = (u8 *)r;

	for (size_t i = 0; i < sizeof(*r); i++)
		p[i] = (u8)draw(state);
	r->have = BIT_ULL(CELLAR_FIELDS) - 1;
	r->none = 0;
	r->cells = (u8)(CELLAR_ASCII_CELLS_MIN +
			draw(state) % (CELLAR_CELLS_MAX - CELLAR_ASCII_CELLS_MIN + 1));
	r->temperatures = (u8)(1 + draw(state) % CELLAR_TEMPERATURES_MAX);
	r->packs_online = (u16)(1 + draw(state) % 12);
	r->charge_enable = draw(state) & 1;
	r->discharge_enable = draw(state) & 1;
	r->force_charge = draw(state) & 1;
	r->full_charge_request = draw(state) & 1;
	if (r->cell_voltage_min_mv > r->cell_voltage_max_mv)
		r->cell_voltage_min_mv = r->cell_voltage_max_mv;
	if (r->cell_temperature_min_decic > r->cell_temperature_max_decic)
		r->cell_temperature_min_decic = r->cell_temperature_max_decic;
	invent_text(state, r->manufacturer, 20);
	invent_text(state, r->model, 10);
	invent_text(state, r->firmware, 3);
	memset(r->serial, 0, sizeof(r->serial));
	invent_text(state, r->serial, 16);
	snprintf(r->cell_voltage_max_place, CELLAR_PLACE_MAX + 1, "%04u",
		 (unsigned int)(draw(state) % 10000));
	snprintf(r->cell_voltage_min_place, CELLAR_PLACE_MAX + 1, "x");
	snprintf(r->cell_temperature_max_place, CELLAR_PLACE_MAX + 1, "0201");
	snprintf(r->cell_temperature_min_place, CELLAR_PLACE_MAX + 1, "12345678");
}

/* Late answers must be told: to another question, and from another pack */
static void no_answer_passes_for_another(void **state)
{
	u64 random = 1;

	(void)state;
	for (unsigned int n = 0; n < STATES; n++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(ascii[n % 3]);
		u8 address = d->addresses[draw(&random) % d->n_addresses];
		struct cellar_reading r, news;

		invent(&random, &r);
		for (unsigned int asked = 0; asked < d->n_questions; asked++) {
			const struct cellar_rs485_telegram *t;
			u8 wire[CELLAR_RS485_WIRE_MAX];
			int len = d->questions[asked].encode(address, &r, wire);

			assert_true(len > 0);
			t = telegram_of(wire, (size_t)len);
			for (unsigned int q = 0; q < d->n_questions; q++)
				assert_int_equal(cellar_rs485_decode(&d->questions[q], address, t,
								     &news),
						 q == asked ? 0 : -ENOMSG);
			assert_int_equal(cellar_rs485_decode(&d->questions[asked],
							     (u8)(address + 1), t, &news),
					 -ENOMSG);
		}
	}
}

/*
 * The lengths of 42 and 44 keep apart for every number of cells and temperatures, and
 * so does a system of V3.5 that answers as long as they do.
 */
static void every_shape(void **state)
{
	static const char *const two[] = { "values", "alarms" };
	u64 random = 2;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ascii); i++)
		for (u8 cells = CELLAR_ASCII_CELLS_MIN; cells <= CELLAR_CELLS_MAX; cells++)
			for (u8 temperatures = 1; temperatures <= CELLAR_TEMPERATURES_MAX;
			     temperatures++) {
				const struct cellar_rs485_dialect *d =
					cellar_rs485_dialect(ascii[i]);
				struct cellar_reading r, news;

				invent(&random, &r);
				r.cells = cells;
				r.temperatures = temperatures;
				for (unsigned int q = 0; q < 2; q++) {
					const struct cellar_rs485_telegram *t;
					u8 wire[CELLAR_RS485_WIRE_MAX];
					int n = question_of(d, two[q])->encode(2, &r, wire);

					t = telegram_of(wire, (size_t)n);
					assert_int_equal(cellar_rs485_decode(
						question_of(d, two[q]), 2, t, &news), 0);
					for (unsigned int o = 0; o < d->n_questions; o++) {
						if (!strcmp(d->questions[o].name, two[q]))
							continue;
						assert_int_equal(cellar_rs485_decode(
							&d->questions[o], 2, t, &news), -ENOMSG);
					}
				}
			}
}

static void names(void **state)
{
	(void)state;
	for (unsigned int i = 1; i < CELLAR_RS485_DIALECTS; i++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(i);

		assert_int_equal(cellar_rs485_dialect_by_name(d->name), i);
		assert_true(d->probe < d->n_questions);
	}
	assert_null(cellar_rs485_dialect(CELLAR_RS485_NONE));
	assert_int_equal(cellar_rs485_dialect_by_name("victron"), CELLAR_RS485_NONE);
	assert_int_equal(cellar_rs485_dialect_by_name(""), CELLAR_RS485_NONE);
}

static void who_speaks_which(void **state)
{
	static const struct {
		u8 address;
		enum cellar_rs485_dialect_id dialect;
		const char *text;
	} cases[] = {
		{ 2, CELLAR_RS485_PYLONTECH,
		  "~20024600D05E1002080D020D020D020D030D000D010D010D03050B7D0B690B690B690B73FFF"
		  "A680EFFFF04FFFF00000174E401B198E906\r" },
		{ 1, CELLAR_RS485_PACE,
		  "~25014600F07A0001100CC70CC80CC70CC70CC70CC50CC60CC70CC70CC60CC70CC60CC60CC70"
		  "CC60CC7060B9B0B990B990B990BB30BBCFF1FCCCD12D303286A008C2710E1E4\r" },
		/* of another pack; a question; an answer to 92; nothing but a version */
		{ 3, CELLAR_RS485_NONE,
		  "~20024600D05E1002080D020D020D020D030D000D010D010D03050B7D0B690B690B690B73FFF"
		  "A680EFFFF04FFFF00000174E401B198E906\r" },
		{ 2, CELLAR_RS485_NONE, "~20024642E00202FD33\r" },
		{ 2, CELLAR_RS485_NONE, "~20024600B014026EF05AA0022BFDD5C0F915\r" },
		{ 2, CELLAR_RS485_NONE, "~200246000000FDB2\r" },
		{ 2, CELLAR_RS485_NONE, "~200246040000FDAE\r" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(cellar_rs485_identify(cases[i].address,
						       telegram_of_text(cases[i].text)),
				 cases[i].dialect);
}

/* Every answer to a probe is in one dialect; the envelope's version is a part of it */
static void probes_tell_the_dialect(void **state)
{
	u64 random = 3;

	(void)state;
	for (unsigned int n = 0; n < STATES; n++) {
		enum cellar_rs485_dialect_id id = ascii[n % 3];
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(id);
		u8 wire[CELLAR_RS485_WIRE_MAX], other[CELLAR_RS485_WIRE_MAX];
		const struct cellar_rs485_telegram *t;
		struct cellar_reading r;
		int len;

		invent(&random, &r);
		len = d->questions[d->probe].encode(2, &r, wire);
		t = telegram_of(wire, (size_t)len);
		assert_int_equal(cellar_rs485_identify(2, t), id);

		len = cellar_ascii_frame(other, cellar_ascii_version(t) ^ 5, 2, 0,
					 cellar_ascii_info(t), cellar_ascii_info_len(t));
		assert_int_equal(cellar_rs485_identify(2, telegram_of(other, (size_t)len)),
				 CELLAR_RS485_NONE);
	}
}

static void each_question_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ascii); i++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(ascii[i]);

		for (unsigned int q = 0; q < d->n_questions; q++)
			for (unsigned int a = 0; a < d->n_addresses; a++) {
				u8 wire[CELLAR_RS485_QUESTION_MAX], whom = 0xee;
				int len = d->questions[q].ask(d->addresses[a], wire);
				const struct cellar_rs485_telegram *t =
					telegram_of(wire, (size_t)len);

				assert_ptr_equal(cellar_rs485_find_question(d, t, &whom),
						 &d->questions[q]);
				assert_int_equal(whom, d->addresses[a]);
				assert_null(cellar_rs485_find_question(&cellar_rs485_voltronic,
								       t, &whom));
			}
	}
}

static void what_is_no_question(void **state)
{
	static const char *const texts[] = {
		"~20024600B014026EF05AA0022BFDD5C0F915\r",	/* an answer */
		"~200246000000FDB2\r",
		"~20024642E00203FD32\r",			/* of 2 about 3 */
		"~200246420000FDAC\r",				/* without INFO */
		"~20024661E00202FD32\r",			/* with INFO that is too much */
		"~20024695E00202FD2B\r",			/* turn off */
	};
	u8 address = 0xee;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_null(cellar_rs485_find_question(&cellar_rs485_pylontech,
						       telegram_of_text(texts[i]), &address));
		assert_int_equal(address, 0xee);
	}
}

/* A question that the line repeats is no answer to itself */
static void echo_is_no_answer(void **state)
{
	struct cellar_reading news;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ascii); i++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(ascii[i]);

		for (unsigned int q = 0; q < d->n_questions; q++) {
			u8 wire[CELLAR_RS485_QUESTION_MAX];
			int len = d->questions[q].ask(2, wire);

			assert_int_equal(cellar_rs485_decode(&d->questions[q], 2,
							     telegram_of(wire, (size_t)len),
							     &news), -ENOMSG);
		}
	}
}

static void a_refusal_is_one(void **state)
{
	struct cellar_reading news;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ascii); i++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(ascii[i]);

		for (unsigned int q = 0; q < d->n_questions; q++) {
			u8 wire[CELLAR_RS485_QUESTION_MAX];
			int len = cellar_ascii_frame(wire, 0x20, 2, 0x04, NULL, 0);
			const struct cellar_rs485_telegram *t = telegram_of(wire, (size_t)len);

			assert_int_equal(cellar_rs485_decode(&d->questions[q], 2, t, &news),
					 -EREMOTEIO);
			assert_int_equal(cellar_rs485_decode(&d->questions[q], 3, t, &news),
					 -ENOMSG);
		}
	}
}

/* The length that line time is planned with is that of a usual answer */
static void usual_answers(void **state)
{
	static const u8 cells[] = { 15, 16, 16 }, temperatures[] = { 5, 6, 6 };
	u64 random = 4;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ascii); i++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(ascii[i]);
		struct cellar_reading r;

		invent(&random, &r);
		r.cells = cells[i];
		r.temperatures = temperatures[i];
		r.packs_online = 1;
		r.full_mah = 50000;
		r.remaining_mah = 40000;
		for (unsigned int q = 0; q < d->n_questions; q++) {
			u8 wire[CELLAR_RS485_WIRE_MAX];
			int len = d->questions[q].encode(2, &r, wire);

			assert_in_range(d->questions[q].answer_len, len, len + 12);
		}
	}
}

/* All that is said is claimed, and all that is claimed is said */
static void fields_are_claimed(void **state)
{
	u64 random = 5;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ascii); i++) {
		const struct cellar_rs485_dialect *d = cellar_rs485_dialect(ascii[i]);
		u64 said[2] = { 0 };

		for (unsigned int n = 0; n < STATES / 10; n++) {
			struct cellar_reading r, news;

			invent(&random, &r);
			strcpy(r.firmware, "1.7");
			for (unsigned int q = 0; q < d->n_questions; q++) {
				assert_int_equal(round_trip(d, d->questions[q].name, 2, &r,
							    &news), 0);
				said[d->questions[q].of_system] |= news.have;
				assert_int_equal((news.have | news.none) &
						 ~(d->questions[q].of_system ?
						   d->system_fields : d->pack_fields), 0);
			}
		}
		assert_int_equal(said[0], d->pack_fields);
		/* "0201" is one of four places above */
		assert_int_equal(said[1] | (said[1] ? A(CELL_VOLTAGE_MIN_PLACE) |
				 A(CELL_TEMPERATURE_MIN_PLACE) : 0), d->system_fields);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(no_answer_passes_for_another),
		cmocka_unit_test(every_shape),
		cmocka_unit_test(who_speaks_which),
		cmocka_unit_test(probes_tell_the_dialect),
		cmocka_unit_test(each_question_is_found),
		cmocka_unit_test(what_is_no_question),
		cmocka_unit_test(echo_is_no_answer),
		cmocka_unit_test(a_refusal_is_one),
		cmocka_unit_test(usual_answers),
		cmocka_unit_test(fields_are_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
