/* shard.h - which targets are a daemon's where several share them: a fixed part for each member of a group, or a set of
 * shards that may change hands. Pure. */
#ifndef MINIPING_SHARD_H
#define MINIPING_SHARD_H
#include <stdbool.h>
#include <stdint.h>

#define SHARD_MAX 1000

struct shard {             /* a member's part */
	uint32_t index;    /* of this member, below count */
	uint32_t count;    /* members, 1 .. SHARD_MAX */
	uint32_t replicas; /* members that probe each target, 1 .. count */
};

/* shard_takes - is member s->index one of the s->replicas members of s->count that the target called name falls to?
 * Rendezvous hashing (Thaler and Ravishankar 1998): each member's claim on a name is a hash of both, and
 * the highest claims win, so that one member more or less moves only its own share. The same on every
 * machine and in every version. O(count); O(1) where every member takes all, and for most of the names that fall to
 * others. */
bool shard_takes(const struct shard *s, const char *name);

#define SHARD_NUMBERS 256

struct shard_set { /* of the shards that all targets are divided into; all zero: none of them */
	uint64_t bits[SHARD_NUMBERS / 64];
};

/* shard_number - of the shard that the target called name is in, whoever probes it. The same on every machine and in
 * every version. */
uint8_t shard_number(const char *name);

void shard_set_add(struct shard_set *s, uint8_t number);
bool shard_set_has(const struct shard_set *s, uint8_t number);
#endif
