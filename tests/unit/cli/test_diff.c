#include <criterion/criterion.h>
#include "cli/diff.h"

static const char *diff(const char *old_text, const char *new_text)
{
    static Buf out;
    buf_deinit(&out);
    buf_init(&out);
    diff_unified(&out, str_from(old_text), "old", str_from(new_text), "new");
    return buf_text(&out);
}

Test(diff, equal_texts_have_none)
{
    cr_assert_str_eq(diff("", ""), "");
    cr_assert_str_eq(diff("a\nb\n", "a\nb\n"), "");
}

Test(diff, one_changed_line_with_context)
{
    cr_assert_str_eq(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n"),
                     "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n");
}

Test(diff, hunks_apart)
{
    cr_assert_str_eq(diff("a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\n8\nB\n"),
                     "--- old\n+++ new\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
                     "@@ -7,4 +7,4 @@\n 6\n 7\n 8\n-b\n+B\n");
}

Test(diff, from_and_to_nothing)
{
    cr_assert_str_eq(diff("", "x\n"), "--- old\n+++ new\n@@ -0,0 +1,1 @@\n+x\n");
    cr_assert_str_eq(diff("x\n", ""), "--- old\n+++ new\n@@ -1,1 +0,0 @@\n-x\n");
}

Test(diff, last_line_end)
{
    cr_assert_str_eq(diff("x\n", "x"),
                     "--- old\n+++ new\n@@ -1,1 +1,1 @@\n-x\n+x\n\\ No newline at end of file\n");
}

/* Applies a diff of whole texts: the lines without '-' are the new text, those without '+' the old.
 */
static void check(const Buf *a, const Buf *b)
{
    Buf all, old_text, new_text;
    buf_init(&all);
    buf_init(&old_text);
    buf_init(&new_text);
    diff_unified(&all, (Str){a->data, a->length}, "a", (Str){b->data, b->length}, "b");
    const char *at = buf_text(&all);
    for (const char *stop; *at && (stop = strchr(at, '\n')); at = stop + 1) {
        if (strncmp(at, "---", 3) == 0 || strncmp(at, "+++", 3) == 0 || *at == '@')
            continue;
        if (*at != '+')
            buf_add(&old_text, at + 1, (size_t)(stop - at));
        if (*at != '-')
            buf_add(&new_text, at + 1, (size_t)(stop - at));
    }
    /* A hunk holds all of such short texts. */
    if (all.length) {
        cr_assert(str_equal((Str){a->data, a->length}, (Str){old_text.data, old_text.length}));
        cr_assert(str_equal((Str){b->data, b->length}, (Str){new_text.data, new_text.length}));
    }
    buf_deinit(&all);
    buf_deinit(&old_text);
    buf_deinit(&new_text);
}

Test(diff, many_small_texts)
{
    unsigned random = 1;
    for (int round = 0; round < 3000; round++) {
        Buf texts[2];
        for (int t = 0; t < 2; t++) {
            buf_init(&texts[t]);
            random = random * 1103515245 + 12345;
            for (unsigned lines = (random >> 16) % 5; lines; lines--) {
                random = random * 1103515245 + 12345;
                buf_printf(&texts[t], "%c\n", 'a' + (char)((random >> 16) % 3));
            }
        }
        check(&texts[0], &texts[1]);
        buf_deinit(&texts[0]);
        buf_deinit(&texts[1]);
    }
}

Test(diff, texts_with_nothing_in_common)
{
    Buf texts[2];
    for (int t = 0; t < 2; t++) {
        buf_init(&texts[t]);
        for (int i = 0; i < 3000; i++)
            buf_printf(&texts[t], "%d\n", 2 * i + t);
    }
    Buf out;
    buf_init(&out);
    diff_unified(&out, (Str){texts[0].data, texts[0].length}, "a",
                 (Str){texts[1].data, texts[1].length}, "b");
    cr_assert(strstr(buf_text(&out), "@@ -1,3000 +1,3000 @@\n-0\n"));
    buf_deinit(&out);
    buf_deinit(&texts[0]);
    buf_deinit(&texts[1]);
}
