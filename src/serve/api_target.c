/* api_target.c - the parts of one target's document. */
#include "serve/api_target.h"

#include "core/not_sent.h"
#include "core/origins.h"
#include "core/schedule.h"
#include "core/window.h"
#include "serve/api_document.h"
#include "serve/api_fields.h"

#include <stdlib.h>
#include <string.h>

struct part {
	struct view *view;
	uint32_t row;
	struct api_row is;
	const char *written; /* its name as the configuration has it: of a derived target its parent's */
	const struct events_hub *hub;
};

/* --- options --- */

static void put_option(struct jsonbuf *j, const struct part *p, size_t i)
{
	const struct profile *profile = p->is.target.profile;
	struct origin o = origins_find(profile, i, p->written);
	char value[SETTING_TEXT_LEN];

	jsonbuf_open(j, options_settings[i].name, '{');
	jsonbuf_text(j, "value", setting_print(&profile->options, &options_settings[i], value));
	jsonbuf_text(j, "origin", origin_level_name(o.level));
	if (o.file) {
		jsonbuf_text(j, "file", o.file);
		jsonbuf_uint(j, "line", o.line);
	}
	jsonbuf_close(j, '}');
}

static void put_options(struct jsonbuf *j, const struct part *p)
{
	const struct depends *depends = p->is.target.profile->depends;

	jsonbuf_open(j, "depends_on", '[');
	for (size_t i = 0; depends && i < depends->n; i++)
		jsonbuf_text(j, NULL, depends->at[i]->name);
	jsonbuf_close(j, ']');
	jsonbuf_open(j, "options", '{');
	for (size_t i = 0; i < options_n_settings; i++)
		put_option(j, p, i);
	jsonbuf_close(j, '}');
}

/* --- outcomes --- */

/* The slot of the latest probe that has ended, monotonic: the latest one that leaves it the time to end so. */
static int64_t latest_slot(const struct part *p, enum outcome outcome, int64_t rtt_ns)
{
	const struct options *o = &p->is.target.profile->options;
	int64_t ended_ns = view_generation(p->view)->at_ns;

	if (outcome == OUTCOME_REPLY)
		ended_ns -= rtt_ns;
	else if (outcome == OUTCOME_TIMEOUT || outcome == OUTCOME_UNKNOWN)
		ended_ns -= o->timeout_ns;
	if (ended_ns <= 0)
		return 0;
	return schedule_first(ended_ns, schedule_phase(p->is.target.name, o->interval_ns), o->interval_ns) -
	       o->interval_ns;
}

static void put_outcome(struct jsonbuf *j, enum outcome outcome, int64_t time_ns, int64_t rtt_ns, int sys_errno)
{
	jsonbuf_open(j, NULL, '{');
	jsonbuf_time(j, "time", time_ns);
	jsonbuf_text(j, "outcome", outcome_name(outcome));
	jsonbuf_seconds(j, "rtt_seconds", rtt_ns);
	jsonbuf_text(j, "error", not_sent_errno_name(sys_errno));
	jsonbuf_close(j, '}');
}

/* The oldest first. What is sent off its place in the interval has no times: those are not known. */
static void put_outcomes(struct jsonbuf *j, const struct part *p)
{
	const struct generation *g = view_generation(p->view);
	const struct window *w = view_window(p->view, p->row);
	int64_t interval_ns = p->is.target.profile->options.interval_ns, latest_ns = 0, rtt_ns;
	uint32_t n = window_count(w), i = n > API_OUTCOMES_MAX ? n - API_OUTCOMES_MAX : 0;
	enum outcome outcome;
	int sys_errno;

	jsonbuf_open(j, "outcomes", '[');
	if (n && !p->is.target.off_phase) {
		outcome = window_sample(w, n - 1, &rtt_ns, &sys_errno);
		latest_ns = latest_slot(p, outcome, rtt_ns) - g->at_ns + g->at_real_ns;
	}
	for (; i < n; i++) {
		outcome = window_sample(w, i, &rtt_ns, &sys_errno);
		put_outcome(j, outcome, latest_ns ? latest_ns - (n - 1 - i) * interval_ns : 0, rtt_ns, sys_errno);
	}
	jsonbuf_close(j, ']');
}

/* --- history --- */

struct found { /* the latest first */
	const char *json[API_HISTORY_MAX];
	size_t len[API_HISTORY_MAX], n;
	char *wanted; /* "target":"NAME" */
	size_t wanted_len;
};

/* Where a record's value of name stands, as JSON: a string or null; NULL: nowhere. A quote within a string is escaped,
 * so that what looks like a name is one, and the labels' come last. */
static const char *value_of(const char *json, size_t len, const char *name, size_t *value_len)
{
	const char *at = memmem(json, len, name, strlen(name)), *end = json + len;
	size_t n = 1;

	if (!at)
		return NULL;
	at += strlen(name);
	if (at < end && *at != '"') {
		*value_len = 4;
		return end - at >= 4 && !memcmp(at, "null", 4) ? at : NULL;
	}
	while (at + n < end && at[n] != '"')
		n += 1 + (at[n] == '\\');
	*value_len = n + 1;
	return at + n < end ? at : NULL;
}

static bool on_event(void *data, const char *json, size_t len)
{
	struct found *f = data;
	const char *at = memmem(json, len, "\"target\":", strlen("\"target\":"));

	if (at && (size_t)(json + len - at) >= f->wanted_len && !memcmp(at, f->wanted, f->wanted_len)) {
		f->json[f->n] = json;
		f->len[f->n++] = len;
	}
	return f->n < API_HISTORY_MAX;
}

static void put_change(struct jsonbuf *j, const char *json, size_t len)
{
	static const struct {
		const char *name, *in_log;
	} keys[] = {
		{ "time", "\"ts\":" },       { "from", "\"from\":" },        { "to", "\"to\":" },
		{ "reason", "\"reason\":" }, { "from_since", "\"since\":" }, { "blocked_by", "\"blocked_by\":" },
	};

	jsonbuf_open(j, NULL, '{');
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t value_len;
		const char *value = value_of(json, len, keys[i].in_log, &value_len);

		jsonbuf_raw(j, keys[i].name, value ? value : "null", value ? value_len : 4);
	}
	jsonbuf_close(j, '}');
}

/* The oldest first. */
static void put_history(struct jsonbuf *j, const struct part *p)
{
	size_t room = 16 + 6 * strlen(p->is.target.name);
	struct found f = { .wanted = malloc(room) };
	struct textbuf t = textbuf_on(f.wanted, room);

	jsonbuf_open(j, "history", '[');
	if (p->hub && f.wanted) {
		textbuf_text(&t, "\"target\":");
		textbuf_json(&t, p->is.target.name);
		f.wanted_len = textbuf_len(&t);
		events_hub_each(p->hub, SERVE_EVENT_STATE, on_event, &f);
	}
	while (f.n-- > 0)
		put_change(j, f.json[f.n], f.len[f.n]);
	jsonbuf_close(j, ']');
	free(f.wanted);
}

/* --- all of it --- */

static void put(struct jsonbuf *j, const void *data)
{
	const struct part *p = data;

	jsonbuf_open(j, NULL, '{');
	jsonbuf_time(j, "time", view_generation(p->view)->at_real_ns);
	jsonbuf_bool(j, "parent", p->is.target.is_parent);
	api_fields_put(j, &p->is, api_fields_all());
	put_options(j, p);
	put_outcomes(j, p);
	put_history(j, p);
	jsonbuf_close(j, '}');
}

/* The parent of NAME/ADDRESS is called NAME. */
static const char *written_name(struct view *v, const struct snapshot_row *r)
{
	char *parent = r->is_derived ? strndup(r->name, (size_t)(r->host - r->name) - 1) : NULL;
	uint32_t row = parent ? view_find(v, parent) : UINT32_MAX;

	free(parent);
	return row == UINT32_MAX ? r->name : view_name(v, row);
}

char *api_target(struct view *v, uint32_t i, const struct events_hub *hub, size_t *len)
{
	struct part p = { .view = v, .row = i, .is = api_row(v, i), .hub = hub };

	p.written = written_name(v, &p.is.target);
	return api_document(put, &p, len);
}
