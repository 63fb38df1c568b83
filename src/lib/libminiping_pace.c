/* libminiping_pace.c - half of the table's neighbours at once, the others as fast as dead ones leave it. */
#include "lib/libminiping_pace.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LIMIT_MIN 64u            /* of a table that is paced by; a smaller one is not meant for sweeps */
#define STAY_NS   (4 * NS_PER_S) /* of a dead neighbour in its table: 3 s, and a quarter of the table for others */

void libminiping_pace_open(struct libminiping_pace *p, size_t n_hosts, int64_t started_ns, int64_t spread_ns)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct neighbours_table table;

	*p = (struct libminiping_pace){ .started_ns = started_ns, .spread_ns = spread_ns };
	if (n_hosts <= LIMIT_MIN / 2 || neighbours_nets(&p->nets, &p->n_nets))
		return;
	for (size_t i = 0; i < 2; i++)
		if (!neighbours_table(families[i], &table))
			p->tables[i].limit = table.limit;
}

void libminiping_pace_close(struct libminiping_pace *p)
{
	free(p->nets);
	p->nets = NULL;
	p->n_nets = 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t spread_start_ns(struct libminiping_pace *p, size_t i, int64_t now_ns)
{
	int64_t at_ns = p->started_ns + (int64_t)i * p->spread_ns;

	if (at_ns < now_ns)
		at_ns = later(now_ns, p->latest_ns + p->spread_ns);
	p->latest_ns = later(p->latest_ns, at_ns);
	return at_ns;
}

int64_t libminiping_pace_first_ns(struct libminiping_pace *p, size_t i, const struct addr *a, int64_t now_ns)
{
	struct libminiping_pace_table *t = &p->tables[a->family == AF_INET6];
	int64_t at_ns = spread_start_ns(p, i, now_ns);

	if (t->limit < LIMIT_MIN || !neighbours_among(p->nets, p->n_nets, a) || ++t->n_begun <= t->limit / 2)
		return at_ns;
	t->latest_ns = later(at_ns, later(t->latest_ns, p->started_ns) + STAY_NS / t->limit);
	return t->latest_ns;
}
