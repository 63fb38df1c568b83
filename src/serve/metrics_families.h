/* metrics_families.h - what there is to scrape: tables of families, a name, type, help and unit each, and which value
 * of which target, or of the daemon, its series have. /metrics and the manual's list are made from them. */
#ifndef MINIPING_METRICS_FAMILIES_H
#define MINIPING_METRICS_FAMILIES_H
#include "base/clock.h"
#include "core/past.h"
#include "serve/metrics_process.h"
#include "serve/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum metrics_type { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

enum metrics_of { /* whose its series are, and by which labels these are known */
	          METRICS_OF_DAEMON,
	          METRICS_OF_GROUPS,           /* a histogram of each group, and of each target that has its own */
	          METRICS_OF_TARGETS,          /* target, ip, group, and the target's own */
	          METRICS_OF_SMOKEPING_PROBER, /* of targets that have an address: ip, host, source, tos, and their own
	                                        */
	          METRICS_OF_PING_EXPORTER,    /* likewise: target, ip, ip_version, and their own */
};

struct metrics_row { /* of a target */
	struct snapshot_row target;
	struct view_figures figures; /* of families that need them */
};

struct metrics_daemon {
	struct generation generation; /* a copy; what it points to is borrowed */
	struct metrics_process process;
	struct past_status past; /* without its texts */
	bool past_is_ok;
	int64_t started_real_ns; /* to METRICS_STARTED_NS: the same in every scrape, unless the clock was set */
};

#define METRICS_STARTED_NS (10 * NS_PER_MS)

/* metrics_daemon_of - of g, of the process and the history (NULL: none) now. */
struct metrics_daemon metrics_daemon_of(const struct generation *g, const struct past_ops *past);

struct metrics_number { /* n divided by 10^decimals */
	uint64_t n;
	int decimals; /* METRICS_NONE: no value, and so no series */
};
#define METRICS_NONE (-1)

enum metrics_value { /* how a series gets its number */
	             METRICS_BY_CALL,
	             METRICS_BOOL, /* the others are a member's: a bool, */
	             METRICS_INT,  /* an int; below 0: none */
	             METRICS_U32,
	             METRICS_U64,
	             METRICS_STEPS, /* a uint32_t of view_figures, as seconds */
	             METRICS_NS,    /* an int64_t, as seconds */
};

struct metrics_family {
	const char *name;    /* of a counter with _total */
	const char *collect; /* which part of all it belongs to: collect[]=rtt */
	enum metrics_type type;
	enum metrics_of of;
	const char *unit; /* OpenMetrics': the name's end; NULL: none */
	const char *help; /* begins with a capital, without a full stop */
	/* One more label, or NULL; its values, a series each, NULL behind the last; or its only value. */
	const char *label;
	const char *const *values;
	const char *(*text)(const struct metrics_daemon *d);
	bool needs_figures;
	/* Of histograms none of these. */
	enum metrics_value value;
	size_t offset; /* of the member, in struct metrics_row or metrics_daemon */
	struct metrics_number (*of_target)(const struct metrics_row *r, unsigned series); /* series: of values */
	struct metrics_number (*of_daemon)(const struct metrics_daemon *d, unsigned series);
};

#define METRICS_FAMILIES_MAX 96 /* of all tables */

/* Each ends with a NULL name. */
extern const struct metrics_family metrics_targets_families[];
extern const struct metrics_family metrics_daemon_families[];
extern const struct metrics_family metrics_compat_smokeping_prober[];
extern const struct metrics_family metrics_compat_ping_exporter[];

static inline struct metrics_number metrics_count(uint64_t n)
{
	return (struct metrics_number){ .n = n };
}

static inline struct metrics_number metrics_ns(int64_t ns)
{
	return (struct metrics_number){ .n = (uint64_t)ns, .decimals = 9 };
}

static inline struct metrics_number metrics_none(void)
{
	return (struct metrics_number){ .decimals = METRICS_NONE };
}

static inline struct metrics_number metrics_steps(uint32_t rtt)
{
	return rtt == VIEW_NO_RTT ? metrics_none() : (struct metrics_number){ .n = rtt, .decimals = 8 };
}

/* metrics_loss - lost / (received + lost), over the window. */
struct metrics_number metrics_loss(const struct metrics_row *r, unsigned series);
#endif
