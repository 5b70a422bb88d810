// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's messages about interfaces (rtnetlink) are only the occasion to look: what
 * is there is asked for by name, so that a lost message, a rename or an interface that was
 * deleted and added again needs no case of its own.
 */
#include "can_link.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct can_link {
	char name[IFNAMSIZ];
	int fd;
	sd_event_source *io;
	void (*changed)(void *user);
	void *user;
};

static int on_message(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct can_link *link = user;
	char nothing[64];

	(void)io, (void)events;
	/* ENOBUFS: some were lost; looking finds what they said */
	while (recv(fd, nothing, sizeof(nothing), MSG_DONTWAIT | MSG_TRUNC) >= 0 ||
	       errno == ENOBUFS || errno == EINTR)
		;
	link->changed(link->user);

	return 0;
}

int can_link_new(struct can_link **link, sd_event *event, const char *name,
		 void (*changed)(void *user), void *user)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	struct can_link *l;
	int r;

	if (strlen(name) >= IFNAMSIZ)
		return -EINVAL;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	snprintf(l->name, sizeof(l->name), "%s", name);
	l->changed = changed;
	l->user = user;
	l->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	r = l->fd < 0 || bind(l->fd, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
	if (!r)
		r = sd_event_add_io(event, &l->io, l->fd, EPOLLIN, on_message, l);
	if (r < 0) {
		can_link_free(l);
		return r;
	}
	*link = l;

	return 0;
}

void can_link_free(struct can_link *link)
{
	if (!link)
		return;

	sd_event_source_disable_unref(link->io);
	if (link->fd >= 0)
		close(link->fd);
	free(link);
}

void can_link_look(const struct can_link *link, struct can_link_state *state)
{
	struct ifreq ask = { 0 };
	int index;

	memset(state, 0, sizeof(*state));
	memcpy(ask.ifr_name, link->name, sizeof(ask.ifr_name));
	if (ioctl(link->fd, SIOCGIFHWADDR, &ask) || ask.ifr_hwaddr.sa_family != ARPHRD_CAN ||
	    ioctl(link->fd, SIOCGIFINDEX, &ask))
		return;

	index = ask.ifr_ifindex;
	if (ioctl(link->fd, SIOCGIFFLAGS, &ask))
		return;

	state->index = index;
	state->up = ask.ifr_flags & IFF_UP;
	state->carrier = ask.ifr_flags & IFF_RUNNING;
}
