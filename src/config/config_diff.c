/* config_diff.c - what differs between two configurations, by the tables of sections, from which parser and dump are
 * made as well. */
#include "config/config.h"

#include "config/config_root.h"
#include "config/config_section.h"

#include <stdio.h>
#include <string.h>

#define OPTION_LEN 64
#define VALUE_LEN  2048 /* what is longer is cut */

/* The values of a special key; NULL: it has none. */
static const char *special_text(const struct config_special *s, const void *base, char text[VALUE_LEN])
{
	char buf[CONFIG_SPECIAL_LEN];
	const char *item;
	size_t len = 0;

	for (size_t i = 0; (item = s->text(base, i, buf)) && len < VALUE_LEN; i++) {
		len += (size_t)snprintf(text + len, VALUE_LEN - len, "%s%s", i ? ", " : "", item);
		if (!s->is_list)
			break;
	}
	return len ? text : NULL;
}

static void diff_keys(const char *name, const struct config_section *section, const void *a, const void *b,
                      config_diff_on *on, void *data)
{
	char option[2 * OPTION_LEN], from[SETTING_TEXT_LEN], to[SETTING_TEXT_LEN];

	for (const struct setting *k = section->keys; k && k->name; k++) {
		if (setting_same(a, b, k))
			continue;
		snprintf(option, sizeof(option), "%s.%s", name, k->name);
		on(data, option, setting_print(a, k, from), setting_print(b, k, to));
	}
}

static void diff_specials(const char *name, const struct config_section *section, const void *a, const void *b,
                          config_diff_on *on, void *data)
{
	char option[OPTION_LEN], text_a[VALUE_LEN], text_b[VALUE_LEN];

	for (const struct config_special *s = section->specials; s && s->name; s++) {
		const char *from, *to;

		if (s->section) {
			snprintf(option, sizeof(option), "%s.%s", name, s->name);
			diff_keys(option, s->section, a, b, on, data);
			continue;
		}
		from = special_text(s, a, text_a);
		to = special_text(s, b, text_b);
		if (from == to || (from && to && !strcmp(from, to)))
			continue;
		snprintf(option, sizeof(option), "%s.%s", name, s->name);
		on(data, option, from, to);
	}
}

void config_diff(const struct config *a, const struct config *b, config_diff_on *on, void *data)
{
	for (const struct config_special *s = config_root_sections; s->name; s++) {
		const struct config_section *section = s->section;

		if (!section)
			continue;
		diff_keys(s->name, section, (const char *)a + section->offset, (const char *)b + section->offset, on,
		          data);
		diff_specials(s->name, section, (const char *)a + section->offset, (const char *)b + section->offset,
		              on, data);
	}
}
