/* config_suggest.c - nearest by Levenshtein's distance. */
#include "config/config_suggest.h"

#include <string.h>

#define MAX_WORD  32 /* a longer word is near none */
#define MAX_EDITS 2u

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance, one row of the table at a time. Both are at most MAX_WORD long. */
static unsigned edits(const char *a, const char *b)
{
	unsigned row[MAX_WORD + 1], b_len = (unsigned)strlen(b);

	for (unsigned j = 0; j <= b_len; j++)
		row[j] = j;
	for (unsigned i = 1; *a; a++, i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b_len; j++) {
			unsigned above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

/* Of words that are equally near, the first in the alphabet: they may come in any order. */
void config_suggest_offer(struct config_suggest *s, const char *word)
{
	size_t len = strnlen(s->text, MAX_WORD + 1), word_len = strnlen(word, MAX_WORD + 1);
	unsigned n;

	if (len > MAX_WORD || word_len > MAX_WORD || len > word_len + MAX_EDITS || word_len > len + MAX_EDITS)
		return;
	n = edits(s->text, word);
	if (n > MAX_EDITS || n > len / 2 ||
	    (s->word && (n > s->n_edits || (n == s->n_edits && strcmp(word, s->word) > 0))))
		return;
	s->n_edits = n;
	s->word = word;
}
