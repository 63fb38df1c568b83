/* tls.c - certificates and keys tried out by GnuTLS; libmicrohttpd takes the same texts. */
#include "serve/tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>

/* GnuTLS takes what it only reads without const. */
static gnutls_datum_t datum_of(const char *text)
{
	return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)text, .size = (unsigned int)strlen(text) };
}

const char *tls_check_pair(const char *cert, const char *key)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_datum_t cert_pem = datum_of(cert), key_pem = datum_of(key);
	int err = gnutls_certificate_allocate_credentials(&credentials);

	if (err)
		return gnutls_strerror(err);
	err = gnutls_certificate_set_x509_key_mem(credentials, &cert_pem, &key_pem, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(credentials);
	return err < 0 ? gnutls_strerror(err) : NULL;
}

const char *tls_check_ca(const char *ca)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_datum_t pem = datum_of(ca);
	int n = gnutls_certificate_allocate_credentials(&credentials);

	if (n)
		return gnutls_strerror(n);
	n = gnutls_certificate_set_x509_trust_mem(credentials, &pem, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(credentials);
	return n < 0 ? gnutls_strerror(n) : n ? NULL : "there is no certificate in it";
}

const char *tls_priorities(const struct web_config *w)
{
	if (w->min_tls == WEB_TLS13)
		return "NORMAL:-VERS-ALL:+VERS-TLS1.3";
	return w->max_tls == WEB_TLS12 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2" : "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
}

/* Of a client, that is: a server's certificate of the same authority lets nobody in. */
static int verify_client(gnutls_session_t session)
{
	static const char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_typed_vdata_st wanted = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)purpose,
	};
	unsigned int status = 0;

	return gnutls_certificate_verify_peers(session, &wanted, 1, &status) || status
	               ? GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
	               : 0;
}

bool tls_demand_certificate(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t session = info ? info->tls_session : NULL;

	if (!session)
		return false;
	gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
	gnutls_session_set_verify_function(session, verify_client);
	return true;
}
