#include "farend_truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a; the seed makes each run's random choices its own. */
static uint64_t hash_addr(uint64_t seed, int family, const uint8_t *addr)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ seed ^ (uint64_t)family;

	for (int i = 0; i < 16; i++)
		h = (h ^ addr[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 32;
}

static struct dest **slot(struct dest **table, size_t room, uint64_t hash, int family, const uint8_t *addr)
{
	size_t i = hash & (room - 1);

	while (table[i] && (table[i]->family != family || memcmp(table[i]->addr, addr, 16)))
		i = (i + 1) & (room - 1);
	return &table[i];
}

static int grow(struct truth *t)
{
	size_t room = t->room ? 2 * t->room : 1024;
	struct dest **table = calloc(room, sizeof(struct dest *));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < t->room; i++)
		if (t->table[i])
			*slot(table, room, t->table[i]->hash, t->table[i]->family, t->table[i]->addr) = t->table[i];
	free(t->table);
	t->table = table;
	t->room = room;
	return 0;
}

struct dest *truth_dest(struct truth *t, const struct rules *rules, int family, const uint8_t addr[16])
{
	uint64_t hash = hash_addr(t->seed, family, addr);
	struct dest **at;

	if (2 * t->n >= t->room && grow(t))
		return NULL;
	at = slot(t->table, t->room, hash, family, addr);
	if (*at || !(*at = calloc(1, sizeof(**at))))
		return *at;
	t->n++;
	(*at)->family = family;
	memcpy((*at)->addr, addr, 16);
	(*at)->hash = hash;
	(*at)->rule = rules_find(rules, family, addr);
	return *at;
}

void truth_held(struct dest *d, int64_t hold_ns)
{
	uint64_t n = d->sent[SENT_REPLY]++;

	if (!n || hold_ns < d->hold_min_ns)
		d->hold_min_ns = hold_ns;
	if (hold_ns > d->hold_max_ns)
		d->hold_max_ns = hold_ns;
	d->hold_sum_ns += hold_ns;
	if (!d->holds)
		d->holds = malloc(TRUTH_HOLDS * sizeof(*d->holds));
	if (d->holds)
		d->holds[n % TRUTH_HOLDS] = hold_ns;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(const struct dest *d)
{
	int64_t v[TRUTH_HOLDS];
	size_t n = d->sent[SENT_REPLY] < TRUTH_HOLDS ? d->sent[SENT_REPLY] : TRUTH_HOLDS;

	if (!n || !d->holds)
		return 0;
	memcpy(v, d->holds, n * sizeof(*v));
	qsort(v, n, sizeof(*v), by_value);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void write_hostile(FILE *f, const struct dest *d)
{
	const char *comma = "";

	fputs("\"hostile\":{", f);
	for (int i = SENT_FORGED_BEFORE; i < SENT_COUNT; i++) {
		const char *name = i == SENT_FORGED_BEFORE ? "forge-before"
		                   : i == SENT_REPLAYED    ? "replay-previous"
		                                           : damage_name((enum damage)(i - SENT_DAMAGED + 1));

		if (!d->sent[i])
			continue;
		fprintf(f, "%s\"%s\":%" PRIu64, comma, name, d->sent[i]);
		comma = ",";
	}
	fputs("},\"errors\":{", f);
	if (d->sent[SENT_ERROR])
		fprintf(f, "\"%u:%u\":%" PRIu64, d->rule->error.type, d->rule->error.code, d->sent[SENT_ERROR]);
	fputs("},\"expired\":{", f);
	comma = "";
	for (unsigned ttl = 0; ttl < 256; ttl++) {
		if (!d->expired[ttl])
			continue;
		fprintf(f, "%s\"%u\":%" PRIu64, comma, ttl, d->expired[ttl]);
		comma = ",";
	}
	fputs("}", f);
}

/* A count may be asked of a JSON reader as null where nothing was held. */
static void write_hold(FILE *f, const struct dest *d)
{
	uint64_t n = d->sent[SENT_REPLY];

	fprintf(f, "\"hold_ns\":{\"n\":%" PRIu64 ",", n);
	if (!n)
		fputs("\"min\":null,\"mean\":null,\"median\":null,\"max\":null}", f);
	else
		fprintf(f, "\"min\":%" PRId64 ",\"mean\":%" PRId64 ",\"median\":%" PRId64 ",\"max\":%" PRId64 "}",
		        d->hold_min_ns, d->hold_sum_ns / (int64_t)n, median(d), d->hold_max_ns);
}

static void write_counts(FILE *f, const struct dest *d)
{
	fprintf(f,
	        "\"requests\":%" PRIu64 ",\"bad_checksum\":%" PRIu64 ",\"replies\":%" PRIu64 ",\"dropped\":%" PRIu64
	        ",\"duplicates\":%" PRIu64 ",\"late\":%" PRIu64 ",\"reordered\":%" PRIu64 ",\"waiting\":%" PRIu64,
	        d->requests, d->bad_checksum, d->sent[SENT_REPLY], d->dropped, d->sent[SENT_DUPLICATE],
	        d->sent[SENT_LATE], d->reordered, d->waiting);
}

static void write_dest(FILE *f, const struct dest *d)
{
	char text[INET6_ADDRSTRLEN];

	fprintf(f, "\"%s\":{", inet_ntop(d->family, d->addr, text, sizeof(text)));
	write_counts(f, d);
	fputs(",", f);
	write_hostile(f, d);
	fputs(",", f);
	write_hold(f, d);
	fprintf(f, ",\"dscp\":%u,\"ttl\":%u,\"size\":%u}", d->tos >> 2, d->ttl, d->size);
}

/* Sums of what can be summed over all destinations. */
static struct dest total(const struct truth *t)
{
	struct dest sum = { 0 };

	for (size_t i = 0; i < t->room; i++) {
		const struct dest *d = t->table[i];

		if (!d)
			continue;
		sum.requests += d->requests;
		sum.bad_checksum += d->bad_checksum;
		sum.dropped += d->dropped;
		sum.reordered += d->reordered;
		sum.waiting += d->waiting;
		for (int s = 0; s < SENT_COUNT; s++)
			sum.sent[s] += d->sent[s];
	}
	return sum;
}

static void write_all(FILE *f, const struct truth *t)
{
	struct dest sum = total(t);
	const char *comma = "";

	fputs("{\"totals\":{", f);
	write_counts(f, &sum);
	fprintf(f,
	        ",\"errors\":%" PRIu64 ",\"malformed\":%" PRIu64 ",\"other\":%" PRIu64 ",\"write_errors\":%" PRIu64
	        "},\n\"targets\":{",
	        sum.sent[SENT_ERROR], t->malformed, t->other, t->write_errors);
	for (size_t i = 0; i < t->room; i++) {
		if (!t->table[i])
			continue;
		fprintf(f, "%s\n", comma);
		write_dest(f, t->table[i]);
		comma = ",";
	}
	fputs("\n}}\n", f);
}

int truth_write(const struct truth *t, const char *path)
{
	char draft[4096];
	FILE *f;
	int failed;

	if (snprintf(draft, sizeof(draft), "%s.draft", path) >= (int)sizeof(draft))
		return -ENAMETOOLONG;
	f = fopen(draft, "we");
	if (!f)
		return -errno;
	write_all(f, t);
	failed = ferror(f);
	failed |= fclose(f);
	if (failed)
		return -EIO;
	return rename(draft, path) ? -errno : 0;
}

void truth_fini(struct truth *t)
{
	for (size_t i = 0; i < t->room; i++)
		if (t->table[i]) {
			free(t->table[i]->holds);
			free(t->table[i]->last);
			free(t->table[i]);
		}
	free(t->table);
}
