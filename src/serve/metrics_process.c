/* metrics_process.c - proc(5): /proc/self/stat and /proc/self/fd. */
#include "serve/metrics_process.h"

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Fields of /proc/self/stat, counted from 1; the name in parentheses, the second, may hold spaces. */
enum { STAT_AFTER_NAME = 3, STAT_VSIZE = 23, STAT_RSS = 24 };

/* The text of field n, which is behind the name; NULL: there is none. */
static const char *field(const char *stat, int n)
{
	const char *at = strrchr(stat, ')');

	for (int i = STAT_AFTER_NAME - 1; at && i < n; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at;
}

static uint64_t number(const char *stat, int n)
{
	const char *text = field(stat, n);

	return text ? strtoull(text, NULL, 10) : 0;
}

static void read_stat(struct metrics_process *p)
{
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return;
	text[len] = '\0';
	p->virtual_bytes = number(text, STAT_VSIZE);
	p->resident_bytes = number(text, STAT_RSS) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The directory's own descriptor is not counted. */
static uint64_t count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	uint64_t n = 0;

	if (!dir)
		return 0;
	for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
		n += e->d_name[0] != '.';
	closedir(dir);
	return n ? n - 1 : 0;
}

static int64_t ns_of(const struct timeval *t)
{
	return t->tv_sec * NS_PER_S + t->tv_usec * NS_PER_US;
}

struct metrics_process metrics_process_read(void)
{
	struct metrics_process p = { .n_fds = count_fds() };
	struct rusage usage;
	struct rlimit limit;

	read_stat(&p);
	if (!getrusage(RUSAGE_SELF, &usage))
		p.cpu_ns = ns_of(&usage.ru_utime) + ns_of(&usage.ru_stime);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		p.max_fds = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
	return p;
}
