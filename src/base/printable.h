/* printable.h - text from elsewhere for terminals and for JSON: what is UTF-8, and what a terminal might obey.
 * Pure. */
#ifndef MINIPING_PRINTABLE_H
#define MINIPING_PRINTABLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* printable_decode - the length of the UTF-8 sequence (RFC 3629 4) at text, which ends with a NUL, and what it
 * encodes; 0: there is none. */
size_t printable_decode(uint32_t *out, const char *text);

/* printable_is_safe - the character shows as itself: no control character (C0, C1, DEL), line or paragraph
 * separator, none that changes the direction of the text around it (U+061C, U+200E, U+200F, U+202A - U+202E, U+2066 -
 * U+2069), and none that shows as nothing (U+00AD, U+180E, U+200B, U+2060 - U+206F, U+FEFF, U+FFF9 - U+FFFB) but the
 * joiners U+200C and U+200D, which some scripts need. */
bool printable_is_safe(uint32_t character);

/* printable_len - the length of the safe character at text; 0: the byte there belongs to none. */
size_t printable_len(const char *text);

/* printable_all - all of text are safe characters. */
bool printable_all(const char *text);
#endif
