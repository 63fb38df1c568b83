/* store.c - blocks go to the thread and come back by two lists without a lock. Whatever the disk does, the loop at most
 * finds no block. */
#include "store/store.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/thread.h"
#include "store/store_lock.h"
#include "store/state_memory.h"
#include "store/state_writer.h"
#include "store/store_history.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

struct store {
	struct post given, returned; /* to the thread, and back */
	_Atomic(struct state_memory *) forgotten;
	_Atomic(struct store_save *) saved;
	atomic_bool is_ending;
	sem_t work;
	pthread_t thread;

	/* Of the loop */
	struct post_item *spare, *tape_spare;

	/* Of the thread */
	struct state_writer *writer; /* NULL: no save is being written */
	char path[STORE_BLOCK_BYTES];
	int error; /* of the latest save */
	int64_t begun_real_ns, begun_ns;
	struct store_history *history;

	struct store_block blocks[STORE_BLOCKS + STORE_TAPE_BLOCKS];
};

static bool is_of_state(enum store_kind kind)
{
	return kind <= STORE_STATE_LEAVE;
}

/* --- on the thread --- */

static void tell_outcome(struct store *s, uint64_t bytes, int err)
{
	struct store_save *save = malloc(sizeof(*save));

	if (!save)
		return;
	*save = (struct store_save){ s->begun_real_ns, clock_mono_ns() - s->begun_ns, bytes, err };
	free(atomic_exchange(&s->saved, save));
}

static void report(struct store *s, uint64_t bytes, int err)
{
	tell_outcome(s, bytes, err);
	if (err && err != s->error)
		diag(DIAG_ERROR, "cannot save the state in %s: %s; trying again", s->path, strerror(-err));
	else if (!err && s->error)
		diag(DIAG_INFO, "the state is saved in %s again", s->path);
	s->error = err;
}

static void give_up(struct store *s, int err)
{
	state_writer_drop(s->writer);
	s->writer = NULL;
	if (err)
		report(s, 0, err);
}

static void begin(struct store *s, const struct store_block *b)
{
	int err;

	give_up(s, 0);
	memcpy(s->path, b->bytes, b->len);
	s->begun_real_ns = b->at_real_ns;
	s->begun_ns = clock_mono_ns();
	err = state_writer_begin(&s->writer, s->path, b->at_real_ns);
	if (err) {
		s->writer = NULL;
		report(s, 0, err);
	}
}

static void end(struct store *s)
{
	struct state_writer *w = s->writer;
	uint64_t bytes = 0;
	int err;

	s->writer = NULL;
	err = state_writer_end(w, &bytes);
	report(s, bytes, err);
}

static void leave(struct store *s, const struct store_block *b)
{
	struct store_lock *l;

	memcpy(&l, b->bytes, sizeof(l));
	give_up(s, 0);
	store_lock_release(l);
}

/* Of a save that has failed, the rest passes by. */
static void write_state(struct store *s, const struct store_block *b)
{
	int err = 0;

	if (b->kind == STORE_STATE_BEGIN) {
		begin(s, b);
		return;
	}
	if (b->kind == STORE_STATE_LEAVE) {
		leave(s, b);
		return;
	}
	if (!s->writer)
		return;
	if (b->kind == STORE_STATE_END)
		end(s);
	else if (b->len)
		err = state_writer_add(s->writer, b->bytes, b->len);
	if (err)
		give_up(s, err);
}

static void write_block(struct store *s, const struct store_block *b)
{
	if (is_of_state(b->kind))
		write_state(s, b);
	else
		store_history_take(s->history, b);
}

/* What the history's file needs comes last. */
static void wait_for_work(struct store *s)
{
	while (sem_trywait(&s->work))
		if (!store_history_tend(s->history)) {
			while (sem_wait(&s->work))
				;
			return;
		}
}

static void *on_thread(void *data)
{
	struct store *s = data;
	bool is_ending;

	do {
		wait_for_work(s);
		is_ending = atomic_load(&s->is_ending); /* before the list is looked at for the last time */
		for (struct post_item *it = post_take(&s->given), *next; it; it = next) {
			next = it->next;
			write_block(s, (struct store_block *)(void *)it);
			post_add(&s->returned, it);
		}
		state_memory_free(atomic_exchange(&s->forgotten, NULL));
	} while (!is_ending);
	give_up(s, 0);
	store_history_close(s->history);
	return NULL;
}

/* --- on the loop --- */

static void put_back(struct post_item **spare, struct store_block *b)
{
	b->item.next = *spare;
	*spare = &b->item;
}

int store_start(struct store **out)
{
	struct store *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	if (!s)
		return err;
	s->history = store_history_new();
	if (!s->history)
		goto free_store;
	for (size_t i = STORE_BLOCKS + STORE_TAPE_BLOCKS; i-- > 0;)
		put_back(i < STORE_BLOCKS ? &s->spare : &s->tape_spare, &s->blocks[i]);
	sem_init(&s->work, 0, 0);
	err = thread_start(&s->thread, on_thread, s);
	if (err)
		goto free_history;
	*out = s;
	return 0;
free_history:
	sem_destroy(&s->work);
	store_history_free(s->history);
free_store:
	free(s);
	return err;
}

/* Those that have been used are used first: memory is taken of as many as ever wait at once. */
static void take_returned(struct store *s)
{
	for (struct post_item *it = post_take(&s->returned), *next; it; it = next) {
		struct store_block *b = (struct store_block *)(void *)it;

		next = it->next;
		put_back(b < s->blocks + STORE_BLOCKS ? &s->spare : &s->tape_spare, b);
	}
}

struct store_block *store_take(struct store *s, enum store_kind kind)
{
	struct post_item **spare = is_of_state(kind) ? &s->spare : &s->tape_spare;
	struct store_block *b;

	take_returned(s);
	b = (struct store_block *)(void *)*spare;
	if (!b)
		return NULL;
	*spare = b->item.next;
	b->kind = kind;
	b->len = 0;
	return b;
}

void store_give(struct store *s, struct store_block *b)
{
	if (post_add(&s->given, &b->item))
		sem_post(&s->work);
}

bool store_saved(struct store *s, struct store_save *out)
{
	struct store_save *save = atomic_exchange(&s->saved, NULL);

	if (!save)
		return false;
	*out = *save;
	free(save);
	return true;
}

void store_forget(struct store *s, struct state_memory *m)
{
	state_memory_free(atomic_exchange(&s->forgotten, m));
	sem_post(&s->work);
}

void store_history_status_of(struct store *s, struct store_history_status *out)
{
	store_history_status(s->history, out);
}

bool store_history_names_wanted(struct store *s)
{
	return store_history_wants_names(s->history);
}

bool store_end(struct store *s, int64_t wait_ns)
{
	if (!s)
		return true;
	atomic_store(&s->is_ending, true);
	sem_post(&s->work);
	return thread_join_by(s->thread, clock_mono_ns() + wait_ns);
}

void store_free(struct store *s)
{
	if (!s)
		return;
	store_history_free(s->history);
	sem_destroy(&s->work);
	free(s->saved);
	free(s);
}
