/* metrics_labels.c - group and own labels are the profile's, so they are written once for all targets in a row that
 * share it. */
#include "serve/metrics_labels.h"

#include "base/clock.h"

#include <string.h>

#define NAMES_MAX 64  /* labels of one target; a configuration has no more than half as many */
#define NAME_MAX  320 /* 255, and some exported_ */
#define PREFIX    "exported_"

/* --- names --- */

struct names {
	size_t n;
	char at[NAMES_MAX][NAME_MAX];
};

/* What series have by themselves, of ours and of those that we are compatible with, or get when they are scraped. */
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = { "target", "ip",  "group",      "state", "reason",   "le",      "host",
		                                "source", "tos", "ip_version", "job",   "instance", "quantile" };

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (reserved[i][0] == name[0] && !strcmp(reserved[i], name))
			return true;
	return name[0] == '_' && name[1] == '_';
}

static bool is_taken(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->at[i], name))
			return true;
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void clean(char name[NAME_MAX], const char *key)
{
	size_t n = 0;

	if (!*key || is_digit(*key))
		name[n++] = '_';
	for (; *key && n < NAME_MAX - 1; key++, n++) {
		name[n] = '_';
		if (is_letter(*key) || is_digit(*key))
			name[n] = *key;
	}
	name[n] = '\0';
}

/* The name of a label called key; NULL: there is none left for it. */
static const char *name_of(struct names *names, const char *key)
{
	char *name;

	if (names->n == NAMES_MAX)
		return NULL;
	name = names->at[names->n];
	clean(name, key);
	while (is_reserved(name) || is_taken(names, name)) {
		size_t len = strlen(name);

		if (len + strlen(PREFIX) >= NAME_MAX)
			return NULL;
		memmove(name + strlen(PREFIX), name, len + 1);
		for (size_t i = 0; i < strlen(PREFIX); i++)
			name[i] = PREFIX[i];
	}
	names->n++;
	return name;
}

/* --- texts --- */

void metrics_labels_pair(struct textbuf *t, const char *key, const char *value)
{
	char *before = t->at;

	if (textbuf_len(t))
		textbuf_char(t, ',');
	textbuf_text(t, key);
	textbuf_put(t, "=\"", 2);
	textbuf_label(t, value);
	textbuf_char(t, '"');
	if (t->full)
		t->at = before;
}

static void put_own(struct textbuf *t, const struct labels *labels)
{
	struct names names = { .n = 0 };

	for (size_t i = 0; labels && i < labels->n && !t->full; i++) {
		const char *name = *labels->at[i].value ? name_of(&names, labels->at[i].key) : NULL;

		if (name)
			metrics_labels_pair(t, name, labels->at[i].value);
	}
}

static void look_at(struct metrics_labels *l, const struct profile *p)
{
	struct textbuf t = textbuf_on(l->own, sizeof(l->own));

	put_own(&t, p->labels);
	l->len = textbuf_len(&t);
	l->latest = p;
}

/* The zone of a link-local address is the interface as it is written (target_addr_text). */
static void put_ip(struct textbuf *t, const struct snapshot_row *r)
{
	const char *interface = r->profile->options.interface;
	bool has_zone = interface[0] && addr_is_link_local(&r->addr);
	char text[ADDR_STRLEN + 1 + SETTING_INTERFACE_LEN];
	struct addr a = r->addr;

	if (a.family == AF_UNSPEC)
		return;
	if (has_zone)
		a.scope = 0;
	addr_format(&a, text);
	if (has_zone)
		strcat(strcat(text, "%"), interface);
	metrics_labels_pair(t, "ip", text);
}

/* Two targets may have the same host, and differ in nothing else that is a label. */
static void put_smokeping_prober(struct textbuf *t, const struct snapshot_row *r)
{
	const struct options *o = &r->profile->options;
	char text[ADDR_STRLEN];
	struct textbuf tos;

	put_ip(t, r);
	metrics_labels_pair(t, "host", r->host);
	metrics_labels_pair(t, "source", addr_format(&o->source, text));
	tos = textbuf_on(text, sizeof(text) - 1);
	textbuf_digits(&tos, o->dscp > 0 ? (uint64_t)o->dscp << 2 : 0, 1);
	*tos.at = '\0';
	metrics_labels_pair(t, "tos", text);
	if (strcmp(r->name, r->host))
		metrics_labels_pair(t, "target", r->name);
}

void metrics_labels_put(struct metrics_labels *l, struct textbuf *t, enum metrics_of of, const struct snapshot_row *r)
{
	const struct profile *p = r->profile;

	if (l->latest != p)
		look_at(l, p);
	if (of == METRICS_OF_SMOKEPING_PROBER) {
		put_smokeping_prober(t, r);
	} else {
		metrics_labels_pair(t, "target", r->name);
		put_ip(t, r);
		if (of == METRICS_OF_PING_EXPORTER)
			metrics_labels_pair(t, "ip_version", r->addr.family == AF_INET6 ? "6" : "4");
		else if (p->group)
			metrics_labels_pair(t, "group", p->group);
	}
	if (!l->len)
		return;
	textbuf_char(t, ',');
	textbuf_put(t, l->own, l->len);
}

/* --- bounds --- */

/* A bound in seconds as Go writes it, which is how others call their buckets: 5e-05, 0.0001, and 1.0 in OpenMetrics. */
static void put_seconds(struct textbuf *t, uint64_t ns, bool openmetrics)
{
	uint64_t unit = NS_PER_S;
	int power = 0;

	if (!ns || ns >= NS_PER_S / 10000) {
		textbuf_fixed(t, ns, 9);
		if (openmetrics && ns % NS_PER_S == 0)
			textbuf_text(t, ".0");
		return;
	}
	for (; ns < unit; unit /= 10)
		power++;
	textbuf_fixed(t, ns, 9 - power);
	textbuf_text(t, "e-");
	textbuf_digits(t, (uint64_t)power, 2);
}

char *metrics_labels_bound(char buf[METRICS_BOUND_LEN], int64_t ns, bool openmetrics)
{
	struct textbuf t = textbuf_on(buf, METRICS_BOUND_LEN - 1);

	textbuf_text(&t, "le=\"");
	if (ns < 0)
		textbuf_text(&t, "+Inf");
	else
		put_seconds(&t, (uint64_t)ns, openmetrics);
	textbuf_char(&t, '"');
	*t.at = '\0';
	return buf;
}
