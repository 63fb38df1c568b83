/* logfile.h - the file that a log goes to: how it is opened, and locked, so that no two daemons write to one. */
#ifndef MINIPING_LOGFILE_H
#define MINIPING_LOGFILE_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LOGFILE_WHY_MAX 256

/* logfile_open - for appending; created with mode 0640. A regular file is locked as long as the descriptor is open,
 * whatever it is called meanwhile, where its file system has locks.
 * The descriptor, or -errno: -ELOOP path is a symbolic link, -ENXIO a FIFO without a reader, -ETXTBSY it is locked:
 * *holder is then the process that writes to it, or 0 if that cannot be found out, or is this one.
 *   is_cut   its last line has no end: a newline is due before the first */
int logfile_open(const char *path, pid_t *holder, bool *is_cut);

/* logfile_reopen - the same after path may have been renamed: fd itself where path is still that file. fd stays open
 * in any case. */
int logfile_reopen(int fd, const char *path, pid_t *holder, bool *is_cut);

/* logfile_is_cut - whether what is written to fd next would be appended to a regular file whose last line has no end.
 * False, too, where the file cannot be read. */
bool logfile_is_cut(int fd);

/* logfile_check - what logfile_open would return, as far as can be seen without making, changing or locking
 * anything: 0 or -errno. */
int logfile_check(const char *path);

/* logfile_why - in words, with what to do about it; returns buf. */
char *logfile_why(int err, pid_t holder, char buf[LOGFILE_WHY_MAX]);
#endif
