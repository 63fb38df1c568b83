/* resolv_conf.h - the options of resolv.conf(5) that not every version of c-ares obeys: timeout, attempts, rotate. Its
 * servers, domains and ndots are read by c-ares. */
#ifndef MINIPING_RESOLV_CONF_H
#define MINIPING_RESOLV_CONF_H
#include <stdbool.h>

#define RESOLV_CONF_TIMEOUT_MAX_S 30 /* as in the C library */
#define RESOLV_CONF_ATTEMPTS_MAX  5

struct resolv_conf {
	int timeout_s, attempts; /* 0: not said */
	bool rotate;
};

/* resolv_conf_options - takes in the words of an "options" line, or of RES_OPTIONS; unknown ones are passed by. */
void resolv_conf_options(struct resolv_conf *c, const char *words);

/* resolv_conf_parse - takes in the text of a file. */
void resolv_conf_parse(struct resolv_conf *c, const char *text);

/* resolv_conf_read - of the file at path (its first 64 KiB) and, above it, of RES_OPTIONS. */
struct resolv_conf resolv_conf_read(const char *path);
#endif
