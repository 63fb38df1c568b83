/* events_hub.c - three rings, so that neither reports, of which there are many, nor the first states of a large fleet
 * push out what the daemon says of itself: see events_hub.h. */
#include "serve/events_hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RINGS 3u

struct event {
	uint64_t id;
	enum serve_event kind;
	size_t len;
	char *json;
};

struct ring {
	struct event events[EVENTS_HUB_MAX];
	uint32_t first, n;
	size_t bytes;
	uint64_t gone_id; /* the latest that has been in it, or should have been, and is not */
};

struct events_hub {
	uint64_t next_id;
	struct ring rings[RINGS];
};

static size_t ring_of(enum serve_event kind)
{
	switch (kind) {
	case SERVE_EVENT_REPORT:
		return 0;
	case SERVE_EVENT_DAEMON:
		return 1;
	default:
		return 2;
	}
}

static const struct event *ring_at(const struct ring *r, uint32_t i)
{
	return &r->events[(r->first + i) % EVENTS_HUB_MAX];
}

static void ring_drop(struct ring *r)
{
	struct event *e = &r->events[r->first];

	r->gone_id = e->id;
	r->bytes -= e->len;
	free(e->json);
	e->json = NULL;
	r->first = (r->first + 1) % EVENTS_HUB_MAX;
	r->n--;
}

struct events_hub *events_hub_new(uint64_t first_id)
{
	struct events_hub *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->next_id = first_id;
	/* What an earlier process sent is not here. */
	for (size_t i = 0; i < RINGS; i++)
		h->rings[i].gone_id = first_id - 1;
	return h;
}

void events_hub_free(struct events_hub *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < RINGS; i++)
		while (h->rings[i].n)
			ring_drop(&h->rings[i]);
	free(h);
}

void events_hub_lost(struct events_hub *h)
{
	uint64_t id = h->next_id++;

	for (size_t i = 0; i < RINGS; i++) {
		while (h->rings[i].n)
			ring_drop(&h->rings[i]);
		h->rings[i].gone_id = id;
	}
}

void events_hub_add(struct events_hub *h, enum serve_event kind, const char *json, size_t len)
{
	struct ring *r = &h->rings[ring_of(kind)];
	char *copy = len <= EVENTS_HUB_EVENT_MAX ? malloc(len + 1) : NULL;

	if (!copy) {
		events_hub_lost(h);
		return;
	}
	memcpy(copy, json, len);
	while (r->n && (r->n == EVENTS_HUB_MAX || r->bytes + len > EVENTS_HUB_BYTES_MAX))
		ring_drop(r);
	r->events[(r->first + r->n++) % EVENTS_HUB_MAX] = (struct event){ h->next_id++, kind, len, copy };
	r->bytes += len;
}

void events_hub_each(const struct events_hub *h, enum serve_event kind,
                     bool (*on_event)(void *data, const char *json, size_t len), void *data)
{
	const struct ring *r = &h->rings[ring_of(kind)];

	for (uint32_t i = r->n; i-- > 0;) {
		const struct event *e = ring_at(r, i);

		if (e->kind == kind && !on_event(data, e->json, e->len))
			return;
	}
}

void events_reader_init(struct events_reader *r, const struct events_hub *h, unsigned kinds, uint64_t last_id)
{
	/* An id that has not been given yet is not ours: as one that has gone. */
	if (last_id >= h->next_id)
		last_id = 1;
	*r = (struct events_reader){ kinds, last_id ? last_id + 1 : h->next_id };
}

static bool ring_is_read(const struct events_reader *r, size_t i)
{
	for (unsigned kind = 0; kind <= SERVE_EVENT_REPORT; kind++)
		if (r->kinds >> kind & 1 && ring_of((enum serve_event)kind) == i)
			return true;
	return false;
}

static bool reader_lost(const struct events_reader *r, const struct events_hub *h)
{
	for (size_t i = 0; i < RINGS; i++)
		if (ring_is_read(r, i) && r->next_id <= h->rings[i].gone_id)
			return true;
	return false;
}

void events_reader_init_kept(struct events_reader *r, const struct events_hub *h, unsigned kinds)
{
	*r = (struct events_reader){ .kinds = kinds };
	for (size_t i = 0; i < RINGS; i++)
		if (ring_is_read(r, i) && r->next_id <= h->rings[i].gone_id)
			r->next_id = h->rings[i].gone_id + 1;
}

/* The first of the ring with an id from r->next_id on, of a kind that r reads. */
static const struct event *ring_next(const struct ring *ring, const struct events_reader *r)
{
	uint32_t low = 0, high = ring->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ring_at(ring, middle)->id < r->next_id)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < ring->n; low++)
		if (r->kinds & 1u << ring_at(ring, low)->kind)
			return ring_at(ring, low);
	return NULL;
}

static const struct event *reader_next(const struct events_reader *r, const struct events_hub *h)
{
	const struct event *next = NULL;

	for (size_t i = 0; i < RINGS; i++) {
		const struct event *e = ring_is_read(r, i) ? ring_next(&h->rings[i], r) : NULL;

		if (e && (!next || e->id < next->id))
			next = e;
	}
	return next;
}

bool events_reader_is_behind(const struct events_reader *r, const struct events_hub *h)
{
	return reader_lost(r, h) || reader_next(r, h);
}

size_t events_reader_read(struct events_reader *r, const struct events_hub *h, char *buf, size_t room)
{
	static const char *const names[] = {
		[SERVE_EVENT_STATE] = "state",   [SERVE_EVENT_PATH] = "path",     [SERVE_EVENT_DNS] = "dns",
		[SERVE_EVENT_DAEMON] = "daemon", [SERVE_EVENT_REPORT] = "report",
	};
	const struct event *e;
	size_t len = 0;

	if (reader_lost(r, h)) {
		/* With an id, so that who comes back from here loses nothing more. */
		int n = snprintf(buf, room, "id: %llu\nevent: resync\ndata: {}\n\n",
		                 (unsigned long long)h->next_id - 1);

		if (n < 0 || (size_t)n >= room)
			return 0;
		r->next_id = h->next_id;
		return (size_t)n;
	}
	while ((e = reader_next(r, h)) && room - len > e->len + 64) {
		len += (size_t)snprintf(buf + len, room - len, "id: %llu\nevent: %s\ndata: ", (unsigned long long)e->id,
		                        names[e->kind]);
		memcpy(buf + len, e->json, e->len);
		len += e->len;
		buf[len++] = '\n';
		buf[len++] = '\n';
		r->next_id = e->id + 1;
	}
	if (!e)
		r->next_id = h->next_id; /* all others are of kinds that it does not read */
	return len;
}
