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

/* keydoc_main - what main of such a program does, by its one argument: "man" copies standard input, with what keys
 * prints for NAME in place of each line "@keys NAME@"; "schema" and "list" call their functions. Each returns 0, or 1:
 * it failed, or there is no such name. The exit code. */
int keydoc_main(int argc, char **argv, int (*keys)(const char *name), int (*schema)(void), int (*list)(void));
#endif
