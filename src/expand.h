/* expand.h - texts such as 198.51.100.0/24 to spans of addresses, counted before any of them is made.
 * Pure. */
#ifndef MINIPING_EXPAND_H
#define MINIPING_EXPAND_H
#include "addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 expand_value;   /* an address as a number; of IPv4 the low 32 bits */

struct expand_span {
	expand_value first, last;         /* first <= last */
	uint16_t     family;
};

struct expand {                           /* owns spans */
	struct expand_span *spans;
	size_t              n, room;
};

enum expand_use {
	EXPAND_PROBE,                     /* of an IPv4 prefix below /31 without network and broadcast */
	EXPAND_EXCLUDE,                   /* all of a prefix */
};

/* expand_span_parse - an address, ADDRESS/PREFIX (no bit set behind the prefix), or FIRST-LAST. NULL, or
 * what is wrong, as the end of a sentence (*out untouched). */
const char *expand_span_parse(struct expand_span *out, const char *text, enum expand_use use);

void expand_fini(struct expand *x);

/* expand_add - 0 or -ENOMEM. */
int expand_add(struct expand *x, const struct expand_span *span);

/* expand_sort - IPv4 first, then by address; spans that overlap or touch become one. */
void expand_sort(struct expand *x);

/* expand_subtract - out of x all that is in less; both sorted. 0 or -ENOMEM (x untouched). */
int expand_subtract(struct expand *x, const struct expand *less);

/* expand_count - addresses in x, which is sorted; stops at UINT64_MAX. */
uint64_t expand_count(const struct expand *x);

/* expand_find_unprobeable - the first address of x that no host can answer for (addr_is_probeable), or that is an
 * IPv4-mapped one. */
bool expand_find_unprobeable(const struct expand *x, struct addr *out);

/* expand_addr - a span's number as an address, and back. */
struct addr expand_addr(uint16_t family, expand_value value);
expand_value expand_number(const struct addr *a);

/* expand_text - addr_format of expand_addr, but faster. Returns the length. */
size_t expand_text(uint16_t family, expand_value value, char buf[ADDR_STRLEN]);
#endif
