/* web_config.h - what Prometheus' web configuration file says, as serve obeys it, with the contents of the files that
 * it names. The config modules fill it (config_web.h);
 * https://prometheus.io/docs/prometheus/latest/configuration/https/ is the format's manual. */
#ifndef MINIPING_WEB_CONFIG_H
#define MINIPING_WEB_CONFIG_H
#include <stdbool.h>
#include <stddef.h>

enum web_tls { WEB_TLS12, WEB_TLS13 }; /* RFC 8996 has ended those before */

struct web_user {
	const char *name, *hash; /* bcrypt: "$2y$10$…" (auth_check_hash) */
};

struct web_header { /* of every answer */
	const char *name, *value;
};

struct web_config {                    /* borrowed; all zero: plain HTTP for everybody */
	const char *cert, *key;        /* PEM, both or none: HTTPS */
	const char *client_ca;         /* PEM; NULL: clients need no certificate */
	enum web_tls min_tls, max_tls; /* with cert */
	const struct web_user *users;  /* with n_users == 0: nobody needs a password */
	size_t n_users;
	const struct web_header *headers;
	size_t n_headers;
	const char *token; /* a bearer token, which lets in beside the users; NULL: none */
};

/* web_config_asks - for a password, a token or a client's certificate: not everybody gets in. */
static inline bool web_config_asks(const struct web_config *w)
{
	return w->n_users || w->token || w->client_ca;
}
#endif
