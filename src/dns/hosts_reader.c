/* hosts_reader.c - a thread that looks at the file when it is asked to, and reads it where it has changed. */
#include "dns/hosts_reader.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX      (64u * 1024u * 1024u)
#define CLOSE_WAIT_NS (NS_PER_S / 5)
#define STABLE_NS     (2 * NS_PER_S) /* younger, a file may change again without a later time of change */

struct hosts_reader {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool started, without_thread;
	int fd; /* an eventfd */

	/* Under the lock. */
	bool look, closing, ended, left_behind;
	bool is_new; /* hosts is to be taken */
	bool lacks_memory;
	struct hosts *hosts;

	/* The thread's own. */
	struct stat seen; /* all zero: there was no file */
	bool stable;
	char path[];
};

static void reader_free(struct hosts_reader *r)
{
	hosts_free(r->hosts);
	close(r->fd);
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* NULL: it cannot be read, or there is no memory, which errno does not tell: compilers take it to be as before malloc.
 */
static char *slurp(int fd, size_t size, size_t *len, bool *lacks_memory)
{
	char *text = malloc(size + 1);
	ssize_t n = 1;

	*lacks_memory = !text;
	for (*len = 0; text && *len < size && n > 0; *len += n > 0 ? (size_t)n : 0) {
		do
			n = read(fd, text + *len, size - *len);
		while (n < 0 && errno == EINTR);
	}
	if (n >= 0)
		return text;
	free(text);
	return NULL;
}

/* False: no memory. */
static bool read_hosts(struct hosts **h, int fd, const struct stat *st)
{
	bool lacks_memory;
	char *text;
	size_t len;

	*h = NULL;
	if (!S_ISREG(st->st_mode) || st->st_size > (off_t)FILE_MAX)
		return true;
	text = slurp(fd, (size_t)st->st_size, &len, &lacks_memory);
	if (!text)
		return !lacks_memory;
	*h = hosts_parse(text, len, secret_new());
	return *h;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

static bool is_stable(const struct stat *st)
{
	return clock_pair_now().real_ns - (st->st_ctim.tv_sec * NS_PER_S + st->st_ctim.tv_nsec) > STABLE_NS;
}

/* True where *h is what the file says now, and that may be another thing than before. */
static bool read_changed(struct hosts_reader *r, struct hosts **h, bool *lacks_memory)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st = { 0 };
	bool changed;

	if (fd < 0 && errno != ENOENT)
		return false; /* such as no descriptor left: what was read last stays */
	if (fd >= 0 && fstat(fd, &st))
		st = (struct stat){ 0 };
	changed = !same_file(&st, &r->seen) || !r->stable;
	if (changed) {
		*lacks_memory = fd >= 0 && !read_hosts(h, fd, &st);
		r->stable = !*lacks_memory && (fd < 0 || is_stable(&st));
		r->seen = st;
	}
	if (fd >= 0)
		close(fd);
	return changed;
}

static void look(struct hosts_reader *r)
{
	struct hosts *h = NULL, *untaken = NULL;
	bool lacks_memory = false, changed = read_changed(r, &h, &lacks_memory);

	pthread_mutex_lock(&r->lock);
	if (changed) {
		untaken = r->hosts;
		r->hosts = h;
		r->is_new = true;
		r->lacks_memory = lacks_memory;
	}
	pthread_mutex_unlock(&r->lock);
	eventfd_write(r->fd, 1);
	hosts_free(untaken);
}

/* False: the thread ends; *left_behind: and has to free r itself. */
static bool wait_for_work(struct hosts_reader *r, bool *left_behind)
{
	bool ended;

	pthread_mutex_lock(&r->lock);
	while (!r->look && !r->closing)
		pthread_cond_wait(&r->wake, &r->lock);
	ended = r->ended = r->closing;
	*left_behind = r->left_behind;
	r->look = false;
	pthread_mutex_unlock(&r->lock);
	return !ended;
}

static void *reader(void *data)
{
	struct hosts_reader *r = data;
	bool left_behind;

	while (wait_for_work(r, &left_behind))
		look(r);
	if (left_behind)
		reader_free(r);
	return NULL;
}

int hosts_reader_open(struct hosts_reader **out, const char *path)
{
	struct hosts_reader *r = calloc(1, sizeof(*r) + strlen(path) + 1);

	if (!r)
		return -ENOMEM;
	strcpy(r->path, path);
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->fd < 0) {
		int err = -errno;

		free(r);
		return err;
	}
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->wake, NULL);
	*out = r;
	return 0;
}

static int start_reader(struct hosts_reader *r)
{
	int err = thread_start(&r->thread, reader, r);

	r->started = !err;
	return err;
}

void hosts_reader_without_thread(struct hosts_reader *r)
{
	r->without_thread = true;
}

int hosts_reader_look(struct hosts_reader *r)
{
	int err;

	if (r->without_thread) {
		look(r);
		return 0;
	}
	err = r->started ? 0 : start_reader(r);
	if (err)
		return err;
	pthread_mutex_lock(&r->lock);
	r->look = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	return 0;
}

int hosts_reader_fd(const struct hosts_reader *r)
{
	return r->fd;
}

bool hosts_reader_take(struct hosts_reader *r, struct hosts **h, bool *lacks_memory)
{
	eventfd_t ignored;
	bool is_new;

	eventfd_read(r->fd, &ignored);
	pthread_mutex_lock(&r->lock);
	is_new = r->is_new;
	if (is_new) {
		*h = r->hosts;
		*lacks_memory = r->lacks_memory;
		r->hosts = NULL;
	}
	r->is_new = false;
	pthread_mutex_unlock(&r->lock);
	return is_new;
}

/* Whether r is the caller's to free. */
static bool join_reader(struct hosts_reader *r)
{
	bool left;

	if (thread_join_by(r->thread, clock_mono_ns() + CLOSE_WAIT_NS))
		return true;
	pthread_mutex_lock(&r->lock);
	left = r->left_behind = !r->ended;
	if (left)
		pthread_detach(r->thread);
	pthread_mutex_unlock(&r->lock);
	if (!left)
		pthread_join(r->thread, NULL);
	return !left;
}

void hosts_reader_close(struct hosts_reader *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->closing = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	if (!r->started || join_reader(r))
		reader_free(r);
}
