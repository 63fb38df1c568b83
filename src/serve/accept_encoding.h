/* accept_encoding.h - whether a client takes gzip (RFC 9110 12.5.3). Pure. */
#ifndef MINIPING_ACCEPT_ENCODING_H
#define MINIPING_ACCEPT_ENCODING_H
#include <stdbool.h>

/* accept_encoding_gzip - header: the value of Accept-Encoding; NULL: none was sent. "gzip;q=0" refuses it, "*" takes
 * it. */
bool accept_encoding_gzip(const char *header);
#endif
