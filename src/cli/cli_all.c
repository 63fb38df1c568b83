/* cli_all.c - looks every name up, and then makes the list of hosts anew. */
#include "cli/cli_all.h"

#include "base/clock.h"
#include "cli/cli_signals.h"
#include "dns/host.h"
#include "dns/resolve.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 100 /* an interrupt may come just before the wait, and end none */

struct found { /* of one name */
	struct addr *addrs;
	size_t n;
};

struct lookup {
	struct found *found; /* by place in the list of hosts */
	size_t n_left;
	int err;
};

static bool is_new(const struct found *f, const struct addr *a)
{
	for (size_t i = 0; i < f->n; i++)
		if (addr_equal(&f->addrs[i], a))
			return false;
	return true;
}

static void on_answer(void *data, const struct resolve_answer *a)
{
	struct lookup *l = data;
	struct found f = { .addrs = a->error ? NULL : reallocarray(NULL, a->n_addrs, sizeof(*f.addrs)) };

	l->n_left--;
	if (a->lacks_memory || (!a->error && !f.addrs))
		l->err = -ENOMEM;
	for (size_t i = 0; f.addrs && i < a->n_addrs; i++)
		if (is_new(&f, &a->addrs[i]))
			f.addrs[f.n++] = a->addrs[i];
	l->found[a->tag] = f;
}

static int ask(struct lookup *l, struct resolve *r, const struct cli_hosts *h, enum family family)
{
	for (size_t i = 0; i < h->n; i++) {
		struct host host;
		int err;

		if (host_parse(&host, h->at[i]) || host.addr.family != AF_UNSPEC)
			continue;
		err = resolve_name(r, h->at[i], family, 0, (uint32_t)i);
		if (err)
			return err;
		l->n_left++;
	}
	return 0;
}

static int wait_for_all(struct lookup *l, struct resolve *r)
{
	while (l->n_left && !l->err) {
		struct pollfd p = { .fd = resolve_fd(r), .events = POLLIN };
		int64_t left_ns = resolve_next_ns(r) - clock_mono_ns();

		if (cli_signals_interrupted() || cli_signals_late())
			return -EINTR;
		poll(&p, 1,
		     left_ns >= LOOK_MS * NS_PER_MS ? LOOK_MS
		     : left_ns > 0                  ? (int)(left_ns / NS_PER_MS) + 1
		                                    : 0);
		resolve_turn(r, clock_mono_ns());
	}
	return l->err;
}

static int add_found(struct cli_hosts *all, const char *host, const struct found *f)
{
	char text[ADDR_STRLEN];
	int err = f->n ? 0 : cli_hosts_add(all, host);

	for (size_t i = 0; i < f->n && !err; i++)
		err = cli_hosts_add(all, addr_format(&f->addrs[i], text));
	return err;
}

/* The list anew. Where that fails, *h has the words why. */
static int replace(struct cli_hosts *h, const struct found *found)
{
	struct cli_hosts all = { .listed = h->listed };
	int err = 0;

	for (size_t i = 0; i < h->n && !err; i++)
		err = add_found(&all, h->at[i], &found[i]);
	if (err) {
		memcpy(h->error, all.error, sizeof(h->error));
		cli_hosts_fini(&all);
		return err;
	}
	cli_hosts_fini(h);
	*h = all;
	return 0;
}

int cli_all(struct cli_hosts *h, int family)
{
	static const enum family families[] = {
		[AF_UNSPEC] = FAMILY_ANY, [AF_INET] = FAMILY_IPV4, [AF_INET6] = FAMILY_IPV6
	};
	struct lookup l = { .found = calloc(h->n, sizeof(*l.found)) };
	const size_t n = h->n;
	struct resolve *r = NULL;
	int err = l.found ? resolve_open(&r, on_answer, NULL, &l) : -ENOMEM;

	if (!err)
		err = resolve_use_nss(r);
	if (!err)
		err = ask(&l, r, h, families[family]);
	if (!err)
		err = wait_for_all(&l, r);
	resolve_close(r);
	if (!err)
		err = replace(h, l.found);
	for (size_t i = 0; l.found && i < n; i++)
		free(l.found[i].addrs);
	free(l.found);
	return err;
}
