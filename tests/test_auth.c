#include "fixture.h"

#include "base/clock.h"
#include "serve/auth.h"
#include "serve/tls.h"

/* htpasswd -nbB; of cost 4, so that the tests are quick. */
#define ALICE "$2y$04$rPms6lYX2CpTM.O/26kQ6eLramRdYtlYJ314I8TwC3.NiR32SSe82" /* wonder */
#define BOB   "$2y$10$EUUPx.N99fKr1hv9tsR76ePSy9uEGX.pNhu6R1Z9vWYVs/4.Ctc2u" /* secret */

static const struct web_user both[] = { { "alice", ALICE }, { "bob", BOB } };

static struct auth *auth(const struct web_user *users, size_t n, const char *token)
{
	const struct web_config w = { .users = users, .n_users = n, .token = token };
	struct auth *a = NULL;

	assert_int_equal(auth_new(&a, &w), 0);
	return a;
}

static void without_users_and_token_everybody_is_let_in(void **state)
{
	struct auth *a = auth(NULL, 0, NULL);

	(void)state;
	assert_int_equal(auth_check(a, NULL, 0), AUTH_GRANTED);
	assert_int_equal(auth_check(a, "Basic YWxpY2U6d29uZGVy", 0), AUTH_GRANTED);
	auth_free(a);
}

static void a_user_is_let_in_with_the_right_password_only(void **state)
{
	struct auth *a = auth(both, 2, NULL);

	(void)state;
	assert_int_equal(auth_check(a, NULL, 0), AUTH_DENIED);
	assert_int_equal(auth_check(a, "Basic YWxpY2U6d29uZGVy", 0), AUTH_GRANTED); /* alice:wonder */
	assert_int_equal(auth_check(a, "bAsIc  YWxpY2U6d29uZGVy", 0), AUTH_GRANTED);
	assert_int_equal(auth_check(a, "Basic YWxpY2U6d29uZGVz", 0), AUTH_DENIED);         /* alice:wondes */
	assert_int_equal(auth_check(a, "Basic Ym9iOndvbmRlcg==", 0), AUTH_DENIED);         /* bob:wonder */
	assert_int_equal(auth_check(a, "Basic ZXZlOndvbmRlcg==", NS_PER_S), AUTH_DENIED);  /* eve:wonder */
	assert_int_equal(auth_check(a, "Basic Ym9iOnNlY3JldA==", NS_PER_S), AUTH_GRANTED); /* bob:secret */
	auth_free(a);
}

static void what_is_no_header_of_that_kind_is_denied(void **state)
{
	static const char *const headers[] = {
		"",
		"Basic",
		"Basic ",
		"Basic =",
		"Basic YWxpY2U=", /* alice, no colon */
		"Bearer",
		"Digest x=\"\"",
		"BasicYWxpY2U6d29uZGVy",
		"YWxpY2U6d29uZGVy",
		"Basic \xff\xfe",
		"Basic YWxpY2U6d29uZGVyAHg=", /* alice:wonder, NUL, x: bcrypt would not see the x */
	};
	struct auth *a = auth(both, 2, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		assert_int_equal(auth_check(a, headers[i], 0), AUTH_DENIED);
	auth_free(a);
}

static void a_password_of_any_length_is_answered(void **state)
{
	struct auth *a = auth(both, 2, NULL);
	char header[8192] = "Basic ";

	(void)state;
	memset(header + 6, 'Y', sizeof(header) - 7);
	assert_int_equal(auth_check(a, header, 0), AUTH_DENIED);
	auth_free(a);
}

static void a_token_is_let_in_beside_users(void **state)
{
	struct auth *a = auth(both, 2, "s3cr3t-t0ken");

	(void)state;
	assert_int_equal(auth_check(a, "Bearer s3cr3t-t0ken", 0), AUTH_GRANTED);
	assert_int_equal(auth_check(a, "Bearer s3cr3t-t0ke", 0), AUTH_DENIED);
	assert_int_equal(auth_check(a, "Bearer s3cr3t-t0kenx", 0), AUTH_DENIED);
	assert_int_equal(auth_check(a, "Bearer ", 0), AUTH_DENIED);
	assert_int_equal(auth_check(a, "Basic YWxpY2U6d29uZGVy", 0), AUTH_GRANTED);
	assert_non_null(strstr(auth_challenge(a), "Basic"));
	assert_non_null(strstr(auth_challenge(a), "Bearer"));
	auth_free(a);
}

static void a_token_alone_leaves_no_way_for_passwords(void **state)
{
	struct auth *a = auth(NULL, 0, "s3cr3t-t0ken");

	(void)state;
	assert_int_equal(auth_check(a, "Basic YWxpY2U6d29uZGVy", 0), AUTH_DENIED);
	assert_int_equal(auth_check(a, "Bearer s3cr3t-t0ken", 0), AUTH_GRANTED);
	assert_null(strstr(auth_challenge(a), "Basic"));
	auth_free(a);
}

/* Of cost 10, a wrong password takes 50 ms: ten of them use the first half second up, and then one is tried each
 * quarter of a second. */
static void wrong_passwords_are_bounded_in_time(void **state)
{
	struct auth *a = auth(&both[1], 1, NULL);
	int n_tried = 0;

	(void)state;
	assert_int_equal(auth_check(a, "Basic Ym9iOnNlY3JldA==", 0), AUTH_GRANTED);
	while (auth_check(a, "Basic Ym9iOndyb25n", 0) == AUTH_DENIED) /* bob:wrong */
		assert_true(++n_tried <= 10);
	assert_int_equal(n_tried, 10);
	/* One whose password is known is none of them. */
	assert_int_equal(auth_check(a, "Basic Ym9iOnNlY3JldA==", 0), AUTH_GRANTED);
	assert_int_equal(auth_check(a, "Basic ZXZlOndyb25n", 0), AUTH_BUSY);
	assert_int_equal(auth_check(a, "Basic Ym9iOndyb25n", 200 * NS_PER_MS), AUTH_DENIED);
	assert_int_equal(auth_check(a, "Basic Ym9iOndyb25n", 200 * NS_PER_MS), AUTH_BUSY);
	auth_free(a);
}

static void more_passwords_than_are_kept_are_right_all_the_same(void **state)
{
	static char names[100][8];
	struct web_user users[64];
	struct auth *a;
	const char *header[] = { "Basic YWxpY2U6d29uZGVy", "Basic Ym9iOndvbmRlcg==" };

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		snprintf(names[i], sizeof(names[i]), "u%zu", i);
		users[i] = (struct web_user){ names[i], ALICE };
	}
	users[0].name = "alice";
	users[63].name = "bob";
	a = auth(users, 64, NULL);
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(auth_check(a, header[i % 2], 0), AUTH_GRANTED);
	auth_free(a);
}

static void only_hashes_that_can_be_checked_soon_are_taken(void **state)
{
	static const char *const wrong[] = {
		"",
		"wonder",
		"$apr1$xyz",
		"$2y$10$short",
		ALICE "x",
		"$2x$04$rPms6lYX2CpTM.O/26kQ6eLramRdYtlYJ314I8TwC3.NiR32SSe82",
		"$2y$03$rPms6lYX2CpTM.O/26kQ6eLramRdYtlYJ314I8TwC3.NiR32SSe82",
		"$2y$15$rPms6lYX2CpTM.O/26kQ6eLramRdYtlYJ314I8TwC3.NiR32SSe82",
		"$2y$04$rPms6lYX2CpTM.O/26kQ6eLramRdYtlYJ314I8TwC3.NiR32SS:82",
	};

	(void)state;
	assert_null(auth_check_hash(ALICE));
	assert_null(auth_check_hash(BOB));
	assert_null(auth_check_hash("$2a$14$rPms6lYX2CpTM.O/26kQ6eLramRdYtlYJ314I8TwC3.NiR32SSe82"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_non_null(auth_check_hash(wrong[i]));
}

static void texts_that_are_no_certificates_are_refused(void **state)
{
	(void)state;
	assert_non_null(tls_check_pair("", ""));
	assert_non_null(tls_check_pair("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "x"));
	assert_non_null(tls_check_ca(""));
	assert_non_null(tls_check_ca("hello"));
}

static void priorities_name_the_versions_asked_for(void **state)
{
	struct web_config w = { .min_tls = WEB_TLS12, .max_tls = WEB_TLS13 };

	(void)state;
	assert_non_null(strstr(tls_priorities(&w), "TLS1.2"));
	assert_non_null(strstr(tls_priorities(&w), "TLS1.3"));
	w.max_tls = WEB_TLS12;
	assert_null(strstr(tls_priorities(&w), "TLS1.3"));
	w = (struct web_config){ .min_tls = WEB_TLS13, .max_tls = WEB_TLS13 };
	assert_null(strstr(tls_priorities(&w), "TLS1.2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_users_and_token_everybody_is_let_in),
		cmocka_unit_test(a_user_is_let_in_with_the_right_password_only),
		cmocka_unit_test(what_is_no_header_of_that_kind_is_denied),
		cmocka_unit_test(a_password_of_any_length_is_answered),
		cmocka_unit_test(a_token_is_let_in_beside_users),
		cmocka_unit_test(a_token_alone_leaves_no_way_for_passwords),
		cmocka_unit_test(wrong_passwords_are_bounded_in_time),
		cmocka_unit_test(more_passwords_than_are_kept_are_right_all_the_same),
		cmocka_unit_test(only_hashes_that_can_be_checked_soon_are_taken),
		cmocka_unit_test(texts_that_are_no_certificates_are_refused),
		cmocka_unit_test(priorities_name_the_versions_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
