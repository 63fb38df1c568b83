/* history_sql.c - what a file is, is asked of SQLite alone: to open and close it beside SQLite would give up the locks
 * that this process has on it (fcntl(2)). */
#include "store/history_sql.h"
#include "store/history_db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define APPLICATION_ID 0x6d704869 /* "mpHi" */
#define OPEN_WAIT_MS   2000

/* Rowid tables: the blobs of one without a rowid would spill into overflow pages. */
static const char *const create_tables =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL);"
	"CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seen INTEGER);"
	"CREATE TABLE recent_minutes(id INTEGER PRIMARY KEY, rows BLOB NOT NULL);"
	"CREATE TABLE recent_hours(id INTEGER PRIMARY KEY, rows BLOB NOT NULL);"
	"CREATE TABLE minutes(id INTEGER PRIMARY KEY, rows BLOB NOT NULL);"
	"CREATE TABLE hours(id INTEGER PRIMARY KEY, rows BLOB NOT NULL);"
	"CREATE TABLE events(id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, series INTEGER, line TEXT NOT NULL);"
	"CREATE INDEX events_at ON events(at_ns);"
	"CREATE INDEX events_series ON events(series, at_ns);"
	"INSERT INTO meta VALUES('version', 1);"
	"PRAGMA application_id = 1836075113;"
	"COMMIT;";

/* What files of before are without; who does not know it leaves it alone. */
static const char *const add_tables =
	"CREATE TABLE IF NOT EXISTS detail(id INTEGER PRIMARY KEY, probes BLOB NOT NULL);";

_Static_assert(HISTORY_VERSION == 1 && APPLICATION_ID == 1836075113, "create_tables has them in figures");

int history_sql_errno(sqlite3 *db)
{
	int system = sqlite3_system_errno(db);

	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return -EBADMSG;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return -EACCES;
	case SQLITE_CANTOPEN:
		return system ? -system : -ENOENT;
	default:
		return system ? -system : -EIO;
	}
}

int history_sql_prepare(sqlite3 *db, sqlite3_stmt **out, const char *const *texts, size_t n)
{
	memset(out, 0, n * sizeof(*out));
	for (size_t i = 0; i < n; i++)
		if (sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &out[i], NULL) != SQLITE_OK) {
			int error = history_sql_errno(db);

			/* A table or column that is missing: SQLite calls that an error of the text. */
			if (sqlite3_errcode(db) == SQLITE_ERROR)
				error = -EBADMSG;
			history_sql_finalize(out, i);
			return error;
		}
	return 0;
}

void history_sql_finalize(sqlite3_stmt **statements, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_finalize(statements[i]);
		statements[i] = NULL;
	}
}

sqlite3_stmt *history_sql_bind(sqlite3_stmt *s, const int64_t *v, int n)
{
	sqlite3_reset(s);
	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(s, i + 1, v[i]);
	return s;
}

int history_sql_run(sqlite3_stmt *s)
{
	int answer, error = 0;

	do
		answer = sqlite3_step(s);
	while (answer == SQLITE_ROW);
	if (answer != SQLITE_DONE)
		error = history_sql_errno(sqlite3_db_handle(s));
	sqlite3_reset(s);
	return error;
}

int64_t history_sql_number(sqlite3_stmt *s, int64_t otherwise, int *error)
{
	int answer = sqlite3_step(s);

	if (answer == SQLITE_ROW && sqlite3_column_type(s, 0) == SQLITE_INTEGER)
		otherwise = sqlite3_column_int64(s, 0);
	else if (answer != SQLITE_ROW && answer != SQLITE_DONE)
		*error = history_sql_errno(sqlite3_db_handle(s));
	sqlite3_reset(s);
	return otherwise;
}

/* The number that text asks for; -1: there is none. */
static int ask(sqlite3 *db, const char *text, int64_t *out)
{
	sqlite3_stmt *s;
	int error = 0;

	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK)
		return history_sql_errno(db);
	*out = history_sql_number(s, -1, &error);
	sqlite3_finalize(s);
	return error;
}

static int create(sqlite3 *db, int page_bytes)
{
	char create_file[100];

	snprintf(create_file, sizeof(create_file),
	         "PRAGMA page_size = %d; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;", page_bytes);
	if (sqlite3_exec(db, create_file, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, create_tables, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, add_tables, NULL, NULL, NULL) != SQLITE_OK)
		return history_sql_errno(db);
	return 0;
}

static int refuse(char why[PLACE_WHY], const char *text)
{
	snprintf(why, PLACE_WHY, "%s", text);
	return -EBADMSG;
}

/* Is it ours, and of this version? A file in which nothing is yet becomes so, if it may. */
static int check(sqlite3 *db, int page_bytes, char why[PLACE_WHY])
{
	int64_t application, n_tables, version;
	int error = ask(db, "PRAGMA application_id", &application);

	if (!error)
		error = ask(db, "SELECT count(*) FROM sqlite_master", &n_tables);
	if (error)
		return error;
	if (!application && !n_tables)
		return page_bytes ? create(db, page_bytes) : -ENOENT;
	if (application != APPLICATION_ID)
		return refuse(why, "it is a database of another program");
	error = ask(db, "SELECT value FROM meta WHERE key = 'version'", &version);
	if (error || version < 1)
		return error && error != -EIO ? error : refuse(why, "it does not say which version it has");
	if (version > HISTORY_VERSION) {
		snprintf(why, PLACE_WHY, "its version is %lld, and this program knows %u", (long long)version,
		         HISTORY_VERSION);
		return -EBADMSG;
	}
	if (page_bytes && sqlite3_exec(db, add_tables, NULL, NULL, NULL) != SQLITE_OK)
		return history_sql_errno(db);
	return 0;
}

int history_sql_open(sqlite3 **out, const char *path, int page_bytes, char why[PLACE_WHY])
{
	int flags = page_bytes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	sqlite3 *db;
	int error = 0;

	why[0] = 0;
	if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		error = db ? history_sql_errno(db) : -ENOMEM;
	} else {
		sqlite3_busy_timeout(db, OPEN_WAIT_MS);
		/* Whoever wrote the file: nothing in it runs code, and no page is believed unseen. */
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		if (sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL) != SQLITE_OK)
			error = history_sql_errno(db);
		if (!error)
			error = check(db, page_bytes, why);
		if (!error && page_bytes && sqlite3_db_readonly(db, "main")) {
			snprintf(why, PLACE_WHY, "it may only be read");
			error = -EACCES;
		}
	}
	if (error && !why[0])
		snprintf(why, PLACE_WHY, "%s", db ? sqlite3_errmsg(db) : strerror(-error));
	if (error) {
		sqlite3_close(db);
		return error;
	}
	*out = db;
	return 0;
}
