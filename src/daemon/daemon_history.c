/* daemon_history.c - the tape, on the loop: a result takes 8 bytes of a block, and each second the block is the
 * store's. Where there is no block, the result is counted as lost, and nothing waits. */
#include "daemon/daemon_history.h"

#include "base/diag.h"
#include "daemon/daemon_private.h"
#include "store/tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_LEAST 1024u /* numbers that there is room for at first; a power of 2 */

/* --- the tape --- */

static void give_block(struct daemon *d)
{
	struct daemon_history *h = &d->history;

	if (!h->block)
		return;
	store_give(d->state.store, h->block);
	h->block = NULL;
}

/* A block with room, after one without. NULL: none is free. */
static struct store_block *next_block(struct daemon *d)
{
	struct daemon_history *h = &d->history;
	struct store_block *b;
	size_t len;

	give_block(d);
	b = store_take(d->state.store, STORE_TAPE);
	if (!b)
		return NULL;
	h->block = b;
	if (h->n_lost) {
		len = tape_write_lost(b->bytes, 0, STORE_BLOCK_BYTES, h->n_lost);
		b->len = (uint32_t)len;
		h->n_lost = 0;
	}
	return b;
}

static void lose(struct daemon_history *h)
{
	h->n_lost += h->n_lost != UINT32_MAX;
	atomic_fetch_add_explicit(&h->n_lost_all, 1, memory_order_relaxed);
}

static bool is_named(const struct daemon_history *h, uint32_t number)
{
	return number < h->named_room && h->named[number / 64] >> number % 64 & 1;
}

static size_t write_name(const struct daemon *d, struct store_block *b, uint32_t number)
{
	const struct target *t = fleet_at(d->fleet, number);
	char texts[2 * AKA_MAX][TARGET_FORMER_LEN];
	const char *aka[2 * AKA_MAX];
	size_t n = 0;

	while (n < sizeof(aka) / sizeof(aka[0]) && (aka[n] = target_former(t, n, texts[n])))
		n++;
	return tape_write_name(b->bytes, b->len, STORE_BLOCK_BYTES, number, t->name, aka, n);
}

/* False: there is no room for it, now or ever. */
static bool put_name(struct daemon *d, uint32_t number)
{
	struct daemon_history *h = &d->history;
	struct store_block *b = h->block;
	size_t len = b ? write_name(d, b, number) : 0;

	if (number >= h->named_room)
		return false;
	if (!len) {
		b = next_block(d);
		len = b ? write_name(d, b, number) : 0;
	}
	if (!len)
		return false;
	b->len = (uint32_t)len;
	h->named[number / 64] |= UINT64_C(1) << number % 64;
	return true;
}

static size_t write_result(struct store_block *b, uint32_t number, const struct settled *s)
{
	return tape_write_result(b->bytes, b->len, STORE_BLOCK_BYTES, number, s->outcome, s->rtt_ns);
}

static void on_settled(void *data, uint32_t number, const struct settled *s, const struct target_change *c)
{
	struct daemon *d = data;
	struct daemon_history *h = &d->history;
	struct store_block *b;
	size_t len;

	(void)c;
	if (!h->is_on)
		return;
	if (!is_named(h, number) && !put_name(d, number)) {
		lose(h);
		return;
	}
	b = h->block;
	len = b ? write_result(b, number, s) : 0;
	if (!len) {
		b = next_block(d);
		len = b ? write_result(b, number, s) : 0;
	}
	if (len)
		b->len = (uint32_t)len;
	else
		lose(h);
}

static void put_event(struct daemon *d, int64_t real_ns, const char *name, const char *line, size_t line_len)
{
	struct store_block *b = d->history.block;
	size_t len = b ? tape_write_event(b->bytes, b->len, STORE_BLOCK_BYTES, real_ns, name, line, line_len) : 0;

	if (!len) {
		b = next_block(d);
		len = b ? tape_write_event(b->bytes, b->len, STORE_BLOCK_BYTES, real_ns, name, line, line_len) : 0;
	}
	if (len)
		b->len = (uint32_t)len;
	else
		atomic_fetch_add_explicit(&d->history.n_lost_events, 1, memory_order_relaxed);
}

/* Of a target, each change of state. */
static void on_record(void *data, const struct record *r, int64_t ts_real_ns, uint64_t n)
{
	struct daemon *d = data;
	struct daemon_history *h = &d->history;
	size_t len;

	if (!h->is_on || r->kind != RECORD_STATE)
		return;
	len = format_line(h->line, LOG_JSON, r, ts_real_ns, n);
	if (len)
		put_event(d, ts_real_ns, r->fields[0].text, h->line, len - 1);
}

static void name_all_anew(struct daemon_history *h)
{
	if (h->named)
		memset(h->named, 0, h->named_room / 8);
}

static void put_time(struct daemon *d)
{
	struct daemon_history *h = &d->history;
	int64_t real_ns = clock_pair_now().real_ns;
	struct store_block *b = h->block ? h->block : next_block(d);
	size_t len = b ? tape_write_time(b->bytes, b->len, STORE_BLOCK_BYTES, real_ns) : 0;

	if (!len && b) {
		b = next_block(d);
		len = b ? tape_write_time(b->bytes, b->len, STORE_BLOCK_BYTES, real_ns) : 0;
	}
	if (len)
		b->len = (uint32_t)len;
}

/* At the beginning of each second, by the wall clock: minutes are told apart by it. */
static void on_each_second(struct ev_loop *loop, ev_periodic *w, int revents)
{
	struct daemon *d = w->data;

	(void)loop, (void)revents;
	if (store_history_names_wanted(d->state.store))
		name_all_anew(&d->history);
	put_time(d);
	give_block(d);
}

/* --- targets --- */

/* Room for the bit of number; without memory its results are lost, and counted. */
static void reserve(struct daemon_history *h, uint32_t number)
{
	uint32_t room = h->named_room ? h->named_room : NAMES_LEAST;
	uint64_t *named;

	while (room <= number)
		room *= 2;
	if (room == h->named_room)
		return;
	named = realloc(h->named, room / 8);
	if (!named)
		return;
	memset((char *)named + h->named_room / 8, 0, (room - h->named_room) / 8);
	h->named = named;
	h->named_room = room;
}

void daemon_history_come(struct daemon *d, uint32_t number)
{
	struct daemon_history *h = &d->history;

	if (!h->is_on)
		return;
	reserve(h, number);
	if (number < h->named_room)
		h->named[number / 64] &= ~(UINT64_C(1) << number % 64);
}

/* --- its life --- */

void daemon_history_init(struct daemon *d)
{
	struct daemon_history *h = &d->history;

	h->past = daemon_past_ops(d);
	h->listener = (struct listener){ .on_settled = on_settled, .data = d };
	h->tap = (struct log_tap){ .on_record = on_record, .data = d };
	ev_periodic_init(&h->each_second, on_each_second, 0, 1, NULL);
	h->each_second.data = d;
	events_add(&d->events, &h->listener);
}

static bool same_path(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The block by which the store hears of it. 0 or -errno. */
static int make_change(struct daemon *d, const struct history_options *o, const char *path, struct reload_thread *r)
{
	struct daemon_history *h = &d->history;
	struct store_history_change *c;

	h->change = store_take(d->state.store, STORE_HISTORY);
	if (!h->change) {
		diag(DIAG_ERROR, "the disk is too slow for the history in %s", path ? path : h->path);
		return -EBUSY;
	}
	h->change->len = sizeof(*c);
	c = (void *)h->change->bytes;
	*c = (struct store_history_change){ .moves = !same_path(h->path, path), .options = *o };
	if (c->moves && path) {
		c->db = reload_thread_history(r);
		strcpy(c->file, path);
	}
	return 0;
}

static int reserve_all(struct daemon *d, const char *path)
{
	struct daemon_history *h = &d->history;

	h->path_next = path ? strdup(path) : NULL;
	if (path && !h->line)
		h->line = malloc(FORMAT_LINE_MAX);
	return path && (!h->path_next || !h->line) ? -ENOMEM : 0;
}

int daemon_history_prepare(struct daemon *d, const struct history_options *o, int cannot_open, struct reload_thread *r)
{
	struct daemon_history *h = &d->history;
	char buf[PLACE_MAX];
	const char *path = history_open_path(o, getenv("STATE_DIRECTORY"), buf);
	int err;

	if (o->is_wanted && !o->file && !path)
		diag(DIAG_WARNING, "no history is kept: its section names no file, and there is no STATE_DIRECTORY");
	/* Nobody has asked for the usual place. */
	if (path && cannot_open && !o->file) {
		diag(DIAG_WARNING, "no history is kept");
		path = NULL;
	}
	if (path && cannot_open)
		return cannot_open;
	if (!path && !h->path)
		return 0;
	err = daemon_state_start_store(d);
	if (!err)
		err = reserve_all(d, path);
	if (!err)
		err = make_change(d, o, path, r);
	if (err) {
		free(h->path_next);
		h->path_next = NULL;
	}
	return err;
}

static void start(struct daemon *d)
{
	struct daemon_history *h = &d->history;

	atomic_store(&h->store, d->state.store);
	h->is_on = true;
	if (!h->is_tapped) {
		h->is_tapped = true;
		log_tap(d->log, &h->tap);
	}
	if (fleet_size(d->fleet))
		reserve(h, fleet_size(d->fleet) - 1);
	name_all_anew(h);
	ev_periodic_start(d->loop, &h->each_second);
	put_time(d);
}

static void stop(struct daemon *d)
{
	ev_periodic_stop(d->loop, &d->history.each_second);
	give_block(d);
	d->history.is_on = false;
}

void daemon_history_use(struct daemon *d)
{
	struct daemon_history *h = &d->history;
	bool moves = !same_path(h->path, h->path_next);

	if (!h->change)
		return;
	if (h->is_on && moves)
		stop(d);
	store_give(d->state.store, h->change);
	h->change = NULL;
	free(h->path);
	h->path = h->path_next;
	h->path_next = NULL;
	if (h->path && moves)
		start(d);
}

void daemon_history_drop(struct daemon *d)
{
	struct daemon_history *h = &d->history;
	struct store_history_change *c;

	free(h->path_next);
	h->path_next = NULL;
	if (!h->change)
		return;
	c = (void *)h->change->bytes;
	c->is_dropped = true;
	store_give(d->state.store, h->change);
	h->change = NULL;
}

void daemon_history_last(struct daemon *d)
{
	if (d->history.is_on)
		stop(d);
}

void daemon_history_close(struct daemon *d)
{
	struct daemon_history *h = &d->history;

	free(h->named);
	free(h->line);
	free(h->path);
}
