/* resolve_query.c - asks c-ares for both families at once, and once more for one that was expected and is
 * lacking: whether its query failed or found nothing, the first answer does not say. */
#include "dns/resolve_query.h"

#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const int families[] = {
	[FAMILY_ANY] = AF_UNSPEC,
	[FAMILY_IPV4] = AF_INET,
	[FAMILY_IPV6] = AF_INET6,
};

static void ask(struct resolve_query *q, const char *name, enum family family, ares_addrinfo_callback on_answer)
{
	/* NOSORT: sorting by RFC 6724 would make a connected socket for each address. */
	struct ares_addrinfo_hints hints = { .ai_flags = ARES_AI_NOSORT, .ai_family = families[family] };

	ares_getaddrinfo(q->channel->ares, name, NULL, &hints, on_answer, q);
}

static void end(struct resolve_query *q, const struct resolve_query_result *result)
{
	q->channel->n_in_flight--;
	q->on_end(q, result);
}

/* The family that is expected of an answer and that it lacks. FAMILY_ANY: none. */
static enum family find_lacking(const struct resolve_query *q, const struct ares_addrinfo *info)
{
	unsigned lacking = q->family == FAMILY_ANY ? q->expected : 0;

	for (const struct ares_addrinfo_node *i = info->nodes; i; i = i->ai_next)
		lacking &= ~FAMILY_BIT(i->ai_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4);
	return lacking & FAMILY_BIT(FAMILY_IPV4)   ? FAMILY_IPV4
	       : lacking & FAMILY_BIT(FAMILY_IPV6) ? FAMILY_IPV6
	                                           : FAMILY_ANY;
}

/* Addresses found this time come too late for the answer; the next one has them. Aliases alone are a success to
 * c-ares. */
static void on_second_answer(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct resolve_query *q = data;
	bool found = status == ARES_SUCCESS && info->nodes;
	bool is_none = status == ARES_SUCCESS ? !found : status == ARES_ENODATA || status == ARES_ENOTFOUND;

	resolve_ares_ended(q->channel, timeouts);
	if (info)
		ares_freeaddrinfo(info);
	end(q, &(struct resolve_query_result){
		       .status = ARES_SUCCESS,
		       .info = q->first,
		       .missing_family = is_none ? AF_UNSPEC : families[q->lacking],
		       .missing_error = is_none || found ? NULL : ares_strerror(status),
	       });
}

/* By the name that was found, and with a dot behind it, which keeps resolv.conf's search domains out: the same name in
 * another of them is another host. */
static void ask_again(struct resolve_query *q)
{
	const char *found = q->first->name ? q->first->name : q->name;
	size_t len = strlen(found);
	char name[NI_MAXHOST]; /* 255 octets, all escaped (RFC 1035 5.1), have room */

	snprintf(name, sizeof(name), "%s%s", found, len && found[len - 1] == '.' ? "" : ".");
	ask(q, name, q->lacking, on_second_answer);
}

static void on_first_answer(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct resolve_query *q = data;

	resolve_ares_ended(q->channel, timeouts);
	/* A channel that is being closed reports success where one family was found, and takes no query any more. */
	q->lacking = status == ARES_SUCCESS && !q->channel->is_closing ? find_lacking(q, info) : FAMILY_ANY;
	if (q->lacking == FAMILY_ANY) {
		end(q, &(struct resolve_query_result){ .status = status, .info = info, .missing_family = AF_UNSPEC });
		return;
	}
	q->first = info;
	ask_again(q);
}

void resolve_query_start(struct resolve_query *q, struct resolve_ares *channel)
{
	q->channel = channel;
	channel->n_asked++;
	channel->n_in_flight++;
	ask(q, q->name, q->family, on_first_answer);
}
