/* state_memory.c - reads a state file block by block; one wrong bit, and none of it is used. */
#include "store/state_memory.h"

#include "base/index.h"
#include "store/state_format.h"
#include "store/state_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLAB_BYTES ((size_t)4 * 1024 * 1024) /* so large, it goes back to the kernel at once */

struct slab {
	struct slab *next;
	size_t len;
	unsigned char bytes[SLAB_BYTES];
};

struct state_memory {
	struct slab *slabs; /* the latest first */
	const unsigned char **records;
	uint32_t n_records, n_left, room;
	struct index by_name; /* of those that have not been taken */
	int64_t saved_real_ns;
};

struct reader {
	struct state_memory *m;
	int fd;
	ZSTD_DCtx *zstd;
	uint64_t hash, n_records;
	char *why;
	unsigned char head[STATE_BLOCK_BYTES];
	unsigned char packed[STATE_PACKED_MAX];
};

/* --- what has been read --- */

static bool is_called(const void *data, uint32_t number, const void *wanted)
{
	const struct state_memory *m = data;
	struct remembered r;

	return state_record_read(&r, m->records[number], STATE_RECORD_BYTES_MAX) && !strcmp(r.name, wanted);
}

static int add_record(struct state_memory *m, const unsigned char *bytes, const char *name)
{
	uint32_t hash = index_hash_text(&m->by_name, name), twin;

	if (m->n_records == m->room) {
		uint32_t room = m->room ? 2 * m->room : 1024;
		const unsigned char **records = reallocarray(m->records, room, sizeof(*records));

		if (!records)
			return -ENOMEM;
		m->records = records;
		m->room = room;
	}
	/* A target that went and came while the file was written: the later one is. */
	twin = index_at(&m->by_name, hash, m, name);
	if (twin != INDEX_NONE) {
		m->records[twin] = bytes;
		return 0;
	}
	m->records[m->n_records] = bytes;
	if (index_add(&m->by_name, hash, m->n_records))
		return -ENOMEM;
	m->n_records++;
	m->n_left++;
	return 0;
}

static unsigned char *take_room(struct state_memory *m, size_t len)
{
	struct slab *s = m->slabs;

	if (!s || SLAB_BYTES - s->len < len) {
		s = malloc(sizeof(*s));
		if (!s)
			return NULL;
		s->next = m->slabs;
		s->len = 0;
		m->slabs = s;
	}
	s->len += len;
	return s->bytes + s->len - len;
}

/* --- reading --- */

static int damaged(struct reader *r, const char *what)
{
	snprintf(r->why, PLACE_WHY, "%s", what);
	return -EBADMSG;
}

/* 0; 1: the file ends before the first of them; -EBADMSG: among them; or -errno. */
static int read_all(struct reader *r, unsigned char *bytes, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = read(r->fd, bytes + have, len - have);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return have ? damaged(r, "it is cut off") : 1;
		if (n > 0)
			have += (size_t)n;
	}
	return 0;
}

static int read_must(struct reader *r, unsigned char *bytes, size_t len)
{
	int err = read_all(r, bytes, len);

	return err == 1 ? damaged(r, "it is cut off") : err;
}

static int read_head(struct reader *r)
{
	unsigned char head[STATE_HEAD_BYTES];
	uint64_t version;
	int err = read_all(r, head, sizeof(head));

	if (err == 1)
		return damaged(r, "it is empty");
	if (err)
		return err;
	if (memcmp(head, STATE_MAGIC, STATE_HEAD_VERSION) != 0)
		return damaged(r, "it is no state file of minipingd");
	version = bytes_get(head + STATE_HEAD_VERSION, 4);
	r->hash = state_head_hash(head);
	if (r->hash != bytes_get(head + STATE_HEAD_HASH, 8))
		return damaged(r, "its head is damaged");
	if (!version || version > STATE_VERSION) {
		snprintf(r->why, PLACE_WHY, "its format is version %u, and this minipingd reads up to %u",
		         (unsigned)version, STATE_VERSION);
		return -EBADMSG;
	}
	r->m->saved_real_ns = (int64_t)bytes_get(head + STATE_HEAD_SAVED, 8);
	return 0;
}

/* All records of a block, which is whole. */
static int take_block(struct reader *r, size_t raw, size_t packed)
{
	unsigned char *bytes = take_room(r->m, raw);
	struct remembered record;

	if (!bytes)
		return -ENOMEM;
	if (ZSTD_decompressDCtx(r->zstd, bytes, raw, r->packed, packed) != raw)
		return damaged(r, "a block is damaged");
	for (size_t at = 0, len; at < raw; at += len) {
		int err;

		len = state_record_read(&record, bytes + at, raw - at);
		if (!len)
			return damaged(r, "a record is damaged");
		err = add_record(r->m, bytes + at, record.name);
		if (err)
			return err;
		r->n_records++;
	}
	return 0;
}

/* 1: that was the end. */
static int read_block(struct reader *r, uint64_t *n_records)
{
	uint64_t raw, packed;
	int err = read_must(r, r->head, sizeof(r->head));

	if (err)
		return err;
	raw = bytes_get(r->head + STATE_BLOCK_RAW, 4);
	packed = bytes_get(r->head + STATE_BLOCK_PACKED, 4);
	if (raw > STATE_RAW_MAX || packed > STATE_PACKED_MAX || (!raw && packed != STATE_END_BYTES))
		return damaged(r, "a block is damaged");
	err = read_must(r, r->packed, packed);
	if (err)
		return err;
	r->hash = state_block_hash(r->hash, r->head, r->packed, packed);
	if (r->hash != bytes_get(r->head + STATE_BLOCK_HASH, 8))
		return damaged(r, "a block is damaged");
	if (raw)
		return take_block(r, raw, packed);
	*n_records = bytes_get(r->packed, STATE_END_BYTES);
	return 1;
}

static int read_file(struct reader *r)
{
	unsigned char more;
	uint64_t n_records = 0;
	int err = read_head(r);

	while (!err)
		err = read_block(r, &n_records);
	if (err < 0)
		return err;
	if (n_records != r->n_records)
		return damaged(r, "it has not as many records as it says");
	err = read_all(r, &more, 1);
	return err == 1 ? 0 : err ? err : damaged(r, "there is something behind its end");
}

static int open_regular(const char *path, char why[PLACE_WHY])
{
	/* A FIFO does not keep it waiting. A link may be another's, and the next save would take its place anyway. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ELOOP) {
		snprintf(why, PLACE_WHY, "it is a symbolic link");
		return -EBADMSG;
	}
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		snprintf(why, PLACE_WHY, "it is not a regular file");
		close(fd);
		return -EBADMSG;
	}
	return fd;
}

int state_memory_read(struct state_memory **out, const char *path, struct hash_secret secret, char why[PLACE_WHY])
{
	struct reader *r = calloc(1, sizeof(*r));
	int err = -ENOMEM;

	why[0] = '\0';
	if (!r)
		return -ENOMEM;
	r->why = why;
	r->fd = open_regular(path, why);
	if (r->fd < 0) {
		err = r->fd;
		goto free_reader;
	}
	r->m = calloc(1, sizeof(*r->m));
	r->zstd = ZSTD_createDCtx();
	if (r->m)
		index_init(&r->m->by_name, secret, is_called);
	if (r->m && r->zstd)
		err = read_file(r);
	if (!err)
		*out = r->m;
	else
		state_memory_free(r->m);
	ZSTD_freeDCtx(r->zstd);
	close(r->fd);
free_reader:
	free(r);
	return err;
}

static void free_parts(struct state_memory *m)
{
	for (struct slab *s = m->slabs, *next; s; s = next) {
		next = s->next;
		free(s);
	}
	index_fini(&m->by_name);
	free(m->records);
}

void state_memory_free(struct state_memory *m)
{
	if (!m)
		return;
	free_parts(m);
	free(m);
}

bool state_memory_take(struct state_memory *m, const char *name, struct remembered *out)
{
	uint32_t hash = index_hash_text(&m->by_name, name), number = index_at(&m->by_name, hash, m, name);

	if (number == INDEX_NONE)
		return false;
	state_record_read(out, m->records[number], STATE_RECORD_BYTES_MAX);
	index_remove(&m->by_name, hash, number);
	m->records[number] = NULL;
	m->n_left--;
	return true;
}

size_t state_memory_count(const struct state_memory *m)
{
	return m->n_left;
}

uint32_t state_memory_size(const struct state_memory *m)
{
	return m->n_records;
}

const void *state_memory_left(const struct state_memory *m, uint32_t i, size_t *len)
{
	struct remembered r;

	*len = m->records[i] ? state_record_read(&r, m->records[i], STATE_RECORD_BYTES_MAX) : 0;
	return m->records[i];
}

static bool copy_left(struct state_memory *to, const struct state_memory *m)
{
	struct remembered r;

	for (uint32_t i = 0; i < m->n_records; i++) {
		size_t len;
		const void *bytes = state_memory_left(m, i, &len);
		unsigned char *room = bytes ? take_room(to, len) : NULL;

		if (!bytes)
			continue;
		if (!room)
			return false;
		memcpy(room, bytes, len);
		state_record_read(&r, room, len);
		if (add_record(to, room, r.name))
			return false;
	}
	return true;
}

void state_memory_shrink(struct state_memory *m)
{
	struct state_memory left = { .saved_real_ns = m->saved_real_ns };

	index_init(&left.by_name, m->by_name.secret, is_called);
	if (copy_left(&left, m)) {
		free_parts(m);
		*m = left;
	} else {
		free_parts(&left);
	}
}

int64_t state_memory_saved_real_ns(const struct state_memory *m)
{
	return m->saved_real_ns;
}
