// SPDX-License-Identifier: GPL-2.0-only
/*
 * One listener and one program on it: who does not read in time is no longer there.
 */
#include "premises_wires.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TELL_MS		1000
#define BLOCK_SIZE	2048
#define MJ_PER_WH	3600000
#define MOST_MA		1000000

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
	w->n = 0;
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

/* "box NAME MA" */
static void take(struct premises *p, const char *line, u64 now_ms)
{
	const char *number = strrchr(line, ' ');
	size_t length = number ? (size_t)(number - line) : 0;
	unsigned long ma;
	char *end = NULL;

	ma = number ? strtoul(number + 1, &end, 10) : 0;
	if (length <= 4 || strncmp(line, "box ", 4) != 0 || end == number + 1 || *end ||
	    ma > MOST_MA) {
		fprintf(stderr, "cellar-sim: '%.40s' is not 'box NAME MA'\n", line);
		return;
	}
	for (unsigned int i = 0; i < p->home->site.chargers; i++) {
		const char *name = p->box[i].config->name;

		if (strlen(name) == length - 4 && !strncmp(line + 4, name, length - 4))
			premises_tell_box(p, i, (u32)ma, now_ms);
	}
}

static void hear(struct premises_wires *w, struct premises *p, u64 now_ms)
{
	ssize_t n = read(w->fd, w->text + w->n, sizeof(w->text) - 1 - w->n);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(w);
		return;
	}
	w->n += (size_t)n;
	w->text[w->n] = '\0';
	while ((end = strchr(w->text, '\n'))) {
		*end = '\0';
		take(p, w->text, now_ms);
		w->n -= (size_t)(end + 1 - w->text);
		memmove(w->text, end + 1, w->n + 1);
	}
	if (w->n == sizeof(w->text) - 1)
		w->n = 0;
}

static const char *car_word(const struct premises_box *box)
{
	return !box->plugged ? "none" : box->w > 0 ? "charges" : "plugged";
}

static void tell(struct premises_wires *w, struct premises *p)
{
	char block[BLOCK_SIZE];
	int n = snprintf(block, sizeof(block), "drm %u\n", p->drm);

	for (unsigned int i = 0; i < p->home->site.chargers; i++) {
		struct premises_box *box = &p->box[i];

		n += snprintf(block + n, sizeof(block) - (size_t)n,
			      "box %s %s %.0f %llu %u %u %s\n", box->config->name, car_word(box), box->w,
			      (unsigned long long)(box->given_mj / MJ_PER_WH),
			      box->plugged ? box->most_ma : 0, box->config->phases, box->card);
		box->card[0] = '\0';
	}
	n += snprintf(block + n, sizeof(block) - (size_t)n, ".\n");
	if (send(w->fd, block, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n)
		hang_up(w);
}

void premises_wires_run(struct premises_wires *w, struct premises *p, u64 now_ms, bool news)
{
	if (w->listener < 0)
		return;
	if (w->fd < 0)
		w->fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (w->fd >= 0)
		hear(w, p, now_ms);
	if (w->fd < 0 || (!news && now_ms < w->next_ms))
		return;
	w->next_ms = now_ms + TELL_MS;
	tell(w, p);
}

int premises_wires_fd(const struct premises_wires *w)
{
	return w->fd >= 0 ? w->fd : w->listener;
}
