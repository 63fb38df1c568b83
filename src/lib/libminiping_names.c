/* libminiping_names.c - addresses as they are written, names by the resolver, and which of them many answer for. */
#include "lib/libminiping_names.h"

#include "base/clock.h"
#include "core/netcheck.h"
#include "core/netif.h"
#include "dns/host.h"
#include "lib/libminiping_check.h"
#include "lib/libminiping_packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The profile of hosts with this interface; NULL: no memory. */
static const struct profile *variant_profile(struct libminiping_run *r, const char interface[SETTING_INTERFACE_LEN],
                                             bool many)
{
	struct libminiping_variant *v = r->variants;
	const struct options *o = &r->profile.options;

	if (!strcmp(interface, o->interface) && !many)
		return &r->profile;
	while (v && (strcmp(v->profile.options.interface, interface) || v->profile.options.many != many))
		v = v->next;
	if (v)
		return &v->profile;
	v = malloc(sizeof(*v));
	if (!v)
		return NULL;
	*v = (struct libminiping_variant){ .next = r->variants, .profile = r->profile };
	memcpy(v->profile.options.interface, interface, SETTING_INTERFACE_LEN);
	v->profile.options.many = many;
	/* As ping(8): what goes to many is not sent in pieces. */
	if (many && v->profile.options.df < 0)
		v->profile.options.df = 1;
	r->variants = v;
	return &v->profile;
}

/* Is a a broadcast or multicast address? */
static bool is_many(const struct options *o, const struct addr *a)
{
	return addr_is_multicast(a) ||
	       netcheck_is_broadcast(a, &o->source, o->interface[0] ? netif_find(o->interface) : 0);
}

/* From now on t, which is host i, is answered by any number of others. */
static int let_many_answer(struct libminiping_run *r, size_t i, struct target *t)
{
	const struct options *o = &t->profile->options;
	const struct profile *profile = variant_profile(r, o->interface, true);
	struct libminiping_answers *a = malloc(sizeof(*a));

	if (!profile || !a) {
		free(a);
		return -ENOMEM;
	}
	/* Twice as many as fit evenly into the timeout, for packets are not sent quite evenly. */
	libminiping_answers_init(a, 2 * (uint64_t)(o->timeout_ns / o->interval_ns + 1));
	r->tallies[i].answers = a;
	t->profile = profile;
	return 0;
}

static int start_host(struct libminiping_run *r, size_t i, const struct addr *a)
{
	struct miniping_result *result = &r->results[i];
	struct target *t = fleet_at(r->fleet, (uint32_t)i);
	int err = 0;

	if (r->more.broadcast && is_many(&t->profile->options, a))
		err = let_many_answer(r, i, t);
	if (err)
		return err;
	result->family = a->family;
	t->addr = *a;
	target_addr_text(t, a, result->addr);
	engine_add(r->engine, (uint32_t)i, libminiping_pace_first_ns(&r->pace, i, a, clock_mono_ns()));
	return 0;
}

static void cannot_resolve(struct libminiping_run *r, size_t i, const char *reason)
{
	r->results[i].error.status = MINIPING_E_RESOLVE;
	r->results[i].error.reason = reason;
	libminiping_packets_done(r);
}

static void on_answer(void *data, const struct resolve_answer *a)
{
	struct libminiping_run *r = data;
	int err = 0;

	if (a->lacks_memory)
		err = -ENOMEM;
	else if (a->error)
		cannot_resolve(r, a->tag, a->error);
	else
		err = start_host(r, a->tag, resolve_answer_choose(a));
	/* Further answers may come in this turn. */
	if (err) {
		r->err = err;
		r->over = true;
	}
}

static int look_up(struct libminiping_run *r, size_t i)
{
	int err = 0;

	if (!r->resolve) {
		err = resolve_open(&r->resolve, on_answer, NULL, r);
		if (!err)
			err = resolve_use_nss(r->resolve);
	}
	return err ? err : resolve_name(r->resolve, r->results[i].host, r->profile.options.family, 0, (uint32_t)i);
}

/* As host_parse, but for the addresses of many, where they are wanted. */
static const char *parse_host(const struct libminiping_run *r, struct host *out, const char *text)
{
	if (r->more.broadcast && !host_address(out, text) && addr_is_many(&out->addr))
		return NULL;
	return host_parse(out, text);
}

int libminiping_names_find(struct libminiping_run *r, size_t i)
{
	const struct profile *profile;
	struct host h;
	const char *wrong = parse_host(r, &h, r->results[i].host);

	if (!wrong && h.addr.family == AF_UNSPEC)
		return look_up(r, i);
	if (!wrong)
		wrong = libminiping_check_host(&r->profile.options, &h);
	if (wrong) {
		cannot_resolve(r, i, wrong);
		return 0;
	}
	profile = h.zone[0] ? variant_profile(r, h.zone, false) : &r->profile;
	if (!profile)
		return -ENOMEM;
	fleet_at(r->fleet, (uint32_t)i)->profile = profile;
	return start_host(r, i, &h.addr);
}

void libminiping_names_fini(struct libminiping_run *r)
{
	resolve_close(r->resolve);
	while (r->variants) {
		struct libminiping_variant *v = r->variants;

		r->variants = v->next;
		free(v);
	}
}
