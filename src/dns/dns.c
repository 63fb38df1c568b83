/* dns.c - from names that are due to queries, and from answers to the addresses of targets. */
#include "dns/dns.h"

#include "base/clock.h"
#include "base/diag.h"
#include "dns/dns_addresses.h"
#include "dns/dns_names.h"
#include "dns/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#define TTL_MAX_NS   NS_PER_H
#define RETRY_MIN_NS (5 * NS_PER_S)
#define RETRY_MAX_NS (10 * NS_PER_M)
#define QUERIES      16u

#define CATCH_UP_NS       (2 * NS_PER_MS) /* for names with addresses: all, between two slices of probing */
#define CATCH_UP_EVERY_NS (4 * NS_PER_MS)

struct dns {
	struct dns_parts parts;
	struct resolve *resolve;
	struct dns_names *names;
	struct dns_addresses *addresses;
	int64_t due_ns; /* when a name is due */
	struct chore catch_up;
};

struct update { /* one answer, and what it means for each target of its name */
	struct dns *dns;
	const struct resolve_answer *answer;
	struct dns_names_status status;
	struct clock_pair now;
};

static void plan(struct dns *d)
{
	d->due_ns = dns_names_next(d->names);
}

/* --- answers --- */

static void emit(const struct update *u, uint32_t number, const struct addr *from, bool has_addr)
{
	bool is_stale = u->answer->error && has_addr;

	events_dns(u->dns->parts.events, &(struct dns_change){
						 .target = number,
						 .host = fleet_at(u->dns->parts.fleet, number)->host,
						 .from = *from,
						 .error = u->answer->error,
						 .age_ns = is_stale ? u->status.age_ns : -1,
					 });
}

static bool is_good(const struct addr *a, const struct resolve_answer *answer)
{
	if (a->family != AF_UNSPEC && a->family == answer->missing_family)
		return true;
	for (size_t i = 0; i < answer->n_addrs; i++)
		if (addr_equal(a, &answer->addrs[i]))
			return true;
	return false;
}

static void move_target(const struct update *u, uint32_t number, struct target *t)
{
	const struct options *o = &t->profile->options;
	const struct addr *to = resolve_answer_choose(u->answer);
	bool is_new = !target_is_resolved(t);

	if (!is_new && o->on_address_change == ADDRESS_CHANGE_SPLIT)
		target_move(t, to, u->now.mono_ns, u->now.real_ns);
	else
		t->addr = *to;
	if (is_new)
		engine_schedule(u->dns->parts.engine, number, u->now.mono_ns);
}

static void update_parent(const struct update *u, uint32_t number, const struct target *t)
{
	struct dns *d = u->dns;
	const struct resolve_answer *answer = u->answer;

	if (answer->error || u->status.recovered)
		emit(u, number, &t->addr, dns_addresses_count(d->addresses, number));
	if (answer->error)
		return;
	dns_addresses_answer(d->addresses, number, answer->addrs, answer->n_addrs, answer->missing_family);
	chores_start(d->parts.chores, &d->catch_up);
}

/* An address that is still in the answer stays, whatever the order: most servers rotate it. */
static void update_target(void *data, uint32_t number)
{
	const struct update *u = data;
	struct target *t = fleet_at(u->dns->parts.fleet, number);
	struct addr from = t->addr;

	if (target_is_parent(t)) {
		update_parent(u, number, t);
		return;
	}
	if (!u->answer->error && !is_good(&t->addr, u->answer))
		move_target(u, number, t);
	if (u->answer->error || u->status.recovered || !addr_equal(&from, &t->addr))
		emit(u, number, &from, target_is_resolved(t));
}

struct probed {
	const struct dns *dns;
	bool any;
};

static void look_if_probed(void *data, uint32_t number)
{
	struct probed *p = data;
	const struct target *t = fleet_at(p->dns->parts.fleet, number);

	p->any = p->any || target_is_resolved(t) || dns_addresses_count(p->dns->addresses, number);
}

/* Perhaps at an address of before a restart. */
static bool is_probed(const struct update *u)
{
	struct probed p = { .dns = u->dns };

	dns_names_each(u->dns->names, u->answer->tag, look_if_probed, &p);
	return p.any;
}

static void warn_operator(const struct update *u)
{
	const struct dns_names_status *s = &u->status;
	const char *name = u->answer->name;

	if (s->recovered)
		diag(DIAG_INFO, "%s resolves again", name);
	else if (s->n_failures == 1)
		diag(DIAG_WARNING, "cannot resolve %s: %s; %s; asking again in %.0f s", name, u->answer->error,
		     is_probed(u) ? "keeping its last address" : "it is not probed", (double)s->wait_ns / NS_PER_S);
	if (s->became_partial)
		diag(DIAG_WARNING, "cannot look up the %s addresses of %s: %s; keeping those it had",
		     u->answer->missing_family == AF_INET ? "IPv4" : "IPv6", name, u->answer->missing_error);
}

static void on_answer(void *data, const struct resolve_answer *answer)
{
	struct dns *d = data;
	struct update u = { .dns = d, .answer = answer, .now = clock_pair_now() };
	struct dns_names_result result = {
		.families = answer->error ? 0 : resolve_answer_families(answer),
		.is_partial = answer->missing_error,
		.ttl_ns = answer->ttl_s * NS_PER_S,
	};

	u.status = dns_names_answer(d->names, answer->tag, &result, u.now.mono_ns);
	if (u.status.n_targets) {
		warn_operator(&u);
		dns_names_each(d->names, answer->tag, update_target, &u);
	}
	plan(d);
}

/* --- queries --- */

static bool is_wanted(void *data, uint32_t tag)
{
	const struct dns *d = data;

	return dns_names_is_wanted(d->names, tag);
}

static void look_up(struct dns *d, const struct dns_names_query *q)
{
	struct resolve_answer failed = { .tag = q->name, .name = q->host, .error = "out of memory" };

	if (resolve_name(d->resolve, q->host, q->family, q->families, q->name))
		on_answer(d, &failed);
}

static void look_up_due(struct dns *d, int64_t now_ns)
{
	struct dns_names_query queries[QUERIES];
	size_t n;

	do {
		n = dns_names_take(d->names, now_ns, queries, QUERIES);
		for (size_t i = 0; i < n; i++)
			look_up(d, &queries[i]);
	} while (n == QUERIES);
	plan(d);
}

int dns_fd(const struct dns *d)
{
	return resolve_fd(d->resolve);
}

int64_t dns_next_ns(const struct dns *d)
{
	int64_t next_ns = resolve_next_ns(d->resolve);

	return next_ns < d->due_ns ? next_ns : d->due_ns;
}

void dns_turn(struct dns *d, int64_t now_ns)
{
	if (now_ns >= d->due_ns)
		look_up_due(d, now_ns);
	resolve_turn(d->resolve, now_ns);
}

/* --- targets --- */

static void add_name(struct dns *d, uint32_t number)
{
	const struct target *t = fleet_at(d->parts.fleet, number);
	int64_t now = clock_mono_ns();

	if (dns_names_add(d->names, number, t->host, t->profile->options.family, now))
		diag(DIAG_ERROR, "%s: cannot be resolved: out of memory", t->name);
	else if (d->due_ns > now)
		plan(d);
}

void dns_add(struct dns *d, uint32_t number)
{
	if (!target_is_resolved(fleet_at(d->parts.fleet, number)))
		add_name(d, number);
}

void dns_renew(struct dns *d, uint32_t number, bool has_changed)
{
	dns_addresses_renew(d->addresses, number, has_changed);
	if (has_changed && dns_names_has(d->names, number))
		add_name(d, number);
}

void dns_remove(struct dns *d, uint32_t number)
{
	dns_addresses_remove(d->addresses, number);
	dns_names_remove(d->names, number);
}

/* A step of the chore. */
static bool catch_up(void *data)
{
	struct dns *d = data;

	return dns_addresses_catch_up(d->addresses);
}

void dns_limit(struct dns *d, uint32_t max_targets)
{
	dns_addresses_limit(d->addresses, max_targets);
}

void dns_hold(struct dns *d)
{
	dns_addresses_hold(d->addresses);
}

/* The first slice at once: another reload may be about to begin, and one after the other without end. */
void dns_resume(struct dns *d)
{
	int64_t until_ns = clock_mono_ns() + CATCH_UP_NS;
	bool more;

	dns_addresses_resume(d->addresses);
	do
		more = catch_up(d);
	while (more && clock_mono_ns() < until_ns);
	if (more)
		chores_start(d->parts.chores, &d->catch_up);
}

void dns_refresh(struct dns *d)
{
	if (resolve_refresh(d->resolve))
		diag(DIAG_ERROR, "cannot read " DNS_RESOLV_CONF " again: out of memory");
	dns_names_retry(d->names, clock_mono_ns());
	plan(d);
}

bool dns_is_asking(const struct dns *d)
{
	return dns_names_unanswered(d->names);
}

size_t dns_count(const struct dns *d)
{
	return dns_names_count(d->names);
}

size_t dns_unresolved(const struct dns *d)
{
	return dns_names_unresolved(d->names);
}

/* --- opening and closing --- */

int dns_open(struct dns **out, const struct dns_parts *parts, int64_t ttl_min_ns)
{
	struct dns_names_policy policy = {
		.ttl_min_ns = ttl_min_ns,
		.ttl_max_ns = TTL_MAX_NS,
		.retry_min_ns = RETRY_MIN_NS,
		.retry_max_ns = RETRY_MAX_NS,
		.n_in_flight_max = RESOLVE_QUEUE_MAX,
	};
	struct dns *d = calloc(1, sizeof(*d));
	uint64_t seed = (uint64_t)clock_mono_ns();
	int err = -ENOMEM;

	if (!d)
		return err;
	d->parts = *parts;
	d->due_ns = INT64_MAX;
	d->catch_up = (struct chore){
		.step = catch_up,
		.data = d,
		.budget_ns = CATCH_UP_NS,
		.every_ns = CATCH_UP_EVERY_NS,
	};
	(void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK); /* the clock's will do */
	d->names = dns_names_new(&policy, seed);
	if (!d->names)
		goto free_dns;
	d->addresses = dns_addresses_new(parts->fleet, parts->engine, parts->events);
	if (!d->addresses)
		goto free_names;
	dns_addresses_tell(d->addresses, parts->on_derived, parts->data);
	err = resolve_open(&d->resolve, on_answer, is_wanted, d);
	if (err)
		goto free_addresses;
	*out = d;
	return 0;
free_addresses:
	dns_addresses_free(d->addresses);
free_names:
	dns_names_free(d->names);
free_dns:
	free(d);
	return err;
}

void dns_close(struct dns *d)
{
	if (!d)
		return;
	resolve_close(d->resolve);
	dns_addresses_free(d->addresses);
	dns_names_free(d->names);
	free(d);
}
