/* cli_table.c - the cells of a row are made twice: to find how wide the columns are, and to print them. */
#include "cli/cli_table.h"

#include "cli/cli_label.h"
#include "cli/cli_note.h"
#include "cli/cli_verdict.h"
#include "base/textwidth.h"

#include <inttypes.h>
#include <string.h>

#define CELL_LEN CLI_LABEL_LEN

enum { HOST, SENT, RECEIVED, LOSS, MIN, AVG, MEDIAN, P95, MAX, JITTER, TTL, NOTE, N_COLUMNS };

static const char *const titles[N_COLUMNS] = { "HOST",   "SENT",   "RECEIVED", "LOSS",   "MIN ms", "AVG ms",
	                                       "MED ms", "P95 ms", "MAX ms",   "JIT ms", "TTL",    "NOTE" };

struct row {
	char cells[N_COLUMNS][CELL_LEN];
	const char *colour; /* of the loss */
};

static void set_ms(struct row *row, int column, int64_t ns)
{
	if (ns >= 0)
		snprintf(row->cells[column], CELL_LEN, "%.3f", (double)ns / 1e6);
	else
		strcpy(row->cells[column], "-");
}

static void make_row(struct row *row, const struct miniping_result *r, const struct miniping_options *o)
{
	for (int i = 0; i < N_COLUMNS; i++)
		row->cells[i][0] = '\0';
	cli_label(row->cells[HOST], r->host, r->addr);
	snprintf(row->cells[SENT], CELL_LEN, "%" PRIu64, r->sent);
	snprintf(row->cells[RECEIVED], CELL_LEN, "%" PRIu64, r->received);
	row->colour = "";
	if (r->loss < 0) {
		strcpy(row->cells[LOSS], "-");
	} else {
		snprintf(row->cells[LOSS], CELL_LEN, "%.1f%%", r->loss);
		row->colour = r->loss <= 0 ? "\033[32m" : r->received ? "\033[33m" : "\033[31m";
	}
	set_ms(row, MIN, r->min_ns);
	set_ms(row, AVG, r->mean_ns);
	set_ms(row, MEDIAN, r->median_ns);
	set_ms(row, P95, r->p95_ns);
	set_ms(row, MAX, r->max_ns);
	set_ms(row, JITTER, r->received ? r->jitter_ns : -1);
	if (r->ttl >= 0)
		snprintf(row->cells[TTL], CELL_LEN, "%d", r->ttl);
	cli_note(row->cells[NOTE], r, o);
}

static void widen(int widths[N_COLUMNS], const struct row *row)
{
	for (int i = 0; i < N_COLUMNS; i++) {
		int width = textwidth(row->cells[i]);

		/* A title counts once there is something under it. */
		if (width && width < (int)strlen(titles[i]))
			width = (int)strlen(titles[i]);
		if (width > widths[i])
			widths[i] = width;
	}
}

/* Spaces are written once there is something behind them: a line ends with none. */
static void print_row(FILE *to, const struct row *row, const int widths[N_COLUMNS], bool colour)
{
	int spaces = 0;

	for (int i = 0; i < N_COLUMNS; i++) {
		int gap = widths[i] - textwidth(row->cells[i]);
		bool to_right = i != HOST && i != NOTE, coloured = colour && i == LOSS && *row->colour;

		if (!widths[i])
			continue;
		if (row->cells[i][0])
			fprintf(to, "%*s%s%s%s", spaces + (to_right ? gap : 0), "", coloured ? row->colour : "",
			        row->cells[i], coloured ? "\033[0m" : "");
		spaces = row->cells[i][0] ? (to_right ? 0 : gap) + 2 : spaces + widths[i] + 2;
	}
	fputc('\n', to);
}

static void print_counts(FILE *to, const struct cli_args *a, const struct miniping_result *results)
{
	static const char *const words[] = {
		[CLI_ANSWERED] = "answered",
		[CLI_SILENT] = "silent",
		[CLI_UNFINISHED] = "not probed to the end",
		[CLI_NOT_SENT] = "not sent to",
		[CLI_UNRESOLVED] = "not resolved",
	};
	uint64_t n[CLI_UNRESOLVED + 1] = { 0 };
	const char *before = ": ";

	for (size_t i = 0; i < a->hosts.n; i++)
		n[cli_verdict(&results[i], &a->options)]++;
	fprintf(to, "%zu host%s", a->hosts.n, a->hosts.n == 1 ? "" : "s");
	for (size_t i = 0; i <= CLI_UNRESOLVED; i++) {
		if (!n[i])
			continue;
		fprintf(to, "%s%" PRIu64 " %s", before, n[i], words[i]);
		before = ", ";
	}
	fputc('\n', to);
}

void cli_table_print(FILE *to, const struct cli_args *a, const struct miniping_result *results, bool colour)
{
	int widths[N_COLUMNS] = { 0 };
	struct row row;

	for (size_t i = 0; i < a->hosts.n; i++) {
		make_row(&row, &results[i], &a->options);
		widen(widths, &row);
	}
	row.colour = "";
	for (int i = 0; i < N_COLUMNS; i++)
		strcpy(row.cells[i], titles[i]);
	print_row(to, &row, widths, false);
	for (size_t i = 0; i < a->hosts.n; i++) {
		make_row(&row, &results[i], &a->options);
		print_row(to, &row, widths, colour);
	}
	print_counts(to, a, results);
}
