/* daemon.h - minipingd's life: start, signals, reload, log, supervisor, stop. Speaks to the operator. */
#ifndef MINIPING_DAEMON_H
#define MINIPING_DAEMON_H
struct command;

/* daemon_run - runs until SIGTERM or SIGINT; returns the exit code. */
int daemon_run(const struct command *c);
#endif
