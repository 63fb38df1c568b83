/* privileges.c - capset(2) and sched_setattr(2) have no wrappers in the C library. */
#include "daemon/privileges.h"

#include "base/clock.h"
#include "base/diag.h"
#include "core/netcheck.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLICE_NS (100 * NS_PER_US) /* the kernel's least */

static void drop_net_raw(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	const uint32_t net_raw = UINT32_C(1) << CAP_NET_RAW;

	if (syscall(SYS_capget, &header, caps) || !(caps[0].permitted & net_raw))
		return;
	caps[0].permitted &= ~net_raw;
	caps[0].effective &= ~net_raw;
	caps[0].inheritable &= ~net_raw;
	if (syscall(SYS_capset, &header, caps))
		diag(DIAG_WARNING, "cannot drop CAP_NET_RAW: %s", strerror(errno));
}

void privileges_reduce(uint64_t n_marked)
{
	if (!n_marked)
		drop_net_raw();
	else if (!netcheck_may_mark()) /* CAP_NET_ADMIN would do, too (sock_cmsg_send in the kernel) */
		diag(DIAG_WARNING, "%llu targets have a mark, which needs CAP_NET_RAW: their probes cannot be sent",
		     (unsigned long long)n_marked);
}

void privileges_short_slices(void)
{
	struct sched_attr a = { .size = sizeof(a) }; /* valgrind does not know that the kernel fills it */

	if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) || a.sched_policy != SCHED_NORMAL)
		return;
	a.sched_flags |= SCHED_FLAG_RESET_ON_FORK;
	a.sched_runtime = SLICE_NS;
	syscall(SYS_sched_setattr, 0, &a, 0);
}

int privileges_realtime(void)
{
	struct sched_attr a = {
		.size = sizeof(a),
		.sched_policy = SCHED_FIFO,
		.sched_priority = 1,
		.sched_flags = SCHED_FLAG_RESET_ON_FORK,
	};

	return syscall(SYS_sched_setattr, 0, &a, 0) ? -errno : 0;
}
