/* api_document.h - a document that is written at once, into a text that grows until it fits. */
#ifndef MINIPING_API_DOCUMENT_H
#define MINIPING_API_DOCUMENT_H
#include "base/jsonbuf.h"

#include <stddef.h>

/* api_document - what put writes, malloc'ed, with a newline behind it; NULL: out of memory. put is called again where
 * it did not fit, and writes the same each time. */
char *api_document(void (*put)(struct jsonbuf *j, const void *data), const void *data, size_t *len);
#endif
