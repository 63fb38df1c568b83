/* log_options.h - what a sink of the log is to be: where its lines go, which they are and what they look like. */
#ifndef MINIPING_LOG_OPTIONS_H
#define MINIPING_LOG_OPTIONS_H
#include "base/sink.h"
#include "log/format.h"
#include "log/log_filter.h"

#include <stdbool.h>
#include <stddef.h>

#define LOG_SINKS_MAX 8

enum log_to { LOG_TO_STDOUT, LOG_TO_STDERR, LOG_TO_FILE };

struct log_options { /* of one sink; all zero: every record, as logfmt, to standard output */
	enum log_to to;
	const char *path; /* of LOG_TO_FILE, absolute */
	enum log_format format;
	struct log_filter filter;
};

struct log_list {
	size_t n;                             /* at least one */
	struct log_options at[LOG_SINKS_MAX]; /* no two to the same place */
};

/* log_options_to - sets where a sink goes: text is stdout, stderr, or a path that begins with /, which is borrowed.
 * 0, or -EINVAL with o as it was. */
int log_options_to(struct log_options *o, const char *text);

/* log_options_place - the same backwards. */
const char *log_options_place(const struct log_options *o);

/* log_options_open - 0 and *out, or -errno, after a message that says why (logfile_open). */
int log_options_open(struct sink **out, const struct log_options *o);

/* log_options_mix - one sink is to be standard output and another one standard error, and both are the same pipe,
 * socket or file. */
bool log_options_mix(const struct log_list *list);
#endif
