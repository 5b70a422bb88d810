// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which supplies there are, and when each has something new: a monitor of the kernel's
 * uevents, and EPOLLPRI on each `samples` file. What a folder says is psy_read.c.
 */
#include "psy.h"

#include <dirent.h>
#include <fcntl.h>
#include <libudev.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* @io: NULL when the file announces nothing */
struct watch {
	struct watch *next;
	struct psy_source *source;
	sd_event_source *io;
	int samples_fd;
	struct psy_files files;
	bool seen;
	char name[SUPPLY_NAME_SIZE];
};

struct psy_source {
	sd_event *event;
	const struct psy_hooks *hooks;
	void *user;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *monitor_io;
	struct watch *watches;
	unsigned int room;	/* of psy_files */
	int class_fd;
};

static void watch_free(struct watch *w)
{
	sd_event_source_disable_unref(w->io);
	psy_files_end(&w->files);
	close(w->samples_fd);
	free(w);
}

static void forget(struct psy_source *source, const char *name)
{
	struct watch **at, *w;

	for (at = &source->watches; (w = *at); at = &w->next) {
		if (strcmp(w->name, name) != 0)
			continue;
		*at = w->next;
		source->hooks->gone(source->user, w->name);
		watch_free(w);
		return;
	}
}

/* Whether the supply is still there. The counter is read first: it arms the next wake-up. */
static bool report(struct watch *w)
{
	struct psy_source *source = w->source;
	struct supply supply;
	char count[16];

	/* a folder of ordinary files: what is not there yet may come */
	if (!w->io)
		psy_files_begin(&w->files, NULL);
	if (pread(w->samples_fd, count, sizeof(count), 0) < 0 ||
	    psy_read(source->class_fd, w->name, &w->files, &supply))
		return false;

	source->hooks->heard(source->user, &supply);

	return true;
}

static int on_sample(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct watch *w = user;

	(void)io;
	(void)fd;
	(void)events;
	if (!report(w))
		forget(w->source, w->name);

	return 0;
}

static int open_samples(int class_fd, const char *name)
{
	char path[SUPPLY_NAME_SIZE + sizeof("/cellar/samples")];
	int fd;

	snprintf(path, sizeof(path), "%s/cellar/samples", name);
	fd = openat(class_fd, path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int watch_add(struct psy_source *source, const char *name)
{
	struct watch *w;
	int fd, ret;

	if (strlen(name) >= SUPPLY_NAME_SIZE)
		return 0;

	fd = open_samples(source->class_fd, name);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;

	w = calloc(1, sizeof(*w));
	if (!w) {
		close(fd);
		return -ENOMEM;
	}
	w->source = source;
	w->samples_fd = fd;
	w->seen = true;
	psy_files_begin(&w->files, &source->room);
	snprintf(w->name, sizeof(w->name), "%s", name);

	/* an ordinary file, not one of sysfs: EPERM */
	ret = sd_event_add_io(source->event, &w->io, fd, EPOLLPRI, on_sample, w);
	if ((ret < 0 && ret != -EPERM) || !report(w)) {
		watch_free(w);
		return ret < 0 && ret != -EPERM ? ret : 0;
	}
	w->next = source->watches;
	source->watches = w;

	return 0;
}

static struct watch *watch_of(const struct psy_source *source, const char *name)
{
	struct watch *w;

	for (w = source->watches; w && strcmp(w->name, name) != 0; w = w->next)
		;

	return w;
}

/* Come and gone since the last time. */
static int scan(struct psy_source *source)
{
	struct watch *w, *next;
	struct dirent *entry;
	int fd, ret = 0;
	DIR *dir;

	fd = openat(source->class_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		ret = -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	for (w = source->watches; w; w = w->next)
		w->seen = false;
	while (ret >= 0 && (entry = readdir(dir))) {
		w = watch_of(source, entry->d_name);
		if (w)
			w->seen = true;
		else
			ret = watch_add(source, entry->d_name);
	}
	closedir(dir);
	for (w = source->watches; w; w = next) {
		next = w->next;
		if (!w->seen)
			forget(source, w->name);
	}

	return ret;
}

/*
 * The kernel's own message: the files are there, and no udevd need run. A supply that has
 * come may say no more than that it has changed.
 */
static int on_uevent(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct psy_source *source = user;
	struct udev_device *device;

	(void)io;
	(void)fd;
	(void)events;
	while ((device = udev_monitor_receive_device(source->monitor))) {
		const char *action = udev_device_get_action(device);
		const char *name = udev_device_get_sysname(device);

		if (action && name && !strcmp(action, "remove")) {
			forget(source, name);
		} else if (name && !watch_of(source, name)) {
			watch_add(source, name);
		}
		udev_device_unref(device);
	}
	/* messages were lost: whoever has come or gone is found in the folder */
	if (errno != EAGAIN)
		scan(source);

	return 0;
}

static int monitor_new(struct psy_source *source)
{
	int ret;

	source->udev = udev_new();
	if (!source->udev)
		return -ENOMEM;

	source->monitor = udev_monitor_new_from_netlink(source->udev, "kernel");
	if (!source->monitor)
		return -errno;

	ret = udev_monitor_filter_add_match_subsystem_devtype(source->monitor, "power_supply",
							       NULL);
	if (ret >= 0)
		ret = udev_monitor_enable_receiving(source->monitor);
	if (ret < 0)
		return ret;

	return sd_event_add_io(source->event, &source->monitor_io,
			       udev_monitor_get_fd(source->monitor), EPOLLIN, on_uevent, source);
}

int psy_source_new(struct psy_source **source, sd_event *event, const char *class,
		   const struct psy_hooks *hooks, void *user)
{
	struct psy_source *s;
	int ret = 0;

	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;

	s->event = event;
	s->hooks = hooks;
	s->user = user;
	s->room = PSY_OPEN_MAX;
	s->class_fd = open(class, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->class_fd < 0)
		ret = -errno;
	if (ret >= 0 && !strcmp(class, PSY_CLASS))
		ret = monitor_new(s);
	if (ret >= 0)
		ret = scan(s);
	if (ret < 0) {
		psy_source_free(s);
		return ret;
	}
	*source = s;

	return 0;
}

void psy_source_free(struct psy_source *source)
{
	struct watch *w;

	if (!source)
		return;

	while ((w = source->watches)) {
		source->watches = w->next;
		watch_free(w);
	}
	sd_event_source_disable_unref(source->monitor_io);
	udev_monitor_unref(source->monitor);
	udev_unref(source->udev);
	if (source->class_fd >= 0)
		close(source->class_fd);
	free(source);
}

void psy_source_tick(struct psy_source *source)
{
	struct watch *w, *next;

	if (source->monitor)
		return;

	scan(source);
	for (w = source->watches; w; w = next) {
		next = w->next;
		if (!w->io && !report(w))
			forget(source, w->name);
	}
}
