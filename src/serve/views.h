/* views.h - the views that requests share: all of the same second read one, at most one generation at a time is asked
 * of the loop, and at most two are alive. Of the HTTP thread; time is an argument. */
#ifndef MINIPING_VIEWS_H
#define MINIPING_VIEWS_H
#include "serve/ask.h"
#include "serve/view.h"

#include <stdbool.h>
#include <stdint.h>

#define VIEWS_FRESH_NS INT64_C(1000000000) /* so old may one be that a further request gets */

struct views; /* opaque, one owner */

struct views_user { /* a request's; all zero: it has none and waits for none */
	struct views_slot *slot;
	struct views_user *next; /* of those that wait */
	bool waits;
	/* It waits no longer: it has its view, or, without memory for one, none. */
	void (*on_view)(struct views_user *u);
	void *data;
};

/* views_new - ops outlives it. NULL: out of memory. views_free - nobody uses one any more; an ask that is still with
 * the loop is never answered. NULL allowed. */
struct views *views_new(const struct serve_ops *ops);
void views_free(struct views *v);

enum views_verdict {
	VIEWS_HERE,  /* u has one */
	VIEWS_LATER, /* on_view will be called, unless it leaves before that */
	VIEWS_BUSY,  /* two are being read */
};

/* views_want - a view for u, made at most a second before now_ns, and after the latest views_age. */
enum views_verdict views_want(struct views *v, struct views_user *u, int64_t now_ns);

/* views_age - something has changed because somebody asked for it: a further request gets none that was made before,
 * though it may share one that is being made. */
void views_age(struct views *v);

/* views_leave - u needs its view no longer, or waits for it no longer. */
void views_leave(struct views *v, struct views_user *u);

/* views_tick - gives back what no further request gets and nobody reads. True: there are others. */
bool views_tick(struct views *v, int64_t now_ns);

/* views_user_view - NULL: it has none. */
struct view *views_user_view(const struct views_user *u);
#endif
