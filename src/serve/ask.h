/* ask.h - what the HTTP thread asks the loop. An ask is made on the HTTP thread, travels to the loop by base/post,
 * is answered there, at once or after slices of work, and travels back: neither thread waits for the other. */
#ifndef MINIPING_ASK_H
#define MINIPING_ASK_H
#include "base/post.h"
#include "core/past.h"
#include "serve/generation.h"

#include <stdint.h>
#include <sys/types.h>

enum ask_kind {
	ASK_GENERATION, /* -> generation */
	ASK_RELOAD,     /* -> what it changed, or the errors */
	ASK_DIFF,       /* -> what a reload would change in the running configuration, or the errors */
	ASK_PROBE,      /* probe target now -> its outcome */
	ASK_LEASE,      /* a target for a while: text is its mapping as JSON, which is YAML */
	ASK_UNLEASE,    /* target goes before its time */
	ASK_LOG_LEVEL,  /* text: error, warning, info or debug */
};

struct ask {
	struct post_item item; /* first */
	enum ask_kind kind;
	const char *target, *text; /* the asker's; NULL where the kind has none */
	int64_t duration_ns;       /* of a lease */
	pid_t pid;                 /* of the peer, for the log; 0: unknown */
	uid_t uid;
	/* The answer: */
	struct generation *generation; /* the asker's; NULL: out of memory */
	int status;                    /* HTTP's: 200, 404, 409, 422, 503, … */
	char *body;                    /* a JSON document, malloc'ed, the asker's; NULL: none */
	/* Of the asker alone: */
	void (*on_answer)(struct ask *a);
	void *data;
};

/* What serve needs of the daemon. */
struct serve_ops {
	/* Takes the ask to the loop; serve_answer brings it back. Called on the HTTP thread, never waits. */
	void (*ask)(void *data, struct ask *a);
	/* The configuration of g as minipingd --dump prints it, into *text, malloc'ed. On the HTTP thread. 0 or
	 * -errno. */
	int (*config_text)(void *data, const struct generation *g, char **text, size_t *len);
	/* Likewise on the HTTP thread, borrowed; NULL: no history is ever kept. */
	const struct past_ops *past;
	void *data;
};
#endif
