/* tls.h - what GnuTLS is told of an HTTPS listener: checked when the configuration is read, not when the first client
 * comes. */
#ifndef MINIPING_TLS_H
#define MINIPING_TLS_H
#include "serve/web_config.h"

#include <stdbool.h>

struct MHD_Connection;

/* tls_check_pair, tls_check_ca - PEM texts that a server can use: a certificate and its key, the certificates of an
 * authority. NULL: they are; else why not. */
const char *tls_check_pair(const char *cert, const char *key);
const char *tls_check_ca(const char *ca);

/* tls_priorities - MHD_OPTION_HTTPS_PRIORITIES for w. */
const char *tls_priorities(const struct web_config *w);

/* tls_demand_certificate - of a connection that has just begun (MHD_CONNECTION_NOTIFY_STARTED) at a listener with a
 * client_ca: the handshake fails without a certificate that this authority vouches for, as one of a client. The
 * listener has MHD_OPTION_HTTPS_MEM_TRUST. False: it could not be demanded, so nothing may be answered. */
bool tls_demand_certificate(struct MHD_Connection *c);
#endif
