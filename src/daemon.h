/* daemon.h - minipingd's life: start, signals, reload, log, systemd, stop. Speaks to the operator. */
#ifndef MINIPING_DAEMON_H
#define MINIPING_DAEMON_H

#define DAEMON_EXIT_OK         0
#define DAEMON_EXIT_ERROR      1
#define DAEMON_EXIT_PERMISSION 77         /* EX_NOPERM */
#define DAEMON_EXIT_CONFIG     78         /* EX_CONFIG */

struct daemon_options {
	const char *config_path;
	int         log_format;           /* enum config_format; -1: as the file says */
};

/* daemon_check - reads and checks the configuration, prints every error to standard error, or one line
 * that says what it holds to standard output. DAEMON_EXIT_OK or DAEMON_EXIT_CONFIG. */
int daemon_check(const struct daemon_options *o);

/* daemon_run - runs until SIGTERM or SIGINT; returns the exit code. */
int daemon_run(const struct daemon_options *o);
#endif
