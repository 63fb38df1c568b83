/* api_when.c - a moment, digit by digit. */
#include "serve/api_when.h"

#include "base/clock.h"
#include "base/parse.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define DAYS_MAX  INT64_C(36525) /* back from now */
#define YEAR_LAST 2259           /* in ns since the epoch, a time after 2262 does not fit into 64 bits */

/* n digits, and then end; NUL: whatever comes. */
static bool take(const char **at, int n, char end, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*out = 10 * *out + (**at - '0');
	}
	return !end || *(*at)++ == end;
}

/* "Z", "+01:00": seconds east of Greenwich. */
static bool take_offset(const char **at, int *out_s)
{
	char sign = *(*at)++;
	int hours, minutes;

	*out_s = 0;
	if (sign == 'Z' || sign == 'z')
		return true;
	if ((sign != '+' && sign != ' ' && sign != '-') || !take(at, 2, ':', &hours) || !take(at, 2, '\0', &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*out_s = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
	return true;
}

static int parse_rfc3339(int64_t *out_s, const char *at)
{
	struct tm tm = { .tm_isdst = 0 }, back;
	int year, month, offset_s;
	time_t time_s;

	if (!take(&at, 4, '-', &year) || !take(&at, 2, '-', &month) || !take(&at, 2, '\0', &tm.tm_mday) || !*at ||
	    !strchr("Tt ", *at++) || !take(&at, 2, ':', &tm.tm_hour) || !take(&at, 2, ':', &tm.tm_min) ||
	    !take(&at, 2, '\0', &tm.tm_sec))
		return -EINVAL;
	if (*at == '.') {
		at++;
		if (!strspn(at, "0123456789"))
			return -EINVAL;
		at += strspn(at, "0123456789");
	}
	if (!take_offset(&at, &offset_s) || *at)
		return -EINVAL;
	/* 60: a leap second. Days that a month does not have come back as others. */
	if (year < 1970 || year > YEAR_LAST || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return -EINVAL;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	back = tm;
	back.tm_hour = back.tm_min = back.tm_sec = 0;
	timegm(&back);
	if (back.tm_mday != tm.tm_mday || back.tm_mon != tm.tm_mon)
		return -EINVAL;
	time_s = timegm(&tm);
	*out_s = time_s > offset_s ? time_s - offset_s : 0;
	return 0;
}

int api_when_parse(int64_t *out_s, const char *text, int64_t now_s)
{
	int64_t back_ns;

	if (!strcmp(text, "now")) {
		*out_s = now_s;
		return 0;
	}
	if (*text != '-')
		return parse_rfc3339(out_s, text);
	if (parse_duration(&back_ns, text + 1, 0, DAYS_MAX * 24 * NS_PER_H))
		return -EINVAL;
	*out_s = now_s > back_ns / NS_PER_S ? now_s - back_ns / NS_PER_S : 0;
	return 0;
}
