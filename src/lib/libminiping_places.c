/* libminiping_places.c - an array of places, each with the count of hosts that it has had, which is half of an id. */
#include "lib/libminiping_places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 64u

void places_list_init(struct places_list *l)
{
	l->first = NULL;
	l->last = &l->first;
}

void places_list_put(struct places_list *l, struct shost *h)
{
	h->next = NULL;
	*l->last = h;
	l->last = &h->next;
}

struct shost *places_list_take(struct places_list *l)
{
	struct shost *h = l->first;

	if (h)
		l->first = h->next;
	if (!l->first)
		l->last = &l->first;
	return h;
}

static void free_host(struct shost *h)
{
	miniping_result_fini(&h->result);
	free(h->tally.seqs);
	free(h->own);
	free(h);
}

void places_init(struct places *p)
{
	*p = (struct places){ .first_free = PLACES_NONE };
}

void places_fini(struct places *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (p->at[i].host)
			free_host(p->at[i].host);
	free(p->at);
	places_init(p);
}

static int make_room(struct places *p)
{
	uint32_t room = p->n_room ? 2 * p->n_room : ROOM_MIN;
	struct place *at;

	if (p->first_free != PLACES_NONE || p->n < p->n_room)
		return 0;
	at = reallocarray(p->at, room, sizeof(*at));
	if (!at)
		return -ENOMEM;
	memset(at + p->n_room, 0, (room - p->n_room) * sizeof(*at));
	p->at = at;
	p->n_room = room;
	return 0;
}

static void take_place(struct places *p, struct shost *h)
{
	uint32_t place = p->first_free;

	if (place == PLACES_NONE)
		place = p->n++;
	else
		p->first_free = p->at[place].next_free;
	p->at[place].host = h;
	h->id = (uint64_t)++p->at[place].n_had << 32 | place;
}

struct shost *places_new_host(struct places *p, const char *name)
{
	size_t len = strlen(name) + 1;
	struct shost *h = make_room(p) ? NULL : calloc(1, sizeof(*h) + len);

	if (!h)
		return NULL;
	memcpy(h->name, name, len);
	libminiping_result_begin(&h->result, h->name);
	h->number = PLACES_NONE;
	take_place(p, h);
	return h;
}

void places_free_host(struct places *p, struct shost *h)
{
	struct place *place = &p->at[places_number(h)];

	place->host = NULL;
	/* Beyond that the count would begin anew, and with it the ids. */
	if (place->n_had < UINT32_MAX) {
		place->next_free = p->first_free;
		p->first_free = places_number(h);
	}
	free_host(h);
}

struct shost *places_find(const struct places *p, uint64_t id)
{
	uint32_t place = (uint32_t)id;
	struct shost *h = place < p->n ? p->at[place].host : NULL;

	return h && h->id == id && !h->over ? h : NULL;
}
