#include "shard.h"

/* FNV-1a, 64 bits. */
static uint64_t hash_name(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash;
}

/* The finalizer of splitmix64 (Steele, Lea and Flood 2014): a bijection, so no two members tie. */
static uint64_t claim(uint64_t name, uint32_t member)
{
	uint64_t z = name + (member + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

bool shard_takes(const char *name, uint32_t index, uint32_t count, uint32_t replicas)
{
	uint64_t hash = hash_name(name), own = claim(hash, index);
	uint32_t n_higher = 0;

	for (uint32_t member = 0; member < count && n_higher < replicas; member++)
		n_higher += claim(hash, member) > own;
	return n_higher < replicas;
}
