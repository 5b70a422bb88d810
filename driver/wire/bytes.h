/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Integers at any byte of a frame: little-endian on CAN, big-endian on RS-485.
 * Written out instead of taken from <asm/unaligned.h>, which moved between kernel
 * versions and which user space does not have.
 */
#ifndef CELLAR_WIRE_BYTES_H
#define CELLAR_WIRE_BYTES_H

#include "env.h"

static inline u16 cellar_le16(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static inline s16 cellar_le16s(const u8 *p)
{
	return (s16)cellar_le16(p);
}

static inline u32 cellar_le32(const u8 *p)
{
	return cellar_le16(p) | (u32)cellar_le16(p + 2) << 16;
}

static inline void cellar_put_le16(u8 *p, u16 v)
{
	p[0] = (u8)v;
	p[1] = (u8)(v >> 8);
}

static inline void cellar_put_le32(u8 *p, u32 v)
{
	cellar_put_le16(p, (u16)v);
	cellar_put_le16(p + 2, (u16)(v >> 16));
}

static inline u16 cellar_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline s16 cellar_be16s(const u8 *p)
{
	return (s16)cellar_be16(p);
}

static inline u32 cellar_be24(const u8 *p)
{
	return (u32)p[0] << 16 | cellar_be16(p + 1);
}

static inline u32 cellar_be32(const u8 *p)
{
	return (u32)cellar_be16(p) << 16 | cellar_be16(p + 2);
}

static inline void cellar_put_be16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static inline void cellar_put_be24(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 16);
	cellar_put_be16(p + 1, (u16)v);
}

static inline void cellar_put_be32(u8 *p, u32 v)
{
	cellar_put_be16(p, (u16)(v >> 16));
	cellar_put_be16(p + 2, (u16)v);
}

#endif /* CELLAR_WIRE_BYTES_H */
