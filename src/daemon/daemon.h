/* daemon.h - minipingd's life: start, signals, reload, log, systemd, stop. Speaks to the operator. */
#ifndef MINIPING_DAEMON_H
#define MINIPING_DAEMON_H
#include "config/config.h"

#include <stdint.h>

#define DAEMON_EXIT_OK         0
#define DAEMON_EXIT_ERROR      1
#define DAEMON_EXIT_LOG        73         /* EX_CANTCREAT */
#define DAEMON_EXIT_PERMISSION 77         /* EX_NOPERM */
#define DAEMON_EXIT_CONFIG     78         /* EX_CONFIG */

struct daemon_options {
	const char *config_path;
	const char *diff_path;            /* of inspect_diff; NULL: none */
	struct config_overrides overrides;    /* what the command line says wins over the file */
	int64_t     ttl_min_ns;           /* an address is used at least so long before its name is looked up again */
};

/* daemon_load - reads and checks the file at path, with overrides, which may be NULL. 0; DAEMON_EXIT_CONFIG with every
 * error told; or DAEMON_EXIT_ERROR, and that is told (out of memory). */
int daemon_load(const char *path, const struct config_overrides *overrides, struct config **out);

/* daemon_check - reads and checks the configuration, prints every error to standard error, or one line
 * that says what it holds to standard output. DAEMON_EXIT_OK, or as daemon_load. */
int daemon_check(const struct daemon_options *o);

/* daemon_plan - prints what the configuration needs of this machine and what stands in its way. As
 * daemon_check. */
int daemon_plan(const struct daemon_options *o);

/* daemon_run - runs until SIGTERM or SIGINT; returns the exit code. */
int daemon_run(const struct daemon_options *o);
#endif
