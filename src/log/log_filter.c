/* log_filter.c - names to bits, and patterns matched without going back further than the latest star. */
#include "log/log_filter.h"

#include "log/record_keys.h"

#include <errno.h>
#include <string.h>

#define ALL    UINT64_MAX
#define TARGET UINT64_C(1) /* the first key of a report, and in each */

_Static_assert(RECORD_FIELDS_MAX <= 64, "a bit for each field");

static const char *const brief[] = { "target", "ip",       "group",     "state",  "sent",      "received",
	                             "lost",   "loss_pct", "median_ms", "p95_ms", "jitter_ms", "blocked_by" };
#define N_BRIEF (sizeof(brief) / sizeof(brief[0]))

int log_filter_kind(struct log_filter *f, const char *name)
{
	for (int kind = 0; kind < RECORD_N_KINDS; kind++) {
		if (strcmp(record_kind_name((enum record_kind)kind), name))
			continue;
		f->kinds |= UINT32_C(1) << kind;
		return 0;
	}
	return -EINVAL;
}

/* The row of a report's i-th key; NULL: there are no more. */
static const struct record_key *report_key(size_t i)
{
	for (size_t k = 0; k < record_n_keys; k++) {
		if (record_keys[k].kind == RECORD_REPORT && record_keys[k].key && i-- == 0)
			return &record_keys[k];
	}
	return NULL;
}

static uint64_t report_bit(const char *key)
{
	const struct record_key *k;

	for (size_t i = 0; (k = report_key(i)); i++) {
		if (!strcmp(k->key, key))
			return UINT64_C(1) << i;
	}
	return 0;
}

static uint64_t brief_bits(void)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < N_BRIEF; i++)
		bits |= report_bit(brief[i]);
	return bits;
}

int log_filter_report(struct log_filter *f, const char *word)
{
	uint64_t bits = !strcmp(word, "full") ? ALL : !strcmp(word, "brief") ? brief_bits() : report_bit(word);

	if (!bits)
		return -EINVAL;
	f->report |= bits | TARGET;
	return 0;
}

static bool has_kind(const struct log_filter *f, int kind)
{
	return !f->kinds || (f->kinds >> kind & 1);
}

const char *log_filter_kind_text(const struct log_filter *f, size_t i)
{
	for (int kind = 0; kind < RECORD_N_KINDS; kind++) {
		if (has_kind(f, kind) && i-- == 0)
			return record_kind_name((enum record_kind)kind);
	}
	return NULL;
}

const char *log_filter_report_text(const struct log_filter *f, size_t i)
{
	const struct record_key *k;

	if (!f->report || f->report == ALL)
		return i ? NULL : "full";
	if (f->report == brief_bits())
		return i ? NULL : "brief";
	for (size_t key = 0; (k = report_key(key)); key++) {
		if ((f->report >> key & 1) && i-- == 0)
			return k->key;
	}
	return NULL;
}

/* O(pattern * text) at worst. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool takes_group(const struct log_filter *f, const char *group)
{
	for (size_t i = 0; group && i < f->n_groups; i++) {
		if (matches(f->groups[i], group))
			return true;
	}
	return !f->n_groups;
}

static const char *label_of(const struct labels *labels, const char *key)
{
	for (size_t i = 0; labels && i < labels->n; i++) {
		if (!strcmp(labels->at[i].key, key))
			return labels->at[i].value;
	}
	return NULL;
}

static bool takes_labels(const struct log_filter *f, const struct labels *labels)
{
	for (size_t i = 0; i < f->n_labels; i++) {
		const char *value = label_of(labels, f->labels[i].key);

		if (!value || !matches(f->labels[i].value, value))
			return false;
	}
	return true;
}

bool log_filter_takes(const struct log_filter *f, const struct record *r)
{
	if (!has_kind(f, r->kind))
		return false;
	return r->kind == RECORD_DAEMON || (takes_group(f, r->group) && takes_labels(f, r->labels));
}

uint64_t log_filter_fields(const struct log_filter *f, const struct record *r)
{
	return r->kind == RECORD_REPORT && f->report ? f->report : ALL;
}
