/* api_query.c - each parameter has a reader; a cursor is the last row's place, so that a page goes on behind it
 * whatever has come and gone. */
#include "serve/api_query.h"

#include "base/parse.h"
#include "core/health.h"

#include <stdio.h>
#include <string.h>

#define KEY_MAX ((UINT64_C(1) << 63) - 1)
#define SHOWN   64 /* bytes of a value in a message */

static bool refuse(char why[API_WHY_SIZE], const char *name, const char *value, const char *expected)
{
	char shown[SHOWN];

	snprintf(why, API_WHY_SIZE, "%s is \"%s\": expected %s", name, textbuf_shown(shown, sizeof(shown), value),
	         expected);
	return false;
}

/* --- its parameters --- */

static bool read_state(struct api_query *q, const char *value, char why[API_WHY_SIZE])
{
	for (int i = HEALTH_UNKNOWN; i <= HEALTH_DOWN; i++) {
		if (!strcmp(value, health_state_name((enum health_state)i))) {
			q->states |= 1u << i;
			return true;
		}
	}
	return refuse(why, "state", value, "up, degraded, down or unknown");
}

static bool read_text(struct api_query *q, const char *value, char why[API_WHY_SIZE])
{
	(void)why;
	q->text = value[0] ? value : NULL;
	return true;
}

static bool read_sort(struct api_query *q, const char *value, char why[API_WHY_SIZE])
{
	q->descends = value[0] == '-';
	q->sort = api_sort_find(value + q->descends);
	if (q->sort)
		return true;
	return refuse(why, "sort", value, "name, state, since, loss, rtt or worst, with \"-\" in front to descend");
}

static bool read_limit(struct api_query *q, const char *value, char why[API_WHY_SIZE])
{
	int64_t limit;

	if (parse_count(&limit, value, 1, API_LIMIT_MAX))
		return refuse(why, "limit", value, "1 to 10000");
	q->limit = (uint32_t)limit;
	return true;
}

static bool read_fields(struct api_query *q, const char *value, char why[API_WHY_SIZE])
{
	for (size_t len; *value; value += len + (value[len] == ',')) {
		uint64_t bit;

		len = strcspn(value, ",");
		bit = len == 3 && !strncmp(value, "all", 3) ? api_fields_all() : api_fields_bit(value, len);
		if (!bit)
			return refuse(why, "fields", value, "names of fields with commas between them, or all");
		q->fields |= bit;
	}
	return true;
}

/* --- the cursor: order, key and name as letters and hex digits, so that no client need escape it --- */

static char order_letter(const struct api_query *q)
{
	return (char)((q->descends ? 'A' : 'a') + (q->sort - api_sorts));
}

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool read_hex(uint64_t *out, const char *text, size_t n)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		int digit = hex_value(text[i]);

		if (digit < 0)
			return false;
		*out = *out << 4 | (uint64_t)digit;
	}
	return true;
}

static bool read_cursor(struct api_query *q, const char *value, char why[API_WHY_SIZE])
{
	size_t len = strlen(value), n = 0;
	uint64_t byte = 1;

	q->has_after = true;
	if (len < 17 || (len - 17) % 2 || (len - 17) / 2 > API_NAME_MAX || !read_hex(&q->after_key, value + 1, 16))
		return refuse(why, "cursor", value, "a list's \"next\"");
	for (size_t i = 17; i < len && byte; i += 2) {
		if (!read_hex(&byte, value + i, 2))
			byte = 0;
		q->after_name[n++] = (char)byte;
	}
	q->after_name[n] = '\0';
	if (!byte)
		return refuse(why, "cursor", value, "a list's \"next\"");
	if (value[0] != order_letter(q))
		return refuse(why, "cursor", value, "\"next\" of a list with the same sort");
	return true;
}

char *api_query_cursor(const struct api_query *q, struct api_place p, char buf[API_CURSOR_SIZE])
{
	char *at = buf + snprintf(buf, API_CURSOR_SIZE, "%c%016llx", order_letter(q), (unsigned long long)p.key);

	for (size_t i = 0; i < API_NAME_MAX && p.name[i]; i++)
		at += snprintf(at, 3, "%02x", (unsigned char)p.name[i]);
	return buf;
}

/* --- the query --- */

static bool read_pair(struct api_query *q, const struct query_pair *p, char why[API_WHY_SIZE])
{
	static const struct {
		const char *name;
		bool (*read)(struct api_query *q, const char *value, char why[API_WHY_SIZE]);
	} readers[] = {
		{ "state", read_state }, { "q", read_text },        { "sort", read_sort },
		{ "limit", read_limit }, { "fields", read_fields },
	};

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (!strcmp(readers[i].name, p->name))
			return readers[i].read(q, p->value, why);
	if (filter_add(&q->filter, p->name, p->value) >= 0)
		return true;
	snprintf(why, API_WHY_SIZE, "more than %d groups or labels", FILTER_MAX);
	return false;
}

bool api_query_parse(struct api_query *q, const struct query *from, char why[API_WHY_SIZE])
{
	const char *cursor = query_value(from, "cursor");

	*q = (struct api_query){ .sort = api_sorts, .limit = API_LIMIT };
	for (size_t i = 0; i < from->n; i++)
		if (!read_pair(q, &from->pairs[i], why))
			return false;
	if (!q->fields)
		q->fields = api_fields_usual();
	return !cursor || !cursor[0] || read_cursor(q, cursor, why); /* which depends on the sort */
}

/* --- rows --- */

static bool has_text(const char *in, const char *text)
{
	return in && strcasestr(in, text);
}

static bool takes_text(const struct api_query *q, const struct snapshot_row *r)
{
	const struct labels *labels = r->profile->labels;
	char addr[ADDR_STRLEN];

	if (has_text(r->name, q->text) || has_text(r->host, q->text) || has_text(r->profile->group, q->text))
		return true;
	for (size_t i = 0; labels && i < labels->n; i++)
		if (has_text(labels->at[i].value, q->text))
			return true;
	return r->addr.family != AF_UNSPEC && has_text(addr_format(&r->addr, addr), q->text);
}

bool api_query_takes(struct api_query *q, const struct snapshot_row *r)
{
	if (r->is_parent || (q->states && !(q->states >> r->state & 1)))
		return false;
	return filter_takes(&q->filter, r->profile) && (!q->text || takes_text(q, r));
}

uint64_t api_query_key(const struct api_query *q, const struct api_row *r)
{
	uint64_t key = q->sort->key(r);

	return q->descends && key != API_KEY_NONE ? KEY_MAX - key : key;
}

int api_query_compare(const struct api_query *q, struct api_place a, struct api_place b)
{
	int order;

	if (a.key != b.key)
		return a.key < b.key ? -1 : 1;
	order = strcmp(a.name, b.name);
	return q->descends && q->sort == api_sorts ? -order : order;
}
