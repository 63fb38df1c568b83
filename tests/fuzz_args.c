/* fuzz_args.c - miniping's command line, its words separated by newlines: taken, or refused with one line that can be
 * shown. */
#include "cli/cli_args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* With no / but that of a range, -f reads what is in the working directory at most. */
static int leaves_directory(const char *text)
{
	for (; (text = strchr(text, '/')); text++)
		if (text[1] < '0' || text[1] > '9')
			return 1;
	return 0;
}

static void check(const struct cli_args *a, int err, const char *error)
{
	if (err == -EINVAL && (!*error || strlen(error) >= CLI_HOSTS_ERROR_LEN || strchr(error, '\n')))
		abort();
	if (err || a->help || a->version)
		return;
	if (!a->hosts.n || a->options.count < 0 || a->options.interval_ns <= 0 || a->options.timeout_ns <= 0 ||
	    a->more.pattern_len > sizeof(a->pattern) || (a->alive && a->unreachable))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[] = "miniping", error[CLI_HOSTS_ERROR_LEN] = "", *argv[WORDS_MAX + 2] = { name };
	char *text = malloc(size + 1);
	struct cli_args a;
	int argc = 1, err;

	if (!freopen("/dev/null", "r", stdin)) /* for -f - */
		abort();
	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (!leaves_directory(text)) {
		for (char *at = text, *word; argc <= WORDS_MAX && (word = strsep(&at, "\n"));)
			argv[argc++] = word;
		err = cli_args_parse(&a, argc, argv, error);
		check(&a, err, error);
		cli_args_fini(&a);
	}
	free(text);
	return 0;
}
