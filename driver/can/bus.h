/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside cellar-can.ko: a CAN bus with a battery on it.
 */
#ifndef CELLAR_CAN_BUS_H
#define CELLAR_CAN_BUS_H

#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../cellar.h"
#include "../wire/can.h"
#include "../wire/can_detect.h"

struct platform_device;
struct sk_buff;

/**
 * struct cellar_can_settings - what a bus is told by configfs or firmware
 * @label: name of the configfs item, for people; empty for firmware
 * @interface: bind to the interface of this name; empty: use @controller
 * @controller: bind to the interface of this CAN controller
 * @dialect: CELLAR_DIALECT_NONE to find out
 * @model: what the packs are, or NULL
 * @scope_system: this host runs on the battery
 * @keepalive: send 0x305 while no inverter does
 */
struct cellar_can_settings {
	char label[32];
	char interface[IFNAMSIZ];
	struct fwnode_handle *controller;
	enum cellar_dialect dialect;
	const struct cellar_model *model;
	bool scope_system;
	bool keepalive;
};

/*
 * One exact identifier that we listen to, as in struct cellar_can_frame. @row is NULL
 * for what only the detector or the keep-alive wants.
 */
struct cellar_can_filter {
	struct cellar_can_bus *bus;
	const struct cellar_can_row *row;
	u32 id;
	u8 address;
};

/* Filters that come and go together. */
struct cellar_can_filters {
	unsigned int count;
	struct cellar_can_filter filter[];
};

/*
 * What is known of one supply on this bus: the system at index 0, packs at their
 * address.
 */
struct cellar_can_member {
	struct cellar_pack *pack;
	u32 heard;	/* required rows since the last complete sample */
};

struct cellar_can_bus {
	struct device *dev;
	unsigned int number;
	struct cellar_can_settings settings;

	/*
	 * Taken in softirq, for every frame: what has been heard. The members'
	 * packs are created and destroyed by the work; they are only used with
	 * this lock held.
	 */
	spinlock_t lock;
	enum cellar_dialect dialect;
	struct cellar_can_memory memory;
	struct cellar_can_detect detect;
	struct cellar_can_verdict verdict;
	struct cellar_can_member member[1 + CELLAR_CAN_PACKS_MAX];
	u32 new_packs;		/* bit n: address n + 1 was heard first */
	u32 required;		/* rows of a complete sample of the system */
	u32 pack_required;	/* and of a pack */
	unsigned int malformed;	/* before there was a supply to count them */
	unsigned long inverter_heard;
	bool inverter_known;

	/*
	 * Follows a new verdict, makes new packs, and tries again what failed for
	 * lack of memory. Takes RTNL, so that nobody who holds it may wait for it.
	 */
	struct delayed_work work;
	bool mixed;		/* the log says that two systems contradict; only the work */

	/*
	 * The interface and the filters on it. Taken under RTNL, so that nobody
	 * who holds it may take RTNL.
	 */
	struct mutex filter_lock;
	struct net_device *netdev;
	netdevice_tracker netdev_tracker;
	bool deaf;		/* our interface is there but could not be listened to */
	struct cellar_can_filters *filters[1 + CELLAR_CAN_PACKS_MAX];
	struct notifier_block notifier;

	struct delayed_work keepalive;
};

/* bus.c */

/*
 * Start listening as @settings say, or will when the interface appears. All is
 * undone when @dev is unbound. Process context, without RTNL.
 */
int cellar_can_bus_create(struct device *dev, const struct cellar_can_settings *settings);

/*
 * Softirq: a classical data frame with the identifier of @filter has come.
 */
void cellar_can_bus_frame(const struct cellar_can_filter *filter,
			  const struct cellar_can_frame *frame);

/* Softirq: what came with the identifier of @filter was no frame of ours. */
void cellar_can_bus_malformed(const struct cellar_can_filter *filter);

/* Softirq: an RTR or extended frame came on an identifier that may be ours. */
void cellar_can_bus_stranger(struct cellar_can_bus *bus, u16 id);

/* Any context: try again, some time later, what has failed. */
void cellar_can_bus_retry(struct cellar_can_bus *bus);

/* Any context: the interface went down, or away. */
void cellar_can_bus_expire(struct cellar_can_bus *bus);
void cellar_can_bus_lose(struct cellar_can_bus *bus);

/* Softirq: somebody other than us has sent the keep-alive of an inverter. */
void cellar_can_bus_inverter(struct cellar_can_bus *bus);

/* filters.c */

/* Listen for interfaces, and on ours. Process context, without RTNL. */
int cellar_can_filters_start(struct cellar_can_bus *bus);

/* Listen to an interface that could not be listened to when it came; as start. */
int cellar_can_filters_retry(struct cellar_can_bus *bus);

/* Stop; after this no frame is under way any more. Process, without RTNL. */
void cellar_can_filters_stop(struct cellar_can_bus *bus);
void cellar_can_filters_free(struct cellar_can_bus *bus);

/*
 * Listen to what the detector wants and to the system and the first sign of each
 * pack of @dialect (NULL: only the detector). Replaces what was listened to.
 */
int cellar_can_filters_set(struct cellar_can_bus *bus,
			   const struct cellar_can_dialect *dialect);

/* Listen to the rest of what @dialect says of the pack at @address. */
int cellar_can_filters_add_pack(struct cellar_can_bus *bus,
				const struct cellar_can_dialect *dialect, u8 address);

/* The names of the CAN interfaces there are, for a message to people. */
void cellar_can_interfaces(char *buf, size_t size);

/* keepalive.c */
void cellar_can_keepalive_init(struct cellar_can_bus *bus);
void cellar_can_keepalive_start(struct cellar_can_bus *bus);
void cellar_can_keepalive_stop(struct cellar_can_bus *bus);

/* Whether a keep-alive that was heard is one of our own, looped back. */
bool cellar_can_keepalive_is_ours(const struct sk_buff *skb);

/* platform.c */

/*
 * A bus for configfs, already bound to its driver. platform_device_unregister()
 * ends it. Process context, without RTNL.
 */
struct platform_device *
cellar_can_platform_device(unsigned int id, const struct cellar_can_settings *settings);

/* Number of such a bus, and the present name of its interface (IFNAMSIZ). */
unsigned int cellar_can_bus_number(struct platform_device *pdev);
void cellar_can_bus_interface(struct platform_device *pdev, char *name);
int cellar_can_platform_init(void);
void cellar_can_platform_exit(void);

/* configfs.c */
int cellar_can_configfs_init(void);
void cellar_can_configfs_exit(void);

#endif /* CELLAR_CAN_BUS_H */
