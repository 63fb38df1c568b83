/* keydoc.h - how the programs that make documents from tables write: lines of a manual page (mdoc) and strings of JSON,
 * on standard output. Words of the log or the configuration are in backticks in a table's sentences. Not installed. */
#ifndef MINIPING_KEYDOC_H
#define MINIPING_KEYDOC_H

/* keydoc_text - text in lines that are not too long for mdoc's taste. */
void keydoc_text(const char *text);

/* keydoc_sentence - the same of a table's sentence: it begins with a capital and ends with a full stop. */
void keydoc_sentence(const char *sentence);

/* keydoc_json - a string of JSON, without the backticks. */
void keydoc_json(const char *text);

/* keydoc_page - copies standard input, with what put prints for NAME in place of each line "@keys NAME@". put returns
 * 0, or 1 where there is no such name. 0, or 1. */
int keydoc_page(int (*put)(const char *name));
#endif
