/* place.c - what cannot be used is put out of the way before anything is written, and is never lost. */
#include "store/place.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *place_path(const char *file, bool is_wanted, const char *directory, const char *name, char buf[PLACE_MAX])
{
	size_t len, name_len = strlen(name);

	if (file)
		return strcmp(file, "off") ? file : NULL;
	if (!is_wanted || !directory || directory[0] != '/')
		return NULL;
	len = strcspn(directory, ":"); /* systemd names several, if it has made several */
	if (len + name_len + 1 > PLACE_MAX)
		return NULL;
	memcpy(buf, directory, len);
	memcpy(buf + len, name, name_len + 1);
	return buf;
}

static int move(const char *path, const char *aside, const char *suffix)
{
	char *from, *to;
	int err = 0;

	if (asprintf(&from, "%s%s", path, suffix) < 0)
		return -ENOMEM;
	if (asprintf(&to, "%s%s", aside, suffix) < 0) {
		free(from);
		return -ENOMEM;
	}
	if (rename(from, to) && (errno != ENOENT || !*suffix))
		err = -errno;
	free(from);
	free(to);
	return err;
}

int place_aside(char **aside, const char *path, const char *const *suffixes, size_t n)
{
	time_t now = (time_t)(clock_pair_now().real_ns / NS_PER_S);
	char at[sizeof("20261127T121806Z")];
	struct tm tm;
	int err = 0;

	strftime(at, sizeof(at), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	if (asprintf(aside, "%s.damaged-%s", path, at) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n && !err; i++)
		err = move(path, *aside, suffixes[i]);
	if (!err)
		err = move(path, *aside, "");
	if (err)
		free(*aside);
	return err;
}
