/* shard.h - which members of a group of daemons probe a target. Pure. */
#ifndef MINIPING_SHARD_H
#define MINIPING_SHARD_H
#include <stdbool.h>
#include <stdint.h>

#define SHARD_MAX 1000

struct shard {
	uint32_t index;                   /* of this member, below count */
	uint32_t count;                   /* members, 1 .. SHARD_MAX */
	uint32_t replicas;                /* members that probe each target, 1 .. count */
};

/* shard_takes - is member s->index one of the s->replicas members of s->count that the target called name falls to?
 * Rendezvous hashing (Thaler and Ravishankar 1998): each member's claim on a name is a hash of both, and
 * the highest claims win, so that one member more or less moves only its own share. The same on every
 * machine and in every version. O(count); O(1) where every member takes all, and for most of the names that fall to
 * others. */
bool shard_takes(const struct shard *s, const char *name);
#endif
