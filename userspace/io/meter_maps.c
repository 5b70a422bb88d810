// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of spec/field.md 1.2 and 1.3, to be held against the documents named there.
 */
#include "meter_maps.h"

#define READ_MAX	80	/* more than any of them is read at once; 0x2000 × 70 works */

/* Name, address, unit, factor; what its transformers multiply. */
#define F32(place, name, at, unit, num, den, ratios) \
	[place] = { name, at, REGISTER_F32, unit, num, den, 0, ratios }
#define S16(place, name, at) \
	[place] = { name, at, REGISTER_S16, UNIT_PLAIN, 1, 1, 0, 0 }

#define CT	REGISTER_CT
#define PT	REGISTER_PT

#define MAP(map, blocks_of, rows_of)					\
	const struct register_map map = {				\
		.name = #map, .block = blocks_of, .blocks = ARRAY_SIZE(blocks_of), \
		.row = rows_of, .rows = ARRAY_SIZE(rows_of), .read_max = READ_MAX, \
	}

/* Tenths of V and W, thousandths of A, hundredths of Hz; on the side of the meter. */
static const struct register_row tenths[] = {
	F32(METER_V_12, "Uab", 0x2000, UNIT_MV, 100, 1, PT),
	F32(METER_V_23, "Ubc", 0x2002, UNIT_MV, 100, 1, PT),
	F32(METER_V_31, "Uca", 0x2004, UNIT_MV, 100, 1, PT),
	F32(METER_V_1, "Ua", 0x2006, UNIT_MV, 100, 1, PT),
	F32(METER_V_2, "Ub", 0x2008, UNIT_MV, 100, 1, PT),
	F32(METER_V_3, "Uc", 0x200A, UNIT_MV, 100, 1, PT),
	F32(METER_A_1, "Ia", 0x200C, UNIT_MA, 1, 1, CT),
	F32(METER_A_2, "Ib", 0x200E, UNIT_MA, 1, 1, CT),
	F32(METER_A_3, "Ic", 0x2010, UNIT_MA, 1, 1, CT),
	F32(METER_W, "Pt", 0x2012, UNIT_MW, 100, 1, CT | PT),
	F32(METER_W_1, "Pa", 0x2014, UNIT_MW, 100, 1, CT | PT),
	F32(METER_W_2, "Pb", 0x2016, UNIT_MW, 100, 1, CT | PT),
	F32(METER_W_3, "Pc", 0x2018, UNIT_MW, 100, 1, CT | PT),
	F32(METER_VAR, "Qt", 0x201A, UNIT_MVAR, 100, 1, CT | PT),
	F32(METER_VAR_1, "Qa", 0x201C, UNIT_MVAR, 100, 1, CT | PT),
	F32(METER_VAR_2, "Qb", 0x201E, UNIT_MVAR, 100, 1, CT | PT),
	F32(METER_VAR_3, "Qc", 0x2020, UNIT_MVAR, 100, 1, CT | PT),
	F32(METER_PF, "PFt", 0x202A, UNIT_PERMILLE, 1, 1, 0),
	F32(METER_PF_1, "PFa", 0x202C, UNIT_PERMILLE, 1, 1, 0),
	F32(METER_PF_2, "PFb", 0x202E, UNIT_PERMILLE, 1, 1, 0),
	F32(METER_PF_3, "PFc", 0x2030, UNIT_PERMILLE, 1, 1, 0),
	F32(METER_HZ, "Freq", 0x2044, UNIT_MHZ, 10, 1, 0),
};

/* star.ke.st and aggsoft list the same addresses with a scale of 1. */
static const struct register_row units[] = {
	F32(METER_V_12, "Uab", 0x2000, UNIT_MV, 1000, 1, PT),
	F32(METER_V_23, "Ubc", 0x2002, UNIT_MV, 1000, 1, PT),
	F32(METER_V_31, "Uca", 0x2004, UNIT_MV, 1000, 1, PT),
	F32(METER_V_1, "Ua", 0x2006, UNIT_MV, 1000, 1, PT),
	F32(METER_V_2, "Ub", 0x2008, UNIT_MV, 1000, 1, PT),
	F32(METER_V_3, "Uc", 0x200A, UNIT_MV, 1000, 1, PT),
	F32(METER_A_1, "Ia", 0x200C, UNIT_MA, 1000, 1, CT),
	F32(METER_A_2, "Ib", 0x200E, UNIT_MA, 1000, 1, CT),
	F32(METER_A_3, "Ic", 0x2010, UNIT_MA, 1000, 1, CT),
	F32(METER_W, "Pt", 0x2012, UNIT_MW, 1000, 1, CT | PT),
	F32(METER_W_1, "Pa", 0x2014, UNIT_MW, 1000, 1, CT | PT),
	F32(METER_W_2, "Pb", 0x2016, UNIT_MW, 1000, 1, CT | PT),
	F32(METER_W_3, "Pc", 0x2018, UNIT_MW, 1000, 1, CT | PT),
	F32(METER_VAR, "Qt", 0x201A, UNIT_MVAR, 1000, 1, CT | PT),
	F32(METER_VAR_1, "Qa", 0x201C, UNIT_MVAR, 1000, 1, CT | PT),
	F32(METER_VAR_2, "Qb", 0x201E, UNIT_MVAR, 1000, 1, CT | PT),
	F32(METER_VAR_3, "Qc", 0x2020, UNIT_MVAR, 1000, 1, CT | PT),
	F32(METER_PF, "PFt", 0x202A, UNIT_PERMILLE, 1000, 1, 0),
	F32(METER_PF_1, "PFa", 0x202C, UNIT_PERMILLE, 1000, 1, 0),
	F32(METER_PF_2, "PFb", 0x202E, UNIT_PERMILLE, 1000, 1, 0),
	F32(METER_PF_3, "PFc", 0x2030, UNIT_PERMILLE, 1000, 1, 0),
	F32(METER_HZ, "Freq", 0x2044, UNIT_MHZ, 1000, 1, 0),
};

static const struct register_row energy[] = {
	F32(METER_IMPORT, "ImpEp", 0x101E, UNIT_WH, 1000, 1, CT | PT),
	F32(METER_IMPORT_1, "ImpEpA", 0x1020, UNIT_WH, 1000, 1, CT | PT),
	F32(METER_IMPORT_2, "ImpEpB", 0x1022, UNIT_WH, 1000, 1, CT | PT),
	F32(METER_IMPORT_3, "ImpEpC", 0x1024, UNIT_WH, 1000, 1, CT | PT),
	F32(METER_EXPORT, "ExpEp", 0x1028, UNIT_WH, 1000, 1, CT | PT),
};

static const struct register_row energy_old[] = {
	F32(METER_IMPORT, "ImpEp", 0x401E, UNIT_WH, 1000, 1, CT | PT),
	F32(METER_EXPORT, "ExpEp", 0x4028, UNIT_WH, 1000, 1, CT | PT),
};

static const struct register_row setup[] = {
	S16(METER_NET, "nEt", 0x0003),
	S16(METER_CT, "IrAt", 0x0006),
	S16(METER_PT, "UrAt", 0x0007),
};

/* Which of the two is its address, and which its speed, differs. */
static const struct register_row link[] = {
	S16(METER_PROTOCOL, "Protocol", 0x002C),
	S16(METER_SETUP_2D, "bAud or Addr", 0x002D),
	S16(METER_SETUP_2E, "Addr or bAud", 0x002E),
};

static const struct register_block measured_block[] = { { 0x2000, 70, 3 } };
static const struct register_block measured_parts[] = {
	{ 0x2000, 34, 3 }, { 0x202A, 8, 3 }, { 0x2044, 2, 3 },
};
static const struct register_block energy_block[] = { { 0x101E, 12, 3 } };
static const struct register_block energy_old_block[] = { { 0x401E, 12, 3 } };
static const struct register_block setup_block[] = { { 0x0003, 5, 3 } };
static const struct register_block link_block[] = { { 0x002C, 3, 3 } };

MAP(dtsu666_measured, measured_block, tenths);
MAP(dtsu666_measured_in_parts, measured_parts, tenths);
MAP(dtsu666_units, measured_block, units);
MAP(dtsu666_energy, energy_block, energy);
MAP(dtsu666_energy_old, energy_old_block, energy_old);
MAP(dtsu666_setup, setup_block, setup);
MAP(dtsu666_link, link_block, link);

/* kW, kvar and kVA; no transformers in front of it. */
static const struct register_row one_phase[] = {
	F32(METER_V_1, "U", 0x2000, UNIT_MV, 1000, 1, 0),
	F32(METER_A_1, "I", 0x2002, UNIT_MA, 1000, 1, 0),
	F32(METER_W, "P", 0x2004, UNIT_MW, 1000000, 1, 0),
	F32(METER_VAR, "Q", 0x2006, UNIT_MVAR, 1000000, 1, 0),
	F32(METER_VA, "S", 0x2008, UNIT_MVA, 1000000, 1, 0),
	F32(METER_PF, "PF", 0x200A, UNIT_PERMILLE, 1000, 1, 0),
	F32(METER_HZ, "f", 0x200E, UNIT_MHZ, 1000, 1, 0),
};

static const struct register_row one_phase_energy[] = {
	F32(METER_IMPORT, "ImpEp", 0x4000, UNIT_WH, 1000, 1, 0),
	F32(METER_EXPORT, "ExpEp", 0x400A, UNIT_WH, 1000, 1, 0),
};

/* The basic model has nothing from 0x4002 on: the counters are never read together. */
static const struct register_block one_phase_block[] = { { 0x2000, 16, 3 } };
static const struct register_block one_phase_energy_blocks[] = {
	{ 0x4000, 2, 3 }, { 0x400A, 2, 3 },
};

/* A number that is multiplied by ten to the power of another one. */
#define SCALED(place, name, at, type, unit, num, scale_at) \
	[place] = { name, at, type, unit, num, 1, scale_at, 0 }
#define S16_SF(place, name, at, unit, num, scale_at) \
	SCALED(place, name, at, REGISTER_S16, unit, num, scale_at)
#define ACC_SF(place, name, at, scale_at) \
	SCALED(place, name, at, REGISTER_U32, UNIT_WH, 1, scale_at)

static const struct register_row sunspec_rows[] = {
	S16_SF(METER_A_1, "AphA", 3, UNIT_MA, 1000, 6),
	S16_SF(METER_A_2, "AphB", 4, UNIT_MA, 1000, 6),
	S16_SF(METER_A_3, "AphC", 5, UNIT_MA, 1000, 6),
	S16_SF(METER_V_1, "PhVphA", 8, UNIT_MV, 1000, 15),
	S16_SF(METER_V_2, "PhVphB", 9, UNIT_MV, 1000, 15),
	S16_SF(METER_V_3, "PhVphC", 10, UNIT_MV, 1000, 15),
	S16_SF(METER_V_12, "PhVphAB", 12, UNIT_MV, 1000, 15),
	S16_SF(METER_V_23, "PhVphBC", 13, UNIT_MV, 1000, 15),
	S16_SF(METER_V_31, "PhVphCA", 14, UNIT_MV, 1000, 15),
	S16_SF(METER_HZ, "Hz", 16, UNIT_MHZ, 1000, 17),
	S16_SF(METER_W, "W", 18, UNIT_MW, 1000, 22),
	S16_SF(METER_W_1, "WphA", 19, UNIT_MW, 1000, 22),
	S16_SF(METER_W_2, "WphB", 20, UNIT_MW, 1000, 22),
	S16_SF(METER_W_3, "WphC", 21, UNIT_MW, 1000, 22),
	S16_SF(METER_VA, "VA", 23, UNIT_MVA, 1000, 27),
	S16_SF(METER_VAR, "VAR", 28, UNIT_MVAR, 1000, 32),
	S16_SF(METER_VAR_1, "VARphA", 29, UNIT_MVAR, 1000, 32),
	S16_SF(METER_VAR_2, "VARphB", 30, UNIT_MVAR, 1000, 32),
	S16_SF(METER_VAR_3, "VARphC", 31, UNIT_MVAR, 1000, 32),
	/* per cent */
	S16_SF(METER_PF, "PF", 33, UNIT_PERMILLE, 10, 37),
	S16_SF(METER_PF_1, "PFphA", 34, UNIT_PERMILLE, 10, 37),
	S16_SF(METER_PF_2, "PFphB", 35, UNIT_PERMILLE, 10, 37),
	S16_SF(METER_PF_3, "PFphC", 36, UNIT_PERMILLE, 10, 37),
	ACC_SF(METER_EXPORT, "TotWhExp", 38, 54),
	ACC_SF(METER_IMPORT, "TotWhImp", 46, 54),
	ACC_SF(METER_IMPORT_1, "TotWhImpPhA", 48, 54),
	ACC_SF(METER_IMPORT_2, "TotWhImpPhB", 50, 54),
	ACC_SF(METER_IMPORT_3, "TotWhImpPhC", 52, 54),
};

static const struct register_block sunspec_block[] = { { 0, 107, 3 } };

const struct register_map sunspec_meter = {
	.name = "sunspec_meter", .block = sunspec_block, .blocks = 1, .row = sunspec_rows,
	.rows = ARRAY_SIZE(sunspec_rows), .read_max = REGISTERS_MAX, .sunspec = true,
};

MAP(ddsu666_measured, one_phase_block, one_phase);
MAP(ddsu666_energy, one_phase_energy_blocks, one_phase_energy);
