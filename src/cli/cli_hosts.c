/* cli_hosts.c - words to hosts: checked, and ranges expanded. */
#include "cli/cli_hosts.h"

#include "base/addr.h"
#include "base/hostlines.h"
#include "lib/miniping.h"
#include "base/printable.h"
#include "base/textbuf.h"
#include "base/parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX   255 /* RFC 1035 2.3.4 allows a name no more */
#define LINE_LEN   4096
#define RANGE_BITS 16 /* of a range, at most: 65,536 addresses */

static int refuse(struct cli_hosts *h, const char *word, const char *why)
{
	char shown[64];

	textbuf_shown(shown, sizeof(shown) - 3, word);
	snprintf(h->error, sizeof(h->error), "host %s%s: %s", shown, strlen(word) >= sizeof(shown) - 3 ? "..." : "",
	         why);
	return -EINVAL;
}

static int push(struct cli_hosts *h, const char *word)
{
	size_t room = h->room ? 2 * h->room : 16;
	char **at;

	if (h->n == MINIPING_HOSTS_MAX)
		return refuse(h, word, "expected at most 1000000 hosts in all");
	if (h->n == h->room) {
		at = reallocarray(h->at, room, sizeof(*at));
		if (!at)
			return -ENOMEM;
		h->at = at;
		h->room = room;
	}
	h->at[h->n] = strdup(word);
	return h->at[h->n++] ? 0 : -ENOMEM;
}

/* Number i of the addresses of a's network of len bits. */
static struct addr nth_address(struct addr a, unsigned len, uint32_t i)
{
	unsigned n_bits = a.family == AF_INET ? 32 : 128;

	for (unsigned bit = n_bits; bit > len; bit--, i >>= 1) {
		uint8_t *byte = &a.bytes[(bit - 1) / 8], mask = (uint8_t)(0x80 >> (bit - 1) % 8);

		*byte = (uint8_t)(i & 1 ? *byte | mask : *byte & ~mask);
	}
	return a;
}

static int add_range(struct cli_hosts *h, const char *word, const char *slash)
{
	char base[WORD_MAX + 1], text[ADDR_STRLEN];
	uint32_t first = 0, end;
	struct addr a, one;
	int64_t len, n_bits;
	int err;

	memcpy(base, word, (size_t)(slash - word));
	base[slash - word] = '\0';
	if (addr_parse(&a, base))
		return refuse(h, word, "expected ADDRESS/LENGTH, such as 192.0.2.0/28");
	n_bits = a.family == AF_INET ? 32 : 128;
	if (parse_count(&len, slash + 1, 0, n_bits))
		return refuse(h, word,
		              n_bits == 32 ? "expected a length from 0 to 32" : "expected a length from 0 to 128");
	if (n_bits - len > RANGE_BITS)
		return refuse(h, word, "expected a range of at most 65536 addresses");
	end = UINT32_C(1) << (n_bits - len);
	if (a.family == AF_INET && n_bits - len > 1) {
		first++; /* the network and the broadcast address */
		end--;
	}
	h->listed = true;
	for (uint32_t i = first; i < end; i++) {
		one = nth_address(a, (unsigned)len, i);
		err = push(h, addr_format(&one, text));
		if (err)
			return err;
	}
	return 0;
}

int cli_hosts_add(struct cli_hosts *h, const char *word)
{
	const char *slash = strchr(word, '/');

	if (!*word || strlen(word) > WORD_MAX)
		return refuse(h, word, "expected a name or an address of 1 to 255 characters");
	if (!printable_all(word))
		return refuse(h, word, "expected printable UTF-8 characters only");
	return slash && !strstr(word, "://") ? add_range(h, word, slash) : push(h, word);
}

/* What is no text is no host either, and is asked for alone, as it can be shown. */
static int add_word(struct cli_hosts *h, const char *word)
{
	char shown[4 * WORD_MAX + 1];

	return printable_all(word) ? cli_hosts_add(h, word) : push(h, textbuf_shown(shown, sizeof(shown), word));
}

static int add_line(struct cli_hosts *h, char *line, bool is_first)
{
	char buf[LINE_LEN];
	struct hostlines l;
	const char *word;
	uint32_t column;
	size_t len;
	int err = 0;

	hostlines_init(&l, line, strlen(line));
	if (!is_first)
		l.next = line;
	while (!err && hostlines_next(&l))
		while (!err && (len = hostlines_word(&l, true, &word, &column))) {
			memcpy(buf, word, len);
			buf[len] = '\0';
			err = add_word(h, buf);
		}
	return err;
}

/* Says where in the file the error is. */
static int place_error(struct cli_hosts *h, const char *name, unsigned long line, const char *what)
{
	char text[CLI_HOSTS_ERROR_LEN];

	snprintf(text, sizeof(text), "%.200s:%lu: %.250s", name, line, what);
	strcpy(h->error, text);
	return -EINVAL;
}

static int read_lines(struct cli_hosts *h, FILE *f, const char *name)
{
	char line[LINE_LEN], what[CLI_HOSTS_ERROR_LEN];
	unsigned long n = 0;
	int err;

	while (fgets(line, sizeof(line), f)) {
		n++;
		if (!strchr(line, '\n') && strlen(line) == sizeof(line) - 1)
			return place_error(h, name, n, "expected a line of at most 4094 characters");
		err = add_line(h, line, n == 1);
		if (err == -EINVAL) {
			strcpy(what, h->error);
			return place_error(h, name, n, what);
		}
		if (err)
			return err;
	}
	return ferror(f) ? -errno : 0;
}

int cli_hosts_read(struct cli_hosts *h, const char *path)
{
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : fopen(path, "re");
	int err;

	h->listed = true;
	h->error[0] = '\0';
	err = f ? read_lines(h, f, standard ? "standard input" : path) : -errno;
	if (err && err != -ENOMEM && !h->error[0])
		snprintf(h->error, sizeof(h->error), "--file %.200s: %s", path, strerror(-err));
	if (f && !standard)
		(void)fclose(f);
	return err;
}

void cli_hosts_fini(struct cli_hosts *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->at[i]);
	free(h->at);
	*h = (struct cli_hosts){ .n = 0 };
}
