/*
 * test_plans.c - statements of plans.sql and what becomes of them, in plans.out.
 *
 * Statements are parted by lines of `;`-ended text; lines beginning with -- are headings.  After a
 * change run with PLANS_UPDATE=1 and read the difference.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "plan_help.h"

#ifndef PLANS_FOLDER
#define PLANS_FOLDER "."
#endif

static void read_whole(const char *path, Buf *out)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    char block[4096];
    size_t count;
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        buf_add(out, block, count);
    fclose(file);
}

static void run_script(Str script, Buf *out)
{
    Plans plans;
    ParsePiece piece;
    size_t offset = 0;
    plans_init(&plans);
    while (parse_next(script, &offset, true, &piece)) {
        char *sql = mem_strndup(piece.text.data, piece.text.length);
        buf_printf(out, "%s;\n", sql);
        plans_explain(&plans, sql, out);
        buf_add_char(out, '\n');
        free(sql);
    }
    plans_deinit(&plans);
}

static size_t first_difference(const char *a, const char *b)
{
    size_t line = 1;
    while (*a && *a == *b) {
        line += *a == '\n';
        a++;
        b++;
    }
    return line;
}

Test(plans, are_as_recorded)
{
    Buf script, wanted, got;
    buf_init(&script);
    buf_init(&wanted);
    buf_init(&got);
    read_whole(PLANS_FOLDER "/plans.sql", &script);
    read_whole(PLANS_FOLDER "/plans.out", &wanted);
    run_script((Str){script.data, script.length}, &got);
    if (getenv("PLANS_UPDATE")) {
        FILE *file = fopen(PLANS_FOLDER "/plans.out", "wb");
        cr_assert(file);
        fwrite(got.data, 1, got.length, file);
        fclose(file);
    } else {
        cr_assert(strcmp(buf_text(&wanted), buf_text(&got)) == 0,
                  "plans.out differs from line %zu on; run with PLANS_UPDATE=1 and look",
                  first_difference(buf_text(&wanted), buf_text(&got)));
    }
    buf_deinit(&script);
    buf_deinit(&wanted);
    buf_deinit(&got);
}
