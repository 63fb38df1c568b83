/* cli_privileges.c - by capget(2) and capset(2), which have no wrappers in the C library. */
#include "cli/cli_privileges.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NET_RAW (UINT32_C(1) << CAP_NET_RAW)

struct caps {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct data[2];
};

static bool get(struct caps *c)
{
	*c = (struct caps){ .header.version = _LINUX_CAPABILITY_VERSION_3 };
	return !syscall(SYS_capget, &c->header, c->data);
}

static void set(struct caps *c)
{
	syscall(SYS_capset, &c->header, c->data);
}

const char *cli_privileges_refused(void)
{
	if (geteuid() == getuid() && getegid() == getgid())
		return NULL;
	return "installed setuid or setgid, it would read files for anybody: chmod ug-s it, and let it open raw sockets by "
	       "setcap cap_net_raw+ep";
}

void cli_privileges_rest(void)
{
	struct caps c;

	if (!get(&c) || !c.data[0].permitted)
		return;
	if (getuid()) {
		c.data[0].permitted &= NET_RAW;
		c.data[1].permitted = 0;
		c.data[0].effective = c.data[0].inheritable = 0;
		c.data[1].effective = c.data[1].inheritable = 0;
	}
	c.data[0].effective &= ~NET_RAW;
	set(&c);
}

void cli_privileges_wake(void)
{
	struct caps c;

	if (!get(&c) || !(c.data[0].permitted & NET_RAW))
		return;
	c.data[0].effective |= NET_RAW;
	set(&c);
}

void cli_privileges_drop(void)
{
	struct caps c;

	if (!get(&c))
		return;
	c.data[0].permitted &= ~NET_RAW;
	c.data[0].effective &= ~NET_RAW;
	c.data[0].inheritable &= ~NET_RAW;
	set(&c);
}

bool cli_privileges_limited(void)
{
	return getuid() != 0;
}
