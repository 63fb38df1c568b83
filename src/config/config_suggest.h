/* config_suggest.h - finds the word nearest to a string, for "did you mean". Pure. */
#ifndef MINIPING_CONFIG_SUGGEST_H
#define MINIPING_CONFIG_SUGGEST_H

struct config_suggest {          /* begin with { .text = … } */
	const char *text, *word; /* word NULL: none is near */
	unsigned n_edits;
};

/* config_suggest_offer - a word that may be nearer than those before it; it is borrowed. */
void config_suggest_offer(struct config_suggest *s, const char *word);
#endif
