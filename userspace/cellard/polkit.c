// SPDX-License-Identifier: GPL-2.0-only
/*
 * For each call that changes something a question to the bus, who the caller is, and one
 * to org.freedesktop.PolicyKit1 when the roles do not know that user.
 */
#include "polkit.h"

#include <stdlib.h>
#include <unistd.h>

#define ID_SIZE			32

/* A person is slow to find a password, but not slower than this. */
#define DIALOG_US		(300 * 1000000ull)

/* CheckAuthorization's flags (polkit's manual, "The Authority Interface") */
#define ALLOW_USER_INTERACTION	1u

struct polkit {
	sd_bus *bus;
	const struct polkit_hooks *hooks;
	void *user;
	u32 last_id;
	unsigned int n;
	struct ask *asks;
};

/*
 * @uid: of the caller, once the bus has said it
 * @answer, @gone: what is waited for: an answer, and the caller's leaving
 */
struct ask {
	struct ask *next;
	struct polkit *polkit;
	sd_bus_message *call;
	const char *action;
	sd_bus_slot *answer, *gone;
	u32 uid;
	char id[ID_SIZE];
};

static void ask_free(struct ask *ask)
{
	sd_bus_slot_unref(ask->answer);
	sd_bus_slot_unref(ask->gone);
	sd_bus_message_unref(ask->call);
	free(ask);
}

static void ask_end(struct ask *ask)
{
	struct polkit *p = ask->polkit;
	struct ask **at = &p->asks;

	while (*at != ask)
		at = &(*at)->next;
	*at = ask->next;
	p->n--;
	ask_free(ask);
}

int polkit_new(struct polkit **polkit, sd_bus *bus, const struct polkit_hooks *hooks,
	       void *user)
{
	struct polkit *p;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;

	p->bus = bus;
	p->hooks = hooks;
	p->user = user;
	*polkit = p;

	return 0;
}

void polkit_free(struct polkit *polkit)
{
	struct ask *ask;

	if (!polkit)
		return;

	while ((ask = polkit->asks)) {
		polkit->asks = ask->next;
		ask_free(ask);
	}
	free(polkit);
}

static int allow(struct ask *ask)
{
	struct polkit *p = ask->polkit;
	sd_bus_message *call = sd_bus_message_ref(ask->call);
	sd_bus_error error = { 0 };
	u32 uid = ask->uid;
	int r;

	ask_end(ask);
	r = p->hooks->allowed(p->user, call, uid, &error);
	if (r < 0)
		r = sd_bus_reply_method_errno(call, r, &error);
	sd_bus_error_free(&error);
	sd_bus_message_unref(call);

	return r;
}

static int refuse(struct ask *ask, bool by_dialog)
{
	int r;

	r = sd_bus_reply_method_errorf(ask->call, by_dialog ?
				       SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED :
				       SD_BUS_ERROR_ACCESS_DENIED,
				       "not authorised for %s", ask->action);
	ask_end(ask);

	return r;
}

/* Whatever else polkit says but yes or no, it does not decide. */
static int on_answer(sd_bus_message *answer, void *user, sd_bus_error *error)
{
	struct ask *ask = user;
	int authorised, by_dialog;

	(void)error;
	if (sd_bus_message_is_method_error(answer, NULL) ||
	    sd_bus_message_enter_container(answer, 'r', "bba{ss}") < 0 ||
	    sd_bus_message_read(answer, "bb", &authorised, &by_dialog) < 0)
		return ask->uid == 0 || ask->uid == geteuid() ? allow(ask) : refuse(ask, false);

	return authorised ? allow(ask) : refuse(ask, by_dialog);
}

static int on_gone(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	struct ask *ask = user;
	const char *owner;
	int r;

	(void)error;
	r = sd_bus_message_read(signal, "sss", NULL, NULL, &owner);
	if (r < 0 || *owner)
		return 0;

	r = sd_bus_call_method_async(ask->polkit->bus, NULL, "org.freedesktop.PolicyKit1",
				     "/org/freedesktop/PolicyKit1/Authority",
				     "org.freedesktop.PolicyKit1.Authority",
				     "CancelCheckAuthorization", NULL, NULL, "s", ask->id);
	ask_end(ask);

	return r;
}

static int watch_caller(struct ask *ask)
{
	char match[256];

	snprintf(match, sizeof(match),
		 "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
		 "member='NameOwnerChanged',arg0='%s'", sd_bus_message_get_sender(ask->call));

	return sd_bus_add_match_async(ask->polkit->bus, &ask->gone, match, on_gone, NULL, ask);
}

static int ask_polkit(struct ask *ask)
{
	bool dialog = sd_bus_message_get_allow_interactive_authorization(ask->call) > 0;
	sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(ask->polkit->bus, &m, "org.freedesktop.PolicyKit1",
					   "/org/freedesktop/PolicyKit1/Authority",
					   "org.freedesktop.PolicyKit1.Authority",
					   "CheckAuthorization");
	if (r >= 0)
		r = sd_bus_message_append(m, "(sa{sv})s", "system-bus-name", 1, "name", "s",
					  sd_bus_message_get_sender(ask->call), ask->action);
	if (r >= 0)
		r = sd_bus_message_append(m, "a{ss}us", 0, dialog ? ALLOW_USER_INTERACTION : 0,
					  ask->id);
	if (r >= 0)
		r = sd_bus_call_async(ask->polkit->bus, &ask->answer, m, on_answer, ask,
				      dialog ? DIALOG_US : 0);
	sd_bus_message_unref(m);

	return r;
}

static int on_user(sd_bus_message *answer, void *user, sd_bus_error *error)
{
	struct ask *ask = user;
	struct polkit *p = ask->polkit;
	int r;

	(void)error;
	if (sd_bus_message_is_method_error(answer, NULL) ||
	    sd_bus_message_read_basic(answer, 'u', &ask->uid) < 0)
		return refuse(ask, false);

	ask->answer = sd_bus_slot_unref(ask->answer);
	switch (p->hooks->may(p->user, ask->uid, ask->action)) {
	case ROLES_YES:
		return allow(ask);
	case ROLES_NO:
		return refuse(ask, false);
	default:
		r = ask_polkit(ask);
		return r < 0 ? refuse(ask, false) : r;
	}
}

static int ask_who_it_is(struct ask *ask)
{
	return sd_bus_call_method_async(ask->polkit->bus, &ask->answer, "org.freedesktop.DBus",
					"/org/freedesktop/DBus", "org.freedesktop.DBus",
					"GetConnectionUnixUser", on_user, ask, "s",
					sd_bus_message_get_sender(ask->call));
}

int polkit_ask(struct polkit *polkit, sd_bus_message *call, const char *action,
	       sd_bus_error *error)
{
	struct ask *ask;
	int r;

	if (!sd_bus_message_get_sender(call))
		return -EACCES;
	if (polkit->n == POLKIT_ASKS_MAX)
		return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					"too many callers wait for an authorisation");
	ask = calloc(1, sizeof(*ask));
	if (!ask)
		return -ENOMEM;

	ask->polkit = polkit;
	ask->call = sd_bus_message_ref(call);
	ask->action = action;
	snprintf(ask->id, sizeof(ask->id), "cellard%u", ++polkit->last_id);
	r = watch_caller(ask);
	if (r >= 0)
		r = ask_who_it_is(ask);
	if (r < 0) {
		ask_free(ask);
		return r;
	}
	ask->next = polkit->asks;
	polkit->asks = ask;
	polkit->n++;

	return 1;
}
