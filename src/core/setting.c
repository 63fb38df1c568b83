/* setting.c - the table of kinds, with what parses and prints each. */
#include "core/setting.h"

#include "base/addr.h"
#include "base/clock.h"
#include "base/parse.h"
#include "core/setting_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One row for each kind. */
struct setting_type {
	int (*parse)(void *base, const struct setting *s, const char *text);
	void (*print)(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN]);
	const char *expects, *schema; /* with the names that setting_text fills in */
	size_t size, beside_size;     /* of its members, without padding */
	bool is_string;
};

static void *at(void *base, const struct setting *s)
{
	return (char *)base + s->offset;
}

static void *beside(void *base, const struct setting *s)
{
	return (char *)base + s->beside;
}

static const void *in(const void *base, const struct setting *s)
{
	return (const char *)base + s->offset;
}

static const void *in_beside(const void *base, const struct setting *s)
{
	return (const char *)base + s->beside;
}

/* --- a string to a value --- */

static int parse_as_duration(void *base, const struct setting *s, const char *text)
{
	return parse_duration(at(base, s), text, s->min, s->max);
}

static int parse_as_age(void *base, const struct setting *s, const char *text)
{
	return parse_age(at(base, s), text, s->min, s->max);
}

static int parse_as_size(void *base, const struct setting *s, const char *text)
{
	return parse_size(at(base, s), text, (uint64_t)s->min, (uint64_t)s->max);
}

static int parse_as_count(void *base, const struct setting *s, const char *text)
{
	int64_t value;
	int err = parse_count(&value, text, s->min, s->max);

	if (!err)
		*(uint32_t *)at(base, s) = (uint32_t)value;
	return err;
}

static int parse_as_mark(void *base, const struct setting *s, const char *text)
{
	return parse_bits(at(base, s), text);
}

static int parse_as_percent(void *base, const struct setting *s, const char *text)
{
	return parse_percent(at(base, s), text);
}

static int parse_as_dscp(void *base, const struct setting *s, const char *text)
{
	return parse_dscp(at(base, s), text);
}

static int parse_as_ttl(void *base, const struct setting *s, const char *text)
{
	int64_t value;
	int err = parse_count(&value, text, s->min, s->max);

	if (!err)
		*(int *)at(base, s) = (int)value;
	return err;
}

static int parse_as_choice(void *base, const struct setting *s, const char *text)
{
	for (int i = 0; s->choices[i]; i++) {
		if (!strcmp(s->choices[i], text)) {
			memcpy(at(base, s), &i, sizeof(i)); /* every enum here has an int's size */
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_as_bool(void *base, const struct setting *s, const char *text)
{
	return parse_bool(at(base, s), text);
}

static int parse_as_tristate(void *base, const struct setting *s, const char *text)
{
	bool value;
	int err = parse_bool(&value, text);

	if (!err)
		*(int *)at(base, s) = value;
	return err;
}

static int parse_as_addr(void *base, const struct setting *s, const char *text)
{
	struct addr a;

	if (addr_parse(&a, text) < 0 || !addr_is_probeable(&a))
		return -EINVAL;
	*(struct addr *)at(base, s) = a;
	return 0;
}

/* What the kernel takes for a name (dev_valid_name), and only what can be seen. */
static int parse_as_interface(void *base, const struct setting *s, const char *text)
{
	size_t len = strlen(text);

	if (!len || len >= SETTING_INTERFACE_LEN || !strcmp(text, ".") || !strcmp(text, ".."))
		return -EINVAL;
	for (const char *c = text; *c; c++) {
		if (*c <= ' ' || *c == 0x7f || *c == '/' || *c == ':')
			return -EINVAL;
	}
	strncpy(at(base, s), text, SETTING_INTERFACE_LEN); /* pads with NULs: values are compared byte by byte */
	return 0;
}

static int parse_as_pattern(void *base, const struct setting *s, const char *text)
{
	uint8_t bytes[SETTING_PATTERN_MAX] = { 0 };
	int n = parse_hex(bytes, sizeof(bytes), text);

	if (n < 0)
		return n;
	memcpy(at(base, s), bytes, sizeof(bytes));
	*(uint32_t *)beside(base, s) = (uint32_t)n;
	return 0;
}

static int parse_as_window(void *base, const struct setting *s, const char *text)
{
	int64_t *ns = beside(base, s);
	int err = parse_as_count(base, s, text);

	if (!err)
		*ns = 0;
	/* A bare number would be seconds to parse_duration; here it is a count, good or bad. */
	if (err != -EINVAL || !text[strcspn(text, "usmhd")])
		return err;
	return parse_duration(ns, text, 1, s->max * SETTING_INTERVAL_MAX_NS);
}

/* --- a value to a string --- */

static void print_duration(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	int64_t value;

	memcpy(&value, in(base, s), sizeof(value));
	if (value < 0)
		strcpy(buf, "default");
	else
		parse_duration_text(value, buf);
}

static void print_age(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	int64_t value;

	memcpy(&value, in(base, s), sizeof(value));
	parse_age_text(value, buf);
}

static void print_size(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	uint64_t value;

	memcpy(&value, in(base, s), sizeof(value));
	parse_size_text(value, buf);
}

static void print_count(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	uint32_t value;

	memcpy(&value, in(base, s), sizeof(value));
	snprintf(buf, SETTING_TEXT_LEN, "%u", value);
}

/* A percentage has nine decimals at most (parse.h), and is read back the same from them. */
static void print_percent(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	double value;
	size_t len;

	memcpy(&value, in(base, s), sizeof(value));
	if (value < 0) {
		strcpy(buf, "default");
		return;
	}
	len = (size_t)snprintf(buf, SETTING_TEXT_LEN, "%.9f", value);
	while (buf[len - 1] == '0')
		len--;
	len -= buf[len - 1] == '.';
	buf[len] = '\0';
}

static void print_int(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	int value;

	memcpy(&value, in(base, s), sizeof(value));
	if (value < 0)
		strcpy(buf, "default");
	else if (s->kind == SETTING_TRISTATE)
		strcpy(buf, value ? "yes" : "no");
	else if (s->kind == SETTING_CHOICE)
		snprintf(buf, SETTING_TEXT_LEN, "%s", s->choices[value]);
	else
		snprintf(buf, SETTING_TEXT_LEN, "%d", value);
}

static void print_bool(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	strcpy(buf, *(const bool *)in(base, s) ? "true" : "false");
}

static void print_addr(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	struct addr a;
	char text[ADDR_STRLEN];

	memcpy(&a, in(base, s), sizeof(a));
	snprintf(buf, SETTING_TEXT_LEN, "%s", a.family == AF_UNSPEC ? "default" : addr_format(&a, text));
}

static void print_interface(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	const char *name = in(base, s);

	snprintf(buf, SETTING_TEXT_LEN, "%s", *name ? name : "default");
}

static void print_pattern(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	const uint8_t *bytes = in(base, s);
	uint32_t len;

	memcpy(&len, in_beside(base, s), sizeof(len));
	strcpy(buf, "default");
	for (uint32_t i = 0; i < len; i++)
		sprintf(buf + 2 * (size_t)i, "%02x", bytes[i]);
}

static void print_window(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	int64_t ns;

	memcpy(&ns, in_beside(base, s), sizeof(ns));
	if (ns)
		parse_duration_text(ns, buf);
	else
		print_count(base, s, buf);
}

/* --- the table --- */

/* clang-format off */
#define NUMBER_SCHEMA   "{\"type\": \"integer\", \"minimum\": $min, \"maximum\": $max}"
#define TEXT_SCHEMA(pattern) "{\"type\": \"string\", \"pattern\": \"" pattern "\"}"
#define DURATION_SCHEMA TEXT_SCHEMA("^([0-9]+[.]?(ms|s|m|h|d))*([0-9]+[.]?[0-9]*|[.][0-9]+)(us|ms|s|m|h|d)?$")
#define BOOL_SCHEMA \
	"{\"type\": \"boolean\"}, " \
	TEXT_SCHEMA("^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])$")
#define DSCP_SCHEMA \
	TEXT_SCHEMA("^([Cc][Ss][0-7]|[Aa][Ff][1-4][1-3]|[Ee][Ff]|[Vv][Aa]|[Vv][Oo][Ii][Cc][Ee]-[Aa][Dd][Mm][Ii][Tt]" \
	            "|[Ll][Ee]|[Bb][Ee]|[Dd][Ff])$")

static const struct setting_type types[] = {
	[SETTING_DURATION] = {
		parse_as_duration, print_duration, "a duration from $from to $to",
		"{\"type\": \"number\", \"minimum\": $min_s, \"maximum\": $max_s}, " DURATION_SCHEMA,
		.size = sizeof(int64_t),
	},
	[SETTING_AGE] = {
		parse_as_age, print_age, "a duration from $young to $old",
		TEXT_SCHEMA("^([0-9]+y|([0-9]+(ms|s|m|h|d))*[0-9]+([.][0-9]+)?(us|ms|s|m|h|d))$"),
		.size = sizeof(int64_t),
	},
	[SETTING_SIZE] = {
		parse_as_size, print_size, "a number of bytes, or as 500M (K, M, G and T: powers of 1024), "
		"from $small to $large",
		NUMBER_SCHEMA ", " TEXT_SCHEMA("^[0-9]+[KkMmGgTt]?$"),
		.size = sizeof(uint64_t),
	},
	[SETTING_COUNT] = {
		parse_as_count, print_count, "a whole number from $min to $max", NUMBER_SCHEMA,
		.size = sizeof(uint32_t),
	},
	[SETTING_MARK] = {
		parse_as_mark, print_count, "a number from $min to $max, or 0x and hex digits",
		TEXT_SCHEMA("^0[xX][0-9a-fA-F]+$") ", " NUMBER_SCHEMA,
		.size = sizeof(uint32_t),
	},
	[SETTING_PERCENT] = {
		parse_as_percent, print_percent, "a percentage from $min% to $max%",
		"{\"type\": \"number\", \"minimum\": $min, \"maximum\": $max}, "
		TEXT_SCHEMA("^([0-9]+[.]?[0-9]*|[.][0-9]+)%?$"),
		.size = sizeof(double),
	},
	[SETTING_DSCP] = {
		parse_as_dscp, print_int, "a number from $min to $max, or CS0 to CS7, AF11 to AF43, EF, VA or LE",
		NUMBER_SCHEMA ", " DSCP_SCHEMA,
		.size = sizeof(int),
	},
	[SETTING_TTL] = {
		parse_as_ttl, print_int, "a whole number from $min to $max", NUMBER_SCHEMA,
		.size = sizeof(int),
	},
	[SETTING_CHOICE] = {
		parse_as_choice, print_int, "$words", "{\"enum\": [$quoted]}",
		.size = sizeof(int),
	},
	[SETTING_BOOL] = {
		parse_as_bool, print_bool, "true or false", BOOL_SCHEMA,
		.size = sizeof(bool),
	},
	[SETTING_TRISTATE] = {
		parse_as_tristate, print_int, "yes, no or default", BOOL_SCHEMA,
		.size = sizeof(int),
	},
	[SETTING_ADDR] = {
		parse_as_addr, print_addr, "an IPv4 or IPv6 address of this host",
		TEXT_SCHEMA("^[0-9a-fA-F:.]+(%.+)?$"),
		.size = offsetof(struct addr, family) + sizeof(uint16_t), .is_string = true,
	},
	[SETTING_INTERFACE] = {
		parse_as_interface, print_interface, "the name of an interface: $min to $max characters",
		"{\"type\": \"string\", \"pattern\": \"^[^/: ]+$\", \"maxLength\": $max}",
		.size = SETTING_INTERFACE_LEN, .is_string = true,
	},
	[SETTING_PATTERN] = {
		parse_as_pattern, print_pattern, "$min to $max bytes of two hex digits each, in quotes",
		TEXT_SCHEMA("^([0-9a-fA-F][0-9a-fA-F]){$min,$max}$"),
		.size = SETTING_PATTERN_MAX, .beside_size = sizeof(uint32_t), .is_string = true,
	},
	[SETTING_WINDOW] = {
		parse_as_window, print_window, "a number of probes from $min to $max, or a duration such as 5m",
		NUMBER_SCHEMA ", " DURATION_SCHEMA,
		.size = sizeof(uint32_t), .beside_size = sizeof(int64_t),
	},
};
/* clang-format on */

/* --- the verbs --- */

int setting_parse(void *base, const struct setting *s, const char *text)
{
	return types[s->kind].parse(base, s, text);
}

char *setting_print(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN])
{
	types[s->kind].print(base, s, buf);
	return buf;
}

char *setting_expects(const struct setting *s, char *buf, size_t buf_len)
{
	return setting_text(buf, buf_len, s, types[s->kind].expects);
}

char *setting_schema(const struct setting *s, char *buf, size_t buf_len)
{
	return setting_text(buf, buf_len, s, types[s->kind].schema);
}

bool setting_is_string(const struct setting *s)
{
	return types[s->kind].is_string;
}

void setting_copy(void *to, const void *from, const struct setting *s)
{
	memcpy(at(to, s), in(from, s), types[s->kind].size);
	memcpy(beside(to, s), in_beside(from, s), types[s->kind].beside_size);
}

bool setting_same(const void *a, const void *b, const struct setting *s)
{
	int64_t ns = 0;
	bool same = !memcmp(in_beside(a, s), in_beside(b, s), types[s->kind].beside_size);

	if (s->kind == SETTING_WINDOW)
		memcpy(&ns, in_beside(a, s), sizeof(ns));
	return same && (ns || !memcmp(in(a, s), in(b, s), types[s->kind].size));
}

/* A million targets are compared by their bytes: memcpy of a known size is an instruction or two, otherwise a call. */
static void copy(uint8_t *to, const void *from, size_t len)
{
	if (len == sizeof(uint32_t))
		memcpy(to, from, sizeof(uint32_t));
	else if (len == sizeof(uint64_t))
		memcpy(to, from, sizeof(uint64_t));
	else
		memcpy(to, from, len);
}

size_t setting_bytes(const void *base, const struct setting *s, uint8_t *buf)
{
	const struct setting_type *type = &types[s->kind];

	copy(buf, in(base, s), type->size);
	if (type->beside_size)
		copy(buf + type->size, in_beside(base, s), type->beside_size);
	return type->size + type->beside_size;
}
