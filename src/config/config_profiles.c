/* config_profiles.c - an index by the bytes of the options and the addresses of the rest. */
#include "config/config_profiles.h"

#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

struct config_profiles {
	struct arena_index index; /* struct profile, each once */
	struct variant {          /* the latest result: the next target often wants the same */
		const struct profile *of, *is;
		enum family family;
	} latest[2];
};

static bool same_profile(const void *a, const void *b)
{
	const struct profile *x = a, *y = b;

	return x->origins == y->origins && profile_same(x, y);
}

static uint64_t profile_hash(const struct config_reader *r, const struct profile *p)
{
	uint8_t bytes[OPTIONS_BYTES];
	uint64_t chain[6] = { (uintptr_t)p->labels, (uintptr_t)p->group, (uintptr_t)p->depends, (uintptr_t)p->origins,
		              (uintptr_t)p->aka };

	chain[5] = hash_keyed(&r->secret, bytes, options_bytes(&p->options, bytes));
	return hash_keyed(&r->secret, chain, sizeof(chain));
}

int config_profiles_share(struct config_reader *r, const struct profile *p, const struct profile **out)
{
	uint64_t hash = profile_hash(r, p);
	struct profile *copy;

	*out = arena_index_at(&r->profiles->index, hash, p);
	if (*out)
		return 0;
	copy = arena_take(r->config->arena, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *p;
	*out = copy;
	return arena_index_add(&r->profiles->index, hash, copy);
}

/* A source address can only reach addresses of its own IP version. */
static enum family family_of(const struct options *o)
{
	if (o->family != FAMILY_ANY || o->source.family == AF_UNSPEC)
		return o->family;
	return o->source.family == AF_INET ? FAMILY_IPV4 : FAMILY_IPV6;
}

int config_profiles_share_as(struct config_reader *r, const struct profile *p, enum family family,
                             const struct profile **out)
{
	struct profile other = *p;

	other.options.family = family;
	other.options.family = family_of(&other.options);
	return config_profiles_share(r, &other, out);
}

int config_profiles_of(struct config_reader *r, const struct profile *p, enum family family, const struct profile **out)
{
	struct variant *v = &r->profiles->latest[family == FAMILY_IPV6];
	int err = 0;

	if (v->of != p || v->family != family) {
		*v = (struct variant){ .of = p, .family = family };
		err = config_profiles_share_as(r, p, family, &v->is);
	}
	*out = v->is;
	return err;
}

int config_profiles_on(struct config_reader *r, const struct profile *p, const char interface[SETTING_INTERFACE_LEN],
                       const struct profile **out)
{
	struct profile other = *p;

	memcpy(other.options.interface, interface, SETTING_INTERFACE_LEN);
	return config_profiles_share(r, &other, out);
}

int config_profiles_init(struct config_reader *r)
{
	r->profiles = arena_take(r->scratch, sizeof(*r->profiles));
	if (!r->profiles)
		return -ENOMEM;
	*r->profiles = (struct config_profiles){ .latest[0].of = NULL };
	arena_index_init(&r->profiles->index, same_profile);
	return 0;
}

void config_profiles_fini(struct config_reader *r)
{
	if (r->profiles)
		arena_index_fini(&r->profiles->index);
}
