/* fuzz_hostlist.c - a file of hosts, as miniping --file reads it: each host is one that can be shown, or the error says
 * where it is. */
#include "cli/cli_hosts.h"
#include "base/printable.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cli_hosts h = { .n = 0 };
	FILE *f = fmemopen((void *)(uintptr_t)data, size, "r");
	int err;

	if (!size)
		return 0;
	if (!f)
		abort();
	err = cli_hosts_read_stream(&h, f, "fuzz");
	fclose(f);
	if (err == -EINVAL && (strncmp(h.error, "fuzz:", 5) || strchr(h.error, '\n')))
		abort();
	if (err && err != -EINVAL && err != -ENOMEM)
		abort();
	if (!err && memchr(data, '\0', size))
		abort();
	for (size_t i = 0; i < h.n; i++)
		if (!*h.at[i] || !printable_all(h.at[i]))
			abort();
	cli_hosts_fini(&h);
	return 0;
}
