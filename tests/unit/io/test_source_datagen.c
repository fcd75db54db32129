#include "connector_support.h"

static SourceRun run;

static void fresh(void)
{
    set_up();
    run = (SourceRun){.decoded = true};
}

static const char *rows(const char *columns, const char *const *options)
{
    if (!source_start(&run, "datagen", relation(columns, options)))
        return run.failure;
    const char *text = source_read(&run);
    source_stop(&run);
    return text;
}

FolderTest(source_datagen, sequences)
{
    const char *const options[] = {"rows-per-second",
                                   "0",
                                   "fields.a.kind",
                                   "sequence",
                                   "fields.a.start",
                                   "5",
                                   "fields.a.end",
                                   "8",
                                   "fields.t.kind",
                                   "sequence",
                                   "fields.t.start",
                                   "2024-01-01 00:00:00",
                                   "fields.t.step",
                                   "500 ms",
                                   "fields.s.kind",
                                   "sequence",
                                   "fields.d.kind",
                                   "sequence",
                                   "fields.d.start",
                                   "1.00",
                                   "fields.d.step",
                                   "-0.25",
                                   NULL};
    cr_assert_str_eq(rows("a INT, t TIMESTAMP, s VARCHAR, d DECIMAL(10, 2)", options),
                     "5|2024-01-01 00:00:00|0|1.00\n"
                     "6|2024-01-01 00:00:00.5|1|0.75\n"
                     "7|2024-01-01 00:00:01|2|0.50\n"
                     "8|2024-01-01 00:00:01.5|3|0.25\n");
    cr_assert_eq(run.state, SOURCE_END);
}

FolderTest(source_datagen, random_rows_are_a_function_of_the_seed)
{
    const char *columns = "a INT, b DOUBLE, c VARCHAR, d BOOLEAN, e TINYINT, f DATE, g BIGINT";
    const char *options[] = {"rows-per-second",
                             "0",
                             "number-of-rows",
                             "5000",
                             "fields.a.min",
                             "3",
                             "fields.a.max",
                             "5",
                             "fields.c.length",
                             "20",
                             "fields.c.var-len",
                             "true",
                             "fields.b.null-rate",
                             "0.5",
                             "seed",
                             "1",
                             NULL};
    const char *one = rows(columns, options);
    cr_assert_str_eq(one, rows(columns, options));
    cr_assert_eq(strlen(one) > 5000 * 20, true);
    options[15] = "2";
    cr_assert_str_neq(one, rows(columns, options));
    size_t nulls = 0, counts[10] = {0};
    for (const char *at = one; *at; at = strchr(at, '\n') + 1) {
        counts[at[0] - '0']++;
        nulls += at[2] == '~';
    }
    cr_assert_eq(counts[3] + counts[4] + counts[5], 5000);
    cr_assert(counts[3] > 1500 && counts[4] > 1500 && counts[5] > 1500);
    cr_assert(nulls > 2300 && nulls < 2700, "%zu", nulls);
}

FolderTest(source_datagen, offsets_resume)
{
    const char *const options[] = {"rows-per-second", "200", "fields.a.kind", "sequence", NULL};
    cr_assert(source_start(&run, "datagen", relation("a INT", options)));
    cr_assert_str_eq(source_read(&run), "0\n");
    cr_assert_eq(run.state, SOURCE_WAIT);
    cr_assert_gt(run.wait_until_us, clock_now_us(NULL));
    source_commit(&run);
    cr_assert(strncmp(source_read_soon(&run, 1000), "1\n", 2) == 0);
    source_restart(&run, "datagen");
    cr_assert(strncmp(source_read_soon(&run, 1000), "1\n", 2) == 0);
    source_stop(&run);
}

FolderTest(source_datagen, options_are_checked)
{
    const char *const bad_min[] = {"fields.a.min", "x", NULL};
    const char *const order[] = {"fields.a.min", "5", "fields.a.max", "4", NULL};
    const char *const rate[] = {"rows-per-second", "-1", NULL};
    cr_assert(strncmp(rows("a INT", bad_min), "22023 option 'fields.a.min'", 27) == 0);
    cr_assert_str_eq(rows("a INT", order), "22023 option 'fields.a.max' lies below 'min'");
    cr_assert(strncmp(rows("a INT", rate), "22023", 5) == 0);
    const OptionSpec *const *tables;
    OptionList out;
    Err err = ERR_NONE;
    Option given[] = {{"FIELDS.a.Min", "1", 0, 0}, {"fields.a.nonsense", "1", 7, 0}};
    OptionList list = {given, 2};
    int count = option_tables("datagen", NULL, &tables);
    cr_assert_eq(options_check(&list, tables, count, "t", &arena, &out, NULL, &err), FAIL);
    cr_assert_eq(err.position, 7);
    list.count = 1;
    cr_assert_eq(options_check(&list, tables, count, "t", &arena, &out, NULL, &err), OK);
    cr_assert_str_eq(option_get(&out, tables[0], "fields.a.min"), "1");
}
