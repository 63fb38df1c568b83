/* history_detail.c - points of single probes. Their minutes' rows say which there are, so that what is not kept of one
 * is seen. */
#include "store/history_reader_private.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>

static int on_probe(void *to, const struct detail_probe *p)
{
	struct history_gathering *g = to;
	void *probes = g->probes;
	bool ok = array_reserve(&probes, &g->probes_room, g->n_probes + 1, sizeof(*g->probes));

	g->probes = probes;
	if (!ok)
		return -ENOMEM;
	g->probes[g->n_probes++] = *p;
	return 0;
}

static int by_second(const void *a, const void *b)
{
	return ((const struct detail_probe *)a)->second - ((const struct detail_probe *)b)->second;
}

/* A step of single probes is exact: its row is made of them as a minute's is. */
static int emit_probes(struct history_gathering *g)
{
	int error;

	if (!g->probe_row.n_sent && !g->probe_row.n_not_sent)
		return 0;
	row_of_codes(&g->probe_row, g->codes, g->n_codes);
	error = history_point_add(g, &g->probe_row);
	g->probe_row = (struct row){ .n_sent = 0 };
	g->n_codes = 0;
	return error;
}

static int take_probe(struct history_gathering *g, int64_t at_s, const struct detail_probe *p, bool is_incomplete)
{
	void *codes = g->codes;
	struct row *r = &g->probe_row;
	int error = at_s / g->step_s == g->step ? 0 : emit_probes(g);
	bool ok = array_reserve(&codes, &g->codes_room, g->n_codes + 1, sizeof(*g->codes));

	g->codes = codes;
	if (error || !ok)
		return error ? error : -ENOMEM;
	g->step = at_s / g->step_s;
	r->n_sent += p->kind != DETAIL_NOT_SENT;
	r->n_lost += p->kind == DETAIL_LOST;
	r->n_unknown += p->kind == DETAIL_UNKNOWN;
	r->n_not_sent += p->kind == DETAIL_NOT_SENT;
	r->is_incomplete |= is_incomplete;
	if (p->kind == DETAIL_REPLY)
		g->codes[g->n_codes++] = p->rtt;
	return 0;
}

/* The probes of the minute. A restart within it, and a clock that was set back, have put them one part behind the
 * other. */
static int take_probes(struct history_gathering *g, bool is_incomplete)
{
	int error = 0;

	if (!g->n_probes)
		return 0;
	qsort(g->probes, g->n_probes, sizeof(*g->probes), by_second);
	for (size_t i = 0; i < g->n_probes && !error; i++) {
		int64_t at_s = g->minute_s + g->probes[i].second;

		if (at_s >= g->first_s && at_s < g->last_s)
			error = take_probe(g, at_s, &g->probes[i], is_incomplete);
	}
	return error;
}

/* Of the minute whose row is minute; -ENODATA: its probes are not kept. */
static int gather_minute(struct history_reader *r, struct history_gathering *g, uint32_t series,
                         const struct row *minute)
{
	int64_t id = history_chunk_id(g->minute_s / 60, series / DETAIL_CHUNK_SERIES);
	sqlite3_stmt *s = history_sql_bind(r->sql[READ_DETAIL], &id, 1);
	int answer = sqlite3_step(s), error = -ENODATA;

	g->n_probes = 0;
	if (answer == SQLITE_ROW) {
		const void *bytes = sqlite3_column_blob(s, 0);

		error = detail_block_read(bytes, (size_t)sqlite3_column_bytes(s, 0), series, on_probe, g);
		if (error == -EBADMSG || g->n_probes < (size_t)minute->n_sent + minute->n_not_sent)
			error = -ENODATA;
	} else if (answer != SQLITE_DONE) {
		error = history_sql_errno(r->db);
	}
	sqlite3_reset(s);
	return error ? error : take_probes(g, minute->is_incomplete);
}

int history_detail(struct history_reader *r, struct history_gathering *g, uint32_t series)
{
	const struct history_tier *t = &history_tiers[TIER_MINUTES];
	int error = 0;

	for (int64_t block = g->first_s / t->block_s; block * t->block_s < g->last_s && !error; block++) {
		error = history_gather(r, TIER_MINUTES, block, series);
		for (unsigned i = 0; i < t->n_slots && !error; i++) {
			g->minute_s = block * t->block_s + i * t->slot_s;
			if (r->rows.mask >> i & 1 && g->minute_s + t->slot_s > g->first_s && g->minute_s < g->last_s)
				error = gather_minute(r, g, series, &r->rows.row[i]);
		}
	}
	return error ? error : emit_probes(g);
}
