/* cli_all.h - a name stands for all of its addresses, each a host of its own. */
#ifndef MINIPING_CLI_ALL_H
#define MINIPING_CLI_ALL_H
#include "cli/cli_hosts.h"

/* cli_all - looks the names among the hosts up and puts their addresses in their place, each once; a name that has none
 * stays, for the run to say why.
 *   family   AF_UNSPEC, AF_INET, AF_INET6
 * 0; -EINTR: interrupted, or the deadline has come; -EINVAL with h->error set: too many; or another -errno. */
int cli_all(struct cli_hosts *h, int family);
#endif
