/* history_sql.h - the history's SQLite file: opening it, judging whether it is ours and whole, its tables, and running
 * prepared statements. Every text of SQL is a constant; what comes from outside is bound. */
#ifndef MINIPING_HISTORY_SQL_H
#define MINIPING_HISTORY_SQL_H
#include "store/place.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* history_sql_open - 0 and *out; -EBADMSG: damaged, foreign or newer, -errno: else, and why says in words. A writer
 * creates what is not there, with pages of page_bytes; 0: a reader. Whoever has it locked is waited for at most 2 s. */
int history_sql_open(sqlite3 **out, const char *path, int page_bytes, char why[PLACE_WHY]);

/* history_sql_errno - -errno of the latest call on db, which failed. */
int history_sql_errno(sqlite3 *db);

/* history_sql_prepare - texts[0 .. n) to out; all or none. 0 or -errno. history_sql_finalize - NULL entries allowed. */
int history_sql_prepare(sqlite3 *db, sqlite3_stmt **out, const char *const *texts, size_t n);
void history_sql_finalize(sqlite3_stmt **statements, size_t n);

/* history_sql_bind - s anew, with v[0 .. n) as its first parameters. Returns s. */
sqlite3_stmt *history_sql_bind(sqlite3_stmt *s, const int64_t *v, int n);

/* history_sql_run - s to its end; 0 or -errno, and s is reset. history_sql_number - the integer that s answers with;
 * otherwise: no row, NULL, or an error, which then is in *error. */
int history_sql_run(sqlite3_stmt *s);
int64_t history_sql_number(sqlite3_stmt *s, int64_t otherwise, int *error);
#endif
