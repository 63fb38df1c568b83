/* past.h - what history remembers of targets, as those who ask for it have it: plain values, whoever keeps them. */
#ifndef MINIPING_PAST_H
#define MINIPING_PAST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct past_point {   /* one step of a target's past, merged of its minutes */
	int64_t at_s; /* the step's beginning, seconds since the epoch; a multiple of the step */
	uint32_t n_sent, n_lost, n_unknown, n_not_sent; /* received = sent - lost - unknown */
	/* ns; -1: no reply */
	int64_t min_ns, p10_ns, p25_ns, median_ns, p75_ns, p90_ns, p95_ns, p99_ns, max_ns;
	bool is_incomplete; /* some probes of it could not be recorded */
};

struct past_points {                  /* malloc'ed; free() */
	int64_t from_s, to_s, step_s; /* as answered: whole steps, none finer than what is kept of that time */
	size_t n;
	struct past_point at[]; /* ascending; steps of which nothing is known are left out */
};

#define PAST_POINTS_MAX 11000u /* of one answer: a week of minutes and some */

enum past_by { PAST_BY_LOSS, PAST_BY_RTT, PAST_BY_JITTER }; /* rtt: the median; jitter: p90 - p10 */

struct past_worst {
	const char *name; /* borrowed from the answer */
	double value;     /* 0 .. 1, or ns */
	uint32_t n_sent, n_lost;
	int64_t median_ns, p95_ns; /* -1: no reply */
};

struct past_worsts { /* past_worsts_free */
	int64_t from_s, to_s;
	size_t n;
	struct past_worst *at; /* the worst first; targets that sent nothing are none of them */
	char *names;
};
void past_worsts_free(struct past_worsts *w); /* NULL allowed */

struct past_event {
	int64_t at_ns;    /* CLOCK_REALTIME */
	const char *line; /* the log's record as JSON, without newline; borrowed for the call */
	size_t len;
};

struct past_status { /* of the history as a whole, for the page and for status */
	bool is_on;
	const char *file;
	const char *error;       /* what keeps it from being written right now; "": nothing */
	uint64_t bytes;          /* on disk, WAL included */
	int64_t newest_s;        /* the latest minute that is stored; 0: none */
	uint64_t n_lost_results; /* of probes, since the start, that found no room on their way to the file */
	uint64_t n_lost_events;  /* changes of state, likewise */
};

/* Whoever has the history answers through these, on the asker's thread, from a connection of its own. Each returns 0,
 * -ENOENT (nothing is known of that target), -ENOSYS (there is no history), -ENOMEM or -EIO. */
struct past_ops {
	/* step_s 0: what fits into PAST_POINTS_MAX. */
	int (*points)(void *data, const char *name, int64_t from_s, int64_t to_s, int64_t step_s,
	              struct past_points **out);
	int (*worst)(void *data, int64_t window_s, enum past_by by, size_t limit, struct past_worsts **out);
	/* State records of the target (NULL: of all), the newest first, at most limit. */
	int (*events)(void *data, const char *name, int64_t from_s, int64_t to_s, size_t limit,
	              void (*on)(void *to, const struct past_event *e), void *to);
	/* Borrowed texts are good until the next call. */
	void (*status)(void *data, struct past_status *out);
	void *data;
};
#endif
