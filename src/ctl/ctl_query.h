/* ctl_query.h - the path and query of a request, percent-encoded (RFC 3986 2.1). */
#ifndef MINIPING_CTL_QUERY_H
#define MINIPING_CTL_QUERY_H
#include "ctl/ctl_options.h"

#include <stdbool.h>
#include <stddef.h>

struct ctl_query { /* all zero: empty */
	char *text;
	size_t len, room;
	bool has_params, failed;
};

/* ctl_query_path - path as it stands. ctl_query_part - one part of it behind that, encoded, a slash in it too. */
void ctl_query_path(struct ctl_query *q, const char *path);
void ctl_query_part(struct ctl_query *q, const char *part);

/* ctl_query_param - &name=value. ctl_query_params - for each of the list. */
void ctl_query_param(struct ctl_query *q, const char *name, const char *value);
void ctl_query_params(struct ctl_query *q, const char *name, const struct ctl_list *values);

/* ctl_query_text - what to ask for; NULL: memory ran out on the way. Borrowed until the next call. */
const char *ctl_query_text(const struct ctl_query *q);
void ctl_query_fini(struct ctl_query *q);
#endif
