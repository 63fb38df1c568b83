/* metrics_stream.c - walks the chosen families, of each all that has series of it (the daemon, groups, targets), of
 * each of these its lines. A line that finds no room is the first of the next piece. */
#include "serve/metrics_stream.h"

#include "base/clock.h"
#include "serve/metrics_labels.h"

#include <stdlib.h>
#include <string.h>

#define WORK          1024 /* of one piece: targets, with windows of some 60 probes; a ms or two */
#define WORK_WINDOW   64u
#define WORK_CHOOSING 8 /* targets chosen in the time that one is written */
#define HEADER_MAX    768u
#define LINE_MORE     256u /* what a line takes beside its labels */
#define PAIR_MAX      96u
#define CREATED_PART  2 /* decimals of a second */

enum subjects { SUBJECTS_HEADER, SUBJECTS_DAEMON, SUBJECTS_GROUPS, SUBJECTS_TARGETS };
enum step { STEP_ON, STEP_END, STEP_FULL };

struct metrics_stream {
	struct stream stream; /* first */
	struct view *view;
	struct metrics_choice choice;
	struct metrics_daemon daemon;
	uint32_t *rows, n_rows; /* that are chosen, */
	uint32_t n_seen;        /* of so many looked at */
	const int64_t *bounds;
	size_t n_bounds;
	char les[HISTOGRAMS_BOUNDS_MAX + 1][METRICS_BOUND_LEN];

	/* Where it is */
	size_t family;
	enum subjects subjects;
	size_t subject;   /* of these */
	bool has_subject; /* the rest is of it */
	unsigned line;
	struct metrics_row row;
	struct histogram histogram;
	uint64_t histogram_n; /* in the lines so far */
	int work;             /* left for this piece */
	size_t labels_len;
	char labels[METRICS_LABELS_MAX];
	struct metrics_labels own;
};

static const struct metrics_family *family_of(const struct metrics_stream *s)
{
	return s->choice.families[s->family];
}

/* --- lines --- */

/* In OpenMetrics a counter's family is called without what its samples end in. */
static size_t base_len(const struct metrics_family *f)
{
	return strlen(f->name) - (f->type == METRICS_COUNTER ? strlen("_total") : 0);
}

static bool has_created(const struct metrics_stream *s)
{
	return s->choice.format == METRICS_OPENMETRICS && family_of(s)->type != METRICS_GAUGE;
}

static enum step put_line(const struct metrics_stream *s, struct textbuf *t, size_t name_len, const char *suffix,
                          const char *pair, struct metrics_number x)
{
	if ((size_t)(t->end - t->at) < s->labels_len + LINE_MORE)
		return STEP_FULL;
	textbuf_put(t, family_of(s)->name, name_len);
	textbuf_text(t, suffix);
	if (s->labels_len || *pair) {
		textbuf_char(t, '{');
		textbuf_put(t, s->labels, s->labels_len);
		if (s->labels_len && *pair)
			textbuf_char(t, ',');
		textbuf_text(t, pair);
		textbuf_char(t, '}');
	}
	textbuf_char(t, ' ');
	textbuf_fixed(t, x.n, x.decimals);
	textbuf_char(t, '\n');
	return STEP_ON;
}

static enum step put_created(const struct metrics_stream *s, struct textbuf *t, const char *pair)
{
	struct metrics_number x = { (uint64_t)(s->daemon.started_real_ns / METRICS_STARTED_NS), CREATED_PART };

	return put_line(s, t, base_len(family_of(s)), "_created", pair, x);
}

static struct metrics_number number_at(enum metrics_value kind, const void *at)
{
	switch (kind) {
	case METRICS_BOOL:
		return metrics_count(*(const bool *)at);
	case METRICS_INT:
		return *(const int *)at < 0 ? metrics_none() : metrics_count((uint64_t) * (const int *)at);
	case METRICS_U32:
		return metrics_count(*(const uint32_t *)at);
	case METRICS_U64:
		return metrics_count(*(const uint64_t *)at);
	case METRICS_STEPS:
		return metrics_steps(*(const uint32_t *)at);
	default:
		return metrics_ns(*(const int64_t *)at);
	}
}

static struct metrics_number number_of(const struct metrics_stream *s, unsigned series)
{
	const struct metrics_family *f = family_of(s);

	if (f->of_target)
		return f->of_target(&s->row, series);
	if (f->of_daemon)
		return f->of_daemon(&s->daemon, series);
	return number_at(f->value,
	                 (f->of == METRICS_OF_DAEMON ? (const char *)&s->daemon : (const char *)&s->row) + f->offset);
}

/* The label of a series beside its subject's; "": none. False: there is no such series. */
static bool pair_of(const struct metrics_stream *s, unsigned series, char pair[PAIR_MAX])
{
	const struct metrics_family *f = family_of(s);
	const char *value = f->text ? f->text(&s->daemon) : f->values ? f->values[series] : NULL;
	struct textbuf t = textbuf_on(pair, PAIR_MAX - 1);

	if (value)
		metrics_labels_pair(&t, f->label, value);
	*t.at = '\0';
	return f->values ? value != NULL : series == 0;
}

static enum step put_number(struct metrics_stream *s, struct textbuf *t)
{
	unsigned each = has_created(s) ? 2 : 1, series = s->line / each;
	char pair[PAIR_MAX];
	struct metrics_number x;

	if (!pair_of(s, series, pair))
		return STEP_END;
	x = number_of(s, series);
	if (x.decimals == METRICS_NONE)
		return STEP_ON;
	if (s->line % each)
		return put_created(s, t, pair);
	return put_line(s, t, strlen(family_of(s)->name), "", pair, x);
}

static enum step put_bucket(struct metrics_stream *s, struct textbuf *t)
{
	uint64_t n = s->histogram_n + s->histogram.counts[s->line];
	enum step step = put_line(s, t, strlen(family_of(s)->name), "_bucket", s->les[s->line], metrics_count(n));

	if (step == STEP_ON)
		s->histogram_n = n;
	return step;
}

static enum step put_histogram(struct metrics_stream *s, struct textbuf *t)
{
	struct metrics_number sum = { s->histogram.sum_ns, 9 };
	size_t name_len = strlen(family_of(s)->name);

	if (s->line <= s->n_bounds)
		return put_bucket(s, t);
	switch (s->line - s->n_bounds - 1) {
	case 0:
		return put_line(s, t, name_len, "_sum", "", sum);
	case 1:
		return put_line(s, t, name_len, "_count", "", metrics_count(s->histogram.n));
	case 2:
		return has_created(s) ? put_created(s, t, "") : STEP_END;
	default:
		return STEP_END;
	}
}

/* --- subjects --- */

/* A target's own: of ours where it asks for it, of smokeping_prober's in any case, if with nothing in it. */
static bool take_histogram(struct metrics_stream *s)
{
	static const uint64_t none[HISTOGRAMS_BOUNDS_MAX + 1];
	const struct snapshot_row *r = &s->row.target;
	bool is_compat = family_of(s)->of == METRICS_OF_SMOKEPING_PROBER;

	if (!is_compat && !r->profile->options.histogram)
		return false;
	s->histogram = histograms_target(s->daemon.generation.histograms, r->number, r->born_ns);
	if (!s->histogram.counts && is_compat)
		s->histogram.counts = none;
	return s->histogram.counts;
}

static bool take_target(struct metrics_stream *s)
{
	const struct metrics_family *f = family_of(s);
	uint32_t i = s->rows[s->subject];
	struct textbuf t = textbuf_on(s->labels, sizeof(s->labels));

	view_target(s->view, i, &s->row.target);
	if (f->of >= METRICS_OF_SMOKEPING_PROBER && s->row.target.addr.family == AF_UNSPEC)
		return false;
	if (f->type == METRICS_HISTOGRAM && !take_histogram(s))
		return false;
	if (f->needs_figures) {
		s->row.figures = *view_figures(s->view, i);
		s->work -= (int)(window_count(view_window(s->view, i)) / WORK_WINDOW);
	}
	metrics_labels_put(&s->own, &t, f->of, &s->row.target);
	s->labels_len = textbuf_len(&t);
	return true;
}

/* Of targets with certain labels, a group's histogram says nothing. */
static bool takes_group(const struct filter *f, const char *group)
{
	for (size_t i = 0; i < f->n_groups && !f->n_labels; i++)
		if (!strcmp(f->groups[i], group ? group : ""))
			return true;
	return !f->n_groups && !f->n_labels;
}

static bool take_group(struct metrics_stream *s)
{
	struct textbuf t = textbuf_on(s->labels, sizeof(s->labels));
	const char *group;

	s->histogram = histograms_group_at(s->daemon.generation.histograms, s->subject, &group);
	if (!takes_group(&s->choice.filter, group))
		return false;
	if (group)
		metrics_labels_pair(&t, "group", group);
	s->labels_len = textbuf_len(&t);
	return true;
}

static size_t n_subjects(const struct metrics_stream *s)
{
	const struct histograms *h = s->daemon.generation.histograms;

	switch (s->subjects) {
	case SUBJECTS_DAEMON:
		return 1;
	case SUBJECTS_GROUPS:
		return h ? histograms_n_groups(h) : 0;
	default:
		return family_of(s)->type == METRICS_HISTOGRAM && !h ? 0 : s->n_rows;
	}
}

/* The subject is the next one's; false: it has nothing to say, and is passed over. */
static bool take_subject(struct metrics_stream *s)
{
	s->work--;
	s->line = 0;
	s->histogram_n = 0;
	s->labels_len = 0;
	switch (s->subjects) {
	case SUBJECTS_GROUPS:
		return take_group(s);
	case SUBJECTS_TARGETS:
		return take_target(s);
	default:
		return true;
	}
}

static enum step put_subject(struct metrics_stream *s, struct textbuf *t)
{
	bool is_histogram = family_of(s)->type == METRICS_HISTOGRAM;
	enum step step;

	while ((step = is_histogram ? put_histogram(s, t) : put_number(s, t)) == STEP_ON)
		s->line++;
	return step;
}

/* --- families --- */

static void put_comment(struct textbuf *t, const char *keyword, const struct metrics_family *f, size_t name_len,
                        const char *text)
{
	textbuf_text(t, keyword);
	textbuf_put(t, f->name, name_len);
	textbuf_char(t, ' ');
	textbuf_text(t, text);
	textbuf_char(t, '\n');
}

static enum step put_header(const struct metrics_stream *s, struct textbuf *t)
{
	static const char *const types[] = {
		[METRICS_COUNTER] = "counter",
		[METRICS_GAUGE] = "gauge",
		[METRICS_HISTOGRAM] = "histogram",
	};
	const struct metrics_family *f = family_of(s);
	bool is_openmetrics = s->choice.format == METRICS_OPENMETRICS;
	size_t name_len = is_openmetrics ? base_len(f) : strlen(f->name);

	if ((size_t)(t->end - t->at) < HEADER_MAX)
		return STEP_FULL;
	put_comment(t, "# HELP ", f, name_len, f->help);
	put_comment(t, "# TYPE ", f, name_len, types[f->type]);
	if (is_openmetrics && f->unit)
		put_comment(t, "# UNIT ", f, name_len, f->unit);
	return STEP_ON;
}

/* What comes next of the family; STEP_END: nothing. */
static enum step next_subjects(struct metrics_stream *s)
{
	enum metrics_of of = family_of(s)->of;

	s->subject = 0;
	if (s->subjects == SUBJECTS_HEADER)
		s->subjects = of == METRICS_OF_DAEMON   ? SUBJECTS_DAEMON
		              : of == METRICS_OF_GROUPS ? SUBJECTS_GROUPS
		                                        : SUBJECTS_TARGETS;
	else if (s->subjects == SUBJECTS_GROUPS)
		s->subjects = SUBJECTS_TARGETS;
	else
		return STEP_END;
	return STEP_ON;
}

static enum step put_family(struct metrics_stream *s, struct textbuf *t)
{
	if (s->subjects == SUBJECTS_HEADER)
		return put_header(s, t) == STEP_FULL ? STEP_FULL : next_subjects(s);
	for (; s->subject < n_subjects(s); s->subject++) {
		if (s->work <= 0)
			return STEP_FULL;
		if (!s->has_subject)
			s->has_subject = take_subject(s);
		if (s->has_subject && put_subject(s, t) == STEP_FULL)
			return STEP_FULL;
		s->has_subject = false;
	}
	return next_subjects(s);
}

/* --- the stream --- */

/* False: there is more to look at. */
static bool choose(struct metrics_stream *s)
{
	for (; s->n_seen < view_count(s->view) && s->work > 0; s->n_seen++) {
		struct snapshot_row r;

		if (s->n_seen % WORK_CHOOSING == 0)
			s->work--;
		view_target(s->view, s->n_seen, &r);
		if (!r.is_parent && filter_takes(&s->choice.filter, r.profile))
			s->rows[s->n_rows++] = s->n_seen;
	}
	return s->n_seen == view_count(s->view);
}

static bool more(struct stream *stream, struct textbuf *t)
{
	struct metrics_stream *s = (struct metrics_stream *)stream;

	s->work = WORK;
	if (!choose(s))
		return true;
	while (s->family < s->choice.n_families) {
		switch (put_family(s, t)) {
		case STEP_FULL:
			return true;
		case STEP_END:
			s->family++;
			s->subjects = SUBJECTS_HEADER;
			break;
		default:
			break;
		}
	}
	if (s->choice.format == METRICS_OPENMETRICS && (size_t)(t->end - t->at) < strlen("# EOF\n"))
		return true;
	if (s->choice.format == METRICS_OPENMETRICS)
		textbuf_text(t, "# EOF\n");
	return false;
}

static void free_stream(struct stream *stream)
{
	struct metrics_stream *s = (struct metrics_stream *)stream;

	view_unref(s->view);
	free(s->rows);
	free(s);
}

static void name_bounds(struct metrics_stream *s)
{
	const struct histograms *h = s->daemon.generation.histograms;

	if (h)
		s->bounds = histograms_bounds(h, &s->n_bounds);
	for (size_t i = 0; h && i <= s->n_bounds; i++)
		metrics_labels_bound(s->les[i], i < s->n_bounds ? s->bounds[i] : -1,
		                     s->choice.format == METRICS_OPENMETRICS);
}

struct stream *metrics_stream_new(struct view *v, const struct metrics_choice *c)
{
	struct metrics_stream *s = calloc(1, sizeof(*s));
	uint32_t n = view_count(v);

	if (!s)
		return NULL;
	s->rows = malloc((n ? n : 1) * sizeof(*s->rows));
	if (!s->rows) {
		free(s);
		return NULL;
	}
	s->stream = (struct stream){ .more = more, .free = free_stream };
	s->view = view_ref(v);
	s->choice = *c;
	s->daemon = metrics_daemon_of(view_generation(v), c->past);
	name_bounds(s);
	return &s->stream;
}
