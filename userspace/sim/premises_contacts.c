// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines are pulled by a file of theirs, "pull".
 */
#include "premises_contacts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Contacts that two modes share are closed by either (spec/inverter.md, "Demand response"). */
static const u16 drm_bits[] = {
	[CONFIG_DRM0] = BIT(0),
	[CONFIG_DRM1_5] = BIT(1) | BIT(5),
	[CONFIG_DRM2_6] = BIT(2) | BIT(6),
	[CONFIG_DRM3_7] = BIT(3) | BIT(7),
	[CONFIG_DRM4_8] = BIT(4) | BIT(8),
};

static bool is_closed(const struct premises *p, unsigned int which)
{
	if (which == CONFIG_CEASE)
		return p->cease;
	return which < CONFIG_RRCR_L1 ? p->drm & drm_bits[which] :
	       p->rrcr & BIT(which - CONFIG_RRCR_L1);
}

void premises_contacts_find(struct premises_contacts *c, const struct config *config,
			    const char *sys)
{
	c->n = 0;
	for (unsigned int i = CONFIG_DRM0; i <= CONFIG_CEASE; i++) {
		const struct gpio_want *want = &config->contacts.line[i];
		struct premises_contact *contact = &c->of[c->n];
		char place[GPIO_NAME_SIZE + 12];

		*contact = (struct premises_contact){ .which = i, .low = want->active_low };
		if (!want->given)
			continue;
		if (premises_gpio_find(contact->pull, sys, want, "pull"))
			c->n++;
		else
			fprintf(stderr, "cellar-sim: [contacts]: %s: no chip of gpio-sim has %s: "
				"%s says it\n", config_contact_word(i),
				gpio_want_place(want, place),
				i <= CONFIG_DRM4_8 ? "--wires" : "nobody");
	}
}

static int pull(const struct premises_contact *contact)
{
	FILE *file = fopen(contact->pull, "we");
	int err = file ? 0 : -errno;

	if (file && fputs(contact->closed == contact->low ? "pull-down" : "pull-up", file) < 0)
		err = -EIO;
	if (file && fclose(file))
		err = -errno;
	if (err)
		fprintf(stderr, "cellar-sim: %s: %s\n", contact->pull, strerror(-err));
	return err;
}

int premises_contacts_move(struct premises_contacts *c, const struct premises *p)
{
	int err = 0;

	for (unsigned int i = 0; i < c->n && !err; i++) {
		struct premises_contact *contact = &c->of[i];
		bool closed = is_closed(p, contact->which);

		if (contact->known && contact->closed == closed)
			continue;
		contact->known = true;
		contact->closed = closed;
		err = pull(contact);
	}
	return err;
}
