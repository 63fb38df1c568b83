/* resolve_query.h - one name's query to DNS servers, through a c-ares channel. For resolve.c. */
#ifndef MINIPING_RESOLVE_QUERY_H
#define MINIPING_RESOLVE_QUERY_H
#include "core/options.h"
#include "dns/resolve_ares.h"

struct resolve_query;

struct resolve_query_result {
	int status;                 /* c-ares' */
	struct ares_addrinfo *info; /* the receiver's to free; may be NULL */
	int missing_family;         /* as in struct resolve_answer */
	const char *missing_error;
};

typedef void resolve_query_on_end(struct resolve_query *q, const struct resolve_query_result *result);

struct resolve_query {
	/* The caller's to set. */
	const char *name; /* until on_end */
	enum family family;
	unsigned expected; /* as resolve_name's */
	resolve_query_on_end *on_end;
	/* This module's. */
	struct resolve_ares *channel;
	struct ares_addrinfo *first; /* what was found, while lacking is queried once more */
	enum family lacking;
};

/* resolve_query_start - on_end is called once, perhaps from inside this call, or when channel is closed. Counts
 * in channel's n_asked and n_in_flight. */
void resolve_query_start(struct resolve_query *q, struct resolve_ares *channel);
#endif
