#include <criterion/criterion.h>
#include "io/glob.h"
#include "io/partition.h"

static bool name(const char *pattern, const char *text)
{
    return glob_match_name(str_from(pattern), str_from(text));
}

Test(glob, names)
{
    cr_assert(name("*.csv", "a.csv"));
    cr_assert(name("*.csv", ".csv"));
    cr_assert_not(name("*.csv", "a.csv.gz"));
    cr_assert(name("a?c", "abc"));
    cr_assert_not(name("a?c", "ac"));
    cr_assert(name("[a-c]x", "bx"));
    cr_assert_not(name("[!a-c]x", "bx"));
    cr_assert(name("[]]", "]"));
    cr_assert(name("[ab", "[ab"));
    cr_assert(name("a*b*c", "aXXbYYbZc"));
    cr_assert_not(name("a*b*c", "aXXcYY"));
    cr_assert(name("a\\*b", "a*b"));
    cr_assert_not(name("a\\*b", "aXb"));
    cr_assert(name("**", "anything"));
    cr_assert(name("", ""));
    cr_assert_not(name("", "a"));
}

Test(glob, paths)
{
    cr_assert(glob_match_path("/d/*.csv", "/d/a.csv"));
    cr_assert_not(glob_match_path("/d/*.csv", "/d/e/a.csv"));
    cr_assert(glob_match_path("/d/**/*.csv", "/d/a.csv"));
    cr_assert(glob_match_path("/d/**/*.csv", "/d/e/f/a.csv"));
    cr_assert_not(glob_match_path("/d/**/*.csv", "/d/e/.f/a.csv"));
    cr_assert(glob_match_path("/d", "/d/e/f/a.csv"));
    cr_assert_not(glob_match_path("/d", "/d/_e/a.csv"));
    cr_assert(glob_match_path("/d", "/d/_e=1/a.csv"));
    cr_assert(glob_match_path("/_d/a.csv", "/_d/a.csv"));
    cr_assert(glob_match_path("/d/*", "/d/sub/a.csv"));
    cr_assert_not(glob_match_path("d/*", "/d/a"));
    cr_assert(glob_match_path("d/**", "d/x/y"));
}

Test(glob, braces_and_cleaning)
{
    Arena arena;
    arena_init(&arena);
    const char **patterns;
    int count;
    glob_expand("a{b,c{d,e}}f", &arena, &patterns, &count);
    cr_assert_eq(count, 3);
    cr_assert_str_eq(patterns[0], "abf");
    cr_assert_str_eq(patterns[1], "acdf");
    cr_assert_str_eq(patterns[2], "acef");
    glob_expand("a{b}c{", &arena, &patterns, &count);
    cr_assert_eq(count, 1);
    cr_assert_str_eq(patterns[0], "a{b}c{");
    cr_assert_str_eq(glob_clean_path("file:///a//b/./c/", &arena), "/a/b/c");
    cr_assert_str_eq(glob_clean_path("./", &arena), ".");
    cr_assert_str_eq(glob_clean_path("./a", &arena), "a");
    cr_assert_str_eq(glob_clean_path("/", &arena), "/");
    arena_deinit(&arena);
}

Test(partition, escapes)
{
    Arena arena;
    arena_init(&arena);
    Buf out;
    buf_init(&out);
    partition_escape(&out, STR("a/b=c%d:\x01 e"));
    cr_assert_str_eq(buf_text(&out), "a%2Fb%3Dc%25d%3A%01 e");
    Str back = partition_unescape((Str){out.data, out.length}, &arena);
    cr_assert(str_equal(back, STR("a/b=c%d:\x01 e")));
    cr_assert(str_equal(partition_unescape(STR("5%zz%4"), &arena), STR("5%zz%4")));
    Str value;
    cr_assert(partition_find("/t/day=1/Day=2/f=3.csv", "day", &value));
    cr_assert(str_equal(value, STR("2")));
    cr_assert_not(partition_find("/t/day=1/f=3.csv", "f", &value));
    buf_deinit(&out);
    arena_deinit(&arena);
}
