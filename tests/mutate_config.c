/* mutate_config - breaks the good configurations in a repeatable way, N times, and reads what comes of it:
 * either a configuration or errors, in bounded time. Prints the slowest.
 *
 *   mutate_config [N [SEED]]      srcdir says where tests/config/good is */
#include "config/config.h"
#include "random.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_SEEDS 64
#define MAX_LEN   (64u * 1024)
#define DEFAULT_N 2000

/* CPU time, so that a busy machine is no fault. What a range expands to costs by the target. */
#define BUDGET_NS INT64_C(250000000)
#define TARGET_NS INT64_C(1000)
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_UNDEFINED__)
#define SLOWDOWN 20
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOWDOWN 20
#endif
#endif
#ifndef SLOWDOWN
#define SLOWDOWN 1
#endif

struct sample {
	char path[800];
	char *text;
	size_t len;
};

static const char *const pieces[] = {
	"[",
	"]",
	"{",
	"}",
	":",
	": ",
	",",
	"- ",
	"\n",
	"\n  ",
	"*a",
	"&a ",
	"\"",
	"'",
	"#",
	"|",
	">",
	"!!int ",
	"%",
	"\t",
	"0",
	"-1",
	"99999999999999999999",
	"1e999",
	".nan",
	"::/0",
	"10.0.0.0/8",
	"0.0.0.0/0",
	"/",
	"host: ",
	"range: ",
	"exclude: ",
	"targets: ",
	"groups: ",
	"include: ",
	"targets_file: ",
	"labels: ",
	"family: both",
	"name: ",
	"interval: ",
	"window: 5m",
	"default",
	"<<: ",
	"---\n",
	"\xc3\xbc",
	"\xff",
	"\x01",
	"?",
	"\\x",
	"limits: {",
};
#define N_PIECES (sizeof(pieces) / sizeof(pieces[0]))

static struct sample samples[MAX_SEEDS];
static size_t n_samples;

static void fail(const char *what)
{
	fprintf(stderr, "mutate_config: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void load(const char *dir, const char *name)
{
	struct sample *s = &samples[n_samples++];
	FILE *f;

	snprintf(s->path, sizeof(s->path), "%s/%s", dir, name);
	s->text = malloc(MAX_LEN);
	f = fopen(s->path, "re");
	if (!f || !s->text)
		fail(s->path);
	s->len = fread(s->text, 1, MAX_LEN / 2, f);
	fclose(f);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load_all(void)
{
	const char *srcdir = getenv("srcdir");
	struct dirent **entries;
	char dir[500];
	int n;

	snprintf(dir, sizeof(dir), "%s/tests/config/good", srcdir ? srcdir : ".");
	n = scandir(dir, &entries, NULL, by_name);
	if (n < 0)
		fail(dir);
	for (int i = 0; i < n; i++) {
		if (strstr(entries[i]->d_name, ".yaml") && n_samples < MAX_SEEDS)
			load(dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

/* Puts insert[0 .. insert_len) in place of text[at .. at + cut). */
static size_t splice(char *text, size_t len, size_t at, size_t cut, const char *insert, size_t insert_len)
{
	if (len - cut + insert_len > MAX_LEN)
		return len;
	memmove(text + at + insert_len, text + at + cut, len - at - cut);
	memcpy(text + at, insert, insert_len);
	return len - cut + insert_len;
}

static size_t mutate_once(uint64_t *seed, char *text, size_t len)
{
	const struct sample *other = &samples[random_below(seed, n_samples)];
	size_t at = random_below(seed, len + 1), rest = len - at;
	size_t cut = random_below(seed, (rest < 40 ? rest : 40) + 1), from, n;
	const char *piece = pieces[random_below(seed, N_PIECES)];

	switch (random_below(seed, 7)) {
	case 0: /* one bit */
		if (rest)
			text[at] = (char)(text[at] ^ 1 << random_below(seed, 8));
		return len;
	case 1: /* a part lost */
		return splice(text, len, at, cut, "", 0);
	case 2: /* the end lost */
		return random_below(seed, 4) ? len : at;
	case 3: /* a part twice */
		return splice(text, len, at, 0, text + at, cut);
	case 4: /* a part of another */
		from = random_below(seed, other->len + 1);
		n = random_below(seed, other->len - from + 1);
		return splice(text, len, at, 0, other->text + from, n < 200 ? n : 200);
	case 5:
		return splice(text, len, at, cut, piece, strlen(piece));
	default: /* a digit more or less: other numbers, prefixes, lengths */
		for (n = 0; n < rest && (text[at + n] < '0' || text[at + n] > '9'); n++)
			;
		if (n < rest)
			text[at + n] = (char)('0' + random_below(seed, 10));
		return len;
	}
}

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* NULL: all is as it must be. */
static const char *wrong(const char *path, const char *text, size_t len, int64_t *spent_ns, size_t *n_targets)
{
	static struct config_errors errors;
	int64_t begin_ns = cpu_ns();
	struct config *c;
	int err = config_parse(&c, path, text, len, &errors);
	const char *answer = NULL;

	*n_targets = c ? c->n_all : 0;
	if (err && err != -EINVAL)
		answer = "neither 0 nor -EINVAL";
	else if (!err && (!c || errors.n))
		answer = "success without a configuration, or with errors";
	else if (err && (c || !errors.n))
		answer = "failure with a configuration, or without errors";
	for (size_t i = 0; i < errors.n && !answer; i++) {
		if (!errors.at[i].message[0] || (errors.at[i].column && !errors.at[i].line))
			answer = "an error without a place or a message";
	}
	config_free(c);
	config_errors_fini(&errors);
	*spent_ns = cpu_ns() - begin_ns;
	if (!answer && *spent_ns > SLOWDOWN * (BUDGET_NS + (int64_t)*n_targets * TARGET_NS))
		answer = "too slow";
	return answer;
}

int main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : DEFAULT_N;
	uint64_t first_seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1, slowest_seed = 0, n_good = 0;
	int64_t spent_ns, slowest_ns = 0;
	size_t n_targets, slowest_targets = 0;
	static char text[MAX_LEN];

	load_all();
	for (uint64_t i = 0; i < n; i++) {
		uint64_t seed = first_seed + i;
		const struct sample *s = &samples[random_below(&seed, n_samples)];
		size_t len = s->len;
		const char *answer;

		memcpy(text, s->text, len);
		for (uint64_t k = 1 + random_below(&seed, 1 + random_below(&seed, 6)); k; k--)
			len = mutate_once(&seed, text, len);
		answer = wrong(s->path, text, len, &spent_ns, &n_targets);
		if (answer) {
			printf("FAILED: %s (%" PRId64 " us): mutate_config 1 %" PRIu64 ", of %s:\n%.*s\n", answer,
			       spent_ns / 1000, first_seed + i, s->path, (int)len, text);
			return 1;
		}
		n_good += n_targets > 0;
		if (spent_ns > slowest_ns) {
			slowest_ns = spent_ns;
			slowest_seed = first_seed + i;
			slowest_targets = n_targets;
		}
	}
	printf("%" PRIu64 " mutations of %zu files, %" PRIu64 " of them still good; the slowest took %" PRId64
	       " us (%zu targets; mutate_config 1 %" PRIu64 ")\n",
	       n, n_samples, n_good, slowest_ns / 1000, slowest_targets, slowest_seed);
	return n_samples ? 0 : 1;
}
