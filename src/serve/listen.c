/* listen.c - sockets that connections come in by: see listen.h. */
#include "serve/listen.h"

#include "base/addr.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG       4096
#define DEFER_S       5
#define SYSTEMD_FIRST 3 /* SD_LISTEN_FDS_START */

static const char unix_prefix[] = "unix:";

struct listener {
	atomic_uint n_refs;
	int fd;
	bool is_unix;
	dev_t dev; /* of the socket file that we have made; */
	ino_t ino; /* 0: none */
	char name[];
};

union where {
	struct sockaddr sa;
	struct sockaddr_storage ss;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

static bool is_unix_name(const char *name)
{
	return strncmp(name, unix_prefix, sizeof(unix_prefix) - 1) == 0;
}

static const char *where_unix(union where *out, socklen_t *len, const char *path)
{
	if (*path != '/')
		return "unix: needs an absolute path";
	if (strlen(path) >= sizeof(out->un.sun_path))
		return "the path of a socket has at most 107 bytes";
	out->un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(out->un.sun_path, path, strlen(path) + 1);
	*len = sizeof(out->un);
	return NULL;
}

static const char *where_parse(union where *out, socklen_t *len, const char *name)
{
	const char *colon = strrchr(name, ':');
	char host[ADDR_STRLEN + 2], *end;
	struct addr a;
	unsigned long port;

	if (is_unix_name(name))
		return where_unix(out, len, name + sizeof(unix_prefix) - 1);
	if (!colon || (size_t)(colon - name) >= sizeof(host))
		return "must be ADDRESS:PORT, [ADDRESS]:PORT, :PORT, unix:/PATH or systemd";
	port = colon[1] >= '0' && colon[1] <= '9' ? strtoul(colon + 1, &end, 10) : 0;
	if (!port || *end || port > 65535)
		return "the port must be 1 to 65535";
	memcpy(host, name, (size_t)(colon - name));
	host[colon - name] = '\0';
	if (!*host) {
		out->in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
		*len = sizeof(out->in6);
		return NULL;
	}
	end = host + strlen(host) - 1;
	if (*host == '[' && *end == ']') {
		*end = '\0';
		if (addr_parse_scoped(&a, host + 1) || a.family != AF_INET6)
			return "no IPv6 address is between [ and ]";
	} else if (addr_parse(&a, host) || a.family != AF_INET) {
		return "must be an address: names are not looked up here, and an IPv6 address stands in [ ]";
	}
	*len = addr_to_sockaddr(&a, &out->ss);
	if (a.family == AF_INET)
		out->in.sin_port = htons((uint16_t)port);
	else
		out->in6.sin6_port = htons((uint16_t)port);
	return NULL;
}

const char *listen_check(const char *name)
{
	union where where;
	socklen_t len;

	return strcmp(name, "systemd") == 0 ? NULL : where_parse(&where, &len, name);
}

static struct listener *listener_new(const char *name, int fd, bool is_unix)
{
	size_t len = strlen(name) + 1;
	struct listener *l = calloc(1, sizeof(*l) + len);

	if (!l)
		return NULL;
	atomic_init(&l->n_refs, 1);
	l->fd = fd;
	l->is_unix = is_unix;
	memcpy(l->name, name, len);
	return l;
}

struct listener *listen_ref(struct listener *l)
{
	atomic_fetch_add(&l->n_refs, 1);
	return l;
}

void listen_unref(struct listener *l)
{
	struct stat st;

	if (!l || atomic_fetch_sub(&l->n_refs, 1) != 1)
		return;
	/* Unless somebody else listens there by now. */
	if (l->ino && lstat(l->name + sizeof(unix_prefix) - 1, &st) == 0 && st.st_dev == l->dev && st.st_ino == l->ino)
		unlink(l->name + sizeof(unix_prefix) - 1);
	close(l->fd);
	free(l);
}

int listen_fd(const struct listener *l)
{
	return l->fd;
}

const char *listen_name(const struct listener *l)
{
	return l->name;
}

bool listen_is_unix(const struct listener *l)
{
	return l->is_unix;
}

static int set_flag(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno : 0;
}

/* Connections come once their first bytes are here: who sends nothing has no place of ours, and whose request is here
 * is served before any other may have its place. */
static int defer(int fd)
{
	return set_flag(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, DEFER_S);
}

/* A socket file that is left over, of a process that is gone. */
static bool is_dead(const union where *w, socklen_t len)
{
	struct stat st;
	bool dead;
	int fd;

	if (lstat(w->un.sun_path, &st) || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	dead = connect(fd, &w->sa, len) && errno == ECONNREFUSED;
	close(fd);
	return dead;
}

static int bind_unix(int fd, const union where *w, socklen_t len)
{
	/* The file is made with this mode, less the umask's bits: nobody gets in before chmod(). */
	if (fchmod(fd, 0660))
		return -errno;
	if (bind(fd, &w->sa, len)) {
		if (errno != EADDRINUSE || !is_dead(w, len))
			return -errno;
		unlink(w->un.sun_path);
		if (bind(fd, &w->sa, len))
			return -errno;
	}
	return chmod(w->un.sun_path, 0660) ? -errno : 0;
}

static int bind_inet(int fd, const union where *w, socklen_t len, struct listener *const *mine, size_t n_mine)
{
	int rc;

	if ((rc = set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1)) ||
	    (w->sa.sa_family == AF_INET6 &&
	     (rc = set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, !IN6_IS_ADDR_UNSPECIFIED(&w->in6.sin6_addr)))))
		return rc;
	rc = bind(fd, &w->sa, len) ? -errno : 0;
	if (rc != -EADDRINUSE || !n_mine)
		return rc;
	/* 127.0.0.1 listens, all addresses are to: both for a while, and then nobody else beside them. */
	set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	for (size_t i = 0; i < n_mine; i++)
		if (!mine[i]->is_unix)
			set_flag(mine[i]->fd, SOL_SOCKET, SO_REUSEPORT, 1);
	rc = bind(fd, &w->sa, len) || listen(fd, BACKLOG) ? -errno : 0;
	for (size_t i = 0; i < n_mine; i++)
		if (!mine[i]->is_unix)
			set_flag(mine[i]->fd, SOL_SOCKET, SO_REUSEPORT, 0);
	set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 0);
	return rc;
}

static int bind_where(int *out, union where *w, socklen_t len, struct listener *const *mine, size_t n_mine)
{
	int fd = socket(w->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), rc;

	if (fd < 0)
		return -errno;
	rc = w->sa.sa_family == AF_UNIX ? bind_unix(fd, w, len) : bind_inet(fd, w, len, mine, n_mine);
	if (!rc && w->sa.sa_family != AF_UNIX)
		rc = defer(fd);
	if (!rc && listen(fd, BACKLOG))
		rc = -errno;
	if (rc)
		close(fd);
	else
		*out = fd;
	return rc;
}

int listen_open(struct listener **out, const char *name, struct listener *const *mine, size_t n_mine)
{
	struct listener *l;
	union where w;
	struct stat st;
	socklen_t len;
	int fd, rc;

	if (where_parse(&w, &len, name))
		return -EINVAL;
	rc = bind_where(&fd, &w, len, mine, n_mine);
	if (rc == -EAFNOSUPPORT && name[0] == ':') { /* a machine without IPv6 */
		w.in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = w.in6.sin6_port };
		rc = bind_where(&fd, &w, sizeof(w.in), mine, n_mine);
	}
	if (rc)
		return rc;
	l = listener_new(name, fd, w.sa.sa_family == AF_UNIX);
	if (!l) {
		close(fd);
		return -ENOMEM;
	}
	if (l->is_unix && lstat(w.un.sun_path, &st) == 0) {
		l->dev = st.st_dev;
		l->ino = st.st_ino;
	}
	*out = l;
	return 0;
}

size_t listen_inherited(struct listener **out, size_t max)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	size_t n = 0, n_passed = 0;

	if (pid && count && strtol(pid, NULL, 10) == getpid())
		n_passed = strtoul(count, NULL, 10);
	for (size_t i = 0; i < n_passed && n < max; i++) {
		union where w;
		socklen_t len = sizeof(w);
		int passed = SYSTEMD_FIRST + (int)i, fd = fcntl(passed, F_DUPFD_CLOEXEC, 0);

		if (fd < 0)
			continue;
		fcntl(passed, F_SETFD, FD_CLOEXEC);
		/* The flag is the socket's, and systemd's own one has it too. */
		if (getsockname(fd, &w.sa, &len) || (w.sa.sa_family != AF_UNIX && defer(fd)) ||
		    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) ||
		    !(out[n] = listener_new("systemd", fd, w.sa.sa_family == AF_UNIX)))
			close(fd);
		else
			n++;
	}
	return n;
}
