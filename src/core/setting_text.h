/* setting_text.h - what a kind of setting says of itself, with the bounds and choices of one setting filled in. For
 * setting.c only. */
#ifndef MINIPING_SETTING_TEXT_H
#define MINIPING_SETTING_TEXT_H
#include <stddef.h>

struct setting;

/* setting_text - text into buf, with $min and $max as the setting's bounds ($min_s and $max_s: ns in seconds; $from and
 * $to: ns as durations; $young and $old: in days; $small and $large: as sizes), $words as its choices in prose ("a, b
 * or c") and $quoted as a list of JSON ("a", "b", "c"). Returns buf. */
char *setting_text(char *buf, size_t buf_len, const struct setting *s, const char *text);
#endif
