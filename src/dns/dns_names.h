/* dns_names.h - the host names of the fleet: which to look up when, and which targets an answer concerns. Pure:
 * no I/O, no clock; randomness comes from a seed.
 *
 * Targets of the same host and address family share one name here, and so one query. Literal addresses are not
 * stored here: a fleet of them costs nothing. */
#ifndef MINIPING_DNS_NAMES_H
#define MINIPING_DNS_NAMES_H
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_names;

struct dns_names_policy {                   /* times get 10 % of jitter, so that names do not fall into step */
	int64_t ttl_min_ns, ttl_max_ns;     /* bounds of how long an answer is used, whatever its TTL */
	int64_t retry_min_ns, retry_max_ns; /* after a failure; doubled with each, up to the latter */
	uint32_t n_in_flight_max;
};

struct dns_names_query {
	uint32_t name;    /* for dns_names_answer */
	const char *host; /* valid until that is called */
	enum family family;
	unsigned families; /* FAMILY_BITs of its latest good answer; 0: never yet */
};

struct dns_names_result {  /* of a query */
	unsigned families; /* FAMILY_BITs of its addresses; 0: it failed */
	bool is_partial;   /* the lookup of one of them failed: its previous addresses are still good */
	int64_t ttl_ns;    /* of no meaning where it failed */
};

struct dns_names_status {    /* of a name, after an answer */
	uint32_t n_targets;  /* 0: no target has the name any more, and the rest is of no meaning */
	uint32_t n_failures; /* in a row up to now; 0: a good answer */
	bool became_partial; /* a good answer, partial, unlike the good one before */
	bool recovered;      /* a good answer after failures */
	int64_t age_ns;      /* since the latest good answer; 0: this one; -1: never yet */
	int64_t wait_ns;     /* until it is due again */
};

/* dns_names_new - NULL: out of memory. */
struct dns_names *dns_names_new(const struct dns_names_policy *policy, uint64_t seed);
void dns_names_free(struct dns_names *n);

/* dns_names_add - target's host is this name (copied), in place of the one it had. The name is due at now_ns
 * even if it is known: the target is new to it. O(1) amortised. 0, or -ENOMEM (nothing changed). */
int dns_names_add(struct dns_names *n, uint32_t target, const char *host, enum family family, int64_t now_ns);

/* dns_names_remove - target has no name any more; the answer of a query in flight is ignored. No-op for a
 * target without a name. O(1). */
void dns_names_remove(struct dns_names *n, uint32_t target);

/* dns_names_is_wanted - a name in flight still has a target. */
bool dns_names_is_wanted(const struct dns_names *n, uint32_t name);

/* dns_names_has - the target has a name. */
bool dns_names_has(const struct dns_names *n, uint32_t target);

size_t dns_names_count(const struct dns_names *n);

/* dns_names_unanswered - how many have had no answer yet, good or bad, since they were added. O(1). */
size_t dns_names_unanswered(const struct dns_names *n);

/* dns_names_unresolved - targets of names that have never had a good answer. O(names). */
size_t dns_names_unresolved(const struct dns_names *n);

/* dns_names_take - up to max of those that are due: now in flight, until dns_names_answer. */
size_t dns_names_take(struct dns_names *n, int64_t now_ns, struct dns_names_query *queries, size_t max);

/* dns_names_next - when dns_names_take should be called next; sometimes too early. INT64_MAX: not before a name
 * is added or answered. */
int64_t dns_names_next(const struct dns_names *n);

/* dns_names_answer - the query of name has ended. */
struct dns_names_status dns_names_answer(struct dns_names *n, uint32_t name, const struct dns_names_result *result,
                                         int64_t now_ns);

/* dns_names_each - on(data, target) for each target of name; on must neither add nor remove one. */
void dns_names_each(const struct dns_names *n, uint32_t name, void (*on)(void *data, uint32_t target), void *data);

/* dns_names_retry - all that failed last time are due now. O(names). */
void dns_names_retry(struct dns_names *n, int64_t now_ns);
#endif
