/* config_range.c - checks a range before its addresses are made, and finds overlaps. */
#include "config/config_range.h"

#include "base/addrset.h"
#include "config/config_host.h"
#include "config/config_intake.h"
#include "config/config_names.h"
#include "config/config_node.h"
#include "config/config_profiles.h"
#include "config/config_reader.h"
#include "config/config_target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANGE 255

/* Names of a range's targets are in no index: a million of them are one span. */
struct range {
	struct addrset_span span;
	const struct config_node *node;
	const struct depends *depends;
};

struct config_ranges {
	struct range *at;
	size_t n, room;
};

int config_range_init(struct config_reader *r)
{
	r->ranges = arena_take(r->scratch, sizeof(*r->ranges));
	if (!r->ranges)
		return -ENOMEM;
	*r->ranges = (struct config_ranges){ .at = NULL };
	return 0;
}

void config_range_fini(struct config_reader *r)
{
	if (r->ranges)
		free(r->ranges->at);
}

static int read_span(struct config_reader *r, const char *name, const struct config_node *node, enum addrset_use use,
                     struct addrset *out)
{
	const char *text = config_node_text(r, name, node, MAX_RANGE), *wrong;
	char quoted[CONFIG_QUOTELEN];
	struct addrset_span span;

	if (!text)
		return 0;
	wrong = addrset_span_parse(&span, text, use);
	if (!wrong)
		return addrset_add(out, &span);
	config_complain(r, node, "%s %s", config_error_quote(text, quoted), wrong);
	return 0;
}

static int read_spans(struct config_reader *r, const char *name, const struct config_node *value, enum addrset_use use,
                      struct addrset *out)
{
	const struct config_node *n = config_node_follow(value);
	int err = 0;

	if (n->kind == CONFIG_MAPPING)
		config_complain(r, value, "\"%s\" must be a string or a list, not %s", name, config_node_kind(n));
	else if (n->kind == CONFIG_SCALAR)
		err = read_span(r, name, value, use, out);
	else
		for (n = n->first; n && !err; n = n->next)
			err = read_span(r, name, n, use, out);
	addrset_sort(out);
	return err;
}

/* All checks that need no list of the addresses. */
static bool check(struct config_reader *r, const struct config_item *item, const struct addrset *x)
{
	uint64_t n = addrset_count(x);
	char text[ADDR_STRLEN];
	struct addr a;

	if (!n) {
		config_complain(r, item->range, "\"range\" holds no address");
	} else if (n > r->config->max_targets) {
		if (n == UINT64_MAX)
			strcpy(text, "2^64 or more");
		else
			snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
		config_complain(r, item->range, "\"range\" holds %s addresses: limits.max_targets is %u", text,
		                r->config->max_targets);
	} else if (addrset_find_unprobeable(x, &a)) {
		config_complain(r, item->range, "\"range\" holds %s, which is not the address of one host",
		                addr_format(&a, text));
	} else {
		return true;
	}
	return false;
}

static bool check_families(struct config_reader *r, const struct config_item *item, const struct addrset *x)
{
	const struct options *o = &item->profile->options;
	char text[ADDR_STRLEN];
	struct config_node first = *item->range;

	/* Sorted by family: first and last show every family. */
	for (size_t i = 0; i<x->n; i += x->n> 1 ? x->n - 1 : 1) {
		addrset_text(x->spans[i].family, x->spans[i].first, text);
		first.kind = CONFIG_SCALAR;
		first.text = text;
		if (!config_host_check_family(r, o, &first, x->spans[i].family))
			return false;
	}
	return true;
}

static int remember(struct config_ranges *x, const struct config_item *item, const struct addrset_span *span)
{
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 16;
		struct range *at = reallocarray(x->at, room, sizeof(*at));

		if (!at)
			return -ENOMEM;
		x->at = at;
		x->room = room;
	}
	x->at[x->n++] = (struct range){ *span, item->range, item->profile->depends };
	return 0;
}

static int add_span(struct config_reader *r, const struct addrset_span *span, struct config_target *target)
{
	addrset_value value = span->first;
	char name[ADDR_STRLEN];
	int err;

	if (r->errors->n)
		return 0;
	do {
		addrset_text(span->family, value, name);
		target->name = name;
		target->addr = addrset_addr(span->family, value);
		err = config_intake_keep(r, target);
	} while (!err && value++ != span->last);
	return err;
}

static int add_all(struct config_reader *r, const struct config_item *item, const struct addrset *x)
{
	struct config_target target = { .profile = item->profile, .line = item->node->line };
	int err = 0;

	if (!check(r, item, x) || !check_families(r, item, x) || !config_intake_count(r, addrset_count(x), item->node))
		return 0;
	if (item->profile->options.family == FAMILY_BOTH)
		err = config_profiles_of(r, item->profile, FAMILY_ANY, &target.profile);
	for (size_t i = 0; i < x->n && !err; i++) {
		err = remember(r->ranges, item, &x->spans[i]);
		if (!err)
			err = add_span(r, &x->spans[i], &target);
	}
	return err;
}

int config_range_read(struct config_reader *r, const struct config_item *item)
{
	size_t n_errors = r->errors->n + r->errors->n_more;
	struct addrset x = { 0 }, less = { 0 };
	int err = read_spans(r, "range", item->range, ADDRSET_PROBE, &x);

	if (!err && item->exclude)
		err = read_spans(r, "exclude", item->exclude, ADDRSET_EXCLUDE, &less);
	if (!err)
		err = addrset_subtract(&x, &less);
	if (!err && r->errors->n + r->errors->n_more == n_errors)
		err = add_all(r, item, &x);
	addrset_fini(&x);
	addrset_fini(&less);
	return err;
}

static bool is_earlier(const struct config_node *a, const struct config_node *b)
{
	if (a->file != b->file)
		return a->file < b->file;
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static int compare(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->span.family != y->span.family)
		return x->span.family < y->span.family ? -1 : 1;
	if (x->span.first != y->span.first)
		return x->span.first < y->span.first ? -1 : 1;
	return is_earlier(y->node, x->node) - is_earlier(x->node, y->node);
}

/* Reported at the later of the two. */
static void report(struct config_reader *r, const struct config_node *a, const struct config_node *b, const char *name)
{
	const struct config_node *later = is_earlier(a, b) ? b : a, *first = later == a ? b : a;
	char quoted[CONFIG_QUOTELEN], position[CONFIG_POSITION_LEN];

	config_complain(r, later, "duplicate target name %s (first at %s)", config_error_quote(name, quoted),
	                config_node_position(r, first, later, position));
}

static void check_overlaps(struct config_reader *r)
{
	const struct config_ranges *x = r->ranges;
	const struct range *reach = x->at; /* the one that goes farthest so far */
	char name[ADDR_STRLEN];

	for (size_t i = 1; i < x->n; i++) {
		const struct range *next = &x->at[i];

		if (next->span.family == reach->span.family && next->span.first <= reach->span.last) {
			addrset_text(next->span.family, next->span.first, name);
			report(r, reach->node, next->node, name);
		}
		if (next->span.family != reach->span.family || next->span.last > reach->span.last)
			reach = next;
	}
}

/* The last range that begins at or before value; NULL: none. */
static const struct range *find(const struct config_ranges *x, uint16_t family, addrset_value value)
{
	size_t low = 0, high = x->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct addrset_span *s = &x->at[middle].span;

		if (s->family < family || (s->family == family && s->first <= value))
			low = middle + 1;
		else
			high = middle;
	}
	return low && x->at[low - 1].span.family == family ? &x->at[low - 1] : NULL;
}

/* The range of a target called text; NULL: none. */
static const struct range *find_name(const struct config_reader *r, const char *text)
{
	const struct range *range;
	char canonical[ADDR_STRLEN];
	struct addr a;

	if (strchr(text, '%') || addr_parse(&a, text) < 0 || strcmp(addr_format(&a, canonical), text))
		return NULL;
	range = find(r->ranges, a.family, addrset_number(&a));
	return range && range->span.last >= addrset_number(&a) ? range : NULL;
}

static void check_name(const void *item, void *data)
{
	const struct config_node *node = item;
	const char *text = config_node_follow(node)->text;
	struct config_reader *r = data;
	const struct range *range = find_name(r, text);

	if (range)
		report(r, range->node, node, text);
}

const struct config_node *config_range_at(const struct config_reader *r, const char *name,
                                          const struct depends **depends)
{
	const struct range *range = find_name(r, name);

	if (!range)
		return NULL;
	*depends = range->depends;
	return range->node;
}

void config_range_check(struct config_reader *r)
{
	if (!r->ranges->n)
		return;
	qsort(r->ranges->at, r->ranges->n, sizeof(r->ranges->at[0]), compare);
	check_overlaps(r);
	config_names_each(r, check_name, r);
}
