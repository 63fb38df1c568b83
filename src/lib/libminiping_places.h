/* libminiping_places.h - the hosts of a session, by ids that are used once, and in lists. */
#ifndef LIBMINIPING_PLACES_H
#define LIBMINIPING_PLACES_H
#include "core/profile.h"
#include "lib/libminiping_result.h"
#include "lib/miniping.h"

#include <stdbool.h>
#include <stdint.h>

struct shost {
	struct shost *next; /* in fresh or gone */
	uint64_t id;        /* its place, and which of the hosts that have had it this is */
	struct miniping_result result;
	struct libminiping_tally tally;
	const struct profile *profile;
	struct profile *own; /* NULL: the session's */
	uint32_t number;     /* of its target; PLACES_NONE: none yet */
	bool raise_on_timeout, until_reply;
	bool over; /* done or removed: nothing more is reported */
	char name[];
};

struct place {
	struct shost *host;   /* NULL: free */
	uint32_t n_had;       /* hosts that it has had, this one included */
	uint32_t next_free;   /* of a free one */
	struct shost *target; /* whose target has this place as its number; NULL: none */
};

struct places_list { /* first come, first served */
	struct shost *first, **last;
};

#define PLACES_NONE UINT32_MAX

struct places {
	struct place *at; /* room for n_room; n of them have been used */
	uint32_t n, n_room, first_free;
};

/* places_init - none. places_fini - frees every host, too. */
void places_init(struct places *p);
void places_fini(struct places *p);

/* places_new_host - in a place of its own; NULL: no memory. result and tally have begun; profile and the other members
 * are the caller's to set. */
struct shost *places_new_host(struct places *p, const char *name);

/* places_free_host - and its place with it; its id is not used again. */
void places_free_host(struct places *p, struct shost *h);

/* places_find - the host with this id that is not over, or NULL. O(1). */
struct shost *places_find(const struct places *p, uint64_t id);

/* places_number - of h's place. */
static inline uint32_t places_number(const struct shost *h)
{
	return (uint32_t)h->id;
}

void places_list_init(struct places_list *l);
void places_list_put(struct places_list *l, struct shost *h);
struct shost *places_list_take(struct places_list *l); /* NULL: it is empty */
#endif
