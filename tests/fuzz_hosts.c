/* fuzz_hosts.c - a file such as /etc/hosts, and finding each word of it as a name. */
#include "dns/hosts.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void find(const struct hosts *h, const char *name)
{
	static struct addr addrs[HOSTS_ADDRS_MAX], all[HOSTS_ADDRS_MAX];
	size_t n = hosts_find(h, name, FAMILY_ANY, all);
	size_t n_4 = hosts_find(h, name, FAMILY_IPV4, addrs), n_6;

	for (size_t i = 0; i < n_4; i++)
		if (addrs[i].family != AF_INET)
			abort();
	n_6 = hosts_find(h, name, FAMILY_IPV6, addrs);
	for (size_t i = 0; i < n_6; i++)
		if (addrs[i].family != AF_INET6)
			abort();
	if (n > HOSTS_ADDRS_MAX || n_4 > HOSTS_ADDRS_MAX || n_6 > HOSTS_ADDRS_MAX || n > n_4 + n_6)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *words = malloc(size + 1);
	struct hosts *h;

	if (!text || !words)
		abort();
	memcpy(text, data, size);
	memcpy(words, data, size);
	words[size] = '\0';
	h = hosts_parse(text, size, (struct hash_secret){ 1, 2 });
	for (char *at = words, *word; (word = strsep(&at, " \t\r\n#"));)
		find(h, word);
	hosts_free(h);
	free(words);
	return 0;
}
