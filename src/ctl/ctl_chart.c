/* ctl_chart.c - parts of a bar are U+258F to U+2588. */
#include "ctl/ctl_chart.h"

#include "base/spark.h"

#include <math.h>

static bool range(double *least, double *greatest, const struct ctl_chart_sample *samples, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		double s = samples[i].seconds;

		if (s < 0)
			continue;
		*least = any ? fmin(*least, s) : s;
		*greatest = any ? fmax(*greatest, s) : s;
		any = true;
	}
	return any;
}

/* 0 .. n - 1 by where s lies between. */
static int step(double s, double least, double greatest, int n)
{
	double share = greatest > least ? (s - least) / (greatest - least) : 0;
	int at = (int)(share * n);

	return at < n ? at : n - 1;
}

void ctl_chart_sparkline(struct textbuf *t, const struct ctl_chart_sample *samples, size_t n, bool has_utf8)
{
	double least = 0, greatest = 0;

	range(&least, &greatest, samples, n);
	for (size_t i = 0; i < n; i++) {
		if (samples[i].seconds < 0)
			textbuf_char(t, samples[i].sign);
		else
			textbuf_text(t, spark_height(samples[i].seconds, least, greatest, has_utf8));
	}
}

size_t ctl_chart_bins(struct ctl_chart_bin bins[CTL_CHART_BINS], const struct ctl_chart_sample *samples, size_t n)
{
	double least = 0, greatest = 0, width;
	int n_bins;

	if (!range(&least, &greatest, samples, n))
		return 0;
	n_bins = greatest > least ? CTL_CHART_BINS : 1;
	width = (greatest - least) / n_bins;
	for (int i = 0; i < n_bins; i++)
		bins[i] = (struct ctl_chart_bin){ least + i * width,
			                          i < n_bins - 1 ? least + (i + 1) * width : greatest, 0 };
	for (size_t i = 0; i < n; i++)
		if (samples[i].seconds >= 0)
			bins[step(samples[i].seconds, least, greatest, n_bins)].n++;
	return (size_t)n_bins;
}

void ctl_chart_bar(struct textbuf *t, size_t n, size_t greatest, int width, bool has_utf8)
{
	static const char *const parts[8] = {
		"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"
	};
	size_t eighths;

	if (!n || !greatest)
		return;
	eighths = (size_t)width * 8 * n / greatest;
	if (!has_utf8)
		eighths = eighths < 8 ? 8 : eighths;
	else if (!eighths)
		eighths = 1;
	for (size_t i = 0; i < eighths / 8; i++)
		textbuf_text(t, has_utf8 ? "\u2588" : "#");
	if (has_utf8)
		textbuf_text(t, parts[eighths % 8]);
}
