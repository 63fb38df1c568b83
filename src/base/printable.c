/* printable.c - decodes UTF-8 as RFC 3629 allows it: no overlong form, no surrogate. */
#include "base/printable.h"

size_t printable_decode(uint32_t *out, const char *text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *c = (const unsigned char *)text;
	size_t len = *c < 0x80 ? 1 : *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
	uint32_t value;

	if (len < 2) {
		*out = *c;
		return *c ? len : 0;
	}
	value = *c & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((c[i] & 0xc0) != 0x80) /* the NUL as well */
			return 0;
		value = value << 6 | (c[i] & 0x3fu);
	}
	if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	*out = value;
	return len;
}

bool printable_is_safe(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {
		{ 0, 0x1f },        { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x61c, 0x61c },
		{ 0x180e, 0x180e }, { 0x200b, 0x200b }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	};

	if (c >= 0x20 && c < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]) && c >= unsafe[i].first; i++)
		if (c <= unsafe[i].last)
			return false;
	return true;
}

size_t printable_len(const char *text)
{
	uint32_t character;
	size_t len = printable_decode(&character, text);

	return len && printable_is_safe(character) ? len : 0;
}

bool printable_all(const char *text)
{
	while (*text) {
		size_t len = printable_len(text);

		if (!len)
			return false;
		text += len;
	}
	return true;
}
