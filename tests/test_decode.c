/* The packets stand in tests/vectors/: "as" says which way they came, "kind" and the other keys what
 * must be read from them, then their bytes in hex. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/decode.h"
#include "random.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_KEYS_MAX 16
#define BYTES_MAX  4096
#define N_VECTORS  70 /* at least: or the directory was not found whole */

struct vector {
	char name[256];
	char *keys[N_KEYS_MAX], *values[N_KEYS_MAX];
	size_t n_keys, len;
	uint8_t bytes[BYTES_MAX];
};

static struct vector vectors[256];
static size_t n_vectors;

static void read_line(struct vector *v, char *line)
{
	char *colon = strchr(line, ':'), *at = line;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#')
		return;
	if (colon) {
		*colon = '\0';
		v->keys[v->n_keys] = strdup(line);
		v->values[v->n_keys++] = strdup(colon + 2);
		return;
	}
	for (char *end; *at; at = end) {
		v->bytes[v->len++] = (uint8_t)strtoul(at, &end, 16);
		if (end == at)
			fail_msg("%s: no hex: %s", v->name, at);
	}
}

static void read_vector(const char *dir, const char *name)
{
	struct vector *v = &vectors[n_vectors++];
	char path[PATH_MAX], line[256];
	FILE *f;

	snprintf(v->name, sizeof(v->name), "%s", name);
	assert_true(snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path));
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		read_line(v, line);
	fclose(f);
}

static int read_vectors(void **state)
{
	const char *srcdir = getenv("srcdir");
	char dir[PATH_MAX];
	struct dirent *e;
	DIR *d;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/tests/vectors", srcdir ? srcdir : ".");
	d = opendir(dir);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.' && n_vectors < sizeof(vectors) / sizeof(vectors[0]))
			read_vector(dir, e->d_name);
	if (d)
		closedir(d);
	return n_vectors < N_VECTORS;
}

static int free_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		for (size_t k = 0; k < vectors[i].n_keys; k++) {
			free(vectors[i].keys[k]);
			free(vectors[i].values[k]);
		}
	}
	return 0;
}

static const char *value_of(const struct vector *v, const char *key)
{
	for (size_t i = 0; i < v->n_keys; i++)
		if (!strcmp(v->keys[i], key))
			return v->values[i];
	return NULL;
}

/* Decodes a copy that ends where its block of memory ends, for a sanitizer to see. */
static enum decode_kind decode_as(const char *as, const uint8_t *bytes, size_t len, struct decoded *d, uint8_t **copy)
{
	*copy = malloc(len ? len : 1);
	assert_non_null(*copy);
	memcpy(*copy, bytes, len);
	if (!strcmp(as, "ip4"))
		return decode_ip4(*copy, len, d);
	if (!strcmp(as, "icmp4"))
		return decode_icmp4(*copy, len, d);
	if (!strcmp(as, "icmp6"))
		return decode_icmp6(*copy, len, d);
	if (!strcmp(as, "quote4"))
		return decode_quote(AF_INET, *copy, len, d);
	assert_string_equal(as, "quote6");
	return decode_quote(AF_INET6, *copy, len, d);
}

static const char *kind_name(enum decode_kind k)
{
	static const char *const names[] = { "reply", "bad_code", "corrupt", "error", "other", "malformed" };

	return names[k];
}

static void field_text(const struct decoded *d, const char *key, char *buf, size_t len)
{
	char addr[ADDR_STRLEN];

	if (!strcmp(key, "id"))
		snprintf(buf, len, "%u", d->id);
	else if (!strcmp(key, "seq"))
		snprintf(buf, len, "%u", d->seq);
	else if (!strcmp(key, "ttl"))
		snprintf(buf, len, "%d", d->ttl);
	else if (!strcmp(key, "nonce"))
		snprintf(buf, len, "%s", d->has_nonce ? "yes" : "no");
	else if (!strcmp(key, "payload_len"))
		snprintf(buf, len, "%zu", d->payload_len);
	else if (!strcmp(key, "to"))
		snprintf(buf, len, "%s", addr_format(&d->quoted_to, addr));
	else if (!strcmp(key, "type"))
		snprintf(buf, len, "%u", d->type);
	else if (!strcmp(key, "code"))
		snprintf(buf, len, "%u", d->code);
	else if (!strcmp(key, "mtu"))
		snprintf(buf, len, "%u", d->mtu);
	else
		fail_msg("unknown key %s", key);
}

static void check_vector(const struct vector *v)
{
	char found[64];
	struct decoded d = { 0 };
	uint8_t *copy;
	enum decode_kind kind = decode_as(value_of(v, "as"), v->bytes, v->len, &d, &copy);

	if (strcmp(kind_name(kind), value_of(v, "kind")))
		fail_msg("%s: is %s, should be %s", v->name, kind_name(kind), value_of(v, "kind"));
	for (size_t i = 0; i < v->n_keys; i++) {
		if (!strcmp(v->keys[i], "as") || !strcmp(v->keys[i], "kind"))
			continue;
		field_text(&d, v->keys[i], found, sizeof(found));
		if (strcmp(found, v->values[i]))
			fail_msg("%s: %s is %s, should be %s", v->name, v->keys[i], found, v->values[i]);
	}
	if (d.has_nonce)
		assert_memory_equal(&d.nonce, d.payload, sizeof(d.nonce));
	free(copy);
}

static void every_vector_gives_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++)
		check_vector(&vectors[i]);
}

static void payload_lies_inside(enum decode_kind kind, const struct decoded *d, const uint8_t *bytes, size_t len)
{
	if (kind == DECODE_OTHER || kind == DECODE_MALFORMED)
		return;
	assert_true(d->payload >= bytes && d->payload <= bytes + len);
	assert_true(d->payload_len <= (size_t)(bytes + len - d->payload));
	assert_int_equal(d->has_nonce, d->payload_len >= 8);
}

/* Under a sanitizer this also shows that no byte past what arrived is read. */
static void every_vector_may_be_cut_at_every_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		const struct vector *v = &vectors[i];

		for (size_t len = 0; len < v->len; len++) {
			struct decoded d = { 0 };
			uint8_t *copy;
			enum decode_kind kind = decode_as(value_of(v, "as"), v->bytes, len, &d, &copy);

			payload_lies_inside(kind, &d, copy, len);
			free(copy);
		}
	}
}

/* The total length says how long it was: a packet that arrives shorter is none, however it is cut. */
static void a_cut_ipv4_reply_is_malformed_at_every_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		const struct vector *v = &vectors[i];

		if (strcmp(v->name, "valid_reply") && strcmp(v->name, "valid_reply_with_options"))
			continue;
		for (size_t len = 0; len < v->len; len++) {
			struct decoded d;

			assert_int_equal(decode_ip4(v->bytes, len, &d), DECODE_MALFORMED);
		}
	}
}

static void no_mutation_leads_outside_the_packet(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		const struct vector *v = &vectors[random_below(&seed, n_vectors)];
		uint8_t bytes[BYTES_MAX], *copy;
		struct decoded d = { 0 };
		enum decode_kind kind;

		if (!v->len)
			continue;
		memcpy(bytes, v->bytes, v->len);
		for (uint64_t n = 1 + random_below(&seed, 4); n; n--)
			bytes[random_below(&seed, v->len)] = (uint8_t)random_next(&seed);
		kind = decode_as(value_of(v, "as"), bytes, v->len, &d, &copy);
		payload_lies_inside(kind, &d, copy, v->len);
		free(copy);
	}
}

/* Of the ICMP message, which the checksum covers, no bit may change unseen. */
static void no_flipped_bit_leaves_an_ipv4_reply_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		const struct vector *v = &vectors[i];
		uint8_t bytes[BYTES_MAX];
		struct decoded d;

		if (strcmp(v->name, "valid_reply"))
			continue;
		for (size_t bit = 20 * 8; bit < v->len * 8; bit++) {
			memcpy(bytes, v->bytes, v->len);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_not_equal(decode_ip4(bytes, v->len, &d), DECODE_REPLY);
			assert_int_not_equal(decode_ip4(bytes, v->len, &d), DECODE_ERROR);
		}
		return;
	}
	fail_msg("no vector valid_reply");
}

static void a_bare_quote_leaves_what_the_control_data_told(void **state)
{
	static const uint8_t request[16] = { 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	struct decoded d = { .type = 3, .code = 4, .mtu = 1400 };

	(void)state;
	assert_int_equal(addr_parse(&d.quoted_to, "192.0.2.1"), 0);
	assert_int_equal(decode_quote(AF_INET, request, sizeof(request), &d), DECODE_ERROR);
	assert_int_equal(d.type, 3);
	assert_int_equal(d.code, 4);
	assert_int_equal(d.mtu, 1400);
	assert_int_equal(d.quoted_to.family, AF_INET);
	assert_int_equal(d.id, 0x0102);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_gives_what_it_says),
		cmocka_unit_test(every_vector_may_be_cut_at_every_length),
		cmocka_unit_test(a_cut_ipv4_reply_is_malformed_at_every_length),
		cmocka_unit_test(no_mutation_leads_outside_the_packet),
		cmocka_unit_test(no_flipped_bit_leaves_an_ipv4_reply_valid),
		cmocka_unit_test(a_bare_quote_leaves_what_the_control_data_told),
	};

	return cmocka_run_group_tests(tests, read_vectors, free_vectors);
}
