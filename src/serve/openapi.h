/* openapi.h - OpenAPI's description of tables of routes. */
#ifndef MINIPING_OPENAPI_H
#define MINIPING_OPENAPI_H
#include "serve/request.h"

#include <stddef.h>

/* openapi_text - a JSON document (OpenAPI 3.0.3) of all routes of the n tables; malloc'ed. NULL: out of memory. */
char *openapi_text(const struct route *const *tables, size_t n, size_t *len);
#endif
