/* shard.h - which members of a group of daemons probe a target. Pure. */
#ifndef MINIPING_SHARD_H
#define MINIPING_SHARD_H
#include <stdbool.h>
#include <stdint.h>

#define SHARD_MAX 1000

/* shard_takes - is member index one of the replicas members of count that the target called name falls to?
 * Rendezvous hashing (Thaler and Ravishankar 1998): each member's claim on a name is a hash of both, and
 * the highest claims win, so that one member more or less moves only its own share. The same on every
 * machine and in every version. index < count, 1 <= replicas <= count. O(count), and for most of the
 * names that fall to others O(1). */
bool shard_takes(const char *name, uint32_t index, uint32_t count, uint32_t replicas);
#endif
