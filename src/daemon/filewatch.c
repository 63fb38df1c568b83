/* filewatch.c - two watches of each file: libev's ev_stat, which hears of a change at once (inotify(7)), but of
 * what a symbolic link is, not of what it leads to; and for files that are reached by links, a look at them once a
 * second. */
#include "daemon/filewatch.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_S 0.5  /* a file is seldom changed by one write, or alone */
#define LOOKS    500u /* at a time, in turn: a millisecond or so */

struct watched {
	ev_stat stat;
	char *path;
	struct filestamp seen; /* all zero: no such file */
	bool by_link;
};

struct filewatch {
	struct ev_loop *loop;
	struct watched *files;
	size_t n_files, next_look;
	ev_timer settle;
	void (*on_change)(void *data);
	void *data;
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

/* Has it changed since it was seen? Sees it now. */
static bool has_changed(struct watched *f)
{
	struct filestamp now = { .ino = 0 };
	struct stat st;
	bool changed;

	if (!stat(f->path, &st))
		now = filestamp_of(&st);
	changed = !filestamp_equal(&now, &f->seen);
	f->seen = now;
	return changed;
}

void filewatch_tend(struct filewatch *w)
{
	for (size_t i = 0; i < LOOKS && i < w->n_files; i++) {
		struct watched *f = &w->files[w->next_look++ % w->n_files];

		if (f->by_link && has_changed(f))
			settle(w);
	}
}

static void on_settle(struct ev_loop *loop, ev_timer *t, int revents)
{
	struct filewatch *w = t->data;

	(void)loop, (void)revents;
	/* What ev_stat has noticed is not to be noticed again by a look, if on_change names no files anew. */
	for (size_t i = 0; i < w->n_files; i++)
		if (w->files[i].by_link)
			has_changed(&w->files[i]);
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

/* Is path, or a directory on the way there, a symbolic link? */
static bool is_by_link(char *path)
{
	struct stat st;
	bool found = false;

	for (char *end = path; *end && !found;) {
		char cut;

		end += strspn(end, "/");
		end += strcspn(end, "/");
		cut = *end;
		*end = '\0';
		found = !lstat(path, &st) && S_ISLNK(st.st_mode);
		*end = cut;
	}
	return found;
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
		f->seen = files[w->n_files].stamp;
		f->by_link = is_by_link(f->path);
		ev_stat_init(&f->stat, on_stat, f->path, 0);
		f->stat.data = w;
		ev_stat_start(w->loop, &f->stat);
		if (has_changed(f))
			settle(w);
	}
	return 0;
}
