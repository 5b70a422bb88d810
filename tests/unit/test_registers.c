// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers out of registers, against frames of real devices (spec/field.md), and the fewest
 * reads that bring what is wanted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/io/meter_maps.h"

/* The registers of a reply, which begin behind address, function and count. */
struct reply {
	u16 value[REGISTERS_MAX];
	struct register_image image;
};

static void take_reply(struct reply *reply, u16 at, const u8 *frame, size_t size)
{
	unsigned int n = frame[2] / 2u;

	assert_int_equal(size, 3 + frame[2] + 2);
	for (unsigned int i = 0; i < n; i++)
		reply->value[i] = (u16)(frame[3 + 2 * i] << 8 | frame[4 + 2 * i]);
	reply->image = (struct register_image){ at, (u16)n, reply->value };
}

static s64 number_of(const struct register_map *map, unsigned int place, u16 ct, u16 pt_deci,
		     const struct reply *reply)
{
	const struct register_scale scale = { REGISTER_HIGH_FIRST, ct, pt_deci };
	s64 number = -1;

	assert_int_equal(register_number(map, &map->row[place], &scale, &reply->image, &number),
			 0);

	return number;
}

static void test_a_ddsu666_says_802_5_watts(void **state)
{
	static const u8 frame[] = { 0x01, 0x03, 0x04, 0x3F, 0x4D, 0x70, 0xA4, 0x42, 0x4B };
	struct reply reply;

	(void)state;
	take_reply(&reply, 0x2004, frame, sizeof(frame));
	assert_int_equal(number_of(&ddsu666_measured, METER_W, 1, 10, &reply), 802500);
}

static void test_a_real_ddsu666_says_221_9_volts(void **state)
{
	static const u8 frame[] = {
		0x23, 0x03, 0x1E, 0x43, 0x5D, 0xE6, 0x66, 0x3C, 0xCC, 0xCC, 0xCD, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x3B, 0xBA, 0xC7, 0x11, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0xE4, 0x09, 0x2B,
	};
	const struct register_scale scale = REGISTER_SCALE_NONE;
	struct reply reply;
	s64 number;

	(void)state;
	take_reply(&reply, 0x2000, frame, sizeof(frame));
	assert_int_equal(number_of(&ddsu666_measured, METER_V_1, 1, 10, &reply), 221900);
	assert_int_equal(number_of(&ddsu666_measured, METER_A_1, 1, 10, &reply), 25);
	assert_int_equal(number_of(&ddsu666_measured, METER_W, 1, 10, &reply), 0);
	assert_int_equal(number_of(&ddsu666_measured, METER_VA, 1, 10, &reply), 5700);
	/* its frequency was cut off in the middle */
	assert_int_equal(register_number(&ddsu666_measured, &ddsu666_measured.row[METER_HZ],
					 &scale, &reply.image, &number), -ENODATA);
}

static void test_a_dtsu666_says_minus_1234_5_watts(void **state)
{
	static const u8 frame[] = { 0x01, 0x03, 0x04, 0xC6, 0x40, 0xE4, 0x00, 0x8C, 0x6F };
	struct reply reply;

	(void)state;
	take_reply(&reply, 0x2012, frame, sizeof(frame));
	assert_int_equal(number_of(&dtsu666_measured, METER_W, 1, 10, &reply), -1234500);
	assert_int_equal(number_of(&dtsu666_units, METER_W, 1, 10, &reply), -12345000);
}

static void test_transformers_multiply_power_and_current_but_not_the_power_factor(void **state)
{
	static const u8 power[] = { 0x01, 0x03, 0x04, 0xC6, 0x40, 0xE4, 0x00, 0x8C, 0x6F };
	struct reply reply;

	(void)state;
	take_reply(&reply, 0x2012, power, sizeof(power));
	assert_int_equal(number_of(&dtsu666_measured, METER_W, 40, 10, &reply), -49380000);
	assert_int_equal(number_of(&dtsu666_measured, METER_W, 40, 25, &reply), -123450000);
	take_reply(&reply, 0x200C, power, sizeof(power));
	assert_int_equal(number_of(&dtsu666_measured, METER_A_1, 40, 25, &reply), -493800);
	take_reply(&reply, 0x2006, power, sizeof(power));
	assert_int_equal(number_of(&dtsu666_measured, METER_V_1, 40, 25, &reply), -3086250);
	take_reply(&reply, 0x202A, power, sizeof(power));
	assert_int_equal(number_of(&dtsu666_measured, METER_PF, 40, 25, &reply), -12345);
}

/* One register map of a row, for what no meter has. */
static int decode(u8 type, bool sunspec, u8 order, s32 num, s32 den, u16 scale_at,
		  const u16 *value, u16 n, s64 *number)
{
	const struct register_row row = { "", 100, type, UNIT_PLAIN, num, den, scale_at, 0 };
	const struct register_map map = { .row = &row, .rows = 1, .sunspec = sunspec };
	const struct register_scale scale = { order, 1, 10 };
	const struct register_image image = { 100, n, value };

	return register_number(&map, &row, &scale, &image, number);
}

static void test_each_type_of_number(void **state)
{
	static const u16 words[] = { 0xfffe, 0x0001, 0x8000, 0x0003 };
	s64 number;

	(void)state;
	assert_int_equal(decode(REGISTER_U16, false, 0, 1, 1, 0, words, 4, &number), 0);
	assert_int_equal(number, 65534);
	assert_int_equal(decode(REGISTER_S16, false, 0, 1, 1, 0, words, 4, &number), 0);
	assert_int_equal(number, -2);
	assert_int_equal(decode(REGISTER_U32, false, 0, 1, 1, 0, words, 4, &number), 0);
	assert_int_equal(number, 0xfffe0001);
	assert_int_equal(decode(REGISTER_S32, false, 0, 1, 1, 0, words, 4, &number), 0);
	assert_int_equal(number, (s32)0xfffe0001);
	assert_int_equal(decode(REGISTER_U32, false, REGISTER_LOW_FIRST, 1, 1, 0, words, 4,
				&number), 0);
	assert_int_equal(number, 0x0001fffe);
	assert_int_equal(decode(REGISTER_U64, false, REGISTER_LOW_FIRST, 1, 1, 0, words + 1, 3,
				&number), -ENODATA);
	assert_int_equal(decode(REGISTER_U64, false, 0, 1, 1, 0, words, 4, &number), -ERANGE);
	assert_int_equal(decode(REGISTER_NONE, false, 0, 1, 1, 0, words, 4, &number), -ENODATA);
}

static void test_numbers_are_rounded_to_the_nearest(void **state)
{
	static const u16 five = 5, minus_five = (u16)-5, four = 4;
	s64 number;

	(void)state;
	assert_int_equal(decode(REGISTER_S16, false, 0, 1, 10, 0, &five, 1, &number), 0);
	assert_int_equal(number, 1);
	assert_int_equal(decode(REGISTER_S16, false, 0, 1, 10, 0, &minus_five, 1, &number), 0);
	assert_int_equal(number, -1);
	assert_int_equal(decode(REGISTER_S16, false, 0, 1, 10, 0, &four, 1, &number), 0);
	assert_int_equal(number, 0);
}

static s64 from_single(float value, s32 num, s32 den)
{
	s64 number = 0;
	u32 bits;
	u16 words[2];

	memcpy(&bits, &value, sizeof(bits));
	words[0] = (u16)(bits >> 16);
	words[1] = (u16)bits;
	assert_int_equal(decode(REGISTER_F32, false, 0, num, den, 0, words, 2, &number), 0);

	return number;
}

static void test_floats_are_read_without_floating_point(void **state)
{
	static const u16 nan[] = { 0x7fc0, 0 }, infinite[] = { 0xff80, 0 }, big[] = { 0x7f00, 0 };
	s64 number;

	(void)state;
	assert_int_equal(from_single(0.0f, 1000, 1), 0);
	assert_int_equal(from_single(-0.0f, 1000, 1), 0);
	assert_int_equal(from_single(1.0f, 1, 1), 1);
	assert_int_equal(from_single(0.5f, 1, 1), 1);
	assert_int_equal(from_single(0.4999f, 1, 1), 0);
	assert_int_equal(from_single(-2.5f, 1000000, 1), -2500000);
	assert_int_equal(from_single(1e-40f, 1000000, 1), 0);
	assert_int_equal(from_single(1e-30f, 1000000, 1), 0);
	assert_int_equal(from_single(49.98f, 1000, 1), 49980);
	assert_int_equal(from_single(123456.0f, 1, 1000), 123);
	assert_int_equal(from_single(16777215.0f, 100, 1), 1677721500);
	assert_int_equal(from_single(4.0e15f, 2, 1), (s64)4.0e15f * 2);
	assert_int_equal(decode(REGISTER_F32, false, 0, 1, 1, 0, nan, 2, &number), -ERANGE);
	assert_int_equal(decode(REGISTER_F32, false, 0, 1, 1, 0, infinite, 2, &number), -ERANGE);
	assert_int_equal(decode(REGISTER_F32, false, 0, 1, 1, 0, big, 2, &number), -ERANGE);
}

static void test_an_exponent_multiplies(void **state)
{
	u16 words[] = { 1234, 1 };
	s64 number;

	(void)state;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1000, 1, 101, words, 2, &number), 0);
	assert_int_equal(number, 12340000);
	words[1] = (u16)-2;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1000, 1, 101, words, 2, &number), 0);
	assert_int_equal(number, 12340);
	words[1] = (u16)-10;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1000, 1, 101, words, 2, &number), 0);
	assert_int_equal(number, 0);
	words[1] = 11;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1, 1, 101, words, 2, &number), -ERANGE);
	words[1] = (u16)-11;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1, 1, 101, words, 2, &number), -ERANGE);
	words[1] = 0;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1, 1, 101, words, 1, &number), -ENODATA);
}

static void test_what_is_not_implemented_is_no_number(void **state)
{
	u16 words[] = { 0xffff, 0xffff, 0 };
	s64 number;

	(void)state;
	assert_int_equal(decode(REGISTER_U16, true, 0, 1, 1, 0, words, 3, &number), -ENODATA);
	assert_int_equal(decode(REGISTER_U32, true, 0, 1, 1, 0, words, 3, &number), -ENODATA);
	assert_int_equal(decode(REGISTER_S16, true, 0, 1, 1, 0, words, 3, &number), 0);
	assert_int_equal(number, -1);
	assert_int_equal(decode(REGISTER_U16, false, 0, 1, 1, 0, words, 3, &number), 0);
	words[0] = 0x8000;
	words[1] = 0;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1, 1, 0, words, 3, &number), -ENODATA);
	assert_int_equal(decode(REGISTER_S32, true, 0, 1, 1, 0, words, 3, &number), -ENODATA);
	words[0] = 5;
	words[1] = 0x8000;
	assert_int_equal(decode(REGISTER_S16, true, 0, 1, 1, 101, words, 3, &number), -ENODATA);
}

static void test_a_number_that_was_not_read_is_none(void **state)
{
	static const u16 words[] = { 1, 2 };
	const struct register_row row = { "", 100, REGISTER_U32, UNIT_PLAIN, 1, 1, 0, 0 };
	const struct register_map map = { .row = &row, .rows = 1 };
	const struct register_scale scale = REGISTER_SCALE_NONE;
	struct register_image image = { 101, 2, words };
	s64 number;

	(void)state;
	assert_int_equal(register_number(&map, &row, &scale, &image, &number), -ENODATA);
	image.at = 99;
	assert_int_equal(register_number(&map, &row, &scale, &image, &number), -ENODATA);
	image.at = 100;
	assert_int_equal(register_number(&map, &row, &scale, &image, &number), 0);
	assert_int_equal(number, 0x10002);
}

static void test_text_ends_where_it_ends(void **state)
{
	static const u16 words[] = { 0x5a4d, 0x3245, 0x2020, 0x0041 };
	const struct register_image image = { 0x445, 4, words };
	char text[16];

	(void)state;
	register_text(&image, 0x445, 4, text, sizeof(text));
	assert_string_equal(text, "ZM2E");
	register_text(&image, 0x445, 2, text, 4);
	assert_string_equal(text, "ZM2");
	register_text(&image, 0x445, 5, text, sizeof(text));
	assert_string_equal(text, "");
}

static void assert_read(const struct register_read *read, u16 at, u16 n)
{
	assert_int_equal(read->function, 3);
	assert_int_equal(read->at, at);
	assert_int_equal(read->n, n);
}

static void test_a_dtsu666_is_read_in_one_piece(void **state)
{
	struct register_read reads[REGISTER_READS_MAX];

	(void)state;
	/* the frame 01 03 20 00 00 46 of field.md */
	assert_int_equal(register_plan(&dtsu666_measured, UINT64_MAX, reads), 1);
	assert_read(&reads[0], 0x2000, 70);
	assert_int_equal(register_plan(&dtsu666_measured_in_parts, UINT64_MAX, reads), 3);
	assert_read(&reads[0], 0x2000, 34);
	assert_read(&reads[1], 0x202A, 8);
	assert_read(&reads[2], 0x2044, 2);
	assert_int_equal(register_plan(&dtsu666_energy, UINT64_MAX, reads), 1);
	assert_read(&reads[0], 0x101E, 12);
}

static void test_no_read_is_larger_than_what_is_wanted(void **state)
{
	struct register_read reads[REGISTER_READS_MAX];

	(void)state;
	assert_int_equal(register_plan(&dtsu666_measured, METER_BIT(METER_W) |
				       METER_BIT(METER_W_3), reads), 1);
	assert_read(&reads[0], 0x2012, 8);
	assert_int_equal(register_plan(&dtsu666_measured, 0, reads), 0);
	assert_int_equal(register_plan(&ddsu666_energy, UINT64_MAX, reads), 2);
	assert_read(&reads[0], 0x4000, 2);
	assert_read(&reads[1], 0x400A, 2);
}

static void test_no_read_is_longer_than_a_device_allows_and_none_cuts_a_number(void **state)
{
	static const struct register_row rows[] = {
		{ "", 0, REGISTER_U32, 0, 1, 1, 0, 0 }, { "", 8, REGISTER_U32, 0, 1, 1, 0, 0 },
		{ "", 9, REGISTER_U16, 0, 1, 1, 0, 0 }, { "", 19, REGISTER_U16, 0, 1, 1, 0, 0 },
		{ "", 21, REGISTER_U32, 0, 1, 1, 0, 0 }, { "", 40, REGISTER_U16, 0, 1, 1, 0, 0 },
	};
	static const struct register_block blocks[] = { { 0, 22, 3 }, { 22, 30, 4 } };
	const struct register_map map = { "", blocks, 2, rows, ARRAY_SIZE(rows), 10, false };
	struct register_read reads[REGISTER_READS_MAX];

	(void)state;
	assert_int_equal(register_plan(&map, UINT64_MAX, reads), 3);
	assert_read(&reads[0], 0, 10);
	assert_read(&reads[1], 19, 1);	/* what begins at 21 reaches beyond its block */
	assert_int_equal(reads[2].function, 4);
	assert_int_equal(reads[2].at, 40);
	assert_int_equal(reads[2].n, 1);
}

static void test_a_signed_number_is_written_high_word_first(void **state)
{
	u16 words[2];

	(void)state;
	register_put_s32(words, -1000);
	assert_int_equal(words[0], 0xffff);
	assert_int_equal(words[1], 0xfc18);
	register_put_s32(words, 70000);
	assert_int_equal(words[0], 1);
	assert_int_equal(words[1], 4464);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_ddsu666_says_802_5_watts),
		cmocka_unit_test(test_a_real_ddsu666_says_221_9_volts),
		cmocka_unit_test(test_a_dtsu666_says_minus_1234_5_watts),
		cmocka_unit_test(test_transformers_multiply_power_and_current_but_not_the_power_factor),
		cmocka_unit_test(test_each_type_of_number),
		cmocka_unit_test(test_numbers_are_rounded_to_the_nearest),
		cmocka_unit_test(test_floats_are_read_without_floating_point),
		cmocka_unit_test(test_an_exponent_multiplies),
		cmocka_unit_test(test_what_is_not_implemented_is_no_number),
		cmocka_unit_test(test_a_number_that_was_not_read_is_none),
		cmocka_unit_test(test_text_ends_where_it_ends),
		cmocka_unit_test(test_a_dtsu666_is_read_in_one_piece),
		cmocka_unit_test(test_no_read_is_larger_than_what_is_wanted),
		cmocka_unit_test(test_no_read_is_longer_than_a_device_allows_and_none_cuts_a_number),
		cmocka_unit_test(test_a_signed_number_is_written_high_word_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
