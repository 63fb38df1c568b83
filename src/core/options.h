/* options.h - how one target is probed, and the table of the keys that say so. */
#ifndef MINIPING_OPTIONS_H
#define MINIPING_OPTIONS_H
#include "base/addr.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family { FAMILY_ANY, FAMILY_IPV4, FAMILY_IPV6, FAMILY_BOTH };   /* both: no target of a config has it */
#define FAMILY_BIT(family) (1u << (family))
enum addresses { ADDRESSES_FIRST, ADDRESSES_ALL };
enum address_change { ADDRESS_CHANGE_KEEP, ADDRESS_CHANGE_SPLIT };

#define OPTIONS_SIZE_MIN   8              /* the nonce */
#define OPTIONS_SIZE_MAX   65507          /* 65535 − 20 − 8 */
#define OPTIONS_RTT_MAX_NS (40 * NS_PER_S)
#define OPTIONS_PATTERN_MAX   16
#define OPTIONS_INTERFACE_LEN 16          /* IFNAMSIZ, with the NUL */

struct options {
	int64_t  interval_ns;             /* from one probe to the next */
	int64_t  timeout_ns;              /* a reply later than this is late */
	int64_t  report_ns;               /* from one report record to the next */
	int64_t  count;                   /* probes in all; 0: until stopped. Not a configuration key */
	int64_t  degraded_rtt_ns;         /* median above it is degraded; 0: no such threshold */
	int64_t  degraded_jitter_ns;      /* likewise jitter */
	double   degraded_loss_pct;       /* likewise loss over the window; 0: no such threshold */
	int64_t  clear_rtt_ns;            /* where a threshold was passed, above this it still is; -1: 3/4 of it */
	int64_t  clear_jitter_ns;
	double   clear_loss_pct;
	uint32_t window;                  /* probes that the statistics cover */
	int64_t  window_ns;               /* if not 0, window = window_ns / interval_ns */
	uint32_t size;                    /* payload bytes */
	uint32_t fall, rise;              /* losses until down, replies until up, in a row */
	int      dscp;                    /* -1: the kernel's default */
	int      ttl;                     /* -1: the kernel's default */
	struct addr source;               /* AF_UNSPEC: the kernel chooses */
	char     interface[OPTIONS_INTERFACE_LEN];   /* leave through it: its name or number, looked up for each
	                                              * probe (ifindex.h); "": as the routes say */
	uint32_t mark;                    /* SO_MARK of the probes; 0: none */
	int      df;                      /* 1: never fragment, 0: may be, -1: the kernel's default */
	uint32_t pattern_len;             /* 0: the payload behind the nonce is 0, 1, 2, … */
	uint8_t  pattern[OPTIONS_PATTERN_MAX];       /* repeated behind the nonce */
	enum family family;
	enum addresses addresses;         /* of a name: the first, or a target for each */
	enum address_change on_address_change;       /* history is kept, or split at the change */
	bool     probes;                  /* log each probe */
};

struct label {
	const char *key, *value;
};

struct labels {                           /* sorted by key, each key once */
	size_t       n;
	struct label at[];
};

#define DEPENDS_MAX 8                     /* names that one target may depend on */

struct dependency {                       /* a target that others depend on */
	const char        *name;
	uint32_t           number;        /* in the fleet, once it is known there; UINT32_MAX: not known */
	bool               elsewhere;     /* another shard's */
	struct dependency *next;
};

struct depends {                          /* in the order in which they are asked */
	size_t                   n;       /* 1 .. DEPENDS_MAX */
	const struct dependency *at[];
};

struct profile {                          /* shared by all targets that are probed alike */
	struct options       options;
	const char          *group;       /* NULL: in no group */
	const struct labels *labels;      /* NULL: none */
	const struct depends *depends;    /* what stands between us and the targets; NULL: nothing */
};

enum options_type {
	OPTIONS_DURATION,                 /* int64_t ns; min .. max in ns */
	OPTIONS_COUNT,                    /* uint32_t */
	OPTIONS_MARK,                     /* uint32_t, also as 0x… */
	OPTIONS_PERCENT,                  /* double */
	OPTIONS_DSCP,                     /* int */
	OPTIONS_TTL,                      /* int, min .. max */
	OPTIONS_CHOICE,                   /* an enum: the place of the word in choices */
	OPTIONS_BOOL,                     /* bool */
	OPTIONS_TRISTATE,                 /* int: 1 yes, 0 no, -1 "default" */
	OPTIONS_ADDR,                     /* struct addr, of one host */
	OPTIONS_INTERFACE,                /* a name of OPTIONS_INTERFACE_LEN */
	OPTIONS_PATTERN,                  /* hex digits, 1 .. OPTIONS_PATTERN_MAX bytes */
	OPTIONS_WINDOW,                   /* a count (min .. max) or a duration with a unit */
};

struct options_key {
	const char       *name;           /* "interval", "degraded.loss" */
	enum options_type type;
	size_t            offset;         /* in struct options */
	int64_t           min, max;
	const char       *about;          /* one line for the manual */
	const char *const *choices;       /* of OPTIONS_CHOICE; ends with NULL */
};

extern const struct options_key options_keys[];   /* and one without a name behind the last */
extern const size_t options_n_keys;

/* options_default - what a target gets that says nothing: interval 1s, timeout 1s, window 60, size 56,
 * report 60s, fall 3, rise 2. */
struct options options_default(void);

/* options_key_find - the key called name; NULL if there is none. */
const struct options_key *options_key_find(const char *name);

/* options_set - text into key's place in o; "default" is what options_default has there. 0, -EINVAL or
 * -ERANGE (o untouched). */
int options_set(struct options *o, const struct options_key *key, const char *text);

/* options_key_set - the same for a key of any table, whose offset is one in *base; no "default". */
int options_key_set(void *base, const struct options_key *key, const char *text);

/* options_expects - what options_set would have taken: "a duration from 1ms to 24h"; returns buf. */
#define OPTIONS_EXPECTS_LEN 160
char *options_expects(const struct options_key *key, char *buf, size_t buf_len);

/* options_text - key's value in *base as a text that options_set reads back; "default" where there is no
 * other word for it. Returns buf. */
#define OPTIONS_TEXT_LEN 64
char *options_text(const void *base, const struct options_key *key, char buf[OPTIONS_TEXT_LEN]);

/* options_same - key has the same value in both. */
bool options_same(const struct options *a, const struct options *b, const struct options_key *key);

/* options_clear_above - the key of a clear threshold that is above its own, which there is; NULL: none. */
const struct options_key *options_clear_above(const struct options *o);

/* options_finish - derive window from window_ns once interval_ns is known. 0, or -ERANGE where the
 * quotient is outside the window's range. */
int options_finish(struct options *o);

/* options_bytes - the value of every key, one after the other and without padding, into buf: targets
 * with the same bytes are probed alike. Returns the length, the same for all. */
#define OPTIONS_BYTES 224
size_t options_bytes(const struct options *o, uint8_t buf[OPTIONS_BYTES]);
#endif
