/* history_pending.h - what waits in memory to be committed to the history: minutes, state records, and the names of
 * series that are new. It stays until a commit of it has succeeded. Pure. */
#ifndef MINIPING_HISTORY_PENDING_H
#define MINIPING_HISTORY_PENDING_H
#include "store/detail_block.h"
#include "store/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PENDING_MINUTES_MAX 10u
#define PENDING_DETAIL_MAX  2u     /* where more wait, single probes go */
#define PENDING_EVENTS_MAX  10000u /* the oldest go beyond that */
#define PENDING_SERIES_MAX  1024u

struct pending_row {
	struct row row;
	uint32_t series;
	uint32_t n_probes; /* of detail, and where they are */
	size_t probes_at;
};

struct pending_minute {
	int64_t at_s;
	bool has_ended;
	struct pending_row *rows; /* ascending by series once it has ended */
	size_t n, n_room;
	struct detail_probe *probes;
	size_t n_probes, probes_room;
};

struct pending_event {
	struct pending_event *next;
	int64_t real_ns;
	uint32_t series; /* UINT32_MAX: of no target */
	size_t len;
	char line[];
};

struct pending_series {
	uint32_t number;
	size_t len;
	char *name;
};

struct history_pending {
	struct pending_minute minutes[PENDING_MINUTES_MAX + 1]; /* the oldest first; only the last is not ended */
	unsigned n_minutes;
	struct pending_event *events, **events_end;
	uint32_t n_events;
	struct pending_series series[PENDING_SERIES_MAX];
	uint32_t n_series;
	uint64_t n_dropped_minutes, n_dropped_events;
};

void history_pending_init(struct history_pending *p);
void history_pending_fini(struct history_pending *p);

/* All return 0 or -ENOMEM (series: or -ENOSPC, there are PENDING_SERIES_MAX), and then nothing has changed. */
int history_pending_row(struct history_pending *p, int64_t at_s, const struct pending_row *row,
                        const struct detail_probe *probes);
int history_pending_event(struct history_pending *p, int64_t real_ns, uint32_t series, const char *line, size_t len);
int history_pending_series(struct history_pending *p, uint32_t number, const char *name, size_t len);

/* history_pending_find - the number of the new series called name, or UINT32_MAX. O(n_series). */
uint32_t history_pending_find(const struct history_pending *p, const char *name, size_t len);

/* history_pending_end - the minute at at_s is whole. The oldest goes where there are more than PENDING_MINUTES_MAX. */
void history_pending_end(struct history_pending *p, int64_t at_s);

/* history_pending_drop_detail - of minutes that have to wait: their rows are enough memory. */
void history_pending_drop_detail(struct history_pending *p);

/* What has been committed: */
void history_pending_drop_minute(struct history_pending *p); /* the oldest */
void history_pending_drop_events(struct history_pending *p);
void history_pending_drop_series(struct history_pending *p);
#endif
