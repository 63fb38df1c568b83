/* config_error.h - how the config modules collect errors. For them only. */
#ifndef MINIPING_CONFIG_ERROR_H
#define MINIPING_CONFIG_ERROR_H
#include "config/config.h"

#include <stdbool.h>

#define CONFIG_QUOTELEN 300

struct config_at {
	const char *file;
	uint32_t    line, column;         /* from 1; 0: the file as a whole */
	uint32_t    number;               /* of the file; the main file's is 0 */
};

/* config_report - add an error in its place in the order of files and lines; of more than
 * CONFIG_MAX_ERRORS the first ones are kept. The same error at the same place is one. */
void config_report(struct config_errors *errors, struct config_at at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* config_report_is_moot - config_report would only count an error at this place: its message may be
 * anything. For messages that are dear, so that a file of errors costs no more than a good one. */
bool config_report_is_moot(const struct config_errors *errors, struct config_at at);

/* config_quote - text in quotation marks, what is not printable UTF-8 as \xNN, cut after 60 bytes. Gives buf. */
char *config_quote(const char *text, char buf[CONFIG_QUOTELEN]);

/* config_is_control - a control character (Unicode category Cc) begins at text, which is UTF-8. */
bool config_is_control(const char *text);
#endif
