/* daemon_generation.c - targets first, then histograms, then what is small. Configurations are kept slice by slice: a
 * reload that is being applied has the fleet borrow from two. */
#include "daemon/daemon_generation.h"

#include "daemon/config_report.h"
#include "daemon/config_rows.h"
#include "daemon/daemon_private.h"
#include "dns/dns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGETS    64u  /* a step: some 10 µs */
#define HISTOGRAMS 200u /* likewise */
#define ROWS_USUAL 1000u

struct made {
	struct post_item item; /* first */
	struct generation g;
	struct config_report *report;
	struct config **configs; /* the last one is in force */
	size_t n_configs, room;
	bool has_begun, has_targets;
};

static void free_generation(struct generation *g)
{
	made_free((struct made *)((char *)g - offsetof(struct made, g)));
}

struct made *made_new(size_t bytes)
{
	struct made *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->g.free = free_generation;
	m->g.targets = snapshot_new(ROWS_USUAL);
	if (!m->g.targets || snapshot_reserve(m->g.targets, bytes)) {
		made_free(m);
		return NULL;
	}
	return m;
}

void made_free(struct made *m)
{
	if (!m)
		return;
	snapshot_free(m->g.targets);
	histograms_free(m->g.histograms);
	config_report_unref(m->report);
	for (size_t i = 0; i < m->n_configs; i++)
		config_free(m->configs[i]);
	free(m->configs);
	free(m);
}

struct post_item *made_item(struct made *m)
{
	return &m->item;
}

struct made *made_of_item(struct post_item *it)
{
	return (struct made *)it;
}

static int keep(struct made *m, struct config *c)
{
	for (size_t i = 0; i < m->n_configs; i++)
		if (m->configs[i] == c)
			return 0;
	if (m->n_configs == m->room) {
		size_t room = m->room ? 2 * m->room : 4;
		struct config **configs = reallocarray(m->configs, room, sizeof(struct config *));

		if (!configs)
			return -ENOMEM;
		m->configs = configs;
		m->room = room;
	}
	m->configs[m->n_configs++] = config_ref(c);
	return 0;
}

/* All that the fleet borrows from now. */
static int keep_all(struct made *m, struct daemon *d)
{
	int err = keep(m, d->config);

	if (!err && d->reload.applying)
		err = keep(m, d->reload.applying);
	for (size_t i = 0; i < d->leases.n && !err; i++)
		if (d->leases.at[i].config)
			err = keep(m, d->leases.at[i].config);
	return err;
}

static void begin(struct made *m)
{
	struct clock_pair now = clock_pair_now();

	m->g.at_ns = now.mono_ns;
	m->g.at_real_ns = now.real_ns;
	m->has_begun = true;
}

/* As histograms_copy_some. */
static int fill_histograms(struct made *m, const struct daemon *d)
{
	int more;

	if (!m->g.histograms)
		m->g.histograms = histograms_copy_new(d->histograms);
	if (!m->g.histograms)
		return -ENOMEM;
	more = histograms_copy_some(m->g.histograms, d->histograms, HISTOGRAMS);
	if (more != -ESTALE)
		return more;
	histograms_free(m->g.histograms);
	m->g.histograms = NULL;
	return 1;
}

static void fill_status(struct made *m, struct daemon *d)
{
	struct engine_stats engine = engine_stats(d->engine);
	struct snapshot_counts n = snapshot_counts(m->g.targets);
	struct status *s = &d->served->status; /* of its own: its rate is since the generation before */

	status_update(s, &engine, clock_mono_ns());
	m->g.status = *s;
	m->g.status.n_targets = n.n_targets;
	memcpy(m->g.status.n_in_state, n.n_in_state, sizeof(n.n_in_state));
	memcpy(m->g.status.reload_error, d->status.reload_error, sizeof(d->status.reload_error));
	m->g.n_names = dns_count(d->dns);
	m->g.n_names_unresolved = n.n_unresolved;
}

static void fill_rest(struct made *m, struct daemon *d)
{
	fill_status(m, d);
	m->report = config_report_ref(d->report);
	m->g.config = config_report_value(m->report);
	m->g.is_ready = d->is_ready;
	m->g.log_dropped = log_dropped(d->log);
	m->g.log_lines = log_lines(d->log) - m->g.log_dropped;
	m->g.saves = daemon_state_saves(d);
	m->g.events_lost = serve_events_lost(d->served->serve);
	/* For generation_config_text. */
	for (size_t i = 0; i + 1 < m->n_configs; i++) {
		if (m->configs[i] == d->config) {
			m->configs[i] = m->configs[m->n_configs - 1];
			m->configs[m->n_configs - 1] = d->config;
		}
	}
}

int made_fill_some(struct made *m, struct daemon *d)
{
	int more = keep_all(m, d);

	if (more < 0)
		return more;
	if (!m->has_begun)
		begin(m);
	if (!m->has_targets) {
		more = snapshot_take_some(m->g.targets, d->fleet, TARGETS);
		m->has_targets = !more;
		return more < 0 ? more : 1;
	}
	more = fill_histograms(m, d);
	if (!more)
		fill_rest(m, d);
	return more;
}

struct generation *made_give(struct made *m)
{
	return &m->g;
}

size_t made_bytes(const struct made *m)
{
	return snapshot_used(m->g.targets);
}

int generation_config_text(const struct generation *g, char **text, size_t *len)
{
	const struct made *m = (const struct made *)((const char *)g - offsetof(struct made, g));
	struct config_target *targets;
	size_t n;
	FILE *f;
	int err = config_rows(&targets, &n, g->targets);

	if (err)
		return err;
	f = open_memstream(text, len);
	if (f)
		err = config_dump_targets(f, m->configs[m->n_configs - 1], targets, n);
	if (!f || fclose(f))
		err = -ENOMEM;
	if (err && f)
		free(*text);
	free(targets);
	return err;
}
