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

/* Spaces are written once there is something behind them: a line ends with none. */
static void print_cell(const struct ctl_table *t, FILE *to, const char *text, size_t column, int width,
                       enum ctl_colour c, int *spaces)
{
	int gap = width - ctl_term_width(text);
	bool to_right = t->columns[column].to_right;

	if (*text) {
		fprintf(to, "%*s", *spaces + (to_right ? gap : 0), "");
		fputs(c != CTL_PLAIN ? ctl_term_colour(t->term, c) : "", to);
		fputs(text, to);
		fputs(c != CTL_PLAIN ? ctl_term_colour(t->term, CTL_PLAIN) : "", to);
		*spaces = 0;
	}
	*spaces += (*text && to_right ? 0 : gap) + 2;
}

static void print_titles(const struct ctl_table *t, FILE *to, int indent, const int *widths)
{
	int spaces = indent;
	bool any = false;

	for (size_t i = 0; i < t->n_columns; i++)
		any |= widths[i] && *t->columns[i].title;
	if (!any)
		return;
	for (size_t i = 0; i < t->n_columns; i++)
		if (widths[i])
			print_cell(t, to, t->columns[i].title, i, widths[i], CTL_BOLD, &spaces);
	fputs("\n", to);
}

bool ctl_table_print(const struct ctl_table *t, FILE *to, int indent)
{
	int widths[CTL_TABLE_COLUMNS_MAX], spaces = indent;
	const char *at = t->cells;

	if (t->failed)
		return false;
	for (size_t i = 0; i < t->n_columns; i++) {
		int title = ctl_term_width(t->columns[i].title);

		widths[i] = t->widths[i] && t->widths[i] < title ? title : t->widths[i];
	}
	print_titles(t, to, indent, widths);
	for (size_t n = 0; n < t->n_cells; n++) {
		size_t i = n % t->n_columns;

		if (widths[i])
			print_cell(t, to, at + 1, i, widths[i], (enum ctl_colour) * at, &spaces);
		if (i + 1 == t->n_columns) {
			fputs("\n", to);
			spaces = indent;
		}
		at += 1 + strlen(at + 1) + 1;
	}
	return true;
}
