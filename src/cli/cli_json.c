/* cli_json.c - writes the objects with printf(3), key by key. */
#include "cli/cli_json.h"
#include "cli/cli_verdict.h"
#include "core/not_sent.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define DIGITS JSON_REAL_PRECISION(15) /* 40 s in ns have 11 */

static json_t *seconds(int64_t ns)
{
	return ns < 0 ? json_null() : json_real((double)ns / 1e9);
}

static json_t *number(int value)
{
	return value < 0 ? json_null() : json_integer(value);
}

static json_t *rtt_list(const struct miniping_result *r)
{
	json_t *list = json_array();

	for (uint64_t i = 0; i < r->received; i++)
		if (json_array_append_new(list, seconds(r->rtt_list_ns[i])))
			goto free_list;
	return list;
free_list:
	json_decref(list);
	return NULL;
}

/* What counts neither as received nor as lost, or is odd about what was received: always there. */
static int add_counts(json_t *object, const struct miniping_result *r)
{
	const struct {
		const char *key;
		uint64_t n;
	} counts[] = {
		{ "late", r->late },
		{ "duplicate", r->duplicates },
		{ "truncated", r->truncated },
		{ "corrupt", r->corrupt },
		{ "foreign", r->foreign },
		{ "unknown", r->unknown },
		{ "not_sent", r->send_errors },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		err |= json_object_set_new(object, counts[i].key, json_integer((json_int_t)counts[i].n));
	if (r->send_errors)
		err |= json_object_set_new(object, "not_sent_error", json_string(not_sent_text(r->error.sys_errno)));
	return err;
}

static bool is_interrupted(const struct miniping_result *r, const struct miniping_options *o)
{
	switch (r->error.status) {
	case MINIPING_E_ARGUMENT:
	case MINIPING_E_RESOLVE:
	case MINIPING_E_PERMISSION:
	case MINIPING_E_SYSTEM:
		return false;
	default:
		return !cli_verdict_finished(r, o);
	}
}

static json_t *result_object(const struct miniping_result *r, const struct miniping_options *o, bool host_first)
{
	char text[512];
	const struct {
		const char *key;
		json_t *value;
	} members[] = {
		{ "sent", json_integer((json_int_t)r->sent) },
		{ "received", json_integer((json_int_t)r->received) },
		{ "loss", r->loss < 0 ? json_null() : json_real(r->loss) },
		{ "min", seconds(r->min_ns) },
		{ "max", seconds(r->max_ns) },
		{ "mean", seconds(r->mean_ns) },
		{ "median", seconds(r->median_ns) },
		{ "jitter", r->jitter_ns ? seconds(r->jitter_ns) : json_integer(0) },
		{ "rtt_list", rtt_list(r) },
		{ "ttl", number(r->ttl) },
		{ "hops", number(r->hops) },
		{ "os_guess", r->os_guess ? json_string(r->os_guess) : json_null() },
		{ "p95", seconds(r->p95_ns) },
	};
	json_t *object = json_object();
	int err = host_first ? json_object_set_new(object, "host", json_string(r->host)) : 0;

	/* Each value is handed over, whatever went wrong before. */
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		err |= json_object_set_new(object, members[i].key, members[i].value);
	if (!host_first)
		err |= json_object_set_new(object, "host", json_string(r->host));
	err |= json_object_set_new(object, "address", *r->addr ? json_string(r->addr) : json_null());
	if (r->error.status)
		err |= json_object_set_new(object, "error",
		                           json_string(miniping_strerror(&r->error, text, sizeof(text))));
	if (is_interrupted(r, o))
		err |= json_object_set_new(object, "interrupted", json_true());
	err |= add_counts(object, r);
	if (!err)
		return object;
	json_decref(object);
	return NULL;
}

static int dump(FILE *out, json_t *value, size_t flags)
{
	int err = value ? 0 : -ENOMEM;

	if (value && json_dumpf(value, out, flags | DIGITS) && !ferror(out))
		err = -ENOMEM;
	if (!err)
		fputc('\n', out);
	json_decref(value);
	return err;
}

static int dump_array(FILE *out, const struct cli_args *a, const struct miniping_result *results)
{
	json_t *array = json_array();
	int err = 0;

	for (size_t i = 0; i < a->hosts.n; i++)
		err |= json_array_append_new(array, result_object(&results[i], &a->options, true));
	if (!err)
		return dump(out, array, JSON_INDENT(2));
	json_decref(array);
	return -ENOMEM;
}

int cli_json_print(FILE *out, const struct cli_args *a, const struct miniping_result *results)
{
	int err = 0;

	if (a->format == CLI_JSON && cli_args_several(a))
		return dump_array(out, a, results);
	if (a->format == CLI_JSON)
		return dump(out, result_object(&results[0], &a->options, false), JSON_INDENT(2));
	for (size_t i = 0; !err && i < a->hosts.n; i++)
		err = dump(out, result_object(&results[i], &a->options, true), JSON_COMPACT);
	return err;
}
