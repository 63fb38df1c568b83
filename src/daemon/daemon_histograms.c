/* daemon_histograms.c - counts the RTT of each reply, for the metrics. */
#include "daemon/daemon_private.h"

#include <errno.h>
#include <math.h>

#define DEFAULT_FIRST_NS (50 * NS_PER_US) /* smokeping_prober's buckets: each twice the one before */
#define DEFAULT_BUCKETS  20u

static void on_settled(void *data, uint32_t number, const struct settled *s, const struct target_change *c)
{
	struct daemon *d = data;

	(void)c;
	if (s->outcome == OUTCOME_REPLY)
		histograms_count(d->histograms, number, fleet_at(d->fleet, number), s->rtt_ns);
}

static size_t bounds_of(const struct metrics_options *o, int64_t bounds[HISTOGRAMS_BOUNDS_MAX])
{
	for (size_t i = 0; i < o->n_buckets; i++)
		bounds[i] = llround(o->buckets[i] * NS_PER_S);
	if (o->n_buckets)
		return o->n_buckets;
	for (size_t i = 0; i < DEFAULT_BUCKETS; i++)
		bounds[i] = DEFAULT_FIRST_NS << i;
	return DEFAULT_BUCKETS;
}

int daemon_histograms_prepare(struct daemon *d, const struct metrics_options *o)
{
	int64_t bounds[HISTOGRAMS_BOUNDS_MAX];
	size_t n = bounds_of(o, bounds);

	if (d->histograms && histograms_are(d->histograms, bounds, n, o->smokeping_prober))
		return 0;
	d->histograms_next = histograms_new(bounds, n, o->smokeping_prober);
	return d->histograms_next ? 0 : -ENOMEM;
}

void daemon_histograms_use(struct daemon *d)
{
	if (!d->histograms_next)
		return;
	if (!d->histograms) {
		d->histograms_listener = (struct listener){ .on_settled = on_settled, .data = d };
		events_add(&d->events, &d->histograms_listener);
	}
	histograms_free(d->histograms);
	d->histograms = d->histograms_next;
	d->histograms_next = NULL;
}

void daemon_histograms_drop(struct daemon *d)
{
	histograms_free(d->histograms_next);
	d->histograms_next = NULL;
}
