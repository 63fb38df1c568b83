/* serve.h - the HTTP thread as the daemon sees it: started once, given listeners and options at each reload, fed with
 * events, and ended within a deadline. It probes nothing and the loop never waits for it. */
#ifndef MINIPING_SERVE_H
#define MINIPING_SERVE_H
#include "serve/ask.h"
#include "serve/event_kind.h"
#include "serve/http_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct serve;

/* serve_start - the thread, without a listener yet. ops is copied. 0 and *out, or -errno. */
int serve_start(struct serve **out, const struct serve_ops *ops);

/* serve_prepare - opens what o says, so that all that may fail has failed: sockets, certificate, key, users. What is
 * listened on already is taken over, not opened again. 0 and *out, or -errno after a diag that says where and why. For
 * the loop's thread; o is copied. */
struct serve_setup;
int serve_prepare(struct serve_setup **out, struct serve *s, const struct serve_options *o);
void serve_setup_free(struct serve_setup *x); /* of one that is not used; NULL allowed */

/* serve_use - from now on x, which is the thread's: new connections are made by it, those of before end in peace. Never
 * waits. */
void serve_use(struct serve *s, struct serve_setup *x);

/* serve_answer - an ask of serve_ops is answered. Any thread; never waits. */
void serve_answer(struct serve *s, struct ask *a);

/* serve_event - one event for whoever listens: a line of JSON, as the log has it, without a newline. Never waits; what
 * finds no room is counted, and listeners are told to look anew. The loop's thread. */
void serve_event(struct serve *s, enum serve_event kind, const char *json, size_t len);

/* serve_events_lost - that found no room. Any thread. */
uint64_t serve_events_lost(const struct serve *s);

/* serve_wants_reports - some listener has asked for reports: those are fed only then. Any thread. */
bool serve_wants_reports(const struct serve *s);

/* serve_events_flush - once for each turn of the loop: wakes the thread if there is something new. */
void serve_events_flush(struct serve *s);

/* serve_end - takes no further connection, waits at most wait_ns for the thread, and leaves it behind after that
 * (false: what it uses must stay). NULL: true. */
bool serve_end(struct serve *s, int64_t wait_ns);
#endif
