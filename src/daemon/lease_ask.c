/* lease_ask.c - the parser of configurations says what is wrong, and how. */
#include "daemon/lease_ask.h"

#include "daemon/control_answer.h"
#include "daemon/leases.h"
#include "daemon/reload_report.h"

#include <errno.h>
#include <string.h>

int lease_ask_parse(struct config **out, struct ask *a, const struct profile *defaults)
{
	struct config_errors errors;
	int err = leases_parse(out, defaults, a->text, &errors);

	if (err) {
		a->status = err == -EINVAL ? 422 : 503;
		a->body = err == -EINVAL ? reload_report_errors(&errors)
		                         : control_answer_error("cannot add the target", "%s", strerror(-err));
	}
	config_errors_fini(&errors);
	return err;
}

void lease_ask_screen(struct ask *a)
{
	const struct profile built_in = { .options = options_default() };
	struct config *c;

	if (a->kind == ASK_LEASE && a->text && !lease_ask_parse(&c, a, &built_in))
		config_free(c);
}
