/* host.h - what somebody wrote as a host: an address, a link-local one perhaps with a zone, or a DNS name. One
 * reading of it for the daemon's files, miniping and the library. No look-up, no I/O. */
#ifndef MINIPING_HOST_H
#define MINIPING_HOST_H
#include "core/options.h"

#define HOST_NAME_LEN 256                 /* a DNS name with its NUL (RFC 1035 2.3.4) */

struct host {
	struct addr addr;                 /* AF_UNSPEC: the text is a name; its scope is always 0 */
	char        zone[SETTING_INTERFACE_LEN];     /* the interface's name or number behind "%"; "": none */
};

/* host_parse - NULL, or what is wrong with text and what would be right, as the end of a sentence (*out is then of
 * no meaning). What ping(8) or a browser might take for an address, and what is nearly one, is never a name:
 * 127.1, 192.0.2.010, 0x7f000001, 10.0.0.59x, [fd00::2], ::ffff:192.0.2.2. Names may have other letters than ASCII's
 * (IDNA 2008); the result does not depend on the locale. */
const char *host_parse(struct host *out, const char *text);

/* host_address - an address alone, with a zone if it is link-local. 0 or -EINVAL (*out untouched). */
int host_address(struct host *out, const char *text);

/* host_ascii - a name that host_parse takes as DNS has it ("xn--..."). 0 or -EINVAL. */
int host_ascii(char out[HOST_NAME_LEN], const char *name);
#endif
