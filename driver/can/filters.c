// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which interface a bus listens to, and to which frames. One notifier per bus is
 * the only way an interface comes and goes: it replays what is there when it is
 * registered and what is left when it is unregistered, so that load, hot-plug,
 * rename, namespace move and unload are one path.
 *
 * A filter per exact identifier costs the CAN core one array look-up; its data
 * pointer tells the row of the dialect, so nothing is searched per frame.
 */
#include <linux/can.h>
#include <linux/can/core.h>
#include <linux/if_arp.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/property.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "bus.h"

#define IDENT		"cellar"

static_assert(CELLAR_CAN_EXTENDED == CAN_EFF_FLAG);

/* Extended frames that carry one of the 11-bit identifiers in 29 bits. */
#define EXTENDED_MASK	(CAN_EFF_FLAG | (CAN_EFF_MASK & ~CAN_SFF_MASK))

/* Remote requests for an 11-bit identifier. */
#define REMOTE_MASK	(CAN_EFF_FLAG | CAN_RTR_FLAG)

static void receive(struct sk_buff *skb, void *data)
{
	const struct cellar_can_filter *filter = data;
	const struct can_frame *cf = (struct can_frame *)skb->data;
	struct cellar_can_frame frame;

	if (filter->id == CELLAR_CAN_KEEPALIVE_ID) {
		if (!cellar_can_keepalive_is_ours(skb))
			cellar_can_bus_inverter(filter->bus);
		return;
	}

	/* a CAN FD frame comes to the same filters */
	if (skb->len != CAN_MTU || cf->len > CAN_MAX_DLEN) {
		cellar_can_bus_malformed(filter);
		return;
	}

	frame.id = filter->id;
	frame.len = cf->len;
	memcpy(frame.data, cf->data, sizeof(frame.data));
	cellar_can_bus_frame(filter, &frame);
}

static void receive_stranger(struct sk_buff *skb, void *data)
{
	const struct can_frame *cf = (struct can_frame *)skb->data;

	cellar_can_bus_stranger(data, cf->can_id & CAN_SFF_MASK);
}

/* All that an identifier has: the CAN core finds such filters without a search. */
static canid_t exactly(u32 id)
{
	canid_t bits = id & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK;

	return bits | CAN_EFF_FLAG | CAN_RTR_FLAG;
}

static void stop_listening_to(struct net_device *netdev, struct cellar_can_filter *filter)
{
	can_rx_unregister(&init_net, netdev, filter->id, exactly(filter->id), receive,
			  filter);
}

static int listen(struct net_device *netdev, struct cellar_can_filters *filters)
{
	unsigned int i;
	int ret;

	for (i = 0; i < filters->count; i++) {
		u32 id = filters->filter[i].id;

		ret = can_rx_register(&init_net, netdev, id, exactly(id), receive,
				      &filters->filter[i], IDENT, NULL);
		if (ret)
			goto undo;
	}

	return 0;

undo:
	while (i--)
		stop_listening_to(netdev, &filters->filter[i]);

	return ret;
}

static void stop_listening(struct net_device *netdev, struct cellar_can_filters *filters)
{
	unsigned int i;

	for (i = 0; i < filters->count; i++)
		stop_listening_to(netdev, &filters->filter[i]);
}

static int listen_to_strangers(struct cellar_can_bus *bus)
{
	int ret;

	ret = can_rx_register(&init_net, bus->netdev, CAN_EFF_FLAG, EXTENDED_MASK,
			      receive_stranger, bus, IDENT, NULL);
	if (ret)
		return ret;

	ret = can_rx_register(&init_net, bus->netdev, CAN_RTR_FLAG, REMOTE_MASK,
			      receive_stranger, bus, IDENT, NULL);
	if (ret)
		can_rx_unregister(&init_net, bus->netdev, CAN_EFF_FLAG, EXTENDED_MASK,
				  receive_stranger, bus);

	return ret;
}

static void stop_listening_to_strangers(struct cellar_can_bus *bus)
{
	can_rx_unregister(&init_net, bus->netdev, CAN_EFF_FLAG, EXTENDED_MASK,
			  receive_stranger, bus);
	can_rx_unregister(&init_net, bus->netdev, CAN_RTR_FLAG, REMOTE_MASK,
			  receive_stranger, bus);
}

static int attach(struct cellar_can_bus *bus, struct net_device *netdev)
{
	unsigned int i;
	int ret;

	lockdep_assert_held(&bus->filter_lock);

	netdev_hold(netdev, &bus->netdev_tracker, GFP_KERNEL);
	bus->netdev = netdev;

	ret = listen_to_strangers(bus);
	if (ret)
		goto put;

	for (i = 0; i < ARRAY_SIZE(bus->filters); i++) {
		ret = bus->filters[i] ? listen(netdev, bus->filters[i]) : 0;
		if (ret)
			goto undo;
	}

	dev_info(bus->dev, "bound to %s%s%s\n", netdev->name,
		 bus->settings.label[0] ? " as " : "", bus->settings.label);

	return 0;

undo:
	while (i--)
		if (bus->filters[i])
			stop_listening(netdev, bus->filters[i]);
	stop_listening_to_strangers(bus);
put:
	bus->netdev = NULL;
	netdev_put(netdev, &bus->netdev_tracker);
	dev_err(bus->dev, "cannot listen on %s: %pe\n", netdev->name, ERR_PTR(ret));

	return ret;
}

static void detach(struct cellar_can_bus *bus)
{
	struct net_device *netdev = bus->netdev;
	unsigned int i;

	lockdep_assert_held(&bus->filter_lock);

	for (i = 0; i < ARRAY_SIZE(bus->filters); i++)
		if (bus->filters[i])
			stop_listening(netdev, bus->filters[i]);
	stop_listening_to_strangers(bus);

	bus->netdev = NULL;
	dev_info(bus->dev, "released %s\n", netdev->name);
	netdev_put(netdev, &bus->netdev_tracker);
}

static bool is_ours(const struct cellar_can_bus *bus, const struct net_device *netdev)
{
	const struct fwnode_handle *controller = bus->settings.controller;

	if (netdev->type != ARPHRD_CAN)
		return false;

	/* a driver's netdev has its firmware node at the parent device */
	if (controller)
		return dev_fwnode(&netdev->dev) == controller ||
		       (netdev->dev.parent && dev_fwnode(netdev->dev.parent) == controller);

	return !strcmp(netdev->name, bus->settings.interface);
}

/* A rename does not change the wire: an interface that is bound stays bound. */
static void follow_rename(struct cellar_can_bus *bus)
{
	if (!bus->settings.interface[0] ||
	    !strcmp(bus->settings.interface, bus->netdev->name))
		return;

	dev_info(bus->dev, "%s is now called %s\n", bus->settings.interface,
		 bus->netdev->name);
	strscpy(bus->settings.interface, bus->netdev->name,
		sizeof(bus->settings.interface));
}

static int attach_or_retry(struct cellar_can_bus *bus, struct net_device *netdev)
{
	int ret = attach(bus, netdev);

	bus->deaf = ret < 0;
	if (ret)
		cellar_can_bus_retry(bus);

	return ret;
}

/* Under RTNL. */
static int on_netdev_event(struct notifier_block *notifier, unsigned long event, void *ptr)
{
	struct cellar_can_bus *bus = container_of(notifier, struct cellar_can_bus, notifier);
	struct net_device *netdev = netdev_notifier_info_to_dev(ptr);

	mutex_lock(&bus->filter_lock);

	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
		if (!bus->netdev && is_ours(bus, netdev))
			attach_or_retry(bus, netdev);
		else if (bus->netdev == netdev)
			follow_rename(bus);
		break;
	case NETDEV_DOWN:
		if (bus->netdev == netdev)
			cellar_can_bus_expire(bus);
		break;
	case NETDEV_UNREGISTER:
		if (bus->netdev == netdev) {
			detach(bus);
			cellar_can_bus_lose(bus);
		}
		break;
	}

	mutex_unlock(&bus->filter_lock);

	return NOTIFY_DONE;
}

int cellar_can_filters_start(struct cellar_can_bus *bus)
{
	bus->notifier.notifier_call = on_netdev_event;

	return register_netdevice_notifier_net(&init_net, &bus->notifier);
}

int cellar_can_filters_retry(struct cellar_can_bus *bus)
{
	struct net_device *netdev;
	int ret = 0;

	if (!READ_ONCE(bus->deaf))
		return 0;

	rtnl_lock();
	mutex_lock(&bus->filter_lock);
	if (bus->deaf) {
		bus->deaf = false;
		for_each_netdev(&init_net, netdev) {
			if (!is_ours(bus, netdev))
				continue;
			ret = attach_or_retry(bus, netdev);
			break;
		}
	}
	mutex_unlock(&bus->filter_lock);
	rtnl_unlock();

	return ret;
}

void cellar_can_filters_stop(struct cellar_can_bus *bus)
{
	if (bus->notifier.notifier_call)
		unregister_netdevice_notifier_net(&init_net, &bus->notifier);

	/* the work may have come between, and may still come */
	mutex_lock(&bus->filter_lock);
	bus->deaf = false;
	if (bus->netdev)
		detach(bus);
	mutex_unlock(&bus->filter_lock);

	/* a frame may still be on its way through receive() */
	synchronize_net();
}

void cellar_can_filters_free(struct cellar_can_bus *bus)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bus->filters); i++)
		kfree(bus->filters[i]);
}

/* Put @filters in place of those at @index, which are freed. */
static int replace(struct cellar_can_bus *bus, unsigned int index,
		   struct cellar_can_filters *filters)
{
	struct cellar_can_filters *old;
	int ret = 0;

	mutex_lock(&bus->filter_lock);
	old = bus->filters[index];
	if (bus->netdev && old)
		stop_listening(bus->netdev, old);
	if (bus->netdev && filters)
		ret = listen(bus->netdev, filters);
	bus->filters[index] = ret ? NULL : filters;
	mutex_unlock(&bus->filter_lock);

	if (old)
		synchronize_net();
	kfree(old);
	if (ret)
		kfree(filters);

	return ret;
}

static struct cellar_can_filters *allocate(unsigned int capacity)
{
	struct cellar_can_filters *filters;

	return kzalloc(struct_size(filters, filter, capacity), GFP_KERNEL);
}

static void add(struct cellar_can_bus *bus, struct cellar_can_filters *filters, u32 id,
		const struct cellar_can_row *row, u8 address)
{
	filters->filter[filters->count++] = (struct cellar_can_filter) {
		.bus = bus, .row = row, .id = id, .address = address,
	};
}

static bool listed(const struct cellar_can_filters *filters, u32 id)
{
	unsigned int i;

	for (i = 0; i < filters->count; i++)
		if (filters->filter[i].id == id)
			return true;

	return false;
}

/* The frame by which a pack is first noticed: the first row that speaks of one. */
static const struct cellar_can_row *first_sign(const struct cellar_can_dialect *dialect)
{
	unsigned int i;

	for (i = 0; i < dialect->n_rows; i++)
		if (dialect->rows[i].packs)
			return &dialect->rows[i];

	return NULL;
}

int cellar_can_filters_set(struct cellar_can_bus *bus,
			   const struct cellar_can_dialect *dialect)
{
	bool detect = bus->settings.dialect == CELLAR_DIALECT_NONE;
	const struct cellar_can_row *sign = NULL;
	unsigned int i, capacity = 1;
	struct cellar_can_filters *filters;
	const u16 *id;

	if (detect)
		for (id = cellar_can_detect_ids; *id; id++)
			capacity++;
	if (dialect) {
		sign = first_sign(dialect);
		capacity += dialect->n_rows + (sign ? sign->packs : 0);
	}

	filters = allocate(capacity);
	if (!filters)
		return -ENOMEM;

	add(bus, filters, CELLAR_CAN_KEEPALIVE_ID, NULL, 0);
	for (i = 0; dialect && i < dialect->n_rows; i++)
		if (!dialect->rows[i].packs)
			add(bus, filters, dialect->rows[i].id, &dialect->rows[i], 0);
	for (i = 0; sign && i < sign->packs; i++)
		add(bus, filters, sign->id + i, sign, i + 1);
	if (detect)
		for (id = cellar_can_detect_ids; *id; id++)
			if (!listed(filters, *id))
				add(bus, filters, *id, NULL, 0);

	for (i = 1; i < ARRAY_SIZE(bus->filters); i++)
		if (bus->filters[i])
			replace(bus, i, NULL);

	return replace(bus, 0, filters);
}

int cellar_can_filters_add_pack(struct cellar_can_bus *bus,
				const struct cellar_can_dialect *dialect, u8 address)
{
	const struct cellar_can_row *sign = first_sign(dialect);
	struct cellar_can_filters *filters;
	unsigned int i, capacity = 0;

	if (bus->filters[address])
		return 0;

	for (i = 0; i < dialect->n_rows; i++)
		capacity += &dialect->rows[i] != sign &&
			    dialect->rows[i].packs >= address;

	filters = allocate(capacity);
	if (!filters)
		return -ENOMEM;

	for (i = 0; i < dialect->n_rows; i++) {
		const struct cellar_can_row *row = &dialect->rows[i];

		if (row != sign && row->packs >= address)
			add(bus, filters, row->id + address - 1, row, address);
	}

	return replace(bus, address, filters);
}

void cellar_can_interfaces(char *buf, size_t size)
{
	struct net_device *netdev;
	size_t len = 0;

	buf[0] = '\0';
	rcu_read_lock();
	for_each_netdev_rcu(&init_net, netdev)
		if (netdev->type == ARPHRD_CAN)
			len += snprintf(buf + min(len, size), size - min(len, size), " %s",
					netdev->name);
	rcu_read_unlock();

	if (len >= size)
		strscpy(buf + size - sizeof(" and more"), " and more", sizeof(" and more"));
}
