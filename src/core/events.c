/* events.c - hands each event to every listener that wants its kind. */
#include "core/events.h"

/* Calls callback of each listener that has it, with its data and what follows. */
/* clang-format off */
#define EMIT(e, callback, ...) \
	for (const struct listener *l = (e)->first; l; l = l->next) \
		if (l->callback) \
			l->callback(l->data, __VA_ARGS__)
/* clang-format on */

void events_add(struct events *e, struct listener *l)
{
	struct listener **at = &e->first;

	while (*at)
		at = &(*at)->next;
	l->next = NULL;
	*at = l;
}

void events_settled(const struct events *e, uint32_t target, const struct settled *s, const struct target_change *c)
{
	EMIT(e, on_settled, target, s, c);
}

void events_further(const struct events *e, uint32_t target, const struct settled *s)
{
	EMIT(e, on_further, target, s);
}

void events_stray(const struct events *e, uint32_t target, enum stray kind)
{
	EMIT(e, on_stray, target, kind);
}

void events_report(const struct events *e, uint32_t target)
{
	EMIT(e, on_report, target);
}

void events_fault(const struct events *e, const struct fault *fault)
{
	EMIT(e, on_fault, fault);
}

void events_dns(const struct events *e, const struct dns_change *change)
{
	EMIT(e, on_dns, change);
}

void events_reload(const struct events *e, const struct reload_outcome *outcome)
{
	EMIT(e, on_reload, outcome);
}
