/* spark.c - U+2581 to U+2588, or ASCII. */
#include "base/spark.h"

#define HEIGHTS 8

const char *spark_height(double value, double least, double greatest, bool has_utf8)
{
	static const char *const blocks[HEIGHTS] = { "\u2581", "\u2582", "\u2583", "\u2584",
		                                     "\u2585", "\u2586", "\u2587", "\u2588" };
	static const char *const ascii[HEIGHTS] = { "_", ".", "-", "~", "=", "+", "*", "#" };
	double share = greatest > least ? (value - least) / (greatest - least) : 0;
	int height = (int)(share * HEIGHTS);

	if (height >= HEIGHTS)
		height = HEIGHTS - 1;
	return has_utf8 ? blocks[height] : ascii[height];
}
