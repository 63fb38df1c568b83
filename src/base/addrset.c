/* addrset.c - an address is a number of 128 bits here, so that IPv4 and IPv6 take the same arithmetic. */
#include "base/addrset.h"

#include "base/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static unsigned bits_of(uint16_t family)
{
	return family == AF_INET ? 32 : 128;
}

static size_t len_of(uint16_t family)
{
	return family == AF_INET ? 4 : 16;
}

struct addr addrset_addr(uint16_t family, addrset_value value)
{
	struct addr a = { .family = family };

	for (size_t i = len_of(family); i-- > 0; value >>= 8)
		a.bytes[i] = (uint8_t)value;
	return a;
}

addrset_value addrset_number(const struct addr *a)
{
	addrset_value value = 0;

	for (size_t i = 0; i < len_of(a->family); i++)
		value = value << 8 | a->bytes[i];
	return value;
}

size_t addrset_text(uint16_t family, addrset_value value, char buf[ADDR_STRLEN])
{
	struct addr a = addrset_addr(family, value);
	char *at = buf;

	if (family != AF_INET)
		return strlen(addr_format(&a, buf));
	for (int i = 0; i < 4; i++) {
		unsigned byte = a.bytes[i];

		if (byte >= 100)
			*at++ = (char)('0' + byte / 100);
		if (byte >= 10)
			*at++ = (char)('0' + byte / 10 % 10);
		*at++ = (char)('0' + byte % 10);
		*at++ = '.';
	}
	*--at = '\0';
	return (size_t)(at - buf);
}

static int address_parse(struct addr *out, const char *text, size_t len)
{
	char buf[ADDR_STRLEN];

	if (len >= sizeof(buf) || memchr(text, '%', len))
		return -EINVAL;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return addr_parse(out, buf);
}

static const char *prefix_parse(struct addrset_span *out, const char *text, const char *slash, enum addrset_use use)
{
	struct addr a;
	addrset_value behind;
	int64_t len;
	unsigned bits;

	if (address_parse(&a, text, (size_t)(slash - text)) < 0)
		return "does not begin with an IPv4 or IPv6 address";
	bits = bits_of(a.family);
	if (parse_count(&len, slash + 1, 0, bits) < 0)
		return a.family == AF_INET ? "has no prefix length from 0 to 32 behind the \"/\""
		                           : "has no prefix length from 0 to 128 behind the \"/\"";
	behind = len ? ((addrset_value)1 << (bits - (unsigned)len)) - 1 : ~(addrset_value)0;
	if (a.family == AF_INET)
		behind &= UINT32_MAX;
	out->family = a.family;
	out->first = addrset_number(&a);
	if (out->first & behind)
		return "has bits set behind its prefix";
	out->last = out->first + behind;
	/* As fping -g: the network's own address and its broadcast are no hosts; of /31 (RFC 3021) and
	 * /32, and in IPv6, every address can be one. */
	if (use == ADDRSET_PROBE && a.family == AF_INET && len < 31) {
		out->first++;
		out->last--;
	}
	return NULL;
}

static const char *pair_parse(struct addrset_span *out, const char *text, const char *dash)
{
	struct addr first, last;

	if (address_parse(&first, text, (size_t)(dash - text)) < 0 ||
	    address_parse(&last, dash + 1, strlen(dash + 1)) < 0)
		return "is not FIRST-LAST, two whole addresses";
	if (first.family != last.family)
		return "begins and ends with addresses of two IP versions";
	*out = (struct addrset_span){ addrset_number(&first), addrset_number(&last), first.family };
	return out->first <= out->last ? NULL : "ends before it begins";
}

const char *addrset_span_parse(struct addrset_span *out, const char *text, enum addrset_use use)
{
	const char *slash = strchr(text, '/'), *dash = strchr(text, '-'), *wrong = NULL;
	struct addrset_span span = { 0 };
	struct addr a;

	if (slash) {
		wrong = prefix_parse(&span, text, slash, use);
	} else if (dash) {
		wrong = pair_parse(&span, text, dash);
	} else if (address_parse(&a, text, strlen(text)) == 0) {
		span = (struct addrset_span){ addrset_number(&a), addrset_number(&a), a.family };
	} else {
		wrong = "is not an address, ADDRESS/PREFIX or FIRST-LAST";
	}
	if (!wrong)
		*out = span;
	return wrong;
}

void addrset_fini(struct addrset *x)
{
	free(x->spans);
	*x = (struct addrset){ 0 };
}

int addrset_add(struct addrset *x, const struct addrset_span *span)
{
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 4;
		struct addrset_span *spans = reallocarray(x->spans, room, sizeof(*spans));

		if (!spans)
			return -ENOMEM;
		x->spans = spans;
		x->room = room;
	}
	x->spans[x->n++] = *span;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct addrset_span *x = a, *y = b;

	if (x->family != y->family)
		return x->family == AF_INET ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

void addrset_sort(struct addrset *x)
{
	size_t n = 0;

	if (!x->n)
		return;
	qsort(x->spans, x->n, sizeof(x->spans[0]), compare);
	for (size_t i = 1; i < x->n; i++) {
		struct addrset_span *end = &x->spans[n], *next = &x->spans[i];

		/* The difference, because last + 1 can be 0. */
		if (next->family != end->family || (next->first > end->last && next->first - end->last > 1))
			x->spans[++n] = *next;
		else if (next->last > end->last)
			end->last = next->last;
	}
	x->n = n + 1;
}

/* What span keeps beside less[*i ..]; *i moves past those that end before any later span. */
static int subtract_from(struct addrset *out, struct addrset_span span, const struct addrset *less, size_t *i)
{
	for (; *i < less->n; (*i)++) {
		const struct addrset_span *gap = &less->spans[*i];

		if (gap->family != span.family ? compare(gap, &span) < 0 : gap->last < span.first)
			continue;
		if (gap->family != span.family || gap->first > span.last)
			break;
		if (gap->first > span.first) {
			struct addrset_span before = { span.first, gap->first - 1, span.family };

			if (addrset_add(out, &before) < 0)
				return -ENOMEM;
		}
		if (gap->last >= span.last)
			return 0;
		span.first = gap->last + 1;
	}
	return addrset_add(out, &span);
}

int addrset_subtract(struct addrset *x, const struct addrset *less)
{
	struct addrset rest = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < x->n; i++) {
		if (subtract_from(&rest, x->spans[i], less, &at) < 0) {
			addrset_fini(&rest);
			return -ENOMEM;
		}
	}
	addrset_fini(x);
	*x = rest;
	return 0;
}

uint64_t addrset_count(const struct addrset *x)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < x->n; i++) {
		addrset_value less_one = x->spans[i].last - x->spans[i].first;

		if (less_one >= UINT64_MAX - sum)
			return UINT64_MAX;
		sum += (uint64_t)less_one + 1;
	}
	return sum;
}

bool addrset_find_unprobeable(const struct addrset *x, struct addr *out)
{
	static const char *const texts[] = {
		"0.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "::ffff:0:0/96", "ff00::/8",
	};

	for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
		struct addrset_span none;

		addrset_span_parse(&none, texts[k], ADDRSET_EXCLUDE);
		for (size_t i = 0; i < x->n; i++) {
			const struct addrset_span *span = &x->spans[i];

			if (none.family != span->family || none.first > span->last || none.last < span->first)
				continue;
			*out = addrset_addr(span->family, none.first > span->first ? none.first : span->first);
			return true;
		}
	}
	return false;
}
