// SPDX-License-Identifier: GPL-2.0-only
/*
 * The house on the monitor, when it is configured: what flows where, and what keeps it from
 * more.
 */
#include "view_parts.h"

#include "print.h"

#include <string.h>

#define SITE	"org.cellar1.Site"

static void put_flows(struct screen *s, json_t *flow)
{
	static const struct {
		const char *key, *format;
	} rows[] = {
		{ "PV", "  PV %.0f W" },
		{ "Load", "  house %.0f W" },
		{ "Chargers", "  cars %.0f W" },
		{ "Battery", "  battery %+.0f W" },
		{ "Grid", "  grid %+.0f W" },
	};
	double w;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (view_number(flow, rows[i].key, &w))
			screen_put(s, SCREEN_PLAIN, rows[i].format, w);
}

/* What is not as usual: a limit that bites, and a grid that is away or overloaded. */
static void put_state(struct screen *s, json_t *site)
{
	const char *mode = view_text(json_object_get(site, "Mode"));
	json_t *grid = json_object_get(site, "Grid");
	const char *by = view_text(json_object_get(json_object_get(site, "Battery"), "LimitedBy"));

	screen_put(s, strcmp(mode, "stopped") != 0 ? SCREEN_DIM : SCREEN_BAD, "  %s", mode);
	if (*by)
		screen_put(s, SCREEN_WARN, " by %s", by);
	if (json_is_true(json_object_get(grid, "Overload")))
		screen_put(s, SCREEN_BAD, "  overload");
	if (json_is_true(json_object_get(json_object_get(site, "DemandResponse"), "Curtailed")))
		screen_put(s, SCREEN_WARN, "  curtailed");
}

void view_house(struct screen *s, json_t *objects)
{
	json_t *object, *site;
	const char *path;

	json_object_foreach(objects, path, object) {
		site = print_properties(object, SITE);
		if (!json_is_true(json_object_get(site, "Configured")))
			continue;
		screen_line(s);
		screen_put(s, SCREEN_BOLD, "house");
		put_flows(s, json_object_get(site, "Flow"));
		put_state(s, site);
	}
}

bool view_house_log(struct screen *s, const char *clock, json_t *object)
{
	json_t *site = print_properties(object, SITE);

	if (!json_is_true(json_object_get(site, "Configured")))
		return false;

	screen_line(s);
	screen_put(s, SCREEN_PLAIN, "%s house", clock);
	put_flows(s, json_object_get(site, "Flow"));
	put_state(s, site);

	return true;
}
