/* resolve.h - names to addresses through c-ares: /etc/hosts first, then the DNS servers of resolv.conf. Never
 * waits for a server: at most RESOLVE_IN_FLIGHT_MAX names are in flight, further ones are queued. Names that
 * /etc/hosts has are answered past that queue; the file is read on a thread of its own, once for each of its
 * changes. Each hundred names, queries are sent from a new port.
 *
 * The caller polls: when resolve_fd is readable, or resolve_next_ns has come, it calls resolve_turn. One
 * resolve belongs to one thread. */
#ifndef MINIPING_RESOLVE_H
#define MINIPING_RESOLVE_H
#include "dns/resolve_answer.h"

#include <stdbool.h>
#include <stdint.h>

#define RESOLVE_IN_FLIGHT_MAX 256u   /* names, of two queries each; 64 while servers answer: see resolve.c */
#define RESOLVE_QUEUE_MAX     65536u /* names that it makes sense to hand over at once: 5 MB */

struct resolve;

typedef void resolve_on_answer(void *data, const struct resolve_answer *answer);

/* Whether the answer is still needed; asked before a server is queried. If not, the answer is an error at once. */
typedef bool resolve_is_wanted(void *data, uint32_t tag);

/* resolve_open - 0 and *out, or -errno.
 *   is_wanted   NULL: all are */
int resolve_open(struct resolve **out, resolve_on_answer *on_answer, resolve_is_wanted *is_wanted, void *data);

/* resolve_use_nss - ask NSS, by threads (nss.h), for names that neither /etc/hosts nor a server has, where
 * nsswitch.conf names more than these two. Before the first resolve_name. 0 or -errno, and then it is not asked. */
int resolve_use_nss(struct resolve *r);

/* resolve_without_thread - before the first resolve_name: /etc/hosts is read by resolve_turn, where it has changed. */
void resolve_without_thread(struct resolve *r);

/* resolve_close - drops what is in flight; on_answer is not called any more. NULL allowed. Not from inside
 * on_answer. */
void resolve_close(struct resolve *r);

/* resolve_fd - a descriptor to poll, the same until resolve_close: readable when there is work for resolve_turn. */
int resolve_fd(const struct resolve *r);

/* resolve_next_ns - when resolve_turn is to be called on clock_mono_ns, whether resolve_fd is readable or not;
 * may be past. INT64_MAX: never. Changes with any other call. O(1). */
int64_t resolve_next_ns(const struct resolve *r);

/* resolve_turn - reads what has arrived and begins some of what is queued; calls on_answer. Harmless when there
 * is nothing to do. Bounded: probes must not wait for it. */
void resolve_turn(struct resolve *r, int64_t now_ns);

/* resolve_name - look name (copied) up; on_answer is called once, from a resolve_turn. 0 or -ENOMEM.
 *   expected   for FAMILY_ANY: FAMILY_BITs of what the name had before. A family that a server's answer lacks
 *              is queried once more, alone: the first answer does not show whether its query failed or found
 *              nothing. */
int resolve_name(struct resolve *r, const char *name, enum family family, unsigned expected, uint32_t tag);

/* resolve_refresh - read resolv.conf again, for the queries from now on. 0 or -ENOMEM (then the servers stay as they
 * were). */
int resolve_refresh(struct resolve *r);
#endif
