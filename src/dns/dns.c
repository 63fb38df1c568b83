#include "dns/dns.h"

#include "dns/dns_addresses.h"
#include "base/clock.h"
#include "base/diag.h"
#include "dns/dns_names.h"
#include "dns/resolve.h"

#include <ev.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#define TTL_MAX_NS    NS_PER_H
#define RETRY_MIN_NS  (5 * NS_PER_S)
#define RETRY_MAX_NS  (10 * NS_PER_M)
#define QUERIES       16u
#define RESOLV_CONF   "/etc/resolv.conf"

#define CATCH_UP_NS      (2 * NS_PER_MS)  /* for names with addresses: all, between two slices of probing */
#define CATCH_UP_EVERY_S 0.004

struct dns {
	struct dns_parts parts;
	struct resolve *resolve;
	struct dns_names   *names;
	struct dns_addresses   *adopt;
	ev_timer        timer;            /* when a name is due */
	ev_timer        catch_up;
	ev_stat         resolv_conf;
};

struct giving {                           /* one answer, on its way to the targets */
	struct dns               *dns;
	const struct resolve_answer *answer;
	struct dns_names_verdict         verdict;
	struct clock_pair            now;
};

static void on_answer(void *data, const struct resolve_answer *answer);

static void arm(struct dns *f)
{
	int64_t next = dns_names_next(f->names), wait = next - clock_mono_ns();

	ev_timer_stop(f->parts.loop, &f->timer);
	if (next == INT64_MAX)
		return;
	ev_timer_set(&f->timer, wait > 0 ? (double)wait / NS_PER_S : 0, 0);
	ev_timer_start(f->parts.loop, &f->timer);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct dns *f = w->data;
	struct dns_names_query queries[QUERIES];
	size_t n;

	(void)loop, (void)revents;
	do {
		n = dns_names_take(f->names, clock_mono_ns(), queries, QUERIES);
		for (size_t i = 0; i < n; i++) {
			struct dns_names_query *q = &queries[i];
			struct resolve_answer failed = {
				.tag = q->name, .name = q->host, .error = "out of memory",
			};

			if (resolve_name(f->resolve, q->host, q->family, q->versions, q->name))
				on_answer(f, &failed);
		}
	} while (n == QUERIES);
	arm(f);
}

static void on_resolv_conf(struct ev_loop *loop, ev_stat *w, int revents)
{
	(void)loop, (void)revents;
	dns_refresh(w->data);
}

/* --- answers --- */

/* has_addr: from earlier answers. */
static void tell(const struct giving *g, const struct target *t, const struct addr *from, bool has_addr)
{
	bool stale = g->answer->error && has_addr;
	struct record r;

	record_dns(&r, t, t->host, from, g->answer->error, stale ? g->verdict.age_ns : -1);
	log_write(g->dns->parts.log, &r);
}

static bool is_good(const struct addr *a, const struct resolve_answer *answer)
{
	if (a->family != AF_UNSPEC && a->family == answer->untold)
		return true;
	for (size_t i = 0; i < answer->n_addrs; i++)
		if (addr_equal(a, &answer->addrs[i]))
			return true;
	return false;
}

static void move_target(const struct giving *g, uint32_t number, struct target *t)
{
	const struct options *o = &t->profile->options;
	const struct addr *to = resolve_choose(g->answer);
	bool is_new = !target_is_resolved(t);

	if (!is_new && o->on_address_change == ADDRESS_CHANGE_SPLIT)
		target_move(t, to, g->now.mono_ns, g->now.real_ns);
	else
		t->addr = *to;
	if (is_new)
		engine_schedule(g->dns->parts.engine, number, g->now.mono_ns);
}

static void give_parent(const struct giving *g, uint32_t number, const struct target *t)
{
	struct dns_addresses *a = g->dns->adopt;

	if (g->answer->error || g->verdict.recovered)
		tell(g, t, &t->addr, dns_addresses_count(a, number));
	if (g->answer->error)
		return;
	dns_addresses_answer(a, number, g->answer->addrs, g->answer->n_addrs, g->answer->untold);
	ev_timer_start(g->dns->parts.loop, &g->dns->catch_up);
}

/* An address that is still among the answers stays, whatever their order: most servers rotate it. */
static void give(void *data, uint32_t number)
{
	const struct giving *g = data;
	struct target *t = fleet_at(g->dns->parts.fleet, number);
	struct addr from = t->addr;

	if (target_is_parent(t)) {
		give_parent(g, number, t);
		return;
	}
	if (!g->answer->error && !is_good(&t->addr, g->answer))
		move_target(g, number, t);
	if (g->answer->error || g->verdict.recovered || !addr_equal(&from, &t->addr))
		tell(g, t, &from, target_is_resolved(t));
}

static void tell_operator(const struct giving *g)
{
	const struct dns_names_verdict *v = &g->verdict;
	const char *name = g->answer->name;

	if (v->recovered)
		diag(DIAG_INFO, "%s resolves again", name);
	else if (v->n_failures == 1)
		diag(DIAG_WARNING, "cannot resolve %s: %s; %s; asking again in %.0f s", name, g->answer->error,
		     v->age_ns < 0 ? "it is not probed" : "keeping its last address",
		     (double)v->wait_ns / NS_PER_S);
	if (v->newly_partial)
		diag(DIAG_WARNING, "cannot look up the %s addresses of %s: %s; keeping those it had",
		     g->answer->untold == AF_INET ? "IPv4" : "IPv6", name, g->answer->untold_error);
}

static void on_answer(void *data, const struct resolve_answer *answer)
{
	struct dns *f = data;
	struct giving g = { .dns = f, .answer = answer, .now = clock_pair_now() };
	struct dns_names_result result = {
		.versions = answer->error ? 0 : resolve_versions(answer),
		.partial = answer->untold_error, .ttl_ns = answer->ttl_s * NS_PER_S,
	};

	g.verdict = dns_names_answer(f->names, answer->tag, &result, g.now.mono_ns);
	if (g.verdict.n_targets) {
		tell_operator(&g);
		dns_names_each(f->names, answer->tag, give, &g);
	}
	arm(f);
}

static bool is_wanted(void *data, uint32_t tag)
{
	const struct dns *f = data;

	return dns_names_is_wanted(f->names, tag);
}

/* --- targets --- */

void dns_target(struct dns *f, enum fleet_action a, uint32_t number)
{
	const struct target *t = fleet_at(f->parts.fleet, number);
	bool is_name = !target_is_resolved(t);

	dns_addresses_parent(f->adopt, a, number);
	if (a == FLEET_KEPT)
		return;
	if (a == FLEET_CHANGED)
		is_name = dns_names_has(f->names, number);   /* it may have its address already */
	else
		dns_names_remove(f->names, number);
	if (a == FLEET_REMOVED || !is_name)
		return;
	if (dns_names_add(f->names, number, t->host, t->profile->options.family, clock_mono_ns()))
		diag(DIAG_ERROR, "%s: cannot be resolved: out of memory", t->name);
	else if (!ev_is_active(&f->timer) || ev_timer_remaining(f->parts.loop, &f->timer) > 0)
		arm(f);
}

/* True: there is more. */
static bool catch_up(struct dns *f)
{
	int64_t until_ns = clock_mono_ns() + CATCH_UP_NS;
	bool more;

	do
		more = dns_addresses_catch_up(f->adopt);
	while (more && clock_mono_ns() < until_ns);
	return more;
}

static void on_catch_up(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)revents;
	if (!catch_up(w->data))
		ev_timer_stop(loop, w);
}

void dns_limit(struct dns *f, uint32_t max_targets)
{
	dns_addresses_limit(f->adopt, max_targets);
}

void dns_hold(struct dns *f)
{
	dns_addresses_hold(f->adopt);
}

void dns_resume(struct dns *f)
{
	dns_addresses_resume(f->adopt);
	/* At once: the next reload may be about to begin, and one after the other without end. */
	if (catch_up(f))
		ev_timer_start(f->parts.loop, &f->catch_up);
}

void dns_refresh(struct dns *f)
{
	if (resolve_refresh(f->resolve))
		diag(DIAG_ERROR, "cannot read " RESOLV_CONF " again: out of memory");
	dns_names_hurry(f->names, clock_mono_ns());
	arm(f);
}

bool dns_is_asking(const struct dns *f)
{
	return dns_names_unanswered(f->names);
}

size_t dns_unresolved(const struct dns *f)
{
	return dns_names_unresolved(f->names);
}

/* --- opening and closing --- */

int dns_open(struct dns **out, const struct dns_parts *parts, int64_t ttl_min_ns)
{
	struct dns_names_policy policy = {
		.ttl_min_ns = ttl_min_ns, .ttl_max_ns = TTL_MAX_NS,
		.retry_min_ns = RETRY_MIN_NS, .retry_max_ns = RETRY_MAX_NS,
		.n_under_way_max = RESOLVE_LINE,
	};
	struct dns *f = calloc(1, sizeof(*f));
	uint64_t seed = (uint64_t)clock_mono_ns();
	int err = -ENOMEM;

	if (!f)
		return err;
	f->parts = *parts;
	(void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK);   /* the clock's will do */
	f->names = dns_names_new(&policy, seed);
	if (!f->names)
		goto free_follow;
	f->adopt = dns_addresses_new(parts->fleet, parts->engine, parts->log);
	if (!f->adopt)
		goto free_names;
	err = resolve_open(&f->resolve, parts->loop, on_answer, is_wanted, f);
	if (err)
		goto free_adopt;
	ev_timer_init(&f->timer, on_timer, 0, 0);
	ev_timer_init(&f->catch_up, on_catch_up, 0, CATCH_UP_EVERY_S);
	ev_stat_init(&f->resolv_conf, on_resolv_conf, RESOLV_CONF, 0);
	f->timer.data = f->catch_up.data = f->resolv_conf.data = f;
	ev_stat_start(parts->loop, &f->resolv_conf);
	*out = f;
	return 0;
free_adopt:
	dns_addresses_free(f->adopt);
free_names:
	dns_names_free(f->names);
free_follow:
	free(f);
	return err;
}

void dns_close(struct dns *f)
{
	if (!f)
		return;
	ev_timer_stop(f->parts.loop, &f->timer);
	ev_timer_stop(f->parts.loop, &f->catch_up);
	ev_stat_stop(f->parts.loop, &f->resolv_conf);
	resolve_close(f->resolve);
	dns_addresses_free(f->adopt);
	dns_names_free(f->names);
	free(f);
}
