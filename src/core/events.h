/* events.h - what happens to targets and to the program: the engine, DNS and reloads emit events, and any number of
 * listeners hear them, in the order in which they were added. All of it belongs to the loop's thread. */
#ifndef MINIPING_EVENTS_H
#define MINIPING_EVENTS_H
#include "base/addr.h"
#include "core/fault.h"
#include "core/outcome.h"
#include "core/target.h"

#include <stddef.h>
#include <stdint.h>

enum stray { STRAY_LATE, STRAY_DUPLICATE, STRAY_CORRUPT, STRAY_FOREIGN };

/* A target's address has changed, or the lookup of its name has failed or recovered. The address now is the target's.
 */
struct dns_change {
	uint32_t target;
	const char *host;  /* the name looked up: for one address of a name, that of its parent */
	struct addr from;  /* the address before; AF_UNSPEC: none */
	const char *error; /* why the lookup failed; NULL: it has not */
	int64_t age_ns;    /* of the addresses that stay in use after a failure; -1: no value */
};

/* A reload has ended. */
struct reload_outcome {
	const char *error; /* the first one, and nothing has changed; NULL: the rest counts targets */
	size_t n_errors;   /* of the configuration; 0: it failed for another reason */
	size_t n_added, n_removed, n_changed, n_kept;
};

/* Each callback may be NULL. A target's counters, window and health have taken the event in before the call. A
 * callback changes neither the fleet nor a target: others hear of it, too. */
struct listener {
	/* A probe has ended: each one does, once, OUTCOME_NOT_SENT among the ways. A reply may be heard of 20 ms after
	 * it came, together with others: its RTT goes by the kernel's stamp. */
	void (*on_settled)(void *data, uint32_t target, const struct settled *s, const struct target_change *c);
	/* One more reply in time to a probe that goes to many (options.many), after that which has settled it. */
	void (*on_further)(void *data, uint32_t target, const struct settled *s);
	void (*on_stray)(void *data, uint32_t target, enum stray kind);
	void (*on_report)(void *data, uint32_t target); /* target's report is due */
	void (*on_fault)(void *data, const struct fault *fault);
	void (*on_dns)(void *data, const struct dns_change *change);
	void (*on_reload)(void *data, const struct reload_outcome *outcome);
	void *data;
	struct listener *next; /* for events_add */
};

struct events { /* all zero: no listener */
	struct listener *first;
};

/* events_add - l, the caller's for as long as events are emitted, hears them from now on, after those added before. */
void events_add(struct events *e, struct listener *l);

/* Emit one event each: O(listeners). */
void events_settled(const struct events *e, uint32_t target, const struct settled *s, const struct target_change *c);
void events_further(const struct events *e, uint32_t target, const struct settled *s);
void events_stray(const struct events *e, uint32_t target, enum stray kind);
void events_report(const struct events *e, uint32_t target);
void events_fault(const struct events *e, const struct fault *fault);
void events_dns(const struct events *e, const struct dns_change *change);
void events_reload(const struct events *e, const struct reload_outcome *outcome);
#endif
