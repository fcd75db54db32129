#include <criterion/criterion.h>
#include "cli/slt_parse.h"

static SltRecords records;
static Err err;

static Status parse(const char *text)
{
    records.count = 0;
    err = ERR_NONE;
    return slt_parse(str_from(text), &records, &err);
}

static void is(Str text, const char *wanted)
{
    cr_assert(str_equal(text, str_from(wanted)), "\"" STR_FORMAT "\", not \"%s\"", STR_ARG(text),
              wanted);
}

static void end(void)
{
    list_free(&records);
}

Test(slt_parse, statements, .fini = end)
{
    cr_assert_eq(parse("# c\n\nstatement ok\nSELECT 1,\n  2\n\nstatement error (?i)a "
                       "b\nX\n\nstatement count 3\nY"),
                 OK);
    cr_assert_eq(records.count, 3u);
    is(records.at[0].sql, "SELECT 1,\n  2");
    cr_assert_eq(records.at[0].line, 3);
    cr_assert(records.at[1].fails);
    is(records.at[1].pattern, "(?i)a b");
    cr_assert_eq(records.at[2].count, 3);
    is(records.at[2].sql, "Y");
}

Test(slt_parse, error_text_below, .fini = end)
{
    cr_assert_eq(parse("statement error\nX\n----\ntext of it\n\nquery error\nY\n"), OK);
    is(records.at[0].pattern, "text of it");
    is(records.at[0].sql, "X");
    cr_assert(records.at[1].fails);
    cr_assert_eq(records.at[1].pattern.length, 0u);
}

Test(slt_parse, queries, .fini = end)
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

Test(slt_parse, conditions, .fini = end)
{
    cr_assert_eq(parse("onlyif mysql\nstatement ok\nA\n\nskipif mysql\nstatement ok\nB\n\nonlyif "
                       "streamd\nstatement ok\nC\n\nskipif streamd\nstatement ok\nD\n"),
                 OK);
    cr_assert(records.at[0].skipped && !records.at[1].skipped && !records.at[2].skipped &&
              records.at[3].skipped);
}

Test(slt_parse, files_of_others, .fini = end)
{
    cr_assert_eq(parse("subtest a\nonlyif mssql\nloop i 0 3\nwhatever\n\nonlyif "
                       "mysql\nhalt\n\nstatement error\nX\n----\n<REGEX>:.*no "
                       "such.*\n\nhalt\n\nthis is no record\n"),
                 OK, "%s", err.message);
    cr_assert_eq(records.count, 3u);
    cr_assert(records.at[0].skipped && records.at[0].verb == SLT_HALT);
    is(records.at[1].pattern, ".*no such.*");
    cr_assert(!records.at[2].skipped);
    cr_assert_eq(parse("\nloop i 0 3\n"), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_NOT_SUPPORTED);
}

Test(slt_parse, verbs, .fini = end)
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
    is(records.at[4].words[0], "'1 min'");
    is(records.at[6].words[0], "threads=4");
    is(records.at[7].words[1], "b");
    cr_assert_eq(records.at[8].sort, SLT_ROWSORT);
    cr_assert_eq(records.at[9].verb, SLT_HALT);
}

Test(slt_parse, mistakes_name_their_line, .fini = end)
{
    static const char *const bad[] = {"\n\nsleep 1\n",
                                      "\n\nnonsense x\n",
                                      "\n\nstatement maybe\nX\n",
                                      "\n\nquery XYZ\nX\n",
                                      "\n\nrename a\n",
                                      "\n\ncrash now\n",
                                      "\n\noutput x\nno dashes\n",
                                      "\n\nstatement count x\nX\n",
                                      "\n\nonlyif\nX\n",
                                      "\n\ncontrol sortmode x",
                                      "\n\nfeed\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(parse(bad[i]), FAIL, "%s", bad[i]);
        cr_assert(strstr(err.message, "line 3: "), "%s", err.message);
    }
}
