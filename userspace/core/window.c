// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bounds that can only come closer, and who brought them there.
 */
#include "site_parts.h"

#include "smaller.h"

void window_open(struct window *w, s32 low, s32 high)
{
	w->low = low;
	w->high = high;
	w->low_winner = SITE_NOBODY;
	w->high_winner = SITE_NOBODY;
}

bool window_at_most(struct window *w, s32 value, enum site_winner winner)
{
	value = higher(value, w->low);
	if (value >= w->high)
		return false;

	w->high = value;
	w->high_winner = (u8)winner;

	return true;
}

bool window_at_least(struct window *w, s32 value, enum site_winner winner)
{
	value = lower(value, w->high);
	if (value <= w->low)
		return false;

	w->low = value;
	w->low_winner = (u8)winner;

	return true;
}

s32 window_clamp(const struct window *w, s32 value)
{
	return lower(higher(value, w->low), w->high);
}

void windows_wish(struct windows *windows, s32 wish_w, enum site_winner winner)
{
	if (windows->wish_winner != SITE_NOBODY)
		return;

	windows->wish_w = wish_w;
	windows->wish_winner = (u8)winner;
}
