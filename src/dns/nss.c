/* nss.c - a queue of names, threads that each take one after another and end with the last, and what they have found.
 */
#include "dns/nss.h"

#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CONF_MAX 65536
#define BLANKS   " \t\r"

struct names { /* first come, first served */
	struct nss_name *first, **last;
};

struct nss {
	pthread_mutex_t lock; /* held for no system call but the eventfd's */
	int fd;               /* an eventfd */

	/* Under the lock. */
	struct names waiting, found;
	unsigned n_threads;
	bool closed; /* the last thread frees it */
};

static void names_init(struct names *n)
{
	n->first = NULL;
	n->last = &n->first;
}

static void names_put(struct names *n, struct nss_name *name)
{
	name->next = NULL;
	*n->last = name;
	n->last = &name->next;
}

static struct nss_name *names_take(struct names *n)
{
	struct nss_name *name = n->first;

	if (name)
		n->first = name->next;
	if (!n->first)
		n->last = &n->first;
	return name;
}

void nss_free(struct nss_name *name)
{
	if (name)
		free(name->addrs);
	free(name);
}

/* --- nsswitch.conf --- */

static bool is_more(const char *word, size_t len)
{
	return !(len == 5 && !strncmp(word, "files", 5)) && !(len == 3 && !strncmp(word, "dns", 3));
}

/* The services of one line, without what is to be done with their answers, "[NOTFOUND=return]". */
static bool line_has_more(const char *at, const char *end)
{
	while (at < end && *at != '#') {
		size_t len = *at == '[' ? strcspn(at, "]\n") + 1 : strcspn(at, BLANKS "[#\n");

		if (*at != '[' && len && is_more(at, len))
			return true;
		at += len;
		at += strspn(at < end ? at : end, BLANKS);
	}
	return false;
}

bool nss_has_more(const char *conf)
{
	static const char database[] = "hosts:";
	bool more = false;

	while (*conf) {
		const char *at = conf + strspn(conf, BLANKS), *end = conf + strcspn(conf, "\n");

		if (!strncmp(at, database, sizeof(database) - 1)) {
			at += sizeof(database) - 1;
			more = line_has_more(at + strspn(at, BLANKS), end);
		}
		conf = *end ? end + 1 : end;
	}
	return more;
}

static bool file_has_more(const char *path)
{
	char *text = malloc(CONF_MAX + 1);
	int fd = text ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	ssize_t n = fd >= 0 ? read(fd, text, CONF_MAX) : -1;
	bool more = false;

	if (n > 0) {
		text[n] = '\0';
		more = nss_has_more(text);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return more;
}

/* --- threads --- */

static void destroy(struct nss *n)
{
	struct nss_name *name;

	while ((name = names_take(&n->waiting)) || (name = names_take(&n->found)))
		nss_free(name);
	close(n->fd);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

static void collect(struct nss_name *name, const struct addrinfo *list)
{
	size_t n = 0;

	for (const struct addrinfo *i = list; i; i = i->ai_next)
		n++;
	name->addrs = reallocarray(NULL, n, sizeof(*name->addrs));
	for (const struct addrinfo *i = list; i && name->addrs; i = i->ai_next) {
		struct addr a = addr_from_sockaddr(i->ai_addr);

		if (addr_is_probeable(&a) && !addr_is_link_local(&a))
			name->addrs[name->n_addrs++] = a;
	}
}

static void look_up(struct nss_name *name)
{
	struct addrinfo *list, hints = {
		.ai_family = name->family == FAMILY_ANY    ? AF_UNSPEC
		             : name->family == FAMILY_IPV4 ? AF_INET
		                                           : AF_INET6,
		.ai_socktype = SOCK_DGRAM,
	};

	if (getaddrinfo(name->asked, NULL, &hints, &list))
		return;
	collect(name, list);
	freeaddrinfo(list);
}

/* nsswitch.conf mostly names DNS as well, and the C library asks its servers anew: 10 s for each name, if they are
 * silent. What it knows of resolv.conf is each thread's own (resolver(3)); where there is no server it goes on with the
 * next service at once. */
static void look_up_without_dns(struct nss_name *name)
{
	int n_servers;

	if (res_init())
		return;
	n_servers = _res.nscount;
	_res.nscount = 0;
	look_up(name);
	_res.nscount = n_servers;
}

static void *run(void *data)
{
	const uint64_t one = 1;
	struct nss *n = data;
	struct nss_name *name;
	bool last;

	pthread_mutex_lock(&n->lock);
	while (!n->closed && (name = names_take(&n->waiting))) {
		pthread_mutex_unlock(&n->lock);
		if (name->dns_is_silent)
			look_up_without_dns(name);
		else
			look_up(name);
		pthread_mutex_lock(&n->lock);
		names_put(&n->found, name);
		if (write(n->fd, &one, sizeof(one)) < 0)
			continue; /* fails only if it has been written some 2^64 times: it is readable */
	}
	last = !--n->n_threads && n->closed;
	pthread_mutex_unlock(&n->lock);
	if (last)
		destroy(n);
	return NULL;
}

/* Under the lock. */
static int start_thread(struct nss *n)
{
	pthread_t thread;
	int err = thread_start(&thread, run, n);

	if (err)
		return err;
	pthread_detach(thread);
	n->n_threads++;
	return 0;
}

/* --- what its owner calls --- */

int nss_open(struct nss **out, const char *path)
{
	struct nss *n;

	if (!file_has_more(path))
		return -ENOENT;
	n = calloc(1, sizeof(*n));
	if (!n)
		return -ENOMEM;
	n->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (n->fd < 0) {
		int err = -errno;

		free(n);
		return err;
	}
	pthread_mutex_init(&n->lock, NULL);
	names_init(&n->waiting);
	names_init(&n->found);
	*out = n;
	return 0;
}

void nss_close(struct nss *n)
{
	bool last;

	if (!n)
		return;
	pthread_mutex_lock(&n->lock);
	n->closed = true;
	last = !n->n_threads;
	pthread_mutex_unlock(&n->lock);
	if (last)
		destroy(n);
}

int nss_fd(const struct nss *n)
{
	return n->fd;
}

int nss_ask(struct nss *n, const struct nss_name *wanted, const char *name)
{
	size_t len = strlen(name) + 1, asked_len = strlen(wanted->asked) + 1;
	struct nss_name *copy = malloc(sizeof(*copy) + len + asked_len);
	int err = 0;

	if (!copy)
		return -ENOMEM;
	*copy = *wanted;
	memcpy(copy->name, name, len);
	copy->asked = memcpy(copy->name + len, wanted->asked, asked_len);
	pthread_mutex_lock(&n->lock);
	if (n->n_threads < NSS_THREADS_MAX)
		err = start_thread(n);
	/* The threads that there are will come to it. */
	if (err && n->n_threads)
		err = 0;
	if (!err)
		names_put(&n->waiting, copy);
	pthread_mutex_unlock(&n->lock);
	if (err)
		nss_free(copy);
	return err;
}

struct nss_name *nss_take(struct nss *n)
{
	struct nss_name *name;
	uint64_t count;

	pthread_mutex_lock(&n->lock);
	name = names_take(&n->found);
	/* Emptied with the last one: with more it stays readable. */
	if (!n->found.first && read(n->fd, &count, sizeof(count)) < 0)
		count = 0;
	pthread_mutex_unlock(&n->lock);
	return name;
}
