/* inspect.h - what can be asked about a configuration without probing anything. Prints the answer to standard
 * output, and the errors of a file to standard error; returns the exit code. */
#ifndef MINIPING_INSPECT_H
#define MINIPING_INSPECT_H
struct command;

/* inspect_check - the number of targets, once everything in the file is right. */
int inspect_check(const struct command *c);

/* inspect_plan - what the configuration needs of this machine, and what stands in its way. */
int inspect_plan(const struct command *c);

/* inspect_dump - the whole configuration with its defaults (config_dump). */
int inspect_dump(const struct command *c);

/* inspect_diff - what a reload of c->diff_path in place of c->config_path would do: a line for each target
 * that would be added, removed, changed or moved, and their numbers. */
int inspect_diff(const struct command *c);
#endif
