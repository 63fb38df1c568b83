/* preload_nss.c - a source of host names for NSS, "kitchen": it knows the names that begin with "kitchen", and takes a
 * minute for those that begin with "slow". tests/net/nss.sh copies it to libnss_kitchen.so.2. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum nss_status _nss_kitchen_gethostbyname4_r(const char *name, struct gaih_addrtuple **found, char *buffer, size_t len,
                                              int *error, int *h_error, int32_t *ttl);

enum nss_status _nss_kitchen_gethostbyname4_r(const char *name, struct gaih_addrtuple **found, char *buffer, size_t len,
                                              int *error, int *h_error, int32_t *ttl)
{
	struct gaih_addrtuple *tuple = (struct gaih_addrtuple *)(void *)buffer;
	size_t name_len = strlen(name) + 1;

	(void)ttl;
	*error = ENOENT;
	*h_error = HOST_NOT_FOUND;
	if (!strncmp(name, "slow", 4))
		sleep(60);
	if (strncmp(name, "kitchen", 7) != 0)
		return NSS_STATUS_NOTFOUND;
	if (len < sizeof(*tuple) + name_len) {
		*error = ERANGE;
		*h_error = NETDB_INTERNAL;
		return NSS_STATUS_TRYAGAIN;
	}
	memset(tuple, 0, sizeof(*tuple));
	tuple->family = AF_INET;
	tuple->addr[0] = htonl(0xc6133201); /* 198.19.50.1 */
	tuple->name = buffer + sizeof(*tuple);
	memcpy(tuple->name, name, name_len);
	*found = tuple;
	*error = 0;
	*h_error = NETDB_SUCCESS;
	return NSS_STATUS_SUCCESS;
}
