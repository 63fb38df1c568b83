/* addr.h - an IPv4 or IPv6 address as a plain value. */
#ifndef MINIPING_ADDR_H
#define MINIPING_ADDR_H
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_STRLEN (INET6_ADDRSTRLEN + 1 + 16) /* with "%" and an interface name */

struct addr {
	uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest are 0 */
	uint32_t scope;    /* interface index of a link-local IPv6 address, else 0 */
	uint16_t family;   /* AF_INET, AF_INET6; AF_UNSPEC: no address */
};

/* addr_parse - text to address: dotted quad, or RFC 4291 2.2 text without a zone (host.h). 0 or -EINVAL (*out
 * untouched). Never looks up names. */
int addr_parse(struct addr *out, const char *text);

/* addr_parse_scoped - the same with an optional %interface, which must exist now: for what is read again and again. */
int addr_parse_scoped(struct addr *out, const char *text);

/* addr_format - address to text; returns buf. AF_UNSPEC gives "". */
char *addr_format(const struct addr *a, char buf[ADDR_STRLEN]);

/* addr_equal - same family, bytes and, where both have one, scope. */
bool addr_equal(const struct addr *a, const struct addr *b);

/* addr_is_probeable - a unicast address that one host can answer for: not unspecified, not
 * multicast, not the limited broadcast. */
bool addr_is_probeable(const struct addr *a);

/* addr_is_remote - probeable, and such as a DNS server may give for a host elsewhere: not loopback, link-local
 * (DNS knows no zone), "this network", mapped or compatible IPv4, discard-only or reserved (RFC 6890). */
bool addr_is_remote(const struct addr *a);

/* addr_is_link_local - of fe80::/10: means nothing without an interface. */
bool addr_is_link_local(const struct addr *a);

/* addr_is_multicast - of 224.0.0.0/4 or ff00::/8. */
bool addr_is_multicast(const struct addr *a);

/* addr_is_many - multicast, or the limited broadcast: any number may answer. */
bool addr_is_many(const struct addr *a);

/* addr_takes_zone - means nothing without an interface: link-local, or a multicast address of no wider scope. */
bool addr_takes_zone(const struct addr *a);

/* addr_from_bytes - n is 4 or 16. */
struct addr addr_from_bytes(const uint8_t *bytes, int family);

/* addr_from_sockaddr - AF_UNSPEC for any family but the two. */
struct addr addr_from_sockaddr(const struct sockaddr *sa);

/* addr_to_sockaddr - fills *ss, port 0; returns its length. */
socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss);
#endif
