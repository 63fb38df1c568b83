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
#include <sys/types.h>

#define WORD_MAX   255 /* RFC 1035 2.3.4 allows a name no more */
#define LINE_LEN   4096
#define RANGE_BITS 16 /* of a range, at most: 65,536 addresses */
#define RANGE_MAX  (1u << RANGE_BITS)

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

/* a + 1, or its last byte's end reached: of addresses in network order. */
static void increment(struct addr *a)
{
	for (size_t i = a->family == AF_INET ? 4 : 16; i-- > 0;)
		if (++a->bytes[i])
			return;
}

/* FIRST-LAST. -ENOENT: word is no such thing, as a name with a hyphen is not. */
static int add_span(struct cli_hosts *h, const char *word)
{
	const char *dash = strchr(word, '-');
	char text[ADDR_STRLEN], first[WORD_MAX + 1];
	struct addr a, last;
	size_t n = 1;
	int err;

	if (!dash)
		return -ENOENT;
	memcpy(first, word, (size_t)(dash - word));
	first[dash - word] = '\0';
	if (addr_parse(&a, first))
		return -ENOENT;
	/* 192.0.2.1-customer.example may well be a name. */
	if (dash[1 + strspn(dash + 1, "0123456789abcdefABCDEF.:")])
		return -ENOENT;
	if (addr_parse(&last, dash + 1) || last.family != a.family)
		return refuse(h, word, "expected FIRST-LAST, such as 192.0.2.1-192.0.2.9");
	if (memcmp(a.bytes, last.bytes, a.family == AF_INET ? 4 : 16) > 0)
		return refuse(h, word, "expected the lower address first");
	h->listed = true;
	for (;; n++, increment(&a)) {
		if (n > RANGE_MAX)
			return refuse(h, word, "expected a range of at most 65536 addresses");
		err = push(h, addr_format(&a, text));
		if (err || addr_equal(&a, &last))
			return err;
	}
}

int cli_hosts_add(struct cli_hosts *h, const char *word)
{
	const char *slash = strchr(word, '/');
	int err;

	if (!*word || strlen(word) > WORD_MAX)
		return refuse(h, word, "expected a name or an address of 1 to 255 characters");
	if (!printable_all(word))
		return refuse(h, word, "expected printable UTF-8 characters only");
	err = add_span(h, word);
	if (err != -ENOENT)
		return err;
	return slash && !strstr(word, "://") ? add_range(h, word, slash) : push(h, word);
}

/* What is no text is no host either, and is asked for alone, as it can be shown. */
static int add_word(struct cli_hosts *h, const char *word)
{
	char shown[4 * WORD_MAX + 1];

	return printable_all(word) ? cli_hosts_add(h, word) : push(h, textbuf_shown(shown, sizeof(shown), word));
}

static int add_line(struct cli_hosts *h, char *line, size_t line_len, bool is_first)
{
	char host[LINE_LEN];
	struct hostlines l;
	const char *word;
	uint32_t column;
	size_t len;

	hostlines_init(&l, line, line_len);
	if (!is_first)
		l.next = line;
	if (!hostlines_next(&l) || !(len = hostlines_word(&l, true, &word, &column)))
		return 0;
	memcpy(host, word, len);
	host[len] = '\0';
	/* A name may follow, as in the daemon's files, and nothing more. */
	if (hostlines_word(&l, false, &word, &column) && hostlines_word(&l, false, &word, &column))
		return refuse(h, host, "expected a host and at most a name in a line; a comment begins with #");
	return add_word(h, host);
}

/* Says where in the file the error is. */
static int place_error(struct cli_hosts *h, const char *name, unsigned long line, const char *what)
{
	char text[CLI_HOSTS_ERROR_LEN];

	snprintf(text, sizeof(text), "%.200s:%lu: %.250s", name, line, what);
	strcpy(h->error, text);
	return -EINVAL;
}

/* The next line, without what ends it; its length, or -1: there is none, or it is longer than LINE_LEN - 1, or has a
 * NUL byte: then *wrong says so. */
static ssize_t read_line(FILE *f, char line[LINE_LEN], const char **wrong)
{
	size_t len = 0;
	int c;

	while ((c = getc(f)) != EOF && c != '\n') {
		if (!c || len == LINE_LEN - 1) {
			*wrong = c ? "expected a line of at most 4095 bytes" : "expected text, without NUL bytes";
			return -1;
		}
		line[len++] = (char)c;
	}
	line[len] = '\0';
	return c == EOF && !len ? -1 : (ssize_t)len;
}

int cli_hosts_read_stream(struct cli_hosts *h, FILE *f, const char *name)
{
	char line[LINE_LEN], what[CLI_HOSTS_ERROR_LEN];
	const char *wrong = NULL;
	unsigned long n = 0;
	ssize_t len;
	int err;

	while ((len = read_line(f, line, &wrong)) >= 0) {
		n++;
		err = add_line(h, line, (size_t)len, n == 1);
		if (err == -EINVAL) {
			strcpy(what, h->error);
			return place_error(h, name, n, what);
		}
		if (err)
			return err;
	}
	if (wrong)
		return place_error(h, name, n + 1, wrong);
	return ferror(f) ? -errno : 0;
}

int cli_hosts_read(struct cli_hosts *h, const char *path)
{
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : fopen(path, "re");
	int err;

	h->listed = true;
	h->error[0] = '\0';
	err = f ? cli_hosts_read_stream(h, f, standard ? "standard input" : path) : -errno;
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
