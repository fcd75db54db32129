/*
 * test_corpus.c - print and parse agree on every statement of corpus.sql.
 *
 * corpus.out is what the printer makes of them.  After a wanted change run the
 * test with CORPUS_UPDATE=1 in the environment and read the difference.
 */
#include <stdio.h>
#include "corpus.h"
#include "parse_help.h"

Test(corpus, prints_and_parses)
{
    Corpus corpus;
    Buf first, all, expected;
    corpus_read(&corpus, CORPUS_DIR "/corpus.sql");
    corpus_read_file(&expected, CORPUS_DIR "/corpus.out");
    buf_init(&first);
    buf_init(&all);
    cr_assert_gt(corpus.statements.count, 300);
    for (size_t i = 0; i < corpus.statements.count; i++) {
        char *sql = mem_strndup(corpus.statements.at[i].data, corpus.statements.at[i].length);
        buf_clear(&first);
        buf_add_text(&first, printed(sql));
        cr_assert_str_eq(printed(buf_text(&first)), buf_text(&first));
        buf_add(&all, first.data, first.length);
        buf_add_char(&all, '\n');
        free(sql);
    }
    if (getenv("CORPUS_UPDATE")) {
        FILE *file = fopen(CORPUS_DIR "/corpus.out", "wb");
        cr_assert_not_null(file);
        fwrite(all.data, 1, all.length, file);
        fclose(file);
    } else {
        size_t line = 0, i = 0;
        for (; i < all.length && i < expected.length && all.data[i] == expected.data[i]; i++)
            if (all.data[i] == '\n')
                line = i + 1;
        cr_assert(i == all.length && i == expected.length, "printed: %.300s",
                  buf_text(&all) + line);
    }
    buf_deinit(&first);
    buf_deinit(&all);
    buf_deinit(&expected);
    corpus_free(&corpus);
}

/* Case of keywords and blanks between lexemes mean nothing. */
Test(corpus, spelling_does_not_matter)
{
    cr_assert_str_eq(
        printed("select  Distinct\n\ta\r\n,b from\fT where(a)is not null order by b desc"),
        "SELECT DISTINCT a, b FROM T WHERE a IS NOT NULL ORDER BY b DESC");
    cr_assert_str_eq(printed("select/**/a--x\nfrom/* /* */ */t"), "SELECT a FROM t");
}
