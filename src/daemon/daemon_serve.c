/* daemon_serve.c - starts the HTTP thread once there is something to serve, gives it what it listens at and what
 * happens, and takes its asks to the loop. */
#include "daemon/daemon_serve.h"

#include "base/diag.h"
#include "daemon/daemon_generation.h"
#include "daemon/daemon_private.h"
#include "daemon/lease_ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define END_WAIT_NS (NS_PER_S / 2)

/* --- on the HTTP thread --- */

static void free_all(struct post *made)
{
	for (struct post_item *it = post_take(made), *next; it; it = next) {
		next = it->next;
		made_free(made_of_item(it));
	}
}

static void on_ask(void *data, struct ask *a)
{
	struct daemon *d = data;
	struct daemon_serve *x = d->served;

	free_all(&x->spent);
	if (a->kind == ASK_GENERATION) {
		size_t bytes = atomic_load(&x->bytes);
		struct made *m = made_new(bytes + bytes / 64);

		/* Without it the loop has none, and answers so. */
		if (m)
			post_add(&x->spares, made_item(m));
	}
	lease_ask_screen(a);
	post_add(&x->asks, &a->item);
	ev_async_send(d->loop, &d->asked);
}

static int on_config_text(void *data, const struct generation *g, char **text, size_t *len)
{
	(void)data;
	return generation_config_text(g, text, len);
}

/* --- events --- */

static bool is_wanted(const struct daemon_serve *x, enum record_kind kind)
{
	return kind != RECORD_PROBE && (kind != RECORD_REPORT || serve_wants_reports(x->serve));
}

static void on_record(void *data, const struct record *r, int64_t ts_real_ns, uint64_t n)
{
	static const enum serve_event events[] = {
		[RECORD_REPORT] = SERVE_EVENT_REPORT, [RECORD_STATE] = SERVE_EVENT_STATE,
		[RECORD_PATH] = SERVE_EVENT_PATH,     [RECORD_DNS] = SERVE_EVENT_DNS,
		[RECORD_DAEMON] = SERVE_EVENT_DAEMON,
	};
	struct daemon *d = data;
	struct daemon_serve *x = d->served;
	size_t len;

	if (!is_wanted(x, r->kind))
		return;
	len = format_line(x->line, LOG_JSON, r, ts_real_ns, n);
	if (len)
		serve_event(x->serve, events[r->kind], x->line, len - 1);
}

/* --- its life --- */

static bool serves(const struct serve_options *o)
{
	const char *socket = o->control.socket;

	return o->http.n_listen || (socket ? strcmp(socket, "off") : getenv("RUNTIME_DIRECTORY") != NULL);
}

static int start(struct daemon *d)
{
	const struct serve_ops ops = {
		.ask = on_ask, .config_text = on_config_text, .past = &d->history.past, .data = d
	};
	struct daemon_serve *x = calloc(1, sizeof(*x));
	int err;

	if (!x)
		return -ENOMEM;
	x->status.started_ns = x->status.at_ns = d->status.started_ns;
	d->served = x;
	err = serve_start(&x->serve, &ops);
	if (err) {
		d->served = NULL;
		free(x);
		return err;
	}
	x->tap = (struct log_tap){ .on_record = on_record, .data = d };
	log_tap(d->log, &x->tap);
	return 0;
}

int daemon_serve_prepare(struct daemon *d, const struct serve_options *o)
{
	int err = 0;

	if (!d->served && !serves(o))
		return 0;
	if (!d->served)
		err = start(d);
	if (!err)
		err = daemon_histograms_prepare(d, &o->metrics);
	if (err)
		diag(DIAG_ERROR, "cannot serve HTTP: %s", strerror(-err));
	else
		err = serve_prepare(&d->served->setup, d->served->serve, o);
	if (err)
		daemon_histograms_drop(d);
	return err;
}

void daemon_serve_use(struct daemon *d)
{
	daemon_histograms_use(d);
	if (!d->served || !d->served->setup)
		return;
	serve_use(d->served->serve, d->served->setup);
	d->served->setup = NULL;
}

void daemon_serve_drop(struct daemon *d)
{
	daemon_histograms_drop(d);
	if (!d->served)
		return;
	serve_setup_free(d->served->setup);
	d->served->setup = NULL;
}

void daemon_serve_flush(struct daemon *d)
{
	if (d->served)
		serve_events_flush(d->served->serve);
}

bool daemon_serve_close(struct daemon *d)
{
	struct daemon_serve *x = d->served;

	if (!x)
		return true;
	daemon_serve_drop(d);
	daemon_serve_flush(d);
	log_untap(d->log, &x->tap);
	if (!serve_end(x->serve, END_WAIT_NS))
		return false;
	free_all(&x->spares);
	free_all(&x->spent);
	free(x);
	d->served = NULL;
	return true;
}
