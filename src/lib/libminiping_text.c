/* libminiping_text.c - words for the library's errors and outcomes. */
#include "lib/miniping.h"
#include "core/not_sent.h"
#include "core/outcome.h"

#include <stdio.h>
#include <string.h>

const char *miniping_version(void)
{
	return PACKAGE_VERSION;
}

const char *miniping_outcome_name(enum miniping_outcome outcome)
{
	return outcome == MINIPING_SEND_ERROR ? "send_error" : outcome_name((enum outcome)outcome);
}

char *miniping_strerror(const struct miniping_error *e, char *buf, size_t buf_len)
{
	const char *host = e->host ? e->host : "";

	switch (e->status) {
	case MINIPING_OK:
		snprintf(buf, buf_len, "No error");
		break;
	case MINIPING_E_ARGUMENT:
		snprintf(buf, buf_len, "%s", e->reason);
		break;
	case MINIPING_E_RESOLVE:
		snprintf(buf, buf_len, "Cannot resolve host: %s", host);
		break;
	case MINIPING_E_PERMISSION:
		snprintf(buf, buf_len, "Root privileges or CAP_NET_RAW are required to create RAW socket.");
		break;
	case MINIPING_E_UNREACHABLE:
		snprintf(buf, buf_len, "Destination unreachable: %s (code %d)", e->icmp_text, e->icmp_code);
		break;
	case MINIPING_E_TIMEOUT:
		snprintf(buf, buf_len, "No reply from host %s (timeout after %.10gs).", host,
		         (double)e->timeout_ns / 1e9);
		break;
	case MINIPING_E_SEND:
		snprintf(buf, buf_len, "Cannot send to host %s: %s", host, not_sent_text(e->sys_errno));
		break;
	case MINIPING_E_SYSTEM:
		snprintf(buf, buf_len, "System error: %s", not_sent_text(e->sys_errno));
		break;
	}
	return buf;
}
