// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keys of [contacts], in the order of enum config_contact as far as they are contacts.
 */
#include "config_keys.h"

#define ANY			0, UINT32_MAX
#define OF_CONTACTS(member)	offsetof(struct config_contacts, member)
#define CONTACT(contact)	CONFIG_GPIO, OF_CONTACTS(line[contact]), ANY, \
	"a line, NAME or CHIP:OFFSET, and then active-low, pull-up, pull-down or no-bias, as it is wired", \
	NULL
#define SWITCHED(contact)	CONFIG_GPIO, OF_CONTACTS(line[contact]), ANY, \
	"a line, NAME or CHIP:OFFSET, and then active-low, open-drain or open-source, as it is wired", \
	NULL
#define AT_EXIT(contact)	CONFIG_WORD, OF_CONTACTS(closed_at_exit[contact]), 0, 1, NULL, \
	contact_word

static const char *contact_word(unsigned int closed)
{
	return closed ? "closed" : "open";
}

const struct config_key config_contacts_keys[CONFIG_CONTACTS_KEYS] = {
	{ "drm0", CONTACT(CONFIG_DRM0) },
	{ "drm1_5", CONTACT(CONFIG_DRM1_5) },
	{ "drm2_6", CONTACT(CONFIG_DRM2_6) },
	{ "drm3_7", CONTACT(CONFIG_DRM3_7) },
	{ "drm4_8", CONTACT(CONFIG_DRM4_8) },
	{ "rrcr_l1", CONTACT(CONFIG_RRCR_L1) },
	{ "rrcr_l2", CONTACT(CONFIG_RRCR_L2) },
	{ "rrcr_l3", CONTACT(CONFIG_RRCR_L3) },
	{ "rrcr_l4", CONTACT(CONFIG_RRCR_L4) },
	{ "cease", CONTACT(CONFIG_CEASE) },
	{ "charge_enable", CONTACT(CONFIG_CHARGE_ENABLE) },
	{ "discharge_enable", CONTACT(CONFIG_DISCHARGE_ENABLE) },
	{ "shutdown_switch", CONTACT(CONFIG_SHUTDOWN_SWITCH) },
	{ "output_1", SWITCHED(CONFIG_OUTPUT_1) },
	{ "output_2", SWITCHED(CONFIG_OUTPUT_1 + 1) },
	{ "output_3", SWITCHED(CONFIG_OUTPUT_1 + 2) },
	{ "output_4", SWITCHED(CONFIG_OUTPUT_1 + 3) },
	{ "rapid_shutdown", SWITCHED(CONFIG_RAPID_SHUTDOWN) },
	{ "output_1_at_exit", AT_EXIT(CONFIG_OUTPUT_1) },
	{ "output_2_at_exit", AT_EXIT(CONFIG_OUTPUT_1 + 1) },
	{ "output_3_at_exit", AT_EXIT(CONFIG_OUTPUT_1 + 2) },
	{ "output_4_at_exit", AT_EXIT(CONFIG_OUTPUT_1 + 3) },
	{ "debounce_ms", CONFIG_U32, OF_CONTACTS(debounce_ms), 0, 1000, "0 to 1000, in ms",
	  NULL },
	{ "cluster", CONFIG_NAME, OF_CONTACTS(cluster), ANY, "the name of a cluster", NULL },
};

/* Where the configuration says nothing they are open; what bounces has 20 ms for it. */
void config_contacts_defaults(struct config_contacts *contacts)
{
	*contacts = (struct config_contacts){ .debounce_ms = 20 };
}

const char *config_contact_word(unsigned int contact)
{
	return config_contacts_keys[contact].name;
}

bool config_contact_is_output(unsigned int contact)
{
	return contact >= CONFIG_OUTPUT_1;
}

/* config_contact_word() has them in the order of enum config_contact. */
_Static_assert(CONFIG_RAPID_SHUTDOWN == CONFIG_OUTPUT_1 + 4, "four outputs");
