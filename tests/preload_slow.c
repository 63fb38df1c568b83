/* preload_slow - an LD_PRELOAD library in which glob() never comes back once the file that PRELOAD_SLOW names is
 * there: a file server that is gone, for whoever looks for files to include. */
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

/* There are no files while there is an answer. */
static int answer(void)
{
	const char *path = getenv("PRELOAD_SLOW");

	while (path && !access(path, F_OK))
		pause();
	return GLOB_NOMATCH;
}

int glob(const char *pattern, int flags, int (*on_error)(const char *, int), glob_t *g)
{
	(void)pattern, (void)flags, (void)on_error;
	*g = (glob_t){ 0 };
	return answer();
}

int glob64(const char *pattern, int flags, int (*on_error)(const char *, int), glob64_t *g)
{
	(void)pattern, (void)flags, (void)on_error;
	*g = (glob64_t){ 0 };
	return answer();
}
