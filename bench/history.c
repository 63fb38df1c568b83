/* history - what the history costs: 10,000 targets for 26 hours of simulated time, with time as an argument. Prints one
 * JSON object: bytes a row and CPU a minute of the writer, of its longest step, and of what readers ask for. Rows are
 * of a recording, each target's of another place in it and at another scale.
 *
 *   history DIRECTORY RECORDING [TARGETS [HOURS]] */
#include "base/clock.h"
#include "store/history_db.h"
#include "store/history_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define START_S  (INT64_C(19675) * 86400)
#define RECORDED 3600
#define MINUTES  60 /* of the recording */
#define ASKS     21

static struct row recorded[MINUTES * 4]; /* as it is, and at three other scales */
static struct history_db *history;
static char path[4096];

static void die(const char *what)
{
	fprintf(stderr, "history: %s\n", what);
	exit(1);
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}

static void read_recording(const char *name)
{
	FILE *f = fopen(name, "re");
	long long ns[RECORDED];

	if (!f)
		die("cannot open the recording");
	for (int i = 0; i < RECORDED; i++)
		if (fscanf(f, "%lld", &ns[i]) != 1)
			die("the recording is too short");
	fclose(f);
	for (int scale = 0; scale < 4; scale++)
		for (int m = 0; m < MINUTES; m++) {
			struct row *r = &recorded[scale * MINUTES + m];
			uint16_t codes[60];
			size_t n = 0;

			/* One of a hundred is lost. */
			for (int i = 0; i < 60; i++)
				if ((i + m) % 100)
					codes[n++] = rtt_code(ns[m * 60 + i] * (scale ? 30 * scale * scale : 1));
			*r = (struct row){ .n_sent = 60, .n_lost = 60 - (uint32_t)n };
			row_of_codes(r, codes, n);
		}
}

static void add_minute(int64_t at_s, uint32_t n_targets)
{
	for (uint32_t i = 0; i < n_targets; i++) {
		uint64_t place = (uint64_t)i * 2654435761u + (uint64_t)(at_s / 60) * 7;
		const struct row *r = &recorded[i % 4 * MINUTES + place % MINUTES];

		if (history_db_row(history, at_s, i, r, NULL, 0))
			die("a row is refused");
	}
}

static void open_history(const char *directory)
{
	const struct history_options o = { .file = path,
		                           .keep_minutes_ns = 7 * NS_PER_D,
		                           .keep_hours_ns = 365 * NS_PER_D,
		                           .keep_events_ns = 365 * NS_PER_D,
		                           .max_size = UINT64_C(100) << 30 };
	char why[160] = "";

	snprintf(path, sizeof(path), "%s/history.db", directory);
	if (history_db_open(&history, &o, why)) {
		fprintf(stderr, "history: %s: %s\n", path, why);
		exit(1);
	}
}

static double ask_worst(struct history_reader *r, int64_t now_s, enum past_by by)
{
	double took[ASKS];

	for (int i = 0; i < ASKS; i++) {
		struct past_worsts *w;
		double from = cpu_ms();

		if (history_reader_worst(r, now_s, 3600, by, 50, &w) || w->n != 50)
			die("no worst 50");
		took[i] = cpu_ms() - from;
		past_worsts_free(w);
	}
	return median(took, ASKS);
}

static double ask_day(struct history_reader *r, int64_t now_s, uint32_t n_targets)
{
	double took[ASKS];

	for (uint32_t i = 0; i < ASKS; i++) {
		struct past_points *p;
		char name[16];
		double from = cpu_ms();

		snprintf(name, sizeof(name), "t%u", i * 7919 % n_targets);
		if (history_reader_points(r, name, now_s - 86400, now_s, 60, &p) || !p->n)
			die("no day");
		took[i] = cpu_ms() - from;
		free(p);
	}
	return median(took, ASKS);
}

int main(int argc, char **argv)
{
	uint32_t n_targets = argc > 3 ? (uint32_t)atol(argv[3]) : 10000;
	int64_t n_minutes = (argc > 4 ? atol(argv[4]) : 26) * 60, end_s = START_S + n_minutes * 60;
	double cpu = 0, longest = 0, worst[3];
	struct history_reader *r;

	if (argc < 3)
		die("usage: history DIRECTORY RECORDING [TARGETS [HOURS]]");
	read_recording(argv[2]);
	open_history(argv[1]);
	for (uint32_t i = 0; i < n_targets; i++) {
		char name[16];

		snprintf(name, sizeof(name), "t%u", i);
		if (history_db_series(history, name, strlen(name), NULL, 0) != i)
			die("a series is refused");
	}
	for (int64_t at_s = START_S; at_s < end_s; at_s += 60) {
		double from = cpu_ms(), step;
		bool more;

		add_minute(at_s, n_targets);
		if (history_db_end_minute(history, at_s))
			die(history_db_error(history));
		do {
			step = cpu_ms();
			more = history_db_tend(history, at_s + 60);
			step = cpu_ms() - step;
			longest = step > longest ? step : longest;
		} while (more);
		cpu += cpu_ms() - from;
	}
	if (history_reader_open(&r, path))
		die("no reader");
	for (int by = PAST_BY_LOSS; by <= PAST_BY_JITTER; by++)
		worst[by] = ask_worst(r, end_s - 60, (enum past_by)by);
	printf("{\"targets\":%u,\"minutes\":%lld,\"bytes_a_row\":%.1f,\"cpu_ms_a_minute\":%.2f,\"longest_step_ms\":%.1f,"
	       "\"day_of_a_target_ms\":%.2f,\"worst_50_by_loss_ms\":%.1f,\"worst_50_by_rtt_ms\":%.1f,\"worst_50_by_jitter_ms\":%.1f}\n",
	       n_targets, (long long)n_minutes, (double)history_db_bytes(history) / (double)n_minutes / n_targets,
	       cpu / (double)n_minutes, longest, ask_day(r, end_s - 60, n_targets), worst[0], worst[1], worst[2]);
	history_reader_close(r);
	history_db_close(history);
	return 0;
}
