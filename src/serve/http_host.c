/* http_host.c - by which names this daemon may be asked: see http_host.h. */
#include "serve/http_host.h"

#include "base/addr.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 253 /* RFC 1035 2.3.4, without the point at the end */

static const char name_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
static const char digits[] = "0123456789";

/* How much of host is its name or address; 0: it is not well formed. */
static size_t host_len(const char *host)
{
	size_t len, port;

	if (*host == '[') {
		len = strspn(host + 1, "0123456789abcdefABCDEF:.") + 1;
		if (host[len++] != ']')
			return 0;
	} else {
		len = strspn(host, name_chars);
	}
	if (!len || len > NAME_MAX_LEN + 1)
		return 0;
	if (!host[len])
		return len;
	if (host[len] != ':')
		return 0;
	port = strspn(host + len + 1, digits);
	return port <= 5 && !host[len + 1 + port] ? len : 0;
}

bool http_host_is_well_formed(const char *host)
{
	return host_len(host) != 0;
}

static bool is_below_localhost(const char *name)
{
	static const char suffix[] = ".localhost";
	size_t len = strlen(name);

	return len >= sizeof(suffix) && strcasecmp(name + len - (sizeof(suffix) - 1), suffix) == 0;
}

static bool is_address(char *name, size_t len)
{
	struct addr a;

	if (*name == '[') {
		name[len - 1] = '\0';
		return addr_parse(&a, name + 1) == 0 && a.family == AF_INET6;
	}
	return addr_parse(&a, name) == 0 && a.family == AF_INET;
}

static bool is_machine(const char *name, size_t len, const char *machine)
{
	return strcasecmp(name, machine) == 0 || (len == strcspn(machine, ".") && strncasecmp(name, machine, len) == 0);
}

bool http_host_is_ours(const char *host, const struct http_options *o, const char *machine)
{
	char name[NAME_MAX_LEN + 2];
	size_t len = host_len(host);

	if (!len)
		return false;
	memcpy(name, host, len);
	if (len > 1 && name[len - 1] == '.')
		len--;
	name[len] = '\0';
	for (size_t i = 0; i < o->n_hosts; i++)
		if (strcasecmp(name, o->hosts[i]) == 0)
			return true;
	return strcasecmp(name, "localhost") == 0 || is_below_localhost(name) ||
	       (*machine && is_machine(name, len, machine)) || is_address(name, len);
}
