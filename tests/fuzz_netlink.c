/* fuzz_netlink.c - a datagram of the kernel's, about interfaces and about tables of neighbours. */
#include "core/netif.h"
#include "core/neighbours.h"

#include <errno.h>
#include <stdlib.h>

#define N_NUMBERED 3u /* interfaces 1, 2 and 3 have numbers of their own */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_change(void *data, uint32_t ifindex)
{
	size_t *n = data;

	if (!ifindex || ifindex > N_NUMBERED)
		abort();
	++*n;
}

static void take_in(const uint8_t *data, size_t size)
{
	struct netif *l;
	size_t n = 0;
	uint32_t n_cut = 0;

	if (netif_open(&l, -1) || netif_fd(l) < 0)
		abort();
	for (uint32_t i = 1; i <= N_NUMBERED; i++)
		netif_number(l, i);
	netif_take_in(l, data, size, 0, 1, on_change, &n);
	for (uint32_t i = 1; i <= N_NUMBERED; i++)
		n_cut += netif_is_cut(l, (uint8_t)i);
	if (n > size / 32 || n_cut > n || n_cut != netif_n_cut(l)) /* each has a header of 16 bytes, and 16 of info */
		abort();
	netif_close(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct neighbours_table table;
	int err = neighbours_read(data, size, &table);

	if (err && err != -ENOENT)
		abort();
	take_in(data, size);
	return 0;
}
