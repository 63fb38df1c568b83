/* options.h - how one target is probed, and the table of the keys that say so. */
#ifndef MINIPING_OPTIONS_H
#define MINIPING_OPTIONS_H
#include "addr.h"
#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family { FAMILY_ANY, FAMILY_IPV4, FAMILY_IPV6 };

#define OPTIONS_SIZE_MIN   8              /* the nonce */
#define OPTIONS_SIZE_MAX   65507          /* 65535 − 20 − 8 */
#define OPTIONS_RTT_MAX_NS (40 * NS_PER_S)

struct options {
	int64_t  interval_ns;             /* from one probe to the next */
	int64_t  timeout_ns;              /* a reply later than this is late */
	int64_t  report_ns;               /* from one report record to the next */
	int64_t  count;                   /* probes in all; 0: until stopped. Not a configuration key */
	int64_t  degraded_rtt_ns;         /* median above it is degraded; 0: no such threshold */
	int64_t  degraded_jitter_ns;      /* likewise jitter */
	double   degraded_loss_pct;       /* likewise loss over the window; 0: no such threshold */
	uint32_t window;                  /* probes that the statistics cover */
	int64_t  window_ns;               /* if not 0, window = window_ns / interval_ns */
	uint32_t size;                    /* payload bytes */
	uint32_t fall, rise;              /* losses until down, replies until up, in a row */
	int      dscp;                    /* -1: the kernel's default */
	int      ttl;                     /* -1: the kernel's default */
	struct addr source;               /* AF_UNSPEC: the kernel chooses */
	uint32_t ifindex;                 /* leave through this interface; 0: as the routes say */
	enum family family;
	bool     probes;                  /* log each probe */
};

struct label {
	const char *key, *value;
};

struct labels {                           /* sorted by key, each key once */
	size_t       n;
	struct label at[];
};

struct profile {                          /* shared by all targets that are probed alike */
	struct options       options;
	const char          *group;       /* NULL: in no group */
	const struct labels *labels;      /* NULL: none */
};

enum options_type {
	OPTIONS_DURATION,                 /* int64_t ns; min .. max in ns */
	OPTIONS_COUNT,                    /* uint32_t */
	OPTIONS_PERCENT,                  /* double */
	OPTIONS_DSCP,                     /* int */
	OPTIONS_TTL,                      /* int, min .. max */
	OPTIONS_FAMILY,                   /* enum family: any, ipv4, ipv6 */
	OPTIONS_BOOL,                     /* bool */
	OPTIONS_WINDOW,                   /* a count (min .. max) or a duration with a unit */
};

struct options_key {
	const char       *name;           /* "interval", "degraded.loss" */
	enum options_type type;
	size_t            offset;         /* in struct options */
	int64_t           min, max;
	const char       *about;          /* one line for the manual */
};

extern const struct options_key options_keys[];
extern const size_t options_n_keys;

/* options_default - what a target gets that says nothing: interval 1s, timeout 1s, window 60, size 56,
 * report 60s, fall 3, rise 2. */
struct options options_default(void);

/* options_key_find - the key called name; NULL if there is none. */
const struct options_key *options_key_find(const char *name);

/* options_set - text into key's place in o. 0, -EINVAL or -ERANGE (o untouched). */
int options_set(struct options *o, const struct options_key *key, const char *text);

/* options_expects - what options_set would have taken: "a duration from 1ms to 24h"; returns buf. */
char *options_expects(const struct options_key *key, char *buf, size_t buf_len);

/* options_finish - derive window from window_ns once interval_ns is known. 0, or -ERANGE where the
 * quotient is outside the window's range. */
int options_finish(struct options *o);

/* options_bytes - the value of every key, one after the other and without padding, into buf: targets
 * with the same bytes are probed alike. Returns the length, the same for all. */
#define OPTIONS_BYTES 128
size_t options_bytes(const struct options *o, uint8_t buf[OPTIONS_BYTES]);
#endif
