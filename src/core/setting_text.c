/* setting_text.c - placeholders in a sentence or schema, replaced one by one. */
#include "core/setting_text.h"

#include "base/parse.h"
#include "core/setting.h"

#include <stdio.h>
#include <string.h>

static void put(char *buf, size_t buf_len, const char *text)
{
	size_t len = strlen(buf);

	snprintf(buf + len, buf_len - len, "%s", text);
}

static void put_choices(char *buf, size_t buf_len, const struct setting *s, const char *quote, const char *last)
{
	for (size_t i = 0; s->choices[i]; i++) {
		put(buf, buf_len, !i ? "" : s->choices[i + 1] ? ", " : last);
		put(buf, buf_len, quote);
		put(buf, buf_len, s->choices[i]);
		put(buf, buf_len, quote);
	}
}

/* The text for $NAME. */
static void put_named(char *buf, size_t buf_len, const struct setting *s, const char *name)
{
	bool is_max = !strcmp(name, "max") || !strcmp(name, "max_s") || !strcmp(name, "to") || !strcmp(name, "old") ||
	              !strcmp(name, "large");
	int64_t bound = is_max ? s->max : s->min;
	char number[PARSE_STRLEN];

	if (!strcmp(name, "words")) {
		put_choices(buf, buf_len, s, "", " or ");
		return;
	}
	if (!strcmp(name, "quoted")) {
		put_choices(buf, buf_len, s, "\"", ", ");
		return;
	}
	if (!strcmp(name, "from") || !strcmp(name, "to"))
		parse_duration_text(bound, number);
	else if (!strcmp(name, "young") || !strcmp(name, "old"))
		parse_age_text(bound, number);
	else if (!strcmp(name, "small") || !strcmp(name, "large"))
		parse_size_text((uint64_t)bound, number);
	else if (strstr(name, "_s"))
		snprintf(number, sizeof(number), "%g", (double)bound / NS_PER_S);
	else
		snprintf(number, sizeof(number), "%lld", (long long)bound);
	put(buf, buf_len, number);
}

char *setting_text(char *buf, size_t buf_len, const struct setting *s, const char *text)
{
	buf[0] = '\0';
	while (*text) {
		size_t len = *text == '$' ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
		char part[16];

		snprintf(part, sizeof(part), "%.*s", (int)(len ? len : 1), text + (len > 0));
		if (len)
			put_named(buf, buf_len, s, part);
		else
			put(buf, buf_len, part);
		text += 1 + len;
	}
	return buf;
}
