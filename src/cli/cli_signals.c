/* cli_signals.c - handlers set flags, and write to the terminal what cannot wait. */
#include "cli/cli_signals.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static struct miniping_stop *run_stop; /* a signal handler gets no argument of ours */
static const char *volatile screen_enter, *volatile screen_leave;
static volatile sig_atomic_t interrupted, late, asked, resized;

static void put(const char *text)
{
	if (text && write(STDOUT_FILENO, text, strlen(text)) < 0)
		return; /* the terminal is gone: there is nothing to restore */
}

static void on_interrupt(int signum)
{
	int saved = errno;

	if (interrupted) {
		put(screen_leave);
		signal(signum, SIG_DFL);
		raise(signum);
	}
	interrupted = 1;
	miniping_stop_now(run_stop);
	errno = saved;
}

static void on_deadline(int signum)
{
	int saved = errno;

	(void)signum;
	late = 1;
	miniping_stop_now(run_stop);
	errno = saved;
}

static void on_quit(int signum)
{
	(void)signum;
	asked = 1;
}

static void on_resize(int signum)
{
	(void)signum;
	resized = 1;
}

static void on_suspend(int signum)
{
	struct sigaction standard = { .sa_handler = SIG_DFL }, ours;
	sigset_t set, before;
	int saved = errno;

	put(screen_leave);
	sigaction(signum, &standard, &ours);
	sigemptyset(&set);
	sigaddset(&set, signum);
	raise(signum);
	sigprocmask(SIG_UNBLOCK, &set, &before); /* stops here, unless there is nobody to continue it */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(signum, &ours, NULL);
	put(screen_enter);
	resized = 1;
	errno = saved;
}

void cli_signals_catch(struct miniping_stop *stop)
{
	static const struct {
		int signum;
		void (*handler)(int signum);
	} handlers[] = {
		{ SIGINT, on_interrupt }, { SIGTERM, on_interrupt }, { SIGQUIT, on_quit },
		{ SIGWINCH, on_resize },  { SIGTSTP, on_suspend },   { SIGALRM, on_deadline },
	};
	struct sigaction sa = { .sa_flags = SA_RESTART };

	run_stop = stop;
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		sa.sa_handler = handlers[i].handler;
		sigaction(handlers[i].signum, &sa, NULL);
	}
}

bool cli_signals_interrupted(void)
{
	return interrupted;
}

int cli_signals_deadline(int64_t ns)
{
	const struct itimerval timer = {
		.it_value = { .tv_sec = ns / NS_PER_S, .tv_usec = ns % NS_PER_S / NS_PER_US },
	};

	return setitimer(ITIMER_REAL, &timer, NULL) ? -errno : 0;
}

bool cli_signals_late(void)
{
	return late;
}

bool cli_signals_asked(void)
{
	bool was = asked;

	asked = 0;
	return was;
}

bool cli_signals_resized(void)
{
	bool was = resized;

	resized = 0;
	return was;
}

void cli_signals_screen(const char *enter, const char *leave)
{
	screen_enter = enter;
	screen_leave = leave;
}
