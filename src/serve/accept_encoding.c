/* accept_encoding.c - whether a client takes gzip: see accept_encoding.h. */
#include "serve/accept_encoding.h"

#include <string.h>
#include <strings.h>

/* Whether the parameters of a coding, ";q=0.5", are other than q=0, "q=0.000". */
static bool has_weight(const char *parameters)
{
	const char *q = strpbrk(parameters, "qQ");

	q = q ? q + 1 + strspn(q + 1, " \t") : NULL;
	if (!q || *q != '=')
		return true;
	q += 1 + strspn(q + 1, " \t");
	return *q != '0' || q[strspn(q, "0.")] != '\0';
}

bool accept_encoding_gzip(const char *header)
{
	bool any = false;

	while (header && *header) {
		size_t len = strcspn(header, ",");
		char item[64], *parameters;

		header += strspn(header, " \t");
		len = strcspn(header, ",");
		if (len < sizeof(item)) {
			memcpy(item, header, len);
			item[len] = '\0';
			while (len && strchr(" \t", item[len - 1]))
				item[--len] = '\0';
			parameters = item + strcspn(item, "; \t");
			bool takes = has_weight(parameters);

			*parameters = '\0';
			if (strcasecmp(item, "gzip") == 0 || strcasecmp(item, "x-gzip") == 0)
				return takes;
			if (strcmp(item, "*") == 0)
				any = takes;
		}
		header += strcspn(header, ",");
		header += *header == ',';
	}
	return any;
}
