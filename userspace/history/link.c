// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message to the socket, and one from it.
 */
#include "link.h"

#include <sys/socket.h>

int link_send(int fd, const struct link_message *message, size_t size)
{
	ssize_t n;

	do
		n = send(fd, message, sizeof(message->header) + size, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : 0;
}

int link_receive(int fd, struct link_message *message, size_t *size)
{
	ssize_t n;

	do
		n = recv(fd, message, sizeof(*message), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (!n)
		return -EPIPE;
	if ((size_t)n < sizeof(message->header))
		return -EBADMSG;
	*size = (size_t)n - sizeof(message->header);

	return 0;
}
