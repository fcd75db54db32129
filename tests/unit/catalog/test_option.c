#include <criterion/criterion.h>
#include "catalog/option.h"

static const OptionSpec connector_options[] = {
    {.name = "path", .kind = OPTION_TEXT},
    {.name = "scan.mode", .kind = OPTION_CHOICE, .choices = "bounded watch tail"},
    {.name = "scan.monitor-interval",
     .aliases = "monitor-interval",
     .kind = OPTION_DURATION,
     .default_value = "1 s"},
    {.name = "file-size", .kind = OPTION_BYTES, .default_value = "128 MiB"},
    {.name = "sink.parallelism", .kind = OPTION_IGNORED},
    {.name = NULL}};
static const OptionSpec format_options[] = {{.name = "csv.header",
                                             .aliases = "header csv.has-header",
                                             .kind = OPTION_BOOL,
                                             .default_value = "false"},
                                            {.name = "csv.delimiter",
                                             .aliases = "sep csv.field-delimiter",
                                             .kind = OPTION_CHAR,
                                             .default_value = ","},
                                            {.name = "csv.skip", .kind = OPTION_INT},
                                            {.name = "fields.*.kind",
                                             .kind = OPTION_CHOICE,
                                             .choices = "random sequence",
                                             .default_value = "random"},
                                            {.name = NULL}};
static const OptionSpec *const tables[] = {connector_options, format_options};

static Arena arena;
static Buf notice;
static Err err;

static Status check(Option *given, int count, OptionList *out)
{
    arena_init(&arena);
    buf_init(&notice);
    err = ERR_NONE;
    OptionList list = {given, count};
    return options_check(&list, tables, 2, "table \"t\"", &arena, out, &notice, &err);
}

static void done(void)
{
    arena_deinit(&arena);
    buf_deinit(&notice);
}

Test(option, takes_names_and_aliases_and_defaults)
{
    Option given[] = {
        {"PATH", "/tmp/x", 1, 2},     {"Header", "yes", 3, 4}, {"monitor-interval", "50 ms", 5, 6},
        {"scan.mode", "WATCH", 7, 8}, {"sep", "\\t", 9, 10},   {"sink.parallelism", "4", 11, 12}};
    OptionList list;
    cr_assert_eq(check(given, 6, &list), OK, "%s", err.message);
    cr_assert_eq(list.count, 5);
    cr_assert_str_eq(option_get(&list, connector_options, "path"), "/tmp/x");
    cr_assert(option_get_bool(&list, format_options, "csv.header"));
    cr_assert_eq(option_get_duration_us(&list, connector_options, "scan.monitor-interval"), 50000);
    cr_assert_str_eq(option_get(&list, connector_options, "scan.mode"), "watch");
    cr_assert_eq(option_get_char(&list, format_options, "csv.delimiter"), '\t');
    cr_assert_eq(option_get_bytes(&list, connector_options, "file-size"), 128 << 20);
    cr_assert_eq(option_get_int(&list, format_options, "csv.skip"), 0);
    cr_assert(option_is_set(&list, "csv.header"));
    cr_assert_not(option_is_set(&list, "header"));
    cr_assert_null(option_get(&list, format_options, "nothing"));
    cr_assert_str_eq(buf_text(&notice),
                     "option \"sink.parallelism\" has no meaning here and is ignored");
    done();
}

Test(option, refuses_what_it_does_not_know)
{
    OptionList list = {0};
    Option unknown[] = {{"csv.heder", "true", 21, 33}};
    cr_assert_eq(check(unknown, 1, &list), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_UNDEFINED_OBJECT);
    cr_assert_eq(err.position, 21);
    cr_assert_str_eq(err.message, "unknown option \"csv.heder\" of table \"t\"");
    cr_assert_not_null(strstr(err.hint, "csv.header"));
    done();

    struct {
        const char *key, *value;
    } bad[] = {{"csv.header", "maybe"},      {"csv.skip", "two"},
               {"scan.mode", "watches"},     {"file-size", "big"},
               {"monitor-interval", "soon"}, {"sep", "ab"},
               {"sep", "\xc3\xa9"},          {"sep", "\\q"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Option given[] = {{bad[i].key, bad[i].value, 5, 9}};
        cr_assert_eq(check(given, 1, &list), FAIL, "%s", bad[i].value);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_INVALID_PARAMETER);
        cr_assert_eq(err.position, 9);
        done();
    }
}

Test(option, refuses_two_answers_but_not_the_same_one_twice)
{
    OptionList list = {0};
    Option two[] = {{"sep", ";", 1, 2}, {"csv.delimiter", ",", 3, 4}};
    cr_assert_eq(check(two, 2, &list), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_SYNTAX);
    done();
    two[1].value = ";";
    cr_assert_eq(check(two, 2, &list), OK);
    cr_assert_eq(list.count, 1);
    done();
}

Test(option, reads_characters)
{
    struct {
        const char *text;
        bool good;
        int value;
    } cases[] = {{",", true, ','},     {"", true, -1},        {"\\t", true, '\t'},
                 {"\\", true, '\\'},   {"\\\\", true, '\\'},  {"\\0", true, 0},
                 {"\\u0001", true, 1}, {"\\x1f", true, 0x1f}, {"\\u00e9", false, 0},
                 {"\\x1", false, 0},   {"ab", false, 0},      {"\\q", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int value = 99;
        cr_assert_eq(option_text_to_char(cases[i].text, &value), cases[i].good, "%s",
                     cases[i].text);
        if (cases[i].good)
            cr_assert_eq(value, cases[i].value, "%s", cases[i].text);
    }
}

Test(option, a_star_is_the_users_own_name)
{
    OptionList list = {0};
    Option given[] = {{"fields.a.kind", "Sequence", 1, 2}, {"FIELDS.b.kind", "random", 3, 4}};
    cr_assert_eq(check(given, 2, &list), OK);
    cr_assert_str_eq(option_get(&list, format_options, "fields.a.kind"), "sequence");
    cr_assert_str_eq(option_get(&list, format_options, "fields.b.kind"), "random");
    cr_assert_str_eq(option_get(&list, format_options, "fields.c.kind"), "random");
    done();
    Option bad[] = {{"fields..kind", "random", 1, 2}};
    cr_assert_eq(check(bad, 1, &list), FAIL);
    done();
}
