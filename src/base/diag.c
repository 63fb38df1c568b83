/* diag.c - lines are made under a lock, and written by a sink's thread once there is one. */
#include "base/diag.h"

#include "base/clock.h"
#include "base/textbuf.h"
#include "base/sink.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_LEN 1024
#define HOLD_NS      (10 * NS_PER_S)
#define QUEUE_LEN    ((size_t)256 * 1024) /* for every error of a configuration */

static struct {
	pthread_mutex_t lock;
	const char *program;
	enum diag_level level;
	bool journal;
	char last[LINE_MAX_LEN];
	enum diag_level last_level;
	int64_t last_ns;
	unsigned held_back, n_lost;
	struct sink *sink; /* NULL: written by the caller */
	bool silent;       /* standard error has taken nothing, to the end */
} diag_state = { .lock = PTHREAD_MUTEX_INITIALIZER, .program = "miniping", .level = DIAG_WARNING };

static const char *const level_names[] = { "error", "warning", "info", "debug" };

/* JOURNAL_STREAM is inherited by everything below a unit: only a match of device and inode shows that
 * standard error itself goes to the journal (systemd.exec(5)). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64]; /* as sd-daemon(3) writes it */
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st))
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return !strcmp(stream, ours);
}

void diag_init(const char *program, enum diag_level level)
{
	pthread_mutex_lock(&diag_state.lock);
	diag_state.program = program;
	diag_state.level = level;
	diag_state.journal = stderr_is_journal();
	pthread_mutex_unlock(&diag_state.lock);
}

int diag_level_parse(enum diag_level *out, const char *name)
{
	for (unsigned i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (!strcmp(name, level_names[i])) {
			*out = (enum diag_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *diag_level_name(enum diag_level level)
{
	return level_names[level];
}

enum diag_level diag_set_level(enum diag_level level)
{
	enum diag_level before;

	pthread_mutex_lock(&diag_state.lock);
	before = diag_state.level;
	diag_state.level = level;
	pthread_mutex_unlock(&diag_state.lock);
	return before;
}

static bool put(const char *line, size_t len)
{
	if (!diag_state.sink)
		return diag_state.silent || write(STDERR_FILENO, line, len) >= 0;
	if (!sink_push(diag_state.sink, line, len))
		return false;
	sink_flush(diag_state.sink);
	return true;
}

static const int priorities[] = { 3, 4, 6, 7 }; /* of each level, sd-daemon(3) */

static bool put_one(enum diag_level level, const char *text)
{
	char line[LINE_MAX_LEN + 64];
	int len;

	if (diag_state.journal)
		len = snprintf(line, sizeof(line), "<%d>%s\n", priorities[level], text);
	else
		len = snprintf(line, sizeof(line), "%s: %s: %s\n", diag_state.program, level_names[level], text);
	return put(line, (size_t)len);
}

static void put_line(enum diag_level level, const char *text)
{
	char lost[64];

	if (diag_state.n_lost && !(diag_state.sink && sink_half_full(diag_state.sink))) {
		snprintf(lost, sizeof(lost), "%u messages lost: they were not read", diag_state.n_lost);
		if (put_one(DIAG_WARNING, lost))
			diag_state.n_lost = 0;
	}
	if (!put_one(level, text))
		diag_state.n_lost++;
}

static void report_held_back(void)
{
	char text[64];

	if (!diag_state.held_back)
		return;
	snprintf(text, sizeof(text), "last message repeated %u times", diag_state.held_back);
	put_line(diag_state.last_level, text);
	diag_state.held_back = 0;
}

void diag_line(enum diag_level level, const char *text)
{
	char line[LINE_MAX_LEN + 64], safe[LINE_MAX_LEN];
	int len;

	textbuf_shown(safe, sizeof(safe), text);
	pthread_mutex_lock(&diag_state.lock);
	if (diag_state.journal)
		len = snprintf(line, sizeof(line), "<%d>%s\n", priorities[level], safe);
	else
		len = snprintf(line, sizeof(line), "%s\n", safe);
	if (!put(line, (size_t)len))
		diag_state.n_lost++;
	pthread_mutex_unlock(&diag_state.lock);
}

int diag_start(void)
{
	struct sink *sink;
	int err = sink_open(&sink, &(struct sink_options){ .fd = STDERR_FILENO, .queue_len = QUEUE_LEN });

	if (err)
		return err;
	pthread_mutex_lock(&diag_state.lock);
	diag_state.sink = sink;
	pthread_mutex_unlock(&diag_state.lock);
	return 0;
}

void diag_stop(int64_t wait_ns)
{
	struct sink *sink;

	pthread_mutex_lock(&diag_state.lock);
	sink = diag_state.sink;
	diag_state.sink = NULL;
	diag_state.silent = sink; /* until it is known to take something */
	pthread_mutex_unlock(&diag_state.lock);
	if (!sink || sink_close(sink, sink_counts(sink).error ? 0 : wait_ns).n_dropped)
		return;
	pthread_mutex_lock(&diag_state.lock);
	diag_state.silent = false;
	pthread_mutex_unlock(&diag_state.lock);
}

void diag(enum diag_level level, const char *fmt, ...)
{
	char raw[LINE_MAX_LEN / 2], text[LINE_MAX_LEN];
	int64_t now = clock_mono_ns();
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	textbuf_shown(text, sizeof(text), raw);
	pthread_mutex_lock(&diag_state.lock);
	if (level > diag_state.level)
		goto unlock;
	if (!strcmp(text, diag_state.last) && now - diag_state.last_ns < HOLD_NS) {
		diag_state.held_back++;
		goto unlock;
	}
	report_held_back();
	put_line(level, text);
	strcpy(diag_state.last, text);
	diag_state.last_level = level;
	diag_state.last_ns = now;
unlock:
	pthread_mutex_unlock(&diag_state.lock);
}
