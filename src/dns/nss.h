/* nss.h - names of which neither /etc/hosts nor DNS knows, looked up by getaddrinfo in whatever else nsswitch.conf
 * names: mDNS, myhostname, LDAP. It may wait for long, so it does on threads of its own, and nobody waits for these. */
#ifndef MINIPING_NSS_H
#define MINIPING_NSS_H
#include "base/addr.h"
#include "core/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NSS_THREADS_MAX 16u

struct nss;

struct nss_name { /* as it was asked for, and what was found */
	struct nss_name *next;
	uint32_t tag;
	enum family family;
	bool dns_is_silent; /* its servers have not answered: whoever asks them again waits again, and in vain */
	const char *error;  /* what to say if nothing is found; static */
	struct addr *addrs; /* those that may be probed, none of them link-local: which link it is nobody knows */
	size_t n_addrs;
	const char *asked; /* the name as DNS has it */
	char name[];       /* as it was given */
};

/* nss_has_more - whether the text of nsswitch.conf has hosts looked up in anything but files and DNS. */
bool nss_has_more(const char *conf);

/* nss_open - 0 and *out; -ENOENT: nsswitch.conf at path names no more than files and DNS, and there is nothing to ask;
 * or another -errno. */
int nss_open(struct nss **out, const char *path);

/* nss_close - waits for nothing: a thread that is still in getaddrinfo ends, and frees what is left, when that returns.
 * NULL allowed. */
void nss_close(struct nss *n);

/* nss_fd - readable when there is something to take. */
int nss_fd(const struct nss *n);

/* nss_ask - look a name up (copied). 0 or -errno: no memory, no thread. */
int nss_ask(struct nss *n, const struct nss_name *wanted, const char *name);

/* nss_take - of what has been looked up, the first; the caller's, for nss_free. NULL: none yet. */
struct nss_name *nss_take(struct nss *n);

void nss_free(struct nss_name *name);
#endif
