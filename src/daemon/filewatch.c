#include "daemon/filewatch.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_S 0.5                      /* a file is seldom changed by one write, or alone */

struct watched {
	ev_stat stat;
	char   *path;
};

struct filewatch {
	struct ev_loop *loop;
	struct watched *files;
	size_t          n_files;
	ev_timer        settle;
	void          (*on_change)(void *data);
	void           *data;
};

static void settle(struct filewatch *w)
{
	if (ev_is_active(&w->settle))
		return;
	ev_timer_set(&w->settle, SETTLE_S, 0);
	ev_timer_start(w->loop, &w->settle);
}

static void on_stat(struct ev_loop *loop, ev_stat *s, int revents)
{
	(void)loop, (void)revents;
	settle(s->data);
}

static void on_settle(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct filewatch *w = t->data;

	(void)loop, (void)revents;
	w->on_change(w->data);
}

struct filewatch *filewatch_open(struct ev_loop *loop, void (*on_change)(void *data), void *data)
{
	struct filewatch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->loop = loop;
	w->on_change = on_change;
	w->data = data;
	ev_init(&w->settle, on_settle);
	w->settle.data = w;
	return w;
}

static void forget_files(struct filewatch *w)
{
	for (size_t i = 0; i < w->n_files; i++) {
		ev_stat_stop(w->loop, &w->files[i].stat);
		free(w->files[i].path);
	}
	free(w->files);
	w->files = NULL;
	w->n_files = 0;
}

void filewatch_close(struct filewatch *w)
{
	if (!w)
		return;
	forget_files(w);
	ev_timer_stop(w->loop, &w->settle);
	free(w);
}

static bool has_changed(const struct filewatch_file *f)
{
	struct filestamp now;
	struct stat st;

	if (stat(f->path, &st))
		return true;
	now = filestamp_of(&st);
	return !filestamp_equal(&now, &f->stamp);
}

int filewatch_files(struct filewatch *w, const struct filewatch_file *files, size_t n)
{
	forget_files(w);
	if (!n)
		return 0;
	w->files = calloc(n, sizeof(*w->files));
	if (!w->files)
		return -ENOMEM;
	for (; w->n_files < n; w->n_files++) {
		struct watched *f = &w->files[w->n_files];

		f->path = strdup(files[w->n_files].path);
		if (!f->path) {
			forget_files(w);
			return -ENOMEM;
		}
		ev_stat_init(&f->stat, on_stat, f->path, 0);
		f->stat.data = w;
		ev_stat_start(w->loop, &f->stat);
		if (has_changed(&files[w->n_files]))
			settle(w);
	}
	return 0;
}
