/* record.h - one record of the log as typed values, its keys in the order of record_keys.h.
 * A record borrows what its fields point to (names, labels): format it at once. */
#ifndef MINIPING_RECORD_H
#define MINIPING_RECORD_H
#include "core/earlier.h"
#include "core/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_FIELDS_MAX 48

enum record_kind { RECORD_PROBE, RECORD_REPORT, RECORD_STATE, RECORD_PATH, RECORD_DNS, RECORD_DAEMON, RECORD_N_KINDS };

enum record_level { LEVEL_ERR, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG }; /* as syslog(3) has them */

enum field_type {
	FIELD_NONE, /* no value: left out in logfmt, null in JSON */
	FIELD_TEXT,
	FIELD_INT,
	FIELD_MS,      /* integer: ns, written in ms with 6 decimals */
	FIELD_PERCENT, /* number, written with up to 3 decimals */
	FIELD_TIME,    /* integer: CLOCK_REALTIME ns, written as RFC 3339 */
	FIELD_BOOL     /* integer */
};

struct field {
	const char *key;
	enum field_type type;
	union {
		const char *text;
		int64_t integer;
		double number;
	};
};

struct record {
	enum record_kind kind;
	enum record_level level;
	size_t n_fields;
	struct field fields[RECORD_FIELDS_MAX];
	const char *group;           /* of the target; NULL: none */
	const struct labels *labels; /* NULL: none */
	char texts[2][ADDR_STRLEN];  /* what address fields point to: do not copy a record */
};

const char *record_kind_name(enum record_kind k);
const char *record_level_name(enum record_level l);

/* One constructor a kind; r is overwritten.
 *   blocked_by   what t depends on and does not answer; NULL: nothing */
void record_probe(struct record *r, const struct target *t, const struct settled *s);
/*   earlier           what t's counters were before this process; NULL: nothing
 *   started_real_ns   CLOCK_REALTIME of t's born_ns; of no meaning once t has been reported */
void record_report(struct record *r, const struct target *t, const struct earlier *earlier, const char *blocked_by,
                   int64_t started_real_ns);
void record_state(struct record *r, const struct target *t, const struct target_change *c, const char *blocked_by);
void record_path(struct record *r, const struct target *t, const struct target_change *c);
/*   host     that was looked up: t's, or that of the target that t is one address of
 *   age_ns   of the address, since it was last confirmed; -1: no value */
void record_dns(struct record *r, const struct target *t, const char *host, const struct addr *from, const char *error,
                int64_t age_ns);

/* record_daemon - begins an event's record, LEVEL_INFO unless the caller sets another; the adders below append its
 * figures, in order. */
void record_daemon(struct record *r, const char *event);
void record_add_text(struct record *r, const char *key, const char *text); /* NULL: no value */
void record_add_int(struct record *r, const char *key, int64_t value);
void record_add_ms(struct record *r, const char *key, int64_t ns);        /* -1: no value */
void record_add_percent(struct record *r, const char *key, double value); /* < 0: no value */
void record_add_time(struct record *r, const char *key, int64_t real_ns);
void record_add_bool(struct record *r, const char *key, bool value);
void record_add_none(struct record *r, const char *key);
#endif
