/* not_sent.c - the table from errno to reason. */
#include "core/not_sent.h"

#include <stddef.h>
#include <string.h>

/* Linux: a blackhole route gives EINVAL, a prohibit route EACCES (fib_props in the kernel), a firewall's drop EPERM. */
static const struct {
	int sys_errno;
	enum not_sent why;
} table[] = {
	{ ENETUNREACH, NOT_SENT_NO_ROUTE },
	{ EHOSTUNREACH, NOT_SENT_NO_ROUTE },
	{ EINVAL, NOT_SENT_NO_ROUTE },
	{ ENETDOWN, NOT_SENT_INTERFACE_DOWN },
	{ ENODEV, NOT_SENT_NO_INTERFACE },
	{ ENXIO, NOT_SENT_NO_INTERFACE },
	{ EADDRNOTAVAIL, NOT_SENT_NO_ADDRESS },
	{ EPERM, NOT_SENT_NOT_PERMITTED },
	{ EACCES, NOT_SENT_NOT_PERMITTED },
	{ ENOBUFS, NOT_SENT_NO_BUFFER },
	{ EAGAIN, NOT_SENT_NO_BUFFER },
	{ ENOMEM, NOT_SENT_NO_BUFFER },
	{ NOT_SENT_ERRNO_NEIGHBOURS, NOT_SENT_NEIGHBOURS_FULL },
	{ EAFNOSUPPORT, NOT_SENT_NO_IP_VERSION },
};

enum not_sent not_sent_of(int sys_errno)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].sys_errno == sys_errno)
			return table[i].why;
	return NOT_SENT_OTHER;
}

const char *not_sent_name(enum not_sent why)
{
	static const char *const names[] = {
		[NOT_SENT_NO_ROUTE] = "no_route",
		[NOT_SENT_INTERFACE_DOWN] = "interface_down",
		[NOT_SENT_NO_INTERFACE] = "no_interface",
		[NOT_SENT_NO_ADDRESS] = "no_address",
		[NOT_SENT_NOT_PERMITTED] = "not_permitted",
		[NOT_SENT_NO_BUFFER] = "no_buffer",
		[NOT_SENT_NEIGHBOURS_FULL] = "neighbours_full",
		[NOT_SENT_NO_IP_VERSION] = "no_ip_version",
		[NOT_SENT_OTHER] = "other",
	};

	return names[why];
}

const char *not_sent_errno_name(int sys_errno)
{
	const char *name = strerrorname_np(sys_errno);

	return !sys_errno ? NULL : name ? name : "other";
}

const char *not_sent_text(int sys_errno)
{
	const char *text = strerrordesc_np(sys_errno);

	if (sys_errno == NOT_SENT_ERRNO_NEIGHBOURS)
		return "Neighbour table is full (gc_thresh3)";
	return text ? text : "Unknown error";
}
