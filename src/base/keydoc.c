/* keydoc.c - sentences of tables as mdoc and JSON, and the page that they are filled into. */
#include "base/keydoc.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_COLUMN 76
#define MAX_TEXT   1000

/* A word in backticks with the punctuation around it, as a line of its own. */
static void put_marked(const char *token, const char *open, const char *close, const char *end)
{
	bool is_spaced = memchr(open, ' ', (size_t)(close - open));

	printf(is_spaced ? ".Ql" : ".Cm");
	for (; token < open; token++)
		printf(" %c", *token);
	printf(" %.*s", (int)(close - open - 1), open + 1);
	for (close++; close < end; close++)
		printf(" %c", *close);
	putchar('\n');
}

/* The length of what has no space in it, or only between backticks; *open and *close: the backticks, or NULL. */
static size_t token_len(const char *text, const char **open, const char **close)
{
	size_t len = strcspn(text, " ");

	*open = memchr(text, '`', len);
	*close = *open ? strchr(*open + 1, '`') : NULL;
	return *close ? (size_t)(*close - text) + strcspn(*close, " ") : len;
}

void keydoc_text(const char *text)
{
	size_t column = 0;

	while (*text) {
		const char *open, *close;
		size_t len = token_len(text, &open, &close);

		if (column && (close || column + 1 + len > MAX_COLUMN)) {
			putchar('\n');
			column = 0;
		} else if (column) {
			putchar(' ');
			column++;
		}
		if (close) {
			put_marked(text, open, close, text + len);
		} else {
			printf("%.*s", (int)len, text);
			column += len;
		}
		/* A new sentence begins a new line. */
		if (column && text[len - 1] == '.') {
			putchar('\n');
			column = 0;
		}
		text += len + (text[len] == ' ');
	}
	if (column)
		putchar('\n');
}

void keydoc_sentence(const char *sentence)
{
	char text[MAX_TEXT];

	snprintf(text, sizeof(text), "%c%s.", toupper((unsigned char)sentence[0]), sentence + 1);
	keydoc_text(text);
}

void keydoc_json(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if (*text != '`')
			putchar(*text);
	}
	putchar('"');
}

static int put_page(int (*keys)(const char *name))
{
	char line[1000], name[32];
	int failed = 0;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "@keys %31[a-z_]@", name) == 1)
			failed |= keys(name);
		else
			fputs(line, stdout);
	}
	return failed;
}

int keydoc_main(int argc, char **argv, int (*keys)(const char *name), int (*schema)(void), int (*list)(void))
{
	int failed = 1;

	if (argc == 2 && !strcmp(argv[1], "man"))
		failed = put_page(keys);
	else if (argc == 2 && !strcmp(argv[1], "schema"))
		failed = schema();
	else if (argc == 2 && !strcmp(argv[1], "list"))
		failed = list();
	else
		fprintf(stderr, "usage: %s man|schema|list\n", argv[0]);
	return failed || fflush(stdout) ? 1 : 0;
}
