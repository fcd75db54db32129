#include <criterion/criterion.h>
#include "cli/slt_parse.h"

static SltRecords records;
static Arena arena;
static Err err;

static void begin(void)
{
    arena_init(&arena);
}

static Status parse(const char *text)
{
    records.count = 0;
    err = ERR_NONE;
    return slt_parse(str_from(text), false, &arena, &records, &err);
}

/* As DuckDB's files. */
static Status parse_test(const char *text)
{
    records.count = 0;
    err = ERR_NONE;
    return slt_parse(str_from(text), true, &arena, &records, &err);
}

static void is(Str text, const char *wanted)
{
    cr_assert(str_equal(text, str_from(wanted)), "\"" STR_FORMAT "\", not \"%s\"", STR_ARG(text),
              wanted);
}

static void end(void)
{
    list_free(&records);
    arena_deinit(&arena);
}

Test(slt_parse, statements, .init = begin, .fini = end)
{
    cr_assert_eq(parse("# c\n\nstatement ok\nSELECT 1,\n  2\n\nstatement error (?i)a "
                       "b\nX\n\nstatement count 3\nY"),
                 OK);
    cr_assert_eq(records.count, 3u);
    is(records.at[0].sql, "SELECT 1,\n  2");
    cr_assert_eq(records.at[0].line, 3);
    cr_assert_eq(records.at[1].expect, SLT_ERROR);
    is(records.at[1].pattern, "(?i)a b");
    cr_assert_eq(records.at[2].count, 3);
    is(records.at[2].sql, "Y");
}

Test(slt_parse, error_text_below, .init = begin, .fini = end)
{
    cr_assert_eq(parse("statement error\nX\n----\ntext of it\n\nquery error\nY\n"), OK);
    is(records.at[0].pattern, "text of it");
    is(records.at[0].sql, "X");
    cr_assert_eq(records.at[1].expect, SLT_ERROR);
    cr_assert_eq(records.at[1].pattern.length, 0u);
}

Test(slt_parse, queries, .init = begin, .fini = end)
{
    static const char text[] = "query TIR rowsort label1\nSELECT\r\n----\r\na b\r\nc "
                               "d\r\n\r\nquery\nX\n----\n\nquery valuesort\nY\n";
    cr_assert_eq(parse(text), OK);
    cr_assert_eq(records.count, 3u);
    is(records.at[0].types, "TIR");
    cr_assert_eq(records.at[0].sort, SLT_ROWSORT);
    is(records.at[0].label, "label1");
    cr_assert(records.at[0].has_result);
    is((Str){text + records.at[0].result_from, records.at[0].result_to - records.at[0].result_from},
       "a b\r\nc d");
    cr_assert_eq(records.at[1].result_from, records.at[1].result_to, "no rows");
    cr_assert(!records.at[2].has_result && records.at[2].sort == SLT_VALUESORT &&
              records.at[2].sort_given);
}

Test(slt_parse, a_line_of_blanks_may_be_a_value, .init = begin, .fini = end)
{
    static const char text[] = "query T\nX\n----\n \nb\n\nquery T\nY\n";
    cr_assert_eq(parse(text), OK);
    cr_assert_eq(records.count, 2u);
    is((Str){text + records.at[0].result_from, records.at[0].result_to - records.at[0].result_from},
       " \nb");
}

Test(slt_parse, conditions, .init = begin, .fini = end)
{
    cr_assert_eq(parse("onlyif mysql\nstatement ok\nA\n\nskipif mysql\nstatement ok\nB\n\nonlyif "
                       "streamd\nstatement ok\nC\n\nskipif streamd\nstatement ok\nD\n"),
                 OK);
    cr_assert(records.at[0].skipped && !records.at[1].skipped && !records.at[2].skipped &&
              records.at[3].skipped);
}

Test(slt_parse, files_of_others, .init = begin, .fini = end)
{
    cr_assert_eq(parse("subtest a\nonlyif mssql\nwhatever is this\nand that\n\nonlyif "
                       "mysql\nhalt\n\nstatement error\nX\n----\n<REGEX>:.*no "
                       "such.*\n\nhalt\n\nthis is no record\n"),
                 OK, "%s", err.message);
    cr_assert_eq(records.count, 5u);
    cr_assert(records.at[1].skipped && records.at[1].verb == SLT_REFUSED);
    cr_assert(records.at[2].skipped && records.at[2].verb == SLT_HALT);
    is(records.at[3].pattern, ".*no such.*");
    cr_assert(!records.at[4].skipped);
}

Test(slt_parse, refused, .init = begin, .fini = end)
{
    cr_assert_eq(parse("system ok\nrm -rf /\n\nunzip a b\n\nstatement ok\nX\n"), OK);
    cr_assert_eq(records.count, 3u);
    cr_assert_eq(records.at[0].verb, SLT_REFUSED);
    cr_assert_str_eq(records.at[0].why, "a dialog runs no programs");
    cr_assert_eq(records.at[1].verb, SLT_REFUSED);
    is(records.at[2].sql, "X");
}

Test(slt_parse, loops, .init = begin, .fini = end)
{
    cr_assert_eq(parse("loop i 0 3\n\nforeach a,b x,1 y,2\n\nonlyif i=1\nskipif i>=2\nstatement "
                       "ok\nX ${i}\n\nendloop\n\nendloop\n\nrepeat 2\nquery I\nY\n"),
                 OK, "%s", err.message);
    cr_assert_eq(records.count, 7u);
    cr_assert_eq(records.at[0].end, 4u);
    cr_assert_eq(records.at[1].end, 3u);
    is(records.at[1].rest, "a,b x,1 y,2");
    cr_assert_eq(records.at[2].condition_count, 2);
    cr_assert(records.at[2].conditions[0].only && !records.at[2].conditions[1].only);
    is(records.at[2].conditions[1].text, "i>=2");
    cr_assert_eq(records.at[5].count, 2);
}

Test(slt_parse, skipped_text_is_not_read, .init = begin, .fini = end)
{
    cr_assert_eq(parse("mode skip\n\nnonsense\n\nmode skip\n\nmode unskip\n\nmore of it\n\nmode "
                       "unskip\n\nstatement ok\nX\n\nmode output_hash\n"),
                 OK, "%s", err.message);
    cr_assert_eq(records.count, 2u);
    is(records.at[0].sql, "X");
}

Test(slt_parse, errors_by_their_code, .init = begin, .fini = end)
{
    cr_assert_eq(
        parse("statement error (22012)\nA\n\nquery error pgcode 42803 must "
              "appear\nB\n\nstatement error # not so\nC\n\nstatement error\nD\n----\nfirst "
              "line\n\nCaused by:\n  another\n\n\nstatement ok\nE\n"),
        OK, "%s", err.message);
    cr_assert_eq(records.count, 5u);
    is(records.at[0].sqlstate, "22012");
    is(records.at[0].pattern, "");
    is(records.at[1].sqlstate, "42803");
    is(records.at[1].pattern, "must appear");
    is(records.at[2].pattern, "");
    is(records.at[3].pattern, "first line\n\nCaused by:\n  another");
}

Test(slt_parse, options_of_queries, .init = begin, .fini = end)
{
    cr_assert_eq(parse("query TI rowsort,colnames l1\nA\n----\nk v\na 1\n\nquery II "
                       "partialsort(1,2)\nB\n\nquery I nosort retry 3 backoff 2s\nC\n\nquery "
                       "empty\nD\n\nquery ITPF? l2 retry 1 backoff 100ms\nE\n\nstatement maybe\nF\n"
                       "----\nwhy\n\nstatement notice told (so|thus)\nG\n\nstatement OK\nH\n"),
                 OK, "%s", err.message);
    const SltRecord *r = records.at;
    cr_assert(r[0].sort == SLT_ROWSORT && r[0].has_names);
    is(r[0].label, "l1");
    cr_assert_eq(r[1].sort, SLT_PARTIALSORT);
    is(r[1].sort_columns, "1,2");
    cr_assert(r[2].retries == 3 && r[2].backoff_us == 2000000);
    cr_assert(r[3].has_result && r[3].result_from == r[3].result_to);
    is(r[4].types, "ITPF?");
    is(r[4].label, "l2");
    cr_assert_eq(r[4].backoff_us, 100000);
    cr_assert_eq(r[5].expect, SLT_MAYBE);
    is(r[5].pattern, "why");
    cr_assert_eq(r[6].expect, SLT_NOTICE);
    is(r[6].pattern, "told (so|thus)");
    cr_assert_eq(r[7].expect, SLT_OK);
}

Test(slt_parse, connections_of_duckdb, .init = begin, .fini = end)
{
    static const char text[] = "statement ok con1\nA\n\nquery I con2\nB\n\nquery I nosort l\nC\n\n"
                               "statement error con1\nD\n";
    cr_assert_eq(parse_test(text), OK, "%s", err.message);
    is(records.at[0].connection, "con1");
    is(records.at[1].connection, "con2");
    is(records.at[1].label, "");
    is(records.at[2].label, "l");
    is(records.at[3].connection, "con1");
    is(records.at[3].pattern, "");
    cr_assert_eq(parse(text), OK);
    is(records.at[1].label, "con2");
    is(records.at[3].pattern, "con1");
}

Test(slt_parse, let, .init = begin, .fini = end)
{
    cr_assert_eq(parse("let a, b\nSELECT 1,\n 2\n\nlet $c\nSELECT 3\n"), OK);
    is(records.at[0].rest, "a, b");
    is(records.at[0].sql, "SELECT 1,\n 2");
    is(records.at[1].rest, "$c");
}

Test(slt_parse, verbs, .init = begin, .fini = end)
{
    cr_assert_eq(parse("feed t a.csv -n\n1,2\n3,4\n\nfeed t eof\nwrite x\nline\n\nmkdir d\nadvance "
                       "'1 min'\ncrash\nrestart threads=4\n"
                       "rename a b\noutput o rowsort\n----\nr\n\nhalt\n"),
                 OK);
    cr_assert_eq(records.count, 10u);
    cr_assert_eq(records.at[0].verb, SLT_FEED);
    is(records.at[0].sql, "1,2\n3,4");
    is(records.at[0].words[1], "a.csv");
    cr_assert(records.at[0].no_line_end);
    is(records.at[1].words[1], "eof");
    is(records.at[1].sql, "");
    is(records.at[4].rest, "'1 min'");
    is(records.at[6].words[0], "threads=4");
    is(records.at[7].words[1], "b");
    cr_assert_eq(records.at[8].sort, SLT_ROWSORT);
    cr_assert_eq(records.at[9].verb, SLT_HALT);
}

Test(slt_parse, mistakes_name_their_line, .init = begin, .fini = end)
{
    static const char *const bad[] = {"\n\nnonsense x\n",
                                      "\n\nstatement perhaps\nX\n",
                                      "\n\nstatement\nX\n",
                                      "\n\nquery xyz\nX\n",
                                      "\n\nrename a\n",
                                      "\n\ncrash now\n",
                                      "\n\noutput x\nno dashes\n",
                                      "\n\nstatement count x\nX\n",
                                      "\n\nonlyif\nX\n",
                                      "\n\ncontrol sortmode x",
                                      "\n\nfeed\n",
                                      "\n\nloop i 0\n",
                                      "\n\nmode fast\n",
                                      "\n\nquery I rowsort,x\nX\n",
                                      "\n\nquery I retry 3\nX\n",
                                      "\n\nstatement ok retry 0 backoff 1s\nX\n",
                                      "\n\nstatement ok retry 1 backoff soon\nX\n",
                                      "\n\nstatement ok\nX\n----\n1\n",
                                      "\n\nrepeat many\n",
                                      "\n\nlet\nX\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(parse(bad[i]), OK, "%s: %s", bad[i], err.message);
        cr_assert_eq(records.count, 1u, "%s", bad[i]);
        cr_assert_eq(records.at[0].verb, SLT_REFUSED, "%s", bad[i]);
        cr_assert_str_eq(records.at[0].why_code, SQLSTATE_SYNTAX);
        cr_assert_eq(records.at[0].line, 3);
    }
    static const char *const loops[] = {"\n\nloop i 0 3\n", "\n\nendloop\n"};
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        cr_assert_eq(parse(loops[i]), FAIL, "%s", loops[i]);
        cr_assert(strstr(err.message, "line 3: "), "%s", err.message);
    }
}

Test(slt_parse, what_follows_a_mistake_is_read, .init = begin, .fini = end)
{
    cr_assert_eq(parse("nonsense\nand more\n\nstatement ok\nA\n\ncontrol x y\nstatement ok\nB\n\n"
                       "query T multiline\nC\n----\na\n\nb\nEOF\n\nstatement ok\nD\n"),
                 OK);
    cr_assert_eq(records.count, 6u);
    cr_assert_str_eq(records.at[0].why, "unknown record \"nonsense\"");
    is(records.at[1].sql, "A");
    cr_assert_eq(records.at[2].verb, SLT_REFUSED);
    is(records.at[3].sql, "B");
    cr_assert(records.at[4].is_text);
    is(records.at[5].sql, "D");
}
