// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Pack: one supply of the kernel as the cluster sees it.
 */
#include "object.h"

#include "roles.h"

#include "../core/panel.h"

#include <ctype.h>

static const char *const block_keys[CORE_WAYS] = {
	[CORE_CHARGE] = "charge", [CORE_DISCHARGE] = "discharge",
};

static const struct supply *supply_of(const struct object *o)
{
	return &o->cluster->supply[o->index];
}

static const struct cluster_pack *pack_of(const struct object *o)
{
	return &o->cluster->cluster->pack[o->index];
}

/* Another supply with this serial number was there first. */
static bool is_second(const struct plant_cluster *c, unsigned int supply)
{
	for (unsigned int i = 0; i < supply; i++)
		if (!strcmp(c->supply[i].serial, c->supply[supply].serial))
			return true;

	return false;
}

/* Characters that a path cannot have become _ and two digits, base 16. */
void object_pack_path(const struct plant_cluster *c, unsigned int supply, char *path)
{
	const struct supply *s = &c->supply[supply];
	const char *key = s->serial[0] && !is_second(c, supply) ? s->serial : s->name;
	size_t n = (size_t)snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/pack/");

	for (; *key && n + 4 < OBJECT_PATH_SIZE; key++) {
		if (isalnum((unsigned char)*key))
			path[n++] = *key;
		else
			n += (size_t)snprintf(path + n, OBJECT_PATH_SIZE - n, "_%02x",
					      (unsigned char)*key);
	}
	path[n] = '\0';
}

static int get_supply(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', supply_of(user)->name);
}

static int get_role(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', supply_of(user)->of_system ? "system" :
					   "pack");
}

static int get_cluster(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	const struct object *o = user;
	char of[OBJECT_PATH_SIZE];

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	object_cluster.path(o, of);

	return sd_bus_message_append_basic(reply, 'o', of);
}

static int get_identity(sd_bus *bus, const char *path, const char *interface,
			const char *property, sd_bus_message *reply, void *user,
			sd_bus_error *error)
{
	const struct supply *s = supply_of(user);
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{ss}");
	if (r >= 0 && s->serial[0])
		r = sd_bus_message_append(reply, "{ss}", "Serial", s->serial);
	if (r >= 0 && s->model)
		r = sd_bus_message_append(reply, "{ss}", "Compatible", s->model->key);
	if (r >= 0 && cellar_has(&s->reading, CELLAR_MANUFACTURER))
		r = sd_bus_message_append(reply, "{ss}", "Manufacturer",
					  s->reading.manufacturer);
	if (r >= 0 && cellar_has(&s->reading, CELLAR_MODEL))
		r = sd_bus_message_append(reply, "{ss}", "Model", s->reading.model);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_identity(const struct object *o)
{
	const struct supply *s = supply_of(o);
	u64 mark = mark_text(MARK_START, s->serial);

	mark = mark_text(mark, s->model ? s->model->key : "");
	mark = mark_text(mark, s->reading.manufacturer);

	return mark_text(mark, s->reading.model);
}

/* What is too old is not shown as live. */
static int get_reading(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	static const struct cellar_reading nothing;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return values_reading(reply, pack_of(user)->fresh ? &supply_of(user)->reading :
			      &nothing);
}

static u64 mark_reading(const struct object *o)
{
	return pack_of(o)->fresh ? values_mark_reading(MARK_START, &supply_of(o)->reading) : 0;
}

static bool shows(const struct object *o, enum cellar_field field)
{
	return pack_of(o)->fresh && cellar_has(&supply_of(o)->reading, field);
}

static int get_cells(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	const struct cellar_reading *reading = &supply_of(user)->reading;
	unsigned int n = shows(user, CELLAR_CELLS) ? reading->cells : 0;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "d");
	for (unsigned int i = 0; r >= 0 && i < n; i++)
		r = sd_bus_message_append(reply, "d", reading->cells_mv[i] / 1e3);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_cells(const struct object *o)
{
	const struct cellar_reading *reading = &supply_of(o)->reading;

	if (!shows(o, CELLAR_CELLS))
		return 0;

	return mark_bytes(MARK_START, reading->cells_mv,
			   reading->cells * sizeof(reading->cells_mv[0]));
}

/* Without labels no dialect has said where they are. */
static int get_temperatures(sd_bus *bus, const char *path, const char *interface,
			    const char *property, sd_bus_message *reply, void *user,
			    sd_bus_error *error)
{
	const struct supply *s = supply_of(user);
	unsigned int n = s->temperature_labels && shows(user, CELLAR_TEMPERATURES) ?
			 s->reading.temperatures : 0;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{sd}");
	for (unsigned int i = 0; r >= 0 && i < n; i++)
		r = sd_bus_message_append(reply, "{sd}", s->temperature_labels[i],
					  s->reading.temperatures_decic[i] / 10.0);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_temperatures(const struct object *o)
{
	const struct supply *s = supply_of(o);
	u64 mark = MARK_START;

	if (!shows(o, CELLAR_TEMPERATURES) || !s->temperature_labels)
		return 0;

	for (unsigned int i = 0; i < s->reading.temperatures; i++)
		mark = mark_text(mark, s->temperature_labels[i]);

	return mark_bytes(mark, s->reading.temperatures_decic,
			   s->reading.temperatures * sizeof(s->reading.temperatures_decic[0]));
}

static int get_membership(sd_bus *bus, const char *path, const char *interface,
			  const char *property, sd_bus_message *reply, void *user,
			  sd_bus_error *error)
{
	const struct cluster_pack *p = pack_of(user);

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append(reply, "(sss)", cluster_state_word(p->state),
				     cluster_reason_word(p->reason), p->why);
}

static u64 mark_membership(const struct object *o)
{
	const struct cluster_pack *p = pack_of(o);
	u64 mark = mark_bytes(MARK_START, &p->state, sizeof(p->state));

	return mark_text(mark_bytes(mark, &p->reason, sizeof(p->reason)), p->why);
}

static int get_blocks(sd_bus *bus, const char *path, const char *interface,
		      const char *property, sd_bus_message *reply, void *user,
		      sd_bus_error *error)
{
	const struct cluster_pack *p = pack_of(user);
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{ss}");
	for (unsigned int way = 0; r >= 0 && way < CORE_WAYS; way++)
		if (p->fresh && p->block[way])
			r = sd_bus_message_append(reply, "{ss}", block_keys[way],
						  supply_block_word(p->block[way]));

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_blocks(const struct object *o)
{
	const struct cluster_pack *p = pack_of(o);

	return p->fresh ? mark_bytes(MARK_START, p->block, sizeof(p->block)) : 0;
}

static void panel_text(const struct object *o, char *words)
{
	struct panel panel;

	panel_of(&panel, supply_of(o), PANEL_PLACE_UNKNOWN);
	words[0] = '\0';
	if (panel.why != PANEL_NO_TABLE && panel.why != PANEL_STALE)
		panel_words(&panel, words, PANEL_WORDS_SIZE);
}

static int get_panel(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	char words[PANEL_WORDS_SIZE];

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	panel_text(user, words);

	return sd_bus_message_append_basic(reply, 's', words);
}

static u64 mark_panel(const struct object *o)
{
	char words[PANEL_WORDS_SIZE];

	panel_text(o, words);

	return mark_text(MARK_START, words);
}

static const char *key_of(const struct object *o)
{
	return *supply_of(o)->serial ? supply_of(o)->serial : supply_of(o)->name;
}

static int set_member(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	int r, member;

	r = sd_bus_message_read_basic(call, 'b', &member);
	if (r < 0)
		return r;

	r = plant_set_out(bus_setup_of(o->bus)->plant, key_of(o), !member);

	return object_decided(o, call, key_of(o), r, error);
}

static int set_connected(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	int r, connected;

	r = sd_bus_message_read_basic(call, 'b', &connected);
	if (r < 0)
		return r;

	r = plant_set_disconnected(bus_setup_of(o->bus)->plant, key_of(o), !connected);

	return object_decided(o, call, key_of(o), r, error);
}

static int forget(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	return object_decided(o, call, key_of(o),
			      plant_forget(bus_setup_of(o->bus)->plant, key_of(o)), error);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define ANYBODY	SD_BUS_VTABLE_UNPRIVILEGED

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("SetMember", SD_BUS_ARGS("b", member), SD_BUS_NO_RESULT,
				object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetConnected", SD_BUS_ARGS("b", connected), SD_BUS_NO_RESULT,
				object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Forget", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, object_verb_called,
				ANYBODY),
	SD_BUS_PROPERTY("Supply", "s", get_supply, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Role", "s", get_role, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Cluster", "o", get_cluster, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Identity", "a{ss}", get_identity, 0, CHANGES),
	SD_BUS_PROPERTY("Reading", "a{sv}", get_reading, 0, CHANGES),
	SD_BUS_PROPERTY("Cells", "ad", get_cells, 0, CHANGES),
	SD_BUS_PROPERTY("Temperatures", "a{sd}", get_temperatures, 0, CHANGES),
	SD_BUS_PROPERTY("Membership", "(sss)", get_membership, 0, CHANGES),
	SD_BUS_PROPERTY("Blocks", "a{ss}", get_blocks, 0, CHANGES),
	SD_BUS_PROPERTY("Panel", "s", get_panel, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Identity", mark_identity },
	{ "Reading", mark_reading },
	{ "Cells", mark_cells },
	{ "Temperatures", mark_temperatures },
	{ "Membership", mark_membership },
	{ "Blocks", mark_blocks },
	{ "Panel", mark_panel },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ "SetMember", ROLES_CONTROL_BATTERY, set_member },
	{ "SetConnected", ROLES_CONTROL_BATTERY, set_connected },
	{ "Forget", ROLES_CONTROL_BATTERY, forget },
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	object_pack_path(o->cluster, o->index, path);
}

const struct object_kind object_pack = {
	"org.cellar1.Pack", vtable, properties, verbs, path_of, NULL, NULL
};
