/* ctl_options.h - minipingctl's command line as one checked value. Which command takes which option is not known here
 * (ctl_commands.h). */
#ifndef MINIPING_CTL_OPTIONS_H
#define MINIPING_CTL_OPTIONS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CTL_REPEATED_MAX 16 /* how often --state, --group, --label or --kind may be given */
#define CTL_ERROR_LEN    512

enum ctl_option {
	/* every command's */
	CTL_SOCKET,
	CTL_NAME,
	CTL_URL,
	CTL_USER,
	CTL_PASSWORD_FILE,
	CTL_TOKEN_FILE,
	CTL_CACERT,
	CTL_TIMEOUT,
	CTL_HELP,
	CTL_VERSION,
	/* some commands' */
	CTL_JSON,
	CTL_CSV,
	CTL_STATE,
	CTL_GROUP,
	CTL_LABEL,
	CTL_SORT,
	CTL_LIMIT,
	CTL_NAMES,
	CTL_INTERVAL,
	CTL_FOLLOW,
	CTL_KIND,
	CTL_COUNT,
	CTL_FOR,
	CTL_PAUSE,
	CTL_SINCE,
	CTL_STEP,
	CTL_N_OPTIONS
};

#define CTL_EVERY_COMMAND ((1u << CTL_JSON) - 1)

struct ctl_option_info {
	const char *name;  /* "socket" */
	char letter;       /* 0: none */
	const char *value; /* what it takes: "PATH"; NULL: nothing */
	const char *about; /* of the usage text */
};

struct ctl_list { /* points into argv */
	const char *at[CTL_REPEATED_MAX];
	size_t n;
};

struct ctl_options {
	unsigned given; /* bits 1 << enum ctl_option */
	const char *socket, *name, *url, *user, *password_file, *token_file, *cacert;
	int64_t timeout_ns; /* without progress */
	struct ctl_list states, groups, labels, kinds;
	const char *sort;
	int64_t limit, count;
	int64_t interval_ns, for_ns;
	int64_t since_ns, step_ns; /* step: 0, as the daemon likes */
	const char *command;       /* NULL: none was given */
	const char *const *arguments;
	size_t n_arguments;
};

/* ctl_option_info - of o; borrowed. */
const struct ctl_option_info *ctl_option_info(enum ctl_option o);

/* ctl_options_parse - 0, or -EINVAL: error, CTL_ERROR_LEN long, is one line that names the option, its value and what
 * was expected. Reorders argv and points into it. */
int ctl_options_parse(struct ctl_options *out, int argc, char **argv, char *error);

/* ctl_options_given - o stood on the command line. */
static inline bool ctl_options_given(const struct ctl_options *x, enum ctl_option o)
{
	return x->given & (1u << o);
}
#endif
