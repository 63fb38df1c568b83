/* addrset.h - strings such as 198.51.100.0/24 as spans of addresses, counted before any of them is expanded. Pure. */
#ifndef MINIPING_ADDRSET_H
#define MINIPING_ADDRSET_H
#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 addrset_value; /* an address as a number; of IPv4 the low 32 bits */

struct addrset_span {
	addrset_value first, last; /* first <= last */
	uint16_t family;
};

struct addrset { /* owns spans */
	struct addrset_span *spans;
	size_t n, room;
};

enum addrset_use {
	ADDRSET_PROBE,   /* of an IPv4 prefix below /31 without network and broadcast */
	ADDRSET_EXCLUDE, /* all of a prefix */
};

/* addrset_span_parse - an address, ADDRESS/PREFIX (no bit set behind the prefix), or FIRST-LAST. NULL, or
 * what is wrong, as the end of a sentence (*out untouched). */
const char *addrset_span_parse(struct addrset_span *out, const char *text, enum addrset_use use);

void addrset_fini(struct addrset *x);

/* addrset_add - 0 or -ENOMEM. */
int addrset_add(struct addrset *x, const struct addrset_span *span);

/* addrset_sort - IPv4 first, then by address; spans that overlap or touch become one. */
void addrset_sort(struct addrset *x);

/* addrset_subtract - out of x all that is in less; both sorted. 0 or -ENOMEM (x untouched). */
int addrset_subtract(struct addrset *x, const struct addrset *less);

/* addrset_count - addresses in x, which is sorted; stops at UINT64_MAX. */
uint64_t addrset_count(const struct addrset *x);

/* addrset_find_unprobeable - the first address of x that no host can answer for (addr_is_probeable), or that is an
 * IPv4-mapped one. */
bool addrset_find_unprobeable(const struct addrset *x, struct addr *out);

/* addrset_addr - a span's number as an address, and back. */
struct addr addrset_addr(uint16_t family, addrset_value value);
addrset_value addrset_number(const struct addr *a);

/* addrset_text - addr_format of addrset_addr, but faster. Returns the length. */
size_t addrset_text(uint16_t family, addrset_value value, char buf[ADDR_STRLEN]);
#endif
