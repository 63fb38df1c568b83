/* lease_ask.h - the mapping in an ask for a lease, to a configuration of one target, or to the answer that says what is
 * wrong with it. */
#ifndef MINIPING_LEASE_ASK_H
#define MINIPING_LEASE_ASK_H
#include "config/config.h"
#include "serve/ask.h"

/* lease_ask_parse - 0 and *out (leases_parse), or -errno and a has its answer. */
int lease_ask_parse(struct config **out, struct ask *a, const struct profile *defaults);

/* lease_ask_screen - before a, of any kind, is brought to the loop, on the thread that asks: a mapping that is no
 * target's has its answer from here on. Finding all that is wrong with it takes a millisecond, the loop's otherwise. */
void lease_ask_screen(struct ask *a);
#endif
