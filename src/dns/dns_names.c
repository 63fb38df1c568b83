/* dns_names.c - names wait in a wheel until they are due; each lists its targets, and is found by host or target. */
#include "dns/dns_names.h"

#include "base/index.h"
#include "base/wheel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONE INDEX_NONE

struct name {
	char *host;      /* NULL: the number is free */
	int64_t good_ns; /* when it was answered last; -1: never */
	enum family family;
	uint32_t next_free; /* of the free numbers */
	uint32_t first_member, n_members;
	uint32_t n_failures; /* in a row */
	unsigned families;
	bool is_partial;
	bool in_flight;
};

struct member {                 /* a target of a name */
	uint32_t target, name;  /* name NONE: the number is free */
	uint32_t after, before; /* of the same name; after: or of the free numbers */
};

struct dns_names {
	struct dns_names_policy policy;
	uint64_t random;
	struct wheel *due; /* NULL until there is a name */
	struct name *names;
	struct member *members;
	struct index by_host, by_target;
	uint32_t names_room, members_room;
	uint32_t size, n_members_ever; /* numbers ever used */
	uint32_t free_name, free_member;
	uint32_t count, n_in_flight, n_unanswered;
};

struct wanted {
	const char *host;
	enum family family;
};

static bool same_name(const void *data, uint32_t number, const void *wanted)
{
	const struct dns_names *n = data;
	const struct wanted *w = wanted;

	return n->names[number].family == w->family && !strcmp(n->names[number].host, w->host);
}

static bool same_target(const void *data, uint32_t number, const void *wanted)
{
	const struct dns_names *n = data;
	const uint32_t *target = wanted;

	return n->members[number].target == *target;
}

/* splitmix64 */
static uint64_t next_random(struct dns_names *n)
{
	return hash_mix64(n->random += UINT64_C(0x9e3779b97f4a7c15));
}

struct dns_names *dns_names_new(const struct dns_names_policy *policy, uint64_t seed)
{
	struct dns_names *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->policy = *policy;
	n->random = seed;
	n->free_name = n->free_member = NONE;
	index_init(&n->by_host, (struct hash_secret){ next_random(n), next_random(n) }, same_name);
	index_init(&n->by_target, (struct hash_secret){ next_random(n), next_random(n) }, same_target);
	return n;
}

void dns_names_free(struct dns_names *n)
{
	if (!n)
		return;
	for (uint32_t i = 0; i < n->size; i++)
		free(n->names[i].host);
	wheel_free(n->due);
	free(n->names);
	free(n->members);
	index_fini(&n->by_host);
	index_fini(&n->by_target);
	free(n);
}

static int64_t with_jitter(struct dns_names *n, int64_t ns)
{
	int64_t tenth = ns / 10;

	return ns - tenth + (int64_t)(next_random(n) % (uint64_t)(2 * tenth + 1));
}

/* --- finding --- */

static uint32_t hash_name(const struct dns_names *n, const char *host, enum family family)
{
	return index_hash_text(&n->by_host, host) ^ (uint32_t)family;
}

static uint32_t find_name(const struct dns_names *n, const char *host, enum family family)
{
	return index_at(&n->by_host, hash_name(n, host, family), n, &(struct wanted){ host, family });
}

static uint32_t find_member(const struct dns_names *n, uint32_t target)
{
	return index_at(&n->by_target, index_hash_number(&n->by_target, target), n, &target);
}

/* --- room --- */

static uint32_t more_room(uint32_t room)
{
	return room ? 2 * room : 16;
}

static int make_room_for_name(struct dns_names *n, int64_t now_ns)
{
	uint32_t room = more_room(n->names_room);
	struct name *names;

	if (n->free_name != NONE || n->size < n->names_room)
		return 0;
	if (!n->due && !(n->due = wheel_new(now_ns, WHEEL_FINE)))
		return -ENOMEM;
	names = reallocarray(n->names, room, sizeof(*names));
	if (!names)
		return -ENOMEM;
	n->names = names;
	if (wheel_reserve(n->due, room) || index_reserve(&n->by_host, room))
		return -ENOMEM;
	n->names_room = room;
	return 0;
}

static int make_room_for_member(struct dns_names *n)
{
	uint32_t room = more_room(n->members_room);
	struct member *members;

	if (n->free_member != NONE || n->n_members_ever < n->members_room)
		return 0;
	members = reallocarray(n->members, room, sizeof(*members));
	if (!members)
		return -ENOMEM;
	n->members = members;
	if (index_reserve(&n->by_target, room))
		return -ENOMEM;
	n->members_room = room;
	return 0;
}

/* --- names and their members --- */

static bool is_answered(const struct name *x)
{
	return x->good_ns >= 0 || x->n_failures;
}

/* There is room, in the index as well. */
static uint32_t new_name(struct dns_names *n, char *host, enum family family)
{
	uint32_t i = n->free_name;

	if (i == NONE)
		i = n->size++;
	else
		n->free_name = n->names[i].next_free;
	n->names[i] = (struct name){ .host = host, .good_ns = -1, .family = family, .first_member = NONE };
	index_add(&n->by_host, hash_name(n, host, family), i);
	n->count++;
	n->n_unanswered++;
	return i;
}

static void drop_name(struct dns_names *n, uint32_t number)
{
	struct name *x = &n->names[number];

	index_remove(&n->by_host, hash_name(n, x->host, x->family), number);
	n->n_unanswered -= !is_answered(x);
	wheel_remove(n->due, number);
	free(x->host);
	*x = (struct name){ .next_free = n->free_name };
	n->free_name = number;
	n->count--;
}

/* There is room, in the index as well. */
static void link_member(struct dns_names *n, uint32_t target, uint32_t name)
{
	uint32_t i = n->free_member;
	struct name *x = &n->names[name];

	if (i == NONE)
		i = n->n_members_ever++;
	else
		n->free_member = n->members[i].after;
	n->members[i] = (struct member){ .target = target, .name = name, .after = x->first_member, .before = NONE };
	index_add(&n->by_target, index_hash_number(&n->by_target, target), i);
	if (x->first_member != NONE)
		n->members[x->first_member].before = i;
	x->first_member = i;
	x->n_members++;
}

static void unlink_member(struct dns_names *n, uint32_t i)
{
	struct member *m = &n->members[i];
	struct name *x = &n->names[m->name];

	index_remove(&n->by_target, index_hash_number(&n->by_target, m->target), i);
	if (m->before != NONE)
		n->members[m->before].after = m->after;
	else
		x->first_member = m->after;
	if (m->after != NONE)
		n->members[m->after].before = m->before;
	x->n_members--;
	*m = (struct member){ .name = NONE, .after = n->free_member };
	n->free_member = i;
}

static void set_due(struct dns_names *n, uint32_t name, int64_t at_ns)
{
	if (n->names[name].in_flight)
		return;
	wheel_remove(n->due, name);
	wheel_add(n->due, name, at_ns);
}

/* A name in flight keeps its number until the answer, which would otherwise be taken for another's. */
static void leave_name(struct dns_names *n, uint32_t member)
{
	uint32_t name = n->members[member].name;

	unlink_member(n, member);
	if (!n->names[name].n_members && !n->names[name].in_flight)
		drop_name(n, name);
}

int dns_names_add(struct dns_names *n, uint32_t target, const char *host, enum family family, int64_t now_ns)
{
	uint32_t name = find_name(n, host, family), member = find_member(n, target);
	char *copy;

	if (member != NONE && n->members[member].name == name)
		return 0;
	if (make_room_for_member(n))
		return -ENOMEM;
	if (name == NONE) {
		copy = make_room_for_name(n, now_ns) ? NULL : strdup(host);
		if (!copy)
			return -ENOMEM;
		name = new_name(n, copy, family);
	}
	if (member != NONE)
		leave_name(n, member);
	link_member(n, target, name);
	set_due(n, name, now_ns);
	return 0;
}

void dns_names_remove(struct dns_names *n, uint32_t target)
{
	uint32_t member = find_member(n, target);

	if (member != NONE)
		leave_name(n, member);
}

bool dns_names_is_wanted(const struct dns_names *n, uint32_t name)
{
	return n->names[name].n_members;
}

bool dns_names_has(const struct dns_names *n, uint32_t target)
{
	return find_member(n, target) != NONE;
}

size_t dns_names_count(const struct dns_names *n)
{
	return n->count;
}

size_t dns_names_unanswered(const struct dns_names *n)
{
	return n->n_unanswered;
}

size_t dns_names_unresolved(const struct dns_names *n)
{
	size_t sum = 0;

	for (uint32_t i = 0; i < n->size; i++)
		if (n->names[i].host && n->names[i].good_ns < 0)
			sum += n->names[i].n_members;
	return sum;
}

/* --- asking --- */

size_t dns_names_take(struct dns_names *n, int64_t now_ns, struct dns_names_query *queries, size_t max)
{
	size_t free_queries = n->policy.n_in_flight_max - n->n_in_flight, n_taken = 0, n_got;
	uint32_t name;

	if (max > free_queries)
		max = free_queries;
	while (n->due && n_taken < max) {
		n_got = wheel_take(n->due, now_ns, &name, 1);
		if (!n_got)
			break;
		n->names[name].in_flight = true;
		n->n_in_flight++;
		queries[n_taken++] = (struct dns_names_query){
			.name = name,
			.host = n->names[name].host,
			.family = n->names[name].family,
			.families = n->names[name].families,
		};
	}
	return n_taken;
}

int64_t dns_names_next(const struct dns_names *n)
{
	return n->due && n->n_in_flight < n->policy.n_in_flight_max ? wheel_next(n->due) : WHEEL_NEVER;
}

static int64_t wait_after_answer(struct dns_names *n, int64_t ttl_ns)
{
	const struct dns_names_policy *p = &n->policy;

	return with_jitter(n, ttl_ns < p->ttl_min_ns ? p->ttl_min_ns : ttl_ns > p->ttl_max_ns ? p->ttl_max_ns : ttl_ns);
}

static int64_t wait_after_failure(struct dns_names *n, uint32_t n_failures)
{
	int64_t ns = n->policy.retry_min_ns;

	while (--n_failures && ns < n->policy.retry_max_ns)
		ns *= 2;
	return with_jitter(n, ns < n->policy.retry_max_ns ? ns : n->policy.retry_max_ns);
}

struct dns_names_status dns_names_answer(struct dns_names *n, uint32_t name, const struct dns_names_result *result,
                                         int64_t now_ns)
{
	struct name *x = &n->names[name];
	struct dns_names_status s = { .n_targets = x->n_members };

	x->in_flight = false;
	n->n_in_flight--;
	if (!x->n_members) {
		drop_name(n, name);
		return s;
	}
	n->n_unanswered -= !is_answered(x);
	if (result->families) {
		s.recovered = x->n_failures;
		x->n_failures = 0;
		s.became_partial = result->is_partial && !x->is_partial;
		x->is_partial = result->is_partial;
		x->families = result->families;
		x->good_ns = now_ns;
		s.wait_ns = wait_after_answer(n, result->ttl_ns);
	} else {
		x->n_failures += x->n_failures != UINT32_MAX;
		s.n_failures = x->n_failures;
		s.wait_ns = wait_after_failure(n, x->n_failures);
	}
	s.age_ns = x->good_ns < 0 ? -1 : now_ns - x->good_ns;
	set_due(n, name, now_ns + s.wait_ns);
	return s;
}

void dns_names_each(const struct dns_names *n, uint32_t name, void (*on)(void *data, uint32_t target), void *data)
{
	for (uint32_t i = n->names[name].first_member; i != NONE; i = n->members[i].after)
		on(data, n->members[i].target);
}

void dns_names_retry(struct dns_names *n, int64_t now_ns)
{
	for (uint32_t i = 0; i < n->size; i++)
		if (n->names[i].host && n->names[i].n_failures)
			set_due(n, i, now_ns);
}
