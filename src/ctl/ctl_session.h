/* ctl_session.h - what every command works with. */
#ifndef MINIPING_CTL_SESSION_H
#define MINIPING_CTL_SESSION_H
#include "ctl/ctl_http.h"
#include "ctl/ctl_options.h"
#include "ctl/ctl_term.h"

struct ctl_session {
	const struct ctl_options *options;
	struct ctl_http *http;
	struct ctl_term term;
};
#endif
