/* replay.c - feeds each file of the directories named in argv to a fuzz harness, so that its seeds and
 * what a fuzzer once found are tried in every make check. Without arguments, replay_NAME takes those of
 * $srcdir/tests/corpus/NAME. A directory without a file is an error: it would prove nothing. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_LEN_MAX (16u * 1024 * 1024)

/* The bytes are handed over in a block of exactly their size: a sanitizer sees the first one past it. */
static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *all, *exact;
	size_t len;

	if (!f)
		return -1;
	all = malloc(FILE_LEN_MAX);
	if (!all)
		abort();
	len = fread(all, 1, FILE_LEN_MAX, f);
	fclose(f);
	exact = malloc(len ? len : 1);
	if (!exact)
		abort();
	memcpy(exact, all, len);
	free(all);
	fprintf(stderr, "%s\n", path); /* the last one told is the one that failed */
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

static int replay_dir(const char *dir)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(dir);
	int n = 0;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (replay_file(path))
			perror(path);
		else
			n++;
	}
	if (d)
		closedir(d);
	printf("%s: %d files replayed\n", dir, n);
	return n ? 0 : 1;
}

static int replay_below_tests(const char *dir, const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/tests/%s/%s", srcdir ? srcdir : ".", dir, name);
	return replay_dir(path);
}

static int replay_default(void)
{
	const char *name = strrchr(program_invocation_short_name, '_') + 1;
	int failed = replay_below_tests("corpus", name);

	/* Configurations have more seeds, which unit tests read as well. */
	if (!strcmp(name, "config"))
		failed |= replay_below_tests("config", "good") | replay_below_tests("config", "bad");
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc < 2)
		return replay_default();
	for (int i = 1; i < argc; i++)
		failed |= replay_dir(argv[i]);
	return failed;
}
