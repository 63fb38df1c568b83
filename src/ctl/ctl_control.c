/* ctl_control.c - each command is one POST to /api/v1/control, but that ping may make several. */
#include "ctl/ctl_control.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/printable.h"
#include "ctl/ctl_ask.h"
#include "ctl/ctl_changes.h"
#include "ctl/ctl_figures.h"
#include "ctl/ctl_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* JSON has nothing else; the daemon knows no other names. */
static enum ctl_exit check_arguments(const struct ctl_options *o)
{
	uint32_t unused;
	size_t len;

	for (size_t i = 0; i < o->n_arguments; i++)
		for (const char *at = o->arguments[i]; *at; at += len)
			if (!(len = printable_decode(&unused, at)))
				return ctl_complain(CTL_EXIT_ARGUMENTS, "%s %.200s: expected UTF-8", o->command,
				                    o->arguments[i]);
	return CTL_EXIT_DONE;
}

/* body is taken over; NULL: out of memory. */
static enum ctl_exit post(struct ctl_session *s, const char *what, json_t *body, json_t **answer)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	struct ctl_query q = { 0 };
	enum ctl_exit code;

	*answer = NULL;
	json_decref(body);
	code = check_arguments(s->options);
	if (code) {
		free(text);
		return code;
	}
	if (!text)
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	ctl_query_path(&q, "/api/v1/control/");
	ctl_query_path(&q, what);
	code = ctl_ask_post(s, &q, text, answer);
	ctl_query_fini(&q);
	free(text);
	return code;
}

static bool wants_json(const struct ctl_session *s)
{
	return ctl_options_given(s->options, CTL_JSON);
}

/* An answer that was no: why. */
static enum ctl_exit complain_no(json_t *answer)
{
	const char *error = ctl_json_text(answer, "error"), *detail = ctl_json_text(answer, "detail");
	const char *first = json_string_value(json_array_get(ctl_json_at(answer, "errors"), 0));

	/* The detail may be the first of the errors, which are to begin with file and line. */
	if (!first || !detail || strcmp(first, detail) != 0)
		ctl_complain(CTL_EXIT_NO, "%s", detail && *detail ? detail : error ? error : "refused");
	ctl_changes_errors(answer);
	return CTL_EXIT_NO;
}

/* The answer as JSON if that is wanted, else by print; then it is dropped. */
static enum ctl_exit finish(struct ctl_session *s, enum ctl_exit code, json_t *answer,
                            void (*print)(struct ctl_session *s, json_t *answer))
{
	if (!answer)
		return code;
	if (wants_json(s)) {
		ctl_json_print(answer, 2);
		putchar('\n');
	} else if (code) {
		complain_no(answer);
	} else {
		print(s, answer);
	}
	json_decref(answer);
	return code;
}

/* --- the configuration --- */

static void print_changes(struct ctl_session *s, json_t *answer)
{
	ctl_changes_print(&s->term, answer);
}

static void print_good(struct ctl_session *s, json_t *answer)
{
	static const char *const after[] = { "counts.added", "counts.changed", "counts.moved", "counts.kept" };
	char figure[CTL_FIGURE_LEN];
	double n, sum = 0;

	(void)s;
	for (size_t i = 0; i < sizeof(after) / sizeof(*after); i++)
		if (ctl_json_number(&n, answer, after[i]))
			sum += n;
	printf("the configuration is good: %s targets\n", ctl_figures_count(figure, sum));
}

enum ctl_exit ctl_control_check(struct ctl_session *s)
{
	json_t *answer;
	enum ctl_exit code = post(s, "diff", json_object(), &answer);

	return finish(s, code, answer, print_good);
}

enum ctl_exit ctl_control_diff(struct ctl_session *s)
{
	json_t *answer;
	enum ctl_exit code = post(s, "diff", json_object(), &answer);
	bool differs = code == CTL_EXIT_DONE && ctl_changes_any(answer);

	code = finish(s, code, answer, print_changes);
	return differs ? CTL_EXIT_NO : code;
}

enum ctl_exit ctl_control_reload(struct ctl_session *s)
{
	json_t *answer;
	enum ctl_exit code = post(s, "reload", json_object(), &answer);

	return finish(s, code, answer, print_changes);
}

/* --- ping --- */

static void print_outcome(struct ctl_session *s, json_t *answer)
{
	static const char *const details[] = { "from", "text", "error" };
	const char *name = ctl_json_text(answer, "name"), *ip = ctl_json_text(answer, "ip");
	const char *outcome = ctl_json_text(answer, "outcome");
	char shown[2048], figure[CTL_FIGURE_LEN];
	bool is_reply = outcome && !strcmp(outcome, "reply");
	double n;

	printf("%s", ctl_term_shown(&s->term, shown, sizeof(shown), name ? name : ""));
	if (ip)
		printf(" (%s)", ctl_term_shown(&s->term, shown, sizeof(shown), ip));
	printf(": %s%s%s", ctl_term_colour(&s->term, is_reply ? CTL_GREEN : CTL_RED),
	       ctl_term_shown(&s->term, shown, sizeof(shown), outcome ? outcome : "?"),
	       ctl_term_colour(&s->term, CTL_PLAIN));
	if (ctl_json_number(&n, answer, "rtt_seconds"))
		printf(" in %s ms", ctl_figures_ms(figure, n));
	if (ctl_json_number(&n, answer, "ttl"))
		printf(", ttl %.0f", n);
	for (size_t i = 0; i < sizeof(details) / sizeof(*details); i++)
		if (ctl_json_text(answer, details[i]))
			printf(", %s %s", details[i],
			       ctl_term_shown(&s->term, shown, sizeof(shown), ctl_json_text(answer, details[i])));
	putchar('\n');
}

/* *replied becomes true with a reply. */
static enum ctl_exit ping_once(struct ctl_session *s, bool *replied)
{
	json_t *answer;
	enum ctl_exit code = post(s, "probe", json_pack("{s:s}", "name", s->options->arguments[0]), &answer);
	const char *outcome = ctl_json_text(answer, "outcome");

	*replied |= outcome && !strcmp(outcome, "reply");
	return finish(s, code, answer, print_outcome);
}

enum ctl_exit ctl_control_ping(struct ctl_session *s)
{
	int64_t next_ns = clock_mono_ns();
	bool replied = false;
	enum ctl_exit code = CTL_EXIT_DONE;

	for (int64_t i = 0; i < s->options->count && !code; i++) {
		struct timespec at = { next_ns / NS_PER_S, next_ns % NS_PER_S };

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		code = ping_once(s, &replied);
		(void)fflush(stdout);
		next_ns += s->options->interval_ns;
	}
	return code ? code : replied ? CTL_EXIT_DONE : CTL_EXIT_NO;
}

/* --- leases --- */

/* "degraded.loss=5%" into {"degraded": {"loss": "5%"}}. False: it is none such, or memory ran out. */
static bool add_option(json_t *to, const char *option)
{
	const char *value = strchr(option, '='), *at = option;
	char key[128];
	size_t len;

	if (!value || value == option)
		return false;
	for (; (len = strcspn(at, ".=")) < (size_t)(value - at); at += len + 1) {
		json_t *inner;

		if (!len || len >= sizeof(key))
			return false;
		snprintf(key, sizeof(key), "%.*s", (int)len, at);
		inner = json_object_get(to, key);
		if (!inner) {
			inner = json_object();
			if (json_object_set_new(to, key, inner))
				return false;
		}
		to = inner;
	}
	if (!len || len >= sizeof(key))
		return false;
	snprintf(key, sizeof(key), "%.*s", (int)len, at);
	return !json_object_set_new(to, key, json_string(value + 1));
}

static json_t *lease_body(const struct ctl_session *s)
{
	const struct ctl_options *o = s->options;
	bool is_pause = ctl_options_given(o, CTL_PAUSE);
	char duration[PARSE_STRLEN];
	json_t *body = json_pack("{s:s, s:s}", is_pause ? "name" : "host", o->arguments[0], "for",
	                         parse_duration_text(o->for_ns, duration));

	if (body && is_pause)
		json_object_set_new(body, "pause", json_true());
	return body;
}

static void print_lease(struct ctl_session *s, json_t *answer)
{
	const char *name = ctl_json_text(answer, "name"), *until = ctl_json_text(answer, "until");
	char shown[2048];

	printf("%s %s until ", ctl_term_shown(&s->term, shown, sizeof(shown), name ? name : ""),
	       ctl_options_given(s->options, CTL_PAUSE) ? "is paused" : "is probed");
	puts(ctl_term_shown(&s->term, shown, sizeof(shown), until ? until : "?"));
}

enum ctl_exit ctl_control_lease(struct ctl_session *s)
{
	const struct ctl_options *o = s->options;
	json_t *body = lease_body(s), *answer;
	enum ctl_exit code;

	for (size_t i = 1; i < o->n_arguments; i++)
		if (ctl_options_given(o, CTL_PAUSE) || !add_option(body, o->arguments[i])) {
			json_decref(body);
			return ctl_complain(CTL_EXIT_ARGUMENTS, "lease %.200s: expected %s", o->arguments[i],
			                    ctl_options_given(o, CTL_PAUSE)
			                            ? "nothing more"
			                            : "OPTION=VALUE, as interval=200ms or labels.site=fra1");
		}
	code = post(s, "lease", body, &answer);
	return finish(s, code, answer, print_lease);
}

static void print_unlease(struct ctl_session *s, json_t *answer)
{
	const char *name = ctl_json_text(answer, "name"), *was = ctl_json_text(answer, "was");
	char shown[2048];

	printf("%s was ", ctl_term_shown(&s->term, shown, sizeof(shown), name ? name : s->options->arguments[0]));
	puts(ctl_term_shown(&s->term, shown, sizeof(shown), was ? was : "leased"));
}

enum ctl_exit ctl_control_unlease(struct ctl_session *s)
{
	json_t *answer;
	enum ctl_exit code = post(s, "unlease", json_pack("{s:s}", "name", s->options->arguments[0]), &answer);

	return finish(s, code, answer, print_unlease);
}

static void print_level(struct ctl_session *s, json_t *answer)
{
	const char *level = ctl_json_text(answer, "level"), *was = ctl_json_text(answer, "was");
	char shown[256];

	printf("%s", ctl_term_shown(&s->term, shown, sizeof(shown), level ? level : "?"));
	printf(" (was %s)\n", ctl_term_shown(&s->term, shown, sizeof(shown), was ? was : "?"));
}

enum ctl_exit ctl_control_log_level(struct ctl_session *s)
{
	json_t *answer;
	enum ctl_exit code = post(s, "log-level", json_pack("{s:s}", "level", s->options->arguments[0]), &answer);

	return finish(s, code, answer, print_level);
}
