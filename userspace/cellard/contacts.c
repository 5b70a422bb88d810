// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the configuration to lines that are open, and from their edges to contacts.
 */
#include "contacts.h"

#include "../io/boot_clock.h"
#include "../io/boot_timer.h"

#include <stdlib.h>
#include <sys/epoll.h>

#define NOT_TRIED	1

static const char *name_of(const struct contacts_line *l)
{
	return config_contact_word((unsigned int)(l - l->contacts->line));
}

static bool is_output(const struct contacts_line *l)
{
	return config_contact_is_output((unsigned int)(l - l->contacts->line));
}

static void tell(struct contacts_line *l)
{
	char place[GPIO_NAME_SIZE + 12];

	if (l->told == l->error)
		return;
	if (!l->error && l->mute)
		events_add(l->contacts->events, "contact-there", name_of(l),
			   "%s is there; its chip has no interrupts: it is looked at each %u ms",
			   gpio_want_place(&l->want, place), CONTACTS_POLL_MS);
	else if (!l->error)
		events_add(l->contacts->events, "contact-there", name_of(l), "%s is there",
			   gpio_want_place(&l->want, place));
	else if (l->error == -EBUSY)
		events_add(l->contacts->events, "contact-busy", name_of(l),
			   "%s: another program has it", gpio_want_place(&l->want, place));
	else
		events_add(l->contacts->events, "contact-lost", name_of(l), "%s: %s",
			   gpio_want_place(&l->want, place), strerror(-l->error));
	l->told = l->error;
	l->contacts->changed(l->contacts->user);
}

static void close_line(struct contacts_line *l)
{
	l->io = sd_event_source_disable_unref(l->io);
	gpio_line_close(l->line);
	l->line = NULL;
	l->mute = false;
}

void contacts_lose(struct contacts_line *l, int error)
{
	close_line(l);
	contact_start(&l->contact, l->contacts->config.debounce_ms);
	l->error = error;
	tell(l);
}

/* When the earliest contact settles, or some are looked at. */
static void arm(struct contacts *contacts)
{
	u64 due_ms = contacts->look_ms;

	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++) {
		u64 settles_ms = contact_due_ms(&contacts->line[i].contact);

		if (settles_ms < due_ms)
			due_ms = settles_ms;
		if (contacts->line[i].mute && contacts->poll_ms < due_ms)
			due_ms = contacts->poll_ms;
	}
	boot_timer_at(contacts->timer, due_ms);
}

static void settle(struct contacts_line *l, u64 now_ms)
{
	if (!contact_settle(&l->contact, now_ms))
		return;
	l->contacts->changed(l->contacts->user);
}

/* A time of the kernel, by the clock of the house. */
static u64 boot_ms_of(u64 monotonic_ns)
{
	struct timespec monotonic;
	u64 now_ms = boot_clock_ms(), age_ns;

	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	age_ns = (u64)monotonic.tv_sec * 1000000000 + (u64)monotonic.tv_nsec - monotonic_ns;

	return age_ns / 1000000 < now_ms ? now_ms - age_ns / 1000000 : now_ms;
}

static int on_edge(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct gpio_edge edge[GPIO_EDGES_MAX];
	struct contacts_line *l = user;
	int n;

	(void)io, (void)fd;
	n = events & EPOLLIN ? gpio_line_edges(l->line, edge) : -ENODEV;
	for (int i = 0; i < n; i++)
		contact_edge(&l->contact, edge[i].closed, boot_ms_of(edge[i].at_ns));
	if (n < 0)
		contacts_lose(l, n);
	settle(l, boot_clock_ms());
	arm(l->contacts);

	return 0;
}

static void look(struct contacts_line *l, u64 now_ms)
{
	int closed = gpio_line_closed(l->line);

	if (closed < 0) {
		contacts_lose(l, closed);
		return;
	}
	contact_level(&l->contact, closed, now_ms);
	settle(l, now_ms);
}

static int listen_to(struct contacts_line *l)
{
	int r;

	r = gpio_line_listen(&l->line, &l->want);
	if (r)
		return r;

	r = gpio_line_fd(l->line);
	if (r < 0) {
		l->mute = true;
		return 0;
	}

	return sd_event_add_io(l->contacts->event, &l->io, r, EPOLLIN, on_edge, l);
}

static void open_line(struct contacts_line *l)
{
	int r;

	r = is_output(l) ? gpio_line_drive(&l->line, &l->want, l->closed) : listen_to(l);
	if (r < 0)
		close_line(l);
	l->error = r < 0 ? r : 0;
	tell(l);
}

/* An output that cannot be read has gone, whatever it was switched to. */
static void look_at_output(struct contacts_line *l)
{
	int closed = gpio_line_closed(l->line);

	if (closed < 0)
		contacts_lose(l, closed);
}

/* A mute one is looked at before it settles, too: what it was until then nobody has told. */
static bool is_polled(const struct contacts_line *l, bool poll, u64 now_ms)
{
	return l->mute && (poll || now_ms >= contact_due_ms(&l->contact));
}

static int on_timer(sd_event_source *source, u64 usec, void *user)
{
	struct contacts *contacts = user;
	u64 now_ms = boot_clock_ms();
	bool due = now_ms >= contacts->look_ms, poll = now_ms >= contacts->poll_ms;

	(void)source, (void)usec;
	if (due)
		contacts->look_ms = now_ms + CONTACTS_LOOK_MS;
	if (poll)
		contacts->poll_ms = now_ms + CONTACTS_POLL_MS;
	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++) {
		struct contacts_line *l = &contacts->line[i];

		if (!l->want.given)
			continue;
		if (due && !l->line)
			open_line(l);
		if (!l->line)
			continue;
		if (is_output(l) && due)
			look_at_output(l);
		else if (!is_output(l) && (due || is_polled(l, poll, now_ms)))
			look(l, now_ms);
		else
			settle(l, now_ms);
	}
	arm(contacts);

	return 0;
}

static void leave(struct contacts_line *l)
{
	unsigned int i = (unsigned int)(l - l->contacts->line);

	if (l->line && is_output(l))
		gpio_line_switch(l->line, l->contacts->config.closed_at_exit[i]);
	close_line(l);
}

static void begin(struct contacts *contacts, unsigned int i, const struct gpio_want *want)
{
	struct contacts_line *l = &contacts->line[i];

	*l = (struct contacts_line){
		.contacts = contacts, .want = *want, .error = NOT_TRIED, .told = NOT_TRIED,
		.closed = is_output(l) && contacts->config.closed_at_exit[i],
	};
	contact_start(&l->contact, contacts->config.debounce_ms);
	if (!want->given)
		return;
	open_line(l);
	if (l->line && !is_output(l))
		look(l, boot_clock_ms());
}

void contacts_reconfigure(struct contacts *contacts, const struct config *config)
{
	const struct config_contacts *new = &config->contacts;

	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++) {
		struct contacts_line *l = &contacts->line[i];

		l->contact.debounce_ms = new->debounce_ms;
		if (!memcmp(&l->want, &new->line[i], sizeof(l->want)))
			continue;
		leave(l);
		contacts->config.closed_at_exit[i] = new->closed_at_exit[i];
		begin(contacts, i, &new->line[i]);
	}
	contacts->config = *new;
	arm(contacts);
}

int contacts_new(struct contacts **contacts, sd_event *event, struct events *events,
		 const struct config *config, void (*changed)(void *user), void *user)
{
	struct contacts *all;
	int r;

	all = calloc(1, sizeof(*all));
	if (!all)
		return -ENOMEM;

	all->event = event;
	all->events = events;
	all->changed = changed;
	all->user = user;
	all->config = config->contacts;
	all->shutdown_ms = CONTACT_NEVER;
	all->look_ms = boot_clock_ms() + CONTACTS_LOOK_MS;
	r = sd_event_add_time(event, &all->timer, CLOCK_BOOTTIME, UINT64_MAX, 1000, on_timer, all);
	if (r < 0) {
		free(all);
		return r;
	}
	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++) {
		all->line[i].contacts = all;
		begin(all, i, &config->contacts.line[i]);
	}
	arm(all);
	*contacts = all;

	return 0;
}

void contacts_free(struct contacts *contacts)
{
	if (!contacts)
		return;

	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++)
		leave(&contacts->line[i]);
	sd_event_source_disable_unref(contacts->timer);
	free(contacts);
}
