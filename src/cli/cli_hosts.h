/* cli_hosts.h - the hosts that a command line names: one by one, as ranges, or in files. */
#ifndef MINIPING_CLI_HOSTS_H
#define MINIPING_CLI_HOSTS_H
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>

#define CLI_HOSTS_ERROR_LEN 512

struct cli_hosts { /* all zero: none yet */
	char **at;
	size_t n, room;
	bool listed;                     /* some came from a range or a file */
	char error[CLI_HOSTS_ERROR_LEN]; /* of the call that failed, in words */
};

/* cli_hosts_add - one word: a name, an address or a range, which stands for its addresses: 192.0.2.1-192.0.2.9, or
 * 192.0.2.0/28, if it is an IPv4 one of /30 or wider without its first and last, which are no hosts'.
 * 0, or -EINVAL with error set, or -ENOMEM. */
int cli_hosts_add(struct cli_hosts *h, const char *word);

/* cli_hosts_read - the hosts of a file, "-" being standard input: of each line its first word, as hostlines.h has them,
 * behind which a name may stand, as in the daemon's target files. One that is not printable UTF-8 is taken as it can be
 * shown, \xNN for each other byte, which is no host; a NUL byte is refused. 0, -EINVAL or -errno, each with error
 * set, or -ENOMEM. */
int cli_hosts_read(struct cli_hosts *h, const char *path);

/* cli_hosts_read_stream - the same of a file that is open, and called name in errors. */
int cli_hosts_read_stream(struct cli_hosts *h, FILE *f, const char *name);

void cli_hosts_fini(struct cli_hosts *h);
#endif
