/* setup.c - what a reload gives the HTTP thread: see setup.h. */
#include "serve/setup.h"

#include "base/arena.h"
#include "base/diag.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTROL_GROUP "minipingd"

/* Copies *text into x's arena; false: no memory. */
static bool own(struct serve_setup *x, const char **text)
{
	return !*text || (*text = arena_text(x->arena, *text, strlen(*text)));
}

static bool own_web(struct serve_setup *x, struct web_config *w)
{
	struct web_user *users = arena_take(x->arena, (w->n_users + 1) * sizeof(*users));
	struct web_header *headers = arena_take(x->arena, (w->n_headers + 1) * sizeof(*headers));

	if (!users || !headers || !own(x, &w->cert) || !own(x, &w->key) || !own(x, &w->client_ca) || !own(x, &w->token))
		return false;
	for (size_t i = 0; i < w->n_users; i++) {
		users[i] = w->users[i];
		if (!own(x, &users[i].name) || !own(x, &users[i].hash))
			return false;
	}
	for (size_t i = 0; i < w->n_headers; i++) {
		headers[i] = w->headers[i];
		if (!own(x, &headers[i].name) || !own(x, &headers[i].value))
			return false;
	}
	w->users = users;
	w->headers = headers;
	return true;
}

static bool own_options(struct serve_setup *x, const struct serve_options *o)
{
	struct http_options *h = &x->options.http;

	x->options = *o;
	for (size_t i = 0; i < h->n_listen; i++)
		if (!own(x, &h->listen[i]))
			return false;
	for (size_t i = 0; i < h->n_hosts; i++)
		if (!own(x, &h->hosts[i]))
			return false;
	return own(x, &h->web_config) && own(x, &h->token) && own_web(x, &h->web) && own(x, &x->options.control.socket);
}

/* All sockets of before; the caller's array has room for them. */
static size_t listeners_of(const struct serve_setup *before, struct listener *out[SETUP_LISTENERS_MAX + 1])
{
	size_t n = 0;

	if (!before)
		return 0;
	for (size_t i = 0; i < before->n_listeners; i++)
		out[n++] = before->listeners[i];
	if (before->control)
		out[n++] = before->control;
	return n;
}

static int open_or_keep(struct listener **out, const char *name, struct serve_setup *before)
{
	struct listener *mine[SETUP_LISTENERS_MAX + 1];
	size_t n = listeners_of(before, mine);
	int rc;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(listen_name(mine[i]), name) != 0)
			continue;
		*out = listen_ref(mine[i]);
		return 0;
	}
	rc = listen_open(out, name, mine, n);
	if (rc)
		diag(DIAG_ERROR, "cannot listen at %s: %s", name, rc == -EINVAL ? listen_check(name) : strerror(-rc));
	return rc;
}

static int open_systemd(struct serve_setup *x, struct serve_setup *before)
{
	size_t n = x->n_listeners;

	for (size_t i = 0; before && i < before->n_listeners && x->n_listeners < SETUP_LISTENERS_MAX; i++)
		if (strcmp(listen_name(before->listeners[i]), "systemd") == 0)
			x->listeners[x->n_listeners++] = listen_ref(before->listeners[i]);
	if (x->n_listeners == n)
		x->n_listeners += listen_inherited(x->listeners + n, SETUP_LISTENERS_MAX - n);
	if (x->n_listeners > n)
		return 0;
	diag(DIAG_ERROR, "cannot listen at systemd's sockets: none has been passed (minipingd.socket)");
	return -ENOENT;
}

/* The file alone is read: getgrnam() would also ask a directory over the network, and the loop would wait for it. */
static bool group_id(gid_t *out, const char *name)
{
	FILE *f = fopen("/etc/group", "re");
	struct group entry, *g;
	char buf[4096];
	bool found = false;

	while (f && !found && fgetgrent_r(f, &entry, buf, sizeof(buf), &g) == 0) {
		found = strcmp(g->gr_name, name) == 0;
		*out = g->gr_gid;
	}
	if (f)
		(void)fclose(f);
	return found;
}

/* Where minipingd runs as root, whose group nobody is to be in. Else the file has the daemon's own group, and giving it
 * away is not permitted. */
static void give_to_group(const char *path)
{
	gid_t gid;

	if (geteuid() == 0 && group_id(&gid, CONTROL_GROUP) && lchown(path, (uid_t)-1, gid))
		diag(DIAG_WARNING, "cannot give %s to the group " CONTROL_GROUP ": %s", path, strerror(errno));
}

static int open_control(struct serve_setup *x, const char *path, struct serve_setup *before)
{
	char name[PATH_MAX + 32];
	int rc;

	snprintf(name, sizeof(name), "unix:%s", path);
	rc = open_or_keep(&x->control, name, before);
	if (!rc && !(before && before->control == x->control))
		give_to_group(path);
	return rc;
}

static int open_all(struct serve_setup *x, struct serve_setup *before)
{
	const struct http_options *h = &x->options.http;
	const char *socket = x->options.control.socket, *directory = getenv("RUNTIME_DIRECTORY");
	char path[PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < h->n_listen && !rc; i++) {
		if (strcmp(h->listen[i], "systemd") == 0)
			rc = open_systemd(x, before);
		else if (!(rc = open_or_keep(&x->listeners[x->n_listeners], h->listen[i], before)))
			x->n_listeners++;
	}
	if (rc || (!socket && !directory) || (socket && strcmp(socket, "off") == 0))
		return rc;
	if (socket)
		return open_control(x, socket, before);
	snprintf(path, sizeof(path), "%.*s/control.sock", (int)strcspn(directory, ":"), directory);
	return open_control(x, path, before);
}

int setup_new(struct serve_setup **out, const struct serve_options *o, struct serve_setup *before)
{
	struct serve_setup *x = calloc(1, sizeof(*x));
	int rc = -ENOMEM;

	if (!x)
		goto fail;
	atomic_init(&x->n_refs, 1);
	x->arena = arena_new();
	if (!x->arena || !own_options(x, o))
		goto fail;
	if (gethostname(x->machine, sizeof(x->machine)))
		x->machine[0] = '\0';
	x->machine[HOST_NAME_MAX] = '\0';
	rc = auth_new(&x->auth, &x->options.http.web);
	if (rc)
		goto fail;
	rc = open_all(x, before);
	if (rc) { /* said where */
		setup_unref(x);
		return rc;
	}
	*out = x;
	return 0;
fail:
	diag(DIAG_ERROR, "cannot serve: %s", strerror(-rc));
	setup_unref(x);
	return rc;
}

struct serve_setup *setup_ref(struct serve_setup *x)
{
	atomic_fetch_add(&x->n_refs, 1);
	return x;
}

void setup_close(struct serve_setup *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->n_listeners; i++)
		listen_unref(x->listeners[i]);
	x->n_listeners = 0;
	listen_unref(x->control);
	x->control = NULL;
}

void setup_unref(struct serve_setup *x)
{
	if (!x || atomic_fetch_sub(&x->n_refs, 1) != 1)
		return;
	setup_close(x);
	auth_free(x->auth);
	arena_free(x->arena);
	free(x);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool setup_same_tls(const struct serve_setup *a, const struct serve_setup *b)
{
	const struct web_config *v = &a->options.http.web, *w = &b->options.http.web;

	return same(v->cert, w->cert) && same(v->key, w->key) && same(v->client_ca, w->client_ca) &&
	       (!v->cert || (v->min_tls == w->min_tls && v->max_tls == w->max_tls));
}

bool setup_has(const struct serve_setup *x, const struct listener *l)
{
	for (size_t i = 0; i < x->n_listeners; i++)
		if (x->listeners[i] == l)
			return true;
	return x->control == l;
}
