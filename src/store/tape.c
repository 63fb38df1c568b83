/* tape.c - every entry begins with 8 bytes: those of a result say all; of others, their kind and how long they are. */
#include "store/tape.h"

#include "core/rtt_code.h"
#include "store/bytes.h"

#include <string.h>

#define HEAD 8u

/* Of a result: number, RTT, outcome, kind. Of others: length with the head, length of the name, kind. */
enum { AT_NUMBER = 0, AT_RTT = 4, AT_OUTCOME = 6, AT_KIND = 7, AT_LEN = 0, AT_NAME_LEN = 4, BODY = HEAD };

static void put_head(unsigned char *at, enum tape_kind kind, size_t len, size_t name_len)
{
	bytes_put(at + AT_LEN, len, 4);
	bytes_put(at + AT_NAME_LEN, name_len, 2);
	at[AT_OUTCOME] = 0;
	at[AT_KIND] = (unsigned char)kind;
}

size_t tape_write_result(unsigned char *bytes, size_t len, size_t room, uint32_t number, enum outcome outcome,
                         int64_t rtt_ns)
{
	unsigned char *at = bytes + len;

	if (room - len < HEAD)
		return 0;
	bytes_put(at + AT_NUMBER, number, 4);
	bytes_put(at + AT_RTT, outcome == OUTCOME_REPLY ? rtt_code(rtt_ns) : RTT_CODE_NONE, 2);
	at[AT_OUTCOME] = (unsigned char)outcome;
	at[AT_KIND] = TAPE_RESULT;
	return len + HEAD;
}

size_t tape_write_name(unsigned char *bytes, size_t len, size_t room, uint32_t number, const char *name,
                       const char *const *aka, size_t n_aka)
{
	unsigned char *at = bytes + len;
	size_t name_len = strlen(name), own = HEAD + 4 + name_len;

	for (size_t i = 0; i < n_aka; i++)
		own += strlen(aka[i]) + 1;
	if (room - len < own || name_len > UINT16_MAX)
		return 0;
	put_head(at, TAPE_NAME, own, name_len);
	bytes_put(at + BODY, number, 4);
	at += BODY + 4;
	memcpy(at, name, name_len); /* NOLINT(bugprone-not-null-terminated-result): its length is in the head */
	at += name_len;
	for (size_t i = 0; i < n_aka; i++) {
		memcpy(at, aka[i], strlen(aka[i]) + 1);
		at += strlen(aka[i]) + 1;
	}
	return len + own;
}

/* An entry that is a number. */
static size_t write_number(unsigned char *bytes, size_t len, size_t room, enum tape_kind kind, uint64_t number)
{
	if (room - len < HEAD + 8)
		return 0;
	put_head(bytes + len, kind, HEAD + 8, 0);
	bytes_put(bytes + len + BODY, number, 8);
	return len + HEAD + 8;
}

size_t tape_write_time(unsigned char *bytes, size_t len, size_t room, int64_t real_ns)
{
	return write_number(bytes, len, room, TAPE_TIME, (uint64_t)real_ns);
}

size_t tape_write_lost(unsigned char *bytes, size_t len, size_t room, uint32_t n)
{
	return write_number(bytes, len, room, TAPE_LOST, n);
}

size_t tape_write_event(unsigned char *bytes, size_t len, size_t room, int64_t real_ns, const char *name,
                        const char *line, size_t line_len)
{
	unsigned char *at = bytes + len;
	size_t name_len = strlen(name), own = HEAD + 8 + name_len + line_len;

	if (room - len < own || name_len > UINT16_MAX)
		return 0;
	put_head(at, TAPE_EVENT, own, name_len);
	bytes_put(at + BODY, (uint64_t)real_ns, 8);
	memcpy(at + BODY + 8, name, name_len); /* NOLINT(bugprone-not-null-terminated-result): likewise */
	memcpy(at + BODY + 8 + name_len, line, line_len);
	return len + own;
}

static void read_texts(struct tape_entry *e, const unsigned char *at, size_t from, size_t own)
{
	e->name_len = bytes_get(at + AT_NAME_LEN, 2);
	e->name = (const char *)at + from;
	e->text = e->name + e->name_len;
	e->text_len = own - from - e->name_len;
}

bool tape_read(struct tape_entry *e, const unsigned char *bytes, size_t len, size_t *at)
{
	const unsigned char *entry = bytes + *at;
	size_t own = HEAD;

	if (*at >= len)
		return false;
	*e = (struct tape_entry){ .kind = (enum tape_kind)entry[AT_KIND] };
	if (e->kind != TAPE_RESULT)
		own = bytes_get(entry + AT_LEN, 4);
	switch (e->kind) {
	case TAPE_RESULT:
		e->number = (uint32_t)bytes_get(entry + AT_NUMBER, 4);
		e->rtt = (uint16_t)bytes_get(entry + AT_RTT, 2);
		e->outcome = (enum outcome)entry[AT_OUTCOME];
		break;
	case TAPE_NAME:
		e->number = (uint32_t)bytes_get(entry + BODY, 4);
		read_texts(e, entry, BODY + 4, own);
		break;
	case TAPE_TIME:
		e->real_ns = (int64_t)bytes_get(entry + BODY, 8);
		break;
	case TAPE_LOST:
		e->number = (uint32_t)bytes_get(entry + BODY, 8);
		break;
	case TAPE_EVENT:
		e->real_ns = (int64_t)bytes_get(entry + BODY, 8);
		read_texts(e, entry, BODY + 8, own);
		break;
	}
	*at += own;
	return true;
}
