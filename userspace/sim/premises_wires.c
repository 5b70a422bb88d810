// SPDX-License-Identifier: GPL-2.0-only
/*
 * One listener and one program on it: who does not read in time is no longer there.
 */
#include "premises_wires.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TELL_MS		1000

int premises_wires_open(struct premises_wires *w, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*w = (struct premises_wires){ .path = path, .listener = -1, .fd = -1 };
	if (!path)
		return 0;
	if (strlen(path) >= sizeof(address.sun_path)) {
		fprintf(stderr, "cellar-sim: --wires %s: is too long for a socket\n", path);
		return -EINVAL;
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->listener >= 0 && !bind(w->listener, (struct sockaddr *)&address, sizeof(address)) &&
	    !listen(w->listener, 1))
		return 0;
	fprintf(stderr, "cellar-sim: --wires %s: %s\n", path, strerror(errno));
	premises_wires_close(w);
	return -EIO;
}

static void hang_up(struct premises_wires *w)
{
	close(w->fd);
	w->fd = -1;
}

void premises_wires_close(struct premises_wires *w)
{
	if (w->fd >= 0)
		hang_up(w);
	if (w->listener < 0)
		return;
	close(w->listener);
	unlink(w->path);
	w->listener = -1;
}

static void tell(struct premises_wires *w, const struct premises *p)
{
	char line[16];
	int n = snprintf(line, sizeof(line), "drm %u\n", p->drm);

	if (send(w->fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n)
		hang_up(w);
}

void premises_wires_run(struct premises_wires *w, const struct premises *p, u64 now_ms,
			bool news)
{
	if (w->listener < 0)
		return;
	if (w->fd < 0)
		w->fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (w->fd < 0 || (!news && now_ms < w->next_ms))
		return;
	w->next_ms = now_ms + TELL_MS;
	tell(w, p);
}
