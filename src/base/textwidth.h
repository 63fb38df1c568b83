/* textwidth.h - how many columns of a terminal a text takes, by the locale of characters (LC_CTYPE). */
#ifndef MINIPING_TEXTWIDTH_H
#define MINIPING_TEXTWIDTH_H

/* textwidth - columns that text takes; what is no character of the locale takes one a byte. */
int textwidth(const char *text);

/* textwidth_cut - shortens text in place to at most width columns, the last of them then ellipsis, which takes one. It
 * is left out where its bytes would not fit into those of the text. */
void textwidth_cut(char *text, int width, const char *ellipsis);
#endif
