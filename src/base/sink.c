/* sink.c - two buffers that change places: callers fill one under the lock, the writer drains the other without it. */
#include "base/sink.h"

#include "base/clock.h"
#include "base/logfile.h"
#include "base/thread.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_CHUNK (256u * 1024u)
#define RETRY_MS   200 /* after a failed write; no call of the caller's cuts it short */
#define AGAIN_MS   10
#define WAIT_MS    100               /* for room, before looking up whether to give up */
#define GATHER_NS  (20 * NS_PER_MS)  /* from one write to the next: each costs a switch between threads */
#define LEAVE_NS   (500 * NS_PER_MS) /* past its end a writer that is not stuck in a system call has noticed */

struct sink {
	pthread_mutex_t lock;
	pthread_t thread;
	int wake; /* eventfd: the writer has something to do */
	size_t queue_len;

	/* Shared, under the lock. */
	char *filling; /* lines pushed, not yet taken by the writer */
	size_t filling_len;
	uint64_t n_written, n_dropped;
	int error, reopen_error;
	pid_t holder; /* of path, if that is why */
	bool closing, ended, reopen, flush_due;
	bool abandoned;
	bool left_behind;   /* the writer frees it, should it ever come back */
	bool gathering;     /* the writer looks again by itself, soon */
	int64_t give_up_ns; /* once closing */

	/* The writer's own; changed under the lock, for who leaves it behind. */
	char *draining;
	size_t draining_len, draining_at;

	/* The writer's own. */
	int64_t taken_ns; /* when it took over what it drains */
	int fd;
	bool owns_fd, regular, terminal;
	bool cut; /* what was in the file before ends within a line */
	char *path;
};

static bool is_regular(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

static void do_reopen(struct sink *s)
{
	pid_t holder;
	bool cut;
	int fd = logfile_reopen(s->fd, s->path, &holder, &cut);

	pthread_mutex_lock(&s->lock);
	s->reopen_error = fd < 0 ? -fd : 0;
	s->holder = holder;
	pthread_mutex_unlock(&s->lock);
	if (fd < 0 || fd == s->fd)
		return;
	close(s->fd);
	s->fd = fd;
	s->regular = is_regular(fd);
	s->cut = cut;
}

/* What of bytes may be written at once without blocking, in whole lines if at all possible: poll()
 * promises room for PIPE_BUF bytes in a pipe and in a stream socket, not for more. */
static size_t chunk_len(const struct sink *s, const char *bytes, size_t len)
{
	size_t max = s->regular ? FILE_CHUNK : PIPE_BUF;
	const char *end;

	if (len <= max)
		return len;
	end = memrchr(bytes, '\n', max);
	return end ? (size_t)(end - bytes) + 1 : max;
}

static uint64_t count_lines(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	uint64_t n = 0;

	while (bytes < end && (bytes = memchr(bytes, '\n', (size_t)(end - bytes)))) {
		bytes++;
		n++;
	}
	return n;
}

/* A regular file that took only a part of a line (the disk is full) is cut back to the line's beginning,
 * unless somebody else has written behind us. Returns how many of the n bytes written stay. */
static size_t untear(const struct sink *s, const char *bytes, size_t n)
{
	const char *end = memrchr(bytes, '\n', n);
	size_t whole = end ? (size_t)(end - bytes) + 1 : 0;
	off_t at = lseek(s->fd, 0, SEEK_CUR), line = at - (off_t)(n - whole);
	struct stat st;

	if (whole == n || at < 0 || fstat(s->fd, &st) || st.st_size != at || ftruncate(s->fd, line))
		return n;
	/* Appending ignores the offset; else it has to go back with the end, or a hole would remain. */
	return lseek(s->fd, line, SEEK_SET) < 0 ? n : whole;
}

static ssize_t write_again(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	do
		n = write(fd, bytes, len);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Writes len bytes to a regular file, which takes them all unless something is wrong. Returns how many
 * are there to stay; *error is then 0 or why not all. */
static size_t write_file(struct sink *s, const char *bytes, size_t len, int *error)
{
	size_t at = 0;

	*error = 0;
	if (s->cut && write_again(s->fd, "\n", 1) != 1) {
		*error = errno;
		return 0;
	}
	s->cut = false;
	while (at < len) {
		ssize_t n = write_again(s->fd, bytes + at, len - at);

		if (n <= 0) {
			*error = n < 0 ? errno : ENOSPC;
			return untear(s, bytes, at);
		}
		at += (size_t)n;
	}
	return at;
}

/* A pipe or socket takes what it has room for; the rest of a line follows. */
static size_t write_stream(const struct sink *s, const char *bytes, size_t len, int *error)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };
	ssize_t n;

	*error = 0;
	if (poll(&p, 1, WAIT_MS) <= 0)
		return 0;
	n = write_again(s->fd, bytes, len);
	if (n >= 0)
		return (size_t)n;
	*error = errno == EAGAIN ? 0 : errno;
	if (!*error)
		poll(NULL, 0, AGAIN_MS); /* poll() has promised what write() does not keep: terminals do */
	return 0;
}

static void wait_woken(const struct sink *s, int timeout_ms)
{
	struct pollfd p = { .fd = s->wake, .events = POLLIN };
	uint64_t n;

	if (poll(&p, 1, timeout_ms) > 0 && read(s->wake, &n, sizeof(n)) < 0)
		return; /* nonblocking: somebody was faster, which changes nothing */
}

/* A pipe's reader that went away comes back only where the pipe has a name, a terminal that hung up never. */
static bool is_abandoned(const struct sink *s, int error)
{
	return !s->owns_fd && (error == EPIPE || (error == EIO && s->terminal));
}

/* One write of what is draining. */
static void write_some(struct sink *s)
{
	const char *bytes = s->draining + s->draining_at;
	size_t len = chunk_len(s, bytes, s->draining_len - s->draining_at);
	int error;
	size_t n = s->regular ? write_file(s, bytes, len, &error) : write_stream(s, bytes, len, &error);

	pthread_mutex_lock(&s->lock);
	s->draining_at += n;
	s->n_written += count_lines(bytes, n);
	if (n || error)
		s->error = error;
	s->abandoned |= is_abandoned(s, error);
	pthread_mutex_unlock(&s->lock);
	if (error)
		poll(NULL, 0, RETRY_MS);
}

static bool is_crowded(const struct sink *s)
{
	return s->filling_len > s->queue_len / 4;
}

/* The writer's own is written: it takes over what was pushed. */
static void take_over(struct sink *s, int64_t now_ns)
{
	char *empty = s->draining;

	s->draining = s->filling;
	s->draining_len = s->filling_len;
	s->draining_at = 0;
	s->filling = empty;
	s->filling_len = 0;
	s->taken_ns = now_ns;
}

enum next { NEXT_WRITE, NEXT_GATHER, NEXT_WAIT, NEXT_END, NEXT_FREE };

static enum next writer_next(struct sink *s)
{
	int64_t now_ns = clock_mono_ns();
	enum next next = NEXT_WRITE;
	bool reopen, written;

	pthread_mutex_lock(&s->lock);
	reopen = s->reopen;
	s->reopen = false;
	written = s->draining_at == s->draining_len;
	s->gathering = written && s->draining_len && now_ns < s->taken_ns + GATHER_NS && !s->closing && !is_crowded(s);
	if (written && !s->gathering)
		take_over(s, now_ns);
	if (s->gathering)
		next = NEXT_GATHER;
	else if (!s->draining_len)
		next = s->closing ? NEXT_END : NEXT_WAIT;
	else if (s->closing && now_ns > s->give_up_ns)
		next = NEXT_END;
	s->ended = next == NEXT_END;
	if (s->ended && s->left_behind)
		next = NEXT_FREE;
	reopen &= !s->ended;
	pthread_mutex_unlock(&s->lock);
	if (reopen)
		do_reopen(s);
	return next;
}

static void sink_free(struct sink *s)
{
	if (s->owns_fd && s->fd >= 0)
		close(s->fd);
	if (s->wake >= 0)
		close(s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s->filling);
	free(s->draining);
	free(s->path);
	free(s);
}

static void *writer(void *data)
{
	struct sink *s = data;

	for (;;) {
		switch (writer_next(s)) {
		case NEXT_WRITE:
			write_some(s);
			break;
		case NEXT_GATHER:
			wait_woken(s, GATHER_NS / NS_PER_MS);
			break;
		case NEXT_WAIT:
			wait_woken(s, -1);
			break;
		case NEXT_FREE:
			sink_free(s);
			return NULL;
		case NEXT_END:
			return NULL;
		}
	}
}

static int sink_init(struct sink *s, const struct sink_options *o)
{
	pid_t holder = 0;

	s->queue_len = o->queue_len;
	s->filling = malloc(o->queue_len);
	s->draining = malloc(o->queue_len);
	s->path = o->path ? strdup(o->path) : NULL;
	if (!s->filling || !s->draining || (o->path && !s->path))
		return -ENOMEM;
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake < 0)
		return -errno;
	s->owns_fd = o->path;
	s->fd = o->path ? logfile_open(o->path, o->holder ? o->holder : &holder, &s->cut) : o->fd;
	if (s->fd < 0)
		return s->fd;
	if (!o->path)
		s->cut = logfile_is_cut(s->fd);
	s->regular = is_regular(s->fd);
	s->terminal = isatty(s->fd);
	return thread_start(&s->thread, writer, s);
}

int sink_open(struct sink **out, const struct sink_options *o)
{
	struct sink *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->fd = s->wake = -1;
	pthread_mutex_init(&s->lock, NULL);
	err = sink_init(s, o);
	if (err)
		sink_free(s);
	else
		*out = s;
	return err;
}

bool sink_push(struct sink *s, const char *line, size_t len)
{
	bool fits;

	pthread_mutex_lock(&s->lock);
	fits = len <= s->queue_len - s->filling_len;
	if (fits) {
		memcpy(s->filling + s->filling_len, line, len);
		s->filling_len += len;
		s->flush_due = true;
	} else {
		s->n_dropped++;
	}
	pthread_mutex_unlock(&s->lock);
	return fits;
}

static void wake_writer(struct sink *s)
{
	uint64_t one = 1;

	/* It can only fail where the counter is full, and then the writer is awake. */
	if (write(s->wake, &one, sizeof(one)) < 0)
		return;
}

void sink_flush(struct sink *s)
{
	bool due;

	pthread_mutex_lock(&s->lock);
	due = s->flush_due && (!s->gathering || is_crowded(s));
	s->flush_due = false;
	pthread_mutex_unlock(&s->lock);
	if (due)
		wake_writer(s);
}

bool sink_half_full(struct sink *s)
{
	bool half;

	pthread_mutex_lock(&s->lock);
	half = s->filling_len > s->queue_len / 2;
	pthread_mutex_unlock(&s->lock);
	return half;
}

static struct sink_counts counts_so_far(const struct sink *s)
{
	return (struct sink_counts){
		.n_written = s->n_written,
		.n_dropped = s->n_dropped,
		.error = s->error ? s->error : s->reopen_error,
		.reopen_failed = !s->error && s->reopen_error,
		.abandoned = s->abandoned,
		.holder = s->holder,
	};
}

struct sink_counts sink_counts(struct sink *s)
{
	struct sink_counts c;

	pthread_mutex_lock(&s->lock);
	c = counts_so_far(s);
	pthread_mutex_unlock(&s->lock);
	return c;
}

void sink_reopen(struct sink *s)
{
	if (!s->path)
		return;
	pthread_mutex_lock(&s->lock);
	s->reopen = true;
	pthread_mutex_unlock(&s->lock);
	wake_writer(s);
}

void sink_end(struct sink *s, int64_t wait_ns)
{
	int64_t until_ns = clock_mono_ns() + wait_ns;

	pthread_mutex_lock(&s->lock);
	if (!s->closing || until_ns < s->give_up_ns)
		s->give_up_ns = until_ns;
	s->closing = true;
	pthread_mutex_unlock(&s->lock);
	wake_writer(s);
}

/* A writer that has not ended by then is in a system call that does not come back. */
static bool is_stuck(const struct sink *s)
{
	return !s->ended && s->closing && clock_mono_ns() > s->give_up_ns + LEAVE_NS;
}

bool sink_ended(struct sink *s)
{
	bool ended;

	pthread_mutex_lock(&s->lock);
	ended = s->ended || is_stuck(s);
	pthread_mutex_unlock(&s->lock);
	return ended;
}

/* The final counts; the writer ends by itself from now on, where it has not. */
static struct sink_counts give_up(struct sink *s)
{
	struct sink_counts c = counts_so_far(s);

	c.n_dropped += count_lines(s->draining + s->draining_at, s->draining_len - s->draining_at) +
	               count_lines(s->filling, s->filling_len);
	s->left_behind = !s->ended;
	return c;
}

struct sink_counts sink_close(struct sink *s, int64_t wait_ns)
{
	struct sink_counts c;
	bool joined, left;

	sink_end(s, wait_ns);
	joined = thread_join_by(s->thread, s->give_up_ns + LEAVE_NS);
	pthread_mutex_lock(&s->lock);
	c = give_up(s);
	left = s->left_behind;
	if (left)
		pthread_detach(s->thread);
	pthread_mutex_unlock(&s->lock);
	if (left)
		return c;
	if (!joined)
		pthread_join(s->thread, NULL);
	sink_free(s);
	return c;
}
