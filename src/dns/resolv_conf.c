/* resolv_conf.c - words of options, and the lines that have them. */
#include "dns/resolv_conf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX 65536
#define BLANKS   " \t\r\n"

/* The number behind name in word, 1 .. max, a greater one as max; 0: it is another word, or has none. */
static int number_of(const char *word, size_t len, const char *name, int max)
{
	size_t name_len = strlen(name);
	int value = 0;

	if (len <= name_len || strncmp(word, name, name_len) != 0)
		return 0;
	for (size_t i = name_len; i < len; i++) {
		if (word[i] < '0' || word[i] > '9')
			return 0;
		value = value * 10 + (word[i] - '0');
		if (value > max)
			value = max;
	}
	return value;
}

static void take(struct resolv_conf *c, const char *word, size_t len)
{
	int timeout_s = number_of(word, len, "timeout:", RESOLV_CONF_TIMEOUT_MAX_S);
	int attempts = number_of(word, len, "attempts:", RESOLV_CONF_ATTEMPTS_MAX);

	if (timeout_s)
		c->timeout_s = timeout_s;
	if (attempts)
		c->attempts = attempts;
	if (len == strlen("rotate") && !strncmp(word, "rotate", len))
		c->rotate = true;
}

static void take_words(struct resolv_conf *c, const char *at, const char *end)
{
	while (at < end) {
		size_t len = strcspn(at, BLANKS);

		if (len > (size_t)(end - at))
			len = (size_t)(end - at);
		take(c, at, len);
		at += len + 1;
	}
}

void resolv_conf_options(struct resolv_conf *c, const char *words)
{
	take_words(c, words, words + strlen(words));
}

void resolv_conf_parse(struct resolv_conf *c, const char *text)
{
	static const char keyword[] = "options";
	const size_t len = sizeof(keyword) - 1;

	while (*text) {
		const char *end = text + strcspn(text, "\n");

		if (!strncmp(text, keyword, len) && (text[len] == ' ' || text[len] == '\t'))
			take_words(c, text + len + 1, end);
		text = *end ? end + 1 : end;
	}
}

struct resolv_conf resolv_conf_read(const char *path)
{
	struct resolv_conf c = { 0 };
	const char *words = getenv("RES_OPTIONS");
	char *text = malloc(FILE_MAX + 1);
	int fd = text ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	ssize_t n = fd >= 0 ? read(fd, text, FILE_MAX) : -1;

	if (n > 0) {
		text[n] = '\0';
		resolv_conf_parse(&c, text);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	if (words)
		resolv_conf_options(&c, words);
	return c;
}
