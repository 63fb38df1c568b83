/* replay.c - feeds each file of the directories named in argv to a fuzz harness, so that its seeds and
 * what a fuzzer once found are tried in every make check. Without arguments: those of REPLAY_DIRS below
 * $srcdir. A directory without a file is an error: it would prove nothing. */
#include <dirent.h>
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
	fprintf(stderr, "%s\n", path);   /* the last one told is the one that failed */
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

static int replay_default(void)
{
	const char *srcdir = getenv("srcdir");
	char dirs[] = REPLAY_DIRS, path[PATH_MAX];
	int failed = 0;

	for (char *dir = strtok(dirs, " "); dir; dir = strtok(NULL, " ")) {
		snprintf(path, sizeof(path), "%s/%s", srcdir ? srcdir : ".", dir);
		failed |= replay_dir(path);
	}
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
