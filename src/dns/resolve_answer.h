/* resolve_answer.h - what a lookup has found: the addresses of a name, and which of them to use. */
#ifndef MINIPING_RESOLVE_ANSWER_H
#define MINIPING_RESOLVE_ANSWER_H
#include "base/addr.h"
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ares_addrinfo;

struct resolve_answer {
	uint32_t tag; /* as given to resolve_name */
	const char *name;
	const struct addr *addrs;  /* in the answer's order; valid until the call ends: from a server those that
	                            * addr_is_remote, from /etc/hosts and of localhost all that are probeable */
	size_t n_addrs;            /* 0: error says why */
	int64_t ttl_s;             /* the least of theirs, 0 .. 2^31 - 1; 0 for /etc/hosts */
	const char *error;         /* NULL: n_addrs > 0 */
	int missing_family;        /* AF_INET, AF_INET6: the lookup of this family failed, its previous
	                            * addresses are still good; AF_UNSPEC: no such */
	const char *missing_error; /* why; NULL: an answer came after all, and the next one has it */
	bool lacks_memory;         /* the error says no more about the name than that this host has no memory */
};

extern const char resolve_no_address[]; /* the error of an answer without an address that can be probed */
extern const char resolve_no_memory[];

/* resolve_answer_collect - what a server has found: sets n_addrs, ttl_s and error. Not this host's own
 * addresses, about which a server cannot know: "up" would then be our own reply. Nor those of a family that was
 * not asked for: c-ares takes them from any answer. Returns the addresses, which are the caller's to free;
 * NULL: none, or no memory. */
struct addr *resolve_answer_collect(struct resolve_answer *answer, const struct ares_addrinfo *info,
                                    enum family family);

/* resolve_answer_choose - of a good answer, the address to use: the first of IPv6 or, where our routes do not
 * lead there, of IPv4 (RFC 6724 6, rule 1). The same whatever order the two families came in. */
const struct addr *resolve_answer_choose(const struct resolve_answer *answer);

/* resolve_answer_families - FAMILY_BITs of the addresses that an answer has, and of missing_family. */
unsigned resolve_answer_families(const struct resolve_answer *answer);
#endif
