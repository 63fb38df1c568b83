/* request_private.h - a request from inside: what the modules share that bring it, make its answer and send it. All of
 * it is of the HTTP thread. */
#ifndef MINIPING_REQUEST_PRIVATE_H
#define MINIPING_REQUEST_PRIVATE_H
#include "serve/events_hub.h"
#include "serve/query.h"
#include "serve/request.h"
#include "serve/setup.h"
#include "serve/views.h"

#include <microhttpd.h>
#include <stdint.h>
#include <sys/types.h>

#define CONTROL_TOKEN_LEN 32

struct asked; /* an ask of a request that is with the loop (dispatch.c) */

struct site { /* what all requests share */
	struct serve_ops ops;
	struct serve_setup *setup; /* in force; never NULL while there are requests */
	struct views *views;
	struct events_hub *hub;
	struct request *followers; /* that get events */
	unsigned n_followers;
	struct asked *asked;                       /* all that are with the loop */
	unsigned n_long;                           /* requests that wait for the loop or are answered at length */
	size_t n_text_bytes;                       /* of whole texts that are being read */
	bool is_ready;                             /* the daemon was, once */
	char control_token[CONTROL_TOKEN_LEN + 1]; /* what the page proves by that it is ours */
};

struct conn { /* one connection of a client, from accept() to close() */
	struct conn *prev, *next;
	struct site *site;
	bool *wake; /* its daemon has something to do that no descriptor shows */
	int fd;     /* libmicrohttpd's */
	bool is_unix, is_control, is_closing;
	const struct listener *listener; /* where it came in; to compare only */
	bool is_stale;                   /* where it came in is listened on no longer, or otherwise */
	pid_t pid;                       /* of the peer at a Unix socket; 0: unknown */
	uid_t uid;
	int64_t since_ns; /* the beginning, the end of the last answer, or of the request line that came then */
	int64_t moved_ns; /* when it last took a piece of an answer */
	unsigned n_answers;
	struct request *request; /* begun and not ended; NULL: none */
};

enum request_stage {
	REQUEST_BEGUN,   /* its headers are not complete */
	REQUEST_BODY,    /* its body is coming */
	REQUEST_WAITS,   /* suspended until the loop has answered */
	REQUEST_HANDLED, /* has its answer, which may be on its way */
};

struct request {
	struct conn *conn;
	struct site *site;
	struct MHD_Connection *mhd;
	enum request_stage stage;
	int64_t since_ns; /* in this stage */
	char *text;       /* its target, taken apart in place */
	struct query query;
	const struct route *route;
	struct serve_setup *setup; /* as it began */
	char *rest, *body;
	size_t body_len, body_room;
	bool is_head, is_suspended, is_long; /* long: counted in n_long */
	struct views_user view;

	/* The answer: */
	struct MHD_Response *response; /* NULL: none yet */
	int status;
	bool streams;               /* it is made while it is read, and keeps the view until then */
	struct asked *asked;        /* instead of it: what the loop is to say */
	bool follows, is_following; /* instead of it: events */
	bool ends_when_read;        /* once there are no more of them for now */
	struct events_reader reader;
	struct request *prev, *next; /* of those that follow */
	int64_t quiet_ns;            /* since nothing was sent */
};
#endif
