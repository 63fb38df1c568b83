/* config_hash.c - by GnuTLS, which the server needs anyhow. */
#include "config/config_hash.h"

#include "config/config_reader.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <stdio.h>

#define DIGEST_LEN 32 /* of SHA-256 */

int config_hash_init(struct config_reader *r)
{
	return gnutls_hash_init(&r->hash, GNUTLS_DIG_SHA256) ? -ENOMEM : 0;
}

void config_hash_fini(struct config_reader *r)
{
	if (r->hash)
		gnutls_hash_deinit(r->hash, NULL);
	r->hash = NULL;
}

int config_hash_add(struct config_reader *r, const char *text, size_t len)
{
	return gnutls_hash(r->hash, text, len) ? -ENOMEM : 0;
}

void config_hash_end(struct config_reader *r)
{
	unsigned char digest[DIGEST_LEN];
	char *hex = r->config->hash;

	gnutls_hash_output(r->hash, digest);
	for (size_t i = 0; 2 * i + 2 < sizeof(r->config->hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
