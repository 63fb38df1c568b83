/* dns_addresses.c - answers wait in a queue; each, in its turn, retires and derives targets of its parent. */
#include "dns/dns_addresses.h"

#include "base/clock.h"
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

struct wanted { /* the addresses that an answer asks for */
	struct wanted *next;
	uint32_t parent;
	bool is_cut; /* there are more */
	size_t n;
	struct addr addrs[DNS_ADDRESSES_MAX];
};

struct dns_addresses {
	struct fleet *fleet;
	struct engine *engine;
	const struct events *events;
	struct dns_children *children;
	struct wanted *first, **last; /* of the queue */
	double rate;                  /* probes a second to all derived targets */
	uint32_t max_targets;
	bool is_held;
	void (*on_derived)(void *data, uint32_t number);
	void *data;
};

struct dns_addresses *dns_addresses_new(struct fleet *fleet, struct engine *engine, const struct events *events)
{
	struct dns_addresses *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->fleet = fleet;
	a->engine = engine;
	a->events = events;
	a->max_targets = UINT32_MAX;
	a->last = &a->first;
	a->children = dns_children_new();
	if (!a->children) {
		free(a);
		return NULL;
	}
	return a;
}

static struct wanted *take_first(struct dns_addresses *a)
{
	struct wanted *w = a->first;

	a->first = w->next;
	if (!a->first)
		a->last = &a->first;
	return w;
}

void dns_addresses_free(struct dns_addresses *a)
{
	if (!a)
		return;
	while (a->first)
		free(take_first(a));
	dns_children_free(a->children);
	free(a);
}

static const struct addr *addr_of(const struct dns_addresses *a, uint32_t number)
{
	return &fleet_at(a->fleet, number)->addr;
}

static bool is_among(const struct addr *addr, const struct addr *addrs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (addr_equal(addr, &addrs[i]))
			return true;
	return false;
}

/* --- one target --- */

static void emit(const struct dns_addresses *a, uint32_t parent, uint32_t child, const struct addr *from)
{
	events_dns(a->events, &(struct dns_change){
				      .target = child,
				      .host = fleet_at(a->fleet, parent)->host,
				      .from = *from,
				      .age_ns = -1,
			      });
}

static double rate_of(const struct target *t)
{
	return (double)NS_PER_S / (double)t->profile->options.interval_ns;
}

static void retire(struct dns_addresses *a, uint32_t parent, uint32_t child)
{
	a->rate -= rate_of(fleet_at(a->fleet, child));
	dns_children_remove(a->children, parent, child);
	if (!dns_children_count(a->children))
		a->rate = 0; /* what rounding has left of it */
	engine_remove(a->engine, child);
	fleet_retire(a->fleet, child);
}

/* Because of an answer: that is an event, and a reload's retiring is not. */
static void retire_and_emit(struct dns_addresses *a, uint32_t parent, uint32_t child)
{
	struct target *t = fleet_at(a->fleet, child);
	struct addr from = t->addr;

	t->addr = (struct addr){ .family = AF_UNSPEC };
	emit(a, parent, child, &from);
	retire(a, parent, child);
}

static bool derive(struct dns_addresses *a, uint32_t parent, const struct addr *addr)
{
	static const struct addr none = { .family = AF_UNSPEC };
	struct clock_pair now = clock_pair_now();
	uint32_t child = fleet_derive(a->fleet, parent, addr, now.mono_ns, now.real_ns);

	if (child == FLEET_NONE)
		return false;
	if (dns_children_add(a->children, parent, child)) {
		fleet_retire(a->fleet, child);
		return false;
	}
	a->rate += rate_of(fleet_at(a->fleet, child));
	if (a->on_derived)
		a->on_derived(a->data, child);
	engine_schedule(a->engine, child, now.mono_ns);
	emit(a, parent, child, &none);
	return true;
}

/* --- all targets of a parent --- */

static void retire_unwanted(struct dns_addresses *a, const struct wanted *w)
{
	struct dns_children_list children = dns_children_of(a->children, w->parent);

	for (size_t i = children.n; i-- > 0; children = dns_children_of(a->children, w->parent))
		if (!is_among(addr_of(a, children.numbers[i]), w->addrs, w->n) ||
		    fleet_count(a->fleet) > a->max_targets)
			retire_and_emit(a, w->parent, children.numbers[i]);
}

static bool has(const struct dns_addresses *a, uint32_t parent, const struct addr *addr)
{
	struct dns_children_list children = dns_children_of(a->children, parent);

	for (size_t i = 0; i < children.n; i++)
		if (addr_equal(addr, addr_of(a, children.numbers[i])))
			return true;
	return false;
}

static void derive_wanted(struct dns_addresses *a, const struct wanted *w)
{
	const struct target *t = fleet_at(a->fleet, w->parent);
	size_t n_new = w->n - dns_addresses_count(a, w->parent);
	bool ok = true;

	if (!n_new)
		return;
	ok = !engine_extend(a->engine, fleet_size(a->fleet) + (uint32_t)n_new, a->rate + (double)n_new * rate_of(t));
	for (size_t i = 0; i < w->n && ok; i++) {
		if (has(a, w->parent, &w->addrs[i]))
			continue;
		if (fleet_count(a->fleet) >= a->max_targets) {
			diag(DIAG_WARNING, "%s: %zu of its addresses are not probed: limits.max_targets is %u", t->name,
			     w->n - dns_addresses_count(a, w->parent), a->max_targets);
			return;
		}
		ok = derive(a, w->parent, &w->addrs[i]);
	}
	if (!ok)
		diag(DIAG_ERROR, "%s: not all of its addresses are probed: out of memory", t->name);
}

bool dns_addresses_catch_up(struct dns_addresses *a)
{
	struct wanted *w;

	if (a->is_held || !a->first)
		return false;
	w = take_first(a);
	retire_unwanted(a, w);
	derive_wanted(a, w);
	free(w);
	return a->first;
}

size_t dns_addresses_count(const struct dns_addresses *a, uint32_t parent)
{
	return dns_children_of(a->children, parent).n;
}

/* --- answers --- */

/* What the answer before asks for, as long as it still waits. */
static struct wanted *find_waiting(const struct dns_addresses *a, uint32_t parent)
{
	struct wanted *w = a->first;

	while (w && w->parent != parent)
		w = w->next;
	return w;
}

static void want(struct wanted *w, const struct addr *addr)
{
	if (is_among(addr, w->addrs, w->n))
		return;
	if (w->n == DNS_ADDRESSES_MAX)
		w->is_cut = true;
	else
		w->addrs[w->n++] = *addr;
}

/* Those in use come first, so that they stay whatever order the answer has. */
static void choose(const struct dns_addresses *a, struct wanted *w, const struct addr *addrs, size_t n,
                   int missing_family)
{
	const struct wanted *before = find_waiting(a, w->parent);
	struct dns_children_list children = dns_children_of(a->children, w->parent);

	for (size_t i = 0; i < children.n; i++) {
		const struct addr *addr = addr_of(a, children.numbers[i]);

		if (addr->family == missing_family ? !before || is_among(addr, before->addrs, before->n)
		                                   : is_among(addr, addrs, n))
			want(w, addr);
	}
	for (size_t i = 0; before && i < before->n; i++)
		if (before->addrs[i].family == missing_family)
			want(w, &before->addrs[i]);
	for (size_t i = 0; i < n; i++)
		want(w, &addrs[i]);
}

/* A later answer replaces an earlier one, and one to what number was before is none to what it is now. */
static void drop_waiting(struct dns_addresses *a, uint32_t number)
{
	struct wanted **at = &a->first;

	while (*at) {
		struct wanted *w = *at;

		if (w->parent != number) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		free(w);
	}
	a->last = at;
}

void dns_addresses_answer(struct dns_addresses *a, uint32_t parent, const struct addr *addrs, size_t n,
                          int missing_family)
{
	struct wanted *w = malloc(sizeof(*w));

	if (!w)
		return; /* the next answer will do */
	w->next = NULL;
	w->parent = parent;
	w->n = 0;
	w->is_cut = false;
	choose(a, w, addrs, n, missing_family);
	if (w->is_cut && dns_addresses_count(a, parent) < DNS_ADDRESSES_MAX)
		diag(DIAG_WARNING, "%s has more than %u addresses: the others are not probed",
		     fleet_at(a->fleet, parent)->name, DNS_ADDRESSES_MAX);
	drop_waiting(a, parent);
	*a->last = w;
	a->last = &w->next;
}

void dns_addresses_tell(struct dns_addresses *a, void (*on_derived)(void *data, uint32_t number), void *data)
{
	a->on_derived = on_derived;
	a->data = data;
}

void dns_addresses_limit(struct dns_addresses *a, uint32_t max_targets)
{
	a->max_targets = max_targets;
}

/* --- reloads --- */

static void inherit(struct dns_addresses *a, uint32_t parent, uint32_t child, bool changed)
{
	const struct target *t = fleet_at(a->fleet, child);

	a->rate -= rate_of(t);
	fleet_inherit(a->fleet, child, parent);
	a->rate += rate_of(t);
	if (changed)
		engine_schedule(a->engine, child, clock_mono_ns());
}

void dns_addresses_renew(struct dns_addresses *a, uint32_t parent, bool has_changed)
{
	struct dns_children_list children = dns_children_of(a->children, parent);

	for (size_t i = 0; i < children.n; i++)
		inherit(a, parent, children.numbers[i], has_changed);
}

void dns_addresses_remove(struct dns_addresses *a, uint32_t parent)
{
	struct dns_children_list children = dns_children_of(a->children, parent);

	drop_waiting(a, parent);
	for (; children.n; children = dns_children_of(a->children, parent))
		retire(a, parent, children.numbers[children.n - 1]);
}

void dns_addresses_hold(struct dns_addresses *a)
{
	a->is_held = true;
}

void dns_addresses_resume(struct dns_addresses *a)
{
	a->is_held = false;
}
