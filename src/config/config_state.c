/* config_state.c - where the state of the targets is kept over restarts. */
#include "config/config_state.h"

#include "config/config_files.h"
#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

int config_state_read_path(struct config_reader *r, const struct config_node *value, const char **out)
{
	const char *text = config_node_text(r, "file", value, CONFIG_MAX_PATH);
	char quoted[CONFIG_QUOTELEN];
	size_t len;

	if (!text)
		return 0;
	len = strlen(text);
	if (strcmp(text, "off") && (text[0] != '/' || text[len - 1] == '/')) {
		config_complain(r, value, "\"file\" is %s: expected the absolute path of a file, or off",
		                config_error_quote(text, quoted));
		return 0;
	}
	*out = arena_text(r->config->arena, text, len);
	return *out ? 0 : -ENOMEM;
}

static int read_file(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return config_state_read_path(r, value, &r->config->state.file);
}

static const char *file_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	(void)buf;
	return i ? NULL : ((const struct state_options *)base)->file;
}

/* clang-format off */
static const struct setting keys[] = {
	SETTING("every", DURATION, struct state_options, every_ns, NS_PER_S, NS_PER_D, "from one save to the next"),
	{ .name = NULL },
};
static const struct config_special specials[] = {
	{ CONFIG_KEY("file", "state_file",
	             "the absolute path of a file, or off; default: state in $STATE_DIRECTORY, or off without that"),
	  .read = read_file, .text = file_text },
	{ .name = NULL },
};
const struct config_section config_state_section = {
	.what = "\"state\"", .specials = specials, .keys = keys, .prefix = "", .offset = offsetof(struct config, state),
};
/* clang-format on */
