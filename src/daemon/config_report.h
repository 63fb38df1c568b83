/* config_report.h - which configuration is in force, and what came of the latest try to change it, as a value that
 * other threads may read: it never changes, and lives as long as anybody uses it. */
#ifndef MINIPING_CONFIG_REPORT_H
#define MINIPING_CONFIG_REPORT_H
#include "config/config.h"
#include "serve/generation.h"

#include <stdint.h>

struct config_report;

/* config_report_loaded - c is in force from now on, and lives as long as the report (config_ref). path is borrowed.
 * NULL: out of memory. */
struct config_report *config_report_loaded(struct config *c, const char *path, int64_t now_real_ns);

/* config_report_failed - before is still in force, and its successor was refused: for errors, if there are any, or for
 * why. NULL: out of memory. */
struct config_report *config_report_failed(const struct config_report *before, const struct config_errors *errors,
                                           const char *why, int64_t now_real_ns);

struct config_report *config_report_ref(struct config_report *r);
void config_report_unref(struct config_report *r); /* NULL allowed */

/* config_report_value - borrowed from r. */
struct generation_config config_report_value(const struct config_report *r);
#endif
