/* resolve.h - names to addresses on a libev loop, through c-ares: /etc/hosts and the DNS servers of
 * resolv.conf, in this order. Never waits for a server; at most RESOLVE_UNDER_WAY queries at once, the
 * others wait in line. What /etc/hosts answers does not: it passes by all that wait for a server, and is read away from
 * the loop, once for each of its changes. After a hundred names queries go from another port. */
#ifndef MINIPING_RESOLVE_H
#define MINIPING_RESOLVE_H
#include "base/addr.h"
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESOLVE_UNDER_WAY 256u
#define RESOLVE_LINE      65536u          /* names that it makes sense to hand over at once: 5 MB */

struct ev_loop;
struct resolve;

struct resolve_answer {
	uint32_t           tag;           /* as given to resolve_name */
	const char        *name;
	const struct addr *addrs;         /* in the answer's order; until the call ends: of a server those that
	                                   * addr_is_remote, of /etc/hosts and localhost all that are probeable */
	size_t             n_addrs;       /* 0: error says why */
	int64_t            ttl_s;         /* least of theirs, 0 .. 2^31 - 1; 0 for /etc/hosts */
	const char        *error;         /* NULL: n_addrs > 0 */
	int                untold;        /* AF_INET, AF_INET6: of this version nothing is told, what there was is
	                                   * still good; AF_UNSPEC: no such */
	const char        *untold_error;  /* why; NULL: an answer came after all, and the next one has it */
};

typedef void resolve_on_answer(void *data, const struct resolve_answer *answer);

/* Whether the answer still matters to anybody; asked when a name's turn comes. If not, no server is: the
 * answer is an error at once. */
typedef bool resolve_is_wanted(void *data, uint32_t tag);

/* resolve_open - 0 and *out, or -errno.
 *   is_wanted   NULL: all are */
int resolve_open(struct resolve **out, struct ev_loop *loop, resolve_on_answer *on_answer,
                 resolve_is_wanted *is_wanted, void *data);

/* resolve_close - drops what is under way; on_answer is not called any more. */
void resolve_close(struct resolve *r);

/* resolve_name - on_answer is called once, from the loop, never from inside this call. Copies name.
 * 0 or -ENOMEM.
 *   expected   FAMILY_BITs of what the name had before; for FAMILY_ANY. Where a server's answer lacks one of them,
 *              that is asked for once more, alone: c-ares does not tell a query that failed from one that found
 *              nothing. */
int resolve_name(struct resolve *r, const char *name, enum family family, unsigned expected, uint32_t tag);

/* resolve_versions - FAMILY_BITs of what an answer has, or may have: that is untold. */
unsigned resolve_versions(const struct resolve_answer *answer);

/* resolve_refresh - read resolv.conf again, for the queries from now on. 0 or -ENOMEM (then the servers
 * stay as they were). */
int resolve_refresh(struct resolve *r);

/* resolve_choose - of a good answer, the address to use: the first of IPv6 or, where our routes do not
 * lead there, of IPv4 (RFC 6724 6, rule 1). The same whatever order the two versions came in. */
const struct addr *resolve_choose(const struct resolve_answer *answer);
#endif
