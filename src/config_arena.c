#include "config_arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define CHUNK_MIN 4096u
#define CHUNK_MAX ((size_t)1024 * 1024)
#define ALIGN     alignof(int64_t)

struct chunk {
	struct chunk *next;
	alignas(int64_t) char bytes[];
};

struct config_arena {
	struct chunk *chunks;
	char         *at;
	size_t        left, chunk_len;
};

struct config_index_slot {
	uint64_t    hash;
	const void *item;                 /* NULL: empty */
};

struct config_arena *config_arena_new(void)
{
	struct config_arena *a = calloc(1, sizeof(*a));

	if (a)
		a->chunk_len = CHUNK_MIN;
	return a;
}

void config_arena_free(struct config_arena *a)
{
	struct chunk *next;

	if (!a)
		return;
	for (struct chunk *c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct chunk *chunk_add(struct config_arena *a, size_t len)
{
	struct chunk *c = malloc(sizeof(*c) + len);

	if (c) {
		c->next = a->chunks;
		a->chunks = c;
	}
	return c;
}

static char *bump(struct config_arena *a, size_t len)
{
	struct chunk *c;
	char *place;

	if (len > a->left) {
		/* What is large gets a chunk of its own; the rest of the current one stays in use. */
		c = chunk_add(a, len > a->chunk_len / 4 ? len : a->chunk_len);
		if (!c || len > a->chunk_len / 4)
			return c ? c->bytes : NULL;
		a->at = c->bytes;
		a->left = a->chunk_len;
		if (a->chunk_len < CHUNK_MAX)
			a->chunk_len *= 2;
	}
	place = a->at;
	a->at += len;
	a->left -= len;
	return place;
}

void *config_arena_take(struct config_arena *a, size_t len)
{
	size_t skew = (uintptr_t)a->at % ALIGN;
	size_t gap = skew ? ALIGN - skew : 0;

	if (gap >= a->left) {
		a->left = 0;
	} else if (gap) {
		a->at += gap;
		a->left -= gap;
	}
	return bump(a, len);
}

char *config_arena_text(struct config_arena *a, const char *text, size_t len)
{
	char *copy = bump(a, len + 1);

	if (copy) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

struct config_secret config_secret_new(void)
{
	struct config_secret secret = { 0 };

	/* Without entropy the secret stays 0: correct all the same, only predictable. */
	if (getrandom(&secret, sizeof(secret), GRND_NONBLOCK) < 0)
		return (struct config_secret){ 0 };
	return secret;
}

static inline uint64_t rotl(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] = rotl(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] = rotl(v[2], 32);
}

/* Aumasson and Bernstein, "SipHash: a fast short-input PRF"; one round a word, three at the end. */
uint64_t config_hash(const struct config_secret *secret, const void *bytes, size_t len)
{
	uint64_t v[4] = {
		secret->k0 ^ 0x736f6d6570736575, secret->k1 ^ 0x646f72616e646f6d,
		secret->k0 ^ 0x6c7967656e657261, secret->k1 ^ 0x7465646279746573,
	};
	const uint8_t *at = bytes;
	uint64_t word;

	for (size_t left = len; left >= 8; left -= 8, at += 8) {
		memcpy(&word, at, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = 0;
	memcpy(&word, at, len % 8);
	word |= (uint64_t)len << 56;
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void config_index_init(struct config_index *index, config_index_same *same)
{
	*index = (struct config_index){ .same = same };
}

void config_index_fini(struct config_index *index)
{
	free(index->slots);
	*index = (struct config_index){ 0 };
}

const void *config_index_at(const struct config_index *index, uint64_t hash, const void *wanted)
{
	size_t mask = index->n_slots - 1;

	if (!index->n_slots)
		return NULL;
	for (size_t i = hash & mask; index->slots[i].item; i = (i + 1) & mask) {
		if (index->slots[i].hash == hash && index->same(index->slots[i].item, wanted))
			return index->slots[i].item;
	}
	return NULL;
}

static void put(struct config_index_slot *slots, size_t n_slots, uint64_t hash, const void *item)
{
	size_t i = hash & (n_slots - 1);

	while (slots[i].item)
		i = (i + 1) & (n_slots - 1);
	slots[i] = (struct config_index_slot){ hash, item };
}

static int grow(struct config_index *index)
{
	size_t n_slots = index->n_slots ? 2 * index->n_slots : 16;
	struct config_index_slot *slots = calloc(n_slots, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < index->n_slots; i++) {
		if (index->slots[i].item)
			put(slots, n_slots, index->slots[i].hash, index->slots[i].item);
	}
	free(index->slots);
	index->slots = slots;
	index->n_slots = n_slots;
	return 0;
}

int config_index_add(struct config_index *index, uint64_t hash, const void *item)
{
	if (4 * (index->n + 1) > 3 * index->n_slots && grow(index) < 0)
		return -ENOMEM;
	put(index->slots, index->n_slots, hash, item);
	index->n++;
	return 0;
}

void config_index_each(const struct config_index *index, void (*on)(const void *item, void *data), void *data)
{
	for (size_t i = 0; i < index->n_slots; i++) {
		if (index->slots[i].item)
			on(index->slots[i].item, data);
	}
}
