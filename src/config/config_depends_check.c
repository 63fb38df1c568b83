/* config_depends_check.c - looks up the names once all targets are known, and finds cycles. */
#include "config/config_depends_check.h"

#include "config/config_depends.h"
#include "config/config_intake.h"
#include "config/config_names.h"
#include "config/config_node.h"
#include "config/config_range.h"
#include "config/config_reader.h"
#include "config/config_suggest.h"

#include <stdio.h>
#include <string.h>

/* There may be as many paths through a cycle as a file has names: after so many the search ends. */
#define MAX_CYCLES  10u
#define MAX_SHOWN   6u     /* names of a cycle */
#define MAX_OFFERED 50000u /* names compared with unknown ones, in all */

static void offer_name(const void *item, void *data)
{
	config_suggest_offer(data, config_node_follow(item)->text);
}

static void report_unknown(struct config_reader *r, const struct config_depended *d, size_t *n_offered)
{
	struct config_suggest nearest = { .text = d->is->name };
	char quoted[CONFIG_QUOTELEN], suggested[CONFIG_QUOTELEN];

	if (!config_error_would_drop(r->errors, config_node_at(r, d->node)) &&
	    *n_offered + config_names_n(r) <= MAX_OFFERED) {
		*n_offered += config_names_n(r);
		config_names_each(r, offer_name, &nearest);
	}
	config_error_quote(d->is->name, quoted);
	if (nearest.word)
		config_complain(r, d->node, "\"depends_on\" names %s, which is no target; did you mean %s?", quoted,
		                config_error_quote(nearest.word, suggested));
	else
		config_complain(r, d->node, "\"depends_on\" names %s, which is no target: expected a target's name",
		                quoted);
}

static void find_target(struct config_reader *r, struct config_depended *d, size_t *n_offered)
{
	const char *name = d->is->name;
	char quoted[CONFIG_QUOTELEN];

	d->target = config_names_at(r, name);
	if (d->target)
		d->on = config_depends_of(r, name);
	else
		d->target = config_range_at(r, name, &d->on);
	if (!d->target)
		report_unknown(r, d, n_offered);
	else if (config_names_is_parent(r, name))
		config_complain(r, d->node,
		                "\"depends_on\" names %s, which is not probed itself, but its addresses "
		                "(\"addresses: all\"): expected a target that is",
		                config_error_quote(name, quoted));
	d->is->elsewhere = !config_intake_is_ours(r, name);
}

/* From last back to first, as the walk came. */
static void report_cycle(struct config_reader *r, const struct config_depended *first,
                         const struct config_depended *last)
{
	const struct config_depended *shown[MAX_SHOWN];
	char chain[(MAX_SHOWN + 3) * CONFIG_QUOTELEN], quoted[CONFIG_QUOTELEN];
	size_t n = 0, len;

	for (; n < MAX_SHOWN && last != first; last = last->via)
		shown[n++] = last;
	config_error_quote(first->is->name, quoted);
	len = (size_t)snprintf(chain, sizeof(chain), "%s%s", quoted, last == first ? "" : " -> ...");
	while (n--) {
		char name[CONFIG_QUOTELEN];

		len += (size_t)snprintf(chain + len, sizeof(chain) - len, " -> %s",
		                        config_error_quote(shown[n]->is->name, name));
	}
	config_complain(r, first->target, "%s depends on itself: %s -> %s", quoted, chain, quoted);
}

static bool names_itself(const struct config_reader *r, const struct config_depended *at)
{
	for (size_t i = 0; i < at->on->n; i++)
		if (config_depends_named(r, at->on->at[i]->name) == at)
			return true;
	return false;
}

/* The next that at depends on; NULL: no more. A target that has inherited its own name depends on none of the list. */
static struct config_depended *next_of(struct config_reader *r, struct config_depended *at)
{
	if (!at->on || at->n_walked == at->on->n)
		return NULL;
	if (!at->n_walked && names_itself(r, at)) {
		at->n_walked = at->on->n;
		return NULL;
	}
	return config_depends_named(r, at->on->at[at->n_walked++]->name);
}

/* Depth first, with the way back kept in the nodes (via), since a chain may be as long as the file. A node that has
 * been left has no more names to walk, and is not entered again. */
static size_t find_cycles(struct config_reader *r, struct config_depended *start)
{
	struct config_depended *at = start;
	size_t n = 0;

	start->is_open = true;
	while (at && n < MAX_CYCLES) {
		struct config_depended *to = next_of(r, at);

		if (!to) {
			at->is_open = false;
			at = at->via;
		} else if (to->is_open) {
			report_cycle(r, to, at);
			n++;
		} else if (!to->n_walked) {
			to->is_open = true;
			to->via = at;
			at = to;
		}
	}
	return n;
}

void config_depends_check(struct config_reader *r)
{
	size_t n_offered = 0, n_cycles = 0;

	if (r->errors->n)
		return;
	for (struct config_depended *d = config_depends_first(r); d; d = d->next)
		find_target(r, d, &n_offered);
	if (r->errors->n)
		return;
	for (struct config_depended *d = config_depends_first(r); d && n_cycles < MAX_CYCLES; d = d->next) {
		if (!d->n_walked)
			n_cycles += find_cycles(r, d);
	}
}
