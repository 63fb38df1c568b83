/* inspect.h - what can be asked about a configuration without probing anything. Prints the answer to standard
 * output, and the errors of a file to standard error; returns the exit code. */
#ifndef MINIPING_INSPECT_H
#define MINIPING_INSPECT_H
struct daemon_options;

/* inspect_dump - the whole configuration with its defaults (config_dump). */
int inspect_dump(const struct daemon_options *o);

/* inspect_diff - what a reload of o->diff_path in place of o->config_path would do: a line for each target
 * that would be added, removed, changed or moved, and their numbers. */
int inspect_diff(const struct daemon_options *o);
#endif
