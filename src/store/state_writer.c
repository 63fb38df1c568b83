/* state_writer.c - PATH.new, then fsync, rename, and fsync of the directory: at no time is there half a file at PATH.
 */
#include "store/state_writer.h"

#include "store/state_format.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEVEL 1 /* half of the bytes for a few µs a KiB; higher ones gain little on RTTs */

struct state_writer {
	char *path, *path_new;
	ZSTD_CCtx *zstd;
	int fd;
	uint64_t hash, n_records, n_bytes;
	unsigned char block[STATE_BLOCK_BYTES + STATE_PACKED_MAX];
};

static int write_all(struct state_writer *w, const unsigned char *bytes, size_t len)
{
	w->n_bytes += len;
	while (len) {
		ssize_t n = write(w->fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			bytes += n, len -= (size_t)n;
	}
	return 0;
}

static int write_head(struct state_writer *w, int64_t now_real_ns)
{
	unsigned char head[STATE_HEAD_BYTES] = STATE_MAGIC;

	bytes_put(head + STATE_HEAD_VERSION, STATE_VERSION, 4);
	bytes_put(head + STATE_HEAD_SAVED, (uint64_t)now_real_ns, 8);
	w->hash = state_head_hash(head);
	bytes_put(head + STATE_HEAD_HASH, w->hash, 8);
	return write_all(w, head, sizeof(head));
}

/* What stands in w->block behind its head. */
static int write_block(struct state_writer *w, size_t raw, size_t packed)
{
	unsigned char *b = w->block;

	bytes_put(b + STATE_BLOCK_RAW, raw, 4);
	bytes_put(b + STATE_BLOCK_PACKED, packed, 4);
	w->hash = state_block_hash(w->hash, b, b + STATE_BLOCK_BYTES, packed);
	bytes_put(b + STATE_BLOCK_HASH, w->hash, 8);
	return write_all(w, b, STATE_BLOCK_BYTES + packed);
}

static int open_new(struct state_writer *w)
{
	/* Whatever stands there is not to be written through. */
	if (unlink(w->path_new) && errno != ENOENT)
		return -errno;
	w->fd = open(w->path_new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	return w->fd < 0 ? -errno : 0;
}

int state_writer_begin(struct state_writer **out, const char *path, int64_t now_real_ns)
{
	struct state_writer *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->fd = -1;
	w->path = strdup(path);
	w->zstd = ZSTD_createCCtx();
	if (asprintf(&w->path_new, "%s.new", path) < 0)
		w->path_new = NULL;
	err = w->path && w->zstd && w->path_new ? open_new(w) : -ENOMEM;
	if (!err)
		err = write_head(w, now_real_ns);
	if (err) {
		state_writer_drop(w);
		return err;
	}
	*out = w;
	return 0;
}

int state_writer_add(struct state_writer *w, const void *records, size_t len)
{
	size_t packed;

	if (len > STATE_RAW_MAX)
		return -EMSGSIZE;
	if (!len)
		return 0; /* a block of nothing is the end */
	for (size_t at = 0, own; at < len; at += own, w->n_records++) {
		own = len - at < 4 ? 0 : bytes_get((const unsigned char *)records + at, 4);
		if (!own || own > len - at)
			return -EINVAL;
	}
	packed = ZSTD_compressCCtx(w->zstd, w->block + STATE_BLOCK_BYTES, STATE_PACKED_MAX, records, len, LEVEL);
	return ZSTD_isError(packed) ? -ENOMEM : write_block(w, len, packed);
}

static int sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd, err = 0;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		err = -errno;
	if (fd >= 0)
		close(fd);
	free(copy);
	return err;
}

static void free_writer(struct state_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	ZSTD_freeCCtx(w->zstd);
	free(w->path);
	free(w->path_new);
	free(w);
}

int state_writer_end(struct state_writer *w, uint64_t *bytes)
{
	int err;

	bytes_put(w->block + STATE_BLOCK_BYTES, w->n_records, STATE_END_BYTES);
	err = write_block(w, 0, STATE_END_BYTES);
	if (!err && (fsync(w->fd) || rename(w->path_new, w->path)))
		err = -errno;
	if (err) {
		state_writer_drop(w);
		return err;
	}
	err = sync_directory(w->path);
	if (bytes)
		*bytes = w->n_bytes;
	free_writer(w);
	return err;
}

void state_writer_drop(struct state_writer *w)
{
	if (!w)
		return;
	if (w->path_new && w->fd >= 0)
		unlink(w->path_new);
	free_writer(w);
}
