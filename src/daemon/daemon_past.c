/* daemon_past.c - the HTTP thread's own connection to the history, opened when the past is first asked for, and again
 * when the history has moved. */
#include "daemon/daemon_private.h"

#include <errno.h>

static void close_reader(struct daemon_history *h)
{
	history_reader_close(h->reader);
	h->reader = NULL;
}

/* What is, to h->status. False: there is no history. */
static bool look(struct daemon_history *h)
{
	struct store *s = atomic_load(&h->store);

	h->status.is_on = false;
	if (s)
		store_history_status_of(s, &h->status);
	return h->status.is_on;
}

/* 0 and h->reader, or -errno as of past_ops. */
static int open_reader(struct daemon_history *h)
{
	int err;

	if (!look(h)) {
		close_reader(h);
		return -ENOSYS;
	}
	if (h->reader && h->reader_version == h->status.version)
		return 0;
	close_reader(h);
	err = history_reader_open(&h->reader, h->status.file);
	if (err)
		h->reader = NULL;
	h->reader_version = h->status.version;
	return !err || err == -ENOMEM ? err : -EIO;
}

/* What fails may be another's file by now. */
static int judge(struct daemon_history *h, int err)
{
	if (!err || err == -ENOENT)
		return err;
	close_reader(h);
	return err == -ENOMEM ? err : -EIO;
}

static int on_points(void *data, const char *name, int64_t from_s, int64_t to_s, int64_t step_s,
                     struct past_points **out)
{
	struct daemon_history *h = data;
	int err = open_reader(h);

	return err ? err : judge(h, history_reader_points(h->reader, name, from_s, to_s, step_s, out));
}

static int on_worst(void *data, int64_t window_s, enum past_by by, size_t limit, struct past_worsts **out)
{
	struct daemon_history *h = data;
	int err = open_reader(h);

	return err ? err
	           : judge(h, history_reader_worst(h->reader, clock_pair_now().real_ns / NS_PER_S, window_s, by, limit,
	                                           out));
}

static int on_events(void *data, const char *name, int64_t from_s, int64_t to_s, size_t limit,
                     void (*on)(void *to, const struct past_event *e), void *to)
{
	struct daemon_history *h = data;
	int err = open_reader(h);

	return err ? err : judge(h, history_reader_events(h->reader, name, from_s, to_s, limit, on, to));
}

static void on_status(void *data, struct past_status *out)
{
	struct daemon_history *h = data;

	*out = (struct past_status){ .is_on = look(h), .file = "", .error = "" };
	if (!out->is_on)
		return;
	out->file = h->status.file;
	out->error = h->status.error;
	out->bytes = h->status.bytes;
	out->newest_s = h->status.newest_s;
	out->n_lost_results = atomic_load(&h->n_lost_all);
	out->n_lost_events = atomic_load(&h->n_lost_events);
}

void daemon_past_close(struct daemon *d)
{
	close_reader(&d->history);
}

struct past_ops daemon_past_ops(struct daemon *d)
{
	return (struct past_ops){ on_points, on_worst, on_events, on_status, &d->history };
}
