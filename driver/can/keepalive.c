// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keep-alive of an inverter, 0x305 with eight zeros once a second, for
 * batteries that fall silent without one (protocols.md 1.5). Off unless asked
 * for, and silent while a real inverter is heard: two of them would confuse a
 * battery. The only frame this driver ever sends.
 */
#include <linux/can.h>
#include <linux/can/core.h>
#include <linux/can/dev.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "bus.h"

#define PERIOD		HZ

/* How long after its last frame an inverter still counts as there. */
#define INVERTER_GONE	(5 * HZ)

/* Tells our own frame from an inverter's when the interface loops it back. */
#define MARK		0x43454c4cu

bool cellar_can_keepalive_is_ours(const struct sk_buff *skb)
{
	return skb->mark == MARK;
}

static bool inverter_is_there(struct cellar_can_bus *bus)
{
	bool there;

	spin_lock_bh(&bus->lock);
	there = bus->inverter_known &&
		time_before(jiffies, bus->inverter_heard + INVERTER_GONE);
	bus->inverter_known = there;
	spin_unlock_bh(&bus->lock);

	return there;
}

static void send(struct net_device *netdev)
{
	struct can_frame *cf;
	struct sk_buff *skb;

	if (!netif_running(netdev))
		return;

	skb = alloc_can_skb(netdev, &cf);
	if (!skb)
		return;

	cf->can_id = CELLAR_CAN_KEEPALIVE_ID;
	cf->len = CAN_MAX_DLEN;
	skb->mark = MARK;

	/*
	 * A bus that is off, full or without an acknowledging partner is a normal
	 * state here: the next second tries again.
	 */
	can_send(skb, 1);
}

static void keepalive_work(struct work_struct *work)
{
	struct cellar_can_bus *bus =
		container_of(to_delayed_work(work), struct cellar_can_bus, keepalive);

	mutex_lock(&bus->filter_lock);
	if (bus->netdev && !inverter_is_there(bus))
		send(bus->netdev);
	mutex_unlock(&bus->filter_lock);

	schedule_delayed_work(&bus->keepalive, PERIOD);
}

void cellar_can_keepalive_init(struct cellar_can_bus *bus)
{
	INIT_DELAYED_WORK(&bus->keepalive, keepalive_work);
}

void cellar_can_keepalive_start(struct cellar_can_bus *bus)
{
	/* listen first: an inverter that is there must be heard before we speak */
	if (bus->settings.keepalive)
		schedule_delayed_work(&bus->keepalive, INVERTER_GONE);
}

void cellar_can_keepalive_stop(struct cellar_can_bus *bus)
{
	cancel_delayed_work_sync(&bus->keepalive);
}
