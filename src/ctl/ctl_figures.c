/* ctl_figures.c - short enough for a column each. */
#include "ctl/ctl_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *ctl_figures_ms(char buf[CTL_FIGURE_LEN], double seconds)
{
	snprintf(buf, CTL_FIGURE_LEN, seconds < 1 ? "%.3f" : "%.0f", seconds * 1e3);
	return buf;
}

char *ctl_figures_percent(char buf[CTL_FIGURE_LEN], double ratio)
{
	double percent = ratio * 100;

	if (percent > 0 && percent < 0.1)
		strcpy(buf, "<0.1%");
	else if (percent > 99.9 && percent < 100)
		strcpy(buf, ">99.9%");
	else if (percent <= 0 || percent >= 100)
		snprintf(buf, CTL_FIGURE_LEN, "%.0f%%", percent);
	else
		snprintf(buf, CTL_FIGURE_LEN, "%.1f%%", percent);
	return buf;
}

char *ctl_figures_age(char buf[CTL_FIGURE_LEN], double seconds)
{
	long s = seconds > 0 && seconds < 1e12 ? (long)seconds : 0;

	if (s < 60)
		snprintf(buf, CTL_FIGURE_LEN, "%lds", s);
	else if (s < 3600)
		snprintf(buf, CTL_FIGURE_LEN, "%ldm%02lds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, CTL_FIGURE_LEN, "%ldh%02ldm", s / 3600, s / 60 % 60);
	else
		snprintf(buf, CTL_FIGURE_LEN, "%ldd%02ldh", s / 86400, s / 3600 % 24);
	return buf;
}

char *ctl_figures_count(char buf[CTL_FIGURE_LEN], double n)
{
	char digits[CTL_FIGURE_LEN];
	int len = snprintf(digits, sizeof(digits), "%.0f", fmin(fmax(n, 0), 1e18)), to = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[to++] = ',';
		buf[to++] = digits[i];
	}
	buf[to] = '\0';
	return buf;
}

double ctl_figures_when(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	double fraction = 0;
	char *end;

	if (!rest)
		return -1;
	if (*rest == '.')
		fraction = strtod(rest, &end);
	return (double)timegm(&tm) + fraction;
}
