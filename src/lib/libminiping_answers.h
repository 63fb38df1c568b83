/* libminiping_answers.h - who has answered the packets to a broadcast or multicast address, how often and how fast.
 * Pure. Anybody on the link may answer by any number of addresses: only so many are kept. */
#ifndef LIBMINIPING_ANSWERS_H
#define LIBMINIPING_ANSWERS_H
#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

#define LIBMINIPING_ANSWERERS_MAX 1024u

struct libminiping_answerer {
	struct addr from;
	uint64_t n_received, n_duplicates; /* packets that it answered, and further replies to them */
	int64_t min_ns, max_ns;
	double mean, squares; /* of the RTTs in ns; of their distances from the mean (Welford 1962) */
	int ttl;              /* of its first reply */
	uint32_t latest;      /* the highest number of a packet that it answered */
	size_t place;         /* of its numbers in answers.seen */
};

struct libminiping_answers {
	struct libminiping_answerer *at; /* ascending by address */
	size_t n, room;
	uint64_t *seen; /* n_words for each: whether it answered the latest n_words * 64 packets, as a ring */
	size_t n_words;
	uint64_t n_duplicates; /* of all that are kept */
	uint64_t n_beyond;     /* replies of others, that came when LIBMINIPING_ANSWERERS_MAX were kept */
};

/* libminiping_answers_init - no answer yet, and no memory.
 *   n_in_time   the latest packets, a reply to which may still be in time */
void libminiping_answers_init(struct libminiping_answers *a, uint64_t n_in_time);
void libminiping_answers_fini(struct libminiping_answers *a);

enum libminiping_answer { LIBMINIPING_ANSWER, LIBMINIPING_ANSWER_AGAIN, LIBMINIPING_ANSWER_BEYOND };

/* libminiping_answers_add - from has answered packet number in time: which it had not answered before, or had; or from
 * is one too many. What is older than n_in_time packets counts as answered. -ENOMEM: nothing has changed. O(log n), but
 * O(n) of one that is new. */
int libminiping_answers_add(struct libminiping_answers *a, const struct addr *from, uint32_t number, int64_t rtt_ns,
                            int ttl);

/* libminiping_answerer_jitter_ns - sample standard deviation; 0 below two replies. */
int64_t libminiping_answerer_jitter_ns(const struct libminiping_answerer *a);
#endif
