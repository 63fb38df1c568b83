/* api_scan.h - a stream that first looks at every target of a view, in slices, and then writes its text step by step.
 * What is made of the targets, and the steps, are its maker's. */
#ifndef MINIPING_API_SCAN_H
#define MINIPING_API_SCAN_H
#include "base/jsonbuf.h"
#include "serve/request.h"
#include "serve/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct api_scan;

struct api_scan_maker {
	/* Row i of the view, each in turn. False: out of memory, and the text ends where it is. */
	bool (*look)(struct api_scan *s, uint32_t i);
	/* All rows have been looked at; NULL allowed. */
	void (*looked)(struct api_scan *s);
	/* Writes one step of the text: 0, 1, 2, …; the same again where it did not fit. False: there was none. */
	bool (*put)(struct api_scan *s, uint32_t step, struct jsonbuf *j);
	/* Frees what is the maker's, s among it. */
	void (*free)(struct api_scan *s);
};

struct api_scan { /* the first member of its maker's struct */
	struct stream stream;
	const struct api_scan_maker *maker;
	struct view *view; /* of its own (view_ref) */
	uint32_t at;       /* rows looked at */
	uint32_t step;     /* to be written */
	bool comma;        /* before the next value (jsonbuf.h) */
	char *long_step;   /* that is longer than a piece: on its way; NULL: none */
	size_t long_at, long_len;
};

/* api_scan_init - in place. maker is borrowed, v referred to. */
void api_scan_init(struct api_scan *s, const struct api_scan_maker *maker, struct view *v);
#endif
