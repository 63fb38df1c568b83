/* answer.c - the answers that are whole texts, and those that come later: see request.h. They only make the response;
 * dispatch.c sends it. */
#include "serve/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_TEXT 8192

void answer_response(struct request *r, int status, const char *type, struct MHD_Response *response)
{
	if (r->response)
		MHD_destroy_response(r->response);
	r->response = response;
	r->status = status;
	if (!response)
		return; /* out of memory: dispatch closes the connection */
	if (type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
}

void answer_text(struct request *r, int status, const char *type, const char *text, size_t len)
{
	/* Copied at once, so that libmicrohttpd does not write to it. */
	char *copy = malloc(len + 1);

	if (copy)
		memcpy(copy, text, len);
	answer_taken(r, status, type, copy, len);
}

struct long_text {
	struct site *site;
	size_t len;
	char *text;
};

static void on_free(void *data)
{
	struct long_text *x = data;

	x->site->n_text_bytes -= x->len;
	free(x->text);
	free(x);
}

/* Clients that do not read are not to have us keep a long text each. */
static struct MHD_Response *long_response(struct request *r, char *text, size_t len)
{
	struct long_text *x = malloc(sizeof(*x));
	struct MHD_Response *response = NULL;

	if (x) {
		*x = (struct long_text){ r->site, len, text };
		response = MHD_create_response_from_buffer_with_free_callback_cls(len, text, on_free, x);
	}
	if (response)
		r->site->n_text_bytes += len;
	else
		free(x);
	return response;
}

void answer_taken(struct request *r, int status, const char *type, char *text, size_t len)
{
	struct MHD_Response *response = NULL;

	if (len > LONG_TEXT && len > ANSWER_TEXTS_MAX - r->site->n_text_bytes) {
		free(text);
		answer_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "too many long answers are being read already");
		return;
	}
	if (text && len > LONG_TEXT)
		response = long_response(r, text, len);
	else if (text)
		response = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(text);
	answer_response(r, status, type, response);
}

void answer_error(struct request *r, int status, const char *error, const char *format, ...)
{
	char detail[1024], buf[8192];
	struct textbuf t = textbuf_on(buf, sizeof(buf));
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	textbuf_text(&t, "{\"error\": ");
	textbuf_json(&t, error);
	textbuf_text(&t, ", \"detail\": ");
	textbuf_json(&t, detail);
	textbuf_text(&t, "}\n");
	answer_text(r, status, "application/json", buf, textbuf_len(&t));
}

void answer_events(struct request *r, unsigned kinds, unsigned long long last_id)
{
	events_reader_init(&r->reader, r->site->hub, kinds, last_id);
	r->follows = true;
}

void answer_events_kept(struct request *r, unsigned kinds)
{
	events_reader_init_kept(&r->reader, r->site->hub, kinds);
	r->follows = r->ends_when_read = true;
}
