/* hops.c - by the initial values that operating systems use. */
#include "core/hops.h"

#include <stddef.h>

static const struct {
	int initial;
	const char *os;
} families[] = {
	{ 64, "Linux/Unix/BSD/macOS/Android" },
	{ 128, "Windows" },
	{ 255, "Network device (e.g., Cisco)" },
};

static size_t family_of(int ttl)
{
	size_t i = 0;

	while (families[i].initial < ttl && i + 1 < sizeof(families) / sizeof(families[0]))
		i++;
	return i;
}

int hops_from_ttl(int ttl)
{
	return ttl < 0 ? -1 : families[family_of(ttl)].initial - ttl + 1;
}

const char *hops_os_guess(int ttl)
{
	return ttl < 0 ? NULL : families[family_of(ttl)].os;
}
