/* hash.h - the hashes that the rest is built on. Pure. */
#ifndef MINIPING_HASH_H
#define MINIPING_HASH_H
#include <stddef.h>
#include <stdint.h>

/* hash_fnv1a64 - FNV-1a, 64 bits, of text: the same for ever, which slots and shards rely on. Whoever chooses text
 * chooses its hash: for tables, there is hash_keyed. */
uint64_t hash_fnv1a64(const char *text);

/* hash_mix64 - the finalizer of splitmix64 (Steele, Lea and Flood 2014): a bijection that spreads every bit. */
uint64_t hash_mix64(uint64_t z);

/* Not known outside, so that no input can be chosen whose hashes are the same. */
struct hash_secret {
	uint64_t k0, k1;
};

/* hash_keyed - SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF") of bytes[0 .. len). */
uint64_t hash_keyed(const struct hash_secret *secret, const void *bytes, size_t len);
#endif
