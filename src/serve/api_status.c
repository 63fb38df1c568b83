/* api_status.c - both documents are made of a generation's own figures. */
#include "serve/api_status.h"

#include "base/clock.h"
#include "serve/api_document.h"
#include "serve/api_scan.h"

#include <stdlib.h>
#include <string.h>

struct api_status {
	struct api_scan scan;
	uint32_t n, n_blocked, n_in_state[STATUS_STATES];
	struct past_status past; /* its texts are of its own: */
	char *file, *error;
};

/* --- the configuration --- */

static void put_files(struct jsonbuf *j, const struct generation_config *c)
{
	jsonbuf_open(j, "files", '[');
	for (size_t i = 0; i < c->n_files; i++) {
		jsonbuf_open(j, NULL, '{');
		jsonbuf_text(j, "path", c->files[i].path);
		jsonbuf_text(j, "kind", c->files[i].kind);
		jsonbuf_time(j, "changed", c->files[i].changed_ns);
		jsonbuf_close(j, '}');
	}
	jsonbuf_close(j, ']');
}

static void put_last_reload(struct jsonbuf *j, const struct generation_config *c)
{
	jsonbuf_open(j, "last_reload", '{');
	jsonbuf_time(j, "time", c->last_ns);
	jsonbuf_bool(j, "ok", c->last_ok);
	jsonbuf_open(j, "errors", '[');
	for (size_t i = 0; i < c->n_errors; i++)
		jsonbuf_text(j, NULL, c->errors[i]);
	jsonbuf_close(j, ']');
	jsonbuf_uint(j, "more_errors", c->n_errors_more);
	jsonbuf_close(j, '}');
}

static void put_config(struct jsonbuf *j, const char *name, const struct generation_config *c)
{
	jsonbuf_open(j, name, '{');
	jsonbuf_text(j, "path", c->path);
	jsonbuf_text(j, "hash", c->hash);
	jsonbuf_time(j, "loaded", c->loaded_ns);
	put_last_reload(j, c);
}

struct config_document {
	const struct generation_config *config;
	const char *control_token;
};

static void put_config_document(struct jsonbuf *j, const void *data)
{
	const struct config_document *x = data;

	put_config(j, NULL, x->config);
	put_files(j, x->config);
	jsonbuf_text(j, "control_token", x->control_token);
	jsonbuf_close(j, '}');
}

char *api_config(const struct view *v, const char *control_token, size_t *len)
{
	const struct config_document x = { &view_generation(v)->config, control_token };

	return api_document(put_config_document, &x, len);
}

/* --- the daemon --- */

static bool look(struct api_scan *s, uint32_t i)
{
	struct api_status *x = (struct api_status *)s;
	struct snapshot_row r;

	view_target(s->view, i, &r);
	if (!r.is_parent) {
		x->n++;
		x->n_in_state[r.state]++;
		x->n_blocked += r.is_blocked;
	}
	return true;
}

static void put_targets(struct jsonbuf *j, const struct api_status *x)
{
	jsonbuf_open(j, "targets", '{');
	jsonbuf_uint(j, "total", x->n);
	for (int i = 0; i < STATUS_STATES; i++)
		jsonbuf_uint(j, health_state_name((enum health_state)i), x->n_in_state[i]);
	jsonbuf_uint(j, "blocked", x->n_blocked);
	jsonbuf_close(j, '}');
}

static void put_engine(struct jsonbuf *j, const struct status *s)
{
	const struct engine_stats *e = &s->engine;

	jsonbuf_text(j, "sockets", e->ping ? "ping" : "raw");
	jsonbuf_decimal(j, "rate_per_second", s->rate);
	jsonbuf_uint(j, "in_flight", e->n_in_flight);
	jsonbuf_seconds(j, "loop_lag_seconds", e->loop_lag_ns);
	jsonbuf_open(j, "since_start", '{');
	jsonbuf_uint(j, "sent", e->n_sent);
	jsonbuf_uint(j, "received", e->n_replies);
	jsonbuf_uint(j, "skipped", e->n_skipped);
	jsonbuf_uint(j, "off_schedule", e->n_off_schedule);
	jsonbuf_uint(j, "delayed", e->n_delayed);
	jsonbuf_uint(j, "foreign", e->n_foreign);
	jsonbuf_uint(j, "corrupt", e->n_corrupt);
	jsonbuf_uint(j, "malformed", e->n_malformed);
	jsonbuf_uint(j, "socket_drops", e->n_socket_drops);
}

static void put_history(struct jsonbuf *j, const struct api_status *x)
{
	const struct past_status *p = &x->past;

	if (!p->is_on) {
		jsonbuf_null(j, "history");
		return;
	}
	jsonbuf_open(j, "history", '{');
	jsonbuf_text(j, "file", x->file);
	jsonbuf_text(j, "error", *x->error ? x->error : NULL);
	jsonbuf_uint(j, "bytes", p->bytes);
	jsonbuf_time(j, "newest", p->newest_s * NS_PER_S);
	jsonbuf_uint(j, "lost_results", p->n_lost_results);
	jsonbuf_uint(j, "lost_events", p->n_lost_events);
	jsonbuf_close(j, '}');
}

static void put_saves(struct jsonbuf *j, const struct generation *g)
{
	const struct generation_saves *s = &g->saves;

	if (!s->is_on) {
		jsonbuf_null(j, "saves");
		return;
	}
	jsonbuf_open(j, "saves", '{');
	if (s->begun_real_ns) {
		jsonbuf_time(j, "time", s->begun_real_ns);
		jsonbuf_seconds(j, "age_seconds", g->at_real_ns - s->begun_real_ns);
		jsonbuf_seconds(j, "duration_seconds", s->took_ns);
		jsonbuf_uint(j, "bytes", s->bytes);
	} else {
		jsonbuf_null(j, "time");
		jsonbuf_null(j, "age_seconds");
		jsonbuf_null(j, "duration_seconds");
		jsonbuf_null(j, "bytes");
	}
	jsonbuf_text(j, "error", s->err ? strerror(-s->err) : NULL);
	jsonbuf_close(j, '}');
}

static bool put(struct api_scan *s, uint32_t step, struct jsonbuf *j)
{
	const struct generation *g = view_generation(s->view);
	int64_t up_ns = g->at_ns - g->status.started_ns;

	if (step)
		return false;
	jsonbuf_open(j, NULL, '{');
	jsonbuf_time(j, "time", g->at_real_ns);
	jsonbuf_text(j, "version", PACKAGE_VERSION);
	jsonbuf_time(j, "started", g->at_real_ns - up_ns);
	jsonbuf_seconds(j, "uptime_seconds", up_ns);
	jsonbuf_bool(j, "ready", g->is_ready);
	put_targets(j, (const struct api_status *)s);
	jsonbuf_open(j, "names", '{');
	jsonbuf_uint(j, "total", g->n_names);
	jsonbuf_uint(j, "unresolved", g->n_names_unresolved);
	jsonbuf_close(j, '}');
	put_engine(j, &g->status);
	jsonbuf_uint(j, "log_lines", g->log_lines);
	jsonbuf_uint(j, "log_dropped", g->log_dropped);
	jsonbuf_uint(j, "events_lost", g->events_lost);
	jsonbuf_close(j, '}');
	put_saves(j, g);
	put_config(j, "config", &g->config);
	jsonbuf_close(j, '}');
	put_history(j, (const struct api_status *)s);
	jsonbuf_close(j, '}');
	textbuf_char(j->t, '\n');
	return true;
}

static void status_free(struct api_scan *s)
{
	struct api_status *x = (struct api_status *)s;

	free(x->file);
	free(x->error);
	free(x);
}

struct stream *api_status(struct view *v, const struct past_ops *past)
{
	static const struct api_scan_maker maker = { look, NULL, put, status_free };
	struct api_status *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	if (past)
		past->status(past->data, &x->past);
	if (x->past.is_on) {
		x->file = strdup(x->past.file);
		x->error = strdup(x->past.error);
	}
	if (x->past.is_on && (!x->file || !x->error)) {
		free(x->file);
		free(x->error);
		free(x);
		return NULL;
	}
	api_scan_init(&x->scan, &maker, v);
	return &x->scan.stream;
}
