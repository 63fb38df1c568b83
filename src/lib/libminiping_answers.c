/* libminiping_answers.c - a sorted array, and for each answerer a ring of bits. */
#include "lib/libminiping_answers.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define START_ROOM 16u

void libminiping_answers_init(struct libminiping_answers *a, uint64_t n_in_time)
{
	*a = (struct libminiping_answers){ .n_words = 1 };
	/* A power of two: the ring goes on where numbers wrap. */
	while (64 * (uint64_t)a->n_words <= n_in_time)
		a->n_words *= 2;
}

void libminiping_answers_fini(struct libminiping_answers *a)
{
	free(a->at);
	free(a->seen);
}

/* On two links the same link-local address is two hosts'. */
static int compare(const struct addr *a, const struct addr *b)
{
	int order = (int)a->family - (int)b->family;

	if (!order)
		order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));
	return order ? order : (a->scope > b->scope) - (a->scope < b->scope);
}

/* Where from is, or belongs. */
static size_t find(const struct libminiping_answers *a, const struct addr *from, bool *is_there)
{
	size_t low = 0, high = a->n;

	*is_there = false;
	while (low < high && !*is_there) {
		size_t middle = low + (high - low) / 2;
		int order = compare(from, &a->at[middle].from);

		if (order > 0)
			low = middle + 1;
		else
			high = middle;
		if (!order) {
			low = middle;
			*is_there = true;
		}
	}
	return low;
}

static int make_room(struct libminiping_answers *a)
{
	size_t room = a->room ? 2 * a->room : START_ROOM;
	struct libminiping_answerer *at;
	uint64_t *seen;

	if (a->n < a->room)
		return 0;
	at = reallocarray(a->at, room, sizeof(*at));
	if (!at)
		return -ENOMEM;
	a->at = at;
	seen = reallocarray(a->seen, room * a->n_words, sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	a->seen = seen;
	a->room = room;
	return 0;
}

static int insert(struct libminiping_answers *a, size_t i, const struct addr *from, uint32_t number, int ttl)
{
	int err = make_room(a);

	if (err)
		return err;
	memmove(a->at + i + 1, a->at + i, (a->n - i) * sizeof(*a->at));
	a->at[i] = (struct libminiping_answerer){
		.from = *from, .min_ns = -1, .max_ns = -1, .ttl = ttl, .latest = number, .place = a->n
	};
	memset(a->seen + a->n * a->n_words, 0, a->n_words * sizeof(*a->seen));
	a->n++;
	return 0;
}

/* Has it answered the packet before? From now on it has. Numbers wrap. */
static bool was_seen(struct libminiping_answers *a, struct libminiping_answerer *one, uint32_t number)
{
	uint64_t *ring = a->seen + one->place * a->n_words, n_bits = 64 * (uint64_t)a->n_words, bit = number % n_bits;
	uint32_t ahead = number - one->latest, behind = one->latest - number;
	bool is_ahead = ahead && ahead < UINT32_MAX / 2, was;

	if (!is_ahead && behind >= n_bits)
		return true;
	/* Those between are not answered yet. */
	for (uint32_t i = 1; is_ahead && i <= ahead && i <= n_bits; i++) {
		uint64_t passed = (one->latest + i) % n_bits;

		ring[passed / 64] &= ~(UINT64_C(1) << passed % 64);
	}
	if (is_ahead)
		one->latest = number;
	was = ring[bit / 64] >> bit % 64 & 1;
	ring[bit / 64] |= UINT64_C(1) << bit % 64;
	return was;
}

static void count(struct libminiping_answerer *one, int64_t rtt_ns)
{
	double from_mean = (double)rtt_ns - one->mean;

	one->n_received++;
	one->mean += from_mean / (double)one->n_received;
	one->squares += from_mean * ((double)rtt_ns - one->mean);
	if (one->min_ns < 0 || rtt_ns < one->min_ns)
		one->min_ns = rtt_ns;
	if (rtt_ns > one->max_ns)
		one->max_ns = rtt_ns;
}

int libminiping_answers_add(struct libminiping_answers *a, const struct addr *from, uint32_t number, int64_t rtt_ns,
                            int ttl)
{
	bool is_there;
	size_t i = find(a, from, &is_there);
	int err;

	if (!is_there && a->n == LIBMINIPING_ANSWERERS_MAX) {
		a->n_beyond++;
		return LIBMINIPING_ANSWER_BEYOND;
	}
	err = is_there ? 0 : insert(a, i, from, number, ttl);
	if (err)
		return err;
	if (was_seen(a, &a->at[i], number)) {
		a->at[i].n_duplicates++;
		a->n_duplicates++;
		return LIBMINIPING_ANSWER_AGAIN;
	}
	count(&a->at[i], rtt_ns);
	return LIBMINIPING_ANSWER;
}

int64_t libminiping_answerer_jitter_ns(const struct libminiping_answerer *a)
{
	return a->n_received > 1 ? llround(sqrt(a->squares / (double)(a->n_received - 1))) : 0;
}
