/* ctl_columns.h - the figures of a target or of a group as columns: of the table, of CSV and of the live screen. */
#ifndef MINIPING_CTL_COLUMNS_H
#define MINIPING_CTL_COLUMNS_H
#include "ctl/ctl_term.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* REASON: a text; of what is up, where it is of no interest, none. */
enum ctl_column_kind {
	CTL_COLUMN_TEXT,
	CTL_COLUMN_REASON,
	CTL_COLUMN_STATE,
	CTL_COLUMN_MS,
	CTL_COLUMN_RATIO,
	CTL_COLUMN_AGE,
	CTL_COLUMN_COUNT
};

struct ctl_column {
	const char *title; /* of the table and the screen */
	const char *key;   /* of the API, and title of CSV */
	enum ctl_column_kind kind;
	bool in_table;    /* CSV has all */
	int width;        /* on the screen; 0: not there, or (the first text) what the others leave */
	int from_columns; /* there on a screen that is at least so wide */
};

struct ctl_columns {
	const struct ctl_column *at;
	size_t n;
};

extern const struct ctl_columns ctl_columns_targets, ctl_columns_groups;

/* ctl_columns_to_right - its texts end at the same column. */
static inline bool ctl_columns_to_right(const struct ctl_column *c)
{
	return c->kind != CTL_COLUMN_TEXT && c->kind != CTL_COLUMN_REASON && c->kind != CTL_COLUMN_STATE;
}

/* ctl_columns_now - seconds since 1970 as of a document, by the daemon's clock if it says; for ctl_columns_cell. */
double ctl_columns_now(json_t *document);

/* ctl_columns_cell - the figure of item in words, "-" for what a number has no value, "" for a text. now: seconds since
 * 1970, for ages. Returns its colour. */
enum ctl_colour ctl_columns_cell(const struct ctl_column *c, const json_t *item, double now, char *buf, size_t buf_len);

/* ctl_columns_csv - the value as the API has it, quoted where RFC 4180 says so; appended to standard output.
 * is_terminal: what it might obey is shown as \xNN. */
void ctl_columns_csv(const struct ctl_column *c, const json_t *item, bool is_terminal);

/* ctl_columns_labels - "role=gateway site=fra1", by name, cut to fit. Returns buf. */
char *ctl_columns_labels(json_t *labels, char *buf, size_t buf_len);
#endif
