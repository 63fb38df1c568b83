/* ctl_where.h - where the daemon is and who we are to it, from the command line, files with secrets and the terminal.
 */
#ifndef MINIPING_CTL_WHERE_H
#define MINIPING_CTL_WHERE_H
#include "ctl/ctl_exit.h"
#include "ctl/ctl_http.h"
#include "ctl/ctl_options.h"

#define CTL_SECRET_LEN 2048

struct ctl_where {
	struct ctl_http_where http; /* points into what follows and into o */
	char socket[128];
	char password[CTL_SECRET_LEN], token[CTL_SECRET_LEN];
};

/* ctl_where - CTL_EXIT_DONE, or it has complained. */
enum ctl_exit ctl_where(struct ctl_where *out, const struct ctl_options *o);
#endif
