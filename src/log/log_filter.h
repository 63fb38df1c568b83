/* log_filter.h - which records a sink of the log takes, and which keys of a report. Pure. */
#ifndef MINIPING_LOG_FILTER_H
#define MINIPING_LOG_FILTER_H
#include "log/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_GROUPS_MAX 64
#define LOG_LABELS_MAX 16

/* In patterns, * stands for any text, ? for one byte. All zero: every record, with all of its keys. */
struct log_filter {
	uint32_t kinds;  /* a bit for each enum record_kind; 0: all of them */
	uint64_t report; /* a bit for each key of a report, in the order of record_keys.h; 0: all of them */
	size_t n_groups; /* 0: any group, and none */
	size_t n_labels; /* 0: any labels */
	const char *groups[LOG_GROUPS_MAX];  /* patterns; one of them is to match */
	struct label labels[LOG_LABELS_MAX]; /* their values are patterns; all of them are to match */
};

/* log_filter_kind - takes the records of a kind as well, by its name. 0 or -EINVAL. */
int log_filter_kind(struct log_filter *f, const char *name);

/* log_filter_report - adds to the keys of reports: one of them, or "brief" (the most important), or "full". 0 or
 * -EINVAL. */
int log_filter_report(struct log_filter *f, const char *word);

/* The i-th kind, and word of reports, that make f when given to the above; NULL: there are no more. */
const char *log_filter_kind_text(const struct log_filter *f, size_t i);
const char *log_filter_report_text(const struct log_filter *f, size_t i);

/* log_filter_takes - O(patterns). Groups and labels are asked of what is about a target alone: daemon records are taken
 * or not by their kind. */
bool log_filter_takes(const struct log_filter *f, const struct record *r);

/* log_filter_fields - a bit for each of the fields of r that is written. */
uint64_t log_filter_fields(const struct log_filter *f, const struct record *r);
#endif
