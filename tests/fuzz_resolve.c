/* fuzz_resolve.c - what DNS servers answer, from the wire through c-ares to resolve's own answer. A byte: which IP
 * families are asked for and expected, and whether to close at the first answer. Then answers, one for each query in
 * turn: how, length (2 bytes), bytes. How, 1: flags, three counts and records behind the question that was asked; or
 * else the whole message but for its id. */
#include "dns/resolve.h"

#include "name_server.h"
#include "resolve_poll.h"

#define CLOSE_EARLY 0x10u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *left;
static size_t n_left;
static unsigned n_answers, n_wanted;
static enum family families[2];

static size_t name_server_answer(const uint8_t *query, size_t len, uint8_t answer[NAME_SERVER_LEN])
{
	bool behind = n_left && left[0] & 1;
	size_t n = n_left >= 3 ? (size_t)left[1] << 8 | left[2] : 0, to = 0;

	if (n_left < 3)
		return 0;
	left += 3;
	n_left -= 3;
	n = n < n_left ? n : n_left;
	if (behind && n >= 8) {
		to = name_server_question_end(query, len);
		memcpy(answer, query, to);
		memcpy(answer + 2, left, 2);
		memcpy(answer + 6, left + 2, 6);
		left += 8;
		n_left -= 8;
		n -= 8;
	}
	n = n < NAME_SERVER_LEN - to ? n : NAME_SERVER_LEN - to;
	memcpy(answer + to, left, n);
	left += n;
	n_left -= n;
	return to + n;
}

static void on_answer(void *data, const struct resolve_answer *a)
{
	enum family family = families[a->tag];

	if (!a->error != !!a->n_addrs || a->ttl_s < 0 || !resolve_answer_choose(a) != !a->n_addrs)
		abort();
	for (size_t i = 0; i < a->n_addrs; i++)
		if (!addr_is_remote(&a->addrs[i]) ||
		    (family != FAMILY_ANY && a->addrs[i].family != (family == FAMILY_IPV6 ? AF_INET6 : AF_INET)))
			abort();
	(void)data;
	n_answers++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum family asked[] = { FAMILY_ANY, FAMILY_IPV4, FAMILY_IPV6, FAMILY_ANY };
	struct resolve *r;

	if (!size)
		data = (const uint8_t *)"", size = 1;
	if (resolve_open(&r, on_answer, NULL, NULL))
		abort();
	left = data + 1;
	n_left = size - 1;
	n_answers = 0;
	n_wanted = data[0] & CLOSE_EARLY ? 1 : 2;
	for (uint32_t i = 0; i < 2; i++) {
		families[i] = i ? FAMILY_ANY : asked[data[0] & 3];
		if (resolve_name(r, i ? "b.test" : "a.test", families[i], data[0] >> 2 & 3, i))
			abort();
	}
	while (n_answers < n_wanted)
		resolve_poll(r, -1);
	resolve_close(r);
	return 0;
}
