#include "dns/resolve.h"

#include "dns/host.h"
#include "dns/hosts_reader.h"
#include "dns/resolve_ares.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STARTS_A_TURN 8
#define FINDS_A_TURN  64
#define HOSTS_FILE    "/etc/hosts"
#define NAMES_A_PORT  100u                /* each takes two queries, or a few more */

/* c-ares counts its users without a lock of its own; ours may be in several threads (libminiping). */
static pthread_mutex_t ares_users = PTHREAD_MUTEX_INITIALIZER;

struct query {
	struct resolve         *resolve;
	struct resolve_ares *channel;  /* that it is under way in */
	struct query           *next;     /* in its line */
	enum family             family;
	unsigned                expected;
	uint32_t                tag;
	struct ares_addrinfo   *part;     /* what was answered while one version is asked for again: rest */
	enum family             rest;
	int                     untold;
	const char             *untold_error;
	const char             *ascii;    /* name as DNS has it: often itself, else behind it */
	char                    name[];
};

static const char no_address[] = "no address that can be probed";

struct line {                             /* of queries, first come, first served */
	struct query *first, **last;
};

struct resolve {
	struct ev_loop         *loop;
	struct hosts_reader    *reader;
	struct hosts           *hosts;    /* what it read last */
	ev_async                hosts_ready;
	bool                    looking;  /* the reader is to tell when it has looked at the file */
	struct resolve_ares *channels; /* the first takes new queries, the others end theirs */
	ev_timer                start;    /* at once, while there is something to do in a line */
	struct line             fresh;    /* the file may have changed since it was looked at last */
	struct line             fresh_then;    /* they were fresh when the reader was sent to look */
	struct line             known;    /* to be found in hosts, or not */
	struct line             waiting;  /* for a server */
	unsigned                n_under_way;
	bool                    closing;
	resolve_on_answer      *on_answer;
	resolve_is_wanted      *is_wanted;
	void                   *data;
};

static void line_init(struct line *l)
{
	l->first = NULL;
	l->last = &l->first;
}

static void line_put(struct line *l, struct query *q)
{
	q->next = NULL;
	*l->last = q;
	l->last = &q->next;
}

/* NULL: there is none. */
static struct query *line_take(struct line *l)
{
	struct query *q = l->first;

	if (q)
		l->first = q->next;
	if (!l->first)
		l->last = &l->first;
	return q;
}

static int enter_ares(void)
{
	int status;

	pthread_mutex_lock(&ares_users);
	status = ares_library_init(ARES_LIB_INIT_ALL);
	pthread_mutex_unlock(&ares_users);
	return status;
}

static void leave_ares(void)
{
	pthread_mutex_lock(&ares_users);
	ares_library_cleanup();
	pthread_mutex_unlock(&ares_users);
}

/* Those whose servers are out of date and whose queries are done. */
static void close_idle_channels(struct resolve *r)
{
	struct resolve_ares **at = &r->channels->next;

	while (*at)
		if ((*at)->n_under_way)
			at = &(*at)->next;
		else
			resolve_ares_close(at);
}

static const int families[] = {
	[FAMILY_ANY] = AF_UNSPEC, [FAMILY_IPV4] = AF_INET, [FAMILY_IPV6] = AF_INET6,
};

/* Not this host's own addresses: about them a server has no say, "up" would then be our own answer. Nor one of a
 * version that was not asked for: c-ares takes it in from any answer. */
static bool is_usable(const struct addr *a, enum family family)
{
	return addr_is_remote(a) && (family == FAMILY_ANY || a->family == families[family]);
}

/* With the highest bit set it is 0 (RFC 2181 8). */
static int64_t ttl_of(const struct ares_addrinfo_node *node)
{
	return node->ai_ttl < 0 ? 0 : node->ai_ttl;
}

/* What can be used of a server's answer. NULL if there is none, or no memory. */
static struct addr *collect(const struct ares_addrinfo *info, enum family family, struct resolve_answer *answer)
{
	struct addr *addrs;
	size_t n = 0;

	for (const struct ares_addrinfo_node *i = info->nodes; i; i = i->ai_next)
		n++;
	addrs = n ? malloc(n * sizeof(*addrs)) : NULL;
	answer->error = n && !addrs ? "out of memory" : no_address;
	for (const struct ares_addrinfo_node *i = info->nodes; i && addrs; i = i->ai_next) {
		struct addr a = addr_from_sockaddr(i->ai_addr);

		if (!is_usable(&a, family))
			continue;
		if (!answer->n_addrs || ttl_of(i) < answer->ttl_s)
			answer->ttl_s = ttl_of(i);
		addrs[answer->n_addrs++] = a;
	}
	if (answer->n_addrs)
		answer->error = NULL;
	return addrs;
}

static bool can_start(const struct resolve *r)
{
	return r->known.first || (r->fresh.first && !r->looking) || (r->waiting.first && r->n_under_way < RESOLVE_UNDER_WAY);
}

static void wake_line(struct resolve *r)
{
	bool has_work = can_start(r) || r->channels->next;

	if (r->closing || !has_work || ev_is_active(&r->start))
		return;
	ev_timer_set(&r->start, 0, 0);
	ev_timer_start(r->loop, &r->start);
}

static void end_query(struct query *q, int status, struct ares_addrinfo *info)
{
	struct resolve *r = q->resolve;
	struct resolve_answer a = {
		.tag = q->tag, .name = q->name, .error = ares_strerror(status),
		.untold = q->untold, .untold_error = q->untold_error,
	};
	struct addr *addrs = NULL;

	if (status == ARES_SUCCESS)
		addrs = collect(info, q->family, &a);
	a.addrs = addrs;
	if (!r->closing)
		r->on_answer(r->data, &a);
	free(addrs);
	if (info)
		ares_freeaddrinfo(info);
	free(q);
	wake_line(r);
}

static void move_all(struct line *to, struct line *from)
{
	if (!from->first)
		return;
	*to->last = from->first;
	to->last = from->last;
	line_init(from);
}

static void on_hosts_ready(struct ev_loop *loop, ev_async *w, int revents)
{
	struct resolve *r = w->data;
	struct hosts *hosts;

	(void)loop, (void)revents;
	r->looking = false;
	if (hosts_reader_take(r->reader, &hosts)) {
		hosts_free(r->hosts);
		r->hosts = hosts;
	}
	move_all(&r->known, &r->fresh_then);
	wake_line(r);
}

/* On the reader's thread. */
static void on_looked(void *data)
{
	struct resolve *r = data;

	ev_async_send(r->loop, &r->hosts_ready);
}

static void look_at_hosts(struct resolve *r)
{
	r->looking = !hosts_reader_look(r->reader);
	move_all(r->looking ? &r->fresh_then : &r->known, &r->fresh);
}

/* What the file says of the name, any address it likes; or else the servers are asked. */
static void find_in_hosts(struct query *q)
{
	struct resolve *r = q->resolve;
	struct addr addrs[HOSTS_ADDRS_MAX];
	size_t n = hosts_find(r->hosts, q->ascii, q->family, addrs);
	struct resolve_answer a = { .tag = q->tag, .name = q->name, .addrs = addrs, .untold = q->untold };

	if (!n) {
		line_put(&r->waiting, q);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (addr_is_probeable(&addrs[i]))
			addrs[a.n_addrs++] = addrs[i];
	a.error = a.n_addrs ? NULL : no_address;
	r->on_answer(r->data, &a);
	free(q);
}

static void ask(ares_channel ares, const char *name, enum family family, ares_addrinfo_callback on_end, struct query *q)
{
	/* NOSORT: sorting by RFC 6724 would make a connected socket for each address. */
	struct ares_addrinfo_hints hints = { .ai_flags = ARES_AI_NOSORT, .ai_family = families[family] };

	ares_getaddrinfo(ares, name, NULL, &hints, on_end, q);
}

static void end_server_query(struct query *q, int status, struct ares_addrinfo *info)
{
	q->resolve->n_under_way--;
	q->channel->n_under_way--;
	end_query(q, status, info);
}

/* The version that is expected of an answer and that it lacks. FAMILY_ANY: none. */
static enum family missing_from(const struct ares_addrinfo *info, const struct query *q)
{
	unsigned missing = q->family == FAMILY_ANY ? q->expected : 0;

	for (const struct ares_addrinfo_node *i = info->nodes; i; i = i->ai_next)
		missing &= ~FAMILY_BIT(i->ai_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4);
	return missing & FAMILY_BIT(FAMILY_IPV4) ? FAMILY_IPV4
	     : missing & FAMILY_BIT(FAMILY_IPV6) ? FAMILY_IPV6 : FAMILY_ANY;
}

/* The addresses that this one finds come too late for the answer; the next has them. Where there are but aliases, that
 * is a success to c-ares. */
static void on_rest(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct query *q = data;
	bool found = status == ARES_SUCCESS && info->nodes;
	bool is_none = status == ARES_SUCCESS ? !found : status == ARES_ENODATA || status == ARES_ENOTFOUND;

	(void)timeouts;
	if (!is_none)
		q->untold = families[q->rest];
	if (!is_none && !found)
		q->untold_error = ares_strerror(status);
	if (info)
		ares_freeaddrinfo(info);
	end_server_query(q, ARES_SUCCESS, q->part);
}

/* By the name that was found and, as the dot says, without the domains of resolv.conf: in another of them it is another
 * host. */
static void ask_rest(struct query *q)
{
	const char *found = q->part->name ? q->part->name : q->ascii;
	size_t len = strlen(found);
	char name[NI_MAXHOST];            /* 255 octets, all escaped (RFC 1035 5.1), have room */

	snprintf(name, sizeof(name), "%s%s", found, len && found[len - 1] == '.' ? "" : ".");
	ask(q->channel->ares, name, q->rest, on_rest, q);
}

static void on_server(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct query *q = data;

	(void)timeouts;
	/* A channel that is being closed ends what has found one version with success, and takes no query any more. */
	q->rest = status == ARES_SUCCESS && !q->resolve->closing ? missing_from(info, q) : FAMILY_ANY;
	if (q->rest == FAMILY_ANY) {
		end_server_query(q, status, info);
		return;
	}
	q->part = info;
	ask_rest(q);
}

/* Who forges an answer has to guess the port it goes to, and may try as long as that is the same. A channel keeps its
 * sockets, so another one goes on, where that can be opened. */
static void renew_port(struct resolve *r)
{
	if (r->channels->n_asked < NAMES_A_PORT)
		return;
	resolve_ares_rearm(r->channels);
	resolve_ares_open(&r->channels, r->loop);
}

static void ask_server(struct query *q)
{
	if (q->resolve->is_wanted && !q->resolve->is_wanted(q->resolve->data, q->tag)) {
		end_query(q, ARES_ECANCELLED, NULL);
		return;
	}
	renew_port(q->resolve);
	q->channel = q->resolve->channels;
	q->channel->n_asked++;
	q->channel->n_under_way++;
	q->resolve->n_under_way++;
	ask(q->channel->ares, q->ascii, q->family, on_server, q);
}

/* A few at a time: the probes between them must not wait. */
static void on_start(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct resolve *r = t->data;

	(void)loop, (void)revents;
	close_idle_channels(r);
	if (r->fresh.first && !r->looking)
		look_at_hosts(r);
	for (int i = 0; i < FINDS_A_TURN && r->known.first; i++)
		find_in_hosts(line_take(&r->known));
	for (int i = 0; i < STARTS_A_TURN && r->waiting.first && r->n_under_way < RESOLVE_UNDER_WAY; i++)
		ask_server(line_take(&r->waiting));
	resolve_ares_rearm(r->channels);
	if (can_start(r))                 /* a channel that is not idle yet will tell when it is */
		wake_line(r);
}

static void drop_line(struct line *l)
{
	while (l->first)
		free(line_take(l));
}

int resolve_open(struct resolve **out, struct ev_loop *loop, resolve_on_answer *on_answer,
                 resolve_is_wanted *is_wanted, void *data)
{
	struct resolve *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->loop = loop;
	line_init(&r->fresh);
	line_init(&r->fresh_then);
	line_init(&r->known);
	line_init(&r->waiting);
	r->on_answer = on_answer;
	r->is_wanted = is_wanted;
	r->data = data;
	ev_init(&r->start, on_start);
	r->start.data = r;
	if (enter_ares())
		goto free_resolve;
	if (hosts_reader_open(&r->reader, HOSTS_FILE, on_looked, r))
		goto leave;
	if (resolve_ares_open(&r->channels, r->loop))
		goto close_reader;
	ev_async_init(&r->hosts_ready, on_hosts_ready);
	r->hosts_ready.data = r;
	ev_async_start(r->loop, &r->hosts_ready);
	*out = r;
	return 0;
close_reader:
	hosts_reader_close(r->reader);
leave:
	leave_ares();
free_resolve:
	free(r);
	return -ENOMEM;
}

void resolve_close(struct resolve *r)
{
	if (!r)
		return;
	r->closing = true;
	while (r->channels)
		resolve_ares_close(&r->channels);
	hosts_reader_close(r->reader);
	ev_async_stop(r->loop, &r->hosts_ready);
	hosts_free(r->hosts);
	leave_ares();
	drop_line(&r->fresh);
	drop_line(&r->fresh_then);
	drop_line(&r->known);
	drop_line(&r->waiting);
	ev_timer_stop(r->loop, &r->start);
	free(r);
}

int resolve_name(struct resolve *r, const char *name, enum family family, unsigned expected, uint32_t tag)
{
	char ascii[HOST_NAME_LEN];
	bool is_ascii = host_ascii(ascii, name) < 0 || !strcmp(ascii, name);
	size_t len = strlen(name) + 1, ascii_len = is_ascii ? 0 : strlen(ascii) + 1;
	struct query *q = malloc(sizeof(*q) + len + ascii_len);

	if (!q)
		return -ENOMEM;
	*q = (struct query){ .resolve = r, .family = family, .expected = expected, .tag = tag, .untold = AF_UNSPEC };
	memcpy(q->name, name, len);
	memcpy(q->name + len, ascii, ascii_len);
	q->ascii = is_ascii ? q->name : q->name + len;
	line_put(&r->fresh, q);
	wake_line(r);
	return 0;
}

int resolve_refresh(struct resolve *r)
{
	int err = resolve_ares_open(&r->channels, r->loop);

	wake_line(r);
	return err;
}

/* Connecting a UDP socket asks the routes, no more. */
static bool has_route(const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);
	int fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found = fd >= 0 && !connect(fd, (struct sockaddr *)&ss, len);

	if (fd >= 0)
		close(fd);
	return found;
}

static const struct addr *first_of(const struct resolve_answer *answer, int family)
{
	for (size_t i = 0; i < answer->n_addrs; i++)
		if (answer->addrs[i].family == family)
			return &answer->addrs[i];
	return NULL;
}

const struct addr *resolve_choose(const struct resolve_answer *answer)
{
	const struct addr *ip4 = first_of(answer, AF_INET), *ip6 = first_of(answer, AF_INET6);

	if (!ip4 || !ip6)
		return ip4 ? ip4 : ip6;
	return has_route(ip6) ? ip6 : ip4;
}

unsigned resolve_versions(const struct resolve_answer *answer)
{
	bool ip4 = answer->untold == AF_INET || first_of(answer, AF_INET);
	bool ip6 = answer->untold == AF_INET6 || first_of(answer, AF_INET6);

	return (ip4 ? FAMILY_BIT(FAMILY_IPV4) : 0) | (ip6 ? FAMILY_BIT(FAMILY_IPV6) : 0);
}
