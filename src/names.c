#include "names.h"

#include "wheel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

struct name {
	char       *host;                 /* NULL: the number is free */
	int64_t     good_ns;              /* when it was answered last; -1: never */
	enum family family;
	uint32_t    next;                 /* in its bucket, or of the free numbers */
	uint32_t    first_member, n_members;
	uint32_t    n_failures;           /* in a row */
	unsigned    versions;
	bool        partial;
	bool        under_way;
};

struct member {                           /* a target of a name */
	uint32_t target, name;            /* name NONE: the place is free */
	uint32_t next;                    /* in its bucket, or of the free places */
	uint32_t after, before;           /* of the same name */
};

struct table {                            /* heads of the buckets; as many as there is room for items */
	uint32_t *heads;
	uint32_t  room;                   /* a power of 2, or 0 */
};

struct names {
	struct names_policy policy;
	uint64_t       random;
	struct wheel  *due;               /* NULL until there is a name */
	struct name   *names;
	struct member *members;
	struct table   by_host, by_target;
	uint32_t       size, n_members_ever;   /* numbers and places ever used */
	uint32_t       free_name, free_member;
	uint32_t       count, n_under_way;
};

struct names *names_new(const struct names_policy *policy, uint64_t seed)
{
	struct names *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->policy = *policy;
	n->random = seed;
	n->free_name = n->free_member = NONE;
	return n;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	for (uint32_t i = 0; i < n->size; i++)
		free(n->names[i].host);
	wheel_free(n->due);
	free(n->names);
	free(n->members);
	free(n->by_host.heads);
	free(n->by_target.heads);
	free(n);
}

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t next_random(struct names *n)
{
	uint64_t z = n->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t give_or_take(struct names *n, int64_t ns)
{
	int64_t tenth = ns / 10;

	return ns - tenth + (int64_t)(next_random(n) % (uint64_t)(2 * tenth + 1));
}

/* --- finding --- */

static uint32_t hash_host(const char *host, enum family family)
{
	uint32_t h = UINT32_C(2166136261) ^ (uint32_t)family;   /* FNV-1a */

	for (; *host; host++)
		h = (h ^ (unsigned char)*host) * UINT32_C(16777619);
	return h ^ h >> 15;
}

static uint32_t hash_target(uint32_t target)
{
	return (target * UINT32_C(0x9e3779b1)) >> 7;
}

static uint32_t *name_bucket(const struct names *n, const char *host, enum family family)
{
	return &n->by_host.heads[hash_host(host, family) & (n->by_host.room - 1)];
}

static uint32_t *member_bucket(const struct names *n, uint32_t target)
{
	return &n->by_target.heads[hash_target(target) & (n->by_target.room - 1)];
}

static uint32_t find_name(const struct names *n, const char *host, enum family family)
{
	uint32_t i = n->by_host.room ? *name_bucket(n, host, family) : NONE;

	while (i != NONE && (n->names[i].family != family || strcmp(n->names[i].host, host)))
		i = n->names[i].next;
	return i;
}

static uint32_t find_member(const struct names *n, uint32_t target)
{
	uint32_t i = n->by_target.room ? *member_bucket(n, target) : NONE;

	while (i != NONE && n->members[i].target != target)
		i = n->members[i].next;
	return i;
}

/* --- room --- */

static uint32_t *new_heads(uint32_t room)
{
	uint32_t *heads = malloc(room * sizeof(*heads));

	if (heads)
		memset(heads, 0xff, room * sizeof(*heads));
	return heads;
}

static void use_heads(struct table *t, uint32_t *heads, uint32_t room)
{
	free(t->heads);
	t->heads = heads;
	t->room = room;
}

static uint32_t more_room(const struct table *t)
{
	return t->room ? 2 * t->room : 16;
}

static int make_room_for_name(struct names *n, int64_t now_ns)
{
	uint32_t room = more_room(&n->by_host), *heads;
	struct name *names;

	if (n->free_name != NONE || n->size < n->by_host.room)
		return 0;
	if (!n->due && !(n->due = wheel_new(now_ns, WHEEL_FINE)))
		return -ENOMEM;
	names = reallocarray(n->names, room, sizeof(*names));
	if (!names)
		return -ENOMEM;
	n->names = names;
	if (wheel_reserve(n->due, room) || !(heads = new_heads(room)))
		return -ENOMEM;
	use_heads(&n->by_host, heads, room);
	for (uint32_t i = 0; i < n->size; i++) {
		uint32_t *head = name_bucket(n, names[i].host, names[i].family);

		names[i].next = *head;
		*head = i;
	}
	return 0;
}

static int make_room_for_member(struct names *n)
{
	uint32_t room = more_room(&n->by_target), *heads;
	struct member *members;

	if (n->free_member != NONE || n->n_members_ever < n->by_target.room)
		return 0;
	members = reallocarray(n->members, room, sizeof(*members));
	if (!members)
		return -ENOMEM;
	n->members = members;
	heads = new_heads(room);
	if (!heads)
		return -ENOMEM;
	use_heads(&n->by_target, heads, room);
	for (uint32_t i = 0; i < n->n_members_ever; i++) {
		uint32_t *head = member_bucket(n, members[i].target);

		members[i].next = *head;
		*head = i;
	}
	return 0;
}

/* --- names and their members --- */

static uint32_t new_name(struct names *n, char *host, enum family family)
{
	uint32_t i = n->free_name, *head = name_bucket(n, host, family);

	if (i == NONE)
		i = n->size++;
	else
		n->free_name = n->names[i].next;
	n->names[i] = (struct name){
		.host = host, .good_ns = -1, .family = family, .next = *head, .first_member = NONE,
	};
	*head = i;
	n->count++;
	return i;
}

static void drop_name(struct names *n, uint32_t number)
{
	struct name *x = &n->names[number];
	uint32_t *at = name_bucket(n, x->host, x->family);

	while (*at != number)
		at = &n->names[*at].next;
	*at = x->next;
	wheel_remove(n->due, number);
	free(x->host);
	*x = (struct name){ .next = n->free_name };
	n->free_name = number;
	n->count--;
}

static void link_member(struct names *n, uint32_t target, uint32_t name)
{
	uint32_t i = n->free_member, *head = member_bucket(n, target);
	struct name *x = &n->names[name];

	if (i == NONE)
		i = n->n_members_ever++;
	else
		n->free_member = n->members[i].next;
	n->members[i] = (struct member){
		.target = target, .name = name, .next = *head, .after = x->first_member, .before = NONE,
	};
	*head = i;
	if (x->first_member != NONE)
		n->members[x->first_member].before = i;
	x->first_member = i;
	x->n_members++;
}

static void unlink_member(struct names *n, uint32_t i)
{
	struct member *m = &n->members[i];
	struct name *x = &n->names[m->name];
	uint32_t *at = member_bucket(n, m->target);

	while (*at != i)
		at = &n->members[*at].next;
	*at = m->next;
	if (m->before != NONE)
		n->members[m->before].after = m->after;
	else
		x->first_member = m->after;
	if (m->after != NONE)
		n->members[m->after].before = m->before;
	x->n_members--;
	*m = (struct member){ .name = NONE, .next = n->free_member };
	n->free_member = i;
}

static void set_due(struct names *n, uint32_t name, int64_t at_ns)
{
	if (n->names[name].under_way)
		return;
	wheel_remove(n->due, name);
	wheel_add(n->due, name, at_ns);
}

/* Of a name that is under way, the number is kept until the answer: it could be another's by then. */
static void leave_name(struct names *n, uint32_t member)
{
	uint32_t name = n->members[member].name;

	unlink_member(n, member);
	if (!n->names[name].n_members && !n->names[name].under_way)
		drop_name(n, name);
}

int names_add(struct names *n, uint32_t target, const char *host, enum family family, int64_t now_ns)
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

void names_remove(struct names *n, uint32_t target)
{
	uint32_t member = find_member(n, target);

	if (member != NONE)
		leave_name(n, member);
}

bool names_is_wanted(const struct names *n, uint32_t name)
{
	return n->names[name].n_members;
}

bool names_has(const struct names *n, uint32_t target)
{
	return find_member(n, target) != NONE;
}

size_t names_count(const struct names *n)
{
	return n->count;
}

/* --- asking --- */

size_t names_take(struct names *n, int64_t now_ns, struct names_query *queries, size_t max)
{
	size_t free_queries = n->policy.n_under_way_max - n->n_under_way, n_taken = 0, n_got;
	uint32_t name;

	if (max > free_queries)
		max = free_queries;
	while (n->due && n_taken < max) {
		n_got = wheel_take(n->due, now_ns, &name, 1);
		if (!n_got)
			break;
		n->names[name].under_way = true;
		n->n_under_way++;
		queries[n_taken++] = (struct names_query){
			.name = name, .host = n->names[name].host, .family = n->names[name].family,
			.versions = n->names[name].versions,
		};
	}
	return n_taken;
}

int64_t names_next(const struct names *n)
{
	return n->due && n->n_under_way < n->policy.n_under_way_max ? wheel_next(n->due) : WHEEL_NEVER;
}

static int64_t wait_after_answer(struct names *n, int64_t ttl_ns)
{
	const struct names_policy *p = &n->policy;

	return give_or_take(n, ttl_ns < p->ttl_min_ns ? p->ttl_min_ns :
	                       ttl_ns > p->ttl_max_ns ? p->ttl_max_ns : ttl_ns);
}

static int64_t wait_after_failure(struct names *n, uint32_t n_failures)
{
	int64_t ns = n->policy.retry_min_ns;

	while (--n_failures && ns < n->policy.retry_max_ns)
		ns *= 2;
	return give_or_take(n, ns < n->policy.retry_max_ns ? ns : n->policy.retry_max_ns);
}

struct names_verdict names_answer(struct names *n, uint32_t name, const struct names_result *result, int64_t now_ns)
{
	struct name *x = &n->names[name];
	struct names_verdict v = { .n_targets = x->n_members };

	x->under_way = false;
	n->n_under_way--;
	if (!x->n_members) {
		drop_name(n, name);
		return v;
	}
	if (result->versions) {
		v.recovered = x->n_failures;
		x->n_failures = 0;
		v.newly_partial = result->partial && !x->partial;
		x->partial = result->partial;
		x->versions = result->versions;
		x->good_ns = now_ns;
		v.wait_ns = wait_after_answer(n, result->ttl_ns);
	} else {
		x->n_failures += x->n_failures != UINT32_MAX;
		v.n_failures = x->n_failures;
		v.wait_ns = wait_after_failure(n, x->n_failures);
	}
	v.age_ns = x->good_ns < 0 ? -1 : now_ns - x->good_ns;
	set_due(n, name, now_ns + v.wait_ns);
	return v;
}

void names_each(const struct names *n, uint32_t name, void (*on)(void *data, uint32_t target), void *data)
{
	for (uint32_t i = n->names[name].first_member; i != NONE; i = n->members[i].after)
		on(data, n->members[i].target);
}

void names_postpone(struct names *n, uint32_t name, int64_t at_ns)
{
	set_due(n, name, at_ns);
}

void names_hurry(struct names *n, int64_t now_ns)
{
	for (uint32_t i = 0; i < n->size; i++)
		if (n->names[i].host && n->names[i].n_failures)
			set_due(n, i, now_ns);
}
