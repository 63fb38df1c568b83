/* config_web.c - Prometheus' web configuration file (exporter-toolkit), as strictly as promtool check web-config reads
 * it, and more so where that takes what we do not serve. */
#include "config/config_web.h"

#include "config/config_files.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_tree.h"
#include "config/config_web_file.h"
#include "serve/auth.h"
#include "serve/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX  ((size_t)256 << 10)
#define TOKEN_MAX 4096u
#define WORD_MAX  255u
#define VALUE_MAX 4095u

static struct web_config *web_of(struct config_reader *r)
{
	return &r->config->serve.http.web;
}

static const char *keep(struct config_reader *r, const char *text)
{
	return arena_text(r->config->arena, text, strlen(text));
}

/* Each key of value goes to its row of section; those of the format that we do not serve are refused by their names. */
static int read_mapping(struct config_reader *r, const char *name, const struct config_section *section,
                        const char *const *unserved, const struct config_node *value)
{
	int err = 0;

	if (!config_node_want(r, name, value, CONFIG_MAPPING))
		return 0;
	for (const struct config_node *key = config_node_follow(value)->first; key && !err;
	     key = config_node_next_key(key)) {
		const char *text = config_node_key(key);
		const struct config_special *special = text ? config_section_special(section, text) : NULL;
		size_t i = 0;

		while (text && unserved[i] && strcmp(unserved[i], text))
			i++;
		if (special)
			err = special->read(r, NULL, key->next);
		else if (text && unserved[i])
			config_complain(r, key, "\"%s\" is not supported by minipingd: see minipingd-http(8)", text);
		else if (text)
			config_section_unknown_key(r, section, key);
	}
	return err;
}

/* --- tls_server_config --- */

static int read_pem(struct config_reader *r, const char *name, const struct config_node *value, const char **out)
{
	struct config_at whole;
	char *text;
	int err = config_web_file_read(r, name, value, FILE_MAX, &text, &whole);

	if (err || !text)
		return err;
	*out = keep(r, text);
	explicit_bzero(text, strlen(text));
	free(text);
	return *out ? 0 : -ENOMEM;
}

static int read_cert(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return read_pem(r, "cert_file", value, &web_of(r)->cert);
}

static int read_key(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return read_pem(r, "key_file", value, &web_of(r)->key);
}

static int read_client_ca(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const char *why;
	int err = read_pem(r, "client_ca_file", value, &web_of(r)->client_ca);

	(void)file;
	why = web_of(r)->client_ca ? tls_check_ca(web_of(r)->client_ca) : NULL;
	if (why)
		config_complain(r, value, "\"client_ca_file\": not the certificates of an authority: %s", why);
	return err;
}

static int read_client_auth(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const char *text = config_node_text(r, "client_auth_type", value, WORD_MAX);
	char quoted[CONFIG_QUOTELEN];

	(void)file;
	if (text && strcmp(text, "NoClientCert") && strcmp(text, "RequireAndVerifyClientCert"))
		config_complain(r, value,
		                "\"client_auth_type\" is %s: only NoClientCert and "
		                "RequireAndVerifyClientCert are supported by minipingd",
		                config_error_quote(text, quoted));
	return 0;
}

static void read_version(struct config_reader *r, const char *name, const struct config_node *value, enum web_tls *out)
{
	const char *text = config_node_text(r, name, value, WORD_MAX);
	char quoted[CONFIG_QUOTELEN];

	if (!text)
		return;
	if (!strcmp(text, "TLS12"))
		*out = WEB_TLS12;
	else if (!strcmp(text, "TLS13"))
		*out = WEB_TLS13;
	else
		config_complain(r, value, "\"%s\" is %s: expected TLS12 or TLS13", name,
		                config_error_quote(text, quoted));
}

static int read_min_version(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	read_version(r, "min_version", value, &web_of(r)->min_tls);
	return 0;
}

static int read_max_version(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	read_version(r, "max_version", value, &web_of(r)->max_tls);
	return 0;
}

/* What one key says of another. value is a mapping. */
static void check_tls(struct config_reader *r, const struct config_node *value)
{
	const struct web_config *w = web_of(r);
	const struct config_node *mapping = config_node_follow(value);
	bool cert = config_node_child(mapping, "cert_file"), key = config_node_child(mapping, "key_file");
	const struct config_node *type = config_node_child(mapping, "client_auth_type");
	const char *text = type ? config_node_follow(type)->kind == CONFIG_SCALAR ? config_node_follow(type)->text : ""
	                        : "NoClientCert";
	bool ca = config_node_child(mapping, "client_ca_file");
	const char *why = w->cert && w->key ? tls_check_pair(w->cert, w->key) : NULL;

	if (mapping->first && (!cert || !key))
		config_complain(r, value, "\"tls_server_config\": \"%s\" is missing", cert ? "key_file" : "cert_file");
	if (why)
		config_complain(r, value, "\"cert_file\" and \"key_file\": no certificate and its key: %s", why);
	if (ca && !strcmp(text, "NoClientCert"))
		config_complain(r, value,
		                "\"client_ca_file\" without \"client_auth_type: RequireAndVerifyClientCert\"");
	if (!ca && !strcmp(text, "RequireAndVerifyClientCert"))
		config_complain(r, value, "\"client_auth_type: %s\" without \"client_ca_file\"", text);
	if (w->min_tls > w->max_tls)
		config_complain(r, value, "\"min_version\" is above \"max_version\"");
}

static int read_tls(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	static const struct config_special specials[] = {
		{ .name = "cert_file", .read = read_cert },
		{ .name = "key_file", .read = read_key },
		{ .name = "client_ca_file", .read = read_client_ca },
		{ .name = "client_auth_type", .read = read_client_auth },
		{ .name = "min_version", .read = read_min_version },
		{ .name = "max_version", .read = read_max_version },
		{ .name = NULL },
	};
	static const struct config_section section = {
		.what = "\"tls_server_config\"",
		.specials = specials,
		.prefix = "",
	};
	static const char *const unserved[] = {
		"cert",
		"key",
		"client_ca",
		"client_allowed_sans",
		"cipher_suites",
		"prefer_server_cipher_suites",
		"curve_preferences",
		NULL,
	};
	int err;

	(void)file;
	web_of(r)->min_tls = WEB_TLS12;
	web_of(r)->max_tls = WEB_TLS13;
	err = read_mapping(r, "tls_server_config", &section, unserved, value);
	if (!err && config_node_follow(value)->kind == CONFIG_MAPPING)
		check_tls(r, value);
	return err;
}

/* --- http_server_config --- */

static int read_http2(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const char *text = config_node_text(r, "http2", value, WORD_MAX);

	(void)file;
	if (text && strcmp(text, "false"))
		config_complain(r, value, "\"http2\": only false is supported by minipingd, which speaks HTTP/1.1");
	return 0;
}

/* Those that exporter-toolkit takes, and their values. */
static const struct {
	const char *name, *values[2];
} headers[] = {
	{ "Content-Security-Policy", { NULL } },
	{ "Strict-Transport-Security", { NULL } },
	{ "X-Content-Type-Options", { "nosniff" } },
	{ "X-Frame-Options", { "deny", "sameorigin" } },
	{ "X-XSS-Protection", { NULL } },
};
#define N_HEADERS (sizeof(headers) / sizeof(headers[0]))

static int read_header(struct config_reader *r, const char *name, const struct config_node *key, struct web_header *out)
{
	const char *value = config_node_text(r, name, key->next, VALUE_MAX);
	char quoted[CONFIG_QUOTELEN];
	size_t i = 0;

	while (i < N_HEADERS && strcmp(headers[i].name, name))
		i++;
	if (i == N_HEADERS) {
		config_complain(r, key, "the header %s cannot be set", config_error_quote(name, quoted));
		return 0;
	}
	if (value && headers[i].values[0] && strcmp(value, headers[i].values[0]) &&
	    (!headers[i].values[1] || strcmp(value, headers[i].values[1])))
		config_complain(r, key->next, "%s is %s: expected %s%s%s", name, config_error_quote(value, quoted),
		                headers[i].values[0], headers[i].values[1] ? " or " : "",
		                headers[i].values[1] ? headers[i].values[1] : "");
	*out = (struct web_header){ headers[i].name, value ? keep(r, value) : "" };
	return out->value ? 0 : -ENOMEM;
}

static int read_headers(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	struct web_header *all = arena_take(r->config->arena, sizeof(*all) * N_HEADERS);
	struct web_config *w = web_of(r);
	int err = all ? 0 : -ENOMEM;

	(void)file;
	if (err || !config_node_want(r, "headers", value, CONFIG_MAPPING))
		return err;
	w->headers = all;
	/* No key comes twice, so that there are no more than headers[] has. */
	for (const struct config_node *key = config_node_follow(value)->first; key && !err;
	     key = config_node_next_key(key)) {
		const char *name = config_node_key(key);
		struct web_header h = { .name = NULL };

		err = name ? read_header(r, name, key, &h) : 0;
		if (!err && h.name && w->n_headers < N_HEADERS)
			all[w->n_headers++] = h;
	}
	return err;
}

static int read_http(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	static const struct config_special specials[] = {
		{ .name = "http2", .read = read_http2 },
		{ .name = "headers", .read = read_headers },
		{ .name = NULL },
	};
	static const struct config_section section = {
		.what = "\"http_server_config\"",
		.specials = specials,
		.prefix = "",
	};
	static const char *const unserved[] = { NULL };

	(void)file;
	return read_mapping(r, "http_server_config", &section, unserved, value);
}

/* --- basic_auth_users --- */

static int read_user(struct config_reader *r, const struct config_node *key, struct web_user *out)
{
	const char *name = config_node_key(key), *hash = NULL, *why = NULL;
	char quoted[CONFIG_QUOTELEN];

	if (!name)
		return 0;
	if (!name[0] || strchr(name, ':'))
		config_complain(r, key, "the user %s: a name is not empty and has no \":\"",
		                config_error_quote(name, quoted));
	hash = config_node_text(r, name, key->next, WORD_MAX);
	why = hash ? auth_check_hash(hash) : NULL;
	if (why) /* without the text, which may be a password */
		config_complain(r, key->next, "the password of %s: %s", config_error_quote(name, quoted), why);
	if (!hash)
		return 0;
	*out = (struct web_user){ keep(r, name), keep(r, hash) };
	return out->name && out->hash ? 0 : -ENOMEM;
}

static int read_users(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const struct config_node *mapping = config_node_follow(value);
	struct web_config *w = web_of(r);
	struct web_user *users;
	int err = 0;

	(void)file;
	if (!config_node_want(r, "basic_auth_users", value, CONFIG_MAPPING))
		return 0;
	users = arena_take(r->config->arena, (mapping->n_below + 1) * sizeof(*users));
	if (!users)
		return -ENOMEM;
	w->users = users;
	for (const struct config_node *key = mapping->first; key && !err; key = config_node_next_key(key)) {
		struct web_user u = { .name = NULL };

		err = read_user(r, key, &u);
		if (!err && u.name)
			users[w->n_users++] = u;
	}
	return err;
}

/* --- the files --- */

static int read_root(struct config_reader *r, const struct config_node *root)
{
	static const struct config_special specials[] = {
		{ .name = "tls_server_config", .read = read_tls },
		{ .name = "http_server_config", .read = read_http },
		{ .name = "basic_auth_users", .read = read_users },
		{ .name = NULL },
	};
	static const struct config_section section = {
		.what = "a web configuration file",
		.specials = specials,
		.prefix = "",
	};
	static const char *const unserved[] = { "rate_limit", NULL };

	return read_mapping(r, "web_config", &section, unserved, root);
}

int config_web_read(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	struct http_options *http = &r->config->serve.http;
	struct config_tree tree;
	struct config_at whole;
	char *text;
	int err = config_web_file_read(r, "web_config", value, FILE_MAX, &text, &whole);

	(void)file;
	if (err || !text)
		return err;
	http->web_config = keep(r, config_node_follow(value)->text);
	err = config_tree_parse(&tree, whole, text, strlen(text), r->errors);
	*config_files_tree(r, whole.number) = tree;
	if (!err && tree.root)
		err = read_root(r, tree.root);
	explicit_bzero(text, strlen(text));
	free(text);
	if (!err && !http->web_config)
		err = -ENOMEM;
	return err == -EINVAL ? 0 : err;
}

static bool is_word(const char *text)
{
	const char *at = text;

	while (*at > ' ' && *at <= '~')
		at++;
	return at > text && !*at;
}

int config_web_token_read(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	struct http_options *http = &r->config->serve.http;
	struct config_at whole;
	char *text;
	size_t len;
	int err = config_web_file_read(r, "token", value, TOKEN_MAX, &text, &whole);

	(void)file;
	if (err || !text)
		return err;
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';
	if (!is_word(text))
		config_complain(r, value, "\"token\": the file must hold one word of ASCII and nothing else");
	http->token = keep(r, config_node_follow(value)->text);
	http->web.token = keep(r, text);
	explicit_bzero(text, strlen(text));
	free(text);
	return http->token && http->web.token ? 0 : -ENOMEM;
}
