#include "fixture.h"
#include "serve/chart.h"

#include <math.h>

#define MS     INT64_C(1000000)
#define FROM_S INT64_C(1767312000) /* 2026-01-02T00:00:00Z */
#define N_MAX  3000

/* 60 points of a minute in a plot of 600 px: 10 px each, 60 px from the left. The plot is 200 px high, 26 px from
 * above.
 */
#define WIDTH  672
#define HEIGHT 270

static struct past_points *points;

static int init(void **state)
{
	(void)state;
	points = calloc(1, sizeof(*points) + N_MAX * sizeof(points->at[0]));
	points->step_s = 60;
	return 0;
}

static int fini(void **state)
{
	(void)state;
	free(points);
	return 0;
}

/* The i-th minute: n_lost of 20, and round-trip times around ms. */
static struct past_point *add(int i, uint32_t n_lost, int64_t ms)
{
	struct past_point *p = &points->at[points->n++];

	*p = (struct past_point){ .at_s = FROM_S + i * points->step_s, .n_sent = 20, .n_lost = n_lost };
	p->min_ns = p->p10_ns = p->p25_ns = p->median_ns = p->p75_ns = p->p90_ns = p->p95_ns = p->p99_ns = p->max_ns =
		n_lost == 20 ? -1 : ms * MS;
	return p;
}

/* The picture of an hour; malloc'ed, with a NUL. */
static char *draw_of(const char *name, int64_t range_s)
{
	struct chart c = { name, FROM_S, FROM_S + range_s, WIDTH, HEIGHT, points };
	size_t len = 0;
	char *svg = chart_svg(&c, &len);

	assert_non_null(svg);
	svg = realloc(svg, len + 1);
	assert_non_null(svg);
	svg[len] = '\0';
	assert_int_equal(strlen(svg), len);
	return svg;
}

static char *draw(void)
{
	return draw_of("a", 3600);
}

/* The "d" of the i-th path that has mark in it. */
static char *path_of(const char *svg, const char *mark, int i)
{
	static char d[65536];
	const char *at = svg;

	for (; i >= 0 && at; i--)
		at = strstr(at + 1, mark);
	assert_non_null(at);
	at = strstr(at, "d=\"");
	assert_non_null(at);
	snprintf(d, sizeof(d), "%.*s", (int)strcspn(at + 3, "\""), at + 3);
	return d;
}

static char *medians(const char *svg, const char *colour)
{
	char mark[64];

	snprintf(mark, sizeof(mark), "stroke-width=\"2\" stroke=\"%s\"", colour);
	return path_of(svg, mark, 0);
}

static void medians_stand_at_their_time_in_the_colour_of_their_loss(void **state)
{
	char *svg;

	(void)state;
	add(0, 0, 100);
	add(1, 1, 50);
	add(2, 4, 100);
	add(3, 20, 0);
	svg = draw();
	/* The scale ends at 1.15 * 100 ms, 26 px from above. */
	assert_string_equal(medians(svg, "#26ff00"), "M60 52.1H70");
	assert_string_equal(medians(svg, "#00b8ff"), "M70 139H80");
	assert_string_equal(medians(svg, "#7e00ff"), "M80 52.1H90");
	assert_string_equal(medians(svg, "#ff0000"), "");
	assert_string_equal(path_of(svg, "stroke-width=\"6\" stroke=\"#ff0000\"", 0), "M90 223H100");
	assert_non_null(strstr(svg, ">loss 31.25 %<"));
	free(svg);
}

static void losses_have_the_colours_of_smokeping(void **state)
{
	(void)state;
	assert_string_equal(chart_loss_colour(0), "#26ff00");
	assert_string_equal(chart_loss_colour(1 / 20.0), "#00b8ff");
	assert_string_equal(chart_loss_colour(2 / 20.0), "#0059ff");
	assert_string_equal(chart_loss_colour(3 / 20.0), "#5e00ff");
	assert_string_equal(chart_loss_colour(4 / 20.0), "#7e00ff");
	assert_string_equal(chart_loss_colour(10 / 20.0), "#dd00ff");
	assert_string_equal(chart_loss_colour(19 / 20.0), "#ff0000");
	assert_string_equal(chart_loss_colour(1), "#ff0000");
}

static void bands_are_from_low_to_high_and_end_at_gaps(void **state)
{
	struct past_point *p = add(0, 0, 60);
	char *svg;

	(void)state;
	*p = (struct past_point){ p->at_s, 20,      0,       0,        0,        10 * MS,  20 * MS, 30 * MS,
		                  60 * MS, 70 * MS, 80 * MS, 100 * MS, 110 * MS, 500 * MS, false };
	points->at[1] = *p;
	points->at[2] = *p;
	points->n = 3;
	points->at[1].at_s += 60;
	points->at[2].at_s += 300; /* three minutes of which nothing is known */
	svg = draw();
	assert_string_equal(path_of(svg, "fill-opacity=\".1\"", 0),
	                    "M60 26V26H70V26H80V208.6H70V208.6H60ZM110 26V26H120V208.6H110Z");
	assert_string_equal(path_of(svg, "fill-opacity=\".15\"", 0),
	                    "M60 86.9V86.9H70V86.9H80V191.2H70V191.2H60ZM110 86.9V86.9H120V191.2H110Z");
	assert_string_equal(path_of(svg, "fill-opacity=\".25\"", 0),
	                    "M60 104.3V104.3H70V104.3H80V173.8H70V173.8H60ZM110 104.3V104.3H120V173.8H110Z");
	assert_string_equal(path_of(svg, "fill=\"#fff\" d", 0), "M60 26H80V226H60ZM110 26H120V226H110Z");
	free(svg);
}

static void what_cannot_be_judged_is_as_unknown_as_a_gap(void **state)
{
	char *svg;

	(void)state;
	*add(0, 0, -1) = (struct past_point){ FROM_S, 20, 0, 20, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, false };
	*add(1, 0, -1) = (struct past_point){ FROM_S + 60, 0, 0, 0, 20, -1, -1, -1, -1, -1, -1, -1, -1, -1, false };
	svg = draw();
	assert_string_equal(path_of(svg, "fill=\"#fff\" d", 0), "");
	assert_string_equal(path_of(svg, "stroke-width=\"6\"", 0), "");
	assert_non_null(strstr(svg, ">nothing is known<"));
	free(svg);
}

static void points_at_the_edges_are_cut_off(void **state)
{
	char *svg;

	(void)state;
	add(-2, 20, 0);
	add(-1, 20, 0)->at_s += 30; /* half of it is shown */
	add(59, 0, 10)->at_s += 30;
	add(60, 20, 0);
	svg = draw();
	assert_string_equal(path_of(svg, "fill=\"#fff\" d", 0), "M60 26H65V226H60ZM655 26H660V226H655Z");
	assert_non_null(strstr(svg, ">loss 50 %<"));
	free(svg);
}

static void names_cannot_break_out_of_their_text(void **state)
{
	char *svg;

	(void)state;
	svg = draw_of("</title><script>\"&\x01\xff", 3600);
	assert_non_null(strstr(svg, "<title>&lt;/title&gt;&lt;script&gt;&quot;&amp;\ufffd\ufffd</title>"));
	assert_null(strstr(svg, "<script"));
	free(svg);
	svg = draw_of("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
	              3600);
	assert_non_null(strstr(svg, ">0123456789012345678901234567890123456789012345678901234567890123456789\u2026<"));
	free(svg);
}

static void axes_say_their_units(void **state)
{
	char *svg;

	(void)state;
	add(0, 0, 100);
	svg = draw();
	assert_non_null(strstr(svg, ">50 ms<"));
	assert_non_null(strstr(svg, ">00:10<"));
	assert_non_null(strstr(svg, ">2026-01-02<")); /* midnight */
	assert_non_null(strstr(svg, ">00:50<"));
	assert_null(strstr(svg, ">01:00<")); /* words that would be cut off are left out */
	free(svg);
	points->at[0].p95_ns = 40 * 1000;
	svg = draw_of("a", 30 * 86400);
	assert_non_null(strstr(svg, ">10 \u00b5s<"));
	assert_non_null(strstr(svg, ">2026-01-08<"));
	free(svg);
	points->at[0].p95_ns = 3000 * MS;
	svg = draw_of("a", INT64_C(20) * 366 * 86400);
	assert_non_null(strstr(svg, ">2 s<"));
	free(svg);
}

static void a_step_is_no_finer_than_a_pixel(void **state)
{
	struct chart c = { "a", FROM_S, FROM_S + 3600, WIDTH, HEIGHT, points };

	(void)state;
	assert_int_equal(chart_step(&c), 6);
	c.to_s++;
	assert_int_equal(chart_step(&c), 7);
}

/* No number that is none, whatever the sizes are; each element is closed. */
static void pictures_of_all_sizes_are_well_formed(void **state)
{
	static const unsigned widths[] = { CHART_WIDTH_MIN, 333, CHART_WIDTH_MAX };
	static const unsigned heights[] = { CHART_HEIGHT_MIN, 777, CHART_HEIGHT_MAX };

	(void)state;
	for (int i = 0; i < N_MAX; i++)
		add(i + i / 7, (uint32_t)i % 21, 1 + i % 700);
	for (size_t i = 0; i < 9; i++) {
		struct chart c = { "a", FROM_S, FROM_S + N_MAX * 60, widths[i % 3], heights[i / 3], points };
		size_t len, depth = 0;
		char *svg = chart_svg(&c, &len);

		assert_non_null(svg);
		for (size_t at = 0; at + 1 < len; at++) {
			depth += svg[at] == '<' && svg[at + 1] != '/';
			depth -= (svg[at] == '<' && svg[at + 1] == '/') || (svg[at] == '/' && svg[at + 1] == '>');
			assert_true(depth < 3);
		}
		assert_int_equal(depth, 0);
		assert_null(memmem(svg, len, "nan", 3));
		assert_null(memmem(svg, len, "inf", 3));
		free(svg);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)
	const struct CMUnitTest tests[] = {
		TEST(medians_stand_at_their_time_in_the_colour_of_their_loss),
		TEST(losses_have_the_colours_of_smokeping),
		TEST(bands_are_from_low_to_high_and_end_at_gaps),
		TEST(what_cannot_be_judged_is_as_unknown_as_a_gap),
		TEST(points_at_the_edges_are_cut_off),
		TEST(names_cannot_break_out_of_their_text),
		TEST(axes_say_their_units),
		TEST(a_step_is_no_finer_than_a_pixel),
		TEST(pictures_of_all_sizes_are_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
