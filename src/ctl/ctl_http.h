/* ctl_http.h - requests to the daemon by libcurl, over a Unix socket or a URL: one after the other, several at once
 * beside other descriptors, or one whose answer comes for as long as it lasts. */
#ifndef MINIPING_CTL_HTTP_H
#define MINIPING_CTL_HTTP_H
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctl_http; /* opaque, one owner */

struct ctl_http_where {
	const char *socket, *url;    /* one of them; the other NULL */
	const char *user, *password; /* NULL: none */
	const char *token, *cacert;  /* likewise */
	int64_t timeout_ns;          /* without progress */
};

struct ctl_answer {
	int status; /* HTTP's; 0: there is none, and error says why */
	char *text; /* malloc'ed, ends with a NUL that is not counted; NULL: none */
	size_t len;
	char error[768]; /* "cannot connect to …" */
};

/* ctl_http_open - nothing is connected yet; *w is copied, what it points to is borrowed. NULL: out of memory.
 * ctl_http_close - ends what is under way without calling back. NULL allowed. */
struct ctl_http *ctl_http_open(const struct ctl_http_where *w);
void ctl_http_close(struct ctl_http *h);

/* ctl_http_do - one request, waited for. body: JSON, or NULL. The answer is the caller's: ctl_answer_fini. */
void ctl_http_do(struct ctl_http *h, const char *method, const char *path, const char *body, struct ctl_answer *out);
void ctl_answer_fini(struct ctl_answer *a);

/* ctl_http_stream - GET of what goes on for as long as the daemon has something to say; each piece goes to on_bytes,
 * which returns false to end it. last_id: of the header Last-Event-ID; NULL: none. *out has no text if the status is
 * 200. */
void ctl_http_stream(struct ctl_http *h, const char *path, const char *last_id,
                     bool (*on_bytes)(void *data, const char *bytes, size_t len), void *data, struct ctl_answer *out);

/* ctl_http_begin - a GET whose answer goes to on_answer, called by ctl_http_turn; the answer is on_answer's. False: out
 * of memory, it is not called. */
bool ctl_http_begin(struct ctl_http *h, const char *path, void (*on_answer)(void *data, struct ctl_answer *a),
                    void *data);

/* ctl_http_turn - waits for an answer or for one of fds (poll(2): their revents are set), at most wait_ms. */
void ctl_http_turn(struct ctl_http *h, struct pollfd *fds, size_t n_fds, int wait_ms);
#endif
