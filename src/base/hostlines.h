/* hostlines.h - the words of a list of hosts, line by line: what targets_file and miniping --file have in common.
 * A byte order mark is no part of the first line, CR LF ends a line as LF does, blanks and tabs separate words, and
 * # begins a comment: before a word, and within a host, which cannot contain one (192.0.2.1#gateway). Pure. */
#ifndef MINIPING_HOSTLINES_H
#define MINIPING_HOSTLINES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hostlines {
	const char *at, *line_end; /* what is left of the line */
	const char *next, *end;    /* what comes after it */
	uint32_t line, column;     /* of at; from 1; columns count characters */
};

/* hostlines_init - before the first line of text, which need not end with a NUL. */
void hostlines_init(struct hostlines *l, const char *text, size_t len);

/* hostlines_next - on to the next line; false: there is none. */
bool hostlines_next(struct hostlines *l);

/* hostlines_word - the next word of the line begins at *word, at *column, and has the length that is returned; 0:
 * there is none. */
size_t hostlines_word(struct hostlines *l, bool is_host, const char **word, uint32_t *column);
#endif
