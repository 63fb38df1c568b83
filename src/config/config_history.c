/* config_history.c - where the past of the targets is kept, and how much of it. */
#include "config/config_history.h"

#include "base/parse.h"
#include "config/config_files.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_state.h"

#include <string.h>

#define KEEP_MIN  NS_PER_H
#define KEEP_MAX  (3650 * NS_PER_D)
#define SIZE_MIN  (INT64_C(1) << 20)
#define SIZE_MOST (INT64_C(1) << 50)

static int read_file(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return config_state_read_path(r, value, &r->config->history.file);
}

static const char *file_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct history_options *o = base;

	(void)buf;
	if (i)
		return NULL;
	return o->file || o->is_wanted ? o->file : "off"; /* where a dump is read, the section is there */
}

static int read_detail(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const char *text = config_node_text(r, "detail", value, CONFIG_MAX_PATH);
	int64_t *out = &r->config->history.detail_ns;
	char quoted[CONFIG_QUOTELEN];

	(void)file;
	if (!text)
		return 0;
	if (!strcmp(text, "off"))
		*out = 0;
	else if (parse_age(out, text, KEEP_MIN, KEEP_MAX))
		config_complain(r, value, "\"detail\" is %s: expected off, or a duration from 1h to 3650d",
		                config_error_quote(text, quoted));
	return 0;
}

static const char *detail_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct history_options *o = base;

	if (i)
		return NULL;
	return o->detail_ns ? parse_age_text(o->detail_ns, buf) : "off";
}

void config_history_check(struct config_reader *r, const struct config_node *value)
{
	const struct history_options *o = &r->config->history;

	if (o->detail_ns > o->keep_minutes_ns && !r->errors->n)
		config_complain(r, value,
		                "\"detail\" is kept longer than the minutes that it belongs to (\"1m\" in \"keep\")");
}

/* clang-format off */
static const struct setting keep_keys[] = {
	SETTING("1m", AGE, struct history_options, keep_minutes_ns, KEEP_MIN, KEEP_MAX, "the minutes"),
	SETTING("1h", AGE, struct history_options, keep_hours_ns, KEEP_MIN, KEEP_MAX, "the hours"),
	SETTING("events", AGE, struct history_options, keep_events_ns, KEEP_MIN, KEEP_MAX, "the changes of state"),
	{ .name = NULL },
};
static const struct config_section keep_section = {
	.what = "\"keep\"", .keys = keep_keys, .prefix = "", .offset = offsetof(struct config, history),
};
static const struct setting keys[] = {
	SETTING("max_size", SIZE, struct history_options, max_size, SIZE_MIN, SIZE_MOST,
	        "what the file may take; above that detail goes before its time, then the oldest minutes, then hours"),
	{ .name = NULL },
};
static const struct config_special specials[] = {
	{ CONFIG_KEY("file", "state_file",
	             "the absolute path of a file, or off; default: history.db in $STATE_DIRECTORY where the section is "
	             "there, else off"),
	  .read = read_file, .text = file_text },
	{ CONFIG_KEY("keep", NULL, "how long"), .section = &keep_section },
	{ CONFIG_KEY("detail", "detail",
	             "how long single probes are kept beside the minutes, from 1h to as long as these, or off; default: off"),
	  .read = read_detail, .text = detail_text },
	{ .name = NULL },
};
const struct config_section config_history_section = {
	.what = "\"history\"", .specials = specials, .keys = keys, .prefix = "",
	.offset = offsetof(struct config, history),
};
/* clang-format on */
