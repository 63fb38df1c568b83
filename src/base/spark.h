/* spark.h - the characters of a sparkline: heights between the least and the greatest of its values. Pure. */
#ifndef MINIPING_SPARK_H
#define MINIPING_SPARK_H
#include <stdbool.h>

/* spark_height - one of eight for value, which lies between least and greatest (both the same: the lowest). Without
 * has_utf8 these are "_.-~=+*#". */
const char *spark_height(double value, double least, double greatest, bool has_utf8);
#endif
