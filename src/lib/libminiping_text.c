/* libminiping_text.c - words for the library's errors and outcomes. */
#include "lib/miniping.h"
#include "base/clock.h"
#include "core/not_sent.h"
#include "core/outcome.h"

#include <inttypes.h>
#include <stdio.h>

#define SECONDS_LEN 32 /* of 2^63 ns, signed, and its NUL */

const char *miniping_version(void)
{
	return PACKAGE_VERSION;
}

const char *miniping_outcome_name(enum miniping_outcome outcome)
{
	if ((unsigned)outcome > MINIPING_SEND_ERROR)
		return "unrecognised"; /* of another version */
	return outcome == MINIPING_SEND_ERROR ? "send_error" : outcome_name((enum outcome)outcome);
}

/* As "0.2" or "3", also where a locale would write "0,2". */
static const char *seconds_text(int64_t ns, char buf[SECONDS_LEN])
{
	uint64_t n = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	int len = snprintf(buf, SECONDS_LEN, "%s%" PRIu64 ".%09" PRIu64, ns < 0 ? "-" : "", n / NS_PER_S, n % NS_PER_S);

	while (buf[len - 1] == '0')
		buf[--len] = '\0';
	if (buf[len - 1] == '.')
		buf[len - 1] = '\0';
	return buf;
}

static const char *known(const char *text)
{
	return text ? text : "Unknown reason";
}

char *miniping_strerror(const struct miniping_error *e, char *buf, size_t buf_len)
{
	const char *host = e->host ? e->host : "";
	char seconds[SECONDS_LEN];

	switch (e->status) {
	case MINIPING_OK:
		snprintf(buf, buf_len, "No error");
		break;
	case MINIPING_E_ARGUMENT:
		snprintf(buf, buf_len, "%s", known(e->reason));
		break;
	case MINIPING_E_RESOLVE:
		snprintf(buf, buf_len, "Cannot resolve host: %s", host);
		break;
	case MINIPING_E_PERMISSION:
		snprintf(buf, buf_len, "Root privileges or CAP_NET_RAW are required to create RAW socket.");
		break;
	case MINIPING_E_UNREACHABLE:
		snprintf(buf, buf_len, "Destination unreachable: %s (code %d)", known(e->icmp_text), e->icmp_code);
		break;
	case MINIPING_E_TIMEOUT:
		snprintf(buf, buf_len, "No reply from host %s (timeout after %ss).", host,
		         seconds_text(e->timeout_ns, seconds));
		break;
	case MINIPING_E_SEND:
		snprintf(buf, buf_len, "Cannot send to host %s: %s", host, not_sent_text(e->sys_errno));
		break;
	case MINIPING_E_SYSTEM:
		snprintf(buf, buf_len, "System error: %s", not_sent_text(e->sys_errno));
		break;
	default: /* of another version */
		snprintf(buf, buf_len, "Error %d", (int)e->status);
	}
	return buf;
}
