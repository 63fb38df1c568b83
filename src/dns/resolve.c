/* resolve.c - a lookup's way through the queues: fresh, while /etc/hosts is looked at, then to be found there,
 * then for a server. */
#include "dns/resolve.h"

#include "base/clock.h"
#include "dns/host.h"
#include "dns/hosts_reader.h"
#include "dns/nss.h"
#include "dns/resolve_ares.h"
#include "dns/resolve_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define STARTS_A_TURN 8
#define FINDS_A_TURN  64
#define EVENTS_A_TURN 16
#define HOSTS_FILE    "/etc/hosts"
#define HOSTS_EVENT   0u /* no socket's of c-ares */
#define NSS_EVENT     1u
#define NSSWITCH_CONF "/etc/nsswitch.conf"
#define NAMES_A_PORT  100u /* each takes two queries, or a few more */

/* Names in flight. Until one has ended, few: they wait for a first server that is dead. Then as many as a server's
 * receive buffer of usual size holds the queries of; what it drops would cost a timeout. While no server answers, there
 * is no buffer to spare. */
#define FIRST_BATCH  32u
#define WHILE_SPOKEN 64u
#define WHILE_SILENT RESOLVE_IN_FLIGHT_MAX

/* c-ares counts its users without a lock of its own; ours may be in several threads (libminiping). */
static pthread_mutex_t ares_users = PTHREAD_MUTEX_INITIALIZER;

struct resolve {
	int epoll_fd; /* watches the reader and c-ares' sockets */
	struct hosts_reader *reader;
	struct hosts *hosts;           /* what it read last */
	bool lacks_hosts;              /* for want of memory */
	bool is_looking;               /* the reader is looking whether the file has changed */
	struct nss *nss;               /* NULL: it is not asked */
	struct resolve_ares *channels; /* the first takes new queries, the others end theirs */
	struct queue fresh;            /* the file may have changed since it was looked at last */
	struct queue looked_for;       /* they were fresh when the reader was sent to look */
	struct queue known;            /* to be found in hosts, or not */
	struct queue waiting;          /* for a server */
	struct resolve_servers servers;
	unsigned n_in_flight, in_flight_max;
	bool has_work; /* that waits for nothing but the next turn */
	bool is_closing;
	int64_t next_ns;
	resolve_on_answer *on_answer;
	resolve_is_wanted *is_wanted;
	void *data;
};

static bool can_start(const struct resolve *r)
{
	return r->known.first || (r->fresh.first && !r->is_looking) ||
	       (r->waiting.first && r->n_in_flight < r->in_flight_max);
}

/* A channel that is not idle yet asks for the next turn when it is. */
static void ask_for_turn(struct resolve *r)
{
	if (can_start(r) || r->channels->next) {
		r->has_work = true;
		r->next_ns = 0;
	}
}

/* --- /etc/hosts --- */

static void look_at_hosts(struct resolve *r)
{
	r->is_looking = !hosts_reader_look(r->reader);
	queue_move(r->is_looking ? &r->looked_for : &r->known, &r->fresh);
}

static void take_hosts(struct resolve *r)
{
	struct hosts *hosts;

	r->is_looking = false;
	if (hosts_reader_take(r->reader, &hosts, &r->lacks_hosts)) {
		hosts_free(r->hosts);
		r->hosts = hosts;
	}
	queue_move(&r->known, &r->looked_for);
	ask_for_turn(r);
}

/* Where the file has the name, any address in it is the answer; if not, servers are queried. */
static void find_in_hosts(struct query *q)
{
	struct resolve *r = q->resolve;
	struct addr addrs[HOSTS_ADDRS_MAX];
	size_t n = hosts_find(r->hosts, q->at_servers.name, q->at_servers.family, addrs);
	struct resolve_answer a = { .tag = q->tag, .name = q->name, .addrs = addrs, .missing_family = AF_UNSPEC };

	if (!n && !r->lacks_hosts) {
		queue_put(&r->waiting, q);
		return;
	}
	a.lacks_memory = !n;
	for (size_t i = 0; i < n; i++)
		if (addr_is_probeable(&addrs[i]))
			addrs[a.n_addrs++] = addrs[i];
	a.error = a.n_addrs ? NULL : n ? resolve_no_address : resolve_no_memory;
	r->on_answer(r->data, &a);
	free(q);
}

/* --- servers --- */

/* Whether the name has gone there. */
static bool ask_nss(const struct query *q, int status)
{
	struct resolve *r = q->resolve;
	struct nss_name wanted = {
		.tag = q->tag,
		.family = q->at_servers.family,
		.dns_is_silent = status == ARES_ETIMEOUT,
		.error = ares_strerror(status),
		.asked = q->at_servers.name,
	};

	return r->nss && !r->is_closing && status != ARES_SUCCESS && status != ARES_ECANCELLED &&
	       !nss_ask(r->nss, &wanted, q->name);
}

static void take_nss(struct resolve *r)
{
	struct nss_name *found;

	while ((found = nss_take(r->nss))) {
		struct resolve_answer a = {
			.tag = found->tag,
			.name = found->name,
			.addrs = found->addrs,
			.n_addrs = found->n_addrs,
			.error = found->n_addrs ? NULL : found->error,
			.missing_family = AF_UNSPEC,
		};

		r->on_answer(r->data, &a);
		nss_free(found);
	}
}

static void end_query(struct query *q, const struct resolve_query_result *result)
{
	struct resolve *r = q->resolve;
	struct resolve_answer a = {
		.tag = q->tag,
		.name = q->name,
		.error = ares_strerror(result->status),
		.missing_family = result->missing_family,
		.missing_error = result->missing_error,
		.lacks_memory = result->status == ARES_ENOMEM,
	};
	struct addr *addrs = NULL;

	if (result->status == ARES_SUCCESS)
		addrs = resolve_answer_collect(&a, result->info, q->at_servers.family);
	a.addrs = addrs;
	if (!r->is_closing && !ask_nss(q, result->status))
		r->on_answer(r->data, &a);
	free(addrs);
	if (result->info)
		ares_freeaddrinfo(result->info);
	free(q);
	if (!r->is_closing)
		ask_for_turn(r);
}

static void on_servers_end(struct resolve_query *at_servers, const struct resolve_query_result *result)
{
	struct query *q = (struct query *)at_servers;

	q->resolve->n_in_flight--;
	q->resolve->in_flight_max = result->status == ARES_ETIMEOUT ? WHILE_SILENT : WHILE_SPOKEN;
	end_query(q, result);
}

/* A forged answer has to hit the port of its query: the longer that stays the same, the more attempts there
 * are. A channel keeps its sockets, and the order of its servers, so a new one takes over, where it can be opened. */
static void renew_channel(struct resolve *r, int64_t now_ns)
{
	if (r->channels->n_asked < NAMES_A_PORT && !r->channels->is_late)
		return;
	resolve_ares_rearm(r->channels, now_ns);
	resolve_ares_open(&r->channels, r->epoll_fd, &r->servers);
}

static void ask_server(struct query *q, int64_t now_ns)
{
	struct resolve *r = q->resolve;

	if (r->is_wanted && !r->is_wanted(r->data, q->tag)) {
		end_query(q, &(struct resolve_query_result){ .status = ARES_ECANCELLED, .missing_family = AF_UNSPEC });
		return;
	}
	renew_channel(r, now_ns);
	r->n_in_flight++;
	resolve_query_start(&q->at_servers, r->channels);
}

/* Channels of older servers or ports whose queries have all ended. */
static void close_idle_channels(struct resolve *r)
{
	struct resolve_ares **at = &r->channels->next;

	while (*at)
		if ((*at)->n_in_flight)
			at = &(*at)->next;
		else
			resolve_ares_close(at);
}

/* --- turns --- */

static void take_events(struct resolve *r, int64_t now_ns)
{
	struct epoll_event events[EVENTS_A_TURN];
	int n = epoll_wait(r->epoll_fd, events, EVENTS_A_TURN, 0);

	for (int i = 0; i < n; i++)
		if (events[i].data.u64 == HOSTS_EVENT)
			take_hosts(r);
		else if (events[i].data.u64 == NSS_EVENT)
			take_nss(r);
		else
			resolve_ares_ready(r->channels, &events[i], now_ns);
	for (struct resolve_ares *c = r->channels; c; c = c->next)
		resolve_ares_expire(c, now_ns);
}

/* A few at a time: the probes between them must not wait. */
static void start_some(struct resolve *r, int64_t now_ns)
{
	r->has_work = false;
	close_idle_channels(r);
	if (r->fresh.first && !r->is_looking)
		look_at_hosts(r);
	for (int i = 0; i < FINDS_A_TURN && r->known.first; i++)
		find_in_hosts(queue_take(&r->known));
	for (int i = 0; i < STARTS_A_TURN && r->waiting.first && r->n_in_flight < r->in_flight_max; i++)
		ask_server(queue_take(&r->waiting), now_ns);
	resolve_ares_rearm(r->channels, now_ns);
	r->has_work |= can_start(r);
}

void resolve_turn(struct resolve *r, int64_t now_ns)
{
	take_events(r, now_ns);
	if (r->has_work)
		start_some(r, now_ns);
	r->next_ns = r->has_work ? 0 : INT64_MAX;
	for (const struct resolve_ares *c = r->channels; c; c = c->next)
		if (c->due_ns < r->next_ns)
			r->next_ns = c->due_ns;
}

int resolve_fd(const struct resolve *r)
{
	return r->epoll_fd;
}

int64_t resolve_next_ns(const struct resolve *r)
{
	return r->next_ns;
}

/* --- opening and closing --- */

static int enter_ares(void)
{
	int status;

	pthread_mutex_lock(&ares_users);
	status = ares_library_init(ARES_LIB_INIT_ALL);
	pthread_mutex_unlock(&ares_users);
	return status ? -ENOMEM : 0;
}

static void leave_ares(void)
{
	pthread_mutex_lock(&ares_users);
	ares_library_cleanup();
	pthread_mutex_unlock(&ares_users);
}

static int watch(struct resolve *r, int fd, uint64_t name)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = name };

	return epoll_ctl(r->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_reader(struct resolve *r)
{
	int err = hosts_reader_open(&r->reader, HOSTS_FILE);

	if (err)
		return err;
	err = watch(r, hosts_reader_fd(r->reader), HOSTS_EVENT);
	if (err)
		hosts_reader_close(r->reader);
	return err;
}

int resolve_use_nss(struct resolve *r)
{
	int err = nss_open(&r->nss, NSSWITCH_CONF);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = watch(r, nss_fd(r->nss), NSS_EVENT);
	if (err) {
		nss_close(r->nss);
		r->nss = NULL;
	}
	return err;
}

int resolve_open(struct resolve **out, resolve_on_answer *on_answer, resolve_is_wanted *is_wanted, void *data)
{
	struct resolve *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	queue_init(&r->fresh);
	queue_init(&r->looked_for);
	queue_init(&r->known);
	queue_init(&r->waiting);
	r->in_flight_max = FIRST_BATCH;
	r->next_ns = INT64_MAX;
	r->on_answer = on_answer;
	r->is_wanted = is_wanted;
	r->data = data;
	r->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	err = r->epoll_fd < 0 ? -errno : enter_ares();
	if (err)
		goto free_resolve;
	err = open_reader(r);
	if (err)
		goto leave;
	err = resolve_ares_open(&r->channels, r->epoll_fd, &r->servers);
	if (err)
		goto close_reader;
	*out = r;
	return 0;
close_reader:
	hosts_reader_close(r->reader);
leave:
	leave_ares();
free_resolve:
	if (r->epoll_fd >= 0)
		close(r->epoll_fd);
	free(r);
	return err;
}

void resolve_without_thread(struct resolve *r)
{
	hosts_reader_without_thread(r->reader);
}

void resolve_close(struct resolve *r)
{
	if (!r)
		return;
	r->is_closing = true;
	while (r->channels)
		resolve_ares_close(&r->channels);
	hosts_reader_close(r->reader);
	nss_close(r->nss);
	close(r->epoll_fd);
	hosts_free(r->hosts);
	leave_ares();
	queue_drop(&r->fresh);
	queue_drop(&r->looked_for);
	queue_drop(&r->known);
	queue_drop(&r->waiting);
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
	memcpy(q->name, name, len);
	memcpy(q->name + len, ascii, ascii_len);
	q->resolve = r;
	q->tag = tag;
	q->at_servers = (struct resolve_query){
		.name = is_ascii ? q->name : q->name + len,
		.family = family,
		.expected = expected,
		.on_end = on_servers_end,
	};
	queue_put(&r->fresh, q);
	ask_for_turn(r);
	return 0;
}

int resolve_refresh(struct resolve *r)
{
	int err = resolve_ares_open(&r->channels, r->epoll_fd, &r->servers);

	ask_for_turn(r);
	return err;
}
