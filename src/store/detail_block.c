/* detail_block.c - a block is its length, the length and the hash of what is in it, and that compressed: for each
 * series its place in the chunk and how many probes it has; then of all probes the seconds with the kinds, the lower
 * bytes and the higher bytes of the RTTs. */
#include "store/detail_block.h"

#include "base/hash.h"
#include "store/bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LEVEL 1

enum { AT_LEN, AT_RAW_LEN = 4, AT_HASH = 8, AT_PACKED = 12 };           /* of a block */
enum { AT_N_SERIES, AT_SERIES = 1, SERIES_BYTES = 5, PROBE_BYTES = 3 }; /* of what is in it */

#define RAW_MAX (AT_SERIES + (size_t)DETAIL_CHUNK_SERIES * SERIES_BYTES + (size_t)DETAIL_PROBES_MAX * PROBE_BYTES)

static uint32_t hash_of(const unsigned char *raw, size_t len)
{
	static const struct hash_secret none = { 0, 0 };

	return (uint32_t)hash_keyed(&none, raw, len);
}

/* How many of the series' probes there is room for. */
static size_t fitting(size_t n, size_t n_before)
{
	return n < DETAIL_PROBES_MAX - n_before ? n : DETAIL_PROBES_MAX - n_before;
}

static void put_series(unsigned char *raw, const struct detail_series *all, size_t n)
{
	size_t n_probes = 0;

	raw[AT_N_SERIES] = (unsigned char)n;
	for (size_t i = 0; i < n; i++) {
		unsigned char *at = raw + AT_SERIES + i * SERIES_BYTES;
		size_t own = fitting(all[i].n, n_probes);

		at[0] = (unsigned char)(all[i].series % DETAIL_CHUNK_SERIES);
		bytes_put(at + 1, own, 4);
		n_probes += own;
	}
}

static void put_probes(unsigned char *to, const struct detail_series *all, size_t n, size_t n_probes)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t own = fitting(all[i].n, at);

		for (size_t k = 0; k < own; k++, at++) {
			const struct detail_probe *p = &all[i].probes[k];

			to[at] = (unsigned char)(p->second | p->kind << 6);
			to[n_probes + at] = (unsigned char)p->rtt;
			to[2 * n_probes + at] = (unsigned char)(p->rtt >> 8);
		}
	}
}

/* raw, compressed, behind its head; NULL: out of memory. */
static unsigned char *pack(const unsigned char *raw, size_t raw_len, size_t *len)
{
	size_t room = ZSTD_compressBound(raw_len), packed;
	unsigned char *out = malloc(AT_PACKED + room);

	if (!out)
		return NULL;
	packed = ZSTD_compress(out + AT_PACKED, room, raw, raw_len, LEVEL);
	if (ZSTD_isError(packed)) {
		free(out);
		return NULL;
	}
	*len = AT_PACKED + packed;
	bytes_put(out + AT_LEN, *len, 4);
	bytes_put(out + AT_RAW_LEN, raw_len, 4);
	bytes_put(out + AT_HASH, hash_of(raw, raw_len), 4);
	return out;
}

unsigned char *detail_block_write(const struct detail_series *all, size_t n, size_t *len)
{
	size_t head = AT_SERIES + n * SERIES_BYTES, n_probes = 0;
	unsigned char *raw, *out;

	for (size_t i = 0; i < n; i++)
		n_probes += fitting(all[i].n, n_probes);
	raw = malloc(head + n_probes * PROBE_BYTES);
	if (!raw)
		return NULL;
	put_series(raw, all, n);
	put_probes(raw + head, all, n, n_probes);
	out = pack(raw, head + n_probes * PROBE_BYTES, len);
	free(raw);
	return out;
}

/* Hands on the n probes that begin with the first-th of n_all. */
static int give(const unsigned char *probes, size_t n_all, size_t first, size_t n,
                int (*on)(void *to, const struct detail_probe *p), void *to)
{
	int error = 0;

	for (size_t i = first; i < first + n && !error; i++) {
		const struct detail_probe p = {
			.rtt = (uint16_t)(probes[n_all + i] | probes[2 * n_all + i] << 8),
			.second = probes[i] & 0x3f,
			.kind = probes[i] >> 6,
		};

		error = p.second < 60 ? on(to, &p) : -EBADMSG;
	}
	return error;
}

/* All lengths agree, or nothing is read. */
static int read_raw(const unsigned char *raw, size_t len, uint32_t series,
                    int (*on)(void *to, const struct detail_probe *p), void *to)
{
	size_t n = len ? raw[AT_N_SERIES] : 0, n_all = 0, head = AT_SERIES + n * SERIES_BYTES, first = 0;
	int error = 0;

	if (!len || len < head)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++)
		n_all += bytes_get(raw + AT_SERIES + i * SERIES_BYTES + 1, 4);
	if (n_all > DETAIL_PROBES_MAX || len != head + n_all * PROBE_BYTES)
		return -EBADMSG;
	for (size_t i = 0; i < n && !error; i++) {
		const unsigned char *at = raw + AT_SERIES + i * SERIES_BYTES;
		size_t own = bytes_get(at + 1, 4);

		if (at[0] == series % DETAIL_CHUNK_SERIES)
			error = give(raw + head, n_all, first, own, on, to);
		first += own;
	}
	return error;
}

static int read_one(const unsigned char *in, size_t len, uint32_t series,
                    int (*on)(void *to, const struct detail_probe *p), void *to)
{
	size_t raw_len = bytes_get(in + AT_RAW_LEN, 4);
	unsigned char *raw;
	int error = -EBADMSG;

	if (raw_len > RAW_MAX)
		return error;
	raw = malloc(raw_len + 1);
	if (!raw)
		return -ENOMEM;
	if (ZSTD_decompress(raw, raw_len, in + AT_PACKED, len - AT_PACKED) == raw_len &&
	    hash_of(raw, raw_len) == bytes_get(in + AT_HASH, 4))
		error = read_raw(raw, raw_len, series, on, to);
	free(raw);
	return error;
}

int detail_block_read(const unsigned char *in, size_t len, uint32_t series,
                      int (*on)(void *to, const struct detail_probe *p), void *to)
{
	int error = 0;

	for (size_t at = 0; at < len && !error;) {
		size_t own = len - at < AT_PACKED ? 0 : bytes_get(in + at + AT_LEN, 4);

		if (own < AT_PACKED || own > len - at)
			return -EBADMSG;
		error = read_one(in + at, own, series, on, to);
		at += own;
	}
	return error;
}
