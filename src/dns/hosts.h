/* hosts.h - the names and addresses of a file such as /etc/hosts (hosts(5)), found by name. Pure. */
#ifndef MINIPING_HOSTS_H
#define MINIPING_HOSTS_H
#include "base/addr.h"
#include "base/hash.h"
#include "core/options.h"

#include <stddef.h>

#define HOSTS_ADDRS_MAX 256u /* of one name; any more are left out */

struct hosts;

/* hosts_parse - text[0 .. len): a line is an address, which may have a zone, then names; "#" begins a comment.
 * Other lines are skipped. Takes text, which is from malloc and has room for one byte more, even if it fails.
 * NULL: no memory. O(len). */
struct hosts *hosts_parse(char *text, size_t len, struct hash_secret secret);

/* hosts_free - NULL allowed. */
void hosts_free(struct hosts *h);

/* hosts_find - the addresses of name, in lower or upper case, in the order of the file. For localhost and names
 * that end in it, where the file has none, the loopback addresses (RFC 6761 6.3). Returns how many of addrs are
 * set. h may be NULL: an empty file. O(addresses of the name). */
size_t hosts_find(const struct hosts *h, const char *name, enum family family, struct addr addrs[HOSTS_ADDRS_MAX]);
#endif
