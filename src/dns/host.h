/* host.h - a host as written by a user: an address, with a zone if it is link-local, or a DNS name. The daemon's files,
 * miniping and the library all parse it here. No lookup, no I/O. */
#ifndef MINIPING_HOST_H
#define MINIPING_HOST_H
#include "core/options.h"

#define HOST_NAME_LEN 256 /* a DNS name with its NUL (RFC 1035 2.3.4) */

struct host {
	struct addr addr;                 /* AF_UNSPEC: a name; its scope is always 0 */
	char zone[SETTING_INTERFACE_LEN]; /* the interface's name or number behind "%"; "": none */
};

/* host_parse - NULL, or what is wrong with text and what would be right, as the end of a sentence (*out is then
 * of no meaning). A string that ping(8) or a browser takes for an address, or that is nearly one, is never a
 * name: 127.1, 192.0.2.010, 0x7f000001, 10.0.0.59x, [fd00::2], ::ffff:192.0.2.2. Names may have letters beyond
 * ASCII (IDNA 2008); the result does not depend on the locale. */
const char *host_parse(struct host *out, const char *text);

/* host_address - an address alone, of one host or of many, with a zone if it takes one. 0 or -EINVAL (*out untouched).
 */
int host_address(struct host *out, const char *text);

/* host_ascii - a name that host_parse accepts, in the form that DNS has ("xn--..."). 0 or -EINVAL. */
int host_ascii(char out[HOST_NAME_LEN], const char *name);
#endif
