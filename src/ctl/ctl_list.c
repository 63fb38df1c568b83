/* ctl_list.c - page by page, so that a million of them need no document of that size; only the table keeps its rows,
 * for the widths of its columns. */
#include "ctl/ctl_list.h"

#include "ctl/ctl_ask.h"
#include "ctl/ctl_columns.h"
#include "ctl/ctl_filter.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_table.h"

#include <stdio.h>
#include <string.h>

#define PAGE 1000

struct listing {
	struct ctl_session *s;
	const char *path;
	const struct ctl_columns *columns;
	struct ctl_table *table; /* NULL: another format */
	double now;
	int64_t n;
};

static void begin(const struct listing *l)
{
	const struct ctl_options *o = l->s->options;

	if (ctl_options_given(o, CTL_JSON))
		fputs("[", stdout);
	if (ctl_options_given(o, CTL_CSV))
		for (size_t i = 0; i < l->columns->n; i++)
			printf("%s%s", l->columns->at[i].key, i + 1 < l->columns->n ? "," : "\n");
}

static void add_row(struct listing *l, const json_t *item)
{
	char text[1024];

	for (size_t i = 0; i < l->columns->n; i++) {
		if (l->columns->at[i].in_table) {
			enum ctl_colour c = ctl_columns_cell(&l->columns->at[i], item, l->now, text, sizeof(text));

			ctl_table_cell(l->table, text, c);
		}
	}
}

static void print_name(struct listing *l, const json_t *item)
{
	const char *name = ctl_json_text(item, "name");
	char shown[4096];

	puts(ctl_term_shown(&l->s->term, shown, sizeof(shown), name ? name : ""));
}

static void on_item(struct listing *l, const json_t *item)
{
	const struct ctl_options *o = l->s->options;

	if (ctl_options_given(o, CTL_JSON)) {
		fputs(l->n ? ",\n" : "\n", stdout);
		ctl_json_print(item, 0);
	} else if (ctl_options_given(o, CTL_CSV)) {
		for (size_t i = 0; i < l->columns->n; i++) {
			ctl_columns_csv(&l->columns->at[i], item, l->s->term.is_terminal);
			putchar(i + 1 < l->columns->n ? ',' : '\n');
		}
	} else if (ctl_options_given(o, CTL_NAMES)) {
		print_name(l, item);
	} else {
		add_row(l, item);
	}
	l->n++;
}

/* Of a target only what is shown is asked for; JSON is as the daemon gives it. */
static void add_fields(const struct listing *l, struct ctl_query *q)
{
	const struct ctl_options *o = l->s->options;
	bool all = ctl_options_given(o, CTL_CSV);
	char fields[512] = "";
	size_t len = 0;

	if (ctl_options_given(o, CTL_JSON))
		return;
	for (size_t i = 0; i < l->columns->n; i++) {
		const struct ctl_column *c = &l->columns->at[i];
		bool wanted = ctl_options_given(o, CTL_NAMES) ? !strcmp(c->key, "name") : all || c->in_table;

		if (wanted && len < sizeof(fields))
			len += (size_t)snprintf(fields + len, sizeof(fields) - len, "%s%s", len ? "," : "", c->key);
	}
	ctl_query_param(q, "fields", fields);
}

static void page_query(const struct listing *l, const char *cursor, struct ctl_query *q)
{
	const struct ctl_options *o = l->s->options;
	int64_t left = o->limit ? o->limit - l->n : PAGE;
	char limit[24];

	ctl_query_path(q, l->path);
	ctl_filter_add(q, o, o->n_arguments ? o->arguments[0] : NULL);
	if (l->columns != &ctl_columns_targets)
		return; /* groups come all at once */
	if (o->sort)
		ctl_query_param(q, "sort", o->sort);
	add_fields(l, q);
	snprintf(limit, sizeof(limit), "%lld", (long long)(left < PAGE ? left : PAGE));
	ctl_query_param(q, "limit", limit);
	if (cursor)
		ctl_query_param(q, "cursor", cursor);
}

static enum ctl_exit list_all(struct listing *l)
{
	const struct ctl_options *o = l->s->options;
	json_t *page = NULL, *next_page, *item;
	const char *cursor = NULL;
	enum ctl_exit code;
	size_t i;

	do {
		struct ctl_query q = { 0 };

		page_query(l, cursor, &q);
		code = ctl_ask_get(l->s, &q, &next_page);
		ctl_query_fini(&q);
		json_decref(page); /* cursor was of it */
		page = next_page;
		if (code)
			break;
		if (!cursor)
			begin(l);
		l->now = ctl_columns_now(page);
		json_array_foreach(json_object_get(page, "items"), i, item)
			if (!o->limit || l->n < o->limit)
				on_item(l, item);
		cursor = ctl_json_text(page, "next");
	} while (cursor && (!o->limit || l->n < o->limit));
	json_decref(page);
	return code;
}

static struct ctl_table *table_new(const struct listing *l, struct ctl_table_column *columns)
{
	size_t n = 0;

	for (size_t i = 0; i < l->columns->n; i++) {
		const struct ctl_column *c = &l->columns->at[i];

		if (c->in_table)
			columns[n++] = (struct ctl_table_column){ c->title, ctl_columns_to_right(c) };
	}
	return ctl_table_new(&l->s->term, columns, n);
}

static enum ctl_exit list(struct listing *l)
{
	struct ctl_table_column columns[CTL_TABLE_COLUMNS_MAX];
	const struct ctl_options *o = l->s->options;
	bool is_table =
		!ctl_options_given(o, CTL_JSON) && !ctl_options_given(o, CTL_CSV) && !ctl_options_given(o, CTL_NAMES);
	enum ctl_exit code;

	if (is_table && !(l->table = table_new(l, columns)))
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	code = list_all(l);
	if (!code && ctl_options_given(o, CTL_JSON))
		puts(l->n ? "\n]" : "]");
	if (!code && is_table && !ctl_table_print(l->table, stdout, 0))
		code = ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	ctl_table_free(l->table);
	return code;
}

enum ctl_exit ctl_list_targets(struct ctl_session *s)
{
	return list(&(struct listing){ .s = s, .path = "/api/v1/targets", .columns = &ctl_columns_targets });
}

enum ctl_exit ctl_list_groups(struct ctl_session *s)
{
	return list(&(struct listing){ .s = s, .path = "/api/v1/groups", .columns = &ctl_columns_groups });
}
