/* store_history.c - a minute's rows go into the file as the minute ends. Whatever the file does, the tape is read: what
 * cannot be written waits for some minutes in memory (history_db.h), and the operator is told once. */
#include "store/store_history.h"

#include "base/clock.h"
#include "base/diag.h"
#include "store/history_open.h"
#include "store/minute.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEND_EVERY_NS   (10 * NS_PER_S)
#define REOPEN_FIRST_NS (5 * NS_PER_S) /* each time twice as long */
#define REOPEN_LAST_NS  (320 * NS_PER_S)

struct store_history {
	/* Of the thread */
	struct history_db *db;          /* NULL: there is none, or it could not be opened anew */
	struct history_options options; /* its file is the one below */
	char file[PLACE_MAX];           /* "": there is to be none */
	char damage[PLACE_WHY];         /* of the file in place, which is to be set aside; "": none */
	struct minute *minute;          /* NULL: there is no file, or no memory */
	int64_t tend_ns;                /* when the file is looked at again */
	int64_t reopen_ns;              /* from one try to open it to the next; 0: it is open */
	bool is_told;                   /* that it cannot be written */
	bool has_failed;                /* to name a target */
	bool is_renewed;                /* the file is another, in which the minute's series are not */

	atomic_bool wants_names;
	pthread_mutex_t lock; /* of status, held while it is copied */
	struct store_history_status status;
};

/* --- what others see --- */

static void publish(struct store_history *h)
{
	struct store_history_status *s = &h->status;
	uint64_t bytes = h->db ? history_db_bytes(h->db) : 0;

	pthread_mutex_lock(&h->lock);
	s->is_on = h->file[0];
	s->bytes = bytes;
	s->newest_s = h->db ? history_db_newest_s(h->db) : 0;
	snprintf(s->error, sizeof(s->error), "%s",
	         h->db        ? history_db_error(h->db)
	         : h->file[0] ? "it cannot be opened"
	                      : "");
	pthread_mutex_unlock(&h->lock);
}

static void publish_file(struct store_history *h)
{
	pthread_mutex_lock(&h->lock);
	h->status.version++;
	snprintf(h->status.file, sizeof(h->status.file), "%s", h->file);
	pthread_mutex_unlock(&h->lock);
	publish(h);
}

void store_history_status(struct store_history *h, struct store_history_status *out)
{
	pthread_mutex_lock(&h->lock);
	*out = h->status;
	pthread_mutex_unlock(&h->lock);
}

bool store_history_wants_names(struct store_history *h)
{
	return atomic_exchange(&h->wants_names, false);
}

/* --- the file --- */

/* Once for all that goes wrong until it goes well again. */
static void report(struct store_history *h)
{
	const char *error = history_db_error(h->db);

	if (*error && !h->is_told)
		diag(DIAG_ERROR, "cannot write the history in %s: %s; trying again", h->file, error);
	else if (!*error && h->is_told)
		diag(DIAG_INFO, "the history is written in %s again", h->file);
	h->is_told = *error;
	/* Who could not be named then can be now. */
	if (!*error && h->has_failed) {
		h->has_failed = false;
		atomic_store(&h->wants_names, true);
	}
}

/* A damaged one is set aside first, once. False: not now, and it has been said why. */
static bool open_anew(struct store_history *h)
{
	h->reopen_ns = h->reopen_ns ? 2 * h->reopen_ns : REOPEN_FIRST_NS;
	if (h->reopen_ns > REOPEN_LAST_NS)
		h->reopen_ns = REOPEN_LAST_NS;
	h->tend_ns = clock_mono_ns() + h->reopen_ns;
	if (h->damage[0] && history_set_aside(h->file, h->damage))
		return false;
	h->damage[0] = '\0';
	if (history_open(&h->db, h->file, &h->options))
		return false;
	h->reopen_ns = 0;
	return true;
}

/* It has been damaged since it was opened: without another one nothing would ever be written again. Where that cannot
 * be begun, it is tried from time to time. */
static void renew(struct store_history *h)
{
	const char *error = history_db_error(h->db);

	snprintf(h->damage, sizeof(h->damage), "%s", *error ? error : "it is damaged");
	history_db_close(h->db);
	h->db = NULL;
	open_anew(h);
	h->is_renewed = true;
	publish_file(h);
}

/* --- minutes --- */

static uint32_t series(void *data, const char *name, size_t name_len, const char *aka, size_t aka_len)
{
	struct store_history *h = data;
	uint32_t number = h->db ? history_db_series(h->db, name, name_len, aka, aka_len) : UINT32_MAX;

	h->has_failed |= number == UINT32_MAX;
	return number;
}

static void on_row(void *data, int64_t at_s, uint32_t number, const struct row *r, const struct detail_probe *probes,
                   size_t n_probes)
{
	struct store_history *h = data;

	if (h->db)
		history_db_row(h->db, at_s, number, r, probes, n_probes);
}

static void on_end(void *data, int64_t at_s)
{
	struct store_history *h = data;

	if (!h->db)
		return;
	if (history_db_end_minute(h->db, at_s) == -EBADMSG)
		renew(h);
	if (!h->db)
		return;
	report(h);
	publish(h);
	h->tend_ns = 0;
}

static void on_event(void *data, int64_t real_ns, const char *name, size_t name_len, const char *line, size_t len)
{
	struct store_history *h = data;

	if (h->db)
		history_db_event(h->db, real_ns, name, name_len, line, len);
}

static void begin_minutes(struct store_history *h)
{
	minute_free(h->minute);
	h->minute = NULL;
	h->is_renewed = h->is_told = h->has_failed = false;
	if (!h->db)
		return;
	h->minute = minute_new(&(struct minute_ops){ series, on_row, on_end, on_event, h });
	if (!h->minute)
		diag(DIAG_ERROR, "cannot keep the history in %s: %s", h->file, strerror(ENOMEM));
	atomic_store(&h->wants_names, true);
}

static void change(struct store_history *h, const struct store_history_change *c)
{
	if (c->is_dropped) {
		history_db_close(c->db);
		return;
	}
	h->options = c->options;
	h->options.file = h->file;
	if (!c->moves) {
		if (h->db)
			history_db_options(h->db, &h->options);
		return;
	}
	if (h->minute)
		minute_flush(h->minute);
	history_db_close(h->db);
	h->db = c->db;
	memcpy(h->file, c->file, sizeof(h->file));
	h->damage[0] = '\0';
	begin_minutes(h);
	publish_file(h);
}

void store_history_take(struct store_history *h, const struct store_block *b)
{
	struct store_history_change c;

	if (b->kind == STORE_HISTORY) {
		memcpy(&c, b->bytes, sizeof(c));
		change(h, &c);
		return;
	}
	if (h->minute)
		minute_take(h->minute, b->bytes, b->len);
	if (h->is_renewed)
		begin_minutes(h);
}

bool store_history_tend(struct store_history *h)
{
	int64_t now_ns = clock_mono_ns();

	if (!h->file[0] || now_ns < h->tend_ns)
		return false;
	if (!h->db) {
		if (!open_anew(h))
			return false;
		diag(DIAG_INFO, "the history is kept in %s again", h->file);
		begin_minutes(h);
		publish_file(h);
	}
	if (history_db_tend(h->db, clock_pair_now().real_ns / NS_PER_S))
		return true;
	h->tend_ns = now_ns + TEND_EVERY_NS;
	report(h);
	publish(h);
	return false;
}

struct store_history *store_history_new(void)
{
	struct store_history *h = calloc(1, sizeof(*h));

	if (h)
		pthread_mutex_init(&h->lock, NULL);
	return h;
}

void store_history_close(struct store_history *h)
{
	if (h->minute)
		minute_flush(h->minute);
	minute_free(h->minute);
	history_db_close(h->db);
	h->minute = NULL;
	h->db = NULL;
	h->file[0] = '\0';
	publish_file(h);
}

void store_history_free(struct store_history *h)
{
	if (!h)
		return;
	pthread_mutex_destroy(&h->lock);
	free(h);
}
