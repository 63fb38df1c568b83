/* cli_live.c - what the width has room for, the most telling columns first. */
#include "cli/cli_live.h"

#include "cli/cli_label.h"
#include "base/clock.h"
#include "base/spark.h"
#include "base/textwidth.h"

#include <inttypes.h>
#include <string.h>

#define HOST_MIN  12
#define HOST_MAX  48
#define SPARK_MIN 8
#define HEAD_ROWS 2

#define PLAIN   "\033[0m"
#define GREEN   "\033[32m"
#define YELLOW  "\033[33m"
#define RED     "\033[31m"
#define MAGENTA "\033[35m"

enum { SENT, TOTAL_LOSS, LOSS, LAST, MIN, MEDIAN, P95, MAX, N_FIGURES };

static const struct {
	const char *title;
	int width, from_columns;
} figures[N_FIGURES] = {
	[SENT] = { "SENT", 9, 110 },  [TOTAL_LOSS] = { "LOST", 7, 110 }, [LOSS] = { "LOSS", 6, 0 },
	[LAST] = { "LAST ms", 8, 0 }, [MIN] = { "MIN ms", 8, 76 },       [MEDIAN] = { "MED ms", 8, 58 },
	[P95] = { "P95 ms", 8, 68 },  [MAX] = { "MAX ms", 8, 84 },
};

struct layout {
	int columns, host, spark; /* widths */
};

static struct layout lay_out(const struct cli_live *l, int columns)
{
	struct layout w = { .columns = columns, .host = HOST_MIN };
	int left = columns, widest = HOST_MIN;
	char label[CLI_LABEL_LEN];

	for (int i = 0; i < N_FIGURES; i++)
		if (columns >= figures[i].from_columns)
			left -= figures[i].width + 1;
	for (size_t i = 0; i < l->tallies->n && widest < HOST_MAX; i++) {
		const char *addr = l->tallies->at[i].addr;
		int width = textwidth(cli_label(label, l->args->hosts.at[i], addr ? addr : ""));

		if (width > widest)
			widest = width;
	}
	if (widest > HOST_MAX)
		widest = HOST_MAX;
	/* The host takes what it needs, but for the least that a sparkline is good for. */
	w.host = left - SPARK_MIN - 1 < widest ? left - SPARK_MIN - 1 : widest;
	if (w.host < HOST_MIN)
		w.host = left < widest ? left : widest;
	w.spark = left - w.host - 1;
	if (w.spark > (int)CLI_TALLIES_WINDOW)
		w.spark = CLI_TALLIES_WINDOW;
	return w;
}

/* text at most and at least width columns wide */
static void put(const struct cli_live *l, FILE *to, char *text, int width, bool to_right, const char *colour)
{
	int gap;

	textwidth_cut(text, width, l->has_utf8 ? "\u2026" : "~");
	gap = width - textwidth(text);
	if (!l->colour)
		colour = "";
	fprintf(to, "%*s%s%s%s%*s", to_right ? gap : 0, "", colour, text, *colour ? PLAIN : "", to_right ? 0 : gap, "");
}

/* What was there is cleared first: behind a line that takes all columns the cursor still stands on its last one. */
static void begin_line(FILE *to)
{
	fputs("\033[2K", to);
}

static void end_line(FILE *to)
{
	fputs("\r\n", to);
}

/* --- the head --- */

static void draw_head(const struct cli_live *l, FILE *to, int columns, int64_t now_ns)
{
	const struct cli_tally *all = &l->tallies->all;
	int64_t s = (now_ns - l->started_ns) / NS_PER_S;
	double loss = cli_tally_loss(all);
	char text[256];

	snprintf(text, sizeof(text), "%zu hosts  %02" PRId64 ":%02" PRId64 ":%02" PRId64 "  %" PRIu64 " packets",
	         l->tallies->n, s / 3600, s / 60 % 60, s % 60, all->n_received + all->n_lost + all->n_unknown);
	if (loss >= 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "  loss=%.1f%%", loss);
	if (all->n_not_sent)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "  not sent=%" PRIu64, all->n_not_sent);
	begin_line(to);
	put(l, to, text, columns, false, "\033[1m");
	end_line(to);
}

static void draw_titles(const struct cli_live *l, FILE *to, const struct layout *w)
{
	char text[64] = "HOST";

	begin_line(to);
	put(l, to, text, w->host, false, "\033[1m");
	for (int i = 0; i < N_FIGURES; i++) {
		if (w->columns < figures[i].from_columns)
			continue;
		fputc(' ', to);
		strcpy(text, figures[i].title);
		put(l, to, text, figures[i].width, true, "\033[1m");
	}
	if (w->spark >= SPARK_MIN) {
		fputc(' ', to);
		strcpy(text, "LATEST");
		put(l, to, text, w->spark, false, "\033[1m");
	}
	end_line(to);
}

/* --- rows --- */

static const char *loss_colour(double loss)
{
	return loss < 0 ? "" : loss <= 0 ? GREEN : loss < 100 ? YELLOW : RED;
}

static void set_ms(char *text, size_t len, int64_t ns)
{
	if (ns < 0)
		snprintf(text, len, "-");
	else
		snprintf(text, len, ns < 1000 * NS_PER_MS ? "%.3f" : "%.1f", (double)ns / 1e6);
}

static void set_percent(char *text, size_t len, double loss)
{
	if (loss < 0)
		snprintf(text, len, "-");
	else
		snprintf(text, len, "%.1f%%", loss);
}

static const char *draw_sample(const struct cli_live *l, FILE *to, uint32_t sample, uint32_t least, uint32_t greatest,
                               const char *colour, const char *now)
{
	const char *sign;

	if (sample == CLI_TALLIES_LOST) {
		sign = "!";
		colour = RED;
	} else if (sample >= CLI_TALLIES_NOT_SENT) {
		sign = sample == CLI_TALLIES_UNKNOWN ? "?" : "-";
		colour = MAGENTA;
	} else {
		sign = spark_height(sample, least, greatest, l->has_utf8);
	}
	if (l->colour && now != colour)
		fputs(colour, to);
	fputs(sign, to);
	return colour;
}

static void draw_spark(const struct cli_live *l, FILE *to, size_t i, int width, const char *colour)
{
	uint32_t latest[CLI_TALLIES_WINDOW], least = UINT32_MAX, greatest = 0;
	unsigned n = cli_tallies_latest(l->tallies, i, latest, (unsigned)width);
	const char *now = "";

	for (unsigned k = 0; k < n; k++) {
		if (latest[k] >= CLI_TALLIES_NOT_SENT)
			continue;
		least = latest[k] < least ? latest[k] : least;
		greatest = latest[k] > greatest ? latest[k] : greatest;
	}
	for (unsigned k = 0; k < n; k++)
		now = draw_sample(l, to, latest[k], least, greatest, colour, now);
	if (l->colour && n)
		fputs(PLAIN, to);
}

static void draw_row(const struct cli_live *l, FILE *to, const struct layout *w, size_t i)
{
	const struct cli_tally *t = &l->tallies->at[i];
	struct cli_tallies_window v = cli_tallies_window(l->tallies, i);
	const int64_t times[N_FIGURES] = { [LAST] = t->n_received ? t->last_ns : -1,
		                           [MIN] = v.min_ns,
		                           [MEDIAN] = v.median_ns,
		                           [P95] = v.p95_ns,
		                           [MAX] = v.max_ns };
	char text[CLI_LABEL_LEN];
	const char *colour = loss_colour(v.loss);

	begin_line(to);
	put(l, to, cli_label(text, l->args->hosts.at[i], t->addr ? t->addr : ""), w->host, false, "");
	for (int k = 0; k < N_FIGURES; k++) {
		if (w->columns < figures[k].from_columns)
			continue;
		if (k == SENT)
			snprintf(text, sizeof(text), "%" PRIu64, t->n_received + t->n_lost + t->n_unknown);
		else if (k == TOTAL_LOSS)
			snprintf(text, sizeof(text), "%" PRIu64, t->n_lost);
		else if (k == LOSS)
			set_percent(text, sizeof(text), v.loss);
		else
			set_ms(text, sizeof(text), times[k]);
		fputc(' ', to);
		put(l, to, text, figures[k].width, true, k == LOSS ? colour : "");
	}
	if (w->spark >= SPARK_MIN) {
		fputc(' ', to);
		draw_spark(l, to, i, w->spark, colour);
	}
	end_line(to);
}

void cli_live_draw(const struct cli_live *l, FILE *to, int columns, int rows, int64_t now_ns)
{
	struct layout w = lay_out(l, columns);
	size_t n = l->tallies->n, room = rows > HEAD_ROWS + 1 ? (size_t)(rows - HEAD_ROWS - 1) : 0, n_drawn = 0;
	bool fits = n <= room;
	char text[64];

	fputs("\033[H", to);
	draw_head(l, to, columns, now_ns);
	draw_titles(l, to, &w);
	for (size_t i = 0; i < n && n_drawn < room; i++) {
		if (!fits && !l->tallies->at[i].n_window_lost)
			continue;
		draw_row(l, to, &w, i);
		n_drawn++;
	}
	for (size_t i = 0; !fits && i < n && n_drawn < room; i++) {
		if (l->tallies->at[i].n_window_lost)
			continue;
		draw_row(l, to, &w, i);
		n_drawn++;
	}
	if (!fits) {
		snprintf(text, sizeof(text), "and %zu more", n - n_drawn);
		begin_line(to);
		put(l, to, text, columns, false, "");
	}
	fputs("\033[J", to);
}
