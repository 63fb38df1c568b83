/* thread.h - a thread beside the caller's, and joining it within a deadline. */
#ifndef MINIPING_THREAD_H
#define MINIPING_THREAD_H
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* thread_start - run(data) in a thread of its own. The caller's signals are the caller's: the thread takes none, and a
 * reader that went away is an error of write() there rather than a SIGPIPE. 0 or -errno. */
int thread_start(pthread_t *out, void *(*run)(void *), void *data);

/* thread_join_by - waits for it to end, until until_ns (monotonic) at the latest; looks once a millisecond. False: it
 * runs on, and is still the caller's to join or detach. */
bool thread_join_by(pthread_t thread, int64_t until_ns);
#endif
