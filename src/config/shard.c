/* shard.c - rendezvous hashing for the parts of a fixed group; the first byte of a hash for shards that change hands.
 */
#include "config/shard.h"

#include "base/hash.h"

/* A bijection of the member, so that no two of them tie. */
static uint64_t claim(uint64_t name, uint32_t member)
{
	return hash_mix64(name + (member + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15));
}

bool shard_takes(const struct shard *s, const char *name)
{
	uint32_t n_higher = 0;
	uint64_t hash, own;

	if (s->replicas == s->count)
		return true;
	hash = hash_fnv1a64(name);
	own = claim(hash, s->index);
	for (uint32_t member = 0; member < s->count && n_higher < s->replicas; member++)
		n_higher += claim(hash, member) > own;
	return n_higher < s->replicas;
}

uint8_t shard_number(const char *name)
{
	return (uint8_t)(hash_mix64(hash_fnv1a64(name)) >> 56);
}

void shard_set_add(struct shard_set *s, uint8_t number)
{
	s->bits[number / 64] |= UINT64_C(1) << number % 64;
}

bool shard_set_has(const struct shard_set *s, uint8_t number)
{
	return s->bits[number / 64] >> number % 64 & 1;
}
