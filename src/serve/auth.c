/* auth.c - the header Authorization taken apart (RFC 7617, RFC 6750), bcrypt by crypt_r, and a small memory of
 * passwords that were right. What is secret is compared in constant time. */
#include "serve/auth.h"

#include "base/clock.h"

#include <crypt.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGEST_LEN      32 /* SHA-256 */
#define KNOWN_MAX       64
#define CREDENTIALS_MAX 1024             /* of user and password, decoded */
#define HASH_LEN        60               /* "$2y$10$", 22 characters of salt and 31 of hash */
#define COST_10_NS      (50 * NS_PER_MS) /* that a hash of cost 10 takes, on a machine of 2020 */
#define WRONG_BURST_NS  (500 * NS_PER_MS)
#define WRONG_SHARE     5 /* of the thread's time, one part in so many */

struct user {
	char *name, *hash;
};

struct auth {
	struct user *users; /* copies, as is token */
	size_t n_users;
	char *token;
	uint8_t key[DIGEST_LEN];              /* of the digests; random */
	uint8_t known[KNOWN_MAX][DIGEST_LEN]; /* of user, password and hash */
	size_t n_known;                       /* so far; the oldest goes */
	int64_t wrong_left_ns, wrong_at_ns;   /* bcrypt that wrong passwords may still cost; as of then */
	struct crypt_data crypt;
};

/* What has been copied when memory runs out is auth_free's. */
static int copy_users(struct auth *a, const struct web_config *w)
{
	a->users = calloc(w->n_users + 1, sizeof(*a->users));
	if (!a->users)
		return -ENOMEM;
	a->n_users = w->n_users;
	for (size_t i = 0; i < w->n_users; i++) {
		a->users[i].name = strdup(w->users[i].name);
		a->users[i].hash = strdup(w->users[i].hash);
		if (!a->users[i].name || !a->users[i].hash)
			return -ENOMEM;
	}
	return 0;
}

int auth_new(struct auth **out, const struct web_config *w)
{
	struct auth *a = calloc(1, sizeof(*a));
	int err;

	if (!a)
		return -ENOMEM;
	a->wrong_left_ns = WRONG_BURST_NS;
	err = copy_users(a, w);
	if (!err && w->token && !(a->token = strdup(w->token)))
		err = -ENOMEM;
	if (!err && gnutls_rnd(GNUTLS_RND_KEY, a->key, sizeof(a->key)))
		err = -EIO;
	if (err) {
		auth_free(a);
		return err;
	}
	*out = a;
	return 0;
}

static void free_secret(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

void auth_free(struct auth *a)
{
	if (!a)
		return;
	for (size_t i = 0; a->users && i < a->n_users; i++) {
		free(a->users[i].name);
		free_secret(a->users[i].hash);
	}
	free(a->users);
	free_secret(a->token);
	explicit_bzero(a, sizeof(*a));
	free(a);
}

const char *auth_challenge(const struct auth *a)
{
	static const char basic[] = "Basic realm=\"minipingd\", charset=\"UTF-8\"";

	if (!a->token)
		return basic;
	return a->n_users ? "Basic realm=\"minipingd\", charset=\"UTF-8\", Bearer realm=\"minipingd\""
	                  : "Bearer realm=\"minipingd\"";
}

const char *auth_check_hash(const char *text)
{
	static const char letters[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	int cost;

	if (strlen(text) != HASH_LEN || strncmp(text, "$2", 2) || !strchr("aby", text[2]) || text[3] != '$' ||
	    text[4] < '0' || text[4] > '9' || text[5] < '0' || text[5] > '9' || text[6] != '$' ||
	    strspn(text + 7, letters) != HASH_LEN - 7)
		return "expected a bcrypt hash, as htpasswd -nB makes it";
	cost = (text[4] - '0') * 10 + text[5] - '0';
	if (cost < 4 || cost > 31)
		return "the cost of a bcrypt hash is from 04 to 31";
	return cost > AUTH_COST_MAX ? "its cost is above 14: each login would keep all others waiting for seconds"
	                            : NULL;
}

/* --- passwords --- */

/* Keyed, so that nobody can look for two that have the same. */
static bool digest(const struct auth *a, const struct user *u, const char *password, uint8_t out[DIGEST_LEN])
{
	gnutls_hmac_hd_t h;

	if (gnutls_hmac_init(&h, GNUTLS_MAC_SHA256, a->key, sizeof(a->key)))
		return false;
	/* With their NULs, so that none runs on into the next. */
	gnutls_hmac(h, u->name, strlen(u->name) + 1);
	gnutls_hmac(h, u->hash, strlen(u->hash) + 1);
	gnutls_hmac(h, password, strlen(password) + 1);
	gnutls_hmac_deinit(h, out);
	return true;
}

static bool is_known(const struct auth *a, const uint8_t d[DIGEST_LEN])
{
	size_t n = a->n_known < KNOWN_MAX ? a->n_known : KNOWN_MAX;

	for (size_t i = 0; i < n; i++)
		if (!gnutls_memcmp(a->known[i], d, DIGEST_LEN))
			return true;
	return false;
}

static bool is_password(struct auth *a, const char *password, const char *hash)
{
	const char *found = crypt_r(password, hash, &a->crypt);
	bool same = found && strlen(found) == strlen(hash) && !gnutls_memcmp(found, hash, strlen(hash));

	explicit_bzero(&a->crypt, sizeof(a->crypt));
	return same;
}

static int64_t cost_ns(const char *hash)
{
	int cost = (hash[4] - '0') * 10 + hash[5] - '0';

	return cost >= 10 ? COST_10_NS << (cost - 10) : COST_10_NS >> (10 - cost);
}

static void refill(struct auth *a, int64_t now_ns)
{
	int64_t gained = (now_ns - a->wrong_at_ns) / WRONG_SHARE;

	a->wrong_at_ns = now_ns;
	a->wrong_left_ns += gained;
	if (a->wrong_left_ns > WRONG_BURST_NS)
		a->wrong_left_ns = WRONG_BURST_NS;
}

/* A name that no user has takes as long as one that a user has. */
static enum auth_verdict check_password(struct auth *a, const char *name, const char *password, int64_t now_ns)
{
	const struct user *user = NULL;
	uint8_t d[DIGEST_LEN];

	for (size_t i = 0; i < a->n_users; i++)
		if (!strcmp(a->users[i].name, name))
			user = &a->users[i];
	if (user && digest(a, user, password, d) && is_known(a, d))
		return AUTH_GRANTED;
	refill(a, now_ns);
	if (a->wrong_left_ns <= 0)
		return AUTH_BUSY;
	if (is_password(a, password, user ? user->hash : a->users[0].hash) && user) {
		if (digest(a, user, password, d))
			memcpy(a->known[a->n_known++ % KNOWN_MAX], d, DIGEST_LEN);
		return AUTH_GRANTED;
	}
	a->wrong_left_ns -= cost_ns(user ? user->hash : a->users[0].hash);
	return AUTH_DENIED;
}

static enum auth_verdict check_basic(struct auth *a, const char *base64, int64_t now_ns)
{
	gnutls_datum_t in = { .data = (unsigned char *)(uintptr_t)base64, .size = (unsigned int)strlen(base64) }, out;
	enum auth_verdict v = AUTH_DENIED;
	char text[CREDENTIALS_MAX + 1], *colon;

	if (gnutls_base64_decode2(&in, &out))
		return AUTH_DENIED;
	/* bcrypt would end at a NUL, and what is behind it would be no part of the password. */
	if (out.size <= CREDENTIALS_MAX && !memchr(out.data, '\0', out.size)) {
		memcpy(text, out.data, out.size);
		text[out.size] = '\0';
		colon = strchr(text, ':');
		if (colon) {
			*colon = '\0';
			v = check_password(a, text, colon + 1, now_ns);
		}
		explicit_bzero(text, sizeof(text));
	}
	explicit_bzero(out.data, out.size);
	gnutls_free(out.data);
	return v;
}

/* --- the header --- */

/* What is behind scheme, in any case, and its spaces; NULL: it is of another. */
static const char *after_scheme(const char *authorization, const char *scheme)
{
	size_t len = strlen(scheme);

	if (strncasecmp(authorization, scheme, len) || authorization[len] != ' ')
		return NULL;
	return authorization + len + strspn(authorization + len, " ");
}

/* Digests are compared: those of two tokens are of the same length. */
static bool is_token(const struct auth *a, const char *token)
{
	uint8_t given[DIGEST_LEN], right[DIGEST_LEN];

	return !gnutls_hmac_fast(GNUTLS_MAC_SHA256, a->key, sizeof(a->key), token, strlen(token), given) &&
	       !gnutls_hmac_fast(GNUTLS_MAC_SHA256, a->key, sizeof(a->key), a->token, strlen(a->token), right) &&
	       !gnutls_memcmp(given, right, sizeof(given));
}

enum auth_verdict auth_check(struct auth *a, const char *authorization, int64_t now_ns)
{
	const char *rest;

	if (!a->n_users && !a->token)
		return AUTH_GRANTED;
	if (!authorization)
		return AUTH_DENIED;
	rest = a->token ? after_scheme(authorization, "Bearer") : NULL;
	if (rest)
		return is_token(a, rest) ? AUTH_GRANTED : AUTH_DENIED;
	rest = a->n_users ? after_scheme(authorization, "Basic") : NULL;
	return rest ? check_basic(a, rest, now_ns) : AUTH_DENIED;
}
