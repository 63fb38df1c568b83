/* daemon_history.h - the history of the targets: each settled probe goes on a tape, which the store's thread makes
 * minutes of, and whoever asks for the past over HTTP is answered from the file. */
#ifndef MINIPING_DAEMON_HISTORY_H
#define MINIPING_DAEMON_HISTORY_H
#include "core/events.h"
#include "core/past.h"
#include "log/log.h"
#include "store/history_reader.h"
#include "store/store.h"

#include <ev.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct daemon;
struct reload_thread;

struct daemon_history { /* of daemon_history.c and daemon_past.c */
	bool is_on;
	char *path; /* where it is kept; NULL: nowhere */
	struct listener listener;
	struct log_tap tap;
	bool is_tapped;
	ev_periodic each_second;
	struct store_block *block; /* of the tape, that is being filled; NULL: none */
	uint64_t *named;           /* a bit for each number: the tape has its name */
	uint32_t named_room;       /* numbers that there are bits for */
	uint32_t n_lost;           /* results that found no room, not yet on the tape */
	char *line;                /* FORMAT_LINE_MAX; a record */
	/* Prepared, not yet in use: */
	struct store_block *change; /* NULL: nothing changes */
	char *path_next;
	/* For the HTTP thread: */
	_Atomic(struct store *) store; /* NULL: nothing is kept, or has ever been */
	atomic_uint_fast64_t n_lost_all, n_lost_events;
	struct past_ops past;
	/* Of the HTTP thread, daemon_past.c: */
	struct history_reader *reader; /* NULL: none is open */
	uint64_t reader_version;       /* of the file that it reads */
	struct store_history_status status;
};

void daemon_history_init(struct daemon *d);

/* daemon_history_prepare - keep it as o says, from daemon_history_use on; cannot_open: what history_open has said, or 0
 * and r has the file (reload_thread_history), if it is another than before. 0, or -errno: it cannot be kept so, which
 * the operator has been told, and all is as it was. Then one of daemon_history_use and daemon_history_drop. */
int daemon_history_prepare(struct daemon *d, const struct history_options *o, int cannot_open, struct reload_thread *r);
void daemon_history_use(struct daemon *d);
void daemon_history_drop(struct daemon *d);

/* daemon_history_come - number is another target than before, or has other names: before it is probed. */
void daemon_history_come(struct daemon *d, uint32_t number);

/* daemon_history_last - at the stop: the rest of the tape. The store writes it until daemon_state_close.
 * daemon_history_close - once no thread asks any more. */
void daemon_history_last(struct daemon *d);
void daemon_history_close(struct daemon *d);

/* --- daemon_past.c: on the HTTP thread --- */

/* daemon_past_ops - what answers there from d's history. */
struct past_ops daemon_past_ops(struct daemon *d);

/* daemon_past_close - its connection, once that thread has ended: before the writer closes the file. */
void daemon_past_close(struct daemon *d);
#endif
