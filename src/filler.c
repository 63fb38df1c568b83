#include "filler.h"

#include "checksum.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_LEN 8u                      /* in front of the filler */

static int fit(struct filler *x, uint32_t len)
{
	uint8_t *bytes = realloc(x->bytes, len ? len : 1);

	if (!bytes)
		return -ENOMEM;
	x->bytes = bytes;
	/* Without a pattern, byte i of the whole payload is i modulo 256, as ping has it. */
	for (uint32_t i = 0; i < len; i++)
		bytes[i] = x->pattern_len ? x->pattern[i % x->pattern_len] : (uint8_t)(i + NONCE_LEN);
	return 0;
}

static int append(struct fillers *f, const uint8_t *pattern, uint32_t pattern_len)
{
	struct filler *at = reallocarray(f->at, f->n + 1, sizeof(*at));
	struct filler x = { .pattern_len = pattern_len };
	int err;

	if (!at)
		return -ENOMEM;
	f->at = at;
	if (pattern_len)
		memcpy(x.pattern, pattern, pattern_len);
	err = fit(&x, f->len);
	if (!err)
		at[f->n++] = x;
	return err;
}

int fillers_fit(struct fillers *f, uint32_t len)
{
	int err = f->n ? 0 : append(f, NULL, 0);

	if (len <= f->len)
		return err;
	for (size_t i = 0; i < f->n && !err; i++)
		err = fit(&f->at[i], len);
	if (!err)
		f->len = len;
	return err;
}

int fillers_add(struct fillers *f, const uint8_t *pattern, uint32_t pattern_len)
{
	int err = fillers_fit(f, 0);

	for (size_t i = 1; i < f->n && !err; i++)
		if (f->at[i].pattern_len == pattern_len && !memcmp(f->at[i].pattern, pattern, pattern_len))
			return 0;
	return err ? err : append(f, pattern, pattern_len);
}

struct filler *fillers_find(const struct fillers *f, const struct options *o)
{
	for (size_t i = 1; o->pattern_len && i < f->n; i++)
		if (f->at[i].pattern_len == o->pattern_len &&
		    !memcmp(f->at[i].pattern, o->pattern, o->pattern_len))
			return &f->at[i];
	return &f->at[0];
}

uint64_t fillers_sum(struct filler *x, uint32_t len)
{
	if (len != x->sum_len) {
		x->sum = checksum_add(0, x->bytes, len);
		x->sum_len = len;
	}
	return x->sum;
}

bool fillers_match(const struct fillers *f, const struct filler *x, const uint8_t *bytes, size_t len)
{
	return len <= f->len && !memcmp(bytes, x->bytes, len);
}

void fillers_fini(struct fillers *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->at[i].bytes);
	free(f->at);
	*f = (struct fillers){ .n = 0 };
}
