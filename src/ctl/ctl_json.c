/* ctl_json.c - a path of keys, one after the other. */
#include "ctl/ctl_json.h"

#include <string.h>

json_t *ctl_json_at(const json_t *from, const char *path)
{
	json_t *at = NULL;
	char key[64];

	while (from && *path) {
		size_t len = strcspn(path, ".");

		if (len >= sizeof(key))
			return NULL;
		memcpy(key, path, len);
		key[len] = '\0';
		from = at = json_object_get(from, key);
		path += len + (path[len] == '.');
	}
	return json_is_null(at) ? NULL : at;
}

const char *ctl_json_text(const json_t *from, const char *path)
{
	return json_string_value(ctl_json_at(from, path));
}

bool ctl_json_number(double *out, const json_t *from, const char *path)
{
	const json_t *j = ctl_json_at(from, path);

	if (!json_is_number(j))
		return false;
	*out = json_number_value(j);
	return true;
}

bool ctl_json_print(const json_t *j, int indent)
{
	size_t flags = JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9);

	return !json_dumpf(j, stdout, flags | (indent ? JSON_INDENT((size_t)indent) : JSON_COMPACT));
}
