/* ctl_table.c - cells stand one after the other in one buffer: colour, text, NUL. */
#include "ctl/ctl_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ctl_table {
	const struct ctl_term *term;
	const struct ctl_table_column *columns;
	size_t n_columns, n_cells;
	char *cells;
	size_t len, room;
	int widths[CTL_TABLE_COLUMNS_MAX];
	bool failed;
};

struct ctl_table *ctl_table_new(const struct ctl_term *term, const struct ctl_table_column *columns, size_t n)
{
	struct ctl_table *t = calloc(1, sizeof(*t));

	if (t) {
		t->term = term;
		t->columns = columns;
		t->n_columns = n;
	}
	return t;
}

void ctl_table_free(struct ctl_table *t)
{
	if (t)
		free(t->cells);
	free(t);
}

static bool reserve(struct ctl_table *t, size_t len)
{
	char *cells;

	if (t->len + len > t->room) {
		cells = realloc(t->cells, 2 * (t->len + len));
		if (!cells) {
			t->failed = true;
			return false;
		}
		t->cells = cells;
		t->room = 2 * (t->len + len);
	}
	return true;
}

void ctl_table_cell(struct ctl_table *t, const char *text, enum ctl_colour c)
{
	char shown[1024];
	size_t len;
	int width, *widest = &t->widths[t->n_cells % t->n_columns];

	ctl_term_shown(t->term, shown, sizeof(shown), text);
	len = strlen(shown) + 1;
	width = ctl_term_width(shown);
	if (t->failed || !reserve(t, 1 + len))
		return;
	t->cells[t->len] = (char)c;
	memcpy(t->cells + t->len + 1, shown, len);
	t->len += 1 + len;
	t->n_cells++;
	if (width > *widest)
		*widest = width;
}

/* The last column of a line leaves no spaces behind it. */
static void print_cell(const struct ctl_table *t, FILE *to, const char *text, size_t column, int width,
                       enum ctl_colour c, bool is_last)
{
	bool coloured = c != CTL_PLAIN && *text, to_right = t->columns[column].to_right;
	int gap = width - ctl_term_width(text);

	if (to_right)
		fprintf(to, "%*s", gap, "");
	fputs(coloured ? ctl_term_colour(t->term, c) : "", to);
	fputs(text, to);
	fputs(coloured ? ctl_term_colour(t->term, CTL_PLAIN) : "", to);
	if (!to_right && !is_last)
		fprintf(to, "%*s", gap, "");
	fputs(is_last ? "\n" : "  ", to);
}

static void print_titles(const struct ctl_table *t, FILE *to, int indent, const int *widths, size_t last)
{
	bool any = false;

	for (size_t i = 0; i < t->n_columns; i++)
		any |= widths[i] && *t->columns[i].title;
	if (!any)
		return;
	fprintf(to, "%*s", indent, "");
	for (size_t i = 0; i <= last; i++)
		if (widths[i])
			print_cell(t, to, t->columns[i].title, i, widths[i], CTL_BOLD, i == last);
}

bool ctl_table_print(const struct ctl_table *t, FILE *to, int indent)
{
	int widths[CTL_TABLE_COLUMNS_MAX];
	const char *at = t->cells;
	size_t last = 0;

	if (t->failed)
		return false;
	for (size_t i = 0; i < t->n_columns; i++) {
		int title = ctl_term_width(t->columns[i].title);

		widths[i] = t->widths[i] && t->widths[i] < title ? title : t->widths[i];
		if (widths[i])
			last = i;
	}
	print_titles(t, to, indent, widths, last);
	for (size_t n = 0; n < t->n_cells; n++) {
		size_t i = n % t->n_columns;

		if (!i)
			fprintf(to, "%*s", indent, "");
		if (widths[i])
			print_cell(t, to, at + 1, i, widths[i], (enum ctl_colour) * at, i == last);
		at += 1 + strlen(at + 1) + 1;
	}
	return true;
}
