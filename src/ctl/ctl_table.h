/* ctl_table.h - rows of text in aligned columns: kept until all are known, then printed at once. */
#ifndef MINIPING_CTL_TABLE_H
#define MINIPING_CTL_TABLE_H
#include "ctl/ctl_term.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CTL_TABLE_COLUMNS_MAX 24

struct ctl_table_column {
	const char *title;
	bool to_right;
};

struct ctl_table; /* opaque, one owner */

/* ctl_table_new - n columns of columns, borrowed. NULL: out of memory. */
struct ctl_table *ctl_table_new(const struct ctl_term *t, const struct ctl_table_column *columns, size_t n);
void ctl_table_free(struct ctl_table *t); /* NULL allowed */

/* ctl_table_cell - the next cell of the row, copied; shown as ctl_term_shown does. After n of them a new row begins. c
 * colours it. */
void ctl_table_cell(struct ctl_table *t, const char *text, enum ctl_colour c);

/* ctl_table_print - the titles first if there is a row and a title; each line begins with indent spaces. A column that
 * is empty in all rows is left out. False: out of memory on the way, nothing printed. */
bool ctl_table_print(const struct ctl_table *t, FILE *to, int indent);
#endif
