/* page.c - the page's files are part of the program, compressed when it was built, and are sent as they are: every
 * browser takes gzip. */
#include "serve/page.h"

#include "serve/answer.h"
#include "serve/request_private.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Nothing inline, nothing from elsewhere, and in no other page's frame. */
#define POLICY                                                                                          \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/* The assembler reads the file, by its path from the build directory; src/serve.am says that it is needed. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared stands in none */
#define PAGE_FILE(symbol, path)                                                                            \
	extern const unsigned char symbol[], symbol##_end[];                                               \
	__asm__(".pushsection .rodata\n"                                                                   \
	        ".hidden " #symbol "\n.hidden " #symbol "_end\n"                                           \
	        ".globl " #symbol "\n.globl " #symbol "_end\n" #symbol ":\n.incbin \"src/serve/page/" path \
	        ".gz\"\n" #symbol "_end:\n.popsection\n")
/* NOLINTEND(bugprone-macro-parentheses) */

PAGE_FILE(page_index, "index.html");
PAGE_FILE(page_style, "style.css");
PAGE_FILE(page_icon, "icon.svg");
PAGE_FILE(page_app, "app.js");
PAGE_FILE(page_api, "api.js");
PAGE_FILE(page_dom, "dom.js");
PAGE_FILE(page_fleet, "fleet.js");
PAGE_FILE(page_map, "map.js");
PAGE_FILE(page_daemon, "daemon.js");
PAGE_FILE(page_events, "events.js");
PAGE_FILE(page_past, "past.js");
PAGE_FILE(page_plot, "plot.js");
PAGE_FILE(page_target, "target.js");
PAGE_FILE(page_uplot, "uplot/uPlot.iife.min.js");
PAGE_FILE(page_uplot_style, "uplot/uPlot.min.css");

#define HTML   "text/html; charset=utf-8"
#define STYLE  "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"

static const struct page_file {
	const char *name, *type;
	const unsigned char *bytes, *end;
} index_file = { "", HTML, page_index, page_index_end }, assets[] = {
	{ "icon.svg", "image/svg+xml", page_icon, page_icon_end },
	{ "style.css", STYLE, page_style, page_style_end },
	{ "app.js", SCRIPT, page_app, page_app_end },
	{ "api.js", SCRIPT, page_api, page_api_end },
	{ "dom.js", SCRIPT, page_dom, page_dom_end },
	{ "fleet.js", SCRIPT, page_fleet, page_fleet_end },
	{ "map.js", SCRIPT, page_map, page_map_end },
	{ "daemon.js", SCRIPT, page_daemon, page_daemon_end },
	{ "events.js", SCRIPT, page_events, page_events_end },
	{ "past.js", SCRIPT, page_past, page_past_end },
	{ "plot.js", SCRIPT, page_plot, page_plot_end },
	{ "target.js", SCRIPT, page_target, page_target_end },
	{ "uplot.js", SCRIPT, page_uplot, page_uplot_end },
	{ "uplot.css", STYLE, page_uplot_style, page_uplot_style_end },
};

static const struct page_file *const icon_file = &assets[0];

/* FNV-1a of the bytes: the same for every daemon that has them, so that a restart leaves a browser's copy good. */
static void entity_tag(char *out, size_t size, const struct page_file *f)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (const unsigned char *at = f->bytes; at < f->end; at++)
		hash = (hash ^ *at) * UINT64_C(0x100000001b3);
	snprintf(out, size, "\"%016llx\"", (unsigned long long)hash);
}

/* If-None-Match (RFC 9110 13.1.2): a list, in which a proxy may have made ours a weak one. */
static bool has_already(const struct request *r, const char *tag)
{
	const char *known = request_header(r, MHD_HTTP_HEADER_IF_NONE_MATCH);

	return known && (strcmp(known, "*") == 0 || strstr(known, tag));
}

static void answer_file(struct request *r, const struct page_file *f)
{
	char tag[20];
	bool is_known;

	entity_tag(tag, sizeof(tag), f);
	is_known = has_already(r, tag);
	answer_text(r, is_known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, f->type, (const char *)f->bytes,
	            is_known ? 0 : (size_t)(f->end - f->bytes));
	if (!r->response || r->status == MHD_HTTP_SERVICE_UNAVAILABLE)
		return;
	MHD_add_response_header(r->response, MHD_HTTP_HEADER_ETAG, tag);
	MHD_add_response_header(r->response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
	MHD_add_response_header(r->response, "Content-Security-Policy", POLICY);
	if (!is_known)
		MHD_add_response_header(r->response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
}

static const struct page_file *find(const char *name)
{
	for (size_t i = 0; i < sizeof(assets) / sizeof(*assets); i++)
		if (strcmp(assets[i].name, name) == 0)
			return &assets[i];
	return NULL;
}

static void on_index(struct request *r)
{
	answer_file(r, &index_file);
}

static void on_icon(struct request *r)
{
	answer_file(r, icon_file);
}

static void on_asset(struct request *r)
{
	const struct page_file *f = find(request_rest(r));

	if (f)
		answer_file(r, f);
	else
		answer_error(r, 404, "not found", "the page has no such file");
}

const struct route page_routes[] = {
	{ .method = "GET", .path = "/", .handle = on_index, .about = "the page", .types = "text/html" },
	{ .method = "GET",
	  .path = "/assets/{name}",
	  .handle = on_asset,
	  .about = "a file that the page loads",
	  .types = "text/css, text/javascript, image/svg+xml" },
	{ .method = "GET",
	  .path = "/favicon.ico",
	  .handle = on_icon,
	  .about = "the page's icon",
	  .types = "image/svg+xml" },
	{ .path = NULL },
};
