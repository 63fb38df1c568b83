/* libminiping_session_start.c - hosts that were added: their addresses, and room for them. */
#include "lib/libminiping_session_private.h"

#include "dns/host.h"
#include "lib/libminiping_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STARTS_A_TURN 256 /* hosts: a loop does not stall when thousands are added */
#define ROOM_MIN      64u /* hosts that room is made for at first */

/* Room grows by doubling, so that adding hosts one by one costs each the same. */
static int reserve(struct miniping_session *s, const struct shost *h, uint32_t n_targets)
{
	const struct options *o = &h->profile->options;
	struct engine_load load = s->load;
	double rate = s->rate + session_rate_of(h);
	int err;

	if (n_targets <= load.n_targets && rate <= load.rate && o->size <= load.size_max &&
	    o->timeout_ns <= load.timeout_max_ns && (load.has_patterns || !o->pattern_len))
		return 0;
	if (n_targets > load.n_targets)
		load.n_targets = 2 * n_targets > ROOM_MIN ? 2 * n_targets : ROOM_MIN;
	if (rate > load.rate)
		load.rate = 2 * rate;
	if (o->size > load.size_max)
		load.size_max = o->size;
	if (o->timeout_ns > load.timeout_max_ns)
		load.timeout_max_ns = o->timeout_ns;
	load.has_patterns |= o->pattern_len != 0;
	err = engine_reserve(s->engine, &load);
	if (!err)
		s->load = load;
	return err;
}

static void probe(struct miniping_session *s, struct shost *h, const struct addr *a, bool is_name)
{
	int64_t now_ns = clock_mono_ns(), interval_ns = h->profile->options.interval_ns;
	uint32_t number;
	struct target *t;

	/* A fleet's numbers are dense: none is above the count of places. */
	number = reserve(s, h, s->places.n) ? FLEET_NONE : fleet_add(s->fleet, h->name, h->name, a, h->profile, now_ns);
	if (number == FLEET_NONE) {
		session_fail(s, h, MINIPING_E_SYSTEM, NULL, ENOMEM);
		return;
	}
	h->number = number;
	s->places.at[number].target = h;
	s->rate += session_rate_of(h);
	if (interval_ns < s->interval_min_ns) {
		s->interval_min_ns = interval_ns;
		engine_coalesce(s->engine, libminiping_quantum_ns(interval_ns), interval_ns);
	}
	t = fleet_at(s->fleet, number);
	h->result.family = a->family;
	target_addr_text(t, a, h->result.addr);
	s->first_ns = s->first_ns > now_ns ? s->first_ns : now_ns;
	engine_add(s->engine, number, s->first_ns);
	s->first_ns += s->gap_ns;
	if (is_name && s->calls.on_resolved)
		s->calls.on_resolved(s->calls.data, h->id, &h->result);
}

/* Outside the engine's turn: the fleet may change. */
static void on_answer(void *data, const struct resolve_answer *a)
{
	struct miniping_session *s = data;
	struct shost *h = s->places.at[a->tag].host;

	if (h->over) {
		places_free_host(&s->places, h);
		return;
	}
	if (a->lacks_memory) {
		session_fail(s, h, MINIPING_E_SYSTEM, NULL, ENOMEM);
		return;
	}
	if (a->error) {
		session_fail(s, h, MINIPING_E_RESOLVE, a->error, 0);
		return;
	}
	probe(s, h, resolve_answer_choose(a), true);
}

static bool is_wanted(void *data, uint32_t tag)
{
	const struct miniping_session *s = data;

	return !s->places.at[tag].host->over;
}

/* NSS would take threads, or wait. */
static int open_resolve(struct miniping_session *s)
{
	int err;

	if (s->resolve)
		return 0;
	err = resolve_open(&s->resolve, on_answer, is_wanted, s);
	if (err)
		return err;
	resolve_without_thread(s->resolve);
	err = s->more.nss ? resolve_use_nss(s->resolve) : 0;
	if (err) {
		resolve_close(s->resolve);
		s->resolve = NULL;
	}
	return err;
}

static void look_up(struct miniping_session *s, struct shost *h)
{
	int err = open_resolve(s);

	if (!err)
		err = resolve_name(s->resolve, h->name, h->profile->options.family, 0, places_number(h));
	if (err)
		session_fail(s, h, MINIPING_E_SYSTEM, NULL, -err);
}

static int own_profile(struct miniping_session *s, struct shost *h)
{
	if (h->own)
		return 0;
	h->own = malloc(sizeof(*h->own));
	if (!h->own)
		return -ENOMEM;
	*h->own = s->profile;
	h->profile = h->own;
	return 0;
}

static void start_host(struct miniping_session *s, struct shost *h)
{
	struct host at;
	const char *wrong = host_parse(&at, h->name);

	if (!wrong && at.addr.family == AF_UNSPEC) {
		look_up(s, h);
		return;
	}
	if (!wrong)
		wrong = libminiping_check_host(&h->profile->options, &at);
	if (wrong) {
		session_fail(s, h, MINIPING_E_RESOLVE, wrong, 0);
	} else if (at.zone[0] && own_profile(s, h)) {
		session_fail(s, h, MINIPING_E_SYSTEM, NULL, ENOMEM);
	} else {
		if (at.zone[0])
			memcpy(h->own->options.interface, at.zone, sizeof(at.zone));
		probe(s, h, &at.addr, false);
	}
}

void session_start_some(struct miniping_session *s)
{
	struct shost *h;

	for (unsigned i = 0; i < STARTS_A_TURN && (h = places_list_take(&s->fresh)); i++)
		if (h->over)
			places_free_host(&s->places, h);
		else
			start_host(s, h);
}
