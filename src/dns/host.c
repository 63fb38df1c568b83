/* host.c - distinguishes names from addresses, and from strings that look like either. */
#include "dns/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <idn2.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN  253 /* RFC 1035 2.3.4: 255, less two length bytes */
#define LABEL_MAX_LEN 63

#define DIGITS  "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const char no_name[] = "is not a host name: expected letters, digits, \"-\", \"_\" and \".\"";

/* --- names --- */

static const char *check_label(const char *label, size_t len)
{
	if (!len)
		return "is not a host name: there is nothing between two dots";
	if (len > LABEL_MAX_LEN)
		return "is not a host name: more than 63 characters between two dots";
	if (label[0] == '-' || label[len - 1] == '-')
		return "is not a host name: \"-\" at the edge of a part";
	return NULL;
}

static const char *check_ascii_name(const char *name)
{
	size_t len = strlen(name);
	const char *wrong = NULL;

	if (!len || name[strspn(name, LETTERS DIGITS "-_.")])
		return no_name;
	len -= name[len - 1] == '.'; /* the root's dot */
	if (len > NAME_MAX_LEN)
		return "is not a host name: longer than 253 characters";
	for (size_t at = 0, part; !wrong && at <= len; at += part + 1) {
		part = strcspn(name + at, ".");
		wrong = check_label(name + at, part);
		if (name + at + part == name + len)
			break;
	}
	return wrong;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* As glibc's getaddrinfo and curl do it, but from UTF-8 whatever the locale. */
int host_ascii(char out[HOST_NAME_LEN], const char *name)
{
	uint8_t *ascii;
	size_t len = strlen(name);

	if (is_ascii(name)) {
		if (len >= HOST_NAME_LEN)
			return -EINVAL;
		memcpy(out, name, len + 1);
		return 0;
	}
	if (len >= (size_t)4 * HOST_NAME_LEN ||
	    idn2_lookup_u8((const uint8_t *)name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return -EINVAL;
	len = strlen((const char *)ascii);
	if (len < HOST_NAME_LEN)
		memcpy(out, ascii, len + 1);
	idn2_free(ascii);
	return len < HOST_NAME_LEN ? 0 : -EINVAL;
}

/* --- strings that look like an address --- */

static bool is_number(const char *text, size_t len)
{
	return len && strspn(text, DIGITS) >= len;
}

/* Neither a number nor a top-level domain: those have letters only, or begin with xn--. */
static bool is_odd_end(const char *end, unsigned n_dots)
{
	bool has_digit = end[strcspn(end, DIGITS)] && strncasecmp(end, "xn--", 4);

	return strspn(end, DIGITS) || strlen(end) == 1 || (n_dots > 1 && has_digit);
}

/* The forms that inet_aton accepts beside four decimal numbers. The last number of three may have 16 bits, but
 * three are more likely four with one forgotten. */
static const char *odd_ip4(const char *text, unsigned n_dots)
{
	struct in_addr ignored;
	bool is_decimal = *text && !text[strspn(text, DIGITS ".")];

	if (text[strspn(text, DIGITS "abcdefABCDEFxX.")] || !inet_aton(text, &ignored))
		return is_decimal ? "is not an IPv4 address" : NULL;
	if (!is_decimal)
		return "is an IPv4 address in hexadecimal: write it as four decimal numbers";
	if (n_dots == 3)
		return "is octal to ping(8) where a number begins with 0: leave the 0 out, or write decimal numbers";
	return n_dots == 2 ? "is not an IPv4 address" : "is a short form of an IPv4 address: write all four numbers";
}

/* No name in DNS ends in a number, and one made of numbers but for its end is a typing error. */
static const char *check_odd_address(const char *text)
{
	const char *wrong, *end = text, *dot;
	bool all_numbers = true;
	unsigned n_dots = 0;

	for (; (dot = strchr(end, '.')); end = dot + 1, n_dots++)
		all_numbers &= is_number(end, (size_t)(dot - end));
	wrong = odd_ip4(text, n_dots);
	if (wrong)
		return wrong;
	if (n_dots && is_number(end, strlen(end)))
		return "is not an IPv4 address, and no host name ends in a number";
	return n_dots && all_numbers && is_odd_end(end, n_dots) ? "is neither an IPv4 address nor a host name" : NULL;
}

static bool has_name_characters(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x80 && !strchr(LETTERS DIGITS "-_.", *text))
			return false;
	return true;
}

static const char *check_name(const char *text)
{
	char ascii[HOST_NAME_LEN];
	const char *wrong;
	struct addr a;

	if (!has_name_characters(text))
		return no_name;
	wrong = check_odd_address(text);
	if (wrong || is_ascii(text))
		return wrong ? wrong : check_ascii_name(text);
	if (host_ascii(ascii, text) < 0)
		return no_name;
	/* Digits of other scripts have become ASCII by now. */
	if (check_odd_address(ascii) || addr_parse(&a, ascii) == 0)
		return "is an address in other characters than ASCII's: write it in ASCII";
	return check_ascii_name(ascii);
}

/* --- addresses --- */

static const char *zone_copy(char zone[SETTING_INTERFACE_LEN], const char *text)
{
	struct options o = options_default();

	if (setting_parse(&o, options_find("interface"), text) || strchr(text, '%'))
		return "has no interface's name or number behind the \"%\"";
	memcpy(zone, o.interface, SETTING_INTERFACE_LEN);
	return NULL;
}

/* text is an address, "%" and a zone. */
static const char *parse_zoned(struct host *out, const char *text, const char *percent)
{
	char before[INET6_ADDRSTRLEN] = "";
	size_t len = (size_t)(percent - text);
	struct host h = { .zone = "" };
	const char *wrong;

	if (len < sizeof(before))
		memcpy(before, text, len);
	if (addr_parse(&h.addr, before) < 0)
		return memchr(text, ':', len) ? "is not an IPv6 address" : no_name;
	if (h.addr.family == AF_INET)
		return "is an IPv4 address, which takes no zone: name the interface by \"interface\"";
	if (!addr_takes_zone(&h.addr))
		return "is not link-local, and takes no zone: name the interface by \"interface\"";
	wrong = zone_copy(h.zone, percent + 1);
	if (!wrong)
		*out = h;
	return wrong;
}

int host_address(struct host *out, const char *text)
{
	const char *percent = strchr(text, '%');
	struct host h = { .zone = "" };

	if (percent)
		return parse_zoned(out, text, percent) ? -EINVAL : 0;
	if (addr_parse(&h.addr, text) < 0)
		return -EINVAL;
	*out = h;
	return 0;
}

static const char *check_address(const struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (a->family == AF_INET6 && !memcmp(a->bytes, mapped, sizeof(mapped)))
		return "is an IPv4-mapped address: write the IPv4 address alone";
	return addr_is_probeable(a) ? NULL : "cannot be probed: not the address of one host";
}

/* text has a colon and is no address. */
static const char *check_colon(const char *text)
{
	const char *colon = strchr(text, ':');
	bool has_letter = text + strcspn(text, LETTERS) < colon;

	if (strstr(text, "://"))
		return "is a URL: write its host alone";
	if (colon == strrchr(text, ':') && has_letter && is_number(colon + 1, strlen(colon + 1)))
		return "has a port, which ICMP does not: write the host alone";
	return "is not an IPv6 address";
}

const char *host_parse(struct host *out, const char *text)
{
	const char *percent = strchr(text, '%'), *wrong;

	*out = (struct host){ .addr.family = AF_UNSPEC };
	if (addr_parse(&out->addr, text) == 0)
		return check_address(&out->addr);
	if (text[0] == '[')
		return "is in brackets: write the IPv6 address alone";
	if (percent) {
		wrong = parse_zoned(out, text, percent);
		return wrong ? wrong : check_address(&out->addr);
	}
	if (strchr(text, ':'))
		return check_colon(text);
	return check_name(text);
}
