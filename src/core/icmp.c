/* icmp.c - the ICMP sockets of an engine, and the lanes that they send by. */
#include "core/engine_private.h"

#include "core/encode.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define OTHER_FDS    32u               /* descriptors for all but the sockets that send */
#define RCVBUF_ASKED (4 * 1024 * 1024) /* at least: a burst of 1,000 packets, however accounted; taken if granted */

/* The sockets of both IP versions are of one kind: raw if either may be. Want of memory is no sign that the host lacks
 * one. */
static int open_socks(struct engine *e, bool ping, unsigned n_lanes)
{
	static const int families[2] = { AF_INET, AF_INET6 };
	int err = -EAFNOSUPPORT, first_err = 0;

	for (size_t i = 0; i < 2; i++) {
		err = sock_open(&e->icmp.channels[i].sock, families[i], ping, n_lanes);
		if (err && err != -EAFNOSUPPORT && !first_err)
			first_err = err;
	}
	if (first_err != -ENOMEM && (e->icmp.channels[0].sock || e->icmp.channels[1].sock))
		return 0;
	return first_err ? first_err : err;
}

/* A quarter is for targets that answer, which fill no buffer; what waits is spread over the rest. Of ping sockets, each
 * of which is an id, it is half: eight ids that take turns rest for half a minute each. */
_Static_assert(ENGINE_LANES == SOCK_LANES && SOCK_LANES <= ENGINE_IDS, "each ping socket is an id");

static int open_lanes(struct channel *c)
{
	c->n_lanes = sock_lanes(c->sock);
	c->n_answering = sock_is_ping(c->sock) ? (c->n_lanes + 1) / 2 : (c->n_lanes + 3) / 4;
	c->lanes = calloc(c->n_lanes, sizeof(*c->lanes));
	return c->lanes ? 0 : -ENOMEM;
}

/* As many lanes as leave room for the rest, such as a log, where few descriptors are left: who opens them learns how
 * many only by opening them. */
static unsigned lanes_that_fit(unsigned n_lanes)
{
	int fds[OTHER_FDS + 2 * ENGINE_LANES];
	unsigned n = 0, n_fit;

	while (n < OTHER_FDS + 2 * n_lanes && (fds[n] = eventfd(0, EFD_CLOEXEC)) >= 0)
		n++;
	n_fit = n > OTHER_FDS + 2 ? (n - OTHER_FDS) / 2 : 1;
	while (n)
		close(fds[--n]);
	return n_fit;
}

int icmp_open(struct engine *e, unsigned n_lanes)
{
	int err;

	n_lanes = lanes_that_fit(n_lanes);
	err = open_socks(e, false, n_lanes);
	if (err == -EPERM || err == -EACCES) {
		err = open_socks(e, true, n_lanes);
		e->stats.ping = !err;
	}
	if (err)
		return err == -EACCES ? -EPERM : err;
	for (size_t i = 0; i < 2 && !err; i++) {
		struct channel *c = &e->icmp.channels[i];

		c->drained = c->mark = e->clock;
		if (!c->sock)
			continue;
		err = open_lanes(c);
	}
	return err;
}

int icmp_fd(const struct engine *e)
{
	const struct channel *c = e->icmp.channels;

	return sock_lane_fd(c[0].sock ? c[0].sock : c[1].sock);
}

void icmp_close(struct engine *e)
{
	for (size_t i = 0; i < 2; i++) {
		sock_close(e->icmp.channels[i].sock);
		free(e->icmp.channels[i].lanes);
	}
	payload_fini(&e->icmp.payload);
}

int icmp_reserve(struct engine *e, uint32_t size_max, int rcvbuf)
{
	int err = payload_reserve(&e->icmp.payload, size_max - ENCODE_NONCE_LEN);

	for (size_t i = 0; i < 2 && !err; i++) {
		struct channel *c = &e->icmp.channels[i];

		if (!c->sock)
			continue;
		err = sock_reserve(c->sock, size_max, rcvbuf < RCVBUF_ASKED ? RCVBUF_ASKED : rcvbuf);
		e->stats.rcvbuf = c->rcvbuf = sock_rcvbuf(c->sock);
	}
	return err;
}
