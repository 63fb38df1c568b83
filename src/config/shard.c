#include "config/shard.h"

#include "base/hash.h"

/* A bijection of the member, so that no two of them tie. */
static uint64_t claim(uint64_t name, uint32_t member)
{
	return hash_mix64(name + (member + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15));
}

bool shard_takes(const char *name, uint32_t index, uint32_t count, uint32_t replicas)
{
	uint64_t hash = hash_fnv1a64(name), own = claim(hash, index);
	uint32_t n_higher = 0;

	for (uint32_t member = 0; member < count && n_higher < replicas; member++)
		n_higher += claim(hash, member) > own;
	return n_higher < replicas;
}
