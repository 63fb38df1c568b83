/* control_answer.h - the answers to what the control interface asks, as JSON (minipingd-http(8), "Control"). All are
 * malloc'ed; NULL: out of memory. */
#ifndef MINIPING_CONTROL_ANSWER_H
#define MINIPING_CONTROL_ANSWER_H
#include "core/outcome.h"
#include "core/target.h"

#include <stdbool.h>
#include <stdint.h>

char *control_answer_error(const char *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* control_answer_probe - of t, ended as s says. */
char *control_answer_probe(const struct target *t, const struct settled *s);

/* control_answer_lease - of the target called name, until CLOCK_REALTIME. control_answer_unlease - it has ended. */
char *control_answer_lease(const char *name, bool is_paused, int64_t until_real_ns);
char *control_answer_unlease(const char *name, bool was_paused);

char *control_answer_level(const char *level, const char *was);
#endif
