/* config_serve.c - where the daemon is listened at, and what its metrics are called. */
#include "config/config_serve.h"

#include "base/parse.h"
#include "config/config_files.h"
#include "config/config_node.h"
#include "config/config_web.h"
#include "serve/listen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOST_MAX      253
#define BUCKET_MAX_NS (100 * NS_PER_S) /* above any RTT */

static const char *copy(struct config_reader *r, const char *text)
{
	return arena_text(r->config->arena, text, strlen(text));
}

/* --- http --- */

static int add_listen(struct config_reader *r, const struct config_node *item)
{
	struct http_options *http = &r->config->serve.http;
	const char *text = config_node_text(r, "listen", item, CONFIG_MAX_PATH), *wrong;
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	wrong = listen_check(text);
	for (size_t i = 0; i < http->n_listen && !wrong; i++) {
		if (!strcmp(http->listen[i], text))
			wrong = "twice in the list";
	}
	if (!wrong && http->n_listen == HTTP_LISTEN_MAX)
		wrong = "more than " CONFIG_STRINGIFY(HTTP_LISTEN_MAX) " of them";
	if (wrong) {
		config_complain(r, item, "\"listen\" is %s: %s", config_error_quote(text, quoted), wrong);
		return 0;
	}
	http->listen[http->n_listen] = copy(r, text);
	return http->listen[http->n_listen++] ? 0 : -ENOMEM;
}

static int read_listen(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	r->config->serve.http.n_listen = 0;
	return config_node_each(r, "listen", value, add_listen);
}

static const char *listen_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct http_options *http = base;

	(void)buf;
	return i < http->n_listen ? http->listen[i] : NULL;
}

static bool is_host(const char *text)
{
	while ((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
	       (*text && strchr("-._", *text)))
		text++;
	return !*text;
}

static int add_host(struct config_reader *r, const struct config_node *item)
{
	struct http_options *http = &r->config->serve.http;
	const char *text = config_node_text(r, "hosts", item, HOST_MAX), *wrong = NULL;
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	if (!is_host(text))
		wrong = "expected a host name without a port";
	else if (http->n_hosts == HTTP_HOSTS_MAX)
		wrong = "more than " CONFIG_STRINGIFY(HTTP_HOSTS_MAX) " of them";
	if (wrong) {
		config_complain(r, item, "\"hosts\" is %s: %s", config_error_quote(text, quoted), wrong);
		return 0;
	}
	http->hosts[http->n_hosts] = copy(r, text);
	return http->hosts[http->n_hosts++] ? 0 : -ENOMEM;
}

static int read_hosts(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	r->config->serve.http.n_hosts = 0;
	return config_node_each(r, "hosts", value, add_host);
}

static const char *hosts_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct http_options *http = base;

	(void)buf;
	return i < http->n_hosts ? http->hosts[i] : NULL;
}

static const char *web_config_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	(void)buf;
	return i ? NULL : ((const struct http_options *)base)->web_config;
}

static const char *token_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	(void)buf;
	return i ? NULL : ((const struct http_options *)base)->token;
}

void config_http_check(struct config_reader *r, const struct config_node *value)
{
	const struct http_options *http = &r->config->serve.http;

	if (http->allow_control && !web_config_asks(&http->web) && !r->errors->n)
		config_complain(r, value,
		                "\"allow_control\" lets everybody in who reaches \"listen\": it needs a token, "
		                "or a web_config with users or client certificates");
}

/* --- control --- */

static int read_socket(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const char *text = config_node_text(r, "socket", value, CONFIG_MAX_PATH), *wrong = NULL;
	char name[sizeof("unix:") + CONFIG_MAX_PATH], quoted[CONFIG_QUOTELEN];

	(void)file;
	if (!text)
		return 0;
	if (strcmp(text, "off")) {
		snprintf(name, sizeof(name), "unix:%s", text);
		wrong = text[0] == '/' ? listen_check(name) : "expected an absolute path, or off";
	}
	if (wrong) {
		config_complain(r, value, "\"socket\" is %s: %s", config_error_quote(text, quoted), wrong);
		return 0;
	}
	r->config->serve.control.socket = copy(r, text);
	return r->config->serve.control.socket ? 0 : -ENOMEM;
}

static const char *socket_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct control_options *control = base;

	(void)buf;
	return i ? NULL : control->socket;
}

/* --- metrics --- */

static int add_compat(struct config_reader *r, const struct config_node *item)
{
	struct metrics_options *metrics = &r->config->serve.metrics;
	const char *text = config_node_text(r, "compat", item, CONFIG_MAX_PATH);
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return 0;
	if (!strcmp(text, "smokeping_prober"))
		metrics->smokeping_prober = true;
	else if (!strcmp(text, "ping_exporter"))
		metrics->ping_exporter = true;
	else
		config_complain(r, item, "\"compat\" is %s: expected smokeping_prober or ping_exporter",
		                config_error_quote(text, quoted));
	return 0;
}

static int read_compat(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return config_node_each(r, "compat", value, add_compat);
}

static const char *compat_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct metrics_options *metrics = base;

	(void)buf;
	if (metrics->smokeping_prober && i-- == 0)
		return "smokeping_prober";
	return metrics->ping_exporter && i == 0 ? "ping_exporter" : NULL;
}

static int add_bucket(struct config_reader *r, const struct config_node *item)
{
	struct metrics_options *metrics = &r->config->serve.metrics;
	const char *text = config_node_text(r, "buckets", item, CONFIG_MAX_PATH), *wrong = NULL;
	char quoted[CONFIG_QUOTELEN];
	double seconds;
	int64_t ns;

	if (!text)
		return 0;
	if (parse_duration(&ns, text, 1, BUCKET_MAX_NS)) {
		config_complain(r, item, "\"buckets\" is %s: expected a duration from 0.001us to 100s",
		                config_error_quote(text, quoted));
		return 0;
	}
	seconds = (double)ns / NS_PER_S;
	if (metrics->n_buckets == HTTP_BUCKETS_MAX)
		wrong = "more than " CONFIG_STRINGIFY(HTTP_BUCKETS_MAX) " of them";
	else if (metrics->n_buckets && seconds <= metrics->buckets[metrics->n_buckets - 1])
		wrong = "not above the one before it";
	if (wrong)
		config_complain(r, item, "\"buckets\" is %s: %s", config_error_quote(text, quoted), wrong);
	else
		metrics->buckets[metrics->n_buckets++] = seconds;
	return 0;
}

static int read_buckets(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	r->config->serve.metrics.n_buckets = 0;
	return config_node_each(r, "buckets", value, add_bucket);
}

static const char *buckets_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct metrics_options *metrics = base;

	if (i >= metrics->n_buckets)
		return NULL;
	return parse_duration_text((int64_t)(metrics->buckets[i] * NS_PER_S + 0.5), buf);
}

/* --- the tables --- */

/* clang-format off */
static const struct setting http_keys[] = {
	SETTING("allow_control", BOOL, struct http_options, allow_control, 0, 0,
	        "take POST requests here as well, from users that web_config or token lets in"),
	{ .name = NULL },
};
static const struct config_special http_specials[] = {
	{ CONFIG_KEY("listen", "listen",
	             "ADDRESS:PORT, [ADDRESS]:PORT, :PORT (all addresses), unix:/PATH, systemd, or a list of these"),
	  .read = read_listen, .text = listen_text, .is_list = true },
	{ CONFIG_KEY("hosts", "hosts",
	             "names that clients may ask by, beside localhost, this machine's and addresses: a name or a list"),
	  .read = read_hosts, .text = hosts_text, .is_list = true },
	{ CONFIG_KEY("web_config", "file", "Prometheus' web configuration file: TLS, users, headers"),
	  .read = config_web_read, .text = web_config_text },
	{ CONFIG_KEY("token", "credential", "a file with a bearer token, or credential:NAME, one of systemd's"),
	  .read = config_web_token_read, .text = token_text },
	{ .name = NULL },
};
const struct config_section config_http_section = {
	.what = "\"http\"", .specials = http_specials, .keys = http_keys, .prefix = "",
	.offset = offsetof(struct config, serve.http),
};

static const struct config_special control_specials[] = {
	{ CONFIG_KEY("socket", "socket",
	             "the absolute path of the control socket, or off; default: control.sock in $RUNTIME_DIRECTORY, "
	             "or off without that"),
	  .read = read_socket, .text = socket_text },
	{ .name = NULL },
};
const struct config_section config_control_section = {
	.what = "\"control\"", .specials = control_specials, .prefix = "",
	.offset = offsetof(struct config, serve.control),
};

static const struct config_special metrics_specials[] = {
	{ CONFIG_KEY("compat", "compat", "smokeping_prober, ping_exporter, or a list of both: adds their names and labels"),
	  .read = read_compat, .text = compat_text, .is_list = true },
	{ CONFIG_KEY("buckets", "buckets",
	             "bounds of the histograms of RTTs, a list of ascending durations; default: smokeping_prober's, 50us, "
	             "100us, 200us and so on up to 26.2144s"),
	  .read = read_buckets, .text = buckets_text, .is_list = true },
	{ .name = NULL },
};
const struct config_section config_metrics_section = {
	.what = "\"metrics\"", .specials = metrics_specials, .prefix = "",
	.offset = offsetof(struct config, serve.metrics),
};
/* clang-format on */
