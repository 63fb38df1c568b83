/* thread.c - no thread is cancelled: one that does not end in time is left to its caller. */
#include "base/thread.h"

#include "base/clock.h"

#include <signal.h>
#include <unistd.h>

int thread_start(pthread_t *out, void *(*run)(void *), void *data)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(out, NULL, run, data);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -err;
}

/* pthread_clockjoin_np would do, but ThreadSanitizer of gcc 12 and clang 14 does not know it. */
bool thread_join_by(pthread_t thread, int64_t until_ns)
{
	while (pthread_tryjoin_np(thread, NULL)) {
		if (clock_mono_ns() >= until_ns)
			return false;
		usleep(1000);
	}
	return true;
}
