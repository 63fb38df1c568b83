/* daemon_state.h - the state of the targets over restarts: a chore saves it, slice by slice, and what the start has
 * read is given to the targets as they come. */
#ifndef MINIPING_DAEMON_STATE_H
#define MINIPING_DAEMON_STATE_H
#include "base/chore.h"
#include "serve/generation.h"
#include "store/state_memory.h"
#include "store/store.h"
#include "store/store_options.h"

#include <stdbool.h>
#include <stdint.h>

struct daemon;

enum daemon_state_phase { STATE_IDLE, STATE_BEGIN, STATE_TARGETS, STATE_REST, STATE_END };

struct daemon_state {        /* of daemon_state.c alone */
	struct store *store; /* NULL: nothing is saved, or has ever been */
	char *path;          /* NULL: nothing is saved */
	struct store_lock *lock,
		*left; /* of path; and of the one before, until the store's thread is told to leave it */
	int64_t every_ns;
	char *path_next; /* prepared, not yet in use, as is every_next_ns */
	int64_t every_next_ns;
	struct chore save;
	enum daemon_state_phase phase; /* what the save in progress does next */
	int64_t begun_ns, due_ns;      /* when the latest one began, and the next one does */
	struct store_save last;        /* that is in place; all zero: none yet of this process */
	int error;                     /* 0, or -errno: why the latest one is not */
	uint32_t at;                   /* its next target, or next record of the memory */
	struct store_block *block;     /* that is being filled; NULL: none */
	struct state_memory *memory;   /* of targets that have not come yet; NULL: nothing */
	int64_t forget_ns;             /* it is given up then */
	int64_t stop_ns;               /* when the last save is given up; 0: none has begun */
};

void daemon_state_init(struct daemon *d);

/* daemon_state_start_store - s.store, which the history shares, unless it runs. 0, or -errno after a diag. */
int daemon_state_start_store(struct daemon *d);

/* daemon_state_prepare - save as o says, from daemon_state_use on; cannot_open: what state_open or state_open_check has
 * said of its file. 0, or -errno: the state that is wanted cannot be kept there, which the operator has been told, and
 * all is as it was. Then one of daemon_state_use and daemon_state_drop. */
int daemon_state_prepare(struct daemon *d, const struct state_options *o, int cannot_open);
void daemon_state_use(struct daemon *d);
void daemon_state_drop(struct daemon *d);

/* daemon_state_remember - m (NULL: nothing), which is the daemon's from now on, is for the targets that come.
 * daemon_state_give - number has come, and takes what there is of it, once. daemon_state_entered - all targets of the
 * first configuration have come: what is left waits for an hour, for the addresses of names that are yet to be looked
 * up, and is saved along with the others. */
void daemon_state_remember(struct daemon *d, struct state_memory *m);
void daemon_state_give(struct daemon *d, uint32_t number);
void daemon_state_entered(struct daemon *d);

/* daemon_state_tend - once a second: begins a save when one is due. */
void daemon_state_tend(struct daemon *d);

/* daemon_state_saves - what HTTP has of the saves. */
struct generation_saves daemon_state_saves(const struct daemon *d);

/* daemon_state_last - at the stop: once more, in one go, while the disk takes it. daemon_state_close - waits until it
 * is written. False: it takes too long, and the thread is left behind. Together they wait for at most 10 s. */
void daemon_state_last(struct daemon *d);
bool daemon_state_close(struct daemon *d);

/* daemon_state_free - the rest, once no reload looks at it any more. */
void daemon_state_free(struct daemon *d);
#endif
