/* answer_stream.c - answers that are made while the client reads, as they are or by gzip: see request.h. */
#include "base/clock.h"
#include "serve/accept_encoding.h"
#include "serve/answer.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PIECE      (16 * 1024)
#define BLOCK      ((size_t)64 * 1024)
#define GZIP_LEVEL 1 /* the text of /metrics shrinks to a twelfth by it, and to little less by others */

struct answer_stream {
	struct request *request;
	struct stream *source;
	z_stream z;
	bool is_gzip, is_whole, is_ended; /* whole: source has no more; ended: nor has z */
	size_t at, len;                   /* of piece: what has been passed on, and what there is */
	char piece[PIECE];
};

static void piece_next(struct answer_stream *a)
{
	struct textbuf t = textbuf_on(a->piece, sizeof(a->piece));

	a->is_whole = !a->source->more(a->source, &t);
	a->at = 0;
	a->len = textbuf_len(&t);
}

static size_t copy_some(struct answer_stream *a, char *buf, size_t room)
{
	size_t n = a->len - a->at < room ? a->len - a->at : room;

	memcpy(buf, a->piece + a->at, n);
	a->at += n;
	a->is_ended = a->is_whole && a->at == a->len;
	return n;
}

static size_t deflate_some(struct answer_stream *a, char *buf, size_t room)
{
	a->z.next_in = (unsigned char *)a->piece + a->at;
	a->z.avail_in = (unsigned)(a->len - a->at);
	a->z.next_out = (unsigned char *)buf;
	a->z.avail_out = (unsigned)room;
	a->is_ended = deflate(&a->z, a->is_whole ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END;
	a->at = a->len - a->z.avail_in;
	return room - a->z.avail_out;
}

static ssize_t on_read(void *data, uint64_t position, char *buf, size_t room)
{
	struct answer_stream *a = data;
	size_t n = 0;
	unsigned n_pieces = 0;

	(void)position;
	a->request->conn->moved_ns = clock_mono_ns();
	/* By gzip a block takes many pieces: the others that are served wait for no more than a few. */
	while (n < room && !a->is_ended && (!n || n_pieces < 8)) {
		if (a->at == a->len && !a->is_whole) {
			piece_next(a);
			n_pieces++;
			if (!a->len && !a->is_whole)
				break; /* it works in slices */
		}
		n += a->is_gzip ? deflate_some(a, buf + n, room - n) : copy_some(a, buf + n, room - n);
	}
	if (!n && !a->is_ended)
		*a->request->conn->wake = true; /* for the next, once the others have had their turn */
	return n || !a->is_ended ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void on_free(void *data)
{
	struct answer_stream *a = data;

	a->source->free(a->source);
	if (a->is_gzip)
		deflateEnd(&a->z);
	free(a);
}

void answer_stream(struct request *r, const char *type, struct stream *s)
{
	struct answer_stream *a = calloc(1, sizeof(*a));
	struct MHD_Response *response = NULL;

	if (!a) {
		s->free(s);
		answer_response(r, MHD_HTTP_OK, type, NULL);
		return;
	}
	r->streams = true;
	a->request = r;
	a->source = s;
	/* 16 more: with gzip's header. Without memory for it: as it is. */
	a->is_gzip = accept_encoding_gzip(request_header(r, MHD_HTTP_HEADER_ACCEPT_ENCODING)) &&
	             deflateInit2(&a->z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, a, on_free);
	if (!response)
		on_free(a);
	answer_response(r, MHD_HTTP_OK, type, response);
	if (!response)
		return;
	MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	if (a->is_gzip)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
}
