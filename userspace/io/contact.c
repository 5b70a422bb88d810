// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debouncing.
 */
#include "contact.h"

void contact_start(struct contact *contact, u32 debounce_ms)
{
	*contact = (struct contact){ .debounce_ms = debounce_ms };
}

void contact_edge(struct contact *contact, bool closed, u64 at_ms)
{
	contact->moving = true;
	contact->next = closed;
	contact->moved_ms = at_ms;
}

void contact_level(struct contact *contact, bool closed, u64 now_ms)
{
	bool was = contact->moving ? contact->next : contact->closed;

	if ((!contact->known && !contact->moving) || was != closed)
		contact_edge(contact, closed, now_ms);
	else if (!contact->moving)
		contact->heard_ms = now_ms;
}

bool contact_settle(struct contact *contact, u64 now_ms)
{
	bool news;

	if (!contact->moving || now_ms < contact->moved_ms + contact->debounce_ms)
		return false;
	news = !contact->known || contact->closed != contact->next;
	if (news)
		contact->since_ms = contact->moved_ms;
	contact->known = true;
	contact->closed = contact->next;
	contact->moving = false;
	contact->heard_ms = now_ms;

	return news;
}

u64 contact_due_ms(const struct contact *contact)
{
	return contact->moving ? contact->moved_ms + contact->debounce_ms : CONTACT_NEVER;
}
