/* state_record.c - numbers at fixed places, then the texts, then the window's samples, 4 bytes each. */
#include "store/state_record.h"

#include "core/window.h"
#include "store/bytes.h"

#include <string.h>

/* Where what stands, and in how many bytes. Times are CLOCK_REALTIME, ns. */
enum {
	LEN = 0,        /* 4: of the whole record */
	STATE = 4,      /* 1: enum health_state */
	FAMILY = 5,     /* 1: 0, 4 or 6 */
	REASON_LEN = 6, /* 1: of the texts without their NULs */
	FLAGS = 7,      /* 1: IS_KNOWN, IS_BLOCKED */
	NAME_LEN = 8,   /* 2 */
	HOST_LEN = 10,  /* 2 */
	STREAK = 12,    /* 2 */
	TTL = 14,       /* 2: 1 more; 0: none yet */
	SAMPLES = 16,   /* 4 */
	SCOPE = 20,     /* 4 */
	ADDR = 24,      /* 16 */
	SAVED = 40,     /* 8 */
	STARTED = 48,   /* 8 */
	SINCE = 56,     /* 8 */
	COUNTERS = 64,  /* N_COUNTERS times 8 */
	N_COUNTERS = 12,
	TEXTS = COUNTERS + 8 * N_COUNTERS
};

enum { IS_KNOWN = 1, IS_BLOCKED = 2 };

/* A sample: an RTT in steps of WINDOW_UNIT_NS, or, above the longest of them, the outcome and the errno. */
#define SAMPLE_BYTES ((size_t)4)
#define SAMPLE_OTHER UINT32_C(0xf0000000)
_Static_assert(WINDOW_RTT_MAX_NS / WINDOW_UNIT_NS < SAMPLE_OTHER, "an RTT could be taken for another outcome");
#define TTL_MAX    255u
#define ERRNO_BITS 12u
#define ERRNO_MAX  ((1u << ERRNO_BITS) - 1)

/* In the order of the file, which is for ever. */
static const uint16_t counters[N_COUNTERS] = {
	offsetof(struct remembered, received),    offsetof(struct remembered, timeout),
	offsetof(struct remembered, unreachable), offsetof(struct remembered, ttl_exceeded),
	offsetof(struct remembered, too_big),     offsetof(struct remembered, unknown),
	offsetof(struct remembered, send_error),  offsetof(struct remembered, late),
	offsetof(struct remembered, duplicate),   offsetof(struct remembered, corrupt),
	offsetof(struct remembered, foreign),     offsetof(struct remembered, truncated),
};

static uint64_t *counter(struct remembered *r, size_t i)
{
	return (uint64_t *)(void *)((char *)r + counters[i]);
}

static uint64_t counter_of(const struct remembered *r, size_t i)
{
	return *(const uint64_t *)(const void *)((const char *)r + counters[i]);
}

/* --- writing --- */

static void put_counters(unsigned char *b, const struct target_counters *c, const struct remembered *earlier)
{
	const struct remembered now = {
		.received = c->received,
		.timeout = c->timeout,
		.unreachable = c->unreachable,
		.ttl_exceeded = c->ttl_exceeded,
		.too_big = c->too_big,
		.unknown = c->unknown,
		.send_error = c->send_error,
		.late = c->late,
		.duplicate = c->duplicate,
		.corrupt = c->corrupt,
		.foreign = c->foreign,
		.truncated = c->truncated,
	};

	for (size_t i = 0; i < N_COUNTERS; i++)
		bytes_put(b + COUNTERS + 8 * i, counter_of(&now, i) + (earlier ? counter_of(earlier, i) : 0), 8);
}

static void put_samples(unsigned char *at, const struct window *w, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		int64_t rtt_ns;
		int sys_errno;
		enum outcome outcome = window_sample(w, first + i, &rtt_ns, &sys_errno);
		uint32_t sample = SAMPLE_OTHER | (uint32_t)outcome << ERRNO_BITS | ((uint32_t)sys_errno & ERRNO_MAX);

		if (outcome == OUTCOME_REPLY)
			sample = (uint32_t)(rtt_ns / WINDOW_UNIT_NS);
		bytes_put(at + SAMPLE_BYTES * i, sample, SAMPLE_BYTES);
	}
}

static unsigned char *put_text(unsigned char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	at[len] = '\0';
	return at + len + 1;
}

size_t state_record_write(void *bytes, size_t room, const struct target *t, const struct remembered *earlier,
                          int64_t started_real_ns, int64_t now_real_ns)
{
	const char *reason = health_reason(&t->health);
	size_t name_len = strlen(t->name), host_len = strlen(t->host), reason_len = reason ? strlen(reason) : 0;
	uint32_t n_all = window_count(t->window), n = n_all;
	unsigned char *b = bytes, *at;
	size_t len;

	if (n > STATE_RECORD_SAMPLES_MAX)
		n = STATE_RECORD_SAMPLES_MAX;
	len = TEXTS + name_len + host_len + reason_len + 3 + SAMPLE_BYTES * (size_t)n;
	if (len > room || len > STATE_RECORD_BYTES_MAX || reason_len > UINT8_MAX)
		return 0;
	bytes_put(b + LEN, len, 4);
	b[STATE] = (unsigned char)t->health.state;
	b[FAMILY] = t->addr.family == AF_INET ? 4 : t->addr.family == AF_INET6 ? 6 : 0;
	b[REASON_LEN] = (unsigned char)reason_len;
	b[FLAGS] = (t->health.known ? IS_KNOWN : 0) | (t->health.blocked != HEALTH_FREE ? IS_BLOCKED : 0);
	bytes_put(b + NAME_LEN, name_len, 2);
	bytes_put(b + HOST_LEN, host_len, 2);
	bytes_put(b + STREAK, t->health.streak, 2);
	bytes_put(b + TTL, (uint64_t)(t->ttl + 1), 2);
	bytes_put(b + SAMPLES, n, 4);
	bytes_put(b + SCOPE, t->addr.scope, 4);
	memcpy(b + ADDR, t->addr.bytes, sizeof(t->addr.bytes));
	bytes_put(b + SAVED, (uint64_t)now_real_ns, 8);
	bytes_put(b + STARTED, (uint64_t)started_real_ns, 8);
	bytes_put(b + SINCE, (uint64_t)t->since_real_ns, 8);
	put_counters(b, &t->counters, earlier);
	at = put_text(b + TEXTS, t->name, name_len);
	at = put_text(at, t->host, host_len);
	at = put_text(at, reason ? reason : "", reason_len);
	put_samples(at, t->window, n_all - n, n);
	return len;
}

/* --- reading --- */

static bool sample_at(const unsigned char *samples, size_t i, struct remembered_sample *out)
{
	uint32_t sample = (uint32_t)bytes_get(samples + SAMPLE_BYTES * i, SAMPLE_BYTES), other = sample - SAMPLE_OTHER;

	if (sample <= WINDOW_RTT_MAX_NS / WINDOW_UNIT_NS) {
		*out = (struct remembered_sample){ OUTCOME_REPLY, (int64_t)sample * WINDOW_UNIT_NS, 0 };
		return true;
	}
	if (sample < SAMPLE_OTHER || other >> ERRNO_BITS == OUTCOME_REPLY || other >> ERRNO_BITS >= OUTCOME_COUNT)
		return false;
	*out = (struct remembered_sample){ (enum outcome)(other >> ERRNO_BITS), -1, (int)(other & ERRNO_MAX) };
	return (out->outcome == OUTCOME_NOT_SENT) == (out->sys_errno != 0);
}

static struct remembered_sample sample_of(const struct remembered *r, size_t i)
{
	struct remembered_sample s = { .outcome = OUTCOME_UNKNOWN };

	sample_at(r->data, i, &s);
	return s;
}

/* NULL: not so long. */
static const char *get_text(const unsigned char **at, size_t len)
{
	const char *text = (const char *)*at;

	*at += len + 1;
	return strnlen(text, len + 1) == len ? text : NULL;
}

static bool get_addr(struct addr *out, const unsigned char *b)
{
	static const unsigned char zeros[16];
	size_t n = b[FAMILY] == 4 ? 4 : b[FAMILY] == 6 ? 16 : 0;

	memset(out, 0, sizeof(*out));
	if ((b[FAMILY] && !n) || memcmp(b + ADDR + n, zeros, 16 - n) != 0)
		return false;
	out->family = n == 4 ? AF_INET : n == 16 ? AF_INET6 : AF_UNSPEC;
	memcpy(out->bytes, b + ADDR, n);
	out->scope = (uint32_t)bytes_get(b + SCOPE, 4);
	return n == 16 || !out->scope;
}

static bool get_texts(struct remembered *out, const unsigned char *b)
{
	const unsigned char *at = b + TEXTS;

	out->name = get_text(&at, bytes_get(b + NAME_LEN, 2));
	out->host = get_text(&at, bytes_get(b + HOST_LEN, 2));
	out->reason = get_text(&at, b[REASON_LEN]);
	out->data = at;
	return out->name && out->host && out->reason && out->name[0];
}

static size_t texts_len(const unsigned char *b)
{
	return bytes_get(b + NAME_LEN, 2) + bytes_get(b + HOST_LEN, 2) + b[REASON_LEN] + 3;
}

size_t state_record_read(struct remembered *out, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;
	struct remembered_sample sample;
	struct remembered r = { .sample = sample_of };
	size_t own;

	if (len < TEXTS)
		return 0;
	own = bytes_get(b + LEN, 4);
	r.n_samples = bytes_get(b + SAMPLES, 4);
	if (own > len || own > STATE_RECORD_BYTES_MAX || r.n_samples > STATE_RECORD_SAMPLES_MAX ||
	    own != TEXTS + texts_len(b) + SAMPLE_BYTES * r.n_samples)
		return 0;
	if (b[STATE] > HEALTH_DOWN || b[FLAGS] & ~(IS_KNOWN | IS_BLOCKED) || bytes_get(b + TTL, 2) > TTL_MAX + 1 ||
	    !get_addr(&r.addr, b) || !get_texts(&r, b))
		return 0;
	for (size_t i = 0; i < r.n_samples; i++)
		if (!sample_at(r.data, i, &sample))
			return 0;
	r.state = (enum health_state)b[STATE];
	r.is_known = b[FLAGS] & IS_KNOWN;
	r.is_blocked = b[FLAGS] & IS_BLOCKED;
	r.ttl = (int)bytes_get(b + TTL, 2) - 1;
	r.streak = (uint32_t)bytes_get(b + STREAK, 2);
	r.saved_real_ns = (int64_t)bytes_get(b + SAVED, 8);
	r.started_real_ns = (int64_t)bytes_get(b + STARTED, 8);
	r.since_real_ns = (int64_t)bytes_get(b + SINCE, 8);
	for (size_t i = 0; i < N_COUNTERS; i++)
		*counter(&r, i) = bytes_get(b + COUNTERS + 8 * i, 8);
	*out = r;
	return own;
}
