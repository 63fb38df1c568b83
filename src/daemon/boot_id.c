/* boot_id.c - the kernel writes it as a UUID, systemd without the dashes. */
#include "daemon/boot_id.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static bool take(char out[BOOT_ID_LEN], const char *text)
{
	size_t n = 0;

	for (; *text && *text != '\n'; text++) {
		if (*text == '-')
			continue;
		if (n == BOOT_ID_LEN - 1 || !isxdigit((unsigned char)*text))
			return false;
		out[n++] = *text;
	}
	out[n] = '\0';
	return n == BOOT_ID_LEN - 1;
}

static bool read_file(char out[BOOT_ID_LEN], const char *path)
{
	char text[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return false;
	text[len] = '\0';
	return take(out, text);
}

const char *boot_id_read(char out[BOOT_ID_LEN], const char *path, const char *passed)
{
	return read_file(out, path) || (passed && take(out, passed)) ? out : NULL;
}
