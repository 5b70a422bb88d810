// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated rack as a master on its line meets it: answers that are the plant's,
 * in the time a wire takes, and every way to answer badly, of which none may read as
 * something that nobody said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../driver/wire/ascii.h"
#include "../../driver/wire/voltronic.h"
#include "../../userspace/sim/rack.h"

#define MS		1000000ULL
#define SECOND		1000000000ULL
#define BYTE_NS(baud)	(10 * SECOND / (baud))
#define START_NS	(1000 * SECOND)
#define BYTES_MAX	65536
#define SAID_MAX	4096
#define DELAY_MS	20

struct remark {
	u64 at_ns;
	u8 address;
	char serial[CELLAR_SERIAL_SIZE];
	char question[64];
	struct cellar_reading reading;
};

/* A master with a pencil: what came when, and what the rack says it has said. */
struct desk {
	struct rack rack;
	const struct cellar_rs485_dialect *dialect;
	struct script script;
	u64 now_ns;
	u64 byte_ns[BYTES_MAX];
	u8 bytes[BYTES_MAX];
	size_t n, most_at_once;
	struct remark said[SAID_MAX];
	size_t n_said;
	u64 cut_ns;
};

static const enum cellar_rs485_dialect_id dialects[] = {
	CELLAR_RS485_PYLONTECH, CELLAR_RS485_PACE, CELLAR_RS485_SEPLOS,
	CELLAR_RS485_VOLTRONIC,
};

static void take_note(void *to, u64 now_ns, const struct said *said)
{
	struct desk *desk = to;
	struct remark *remark = &desk->said[desk->n_said++];

	assert_true(desk->n_said < SAID_MAX);
	remark->at_ns = now_ns;
	remark->address = said->address;
	remark->reading = *said->reading;
	snprintf(remark->serial, sizeof(remark->serial), "%s", said->serial);
	snprintf(remark->question, sizeof(remark->question), "%s", said->question);
}

static struct rack_config config_of(enum cellar_rs485_dialect_id dialect,
				    unsigned int packs)
{
	struct rack_config config = {
		.bank = {
			.model = cellar_model_by_key("lesso,lsrr51v100ah"),
			.packs = packs,
			.seed = 7,
			.soc = 0.5,
			.ambient_c = 21,
			.demand = 12.0 * packs,
		},
		.dialect = dialect,
		.baud = 9600,
		.paced = true,
		.delay_ms = DELAY_MS,
	};

	assert_int_equal(rack_addresses(cellar_rs485_dialect(dialect), packs,
					config.addresses), 0);
	return config;
}

static struct desk *begin(const struct rack_config *config, const char *const *lines)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	const struct script_world world = { config->bank.packs, SCRIPT_RS485, 0 };
	char error[512];

	assert_non_null(desk);
	for (; lines && *lines; lines++)
		if (script_line(&desk->script, *lines, &world, error, sizeof(error)))
			fail_msg("%s", error);
	desk->dialect = cellar_rs485_dialect(config->dialect);
	desk->now_ns = START_NS;
	rack_start(&desk->rack, config, &desk->script, START_NS, take_note, desk);
	return desk;
}

static void end(struct desk *desk)
{
	script_free(&desk->script);
	free(desk);
}

/* Listen for so long. */
static void listen(struct desk *desk, u64 ns)
{
	u64 until_ns = desk->now_ns + ns;

	while (rack_next_ns(&desk->rack) <= until_ns) {
		u8 bytes[RACK_RUN_MAX];
		u64 at_ns = rack_next_ns(&desk->rack);
		size_t i, n = rack_run(&desk->rack, at_ns, bytes);

		for (i = 0; i < n; i++) {
			assert_true(desk->n < BYTES_MAX);
			desk->byte_ns[desk->n] = at_ns;
			desk->bytes[desk->n++] = bytes[i];
		}
		if (n > desk->most_at_once)
			desk->most_at_once = n;
		if (!desk->cut_ns)
			desk->cut_ns = rack_cut(&desk->rack);
	}
	desk->now_ns = until_ns;
}

/* From here on. */
static void forget(struct desk *desk)
{
	desk->n = 0;
	desk->n_said = 0;
	desk->most_at_once = 0;
}

static size_t ask(struct desk *desk, unsigned int question, u8 address)
{
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	int len = desk->dialect->questions[question].ask(address, wire);

	assert_true(len > 0);
	rack_hear(&desk->rack, desk->now_ns, wire, (size_t)len);
	return (size_t)len;
}

static unsigned int question_named(const struct desk *desk, enum cellar_field field)
{
	const struct cellar_rs485_dialect *dialect = desk->dialect;
	struct cellar_reading news;
	unsigned int i;

	for (i = 0; i < dialect->n_questions; i++) {
		struct cellar_rs485_deframer deframer = { .framing = dialect->framing };
		struct cellar_rs485_telegram telegram;
		u8 wire[CELLAR_RS485_WIRE_MAX];
		int k, len;

		if (dialect->questions[i].of_system)
			continue;
		len = dialect->questions[i].encode(2, &desk->rack.bank.pack[0], wire);
		for (k = 0; k < len; k++)
			if (cellar_rs485_feed(&deframer, wire[k], &telegram) &&
			    !cellar_rs485_decode(&dialect->questions[i], 2, &telegram,
						 &news) && cellar_has(&news, field))
				return i;
	}
	fail_msg("no question for field %u", field);
	return 0;
}

/* Ask and listen for a second; bytes and remarks are those of this question. */
static void ask_and_listen(struct desk *desk, unsigned int question, u8 address)
{
	forget(desk);
	ask(desk, question, address);
	listen(desk, SECOND);
}

/*
 * Every telegram that came: each must be one that the rack has said, word for word.
 * Returns how many; the last is in @news when @question is to be read.
 */
static unsigned int telegrams(struct desk *desk, unsigned int question, u8 address,
			      int *ret, struct cellar_reading *news)
{
	struct cellar_rs485_deframer deframer = { .framing = desk->dialect->framing };
	struct cellar_rs485_telegram telegram;
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < desk->n; i++) {
		if (!cellar_rs485_feed(&deframer, desk->bytes[i], &telegram))
			continue;
		n++;
		*ret = cellar_rs485_decode(&desk->dialect->questions[question], address,
					   &telegram, news);
	}
	return n;
}

/* The answer to @question, which must be there, right, and what the truth holds. */
static void must_answer(struct desk *desk, unsigned int question, u8 address,
			struct cellar_reading *news)
{
	int ret = -1;

	ask_and_listen(desk, question, address);
	assert_int_equal(telegrams(desk, question, address, &ret, news), 1);
	assert_int_equal(ret, 0);
	assert_int_equal(desk->n_said, 1);
	assert_int_equal(desk->said[0].address, address);
	assert_string_equal(desk->said[0].question,
			    desk->dialect->questions[question].name);
	assert_true(cellar_reading_equal(&desk->said[0].reading, news));
}

static void must_be_silent(struct desk *desk, unsigned int question, u8 address)
{
	ask_and_listen(desk, question, address);
	assert_int_equal(desk->n, 0);
	assert_int_equal(desk->n_said, 0);
}

/* protocols.md 4.4, 4.10, 5.3: how many temperatures, and which is of cells 1 to 4 */
static const struct {
	u8 n, cells;
} sensors[CELLAR_RS485_DIALECTS] = {
	[CELLAR_RS485_PYLONTECH] = { 5, 1 },
	[CELLAR_RS485_PACE] = { 6, 0 },
	[CELLAR_RS485_SEPLOS] = { 6, 0 },
	[CELLAR_RS485_VOLTRONIC] = { 4, 0 },
};

static void compare_sensors(const struct cellar_reading *said,
			    const struct cellar_reading *meant,
			    enum cellar_rs485_dialect_id dialect)
{
	unsigned int i, first = sensors[dialect].cells;

	if (!cellar_has(said, CELLAR_TEMPERATURES))
		return;
	assert_int_equal(said->temperatures, sensors[dialect].n);
	for (i = 0; i < 4; i++)
		assert_int_equal(said->temperatures_decic[first + i],
				 meant->temperatures_decic[i]);
}

/* What the wire may take away: a tenth of an ampere, of a volt, of a degree. */
static void compare(const struct cellar_reading *said, const struct cellar_reading *meant)
{
	unsigned int i;

	if (cellar_has(said, CELLAR_VOLTAGE))
		assert_in_range(said->voltage_mv, meant->voltage_mv - 100,
				meant->voltage_mv + 100);
	if (cellar_has(said, CELLAR_CURRENT))
		assert_true(abs(said->current_ma - meant->current_ma) <= 100);
	if (cellar_has(said, CELLAR_CHARGE_CURRENT_LIMIT))
		assert_in_range(said->charge_current_limit_ma,
				meant->charge_current_limit_ma < 100 ? 0 :
				meant->charge_current_limit_ma - 100,
				meant->charge_current_limit_ma);
	if (cellar_has(said, CELLAR_CELLS)) {
		assert_int_equal(said->cells, meant->cells);
		for (i = 0; i < said->cells; i++)
			assert_in_range(said->cells_mv[i], meant->cells_mv[i] - 100,
					meant->cells_mv[i] + 100);
	}
	if (cellar_has(said, CELLAR_PROTECTIONS))
		assert_int_equal(said->protections, meant->protections);
}

static void answers_are_the_plants(void **state)
{
	struct cellar_reading news, system;
	size_t d;

	(void)state;
	for (d = 0; d < ARRAY_SIZE(dialects); d++) {
		unsigned int packs = dialects[d] == CELLAR_RS485_VOLTRONIC ? 1 : 5;
		struct rack_config config = config_of(dialects[d], packs);
		struct desk *desk = begin(&config, NULL);
		unsigned int i, q;

		listen(desk, 700 * MS);
		for (i = 0; i < packs; i++) {
			for (q = 0; q < desk->dialect->n_questions; q++) {
				if (desk->dialect->questions[q].of_system)
					continue;
				must_answer(desk, q, config.addresses[i], &news);
				compare(&news, &desk->rack.bank.pack[i]);
				compare_sensors(&news, &desk->rack.bank.pack[i],
						dialects[d]);
				assert_string_equal(desk->said[0].serial,
						    desk->rack.bank.pack[i].serial);
			}
		}
		for (q = 0; q < desk->dialect->n_questions; q++) {
			if (!desk->dialect->questions[q].of_system)
				continue;
			must_answer(desk, q,
				    desk->dialect->group(config.addresses[0]), &news);
			assert_int_equal(report_system(&desk->rack.bank.plant,
						       REPORT_ALL_PACKS,
						       desk->rack.bank.pack,
						       desk->rack.bank.texts,
						       &system), 0);
			compare(&news, &system);
			assert_string_equal(desk->said[0].serial, "");
		}
		assert_int_equal(desk->rack.counts.writes, 0);
		assert_int_equal(desk->rack.counts.strange, 0);
		end(desk);
	}
}

static void a_wire_takes_its_time(void **state)
{
	static const unsigned int bauds[] = { 9600, 115200 };
	size_t b;

	(void)state;
	for (b = 0; b < ARRAY_SIZE(bauds); b++) {
		struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
		u64 byte_ns = BYTE_NS(bauds[b]), asked_ns, least_ns;
		struct desk *desk;
		size_t asked;

		config.baud = bauds[b];
		desk = begin(&config, NULL);
		listen(desk, 333333333);
		asked_ns = desk->now_ns;
		asked = ask(desk, question_named(desk, CELLAR_CELLS), 3);
		listen(desk, SECOND);

		assert_true(desk->n > 100);
		assert_in_range(desk->most_at_once, 2, 16);
		least_ns = asked_ns + asked * byte_ns + DELAY_MS * MS;
		assert_true(desk->byte_ns[0] >= least_ns + byte_ns);
		assert_true(desk->byte_ns[0] <= least_ns + 20 * byte_ns);
		least_ns += desk->n * byte_ns;
		assert_true(desk->byte_ns[desk->n - 1] >= least_ns);
		assert_true(desk->byte_ns[desk->n - 1] <= least_ns + 5 * byte_ns);
		end(desk);
	}
}

/* Where the hardware takes its time, nothing is added but the delay. */
static void hardware_keeps_its_own_time(void **state)
{
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
	struct desk *desk;
	u64 asked_ns;

	(void)state;
	config.paced = false;
	desk = begin(&config, NULL);
	listen(desk, 50 * MS);
	asked_ns = desk->now_ns;
	ask(desk, question_named(desk, CELLAR_CELLS), 2);
	listen(desk, SECOND);
	assert_true(desk->n > 100);
	assert_int_equal(desk->most_at_once, desk->n);
	assert_true(desk->byte_ns[0] >= asked_ns + DELAY_MS * MS);
	assert_true(desk->byte_ns[desk->n - 1] <= asked_ns + (DELAY_MS + 5) * MS);
	end(desk);
}

static void an_echo_is_the_question(void **state)
{
	static const char *const events[] = { "at 5 echo 0", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 1);
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	struct cellar_reading news;
	struct desk *desk;
	u64 asked_ns;
	size_t len;
	int ret;

	(void)state;
	config.echo = true;
	desk = begin(&config, events);
	asked_ns = desk->now_ns;
	len = ask(desk, 0, 2);
	listen(desk, SECOND);
	assert_int_equal(desk->dialect->questions[0].ask(2, wire), len);
	assert_true(desk->n > len);
	assert_memory_equal(desk->bytes, wire, len);
	assert_true(desk->byte_ns[len - 1] >= asked_ns + len * BYTE_NS(9600));
	assert_true(desk->byte_ns[len - 1] < asked_ns + DELAY_MS * MS + len * BYTE_NS(9600));
	assert_int_equal(telegrams(desk, 0, 2, &ret, &news), 2);
	assert_int_equal(ret, 0);

	listen(desk, 5 * SECOND);
	must_answer(desk, 0, 2, &news);
	end(desk);
}

/* Many answers on a bad line: all that can be read was said, and some is lost. */
static void on_a_bad_line(const char *const *events, unsigned int least_lost,
			  unsigned int least_whole)
{
	size_t d;

	for (d = 0; d < ARRAY_SIZE(dialects); d++) {
		struct rack_config config = config_of(dialects[d], 1);
		struct desk *desk = begin(&config, events);
		unsigned int i, whole = 0, asked = 400;

		listen(desk, 2 * SECOND);
		for (i = 0; i < asked; i++) {
			unsigned int q = i % desk->dialect->n_questions;
			struct cellar_reading news;
			u8 address = config.addresses[0];
			unsigned int n;
			int ret = -1;

			if (desk->dialect->questions[q].of_system)
				address = desk->dialect->group(address);
			ask_and_listen(desk, q, address);
			n = telegrams(desk, q, address, &ret, &news);
			if (n < 2)
				assert_int_equal(desk->n_said, !ret);
			if (n == 1 && !ret) {
				assert_true(cellar_reading_equal(&desk->said[0].reading,
								 &news));
				whole++;
			}
		}
		if (whole < least_whole || asked - whole < least_lost)
			fail_msg("%s: %u of %u came whole", desk->dialect->name, whole, asked);
		end(desk);
	}
}

static void errors_break_or_leave_alone(void **state)
{
	static const char *const flips[] = { "at 1 flip 0.7", NULL };
	static const char *const losses[] = { "at 1 drop 0.7", NULL };
	static const char *const noise[] = { "at 1 noise 12", NULL };
	static const char *const older[] = { "at 1 flip 0.7", "at 1 repeat 100", NULL };
	static const char *const short_ones[] = { "at 1 truncate 1 30", NULL };

	(void)state;
	on_a_bad_line(flips, 40, 40);
	on_a_bad_line(losses, 40, 40);
	on_a_bad_line(noise, 0, 300);
	on_a_bad_line(short_ones, 60, 200);
	on_a_bad_line(older, 40, 10);
}

/* With every second bit gone the checksum alone would let some pass. */
static void unseen_errors_are_not_sent(void **state)
{
	static const char *const events[] = { "at 0 flip 1.2", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 1);
	struct desk *desk = begin(&config, events);
	struct cellar_reading news;
	unsigned int i, q;
	int ret;

	(void)state;
	q = question_named(desk, CELLAR_CELLS);
	for (i = 0; i < 6000 && !desk->rack.line.unseen; i++) {
		ret = -1;
		ask_and_listen(desk, q, 2);
		if (telegrams(desk, q, 2, &ret, &news))
			assert_true(cellar_reading_equal(&desk->said[0].reading, &news));
	}
	assert_true(desk->rack.line.unseen > 0);
	end(desk);
}

static void answers_run_together(void **state)
{
	static const char *const events[] = { "at 0 repeat 100", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 3);
	struct desk *desk = begin(&config, events);
	struct cellar_reading news;
	int ret;

	(void)state;
	must_answer(desk, 0, 2, &news);
	ask_and_listen(desk, 0, 3);
	assert_int_equal(telegrams(desk, 0, 3, &ret, &news), 2);
	assert_int_equal(ret, -ENOMSG);
	assert_int_equal(desk->n_said, 1);
	assert_int_equal(desk->said[0].address, 3);

	/* never to an older asking of the same: nobody could tell which is which */
	must_answer(desk, 0, 3, &news);
	end(desk);
}

static void two_at_one_address(void **state)
{
	static const char *const events[] = { "at 1 address 2 2", "at 30 turns 1", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
	struct desk *desk = begin(&config, events);
	unsigned int q, i, seen[2] = { 0 };
	struct cellar_reading news;
	int ret = -1;

	(void)state;
	listen(desk, 2 * SECOND);
	q = question_named(desk, CELLAR_SERIAL_HEAD);
	must_be_silent(desk, q, 3);
	ask_and_listen(desk, q, 2);
	assert_true(desk->n > 30);
	assert_int_equal(telegrams(desk, q, 2, &ret, &news), 0);
	assert_int_equal(desk->n_said, 0);

	/* what both say alike, both have said */
	ask_and_listen(desk, question_named(desk, CELLAR_CHARGE_CURRENT_LIMIT), 2);
	assert_int_equal(desk->n_said, 2);

	listen(desk, 30 * SECOND);
	for (i = 0; i < 10; i++) {
		must_answer(desk, q, 2, &news);
		seen[0] += !strcmp(news.serial, desk->rack.bank.pack[0].serial);
		seen[1] += !strcmp(news.serial, desk->rack.bank.pack[1].serial);
	}
	assert_int_equal(seen[0], 5);
	assert_int_equal(seen[1], 5);
	end(desk);
}

static void count_ended(void *to, unsigned int voice, bool whole)
{
	unsigned int *ended = to;

	(void)voice;
	assert_false(whole);
	(*ended)++;
}

/* Where both drive, one of two telegrams would come out by their bits alone. */
static void a_clash_is_never_readable(void **state)
{
	struct cellar_rs485_deframer deframer = { .framing = CELLAR_FRAMING_ASCII };
	struct half_duplex *line = malloc(sizeof(*line));
	u8 one[CELLAR_RS485_QUESTION_MAX], other[CELLAR_RS485_QUESTION_MAX];
	struct cellar_rs485_telegram telegram;
	unsigned int ended = 0, i;
	u8 heard[LINE_RUN_MAX];
	size_t len, n = 0;

	(void)state;
	assert_non_null(line);
	len = (size_t)cellar_ascii_ask(one, 0x20, 2, 0x42);
	memcpy(other, one, len);
	other[2] |= 1;
	line_start(line, CELLAR_FRAMING_ASCII, 9600, true, 1);
	line_say(line, 0, 5, one, len, false);
	line_say(line, 1, 5, other, len, false);
	while (line_next_ns(line) != UINT64_MAX)
		n += line_run(line, line_next_ns(line), heard + n, count_ended, &ended);
	assert_int_equal(n, len);
	assert_int_equal(ended, 2);
	for (i = 0; i < n; i++)
		assert_false(cellar_rs485_feed(&deframer, heard[i], &telegram));
	free(line);
}

static void slow_late_and_dead(void **state)
{
	static const char *const events[] = {
		"at 5 delay 2 700", "at 10 delay all 20", "at 10 late 1 300",
		"at 20 unplug 2", "at 30 plug 2", "at 40 silent", "at 50 resume", NULL
	};
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
	struct desk *desk = begin(&config, events);
	struct cellar_reading news;
	u64 asked_ns;
	int ret = -1;

	(void)state;
	listen(desk, 6 * SECOND);
	asked_ns = desk->now_ns;
	must_answer(desk, 0, 3, &news);
	assert_true(desk->byte_ns[0] >= asked_ns + 700 * MS);

	/* answered while another is asked: both are heard, each under its address */
	listen(desk, 5 * SECOND);
	forget(desk);
	asked_ns = desk->now_ns;
	ask(desk, 0, 2);
	listen(desk, 100 * MS);
	assert_int_equal(desk->n, 0);
	ask(desk, 0, 3);
	listen(desk, SECOND);
	assert_int_equal(telegrams(desk, 0, 2, &ret, &news), 2);
	assert_int_equal(ret, 0);
	assert_int_equal(desk->said[0].address, 3);
	assert_int_equal(desk->said[1].address, 2);
	asked_ns = desk->now_ns;
	must_answer(desk, 0, 2, &news);
	assert_true(desk->byte_ns[0] < asked_ns + 100 * MS);

	listen(desk, 10 * SECOND);
	must_be_silent(desk, 0, 3);
	must_answer(desk, 0, 2, &news);
	listen(desk, 10 * SECOND);
	must_answer(desk, 0, 3, &news);
	listen(desk, 10 * SECOND);
	must_be_silent(desk, 0, 2);
	listen(desk, 10 * SECOND);
	must_answer(desk, 0, 2, &news);
	end(desk);
}

static void a_refusal_is_one(void **state)
{
	static const char *const events[] = { "at 1 refuse 1 2", "at 5 refuse all 0", NULL };
	size_t d;

	(void)state;
	for (d = 0; d < ARRAY_SIZE(dialects); d++) {
		struct rack_config config = config_of(dialects[d], 1);
		struct desk *desk = begin(&config, events);
		struct cellar_reading news;
		int ret = 0;

		listen(desk, 2 * SECOND);
		ask_and_listen(desk, 0, config.addresses[0]);
		assert_int_equal(telegrams(desk, 0, config.addresses[0], &ret, &news), 1);
		assert_int_equal(ret, -EREMOTEIO);
		assert_int_equal(desk->n_said, 0);
		listen(desk, 5 * SECOND);
		must_answer(desk, 0, config.addresses[0], &news);
		end(desk);
	}
}

static void a_swapped_pack_is_another(void **state)
{
	static const char *const events[] = { "at 5 swap 1", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
	struct desk *desk = begin(&config, events);
	struct cellar_reading before, after;
	unsigned int q;

	(void)state;
	q = question_named(desk, CELLAR_SERIAL_HEAD);
	must_answer(desk, q, 2, &before);
	listen(desk, 5 * SECOND);
	must_answer(desk, q, 2, &after);
	assert_string_not_equal(before.serial, after.serial);
	assert_string_equal(desk->said[0].serial, after.serial);
	end(desk);
}

static void a_babbler_is_not_asked(void **state)
{
	static const char *const events[] = { "at 1 babble 2 400", "at 5 babble 2 0", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
	struct desk *desk = begin(&config, events);
	size_t i;

	(void)state;
	listen(desk, 5 * SECOND);
	assert_in_range(desk->n_said, 5, 11);
	for (i = 0; i < desk->n_said; i++)
		assert_int_equal(desk->said[i].address, 3);
	listen(desk, SECOND);
	forget(desk);
	listen(desk, 5 * SECOND);
	assert_int_equal(desk->n, 0);
	end(desk);
}

/* A question during which somebody else speaks is not understood. */
static void a_question_into_speech_is_lost(void **state)
{
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 2);
	struct desk *desk = begin(&config, NULL);

	(void)state;
	ask(desk, question_named(desk, CELLAR_CELLS), 2);
	listen(desk, 80 * MS);
	assert_true(desk->n > 0);
	ask(desk, 0, 3);
	listen(desk, SECOND);
	assert_int_equal(desk->n_said, 1);
	assert_int_equal(desk->said[0].address, 2);
	end(desk);
}

static void tell(struct desk *desk, const u8 *wire, size_t len)
{
	forget(desk);
	rack_hear(&desk->rack, desk->now_ns, wire, len);
	listen(desk, SECOND);
}

static void writes_are_counted(void **state)
{
	/* write one register of pack 1; the CRC is put behind */
	u8 write[] = { 1, 0x10, 0, 0x70, 0, 1, 2, 0, 0, 0, 0 };
	static const u8 commands[] = { 0x94, 0x95, 0x45, 0x49, 0x9b };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 1);
	struct desk *desk = begin(&config, NULL);
	u8 wire[CELLAR_RS485_WIRE_MAX];
	u16 crc;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		tell(desk, wire, (size_t)cellar_ascii_ask_with_address(wire, 0x20, 2,
								       commands[i]));
		assert_int_equal(desk->n, 0);
		assert_int_equal(desk->rack.counts.writes, i + 1);
	}
	tell(desk, wire, (size_t)cellar_ascii_ask(wire, 0x20, 2, 0x99));
	assert_true(desk->n > 0);
	assert_int_equal(desk->n_said, 0);
	assert_int_equal(desk->rack.counts.strange, 1);
	assert_int_equal(desk->rack.counts.writes, ARRAY_SIZE(commands));
	end(desk);

	config = config_of(CELLAR_RS485_VOLTRONIC, 1);
	desk = begin(&config, NULL);
	crc = cellar_voltronic_crc(write, sizeof(write) - 2);
	write[sizeof(write) - 2] = (u8)crc;
	write[sizeof(write) - 1] = (u8)(crc >> 8);
	tell(desk, write, sizeof(write));
	assert_int_equal(desk->n, 0);
	assert_int_equal(desk->rack.counts.writes, 1);
	end(desk);
}

/* As a tty gives back what it hears before anybody has made it raw. */
static void answers_that_come_back_are_no_commands(void **state)
{
	static const char *const events[] = { "at 5 refuse all 2", NULL };
	u8 heard[CELLAR_RS485_WIRE_MAX];
	size_t d, i, len;

	(void)state;
	for (d = 0; d < 2 * ARRAY_SIZE(dialects); d++) {
		struct rack_config config = config_of(dialects[d / 2], 1);
		struct desk *desk = begin(&config, d % 2 ? events : NULL);
		u64 questions;

		listen(desk, 6 * SECOND);
		for (i = 0; i < desk->dialect->n_questions; i++) {
			ask_and_listen(desk, (unsigned int)i, config.addresses[0]);
			questions = desk->rack.counts.questions;
			len = desk->n;
			assert_in_range(len, 1, sizeof(heard));
			memcpy(heard, desk->bytes, len);
			tell(desk, heard, len);
			assert_int_equal(desk->n, 0);
			assert_int_equal(desk->rack.counts.returned, i + 1);
			assert_int_equal(desk->rack.counts.questions, questions);
		}
		assert_int_equal(desk->rack.counts.writes, 0);
		assert_int_equal(desk->rack.counts.strange, 0);
		end(desk);
	}
}

static void a_cut_line_comes_back(void **state)
{
	static const char *const events[] = { "at 1 cut 2.5", NULL };
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 1);
	struct desk *desk = begin(&config, events);
	struct cellar_reading news;
	unsigned int q;
	size_t len;

	(void)state;
	q = question_named(desk, CELLAR_CELLS);
	must_answer(desk, q, 2, &news);
	len = desk->n;
	listen(desk, SECOND);
	ask_and_listen(desk, q, 2);
	assert_in_range(desk->n, 16, len - 16);
	assert_int_equal(desk->n_said, 0);
	assert_in_range(desk->cut_ns, 2500 * MS, 2501 * MS);
	listen(desk, 2 * SECOND);
	must_answer(desk, q, 2, &news);
	end(desk);
}

static void a_seed_gives_the_same_bytes(void **state)
{
	static const char *const events[] = {
		"at 0 flip 1", "at 0 noise 9", "at 0 repeat 30", "at 0 truncate all 10", NULL
	};
	struct rack_config config = config_of(CELLAR_RS485_SEPLOS, 4);
	struct desk *desk[3];
	unsigned int i, k;

	(void)state;
	for (k = 0; k < 3; k++) {
		config.bank.seed = 5 + k / 2;
		desk[k] = begin(&config, events);
		for (i = 0; i < 40; i++) {
			ask(desk[k], i % 2, config.addresses[i % 4]);
			listen(desk[k], 500 * MS);
		}
	}
	assert_int_equal(desk[0]->n, desk[1]->n);
	assert_memory_equal(desk[0]->bytes, desk[1]->bytes, desk[0]->n);
	assert_true(desk[0]->n != desk[2]->n ||
		    memcmp(desk[0]->bytes, desk[2]->bytes, desk[0]->n) != 0);
	for (k = 0; k < 3; k++)
		end(desk[k]);
}

static void addresses_are_the_lowest(void **state)
{
	u8 addresses[PLANT_PACKS_MAX];

	(void)state;
	assert_int_equal(rack_addresses(&cellar_rs485_pylontech, 14, addresses), 0);
	assert_int_equal(addresses[0], 0x02);
	assert_int_equal(addresses[11], 0x0d);
	assert_int_equal(addresses[12], 0x12);
	assert_int_equal(addresses[13], 0x13);
	assert_int_equal(rack_addresses(&cellar_rs485_seplos, 17, addresses), -EINVAL);
	assert_int_equal(rack_addresses(&cellar_rs485_voltronic, 3, addresses), 0);
	assert_int_equal(addresses[0], 1);
	assert_int_equal(addresses[2], RACK_NO_ADDRESS);
}

/* Two groups: each first pack speaks for its own, and no other does. */
static void a_group_has_one_speaker(void **state)
{
	struct rack_config config = config_of(CELLAR_RS485_PYLONTECH, 14);
	struct desk *desk = begin(&config, NULL);
	struct cellar_reading news;
	struct bank *bank = &desk->rack.bank;
	unsigned int q, asked = 0;
	int ret = 0;

	(void)state;
	listen(desk, SECOND);
	for (q = 0; q < desk->dialect->n_questions; q++) {
		if (!desk->dialect->questions[q].of_system)
			continue;
		asked++;
		must_answer(desk, q, 0x12, &news);
		if (cellar_has(&news, CELLAR_CURRENT))
			assert_true(abs(news.current_ma - bank->pack[12].current_ma -
					bank->pack[13].current_ma) <= 100);
		if (cellar_has(&news, CELLAR_CHARGE_CURRENT_LIMIT))
			assert_in_range(news.charge_current_limit_ma, 1,
					bank->pack[12].charge_current_limit_ma +
					bank->pack[13].charge_current_limit_ma);
		must_answer(desk, q, 0x02, &news);
		ask_and_listen(desk, q, 0x13);
		assert_int_equal(telegrams(desk, q, 0x13, &ret, &news), 1);
		assert_int_equal(ret, -EREMOTEIO);
	}
	assert_true(asked > 0);
	end(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_the_plants),
		cmocka_unit_test(a_wire_takes_its_time),
		cmocka_unit_test(hardware_keeps_its_own_time),
		cmocka_unit_test(an_echo_is_the_question),
		cmocka_unit_test(errors_break_or_leave_alone),
		cmocka_unit_test(unseen_errors_are_not_sent),
		cmocka_unit_test(answers_run_together),
		cmocka_unit_test(two_at_one_address),
		cmocka_unit_test(a_clash_is_never_readable),
		cmocka_unit_test(slow_late_and_dead),
		cmocka_unit_test(a_refusal_is_one),
		cmocka_unit_test(a_swapped_pack_is_another),
		cmocka_unit_test(a_babbler_is_not_asked),
		cmocka_unit_test(a_question_into_speech_is_lost),
		cmocka_unit_test(writes_are_counted),
		cmocka_unit_test(answers_that_come_back_are_no_commands),
		cmocka_unit_test(a_cut_line_comes_back),
		cmocka_unit_test(a_seed_gives_the_same_bytes),
		cmocka_unit_test(addresses_are_the_lowest),
		cmocka_unit_test(a_group_has_one_speaker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
