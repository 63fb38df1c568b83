/* diag.h - messages to the operator: one line on standard error for each event, repeats held back.
 * The one module with mutable file-scope state; safe to call from any thread. */
#ifndef MINIPING_DIAG_H
#define MINIPING_DIAG_H
#include <stdint.h>

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_INFO, DIAG_DEBUG };

/* diag_init - program is what lines begin with; level the least urgent one shown. Under systemd
 * (JOURNAL_STREAM names our standard error) lines carry a <N> priority prefix instead of the name. */
void diag_init(const char *program, enum diag_level level);

/* diag_start - from now on a thread writes, and no caller waits for a terminal, a pipe or a file server: 256 KiB are
 * queued, then lines are dropped and counted, and the count is reported once there is room. Before, lines are written
 * at once, which may block. 0 or -errno. */
int diag_start(void);

/* diag_stop - waits at most wait_ns until all is written, then leaves the thread behind (sink_close). Lines
 * are then written at once again, or dropped where standard error has not taken all there was. */
void diag_stop(int64_t wait_ns);

/* diag_level_parse - "error", "warning", "info" or "debug". 0 or -EINVAL. */
int diag_level_parse(enum diag_level *out, const char *name);

/* diag_level_name - of a level. diag_set_level - the least urgent one shown from now on; returns the one before. */
const char *diag_level_name(enum diag_level level);
enum diag_level diag_set_level(enum diag_level level);

/* diag_line - one line as it stands, whatever the least urgent level: no program's name, no repeat held
 * back. Under systemd it carries its level's prefix, as any other. */
void diag_line(enum diag_level level, const char *text);

/* diag - one line; fmt without a newline. The same text again within 10 s is counted, and the count
 * reported with the next different line or after those 10 s. What is not printable UTF-8 is shown as \xNN. */
void diag(enum diag_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#endif
