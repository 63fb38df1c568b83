/* ctl_json.h - members of the daemon's documents, as the commands want them: what is missing or of another type is
 * absent, and nothing complains. */
#ifndef MINIPING_CTL_JSON_H
#define MINIPING_CTL_JSON_H
#include <jansson.h>
#include <stdbool.h>

/* ctl_json_at - path: "window.loss_ratio"; NULL: none, or null. */
json_t *ctl_json_at(const json_t *from, const char *path);

/* ctl_json_text - a string; NULL: none. Borrowed. */
const char *ctl_json_text(const json_t *from, const char *path);

/* ctl_json_number - integer or real into *out; false and *out untouched: none. */
bool ctl_json_number(double *out, const json_t *from, const char *path);

/* ctl_json_print - on standard output, in ASCII, so that no terminal obeys any of it. indent: spaces a level; 0: one
 * line. False: not written. */
bool ctl_json_print(const json_t *j, int indent);
#endif
