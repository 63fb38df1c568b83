/* ctl_sse.h - a stream of Server-Sent Events (WHATWG HTML 9.2.6) taken apart as it comes. Pure. */
#ifndef MINIPING_CTL_SSE_H
#define MINIPING_CTL_SSE_H
#include <stdbool.h>
#include <stddef.h>

#define CTL_SSE_LINE_MAX 65536 /* what is longer is cut */
#define CTL_SSE_ID_LEN   64

struct ctl_sse {
	char line[CTL_SSE_LINE_MAX], data[CTL_SSE_LINE_MAX];
	size_t line_len, data_len;
	bool after_cr;
	char event[32];          /* "": a message */
	char id[CTL_SSE_ID_LEN]; /* of the latest event: for Last-Event-ID; "": none yet */
	/* One event; text ends with a NUL. Returns false to hear no more. */
	bool (*on_event)(void *context, const char *event, const char *text);
	void *context;
};

/* ctl_sse_init - all but id, which is kept from one connection to the next. ctl_sse_feed - the next bytes; false:
 * on_event said so. */
void ctl_sse_init(struct ctl_sse *s);
bool ctl_sse_feed(struct ctl_sse *s, const char *bytes, size_t len);
#endif
