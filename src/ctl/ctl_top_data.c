/* ctl_top_data.c - a page is asked for by the cursor that the page before it ended with; these are kept while the
 * question is the same. */
#include "ctl/ctl_top_data.h"

#include "base/clock.h"
#include "ctl/ctl_ask.h"
#include "ctl/ctl_columns.h"
#include "ctl/ctl_filter.h"
#include "ctl/ctl_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGES_MAX 4096

static const char fields[] = "name,ip,group,state,reason,since,loss_ratio,sent,lost,hops,rtt_min_seconds,"
			     "rtt_median_seconds,rtt_p95_seconds,rtt_max_seconds,rtt_jitter_seconds";

struct asked { /* one kind of request */
	struct ctl_top_data *d;
	json_t *document;
	int64_t at_ns;  /* when it was sent; 0: never */
	int64_t cpu_ns; /* of this process then; once it has been answered: what it took */
	bool is_running;
	bool is_stale;    /* the question has changed since it was sent */
	char error[1024]; /* "": the latest was answered */
};

struct ctl_top_data {
	struct ctl_session *s;
	struct ctl_top_question question, list; /* list: the latest that was not a target's details */
	struct asked status, page;
	enum ctl_top_mode mode; /* of page.document */
	enum ctl_top_mode mode_asked;
	json_t *groups; /* of the page */
	size_t n_groups;
	char *cursors[PAGES_MAX]; /* of page i; that of page 0 is NULL */
	bool is_new, is_current;
};

struct ctl_top_data *ctl_top_data_new(struct ctl_session *s)
{
	struct ctl_top_data *d = calloc(1, sizeof(*d));

	if (d) {
		d->s = s;
		d->status.d = d->page.d = d;
	}
	return d;
}

static void forget_cursors(struct ctl_top_data *d)
{
	for (int i = 0; i < PAGES_MAX; i++) {
		free(d->cursors[i]);
		d->cursors[i] = NULL;
	}
}

void ctl_top_data_free(struct ctl_top_data *d)
{
	if (!d)
		return;
	forget_cursors(d);
	json_decref(d->status.document);
	json_decref(d->page.document);
	json_decref(d->groups);
	free(d);
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

static int64_t cpu_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* --- answers --- */

/* The worst first: most that are down, then unknown, then degraded; then as they were, by name. */
static int compare_groups(const void *a, const void *b)
{
	static const char *const keys[] = { "targets.down", "targets.unknown", "targets.degraded", "loss_ratio" };
	json_t *const *x = a, *const *y = b;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		double m = 0, n = 0;

		ctl_json_number(&m, *x, keys[i]);
		ctl_json_number(&n, *y, keys[i]);
		if (m != n)
			return m < n ? 1 : -1;
	}
	return strcmp(text_or_empty(ctl_json_text(*x, "name")), text_or_empty(ctl_json_text(*y, "name")));
}

/* Groups come all at once; this is the page of them. */
static void cut_groups(struct ctl_top_data *d)
{
	json_t *items = json_object_get(d->page.document, "items");
	size_t n = json_array_size(items), from = (size_t)d->question.page * (size_t)d->question.rows;
	json_t **sorted = n ? calloc(n, sizeof(*sorted)) : NULL;

	json_decref(d->groups);
	d->groups = json_array();
	d->n_groups = n;
	if (!sorted)
		return;
	for (size_t i = 0; i < n; i++)
		sorted[i] = json_array_get(items, i);
	qsort(sorted, n, sizeof(*sorted), compare_groups);
	for (size_t i = from; i < n && i < from + (size_t)d->question.rows; i++)
		json_array_append(d->groups, sorted[i]);
	free(sorted);
}

static json_t *take(struct asked *x, struct ctl_answer *a)
{
	struct ctl_top_data *d = x->d;
	json_t *j = NULL;
	char why[1024] = "";
	enum ctl_exit code = ctl_ask_judge(a, &j, why, sizeof(why));

	ctl_answer_fini(a);
	x->cpu_ns = cpu_now_ns() - x->cpu_ns;
	x->is_running = false;
	d->is_new = true;
	strcpy(x->error, why);
	if (code) {
		json_decref(j);
		return NULL;
	}
	return j;
}

static void on_status(void *data, struct ctl_answer *a)
{
	struct asked *x = data;
	json_t *j = take(x, a);

	if (!j)
		return;
	json_decref(x->document);
	x->document = j;
}

static void keep_cursor(struct ctl_top_data *d, const char *next)
{
	int i = d->question.page + 1;

	if (i >= PAGES_MAX)
		return;
	free(d->cursors[i]);
	d->cursors[i] = next ? strdup(next) : NULL;
}

static void on_page(void *data, struct ctl_answer *a)
{
	struct asked *x = data;
	struct ctl_top_data *d = x->d;
	json_t *j = take(x, a);

	if (x->is_stale) { /* asked for what is no longer wanted */
		json_decref(j);
		return;
	}
	d->is_current = true;
	if (!j)
		return;
	json_decref(x->document);
	x->document = j;
	d->mode = d->mode_asked;
	if (d->mode == CTL_TOP_TARGETS)
		keep_cursor(d, ctl_json_text(j, "next"));
	else if (d->mode == CTL_TOP_GROUPS)
		cut_groups(d);
}

/* --- questions --- */

static void page_query(struct ctl_query *q, const struct ctl_top_data *d)
{
	const struct ctl_top_question *x = &d->question;
	struct ctl_options o = *d->s->options;
	char limit[16];

	snprintf(limit, sizeof(limit), "%d", x->rows > 0 ? x->rows : 1);
	if (x->mode == CTL_TOP_DETAIL) {
		ctl_query_path(q, "/api/v1/targets/");
		ctl_query_part(q, x->target);
		return;
	}
	if (x->mode == CTL_TOP_GROUPS) {
		ctl_query_path(q, "/api/v1/groups");
		ctl_filter_add(q, &o, NULL);
		return;
	}
	ctl_query_path(q, "/api/v1/targets");
	if (x->is_in_group) {
		o.groups.n = 0;
		ctl_query_param(q, "group", x->group);
	}
	ctl_filter_add(q, &o, x->search);
	ctl_query_param(q, "sort", x->sort);
	ctl_query_param(q, "fields", fields);
	ctl_query_param(q, "limit", limit);
	if (x->page > 0 && x->page < PAGES_MAX && d->cursors[x->page])
		ctl_query_param(q, "cursor", d->cursors[x->page]);
}

static void begin(struct asked *x, const struct ctl_query *q, void (*on_answer)(void *data, struct ctl_answer *a),
                  int64_t now_ns)
{
	const char *path = ctl_query_text(q);

	x->at_ns = now_ns;
	x->cpu_ns = cpu_now_ns();
	x->is_stale = false;
	x->is_running = path && ctl_http_begin(x->d->s->http, path, on_answer, x);
	if (!x->is_running)
		strcpy(x->error, "out of memory");
}

/* How long from one request to the next: no less than --interval, and so that large answers (thousands of groups) take
 * no more than a fiftieth of a processor. */
static int64_t interval_ns(const struct asked *x)
{
	int64_t least_ns = x->d->s->options->interval_ns;

	return x->is_running || 50 * x->cpu_ns < least_ns ? least_ns : 50 * x->cpu_ns;
}

static bool is_due(const struct asked *x, int64_t now_ns)
{
	return !x->is_running && (!x->at_ns || now_ns - x->at_ns >= interval_ns(x));
}

static bool same_list(const struct ctl_top_question *a, const struct ctl_top_question *b)
{
	return a->mode == b->mode && a->rows == b->rows && a->is_in_group == b->is_in_group &&
	       !strcmp(a->sort ? a->sort : "", b->sort ? b->sort : "") && !strcmp(a->search, b->search) &&
	       !strcmp(a->group, b->group);
}

static void change(struct ctl_top_data *d, const struct ctl_top_question *q)
{
	bool same = same_list(&d->question, q);

	if (same && d->question.page == q->page && !strcmp(d->question.target, q->target))
		return;
	if (q->mode != CTL_TOP_DETAIL) {
		if (!same_list(&d->list, q))
			forget_cursors(d);
		d->list = *q;
	}
	d->question = *q;
	if (same && q->mode == CTL_TOP_GROUPS && d->mode == CTL_TOP_GROUPS && d->is_current) {
		cut_groups(d); /* another page, which is there already */
		return;
	}
	d->is_current = false;
	d->page.at_ns = 0;
	d->page.is_stale = d->page.is_running;
}

int ctl_top_data_ask(struct ctl_top_data *d, const struct ctl_top_question *q, int64_t now_ns)
{
	int64_t left_ns;

	change(d, q);
	if (is_due(&d->page, now_ns)) {
		struct ctl_query query = { 0 };

		page_query(&query, d);
		d->mode_asked = d->question.mode;
		begin(&d->page, &query, on_page, now_ns);
		ctl_query_fini(&query);
	}
	if (is_due(&d->status, now_ns)) {
		struct ctl_query query = { 0 };

		ctl_query_path(&query, "/api/v1/status");
		begin(&d->status, &query, on_status, now_ns);
		ctl_query_fini(&query);
	}
	left_ns = interval_ns(&d->page) - (now_ns - d->page.at_ns);
	if (interval_ns(&d->status) - (now_ns - d->status.at_ns) < left_ns)
		left_ns = interval_ns(&d->status) - (now_ns - d->status.at_ns);
	return left_ns > 20 * NS_PER_MS ? (int)(left_ns / NS_PER_MS) : 20;
}

bool ctl_top_data_is_new(struct ctl_top_data *d)
{
	bool is_new = d->is_new;

	d->is_new = false;
	return is_new;
}

json_t *ctl_top_data_status(const struct ctl_top_data *d)
{
	return d->status.document;
}

json_t *ctl_top_data_items(const struct ctl_top_data *d)
{
	if (d->mode != d->question.mode || d->mode == CTL_TOP_DETAIL)
		return NULL;
	return d->mode == CTL_TOP_GROUPS ? d->groups : json_object_get(d->page.document, "items");
}

double ctl_top_data_now(const struct ctl_top_data *d)
{
	return ctl_columns_now(d->page.document);
}

double ctl_top_data_total(const struct ctl_top_data *d)
{
	double total = -1;

	if (ctl_top_data_items(d) && d->mode == CTL_TOP_GROUPS)
		return (double)d->n_groups;
	if (ctl_top_data_items(d))
		ctl_json_number(&total, d->page.document, "total");
	return total;
}

json_t *ctl_top_data_target(const struct ctl_top_data *d)
{
	return d->mode == CTL_TOP_DETAIL && d->mode == d->question.mode ? d->page.document : NULL;
}

bool ctl_top_data_has_next(const struct ctl_top_data *d)
{
	int next = d->question.page + 1;

	if (d->question.mode == CTL_TOP_GROUPS)
		return (size_t)next * (size_t)d->question.rows < d->n_groups;
	return d->question.mode == CTL_TOP_TARGETS && next < PAGES_MAX && d->cursors[next];
}

bool ctl_top_data_is_current(const struct ctl_top_data *d)
{
	return d->is_current;
}

const char *ctl_top_data_error(const struct ctl_top_data *d)
{
	return d->page.error[0] ? d->page.error : d->status.error;
}
