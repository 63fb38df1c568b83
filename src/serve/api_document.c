/* api_document.c - written anew into twice the room each time. */
#include "serve/api_document.h"

#include <stdlib.h>

#define FIRST_ROOM ((size_t)16 * 1024)
#define MAX_ROOM   ((size_t)256 * 1024 * 1024)

char *api_document(void (*put)(struct jsonbuf *j, const void *data), const void *data, size_t *len)
{
	for (size_t room = FIRST_ROOM; room <= MAX_ROOM; room *= 2) {
		char *text = malloc(room);
		struct textbuf t = textbuf_on(text, room);
		struct jsonbuf j = jsonbuf_on(&t);

		if (!text)
			return NULL;
		put(&j, data);
		textbuf_char(&t, '\n');
		*len = textbuf_len(&t);
		if (!t.full)
			return text;
		free(text);
	}
	return NULL;
}
