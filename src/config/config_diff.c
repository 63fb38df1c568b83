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
		len += (size_t)snprintf(text + len, VALUE_LEN - len, "%s%s",
		                        !i                       ? ""
		                        : s->is_mapping && i % 2 ? ": "
		                                                 : ", ",
		                        item);
		if (!s->is_list && !s->is_mapping)
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

/* One that only a or b has is where its first special key has a value, and has none. */
static void diff_lone(const char *name, const struct config_section *section, const void *a, const void *b,
                      config_diff_on *on, void *data)
{
	const struct config_special *first = section->specials;
	char option[OPTION_LEN], text[VALUE_LEN];

	snprintf(option, sizeof(option), "%s.%s", name, first->name);
	on(data, option, a ? special_text(first, a, text) : NULL, b ? special_text(first, b, text) : NULL);
}

static void diff_section(const char *name, const struct config_section *section, const struct config *a,
                         const struct config *b, config_diff_on *on, void *data)
{
	size_t n_a = config_section_n(section, a), n_b = config_section_n(section, b);
	char item[OPTION_LEN / 2];

	for (size_t i = 0; i < n_a || i < n_b; i++) {
		const void *in_a = i < n_a ? config_section_at(section, a, i) : NULL;
		const void *in_b = i < n_b ? config_section_at(section, b, i) : NULL;

		snprintf(item, sizeof(item), n_a > 1 || n_b > 1 ? "%s[%zu]" : "%s", name, i);
		if (in_a && in_b) {
			diff_keys(item, section, in_a, in_b, on, data);
			diff_specials(item, section, in_a, in_b, on, data);
		} else {
			diff_lone(item, section, in_a, in_b, on, data);
		}
	}
}

void config_diff(const struct config *a, const struct config *b, config_diff_on *on, void *data)
{
	for (const struct config_special *s = config_root_sections; s->name; s++) {
		if (s->section)
			diff_section(s->name, s->section, a, b, on, data);
	}
}
