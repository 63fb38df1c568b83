/* hostcheck.c - looks each interface and source address up once, however many targets name it. */
#include "daemon/hostcheck.h"

#include "base/diag.h"
#include "core/netif.h"
#include "base/logfile.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WANTS_MAX 64

/* An interface or a source address that targets name. */
struct want {
	const char *interface; /* NULL: source it is */
	const struct addr *source;
	const char *target; /* the first one */
	size_t n_targets;
};

struct wants {
	struct want at[WANTS_MAX];
	size_t n;
};

static bool same_want(const struct want *a, const struct want *b)
{
	if (!a->interface || !b->interface)
		return !a->interface && !b->interface && addr_equal(a->source, b->source);
	return !strcmp(a->interface, b->interface);
}

static void note(struct wants *w, struct want want)
{
	size_t i = 0;

	while (i < w->n && !same_want(&w->at[i], &want))
		i++;
	if (i == WANTS_MAX)
		return;
	if (i == w->n)
		w->at[w->n++] = want;
	w->at[i].n_targets++;
}

/* An address that is this host's can be bound to. */
static bool has_source(const struct addr *source)
{
	struct sockaddr_storage name;
	socklen_t len = addr_to_sockaddr(source, &name);
	int fd = socket(source->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool missing = fd >= 0 && bind(fd, (struct sockaddr *)&name, len) && errno == EADDRNOTAVAIL;

	if (fd >= 0)
		close(fd);
	return !missing;
}

static unsigned check_want(const struct want *w)
{
	char address[ADDR_STRLEN], others[64] = "";

	if (w->interface ? netif_find(w->interface) != 0 : has_source(w->source))
		return 0;
	if (w->n_targets > 1)
		snprintf(others, sizeof(others), " and %zu more", w->n_targets - 1);
	if (w->interface)
		diag(DIAG_WARNING, "interface %s is not present on this host (target %s%s)", w->interface, w->target,
		     others);
	else
		diag(DIAG_WARNING, "source %s is not an address of this host (target %s%s)",
		     addr_format(w->source, address), w->target, others);
	return 1;
}

static unsigned check_log(const struct log_options *log)
{
	char why[LOGFILE_WHY_MAX];
	int err = log->to == LOG_TO_FILE ? logfile_check(log->path) : 0;

	if (err)
		diag(DIAG_WARNING, "the log %s cannot be opened: %s", log->path, logfile_why(err, 0, why));
	return err != 0;
}

unsigned hostcheck(const struct config *c)
{
	struct wants wants = { .n = 0 };
	unsigned n = 0;

	for (size_t i = 0; i < c->log.n; i++)
		n += check_log(&c->log.at[i]);
	for (size_t i = 0; i < c->n_targets; i++) {
		const struct options *o = &c->targets[i].profile->options;

		if (o->interface[0])
			note(&wants, (struct want){ .interface = o->interface, .target = c->targets[i].name });
		if (o->source.family != AF_UNSPEC)
			note(&wants, (struct want){ .source = &o->source, .target = c->targets[i].name });
	}
	for (size_t i = 0; i < wants.n; i++)
		n += check_want(&wants.at[i]);
	return n;
}
