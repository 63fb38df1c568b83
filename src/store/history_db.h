/* history_db.h - the history's file, as its one writer has it: minutes in a recent tier, folded each hour into a block
 * a target, and each day into one for the year. SQLite, WAL. Not for the loop: any call may wait for a disk. */
#ifndef MINIPING_HISTORY_DB_H
#define MINIPING_HISTORY_DB_H
#include "store/detail_block.h"
#include "store/place.h"
#include "store/row.h"
#include "store/store_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTORY_VERSION 1u /* stands first in its table meta */

struct history_db;

/* history_db_open - creates it if there is none. 0 and *out; -EBADMSG: damaged, foreign or newer, -ETXTBSY: another
 * process, or this one, writes it (by FILE.lock), or -errno; why says which. */
int history_db_open(struct history_db **out, const struct history_options *o, char why[PLACE_WHY]);

/* history_db_options - keep, detail and max_size as they are now. */
void history_db_options(struct history_db *h, const struct history_options *o);
void history_db_close(struct history_db *h); /* NULL allowed */

/* history_db_series - the number of the series called name; made if there is none. aka: former names, NUL behind each:
 * a series that has one of them, while none has name, is renamed and keeps its past. UINT32_MAX: not now (error). */
uint32_t history_db_series(struct history_db *h, const char *name, size_t name_len, const char *aka, size_t aka_len);

/* A minute: begin, a row for each series, with its probes if there is to be detail, end. The rows are in memory until
 * end commits them in one transaction; where that fails (full disk, locked file), they are kept for some minutes, at
 * most HISTORY_PENDING_MAX, and committed later. 0 or -errno. */
#define HISTORY_PENDING_MAX 10
int history_db_row(struct history_db *h, int64_t at_s, uint32_t series, const struct row *r,
                   const struct detail_probe *probes, size_t n_probes);
int history_db_end_minute(struct history_db *h, int64_t at_s);

/* history_db_event - a state record, kept for keep.events. */
int history_db_event(struct history_db *h, int64_t real_ns, const char *name, size_t name_len, const char *line,
                     size_t len);

/* history_db_tend - what is due at now_s: folds, expiry, max_size, checkpoints; a transaction of at most some 16 ms
 * each call. True: there is more, call again. */
bool history_db_tend(struct history_db *h, int64_t now_s);

/* history_db_error - what keeps it from being written; "": nothing. history_db_bytes - with its WAL. */
const char *history_db_error(const struct history_db *h);
uint64_t history_db_bytes(const struct history_db *h);
int64_t history_db_newest_s(const struct history_db *h);
#endif
