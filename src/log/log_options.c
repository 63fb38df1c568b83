/* log_options.c - the places where sinks of the log go, by their names. */
#include "log/log_options.h"

#include "base/diag.h"
#include "base/logfile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUEUE_LEN ((size_t)4 << 20)

int log_options_to(struct log_options *o, const char *text)
{
	if (!strcmp(text, "stdout"))
		o->to = LOG_TO_STDOUT;
	else if (!strcmp(text, "stderr"))
		o->to = LOG_TO_STDERR;
	else if (text[0] == '/')
		o->to = LOG_TO_FILE;
	else
		return -EINVAL;
	o->path = o->to == LOG_TO_FILE ? text : NULL;
	return 0;
}

const char *log_options_place(const struct log_options *o)
{
	return o->to == LOG_TO_FILE ? o->path : o->to == LOG_TO_STDERR ? "stderr" : "stdout";
}

int log_options_open(struct sink **out, const struct log_options *o)
{
	static const char *const names[] = { [LOG_TO_STDOUT] = "standard output", [LOG_TO_STDERR] = "standard error" };
	pid_t holder = 0;
	struct sink_options s = {
		.path = o->to == LOG_TO_FILE ? o->path : NULL,
		.holder = &holder,
		.fd = o->to == LOG_TO_STDERR ? STDERR_FILENO : STDOUT_FILENO,
		.queue_len = QUEUE_LEN,
	};
	int err = sink_open(out, &s);
	char why[LOGFILE_WHY_MAX];

	if (err)
		diag(DIAG_ERROR, "cannot open the log %s: %s", s.path ? s.path : names[o->to],
		     logfile_why(err, holder, why));
	return err;
}

/* Two writers to one pipe would tear each other's lines. A terminal shows them all the same. */
bool log_options_mix(const struct log_list *list)
{
	bool has[2] = { false, false };
	struct stat out, err;

	for (size_t i = 0; i < list->n; i++) {
		has[0] |= list->at[i].to == LOG_TO_STDOUT;
		has[1] |= list->at[i].to == LOG_TO_STDERR;
	}
	return has[0] && has[1] && !fstat(STDOUT_FILENO, &out) && !fstat(STDERR_FILENO, &err) &&
	       out.st_dev == err.st_dev && out.st_ino == err.st_ino && !S_ISCHR(out.st_mode);
}
