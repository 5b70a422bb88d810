// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pylontech on RS-485: what every public frame says, every bit, limits that only ever
 * shrink, all packs in one answer, and the system of V3.5 (protocols.md 4).
 */
#include "rs485_line.h"

#define D	(&cellar_rs485_pylontech)

#define US2000	"~20024600C06E10020F0C9A0C980C990C980C9A0C9A0C990C9B0C9C0C9A0C9B0C9B0C9B0C9B0" \
		"C99050B740B550B570B530B630000BD06190F02C3500084E545\r"
#define US3000	"~20024600F07A00020F0CC90CC90CC80CC90CC80CC80CC80CC90CC90CC90CC80CC90CC90CC80" \
		"CC8050BA10B8A0B870B840B910000BFC0FFFF04FFFF0000007968012110E211\r"
#define UP2500	"~20024600D05E1002080D020D020D020D030D000D010D010D03050B7D0B690B690B690B73FFF" \
		"A680EFFFF04FFFF00000174E401B198E906\r"
#define THREE	"~20024600914211030F0CE70CE80CE60CE70CE80CE80CE80CE60CE50CE60CE80CE70CEA0CE50" \
		"CE6050B910B870B870B870B87FFE6C18982DC02C350001F0F0CE20CE60CE60CE10CE50CE70CE6" \
		"0CE30CE20CE50CE30CE90CE70CE90CE9050B910B870B870B870B87FFE7C17082DC02C350001F0" \
		"F0CE20CE50CE50CE20CE30CE30CE40CE50CE60CE60CE30CE40CE40CE60CE6050B910B7D0B7D0B" \
		"7D0B7DFFE5C16082DC02C350001FB476\r"

static unsigned int sum_of(const struct cellar_reading *r)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < r->cells; i++)
		sum += r->cells_mv[i];

	return sum;
}

/* The comments of tests/data/rs485/ascii_frames.txt; 47, 43 and 67 % of protocols.md */
static void public_values(void **state)
{
	static const struct {
		const char *text;
		u8 cells, temperatures;
		u16 min, max;
		u32 mv;
		s32 ma;
		u32 remaining, full, cycles;
		u16 soc;
		s16 decic[5];
	} cases[] = {
		{ US2000, 15, 5, 3224, 3228, 48390, 0, 6415, 50000, 132, 1283,
		  { 201, 170, 172, 168, 184 } },
		{ US3000, 15, 5, 3272, 3273, 49088, 0, 31080, 74000, 0, 4200,
		  { 246, 223, 220, 217, 230 } },
		{ UP2500, 8, 5, 3328, 3331, 26638, -600, 95460, 111000, 0, 8600,
		  { 210, 190, 190, 190, 200 } },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(hear(D, "values", 2, cases[i].text, &r), 0);
		assert_int_equal(r.have, CELLAR_ASCII_VALUES_FIELDS);
		assert_int_equal(r.cells, cases[i].cells);
		assert_int_equal(r.temperatures, cases[i].temperatures);
		assert_int_equal(r.cell_voltage_min_mv, cases[i].min);
		assert_int_equal(r.cell_voltage_max_mv, cases[i].max);
		assert_int_equal(r.voltage_mv, cases[i].mv);
		assert_int_equal(sum_of(&r), cases[i].mv);
		assert_int_equal(r.current_ma, cases[i].ma);
		assert_int_equal(r.remaining_mah, cases[i].remaining);
		assert_int_equal(r.full_mah, cases[i].full);
		assert_int_equal(r.cycles, cases[i].cycles);
		assert_int_equal(r.soc_centi, cases[i].soc);
		assert_memory_equal(r.temperatures_decic, cases[i].decic, sizeof(cases[i].decic));
	}

	/* the board's own temperature is not a cell's */
	hear(D, "values", 2, US2000, &r);
	assert_int_equal(r.cell_temperature_min_decic, 168);
	assert_int_equal(r.cell_temperature_max_decic, 184);
	assert_int_equal(r.cells_mv[0], 0x0c9a);
	assert_int_equal(r.cells_mv[14], 0x0c99);
}

static void public_identities(void **state)
{
	struct cellar_reading r;
	char serial[CELLAR_SERIAL_SIZE];

	(void)state;
	assert_int_equal(hear(D, "serial number", 2,
			      "~20024600C0220248505443523033313731313132353930F6D2\r", &r), 0);
	assert_int_equal(cellar_reading_serial(&r, serial), 16);
	assert_string_equal(serial, "HPTCR03171112590");
	assert_int_equal(r.have, A(SERIAL_HEAD) | A(SERIAL_TAIL));

	assert_int_equal(hear(D, "serial number", 3,
			      "~20034600C0220348505442483032323430413031323335F6D5\r", &r), 0);
	cellar_reading_serial(&r, serial);
	assert_string_equal(serial, "HPTBH02240A01235");

	assert_int_equal(hear(D, "manufacturer", 2, "~20024600C04055533230303043000000010750796C"
			      "6F6E2D2D2D2D2D2D2D2D2D2D2D2D2D2D2DEFBD\r", &r), 0);
	assert_string_equal(r.model, "US2000C");
	assert_string_equal(r.manufacturer, "Pylon");
	assert_string_equal(r.firmware, "1.7");

	/* the master's answer, for another pack: its version is not this pack's (4.3) */
	assert_int_equal(hear(D, "manufacturer", 3, "~20034600C04055533230303043000000010750796C"
			      "6F6E2D2D2D2D2D2D2D2D2D2D2D2D2D2D2DEFBC\r", &r), 0);
	assert_int_equal(r.have, A(MODEL) | A(MANUFACTURER));
	assert_false(NONE(&r, FIRMWARE));

	assert_int_equal(hear(D, "manufacturer", 2, "~20024600C0405553324B42504C000000020450796C"
			      "6F6E2D2D2D2D2D2D2D2D2D2D2D2D2D2D2DEF97\r", &r), 0);
	assert_string_equal(r.model, "US2KBPL");
	assert_string_equal(r.firmware, "2.4");
}

static void public_limits_and_alarms(void **state)
{
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear(D, "limits", 2, "~20024600B014026EF05AA0022BFDD5C0F915\r", &r), 0);
	assert_int_equal(r.have, CELLAR_ASCII_LIMITS | CELLAR_ASCII_REQUESTS);
	assert_int_equal(r.charge_voltage_limit_mv, 28400);
	assert_int_equal(r.discharge_voltage_limit_mv, 23200);
	assert_int_equal(r.charge_current_limit_ma, 55500);
	assert_int_equal(r.discharge_current_limit_ma, 55500);
	assert_true(r.charge_enable && r.discharge_enable);
	assert_false(r.force_charge || r.full_charge_request);

	assert_int_equal(hear(D, "alarms", 2, "~20024600A04210020F0000000000000000000000000000"
			      "00050000000000000000000E00000000F108\r", &r), 0);
	assert_int_equal(r.have, A(PROTECTIONS) | A(WARNINGS));
	assert_int_equal(r.protections | r.warnings, 0);
	assert_int_equal(hear(D, "alarms", 3, "~20034600A04210030F0000000000000000000000000000"
			      "00050000000000000000000E00000000F106\r", &r), 0);
	assert_int_equal(r.protections | r.warnings, 0);
}

static void public_questions(void **state)
{
	(void)state;
	assert_asks(D, "values", 2, "~20024642E00202FD33");
	assert_asks(D, "alarms", 3, "~20034644E00203FD2F");
	assert_asks(D, "serial number", 2, "~20024693E00202FD2D");
	assert_asks(D, "manufacturer", 3, "~200346510000FDAB");
	assert_asks(D, "system values", 0x12, "~201246610000FDAA");
	assert_asks(D, "system alarms", 2, "~200246620000FDAA");
	assert_asks(D, "system limits", 0x12, "~201246630000FDA8");
}

/* No question changes anything: 94 and 95 are not among them, nor any other (4.3) */
static void only_questions_that_read(void **state)
{
	static const char *const reads[] = {
		"42", "44", "51", "92", "93", "96", "60", "61", "62", "63",
	};

	(void)state;
	assert_int_equal(D->n_questions, ARRAY_SIZE(reads));
	for (unsigned int q = 0; q < D->n_questions; q++) {
		char wire[CELLAR_RS485_QUESTION_MAX + 1];
		bool known = false;

		D->questions[q].ask(2, (u8 *)wire);
		for (size_t i = 0; i < ARRAY_SIZE(reads); i++)
			known = known || !memcmp(wire + 7, reads[i], 2);
		assert_true(known);
	}
}

/* A record by hand: flag, command value, 8 cells, 1 temperature, and what follows */
struct record {
	u8 bytes[128];
	unsigned int len;
};

static void put(struct record *record, const char *hex)
{
	char *end;

	for (; *hex; hex = end)
		record->bytes[record->len++] = (u8)strtoul(hex, &end, 16);
}

static struct record record_of(const char *numbers)
{
	struct record record = { .len = 0 };

	put(&record, "00 02 08 0C E4 0C E4 0C E4 0C E4 0C E4 0C E4 0C E4 0C E4 01 0B A5");
	put(&record, numbers);

	return record;
}

static int hear_record(const char *name, const struct record *record,
		       struct cellar_reading *news)
{
	return hear_info(D, name, 0x20, 2, record->bytes, record->len, news);
}

static void numbers_that_can_and_cannot_be(void **state)
{
	static const struct {
		const char *numbers;
		int expected;
	} cases[] = {
		/* current, voltage, remaining, items, full, cycles */
		{ "00 00 67 20 C3 50 02 C3 50 00 01", 0 },
		{ "7F FF FF FE FF FE 02 FF FE FF FE", 0 },
		{ "80 01 4E 20 00 00 02 00 01 00 00", 0 },
		{ "00 00 4E 1F C3 50 02 C3 50 00 01", -ERANGE },
		/* as long as it must be */
		{ "00 00 67 20 C3 50 02 C3 50 00", -ENOMSG },
		{ "00 00 67 20 C3 50 02 C3 50 00 01 00", -ENOMSG },
		{ "00 00 67 20 C3 50", -ENOMSG },
		/* items of nobody, of PACE, of Seplos */
		{ "00 00 67 20 C3 50 01 C3 50 00 01", -ENOMSG },
		{ "00 00 67 20 C3 50 03 C3 50 00 01 00 00", -ENOMSG },
		{ "00 00 67 20 C3 50 0A C3 50 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
		  "00 00", -ENOMSG },
		{ "00 00 67 20 FF FF 04 FF FF 00 01 01 86 A0 01 86 A0", 0 },
		{ "00 00 67 20 FF FF 04 FF FF 00 01 01 86 A0 01 86", -ENOMSG },
		{ "00 00 67 20 FF FF 04 FF FF 00 01", -ENOMSG },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record record = record_of(cases[i].numbers);

		assert_int_equal(hear_record("values", &record, &r), cases[i].expected);
	}
}

static void values_that_are_not_there(void **state)
{
	struct record record = record_of("80 00 FF FF FF FF 02 FF FF FF FF");
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear_record("values", &record, &r), 0);
	assert_int_equal(r.none, A(CURRENT) | A(VOLTAGE) | A(REMAINING) | A(FULL) | A(CYCLES) |
			 A(SOC));
	assert_true(HAS(&r, CELLS));
	assert_true(HAS(&r, TEMPERATURES));
	assert_false(HAS(&r, CELL_TEMPERATURE_MAX));

	record = record_of("00 00 67 20 FF FF 04 FF FF 00 01 FF FF FF 01 86 A0");
	assert_int_equal(hear_record("values", &record, &r), 0);
	assert_true(NONE(&r, REMAINING) && NONE(&r, SOC) && HAS(&r, FULL));

	/* nothing of nothing is no share */
	record = record_of("00 00 67 20 00 00 02 00 00 00 01");
	assert_int_equal(hear_record("values", &record, &r), 0);
	assert_true(NONE(&r, SOC) && HAS(&r, FULL));
}

/* Down, and 100 % at most; 24-bit mAh must not overflow */
static void soc_of_capacities(void **state)
{
	static const struct {
		const char *numbers;
		u16 centi;
	} cases[] = {
		{ "00 00 67 20 C3 50 02 C3 50 00 01", 10000 },
		{ "00 00 67 20 C3 51 02 C3 50 00 01", 10000 },
		{ "00 00 67 20 FF FE 02 7F FF 00 01", 10000 },
		{ "00 00 67 20 00 02 02 00 01 00 01", 10000 },
		{ "00 00 67 20 C3 4F 02 C3 50 00 01", 9999 },
		{ "00 00 67 20 00 00 02 C3 50 00 01", 0 },
		{ "00 00 67 20 00 01 02 00 03 00 01", 3333 },
		{ "00 00 67 20 00 02 02 00 03 00 01", 6666 },
		{ "00 00 67 20 FF FF 04 FF FF 00 01 FF FF FD FF FF FE", 9999 },
		{ "00 00 67 20 FF FF 04 FF FF 00 01 7F FF FF FF FF FE", 5000 },
		{ "00 00 67 20 FF FF 04 FF FF 00 01 00 00 01 FF FF FE", 0 },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record record = record_of(cases[i].numbers);

		assert_int_equal(hear_record("values", &record, &r), 0);
		assert_int_equal(r.soc_centi, cases[i].centi);
	}
}

static void cells_and_temperatures_that_cannot_be(void **state)
{
	static const struct {
		u8 at, high, low;
		int expected;
	} cases[] = {
		{ 3, 0x13, 0x88, 0 }, { 3, 0x13, 0x89, -ERANGE },	/* 5.000 V */
		{ 3, 0x00, 0x00, 0 }, { 3, 0x80, 0x00, -ERANGE },	/* a broken cell */
		{ 17, 0xff, 0xff, -ERANGE },
		{ 20, 0x08, 0x53, 0 }, { 20, 0x08, 0x52, -ERANGE },	/* -60.0 °C */
		{ 20, 0x10, 0x87, 0 }, { 20, 0x10, 0x88, -ERANGE },	/* 150.0 °C */
		{ 20, 0xff, 0xff, -ERANGE },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record record = record_of("00 00 67 20 C3 50 02 C3 50 00 01");

		record.bytes[cases[i].at] = cases[i].high;
		record.bytes[cases[i].at + 1] = cases[i].low;
		assert_int_equal(hear_record("values", &record, &r), cases[i].expected);
	}
}

static void counts_that_cannot_be(void **state)
{
	static const u8 counts[][2] = {
		{ 0, 5 }, { 7, 5 }, { 25, 5 }, { 255, 5 }, { 15, 0 }, { 15, 9 }, { 15, 255 },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct record record = { .bytes = { 0, 2, counts[i][0] }, .len = 3 };

		while (record.len < 3 + 2u * counts[i][0] && record.len < 100)
			put(&record, "0C E4");
		record.bytes[record.len++] = counts[i][1];
		for (unsigned int t = 0; t < counts[i][1] && record.len < 110; t++)
			put(&record, "0B A5");
		put(&record, "00 00 67 20 C3 50 02 C3 50 00 01");
		assert_int_equal(hear_record("values", &record, &r), -ENOMSG);
	}
}

/* Whom it is from stands twice, and must be right twice */
static void answers_of_others(void **state)
{
	struct record record = record_of("00 00 67 20 C3 50 02 C3 50 00 01");
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear_info(D, "values", 0x20, 3, record.bytes, record.len, &r), -ENOMSG);
	record.bytes[1] = 3;
	assert_int_equal(hear_record("values", &record, &r), -ENOMSG);
	record.bytes[1] = 2;
	assert_int_equal(hear_record("values", &record, &r), 0);
	assert_int_equal(hear_info(D, "values", 0x25, 2, record.bytes, record.len, &r), -ENOMSG);
	assert_int_equal(hear(D, "values", 3, US2000, &r), -ENOMSG);

	/* INFOFLAG has two bits (4.2) */
	record.bytes[0] = 0x11;
	assert_int_equal(hear_record("values", &record, &r), 0);
	record.bytes[0] = 0x40;
	assert_int_equal(hear_record("values", &record, &r), -ENOMSG);
	record.bytes[0] = 0x80;
	assert_int_equal(hear_record("values", &record, &r), -ENOMSG);
}

/* Flag, address, 16 cells, 5 temperatures, 3 states, 5 of status */
#define STATES		19
#define TEMPERATURES	20
#define LAST		25
#define STATUS		28

static struct record alarms_of(u8 at, u8 value)
{
	struct record record = { .bytes = { 0x10, 2, 16 }, .len = 33 };

	record.bytes[STATES] = 5;
	record.bytes[STATUS + 1] = 0x0e;
	record.bytes[at] = value;

	return record;
}

static void each_status_bit_alone(void **state)
{
	static const u64 first[8] = {
		A(PACK_OVERVOLTAGE), A(CELL_UNDERVOLTAGE), A(CHARGE_OVERCURRENT), 0,
		A(DISCHARGE_OVERCURRENT), A(DISCHARGE_OVERTEMPERATURE),
		A(CHARGE_OVERTEMPERATURE), A(PACK_UNDERVOLTAGE),
	};
	struct cellar_reading r;

	(void)state;
	for (unsigned int byte = 0; byte < 5; byte++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			struct record record = alarms_of(STATUS + (u8)byte, (u8)(1 << bit));
			u64 expected = byte == 0 ? first[bit] : byte >= 3 ? A(CELL_FAILURE) : 0;

			assert_int_equal(hear_record("alarms", &record, &r), 0);
			assert_int_equal(r.protections, expected);
			assert_int_equal(r.warnings, 0);
		}
}

static void each_state_alone(void **state)
{
	static const struct {
		u8 first, n;
		u64 below, above;
	} cases[] = {
		{ 3, 16, A(CELL_UNDERVOLTAGE), A(CELL_OVERVOLTAGE) },
		{ TEMPERATURES, 5, A(UNDERTEMPERATURE), A(OVERTEMPERATURE) },
		{ LAST, 1, A(CHARGE_OVERCURRENT), A(CHARGE_OVERCURRENT) },
		{ LAST + 1, 1, A(PACK_UNDERVOLTAGE), A(PACK_OVERVOLTAGE) },
		{ LAST + 2, 1, A(DISCHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT) },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (u8 at = cases[i].first; at < cases[i].first + cases[i].n; at++)
			for (unsigned int value = 0; value < 256; value++) {
				struct record record = alarms_of(at, (u8)value);
				u64 expected = A(GENERAL);

				if (value <= 2)
					expected = value == 0 ? 0 : value == 1 ?
						   cases[i].below : cases[i].above;
				assert_int_equal(hear_record("alarms", &record, &r), 0);
				assert_int_equal(r.warnings, expected);
				assert_int_equal(r.protections, 0);
			}
}

/* Real packs send a byte more than the document has; two are none */
static void alarms_of_another_length(void **state)
{
	struct cellar_reading r;

	(void)state;
	for (int extra = -1; extra <= 2; extra++) {
		struct record record = alarms_of(STATUS, 0x02);

		record.len += (unsigned int)extra;
		record.bytes[33] = 0x55;
		assert_int_equal(hear_record("alarms", &record, &r),
				 extra == 0 || extra == 1 ? 0 : -ENOMSG);
	}
}

/* There is no bit for it: the charge MOSFET tells that the pack has stopped (4.5) */
static void cell_overvoltage_with_and_without_charging(void **state)
{
	struct record record = alarms_of(3 + 7, 2);
	struct cellar_reading r;

	(void)state;
	record.bytes[STATUS + 1] = 0x0c;
	assert_int_equal(hear_record("alarms", &record, &r), 0);
	assert_int_equal(r.protections, A(CELL_OVERVOLTAGE));
	assert_int_equal(r.warnings, A(CELL_OVERVOLTAGE));

	record = alarms_of(STATUS + 1, 0x0c);
	assert_int_equal(hear_record("alarms", &record, &r), 0);
	assert_int_equal(r.protections | r.warnings, 0);
}

static void each_alarm_word_comes_back(void **state)
{
	static const u64 protections = A(PACK_OVERVOLTAGE) | A(CELL_UNDERVOLTAGE) |
		A(CHARGE_OVERCURRENT) | A(DISCHARGE_OVERCURRENT) |
		A(DISCHARGE_OVERTEMPERATURE) | A(CHARGE_OVERTEMPERATURE) |
		A(PACK_UNDERVOLTAGE) | A(CELL_FAILURE) | A(CELL_OVERVOLTAGE);
	static const u64 warnings = A(CELL_UNDERVOLTAGE) | A(CELL_OVERVOLTAGE) |
		A(UNDERTEMPERATURE) | A(OVERTEMPERATURE) | A(CHARGE_OVERCURRENT) |
		A(DISCHARGE_OVERCURRENT) | A(PACK_UNDERVOLTAGE) | A(PACK_OVERVOLTAGE) |
		A(GENERAL);
	struct cellar_reading r = { .have = A(PROTECTIONS) | A(WARNINGS) }, news;

	(void)state;
	for (unsigned int word = 0; word < CELLAR_ALARMS; word++) {
		u64 bit = BIT_ULL(word);

		r.protections = bit;
		r.warnings = 0;
		assert_int_equal(round_trip(D, "alarms", 2, &r, &news), 0);
		if (bit & protections)
			assert_int_equal(news.protections, bit);
		else
			assert_int_not_equal(news.protections, 0);

		r.protections = 0;
		r.warnings = bit;
		assert_int_equal(round_trip(D, "alarms", 2, &r, &news), 0);
		assert_int_equal(news.protections, 0);
		if (bit & warnings)
			assert_int_equal(news.warnings, bit);
		else if (bit & (A(CELL_IMBALANCE) | A(TEMPERATURE_IMBALANCE) | A(LOW_SOC)))
			assert_int_equal(news.warnings, 0);
		else
			assert_int_not_equal(news.warnings, 0);
	}

	/* all at once: only of the voltage can there be but one */
	r.protections = protections;
	r.warnings = warnings & ~A(PACK_OVERVOLTAGE);
	assert_int_equal(round_trip(D, "alarms", 2, &r, &news), 0);
	assert_int_equal(news.protections, r.protections);
	assert_int_equal(news.warnings, r.warnings);

	r.have = A(WARNINGS);
	assert_int_equal(round_trip(D, "alarms", 2, &r, &news), -ENODATA);
}

static int hear_limits(const char *hex, struct cellar_reading *r)
{
	struct record record = { .len = 0 };

	put(&record, hex);

	return hear_record("limits", &record, r);
}

static void limits_and_their_signs(void **state)
{
	struct cellar_reading r;

	(void)state;
	/* a discharge limit of either sign (8.3); a negative charge limit is nothing */
	assert_int_equal(hear_limits("02 CF 08 B3 B0 02 58 02 58 C0", &r), 0);
	assert_int_equal(r.charge_voltage_limit_mv, 53000);
	assert_int_equal(r.discharge_voltage_limit_mv, 46000);
	assert_int_equal(r.charge_current_limit_ma, 60000);
	assert_int_equal(r.discharge_current_limit_ma, 60000);
	assert_int_equal(hear_limits("02 CF 08 B3 B0 FF FF 02 58 C0", &r), -ERANGE);
	assert_int_equal(hear_limits("02 CF 08 B3 B0 00 00 00 00 C0", &r), 0);
	assert_int_equal(r.charge_current_limit_ma + r.discharge_current_limit_ma, 0);
	assert_true(HAS(&r, CHARGE_CURRENT_LIMIT) && HAS(&r, DISCHARGE_CURRENT_LIMIT));

	assert_int_equal(hear_limits("02 FF FF FF FF 80 00 80 00 C0", &r), 0);
	assert_int_equal(r.none, CELLAR_ASCII_LIMITS);
	assert_int_equal(r.have, CELLAR_ASCII_REQUESTS);

	assert_int_equal(hear_limits("03 CF 08 B3 B0 02 58 02 58 C0", &r), -ENOMSG);
	assert_int_equal(hear_limits("02 CF 08 B3 B0 02 58 02 58", &r), -ENOMSG);
	assert_int_equal(hear_limits("02 CF 08 B3 B0 02 58 02 58 C0 00", &r), -ENOMSG);
}

static void each_request_bit_alone(void **state)
{
	struct cellar_reading r, again;

	(void)state;
	for (unsigned int bit = 0; bit < 8; bit++) {
		struct record record = { .len = 0 };

		put(&record, "02 CF 08 B3 B0 02 58 FD A8");
		record.bytes[record.len++] = (u8)(1 << bit);
		assert_int_equal(hear_record("limits", &record, &r), 0);
		assert_int_equal(r.charge_enable, bit == 7);
		assert_int_equal(r.discharge_enable, bit == 6);
		assert_int_equal(r.force_charge, bit == 5 || bit == 4);
		assert_int_equal(r.full_charge_request, bit == 3);
		assert_int_equal(round_trip(D, "limits", 2, &r, &again), 0);
		assert_true(cellar_reading_equal(&r, &again));
	}
}

/* What is sent never allows more than what was to be sent */
static void limits_shrink(void **state)
{
	struct cellar_reading r = {
		.have = CELLAR_ASCII_LIMITS | A(CHARGE_ENABLE),
		.charge_voltage_limit_mv = 70000, .discharge_voltage_limit_mv = 46001,
		.charge_current_limit_ma = 55599, .discharge_current_limit_ma = 55599,
		.charge_enable = true,
	}, news;

	(void)state;
	assert_int_equal(round_trip(D, "limits", 2, &r, &news), 0);
	assert_int_equal(news.charge_voltage_limit_mv, 65534);
	assert_int_equal(news.discharge_voltage_limit_mv, 46001);
	assert_int_equal(news.charge_current_limit_ma, 55500);
	assert_int_equal(news.discharge_current_limit_ma, 55500);
	assert_true(news.charge_enable);
	assert_false(news.discharge_enable);

	r.charge_current_limit_ma = 4000000000;
	r.discharge_current_limit_ma = 4000000000;
	assert_int_equal(round_trip(D, "limits", 2, &r, &news), 0);
	assert_int_equal(news.charge_current_limit_ma, 3276700);
	assert_int_equal(news.discharge_current_limit_ma, 3276700);

	r.have = A(CHARGE_ENABLE);
	assert_int_equal(round_trip(D, "limits", 2, &r, &news), 0);
	assert_int_equal(news.none, CELLAR_ASCII_LIMITS);
	r.have = A(VOLTAGE);
	assert_int_equal(round_trip(D, "limits", 2, &r, &news), -ENODATA);
}

static void serial_numbers_that_are_none(void **state)
{
	struct record record = { .bytes = { 2 }, .len = 17 };
	struct cellar_reading r;
	char serial[CELLAR_SERIAL_SIZE];

	(void)state;
	assert_int_equal(hear_record("serial number", &record, &r), 0);
	assert_int_equal(r.none, A(SERIAL_HEAD) | A(SERIAL_TAIL));
	memcpy(record.bytes + 1, "ABCDEFGHIJ", 10);
	assert_int_equal(hear_record("serial number", &record, &r), 0);
	cellar_reading_serial(&r, serial);
	assert_string_equal(serial, "ABCDEFGHIJ");
	memset(record.bytes + 11, ' ', 6);
	assert_int_equal(hear_record("serial number", &record, &r), 0);
	cellar_reading_serial(&r, serial);
	assert_string_equal(serial, "ABCDEFGHIJ");
	/* inside, also where the halves of it meet, a space is part of it */
	memcpy(record.bytes + 1, "HPTBH0. O0A01235", 16);
	assert_int_equal(hear_record("serial number", &record, &r), 0);
	cellar_reading_serial(&r, serial);
	assert_string_equal(serial, "HPTBH0. O0A01235");
	/* half a number would be another pack's */
	record.bytes[4] = 0;
	assert_int_equal(hear_record("serial number", &record, &r), -ERANGE);
	record.bytes[4] = 0xff;
	assert_int_equal(hear_record("serial number", &record, &r), -ERANGE);
}

static void firmware_of_each_pack(void **state)
{
	struct cellar_reading r = { .have = A(FIRMWARE), .firmware = "12.255" }, news;
	struct record record = { .len = 0 };

	(void)state;
	assert_asks(D, "firmware", 2, "~20024696E00202FD2A");
	put(&record, "02 01 07 02 01 00");
	assert_int_equal(hear_record("firmware", &record, &news), 0);
	assert_string_equal(news.firmware, "1.7");
	assert_int_equal(round_trip(D, "firmware", 2, &r, &news), 0);
	assert_string_equal(news.firmware, "12.255");
	strcpy(r.firmware, "12.256");
	assert_int_equal(round_trip(D, "firmware", 2, &r, &news), 0);
	assert_int_equal(news.none, A(FIRMWARE));
}

static void all_packs_in_one_answer(void **state)
{
	static const struct {
		u32 mv;
		s32 ma;
	} packs[] = { { 49545, -2600 }, { 49520, -2500 }, { 49504, -2700 } };
	const struct cellar_rs485_telegram *answer = telegram_of_text(THREE);
	struct cellar_ascii_packs all;
	struct cellar_reading r;
	u8 address;

	(void)state;
	assert_int_equal(cellar_ascii_packs(&all, CELLAR_RS485_PYLONTECH, 0x42, answer), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(packs); i++) {
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 1);
		assert_int_equal(address, 2 + i);
		assert_int_equal(r.voltage_mv, packs[i].mv);
		assert_int_equal(sum_of(&r), packs[i].mv);
		assert_int_equal(r.current_ma, packs[i].ma);
		assert_int_equal(r.soc_centi, 6700);
		assert_int_equal(r.cycles, 31);
	}
	assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 0);

	/* it is not one pack's, though the third is at the address 3 */
	assert_int_equal(hear(D, "values", 2, THREE, &r), -ENOMSG);
	assert_int_equal(hear(D, "values", 3, THREE, &r), -ENOMSG);
	assert_int_equal(cellar_ascii_packs(&all, CELLAR_RS485_PYLONTECH, 0x44, answer), 0);
	assert_true(cellar_ascii_packs_next(&all, &address, &r) < 0);
}

/* Packs of any cells, temperatures and items side by side */
static void mixed_packs_in_one_answer(void **state)
{
	static const struct {
		u8 cells, temperatures;
		u32 full;
	} packs[] = { { 15, 5, 50000 }, { 16, 6, 100000 }, { 8, 5, 111000 }, { 15, 5, 74000 },
		      { 24, 8, 65000 } };
	u8 info[2 + 5 * CELLAR_ASCII_RECORD_MAX] = { 0, ARRAY_SIZE(packs) };
	u8 wire[CELLAR_RS485_WIRE_MAX], address;
	struct cellar_ascii_packs all;
	struct cellar_reading r;
	unsigned int len = 2;
	int n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(packs); i++) {
		struct cellar_reading pack = {
			.have = A(CELLS) | A(TEMPERATURES) | A(FULL) | A(VOLTAGE),
			.cells = packs[i].cells, .temperatures = packs[i].temperatures,
			.full_mah = packs[i].full, .voltage_mv = 50000 + (u32)i,
		};

		n = cellar_ascii_values_encode(CELLAR_RS485_PYLONTECH, &pack, info + len);
		assert_true(n > 0 && n <= CELLAR_ASCII_RECORD_MAX);
		len += (unsigned int)n;
	}

	for (unsigned int extra = 0; extra < 2; extra++) {
		n = cellar_ascii_frame(wire, 0x20, 0x12, 0, info, len + extra);
		assert_int_equal(cellar_ascii_packs(&all, CELLAR_RS485_PYLONTECH, 0x42,
						    telegram_of(wire, (size_t)n)), 0);
		for (unsigned int i = 0; i < ARRAY_SIZE(packs); i++) {
			assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 1);
			assert_int_equal(address, 0x12 + i);
			assert_int_equal(r.cells, packs[i].cells);
			assert_int_equal(r.temperatures, packs[i].temperatures);
			assert_int_equal(r.full_mah, packs[i].full);
			assert_int_equal(r.voltage_mv, 50000 + i);
		}
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r),
				 extra ? -ENOMSG : 0);
	}

	/* one that breaks off, and one that is missing */
	n = cellar_ascii_frame(wire, 0x20, 0x12, 0, info, len - 1);
	assert_int_equal(cellar_ascii_packs(&all, CELLAR_RS485_PYLONTECH, 0x42,
					    telegram_of(wire, (size_t)n)), 0);
	for (unsigned int i = 1; i < ARRAY_SIZE(packs); i++)
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 1);
	assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), -ENOMSG);

	info[1]++;
	n = cellar_ascii_frame(wire, 0x20, 0x12, 0, info, len);
	assert_int_equal(cellar_ascii_packs(&all, CELLAR_RS485_PYLONTECH, 0x42,
					    telegram_of(wire, (size_t)n)), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(packs); i++)
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 1);
	assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), -ENOMSG);
}

static void alarms_of_all_packs(void **state)
{
	struct record one = alarms_of(STATUS, 0x01), other = alarms_of(STATUS, 0x80);
	u8 info[128] = { 0x11, 2 }, wire[512], address;
	unsigned int len = one.len - 2;
	struct cellar_ascii_packs all;
	struct cellar_reading r;
	int n;

	(void)state;
	/* as documented, and with the byte more of real packs */
	for (unsigned int extra = 0; extra < 2; extra++) {
		memset(info + 2, 0, sizeof(info) - 2);
		memcpy(info + 2, one.bytes + 2, len);
		memcpy(info + 2 + len + extra, other.bytes + 2, len);
		n = cellar_ascii_frame(wire, 0x20, 2, 0, info, 2 + 2 * (len + extra));
		assert_int_equal(cellar_ascii_packs(&all, CELLAR_RS485_PYLONTECH, 0x44,
						    telegram_of(wire, (size_t)n)), 0);
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 1);
		assert_int_equal(r.protections, A(PACK_OVERVOLTAGE));
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 1);
		assert_int_equal(address, 3);
		assert_int_equal(r.protections, A(PACK_UNDERVOLTAGE));
		assert_int_equal(cellar_ascii_packs_next(&all, &address, &r), 0);
	}
}

/* protocols.md 4.6 has the values of a US3000C; voltages have no sign */
static void parameters(void **state)
{
	static const struct cellar_ascii_parameters us3000c = {
		3650, 3050, 2800, 600, -100, 90000, 54000, 46000, 43000, 600, -100, -90000,
	};
	struct cellar_ascii_parameters heard;
	u8 wire[128];
	int n = cellar_ascii_parameters_encode(2, &us3000c, wire);
	const struct cellar_rs485_telegram *t = telegram_of(wire, (size_t)n);
	struct cellar_reading r;

	(void)state;
	assert_int_equal(cellar_ascii_info_len(t), 25);
	assert_memory_equal(cellar_ascii_info(t), "\x00\x0e\x42\x0b\xea\x0a\xf0\x0d\x03\x0a\x47"
			    "\x03\x84\xd2\xf0\xb3\xb0\xa7\xf8", 19);
	assert_int_equal(cellar_ascii_parameters_decode(2, t, &heard), 0);
	assert_memory_equal(&heard, &us3000c, sizeof(heard));
	assert_int_equal(cellar_ascii_parameters_decode(3, t, &heard), -ENOMSG);
	for (unsigned int q = 0; q < D->n_questions; q++)
		assert_int_equal(cellar_rs485_decode(&D->questions[q], 2, t, &r), -ENOMSG);
	t = telegram_of_text("~20024600800800000000FC22\r");
	assert_int_equal(cellar_ascii_parameters_decode(2, t, &heard), -ENOMSG);
}

static void protocol_version(void **state)
{
	u8 wire[32], version = 0;
	int n = cellar_ascii_protocol_encode(2, 0x21, wire);

	(void)state;
	assert_int_equal(cellar_ascii_protocol_decode(2, telegram_of(wire, (size_t)n), &version),
			 0);
	assert_int_equal(version, 0x21);
	assert_int_equal(cellar_ascii_protocol_decode(2, telegram_of_text("~200246000000FDB2\r"),
						      &version), 0);
	assert_int_equal(version, 0x20);
	assert_int_equal(cellar_ascii_protocol_decode(2, telegram_of_text("~200246040000FDAE\r"),
						      &version), -EREMOTEIO);
}

static void public_system(void **state)
{
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear(D, "system values", 2, "~200246008062C2BF0000550008000864640CFC0002"
			      "0CFB00020BAB0BAC00020BA900020BA80BA800020BA800020BB00BB000020BB00002E8CC\r",
			      &r), 0);
	assert_int_equal(r.voltage_mv, 49855);
	assert_int_equal(r.current_ma, 0);
	assert_int_equal(r.soc_centi, 8500);
	assert_int_equal(r.cycles, 8);
	assert_int_equal(r.soh_centi, 10000);
	assert_int_equal(r.cell_voltage_max_mv, 3324);
	assert_int_equal(r.cell_voltage_min_mv, 3323);
	assert_int_equal(r.temperature_decic, 256);
	assert_int_equal(r.cell_temperature_max_decic, 257);
	assert_int_equal(r.cell_temperature_min_decic, 254);
	assert_int_equal(r.mosfet_temperature_decic, 253);
	assert_string_equal(r.cell_voltage_max_place, "0002");
	assert_string_equal(r.cell_temperature_min_place, "0002");

	assert_int_equal(hear(D, "system alarms", 2, "~20024600800800000000FC22\r", &r), 0);
	assert_int_equal(r.have, A(PROTECTIONS) | A(WARNINGS));
	assert_int_equal(r.protections | r.warnings, 0);
}

static void each_system_alarm_bit_alone(void **state)
{
	static const u64 warnings[16] = {
		A(CELL_IMBALANCE), A(MOSFET_OVERTEMPERATURE), A(UNDERTEMPERATURE),
		A(OVERTEMPERATURE), A(CELL_UNDERVOLTAGE), A(CELL_OVERVOLTAGE),
		A(PACK_UNDERVOLTAGE), A(PACK_OVERVOLTAGE),
		0, 0, 0, 0, A(INTERNAL_COMMUNICATION), A(DISCHARGE_OVERCURRENT),
		A(CHARGE_OVERCURRENT), A(TEMPERATURE_IMBALANCE),
	};
	static const u64 protections[16] = {
		0, A(MOSFET_OVERTEMPERATURE), A(UNDERTEMPERATURE), A(OVERTEMPERATURE),
		A(CELL_UNDERVOLTAGE), A(CELL_OVERVOLTAGE), A(PACK_UNDERVOLTAGE),
		A(PACK_OVERVOLTAGE),
		0, 0, 0, A(SYSTEM_ERROR), 0, A(DISCHARGE_OVERCURRENT), A(CHARGE_OVERCURRENT), 0,
	};
	struct cellar_reading r, news;

	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		struct record record = { .len = 4 };

		record.bytes[bit / 8] = (u8)(1 << bit % 8);
		assert_int_equal(hear_record("system alarms", &record, &r), 0);
		assert_int_equal(r.warnings, bit < 16 ? warnings[bit] : 0);
		assert_int_equal(r.protections, bit < 16 ? 0 : protections[bit - 16]);
		assert_int_equal(round_trip(D, "system alarms", 2, &r, &news), 0);
		assert_true(cellar_reading_equal(&r, &news));
	}
}

/* Of two scales the one that allows less (4.8) */
static void system_limits(void **state)
{
	struct record record = { .len = 0 };
	struct cellar_reading r, news;

	(void)state;
	put(&record, "CF 08 B3 B0 17 70 E8 90 E8");
	assert_int_equal(hear_record("system limits", &record, &r), 0);
	assert_int_equal(r.charge_voltage_limit_mv, 53000);
	assert_int_equal(r.discharge_voltage_limit_mv, 46000);
	assert_int_equal(r.charge_current_limit_ma, 60000);
	assert_int_equal(r.discharge_current_limit_ma, 60000);
	assert_true(r.charge_enable && r.discharge_enable && r.force_charge &&
		    r.full_charge_request);
	assert_int_equal(round_trip(D, "system limits", 2, &r, &news), 0);
	assert_true(cellar_reading_equal(&r, &news));

	record.bytes[4] = 0xff;
	assert_int_equal(hear_record("system limits", &record, &r), -ERANGE);
}

static void system_identity(void **state)
{
	struct cellar_reading r = {
		.have = A(MODEL) | A(MANUFACTURER) | A(FIRMWARE) | A(PACKS_ONLINE),
		.model = "US5000", .manufacturer = "Pylon", .firmware = "1.3",
	}, news;
	u8 wire[CELLAR_RS485_WIRE_MAX];

	(void)state;
	for (u16 packs = 1; packs <= 12; packs++) {
		r.packs_online = packs;
		assert_int_equal(question_of(D, "system identity")->encode(2, &r, wire),
				 CELLAR_ASCII_WIRE_LEN(33 + 16 * packs));
		assert_int_equal(round_trip(D, "system identity", 2, &r, &news), 0);
		assert_true(cellar_reading_equal(&r, &news));
	}
	r.packs_online = 0;
	assert_int_equal(round_trip(D, "system identity", 2, &r, &news), -ENODATA);
}

/* A 61 that is printable where 60 has its name, and as long as one of one pack */
static void values_that_look_like_an_identity(void **state)
{
	struct record record = { .len = 0 };
	struct cellar_reading r;

	(void)state;
	put(&record, "55 55 55 55 55 55 55 55 55 55 55 0C FC 00 02 0C FB 00 02 0B AB "
	    "0B AC 00 02 0B A9 00 02 0B A8 0B 01 00 02 0B A8 00 02 "
	    "0B B0 0B B0 00 02 0B B0 00 02");
	assert_int_equal(record.len, 49);
	assert_int_equal(hear_record("system values", &record, &r), 0);
	assert_int_equal(hear_record("system identity", &record, &r), -ENOMSG);
	memset(record.bytes + 11, 'x', 20);
	assert_int_equal(hear_record("system values", &record, &r), -ENOMSG);
	assert_int_equal(hear_record("system identity", &record, &r), 0);
	memset(record.bytes + 12, 0, 18);
	assert_int_equal(hear_record("system identity", &record, &r), 0);
	record.bytes[11] = 0;
	assert_int_equal(hear_record("system identity", &record, &r), -ENOMSG);
}

static void extremes_that_are_crossed(void **state)
{
	struct cellar_reading r = {
		.have = A(CELL_VOLTAGE_MIN) | A(CELL_VOLTAGE_MAX) | A(CELL_TEMPERATURE_MIN) |
			A(CELL_TEMPERATURE_MAX),
		.cell_voltage_min_mv = 3300, .cell_voltage_max_mv = 3300,
		.cell_temperature_min_decic = 200, .cell_temperature_max_decic = 200,
	}, news;

	(void)state;
	assert_int_equal(round_trip(D, "system values", 2, &r, &news), 0);
	r.cell_voltage_min_mv++;
	assert_int_equal(round_trip(D, "system values", 2, &r, &news), -ERANGE);
	r.cell_voltage_min_mv--;
	r.cell_temperature_min_decic++;
	assert_int_equal(round_trip(D, "system values", 2, &r, &news), -ERANGE);
}

static void names_that_are_no_text(void **state)
{
	struct record record = { .bytes = "US2000C", .len = 32 };
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear_record("manufacturer", &record, &r), 0);
	assert_int_equal(r.have, A(MODEL));
	record.bytes[2] = 15;
	assert_int_equal(hear_record("manufacturer", &record, &r), -ENOMSG);
	record.bytes[2] = 0;
	assert_int_equal(hear_record("manufacturer", &record, &r), -ENOMSG);
}

static void addresses_and_groups(void **state)
{
	bool seen[256] = { false };

	(void)state;
	assert_int_equal(D->n_addresses, 96);
	for (unsigned int i = 0; i < D->n_addresses; i++) {
		u8 address = D->addresses[i];

		assert_false(seen[address]);
		seen[address] = true;
		assert_in_range(address & 15, 2, 13);
		assert_in_range(address >> 4, 0, 7);
		assert_int_equal(D->group(address), (address & 0xf0) | 2);
		assert_int_equal(address == D->group(address), i < 8);
	}
	assert_int_equal(D->addresses[0], 2);
	assert_int_equal(D->addresses[8], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_values),
		cmocka_unit_test(public_identities),
		cmocka_unit_test(public_limits_and_alarms),
		cmocka_unit_test(public_questions),
		cmocka_unit_test(only_questions_that_read),
		cmocka_unit_test(numbers_that_can_and_cannot_be),
		cmocka_unit_test(values_that_are_not_there),
		cmocka_unit_test(soc_of_capacities),
		cmocka_unit_test(cells_and_temperatures_that_cannot_be),
		cmocka_unit_test(counts_that_cannot_be),
		cmocka_unit_test(answers_of_others),
		cmocka_unit_test(each_status_bit_alone),
		cmocka_unit_test(each_state_alone),
		cmocka_unit_test(alarms_of_another_length),
		cmocka_unit_test(cell_overvoltage_with_and_without_charging),
		cmocka_unit_test(each_alarm_word_comes_back),
		cmocka_unit_test(limits_and_their_signs),
		cmocka_unit_test(each_request_bit_alone),
		cmocka_unit_test(limits_shrink),
		cmocka_unit_test(serial_numbers_that_are_none),
		cmocka_unit_test(firmware_of_each_pack),
		cmocka_unit_test(all_packs_in_one_answer),
		cmocka_unit_test(mixed_packs_in_one_answer),
		cmocka_unit_test(alarms_of_all_packs),
		cmocka_unit_test(parameters),
		cmocka_unit_test(protocol_version),
		cmocka_unit_test(public_system),
		cmocka_unit_test(each_system_alarm_bit_alone),
		cmocka_unit_test(system_limits),
		cmocka_unit_test(system_identity),
		cmocka_unit_test(values_that_look_like_an_identity),
		cmocka_unit_test(extremes_that_are_crossed),
		cmocka_unit_test(names_that_are_no_text),
		cmocka_unit_test(addresses_and_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
