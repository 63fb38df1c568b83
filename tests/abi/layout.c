/* Prints where the members of miniping_options are, and how large what callers allocate is: compiled with two headers,
 * by tests/abi.sh, which holds one against the other. For members that were reserved make abidiff pass over all of the
 * struct. */
#include <miniping.h>
#include <stdio.h>

#define AT(member)                                                                 \
	printf("%s %zu %zu\n", #member, offsetof(struct miniping_options, member), \
	       sizeof(((struct miniping_options *)0)->member))

int main(void)
{
	AT(count);
	AT(timeout_ns);
	AT(interval_ns);
	AT(size);
	AT(dscp);
	AT(ttl);
	AT(family);
	AT(source);
	AT(interface);
	AT(precise);
	AT(raise_on_timeout);
	AT(on_packet);
	AT(data);
	AT(stop);
	AT(on_opened);
	printf("%zu %zu %zu\n", sizeof(struct miniping_options), sizeof(struct miniping_error),
	       sizeof(struct miniping_result));
	return 0;
}
