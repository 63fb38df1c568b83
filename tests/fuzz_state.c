/* fuzz_state.c - a state file. The first byte says whether the others are a file, or the records of a block in one
 * whose hashes are right: damage that no hash finds. Either it is refused, with a reason, or each record is found. */
#include "core/window.h"
#include "store/state_format.h"
#include "store/state_memory.h"
#include "store/state_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_record(const struct remembered *r)
{
	must(r->name[0] && strlen(r->name) < STATE_RECORD_BYTES_MAX && strlen(r->host) < STATE_RECORD_BYTES_MAX);
	must(strlen(r->reason) <= UINT8_MAX && r->state <= HEALTH_DOWN && r->ttl >= -1 && r->ttl <= 255);
	must(r->n_samples <= STATE_RECORD_SAMPLES_MAX);
	for (size_t i = 0; i < r->n_samples; i++) {
		struct remembered_sample s = r->sample(r, i);

		must(s.outcome < OUTCOME_COUNT);
		must(s.outcome == OUTCOME_REPLY ? s.rtt_ns >= 0 && s.rtt_ns <= WINDOW_RTT_MAX_NS : s.rtt_ns == -1);
		must(s.outcome == OUTCOME_NOT_SENT ? s.sys_errno > 0 && s.sys_errno <= 4095 : s.sys_errno == 0);
	}
}

/* The records that fill len bytes; -1: those are not such. */
static long count_records(const uint8_t *bytes, size_t len)
{
	struct remembered r;
	long n = 0;

	for (size_t at = 0, own; at < len; at += own, n++) {
		own = state_record_read(&r, bytes + at, len - at);
		if (!own)
			return -1;
		must(own <= len - at);
		check_record(&r);
	}
	return n;
}

/* Each is there once, however often its name is in the file. */
static void check_memory(struct state_memory *m, const uint8_t *bytes, size_t len)
{
	struct remembered in_file, found;

	for (size_t at = 0; at < len;) {
		size_t left = state_memory_count(m);

		at += state_record_read(&in_file, bytes + at, len - at);
		if (state_memory_take(m, in_file.name, &found)) {
			check_record(&found);
			must(!strcmp(found.name, in_file.name) && state_memory_count(m) == left - 1);
		}
		must(!state_memory_take(m, in_file.name, &found));
	}
	must(state_memory_count(m) == 0);
}

static void put(int fd, const void *bytes, size_t len)
{
	must(write(fd, bytes, len) == (ssize_t)len);
}

static uint64_t put_block(int fd, uint64_t before, size_t raw, const unsigned char *packed, size_t len)
{
	unsigned char head[STATE_BLOCK_BYTES];
	uint64_t hash;

	bytes_put(head + STATE_BLOCK_RAW, raw, 4);
	bytes_put(head + STATE_BLOCK_PACKED, len, 4);
	hash = state_block_hash(before, head, packed, len);
	bytes_put(head + STATE_BLOCK_HASH, hash, 8);
	put(fd, head, sizeof(head));
	put(fd, packed, len);
	return hash;
}

/* Not by state_writer, whose records are those of state_record. */
static void put_file(int fd, const uint8_t *bytes, size_t len, uint64_t n_records)
{
	static unsigned char packed[STATE_PACKED_MAX];
	unsigned char head[STATE_HEAD_BYTES] = STATE_MAGIC, end[STATE_END_BYTES];
	uint64_t hash;

	bytes_put(head + STATE_HEAD_VERSION, STATE_VERSION, 4);
	hash = state_head_hash(head);
	bytes_put(head + STATE_HEAD_HASH, hash, 8);
	put(fd, head, sizeof(head));
	if (len)
		hash = put_block(fd, hash, len, packed, ZSTD_compress(packed, sizeof(packed), bytes, len, 1));
	bytes_put(end, n_records, STATE_END_BYTES);
	put_block(fd, hash, 0, end, sizeof(end));
}

static int read_back(struct state_memory **m, const char *path)
{
	char why[PLACE_WHY];
	int err = state_memory_read(m, path, (struct hash_secret){ 1, 2 }, why);

	must(err == 0 || (err == -EBADMSG && why[0]));
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state_memory *m = NULL;
	char path[] = "/tmp/fuzz_state.XXXXXX";
	long n_records;
	int fd;

	if (size < 1 || size - 1 > STATE_RAW_MAX)
		return 0;
	fd = mkstemp(path);
	must(fd >= 0);
	if (data[0] == 'f') {
		put(fd, data + 1, size - 1);
		read_back(&m, path);
	} else {
		n_records = count_records(data + 1, size - 1);
		put_file(fd, data + 1, size - 1, n_records < 0 ? 0 : (uint64_t)n_records);
		must((read_back(&m, path) == 0) == (n_records >= 0));
		if (m)
			check_memory(m, data + 1, size - 1);
	}
	state_memory_free(m);
	close(fd);
	unlink(path);
	return 0;
}
