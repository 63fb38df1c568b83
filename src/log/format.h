/* format.h - a record as one line of logfmt or JSON. Pure. */
#ifndef MINIPING_FORMAT_H
#define MINIPING_FORMAT_H
#include "log/record.h"

#include <stddef.h>
#include <stdint.h>

#define FORMAT_LINE_MAX 131072u /* names and labels are bounded so that every record fits */

enum log_format { LOG_LOGFMT, LOG_JSON };

/* format_line - writes the line, with its newline and without a NUL, to out; returns its length.
 *   ts_real_ns   when: CLOCK_REALTIME
 *   n            the line's number
 * logfmt: key=value, values quoted where they hold a space, quote, '=' or backslash or are empty, in them
 * " and \ behind a \, control characters as \xNN. JSON: RFC 8259; labels are an object.
 * 0: the record does not fit into FORMAT_LINE_MAX bytes. About 2 µs for a report. */
size_t format_line(char out[FORMAT_LINE_MAX], enum log_format format, const struct record *r, int64_t ts_real_ns,
                   uint64_t n);

/* format_fields - the same with those of r's fields only whose bit is set: of the first one it is bit 0. */
size_t format_fields(char out[FORMAT_LINE_MAX], enum log_format format, const struct record *r, uint64_t fields,
                     int64_t ts_real_ns, uint64_t n);
#endif
