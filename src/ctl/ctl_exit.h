/* ctl_exit.h - how minipingctl ends, and what every error of it looks like. */
#ifndef MINIPING_CTL_EXIT_H
#define MINIPING_CTL_EXIT_H

enum ctl_exit {
	CTL_EXIT_DONE = 0,
	CTL_EXIT_NO = 1, /* the answer is no: a target is down, a difference is not empty, a reload was refused */
	CTL_EXIT_UNREACHABLE = 2, /* no daemon answered, or it could not or would not just now */
	CTL_EXIT_ARGUMENTS = 3,
};

/* ctl_complain - one line on standard error; what is not printable in it is shown as \xNN. Returns exit_code. */
enum ctl_exit ctl_complain(enum ctl_exit exit_code, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
