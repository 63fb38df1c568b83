/* libminiping_session_end.c - what the engine emits, and how a host ends. */
#include "lib/libminiping_session_private.h"

#include <errno.h>
#include <stdlib.h>

#define REAPS_A_TURN 512 /* hosts: a loop does not stall when thousands are removed */

void session_end_host(struct miniping_session *s, struct shost *h)
{
	h->over = true;
	s->n_hosts--;
	if (h->number != FLEET_NONE)
		places_list_put(&s->gone, h);
	/* Else it is among the fresh, or an answer about its name is to come: who finds it there frees it. */
}

void session_reap(struct miniping_session *s)
{
	struct shost *h;

	for (unsigned i = 0; i < REAPS_A_TURN && (h = places_list_take(&s->gone)); i++) {
		engine_remove(s->engine, h->number);
		fleet_retire(s->fleet, h->number);
		s->places.at[h->number].target = NULL;
		s->rate -= session_rate_of(h);
		places_free_host(&s->places, h);
	}
	/* Nobody is left to wait behind. */
	if (!fleet_count(s->fleet))
		s->first_ns = 0;
}

void session_figures(struct miniping_session *s, struct shost *h, struct miniping_result *r)
{
	struct miniping_options o = { .raise_on_timeout = h->raise_on_timeout };
	int64_t *scratch = NULL;

	*r = h->result;
	if (h->number == FLEET_NONE)
		return;
	o.timeout_ns = h->profile->options.timeout_ns;
	if (!h->tally.no_list)
		scratch = reallocarray(NULL, r->received + 1, sizeof(*scratch));
	if (scratch || h->tally.no_list) {
		libminiping_result_finish(r, &h->tally, fleet_at(s->fleet, h->number), &o, scratch);
	} else {
		r->error.status = MINIPING_E_SYSTEM;
		r->error.sys_errno = ENOMEM;
	}
	free(scratch);
}

static void host_done(struct miniping_session *s, struct shost *h)
{
	struct miniping_result r;

	session_figures(s, h, &r);
	session_end_host(s, h);
	if (s->calls.on_done)
		s->calls.on_done(s->calls.data, h->id, &r);
}

static void host_failed(struct miniping_session *s, struct shost *h, enum miniping_status status, const char *reason,
                        int sys_errno)
{
	h->result.error.status = status;
	h->result.error.reason = reason;
	h->result.error.sys_errno = sys_errno;
	host_done(s, h);
}

void session_fail(struct miniping_session *s, struct shost *h, enum miniping_status status, const char *reason,
                  int sys_errno)
{
	host_failed(s, h, status, reason, sys_errno);
	places_free_host(&s->places, h);
}

void session_on_settled(void *data, uint32_t number, const struct settled *settled, const struct target_change *c)
{
	struct miniping_session *s = data;
	struct shost *h = s->places.at[number].target;
	struct miniping_packet p;
	char from[ADDR_STRLEN];
	int err;

	(void)c;
	if (!h || h->over)
		return;
	err = libminiping_result_settled(&h->result, &h->tally, settled);
	if (err) {
		host_failed(s, h, MINIPING_E_SYSTEM, NULL, -err);
		return;
	}
	h->tally.n_ended++;
	libminiping_result_packet(&p, &h->result, settled, from);
	if (s->calls.on_packet)
		s->calls.on_packet(s->calls.data, h->id, &p);
	if (h->over)
		return;
	if ((p.received && h->until_reply) || h->tally.n_ended == h->profile->options.count)
		host_done(s, h);
}
