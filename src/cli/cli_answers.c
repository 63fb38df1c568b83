/* cli_answers.c - a list that is made once, and its table. */
#include "cli/cli_answers.h"

#include "cli/cli_label.h"
#include "base/textwidth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define START_ROOM 16u

int cli_answers_add(struct cli_answers *c, const struct miniping_answerer *a)
{
	size_t room = c->room ? 2 * c->room : START_ROOM;
	struct cli_answer *at;

	if (c->n == c->room) {
		at = reallocarray(c->at, room, sizeof(*at));
		if (!at)
			return -ENOMEM;
		c->at = at;
		c->room = room;
	}
	at = &c->at[c->n++];
	*at = (struct cli_answer){
		.host_index = a->host_index,
		.received = a->received,
		.duplicates = a->duplicates,
		.min_ns = a->min_ns,
		.max_ns = a->max_ns,
		.mean_ns = a->mean_ns,
		.jitter_ns = a->jitter_ns,
		.ttl = a->ttl,
	};
	snprintf(at->addr, sizeof(at->addr), "%s", a->addr ? a->addr : "");
	return 0;
}

void cli_answers_fini(struct cli_answers *c)
{
	free(c->at);
	*c = (struct cli_answers){ .n = 0 };
}

/* Of the first whose host is host_index or a later one. */
static size_t place_of(const struct cli_answers *c, size_t host_index)
{
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->at[middle].host_index < host_index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t cli_answers_of(const struct cli_answers *c, size_t host_index, const struct cli_answer **first)
{
	size_t from = place_of(c, host_index);

	*first = c->at ? c->at + from : NULL;
	return place_of(c, host_index + 1) - from;
}

/* --- the table --- */

enum { HOST, FROM, RECEIVED, DUPLICATES, MIN, AVG, MAX, JITTER, TTL, N_COLUMNS };

struct row {
	char cells[N_COLUMNS][CLI_LABEL_LEN];
};

static const char *const titles[N_COLUMNS] = { "HOST",   "FROM",   "RECEIVED", "DUPLICATES", "MIN ms",
	                                       "AVG ms", "MAX ms", "JIT ms",   "TTL" };

static void set_count(struct row *row, int column, uint64_t n)
{
	snprintf(row->cells[column], sizeof(row->cells[column]), "%" PRIu64, n);
}

static void set_ms(struct row *row, int column, int64_t ns)
{
	snprintf(row->cells[column], sizeof(row->cells[column]), "%.3f", (double)ns / 1e6);
}

/* Empty cells are left out with their column: the host's, if there is but one, and duplicates. */
static void make_row(struct row *row, const struct cli_args *a, const struct cli_answer *one)
{
	memset(row, 0, sizeof(*row));
	if (cli_args_several(a))
		cli_label(row->cells[HOST], a->hosts.at[one->host_index], "");
	strcpy(row->cells[FROM], one->addr);
	set_count(row, RECEIVED, one->received);
	if (one->duplicates)
		set_count(row, DUPLICATES, one->duplicates);
	set_ms(row, MIN, one->min_ns);
	set_ms(row, AVG, one->mean_ns);
	set_ms(row, MAX, one->max_ns);
	set_ms(row, JITTER, one->jitter_ns);
	if (one->ttl >= 0)
		snprintf(row->cells[TTL], sizeof(row->cells[TTL]), "%d", one->ttl);
}

static void widen(int widths[N_COLUMNS], const struct row *row)
{
	for (int i = 0; i < N_COLUMNS; i++) {
		int width = textwidth(row->cells[i]);

		if (width && width < (int)strlen(titles[i]))
			width = (int)strlen(titles[i]);
		if (width > widths[i])
			widths[i] = width;
	}
}

/* Behind the last cell that has something there is nothing. */
static void print_row(FILE *to, const struct row *row, const int widths[N_COLUMNS])
{
	const char *between = "";
	int spaces = 0;

	for (int i = 0; i < N_COLUMNS; i++) {
		int gap = widths[i] - textwidth(row->cells[i]);

		if (!widths[i])
			continue;
		if (row->cells[i][0])
			fprintf(to, "%s%*s%s", between, spaces + (i > FROM ? gap : 0), "", row->cells[i]);
		spaces = row->cells[i][0] ? (i > FROM ? 0 : gap) : spaces + widths[i] + 2;
		between = "  ";
	}
	fputc('\n', to);
}

static void print_beyond(FILE *to, const struct cli_args *a, const struct cli_answer *one)
{
	char label[CLI_LABEL_LEN];

	if (cli_args_several(a))
		fprintf(to, "%s: ", cli_label(label, a->hosts.at[one->host_index], ""));
	fprintf(to, "and %" PRIu64 " repl%s of others, beyond the first 1024 that are listed\n", one->received,
	        one->received == 1 ? "y" : "ies");
}

void cli_answers_print(FILE *to, const struct cli_answers *c, const struct cli_args *a)
{
	int widths[N_COLUMNS] = { 0 };
	struct row row;

	if (!c->n)
		return;
	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].addr[0])
			continue;
		make_row(&row, a, &c->at[i]);
		widen(widths, &row);
	}
	fputc('\n', to);
	for (int i = 0; i < N_COLUMNS; i++)
		strcpy(row.cells[i], widths[i] ? titles[i] : "");
	print_row(to, &row, widths);
	for (size_t i = 0; i < c->n; i++) {
		if (!c->at[i].addr[0]) {
			print_beyond(to, a, &c->at[i]);
			continue;
		}
		make_row(&row, a, &c->at[i]);
		print_row(to, &row, widths);
	}
}
