/* restore.h - a target that has just come takes up where it was before a restart. Pure. */
#ifndef MINIPING_RESTORE_H
#define MINIPING_RESTORE_H
#include "core/earlier.h"
#include "core/remembered.h"

/* restore_target - t, which has not been probed, is what r says: health and since when, window, TTL, and, of a name
 * that has not been looked up, the address. Of r at another host or address only its counters are t's, and that it is
 * no new target. *earlier: these counters; t's own begin at 0. O(r's samples). */
void restore_target(struct target *t, const struct remembered *r, struct earlier *earlier);
#endif
