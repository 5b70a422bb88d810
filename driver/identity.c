// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who a pack is: its maker, model and serial number, when it is another one than
 * before, and which other supplies say that they are the same. The serial number
 * is what tells packs apart, not their port or address (design.md, "RS-485").
 */
#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "pack.h"

/* The packs with a supply; their identity is fixed while they are in here. */
static LIST_HEAD(supplies);
static DEFINE_MUTEX(supplies_lock);

/*
 * What the owner says wins over what the BMS says, since many packs call
 * themselves PYLON on the wire to please an inverter. What is not said now stays
 * as it is shown: a pack that was lost and is back says its serial number seconds
 * after its voltage.
 */
void cellar_identity_now(const struct cellar_pack *pack, struct cellar_identity *identity)
{
	const struct cellar_model *model = pack->config.model;
	const struct cellar_reading *r = &pack->reading;
	char serial[sizeof(identity->serial)];

	lockdep_assert_held(&pack->lock);

	if (pack->psy)
		*identity = pack->identity;
	else
		memset(identity, 0, sizeof(*identity));

	if (model)
		strscpy(identity->manufacturer, model->maker, sizeof(identity->manufacturer));
	else if (cellar_has(r, CELLAR_MANUFACTURER))
		strscpy(identity->manufacturer, r->manufacturer, sizeof(identity->manufacturer));

	if (model)
		strscpy(identity->model, model->model, sizeof(identity->model));
	else if (cellar_has(r, CELLAR_MODEL))
		strscpy(identity->model, r->model, sizeof(identity->model));
	else if (cellar_has(r, CELLAR_FAMILY) && !identity->model[0])
		strscpy(identity->model, r->family, sizeof(identity->model));

	if (cellar_reading_serial(r, serial))
		strscpy(identity->serial, serial, sizeof(identity->serial));
}

bool cellar_identity_contradicts(const struct cellar_pack *pack,
				 const struct cellar_reading *news)
{
	const struct cellar_reading *r = &pack->reading;
	u64 both = news->have & r->have;

	return (both & BIT_ULL(CELLAR_SERIAL_HEAD) && strncmp(news->serial, r->serial, 8)) ||
	       (both & BIT_ULL(CELLAR_SERIAL_TAIL) &&
		strncmp(news->serial + 8, r->serial + 8, 8));
}

/* The next present supply after @from with the serial number of @pack, or NULL. */
static struct cellar_pack *next_twin(const struct cellar_pack *pack, struct cellar_pack *from)
{
	lockdep_assert_held(&supplies_lock);

	list_for_each_entry_continue(from, &supplies, supplies)
		if (from != pack && !strcmp(from->identity.serial, pack->identity.serial) &&
		    cellar_pack_is_present(from))
			return from;

	return NULL;
}

static struct cellar_pack *first_twin(const struct cellar_pack *pack)
{
	if (!pack->identity.serial[0])
		return NULL;

	return next_twin(pack, list_entry(&supplies, struct cellar_pack, supplies));
}

static void tell_of_twin(struct cellar_pack *pack)
{
	struct cellar_pack *twin = first_twin(pack);

	if (twin && !pack->twin_told && !twin->twin_told)
		dev_warn(pack->config.parent,
			 "%s and %s have the same serial number %s: one pack that is heard twice or has moved, or two that say the same\n",
			 pack->name, twin->name, pack->identity.serial);
	if (twin)
		twin->twin_told = true;
	pack->twin_told = twin;
}

void cellar_identity_enter(struct cellar_pack *pack)
{
	mutex_lock(&supplies_lock);
	list_add_tail(&pack->supplies, &supplies);
	tell_of_twin(pack);
	mutex_unlock(&supplies_lock);
}

void cellar_identity_check(struct cellar_pack *pack)
{
	mutex_lock(&supplies_lock);
	if (pack->psy)
		tell_of_twin(pack);
	mutex_unlock(&supplies_lock);
}

void cellar_identity_leave(struct cellar_pack *pack)
{
	mutex_lock(&supplies_lock);
	list_del(&pack->supplies);
	mutex_unlock(&supplies_lock);
}

size_t cellar_identity_twins(struct cellar_pack *pack, char *buf, size_t size)
{
	struct cellar_pack *twin;
	size_t len = 0;

	mutex_lock(&supplies_lock);
	for (twin = first_twin(pack); twin; twin = next_twin(pack, twin))
		len += scnprintf(buf + len, size - len, "%s%s", len ? " " : "", twin->name);
	mutex_unlock(&supplies_lock);

	return len;
}
