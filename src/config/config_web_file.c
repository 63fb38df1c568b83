/* config_web_file.c - paths and systemd's credentials to texts. */
#include "config/config_web_file.h"

#include "config/config_files.h"
#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where value leads: in path, or reported and false. */
static bool find(struct config_reader *r, const char *name, const struct config_node *value,
                 char path[CONFIG_FILES_PATH])
{
	static const char credential[] = "credential:";
	const char *text = config_node_text(r, name, value, CONFIG_MAX_PATH), *dir, *rest;

	if (!text)
		return false;
	if (strncmp(text, credential, strlen(credential))) {
		config_files_path(r, value, text, path);
		return true;
	}
	dir = getenv("CREDENTIALS_DIRECTORY");
	rest = text + strlen(credential);
	if (!rest[0] || rest[0] == '.' || strchr(rest, '/'))
		config_complain(r, value, "\"%s\": expected the name of a credential behind \"credential:\"", name);
	else if (!dir || snprintf(path, CONFIG_FILES_PATH, "%s/%s", dir, rest) >= (int)CONFIG_FILES_PATH)
		config_complain(r, value,
		                "\"%s\": no credentials here: systemd passes those that the unit has in "
		                "LoadCredential=",
		                name);
	else
		return true;
	return false;
}

int config_web_file_read(struct config_reader *r, const char *name, const struct config_node *value, size_t max,
                         char **text, struct config_at *whole)
{
	char path[CONFIG_FILES_PATH], wrong[CONFIG_WRONGLEN] = "", quoted[CONFIG_QUOTELEN];
	struct stat st;
	size_t len;
	int err;

	*text = NULL;
	*whole = (struct config_at){ .line = 0 };
	if (!find(r, name, value, path))
		return 0;
	if (stat(path, &st) < 0)
		st = (struct stat){ 0 }; /* nor can it be opened */
	err = config_files_slurp(text, &len, path, true, wrong);
	if (!err && len > max)
		snprintf(wrong, sizeof(wrong), "too large: more than %zu bytes", max);
	else if (!err && memchr(*text, '\0', len))
		snprintf(wrong, sizeof(wrong), "is no text");
	else if (!err)
		err = config_files_note(r, path, &st, CONFIG_INPUT_WEB, value, whole);
	if (wrong[0])
		config_complain(r, value, "%s: %s", config_error_quote(path, quoted), wrong);
	if (err || wrong[0]) {
		free(*text);
		*text = NULL;
	}
	return err == -EINVAL ? 0 : err;
}
