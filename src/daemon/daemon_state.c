/* daemon_state.c - saves go to the store's thread in blocks. Without a free block a save waits, and nothing else does.
 */
#include "daemon/daemon_state.h"

#include "base/diag.h"
#include "core/restore.h"
#include "daemon/daemon_private.h"
#include "store/store_lock.h"
#include "store/state_open.h"
#include "store/state_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STEP           32u               /* targets with windows of 60, each KiB of a larger one as much: some 25 µs */
#define STEP_REST      128u              /* records of targets that have not come: to be copied, or looked at */
#define SLICE_NS       (100 * NS_PER_US) /* with one step more, well below 0.2 ms */
#define SLICE_EVERY_NS (1 * NS_PER_MS)
#define AHEAD          8u /* targets that are being fetched */
#define FORGET_NS      NS_PER_H
#define STOP_WAIT_NS   (10 * NS_PER_S)
#define TEND_NS        NS_PER_S
#define CLOSE_LEAST_NS (100 * NS_PER_MS) /* for a thread that has nothing to do */

/* --- saving --- */

/* A block of this kind; NULL: none is free. */
static struct store_block *block_of(struct daemon_state *s, enum store_kind kind)
{
	if (!s->block)
		s->block = store_take(s->store, kind);
	return s->block;
}

static void give_block(struct daemon_state *s)
{
	store_give(s->store, s->block);
	s->block = NULL;
}

static bool begin(struct daemon_state *s)
{
	struct store_block *b = block_of(s, STORE_STATE_BEGIN);

	if (!b)
		return false;
	b->len = (uint32_t)strlen(s->path) + 1;
	memcpy(b->bytes, s->path, b->len);
	b->at_real_ns = clock_pair_now().real_ns;
	give_block(s);
	s->at = 0;
	s->phase = STATE_TARGETS;
	return true;
}

/* What no configuration has a target for tomorrow is not kept. */
static bool is_kept(const struct target *t)
{
	return t && !target_is_parent(t) && !target_is_leased(t);
}

static size_t write_target(const struct daemon *d, struct store_block *b, uint32_t number, const struct clock_pair *now)
{
	const struct target *t = fleet_at(d->fleet, number);
	const struct earlier *e = fleet_earlier(d->fleet, number);
	struct remembered earlier;
	int64_t started_real_ns = now->real_ns - (now->mono_ns - t->born_ns);

	if (e) {
		earlier = earlier_remembered(e);
		started_real_ns = e->started_real_ns;
	}
	return state_record_write(b->bytes + b->len, STORE_BLOCK_BYTES - b->len, t, e ? &earlier : NULL,
	                          started_real_ns, now->real_ns);
}

static void prefetch(const struct fleet *f, uint32_t number)
{
	const struct target *t;

	if (number + AHEAD < fleet_size(f))
		fleet_prefetch(f, number + AHEAD);
	t = fleet_at(f, number + AHEAD / 2);
	if (t)
		window_prefetch(t->window);
}

static bool save_targets(struct daemon *d)
{
	struct daemon_state *s = &d->state;
	struct clock_pair now = clock_pair_now();

	for (size_t n = 0; n < STEP && s->at < fleet_size(d->fleet); n++) {
		struct store_block *b = block_of(s, STORE_STATE);
		size_t len;

		if (!b)
			return false;
		prefetch(d->fleet, s->at);
		len = is_kept(fleet_at(d->fleet, s->at)) ? write_target(d, b, s->at, &now) : 0;
		if (!len && is_kept(fleet_at(d->fleet, s->at)) && b->len) {
			give_block(s);
			continue;
		}
		b->len += (uint32_t)len;
		n += len / 1024;
		s->at++;
	}
	if (s->at < fleet_size(d->fleet))
		return true;
	s->at = 0;
	s->phase = STATE_REST;
	return true;
}

/* Those who come later find it, even if another restart comes first. */
static bool save_rest(struct daemon_state *s)
{
	uint32_t n_all = s->memory ? state_memory_size(s->memory) : 0;

	for (size_t n = 0; n < STEP_REST && s->at < n_all; n++) {
		struct store_block *b = block_of(s, STORE_STATE);
		size_t len;
		const void *bytes = state_memory_left(s->memory, s->at, &len);

		if (!b)
			return false;
		if (bytes && STORE_BLOCK_BYTES - b->len < len) {
			give_block(s);
			continue;
		}
		if (bytes) {
			memcpy(b->bytes + b->len, bytes, len);
			b->len += (uint32_t)len;
			n += len / 256;
		}
		s->at++;
	}
	if (s->at < n_all)
		return true;
	if (s->block)
		give_block(s);
	s->phase = STATE_END;
	return true;
}

static bool end(struct daemon_state *s)
{
	if (!block_of(s, STORE_STATE_END))
		return false;
	give_block(s);
	s->phase = STATE_IDLE;
	return true;
}

/* False: no block is free. */
static bool save_some(struct daemon *d)
{
	switch (d->state.phase) {
	case STATE_BEGIN:
		return begin(&d->state);
	case STATE_TARGETS:
		return save_targets(d);
	case STATE_REST:
		return save_rest(&d->state);
	default:
		return end(&d->state);
	}
}

/* A slice: as much as its time and the free blocks allow. */
static bool save_slice(void *data)
{
	struct daemon *d = data;
	int64_t stop_ns = clock_mono_ns() + SLICE_NS;
	bool more = d->state.phase != STATE_IDLE;

	while (more && clock_mono_ns() < stop_ns)
		more = save_some(d) && d->state.phase != STATE_IDLE;
	return d->state.phase != STATE_IDLE;
}

/* One that is in progress begins anew. */
static void begin_save(struct daemon_state *s)
{
	if (s->block)
		give_block(s); /* of a save that is dropped */
	s->phase = STATE_BEGIN;
}

void daemon_state_init(struct daemon *d)
{
	d->state.save = (struct chore){ .step = save_slice, .data = d, .every_ns = SLICE_EVERY_NS };
}

/* What is in place is at most every_ns old just before the next save takes its place: that one has to begin by as much
 * earlier as it takes. Half of the time is enough for a disk that cannot keep up. */
static void schedule_next(struct daemon_state *s, int64_t begun_ns)
{
	int64_t lead_ns = s->last.took_ns < s->every_ns / 2 ? s->last.took_ns : s->every_ns / 2;

	s->due_ns = begun_ns + s->every_ns - lead_ns;
}

/* The store's thread lets go of the file, once it has written what there was for it. */
static void leave_last(struct daemon_state *s)
{
	struct store_block *b = s->left ? store_take(s->store, STORE_STATE_LEAVE) : NULL;

	if (!b)
		return;
	memcpy(b->bytes, &s->left, sizeof(s->left));
	b->len = sizeof(s->left);
	store_give(s->store, b);
	s->left = NULL;
}

static void look_for_outcome(struct daemon_state *s)
{
	struct store_save save;

	if (!s->store || !store_saved(s->store, &save))
		return;
	s->error = save.err;
	if (!save.err)
		s->last = save;
	if (s->path && s->phase == STATE_IDLE)
		schedule_next(s, s->begun_ns);
}

void daemon_state_tend(struct daemon *d)
{
	struct daemon_state *s = &d->state;
	int64_t now_ns = clock_mono_ns();

	leave_last(s);
	look_for_outcome(s);
	if (s->memory && (now_ns >= s->forget_ns || !state_memory_count(s->memory)) && s->phase == STATE_IDLE) {
		store_forget(s->store, s->memory);
		s->memory = NULL;
	}
	/* What leaves the file before ends whatever is being saved. */
	if (!s->path || s->left || s->phase != STATE_IDLE || now_ns + TEND_NS / 2 < s->due_ns)
		return;
	s->begun_ns = now_ns;
	schedule_next(s, now_ns);
	begin_save(s);
	chores_start(&d->chores, &s->save);
}

struct generation_saves daemon_state_saves(const struct daemon *d)
{
	const struct daemon_state *s = &d->state;

	if (!s->path)
		return (struct generation_saves){ .is_on = false };
	return (struct generation_saves){ true, s->last.begun_real_ns, s->last.took_ns, s->last.bytes, s->error };
}

void daemon_state_last(struct daemon *d)
{
	struct daemon_state *s = &d->state;

	s->stop_ns = clock_mono_ns() + STOP_WAIT_NS; /* the history's, too */
	if (!s->path)
		return;
	begin_save(s);
	while (s->phase != STATE_IDLE) {
		if (save_some(d))
			continue;
		if (clock_mono_ns() >= s->stop_ns) {
			diag(DIAG_ERROR, "the disk is too slow for the last save of the state in %s", s->path);
			return;
		}
		usleep(1000);
	}
}

bool daemon_state_close(struct daemon *d)
{
	struct daemon_state *s = &d->state;
	int64_t wait_ns = s->stop_ns - clock_mono_ns();

	if (!store_end(s->store, wait_ns > CLOSE_LEAST_NS ? wait_ns : CLOSE_LEAST_NS))
		return false;
	/* An HTTP thread that has been left behind may ask it still. */
	if (!d->served)
		store_free(s->store);
	s->store = NULL;
	state_memory_free(s->memory);
	daemon_state_drop(d);
	store_lock_release(s->lock);
	store_lock_release(s->left);
	s->lock = s->left = NULL;
	s->memory = NULL;
	return true;
}

void daemon_state_free(struct daemon *d)
{
	free(d->state.path);
	d->state.path = NULL;
}

/* --- where and how often --- */

int daemon_state_start_store(struct daemon *d)
{
	int err = d->state.store ? 0 : store_start(&d->state.store);

	if (err)
		diag(DIAG_ERROR, "cannot keep state or history: %s", strerror(-err));
	return err;
}

int daemon_state_prepare(struct daemon *d, const struct state_options *o, int cannot_open)
{
	struct daemon_state *s = &d->state;
	char buf[PLACE_MAX];
	const char *path = state_open_path(o, getenv("STATE_DIRECTORY"), buf);
	int err;

	daemon_state_drop(d);
	s->every_next_ns = o->every_ns;
	/* Nobody has asked for the usual place. */
	if (path && cannot_open && !o->file) {
		diag(DIAG_WARNING, "no state is kept over a restart");
		path = NULL;
	}
	if (s->left && s->path && (!path || strcmp(path, s->path) != 0)) {
		diag(DIAG_ERROR, "cannot leave %s: the disk has yet to take what was saved before", s->path);
		return -EBUSY;
	}
	if (!path)
		return 0;
	if (cannot_open)
		return cannot_open;
	err = daemon_state_start_store(d);
	if (err)
		return err;
	s->path_next = strdup(path);
	return s->path_next ? 0 : -ENOMEM;
}

static void move(struct daemon_state *s, struct store_lock *lock)
{
	if (s->block)
		give_block(s);
	s->phase = STATE_IDLE;
	if (s->lock)
		s->left = s->lock;
	s->lock = lock;
	s->last = (struct store_save){ 0 };
	s->error = 0;
	leave_last(s);
}

void daemon_state_use(struct daemon *d)
{
	struct daemon_state *s = &d->state;
	bool stays = s->path && s->path_next && !strcmp(s->path, s->path_next);
	bool is_same = stays && s->every_ns == s->every_next_ns;

	if (!stays)
		move(s, s->path_next ? reload_thread_state_lock(d->reload.thread) : NULL);
	free(s->path);
	s->path = s->path_next;
	s->path_next = NULL;
	s->every_ns = s->every_next_ns;
	if (!is_same)
		s->due_ns = clock_mono_ns() + s->every_ns;
}

void daemon_state_drop(struct daemon *d)
{
	free(d->state.path_next);
	d->state.path_next = NULL;
}

/* --- what is remembered --- */

void daemon_state_remember(struct daemon *d, struct state_memory *m)
{
	d->state.memory = m;
	d->state.forget_ns = clock_mono_ns() + FORGET_NS;
}

/* By its name, or else by one that it had before. */
static bool recall(struct state_memory *m, const struct target *t, struct remembered *out)
{
	char buf[TARGET_FORMER_LEN];
	const char *name = t->name;

	for (size_t i = 0; name && !state_memory_take(m, name, out); i++)
		name = target_former(t, i, buf);
	return name;
}

void daemon_state_give(struct daemon *d, uint32_t number)
{
	struct daemon_state *s = &d->state;
	struct target *t = fleet_at(d->fleet, number);
	struct remembered r;
	struct earlier earlier;

	if (!s->memory || !is_kept(t) || !recall(s->memory, t, &r))
		return;
	restore_target(t, &r, &earlier);
	if (fleet_set_earlier(d->fleet, number, &earlier))
		diag(DIAG_ERROR, "%s: its counters begin anew: out of memory", t->name);
}

void daemon_state_entered(struct daemon *d)
{
	struct daemon_state *s = &d->state;
	char at[sizeof("2026-11-27 12:18:06 UTC")];
	time_t saved;
	struct tm tm;

	if (!s->memory)
		return;
	saved = (time_t)(state_memory_saved_real_ns(s->memory) / NS_PER_S);
	strftime(at, sizeof(at), "%Y-%m-%d %H:%M:%S UTC", gmtime_r(&saved, &tm));
	diag(DIAG_INFO, "%zu of %zu targets go on from their state of %s",
	     state_memory_size(s->memory) - state_memory_count(s->memory), (size_t)fleet_count(d->fleet), at);
	state_memory_shrink(s->memory);
	if (state_memory_count(s->memory))
		return;
	state_memory_free(s->memory);
	s->memory = NULL;
}
