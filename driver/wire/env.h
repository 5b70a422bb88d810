/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the codecs take from their surroundings: fixed-width types, errno values
 * and the string functions, from the kernel or from the C library. Nothing else
 * in wire/ may look at __KERNEL__.
 */
#ifndef CELLAR_WIRE_ENV_H
#define CELLAR_WIRE_ENV_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#define cellar_lowest_bit(set)	__ffs64(set)

#else

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define __maybe_unused	__attribute__((unused))

#define cellar_lowest_bit(set)	((unsigned int)__builtin_ctzll(set))

#define BIT(nr)		(1UL << (nr))
#define BIT_ULL(nr)	(1ULL << (nr))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* In the kernel the transports' codecs use these from cellar.ko. */
#define EXPORT_SYMBOL_GPL(symbol)	_Static_assert(1, #symbol)

#endif /* __KERNEL__ */

#endif /* CELLAR_WIRE_ENV_H */
