/* config_level.c - reads options, and checks those that depend on each other. */
#include "config/config_level.h"

#include "base/parse.h"
#include "config/config_depends.h"
#include "config/config_labels.h"
#include "config/config_node.h"
#include "config/config_profiles.h"
#include "config/config_reader.h"
#include "config/config_section.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEGRADED "degraded"
#define CLEAR    "clear"

static void read_option(struct config_reader *r, struct config_level *level, const struct setting *key,
                        const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);

	config_origins_set(&level->origins, key);
	if (n->kind != CONFIG_SCALAR || options_set(&level->profile.options, key, n->text) < 0)
		config_section_bad_value(r, key, value);
	else if (key->kind == SETTING_WINDOW || key->offset == offsetof(struct options, interval_ns))
		level->window = value;
}

/* A mapping of options: degraded, and clear in it. */
static void read_options(struct config_reader *r, struct config_level *level, const char *name,
                         const struct config_section *section, const struct config_node *value)
{
	const struct config_node *key;

	if (!config_node_want(r, name, value, CONFIG_MAPPING))
		return;
	for (key = config_node_follow(value)->first; key; key = config_node_next_key(key)) {
		const char *text = config_node_key(key);
		const struct setting *option;

		if (!text)
			continue;
		option = config_section_find(section, text);
		if (option)
			read_option(r, level, option, key->next);
		else if (config_section_special(section, text))
			read_options(r, level, CLEAR, &config_clear_section, key->next);
		else
			config_section_unknown_key(r, section, key);
	}
}

int config_level_key(struct config_reader *r, struct config_level *level, const struct config_node *key, bool *taken)
{
	const char *text = config_node_key(key);
	const struct setting *option;

	*taken = true;
	if (!strcmp(text, "labels"))
		return config_labels_read(r, key->next, &level->profile.labels);
	if (!strcmp(text, "depends_on")) {
		level->depends = key->next;
		return config_depends_read(r, key->next, &level->profile.depends);
	}
	if (!strcmp(text, DEGRADED)) {
		level->degraded = key->next;
		read_options(r, level, DEGRADED, &config_degraded_section, key->next);
		return 0;
	}
	option = config_section_find(&config_defaults_section, text);
	if (option)
		read_option(r, level, option, key->next);
	*taken = option != NULL;
	return 0;
}

static void check_clear(struct config_reader *r, struct config_level *level, const struct config_node *at)
{
	struct options *o = &level->profile.options;
	const struct setting *key;
	char clear[SETTING_TEXT_LEN], threshold[SETTING_TEXT_LEN], name[32];

	while ((key = options_clear_above(o))) {
		snprintf(name, sizeof(name), DEGRADED "%s", strrchr(key->name, '.'));
		config_complain(r, level->degraded ? level->degraded : at,
		                "\"%s\" is %s, above \"%s\", which is %s: expected at most that", key->name,
		                setting_print(o, key, clear), name, setting_print(o, options_find(name), threshold));
		options_set(o, key, "default"); /* reported once, not again for all that inherit it */
	}
}

static void finish_options(struct config_reader *r, struct config_level *level, const struct config_node *at)
{
	struct options *o = &level->profile.options;
	char window[PARSE_STRLEN], interval[PARSE_STRLEN], expects[SETTING_EXPECTS_LEN];

	if (options_finish(o) == 0)
		return;
	config_complain(r, level->window ? level->window : at,
	                "a window of %s holds %lld probes at an interval of %s: expected %s",
	                parse_duration_text(o->window_ns, window), (long long)(o->window_ns / o->interval_ns),
	                parse_duration_text(o->interval_ns, interval),
	                setting_expects(options_find("window"), expects, sizeof(expects)));
	o->window_ns = 0; /* reported once, not again for all that inherit it */
}

int config_level_end(struct config_reader *r, struct config_level *level, const struct config_node *at,
                     const struct profile **out)
{
	finish_options(r, level, at);
	check_clear(r, level, at);
	if (config_origins_share(r, &level->origins, at, &level->profile.origins) < 0)
		return -ENOMEM;
	/* Only in the shared copy: a level below may have another source. */
	return config_profiles_share_as(r, &level->profile, level->profile.options.family, out);
}
