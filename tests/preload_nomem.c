/* preload_nomem - an LD_PRELOAD library with which one process runs out of memory:
 *
 *     PRELOAD_NOMEM=17        the 17th allocation fails, and all after it
 *     PRELOAD_NOMEM=17-17     the 17th alone
 *
 * Counted from main() on. */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned long first = -1UL, last = -1UL;
static atomic_ulong n_asked;
static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);

/* What dlsym() asks for before it has told us whom to ask. */
static _Alignas(max_align_t) char early[4096];
static size_t n_early;

static void *take_early(size_t len)
{
	void *p = early + n_early;

	n_early += (len + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	return n_early <= sizeof(early) ? p : NULL;
}

static void find_next(void)
{
	*(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
}

static void __attribute__((constructor)) begin(void)
{
	const char *text = getenv("PRELOAD_NOMEM");
	char *end;

	if (!next_malloc)
		find_next();
	atomic_store(&n_asked, 0);
	if (text) {
		first = strtoul(text, &end, 10);
		if (*end == '-')
			last = strtoul(end + 1, NULL, 10);
	}
}

static int fails(void)
{
	unsigned long n = atomic_fetch_add(&n_asked, 1) + 1;

	if (n < first || n > last)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t len)
{
	static int finding;

	if (!next_malloc) {
		if (finding)
			return take_early(len);
		finding = 1;
		find_next();
	}
	return fails() ? NULL : next_malloc(len);
}

void *calloc(size_t n, size_t len)
{
	if (!next_calloc)
		return take_early(n * len);
	return fails() ? NULL : next_calloc(n, len);
}

void *realloc(void *p, size_t len)
{
	if (!next_realloc)
		return take_early(len);
	return fails() && len ? NULL : next_realloc(p, len);
}
