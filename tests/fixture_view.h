/* fixture_view.h - a view of a fleet that a test makes, and the documents that are written from one. */
#ifndef MINIPING_TESTS_FIXTURE_VIEW_H
#define MINIPING_TESTS_FIXTURE_VIEW_H
#include "fixture.h"
#include "serve/request.h"
#include "serve/view.h"

#include <jansson.h>

#define FIXTURE_AT_NS   (INT64_C(1000000) * 1000000000)    /* monotonic, of the generation */
#define FIXTURE_REAL_NS (INT64_C(1767323045) * 1000000000) /* 2026-01-02T03:04:05Z */

static struct fleet *fixture_fleet;

/* fixture_make_fleet, fixture_free_fleet - a set-up and a tear-down: fixture_fleet is empty. */
static inline int fixture_make_fleet(void **state)
{
	(void)state;
	fixture_fleet = fleet_new();
	return fixture_fleet ? 0 : -1;
}

static inline int fixture_free_fleet(void **state)
{
	(void)state;
	fleet_free(fixture_fleet);
	return 0;
}

/* fixture_add - ip NULL: none yet. */
static inline struct target *fixture_add(const char *name, const char *host, const char *ip, const struct profile *p)
{
	struct addr a = { .family = AF_UNSPEC };
	uint32_t number;

	if (ip)
		assert_int_equal(addr_parse(&a, ip), 0);
	number = fleet_add(fixture_fleet, name, host, &a, p, 7);
	assert_int_not_equal(number, FLEET_NONE);
	return fleet_at(fixture_fleet, number);
}

/* fixture_settle - one probe of t; rtt_ns of a reply, sys_errno of one that was not sent. */
static inline void fixture_settle(struct target *t, enum outcome outcome, int64_t rtt_ns, int sys_errno)
{
	struct settled s = { .outcome = outcome, .rtt_ns = rtt_ns, .ttl = 60, .to = t->addr, .sys_errno = sys_errno };

	target_settle(t, &s, FIXTURE_REAL_NS - NS_PER_H);
}

static inline void fixture_free_generation(struct generation *g)
{
	snapshot_free(g->targets);
	free(g);
}

/* fixture_generation - of the fleet as it is. */
static inline struct generation *fixture_generation(void)
{
	struct generation *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->free = fixture_free_generation;
	g->at_ns = FIXTURE_AT_NS;
	g->at_real_ns = FIXTURE_REAL_NS;
	g->targets = snapshot_new(fleet_count(fixture_fleet));
	assert_non_null(g->targets);
	assert_int_equal(snapshot_take_some(g->targets, fixture_fleet, SIZE_MAX), 0);
	return g;
}

static inline struct view *fixture_view(void)
{
	struct view *v = view_new(fixture_generation());

	assert_non_null(v);
	return v;
}

/* fixture_read - the whole text of s, which is freed; *n_empty: how often there was none yet. */
static inline char *fixture_read(struct stream *s, size_t *len, size_t *n_empty)
{
	static char piece[16 * 1024];
	char *text = NULL;
	bool more;

	assert_non_null(s);
	*len = *n_empty = 0;
	do {
		struct textbuf t = textbuf_on(piece, sizeof(piece));

		more = s->more(s, &t);
		assert_false(t.full);
		text = realloc(text, *len + textbuf_len(&t) + 1);
		assert_non_null(text);
		memcpy(text + *len, piece, textbuf_len(&t));
		*len += textbuf_len(&t);
		*n_empty += more && !textbuf_len(&t);
	} while (more);
	s->free(s);
	text[*len] = '\0';
	return text;
}

/* fixture_json - the document of s. */
static inline json_t *fixture_json(struct stream *s)
{
	size_t len, n_empty;
	char *text = fixture_read(s, &len, &n_empty);
	json_error_t why;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (!root)
		fail_msg("%s at %d: %.*s", why.text, why.position, 200, text);
	free(text);
	return root;
}
#endif
