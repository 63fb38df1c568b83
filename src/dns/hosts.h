/* hosts.h - what a file such as /etc/hosts says (hosts(5)), found by name. Pure. */
#ifndef MINIPING_HOSTS_H
#define MINIPING_HOSTS_H
#include "base/addr.h"
#include "base/hash.h"
#include "core/options.h"

#include <stddef.h>

#define HOSTS_ADDRS_MAX 256u              /* of one name; any more are left out */

struct hosts;

/* hosts_parse - text[0 .. len): a line is an address, which may have a zone, then names; "#" begins a comment. Lines
 * that are none are passed over. Takes text, which is the heap's and has room for one byte more, and changes it, in
 * any case. NULL: no memory. O(len). */
struct hosts *hosts_parse(char *text, size_t len, struct hash_secret secret);

/* hosts_free - NULL allowed. */
void hosts_free(struct hosts *h);

/* hosts_find - the addresses of name, in lower or upper case, in the order of the file. What it does not have of
 * localhost and names that end so is this host's loopback (RFC 6761 6.3). Returns how many of addrs there are.
 * h may be NULL: an empty file. O(1), and the addresses. */
size_t hosts_find(const struct hosts *h, const char *name, enum family family, struct addr addrs[HOSTS_ADDRS_MAX]);
#endif
