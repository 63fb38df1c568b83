/* api_scan.c - slices of looking, then pieces of text. */
#include "serve/api_scan.h"

#include "core/window.h"

#include <stdlib.h>

#define SLICE    100000u /* samples of windows, and some for each row: a few ms */
#define ROW_COST 60u
#define LONG_MIN ((size_t)64 * 1024)
#define LONG_MAX ((size_t)64 * 1024 * 1024)

static bool look_some(struct api_scan *s)
{
	uint32_t end = view_count(s->view), cost = 0;

	while (s->at < end && cost < SLICE) {
		cost += ROW_COST + window_count(view_window(s->view, s->at));
		if (!s->maker->look(s, s->at))
			return false;
		s->at++;
	}
	if (s->at == end && s->maker->looked)
		s->maker->looked(s);
	return true;
}

/* The step alone, into a text that grows until it fits. */
static bool put_long(struct api_scan *s)
{
	for (size_t room = LONG_MIN; room <= LONG_MAX; room *= 2) {
		char *text = malloc(room);
		struct textbuf t = textbuf_on(text, room);
		struct jsonbuf j = { .t = &t, .comma = s->comma };

		if (!text)
			return false;
		s->maker->put(s, s->step, &j);
		if (!t.full) {
			s->long_step = text;
			s->long_at = 0;
			s->long_len = textbuf_len(&t);
			s->comma = j.comma;
			s->step++;
			return true;
		}
		free(text);
	}
	return false;
}

static void copy_long(struct api_scan *s, struct textbuf *t)
{
	size_t room = (size_t)(t->end - t->at), len = s->long_len - s->long_at;

	if (len > room)
		len = room;
	textbuf_put(t, s->long_step + s->long_at, len);
	s->long_at += len;
	if (s->long_at == s->long_len) {
		free(s->long_step);
		s->long_step = NULL;
	}
}

static bool more(struct stream *stream, struct textbuf *t)
{
	struct api_scan *s = (struct api_scan *)stream;

	if (s->at < view_count(s->view))
		return look_some(s);
	while (!s->long_step) {
		struct textbuf before = *t;
		struct jsonbuf j = { .t = t, .comma = s->comma };

		if (!s->maker->put(s, s->step, &j))
			return false;
		if (!t->full) {
			s->comma = j.comma;
			s->step++;
			continue;
		}
		*t = before;
		if (textbuf_len(t))
			return true;
		if (!put_long(s))
			return false;
	}
	copy_long(s, t);
	return true;
}

static void on_free(struct stream *stream)
{
	struct api_scan *s = (struct api_scan *)stream;

	view_unref(s->view);
	free(s->long_step);
	s->maker->free(s);
}

void api_scan_init(struct api_scan *s, const struct api_scan_maker *maker, struct view *v)
{
	s->stream = (struct stream){ .more = more, .free = on_free };
	s->maker = maker;
	s->view = view_ref(v);
	s->at = s->step = 0;
	s->comma = false;
	s->long_step = NULL;
	if (!view_count(v) && maker->looked)
		maker->looked(s);
}
