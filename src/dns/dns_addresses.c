#include "dns/dns_addresses.h"

#include "base/clock.h"
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

struct waiting {                          /* what an answer asks for */
	struct waiting *next;
	uint32_t        parent;
	bool            is_cut;           /* there are more */
	size_t          n;
	struct addr     addrs[DNS_ADDRESSES_MAX];
};

struct dns_addresses {
	struct fleet   *fleet;
	struct engine  *engine;
	struct log     *log;
	struct dns_children     *kin;
	struct waiting *first, **last;
	double          rate;             /* probes a second to all derived targets */
	uint32_t        max_targets;
	bool            held;
};

struct dns_addresses *dns_addresses_new(struct fleet *fleet, struct engine *engine, struct log *log)
{
	struct dns_addresses *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->fleet = fleet;
	a->engine = engine;
	a->log = log;
	a->max_targets = UINT32_MAX;
	a->last = &a->first;
	a->kin = dns_children_new();
	if (!a->kin) {
		free(a);
		return NULL;
	}
	return a;
}

static struct waiting *take_first(struct dns_addresses *a)
{
	struct waiting *w = a->first;

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
	dns_children_free(a->kin);
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

static void tell(const struct dns_addresses *a, const struct target *parent, const struct target *t, const struct addr *from)
{
	struct record r;

	record_dns(&r, t, parent->host, from, NULL, -1);
	log_write(a->log, &r);
}

static double rate_of(const struct target *t)
{
	return (double)NS_PER_S / (double)t->profile->options.interval_ns;
}

static void retire(struct dns_addresses *a, uint32_t parent, uint32_t child)
{
	a->rate -= rate_of(fleet_at(a->fleet, child));
	dns_children_remove(a->kin, parent, child);
	if (!dns_children_count(a->kin))
		a->rate = 0;              /* what rounding has left of it */
	engine_remove(a->engine, child);
	fleet_retire(a->fleet, child);
}

/* Because of an answer, and so told. */
static void let_go(struct dns_addresses *a, uint32_t parent, uint32_t child)
{
	struct target *t = fleet_at(a->fleet, child);
	struct addr from = t->addr;

	t->addr = (struct addr){ .family = AF_UNSPEC };
	tell(a, fleet_at(a->fleet, parent), t, &from);
	retire(a, parent, child);
}

static bool derive(struct dns_addresses *a, uint32_t parent, const struct addr *addr)
{
	static const struct addr none = { .family = AF_UNSPEC };
	struct clock_pair now = clock_pair_now();
	uint32_t child = fleet_derive(a->fleet, parent, addr, now.mono_ns, now.real_ns);

	if (child == FLEET_NONE)
		return false;
	if (dns_children_add(a->kin, parent, child)) {
		fleet_retire(a->fleet, child);
		return false;
	}
	a->rate += rate_of(fleet_at(a->fleet, child));
	engine_schedule(a->engine, child, now.mono_ns);
	tell(a, fleet_at(a->fleet, parent), fleet_at(a->fleet, child), &none);
	return true;
}

/* --- all of a parent --- */

/* The answer that still waits for its turn. */
static struct waiting *waiting_of(const struct dns_addresses *a, uint32_t parent)
{
	struct waiting *w = a->first;

	while (w && w->parent != parent)
		w = w->next;
	return w;
}

static void want(struct waiting *w, const struct addr *addr)
{
	if (is_among(addr, w->addrs, w->n))
		return;
	if (w->n == DNS_ADDRESSES_MAX)
		w->is_cut = true;
	else
		w->addrs[w->n++] = *addr;
}

/* Those in use come first, so that whatever order the answer has, they stay. */
static void choose(const struct dns_addresses *a, struct waiting *w, const struct addr *addrs, size_t n, int untold)
{
	const struct waiting *before = waiting_of(a, w->parent);
	struct dns_children_list kin = dns_children_of(a->kin, w->parent);

	for (size_t i = 0; i < kin.n; i++) {
		const struct addr *addr = addr_of(a, kin.numbers[i]);

		if (addr->family == untold ? !before || is_among(addr, before->addrs, before->n) : is_among(addr, addrs, n))
			want(w, addr);
	}
	for (size_t i = 0; before && i < before->n; i++)
		if (before->addrs[i].family == untold)
			want(w, &before->addrs[i]);
	for (size_t i = 0; i < n; i++)
		want(w, &addrs[i]);
}

static void let_go_unwanted(struct dns_addresses *a, uint32_t parent, const struct addr *wanted, size_t n)
{
	struct dns_children_list kin = dns_children_of(a->kin, parent);

	for (size_t i = kin.n; i-- > 0; kin = dns_children_of(a->kin, parent))
		if (!is_among(addr_of(a, kin.numbers[i]), wanted, n) || fleet_count(a->fleet) > a->max_targets)
			let_go(a, parent, kin.numbers[i]);
}

static bool has(const struct dns_addresses *a, uint32_t parent, const struct addr *addr)
{
	struct dns_children_list kin = dns_children_of(a->kin, parent);

	for (size_t i = 0; i < kin.n; i++)
		if (addr_equal(addr, addr_of(a, kin.numbers[i])))
			return true;
	return false;
}

static void derive_wanted(struct dns_addresses *a, uint32_t parent, const struct addr *wanted, size_t n)
{
	const struct target *t = fleet_at(a->fleet, parent);
	size_t n_new = n - dns_children_of(a->kin, parent).n;
	bool ok = true;

	if (!n_new)
		return;
	ok = !engine_extend(a->engine, fleet_size(a->fleet) + (uint32_t)n_new,
	                    a->rate + (double)n_new * rate_of(t));
	for (size_t i = 0; i < n && ok; i++) {
		if (has(a, parent, &wanted[i]))
			continue;
		if (fleet_count(a->fleet) >= a->max_targets) {
			diag(DIAG_WARNING, "%s: %zu of its addresses are not probed: limits.max_targets is %u", t->name,
			     n - dns_children_of(a->kin, parent).n, a->max_targets);
			return;
		}
		ok = derive(a, parent, &wanted[i]);
	}
	if (!ok)
		diag(DIAG_ERROR, "%s: not all of its addresses are probed: out of memory", t->name);
}

static void settle(struct dns_addresses *a, uint32_t parent, const struct addr *wanted, size_t n)
{
	let_go_unwanted(a, parent, wanted, n);
	derive_wanted(a, parent, wanted, n);
}

/* An answer to what number was before is none to what it is now, and a later one takes an earlier one's place. */
static void forget_waiting(struct dns_addresses *a, uint32_t number)
{
	struct waiting **at = &a->first;

	while (*at) {
		struct waiting *w = *at;

		if (w->parent != number) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		free(w);
	}
	a->last = at;
}

void dns_addresses_answer(struct dns_addresses *a, uint32_t parent, const struct addr *addrs, size_t n, int untold)
{
	struct waiting *w = malloc(sizeof(*w));

	if (!w)
		return;                   /* the next answer will do */
	w->next = NULL;
	w->parent = parent;
	w->n = 0;
	w->is_cut = false;
	choose(a, w, addrs, n, untold);
	if (w->is_cut && dns_addresses_count(a, parent) < DNS_ADDRESSES_MAX)
		diag(DIAG_WARNING, "%s has more than %u addresses: the others are not probed",
		     fleet_at(a->fleet, parent)->name, DNS_ADDRESSES_MAX);
	forget_waiting(a, parent);
	*a->last = w;
	a->last = &w->next;
}

size_t dns_addresses_count(const struct dns_addresses *a, uint32_t parent)
{
	return dns_children_of(a->kin, parent).n;
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

void dns_addresses_parent(struct dns_addresses *a, enum fleet_action action, uint32_t number)
{
	struct dns_children_list kin = dns_children_of(a->kin, number);

	if (action == FLEET_REMOVED || action == FLEET_MOVED) {
		forget_waiting(a, number);
		for (; kin.n; kin = dns_children_of(a->kin, number))
			retire(a, number, kin.numbers[kin.n - 1]);
	}
	for (size_t i = 0; i < kin.n; i++)
		inherit(a, number, kin.numbers[i], action == FLEET_CHANGED);
}

void dns_addresses_limit(struct dns_addresses *a, uint32_t max_targets)
{
	a->max_targets = max_targets;
}

void dns_addresses_hold(struct dns_addresses *a)
{
	a->held = true;
}

void dns_addresses_resume(struct dns_addresses *a)
{
	a->held = false;
}

bool dns_addresses_catch_up(struct dns_addresses *a)
{
	struct waiting *w;

	if (a->held || !a->first)
		return false;
	w = take_first(a);
	settle(a, w->parent, w->addrs, w->n);
	free(w);
	return a->first;
}
