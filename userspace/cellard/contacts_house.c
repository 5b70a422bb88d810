// SPDX-License-Identifier: GPL-2.0-only
/*
 * From contacts to the house and its battery, and from these to what is switched.
 */
#include "contacts.h"

/* Contacts that two modes share set both (spec/inverter.md, "Demand response"). */
static const struct {
	u8 contact, figure;
	u16 bits;
} rows[] = {
	{ CONFIG_DRM0, HOUSE_DRM, BIT(0) },
	{ CONFIG_DRM1_5, HOUSE_DRM, BIT(1) | BIT(5) },
	{ CONFIG_DRM2_6, HOUSE_DRM, BIT(2) | BIT(6) },
	{ CONFIG_DRM3_7, HOUSE_DRM, BIT(3) | BIT(7) },
	{ CONFIG_DRM4_8, HOUSE_DRM, BIT(4) | BIT(8) },
	{ CONFIG_RRCR_L1, HOUSE_RRCR, BIT(0) },
	{ CONFIG_RRCR_L2, HOUSE_RRCR, BIT(1) },
	{ CONFIG_RRCR_L3, HOUSE_RRCR, BIT(2) },
	{ CONFIG_RRCR_L4, HOUSE_RRCR, BIT(3) },
	{ CONFIG_CEASE, HOUSE_CEASE, BIT(0) },
};

/* As old as the oldest of the contacts that belong together; one that is not known is all. */
void contacts_tell(const struct contacts *contacts, struct house *house)
{
	for (unsigned int figure = HOUSE_DRM; figure <= HOUSE_CEASE; figure++) {
		u64 heard_ms = CONTACT_NEVER;
		bool known = true;
		s32 value = 0;

		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			const struct contacts_line *l = &contacts->line[rows[i].contact];

			if (rows[i].figure != figure || !l->want.given)
				continue;
			known &= l->contact.known;
			value |= l->contact.closed ? rows[i].bits : 0;
			if (l->contact.heard_ms < heard_ms)
				heard_ms = l->contact.heard_ms;
		}
		if (known && heard_ms != CONTACT_NEVER)
			house_hears(house, figure, value, heard_ms);
	}
}

static bool allows(const struct contacts_line *l, u64 now_ms)
{
	if (!l->want.given)
		return true;

	return l->contact.known && l->contact.closed &&
	       now_ms <= l->contact.heard_ms + CONTACTS_FRESH_MS;
}

/* Who wanted it must be seen to want it no more: a wire that is cut changes nothing. */
static void see_shutdown(struct contacts *contacts, u64 now_ms)
{
	const struct contact *wanted = &contacts->line[CONFIG_SHUTDOWN_SWITCH].contact;
	bool was = contacts->shutdown_ms != CONTACT_NEVER;

	if (!wanted->known || wanted->closed == was)
		return;
	contacts->shutdown_ms = was ? CONTACT_NEVER : now_ms + CONTACTS_SHUTDOWN_MS;
	if (was)
		events_add(contacts->events, "shutdown-over", "", "the switch is open again");
	else
		events_add(contacts->events, "shutdown-begins", "",
			   "the switch of the rapid shutdown is closed: 0 A, and in %u s the packs go",
			   CONTACTS_SHUTDOWN_MS / 1000);
}

void contacts_narrow(struct contacts *contacts, struct plant *plant, u64 now_ms)
{
	static const u8 of_way[CORE_WAYS] = {
		[CORE_CHARGE] = CONFIG_CHARGE_ENABLE,
		[CORE_DISCHARGE] = CONFIG_DISCHARGE_ENABLE,
	};
	const char *name = contacts->config.cluster;

	see_shutdown(contacts, now_ms);
	for (struct plant_cluster *c = plant->clusters; c; c = c->next) {
		bool ours = !name[0] || !strcmp(c->name, name);

		for (unsigned int way = 0; way < CORE_WAYS; way++)
			c->contact_open[way] = ours &&
				(contacts->shutdown_ms != CONTACT_NEVER ||
				 !allows(&contacts->line[of_way[way]], now_ms));
	}
}

/* One that has no logic is open. */
static bool is_wanted(const struct house *house, unsigned int number)
{
	const struct config *config = house->config;

	for (unsigned int i = 0; house->stepped && i < config->house.site.outputs; i++)
		if (config->output[i].number == number)
			return house->out.output[i].closed;

	return false;
}

static void turn(struct contacts_line *l, bool closed)
{
	int r;

	if (l->closed == closed)
		return;
	l->closed = closed;
	if (!l->line)
		return;
	r = gpio_line_switch(l->line, closed);
	if (r)
		contacts_lose(l, r);
}

void contacts_switch(struct contacts *contacts, const struct house *house, u64 now_ms)
{
	for (unsigned int n = 0; n < SITE_OUTPUTS_MAX; n++)
		turn(&contacts->line[CONFIG_OUTPUT_1 + n], is_wanted(house, n + 1));
	turn(&contacts->line[CONFIG_RAPID_SHUTDOWN], now_ms >= contacts->shutdown_ms);
}

const char *contacts_state_word(const struct contacts_line *l, u64 now_ms)
{
	if (l->error)
		return l->error == -EBUSY ? "busy" : "gone";
	if (config_contact_is_output((unsigned int)(l - l->contacts->line)))
		return l->closed ? "closed" : "open";
	if (!l->contact.known || now_ms > l->contact.heard_ms + CONTACTS_FRESH_MS)
		return "bounces";

	return l->contact.closed ? "closed" : "open";
}
