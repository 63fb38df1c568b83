/* name_server.h - a DNS server inside the program: every channel of c-ares that is opened sends to it, by UDP or TCP,
 * and reads what it answers, through c-ares' own parser and without a network. To be included once, by what defines
 * name_server_answer. */
#ifndef MINIPING_TESTS_NAME_SERVER_H
#define MINIPING_TESTS_NAME_SERVER_H
#ifndef CARES_NO_DEPRECATED
#define CARES_NO_DEPRECATED /* ares_set_socket_functions is what all versions have */
#endif
#include <ares.h>

#include <dlfcn.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define NAME_SERVER_HEADER 12u   /* RFC 1035 4.1.1 */
#define NAME_SERVER_LEN    4096u /* of an answer, and of a query */
#define NAME_SERVER_FDS    1024

/* The answer to a query, with any id: the query's is put in. Its length; 0: none but SERVFAIL. */
static size_t name_server_answer(const uint8_t *query, size_t len, uint8_t answer[NAME_SERVER_LEN]);

static struct {
	int other;
	bool is_tcp;
} name_server_sockets[NAME_SERVER_FDS];

/* How long the header and the question of a query are; what may follow is EDNS's. */
static size_t name_server_question_end(const uint8_t *query, size_t len)
{
	size_t at = NAME_SERVER_HEADER;

	while (at < len && query[at])
		at += query[at] + 1u;
	at += 5; /* the root, type and class */
	return at <= len ? at : len;
}

static ares_socket_t name_server_socket(int family, int type, int protocol, void *data)
{
	int ends[2];

	(void)family, (void)protocol, (void)data;
	if (socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) || ends[0] >= NAME_SERVER_FDS)
		abort();
	name_server_sockets[ends[0]].other = ends[1];
	name_server_sockets[ends[0]].is_tcp = type == SOCK_STREAM;
	return ends[0];
}

static int name_server_close(ares_socket_t fd, void *data)
{
	(void)data;
	close(name_server_sockets[fd].other);
	return close(fd);
}

static int name_server_connect(ares_socket_t fd, const struct sockaddr *to, ares_socklen_t len, void *data)
{
	(void)fd, (void)to, (void)len, (void)data;
	return 0;
}

static ares_ssize_t name_server_recv(ares_socket_t fd, void *buf, size_t len, int flags, struct sockaddr *from,
                                     ares_socklen_t *from_len, void *data)
{
	struct sockaddr_in server = { .sin_family = AF_INET,
		                      .sin_port = htons(53),
		                      .sin_addr = { htonl(INADDR_LOOPBACK) } };

	(void)data;
	if (from && *from_len >= sizeof(server)) {
		memcpy(from, &server, sizeof(server));
		*from_len = sizeof(server);
	}
	return recv(fd, buf, len, flags);
}

static void name_server_say(int fd, const uint8_t *query, uint8_t *answer, size_t len)
{
	uint8_t prefix[] = { (uint8_t)(len >> 8), (uint8_t)len };
	struct iovec parts[] = { { prefix, sizeof(prefix) }, { answer, len } };
	bool is_tcp = name_server_sockets[fd].is_tcp;

	if (len >= 2)
		memcpy(answer, query, 2);
	if (writev(name_server_sockets[fd].other, parts + !is_tcp, is_tcp ? 2 : 1) < 0)
		return; /* the socket's buffer is full: lost */
}

/* SERVFAIL follows, which ends the query where the answer is none to c-ares: nobody has to wait. */
static ares_ssize_t name_server_send(ares_socket_t fd, const struct iovec *parts, int n, void *data)
{
	uint8_t sent[NAME_SERVER_LEN], answer[NAME_SERVER_LEN], *query = sent;
	size_t all = 0, len;

	(void)data;
	for (int i = 0; i < n; all += parts[i++].iov_len) {
		if (all + parts[i].iov_len > sizeof(sent))
			abort();
		memcpy(sent + all, parts[i].iov_base, parts[i].iov_len);
	}
	query += name_server_sockets[fd].is_tcp ? 2 : 0;
	len = all - (size_t)(query - sent);
	if (len < NAME_SERVER_HEADER)
		abort();
	name_server_say(fd, query, answer, name_server_answer(query, len, answer));
	len = name_server_question_end(query, len);
	memcpy(answer, query, len);
	memcpy(answer + 2, "\x80\x02\0\1\0\0\0\0\0\0", 10);
	name_server_say(fd, query, answer, len);
	return (ares_ssize_t)all;
}

static const struct ares_socket_functions name_server_functions = {
	name_server_socket, name_server_close, name_server_connect, name_server_recv, name_server_send,
};

/* In c-ares' place: neither resolv.conf's servers nor its domains. By another name, since the versions of c-ares
 * declare theirs differently. */
int name_server_init(ares_channel *channel, const struct ares_options *options, int mask) __asm__("ares_init_options");

int name_server_init(ares_channel *channel, const struct ares_options *options, int mask)
{
	struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	struct ares_options o = *options;
	int (*real)(ares_channel * channel, const struct ares_options *options, int mask), err;

	*(void **)&real = dlsym(RTLD_NEXT, "ares_init_options");
	if (!real)
		abort();
	o.servers = &loopback;
	o.nservers = 1;
	o.ndomains = 0;
	err = real(channel, &o, mask | ARES_OPT_SERVERS | ARES_OPT_DOMAINS);
	if (!err)
		ares_set_socket_functions(*channel, &name_server_functions, NULL);
	return err;
}
#endif
