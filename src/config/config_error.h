/* config_error.h - how the config modules collect errors. For them only. */
#ifndef MINIPING_CONFIG_ERROR_H
#define MINIPING_CONFIG_ERROR_H
#include "config/config.h"

#include <stdarg.h>
#include <stdbool.h>

#define CONFIG_QUOTELEN 300

struct config_at {
	const char *file;
	uint32_t line, column; /* from 1; 0: the file as a whole */
	uint32_t number;       /* of the file; the main file's is 0 */
};

/* config_error_add - sorted in by file, line and column; of more than CONFIG_MAX_ERRORS the first
 * ones are kept. The same error at the same position is one. */
void config_error_add(struct config_errors *errors, struct config_at at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void config_error_add_args(struct config_errors *errors, struct config_at at, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* config_error_would_drop - true once CONFIG_MAX_ERRORS is reached and an error at this position would only be counted;
 * lets callers skip building expensive messages. */
bool config_error_would_drop(const struct config_errors *errors, struct config_at at);

/* config_error_quote - text in quotation marks, what is not printable UTF-8 as \xNN, cut after 60 bytes. Gives buf. */
char *config_error_quote(const char *text, char buf[CONFIG_QUOTELEN]);
#endif
