/* slt_flow.c - which of a dialog's records are run, in which order and how often. */
#include "cli/slt_run.h"

#include <glob.h>
#include <stdlib.h>
#include "base/file.h"
#include "cli/interrupt.h"

enum { INCLUDE_DEPTH_MAX = 8, LOOP_TURNS_MAX = 1000000 };

/* One file's records. */
typedef struct Flow {
    SltRun *run;
    const SltRecords *records;
    Str text;
    const char *folder;
    int depth; /* of include */
    SltUpdates *updates;
    bool halted;
} Flow;

/* ---- what is there ---- */

/* What DuckDB's files ask for and is so here; anything else is not. */
static bool is_present(SltRun *run, const SltRecord *record)
{
    static const char *const present[] = {"notmingw",
                                          "notwindows",
                                          "64bit",
                                          "longdouble",
                                          "strinline",
                                          "noforcestorage",
                                          "nothreadsan",
                                          "no_extension_autoloading",
                                          "skip_reload",
                                          "no_vector_verification",
                                          "noalternativeverify",
                                          "core_functions"};
    const char *feature = slt_expand(run, record->words[0]);
    for (size_t i = 0; i < sizeof present / sizeof *present; i++)
        if (text_equal_nocase(feature, present[i]))
            return true;
    int64_t rows;
    return text_equal_nocase(feature, "vector_size") &&
           text_to_i64(slt_expand(run, record->words[1]), &rows) && rows <= BATCH_ROWS;
}

static bool has_environment(SltRun *run, const SltRecord *record)
{
    const char *name = slt_expand(run, record->words[0]), *value = getenv(name);
    if (!value || (record->words[1].length && !str_equal(record->words[1], str_from(value))))
        return false;
    slt_variable_set(run, record->words[0], value, false);
    return true;
}

static void skip_file(Flow *flow, const SltRecord *record, const char *verb)
{
    ReplayCase *test = flow->run->test;
    test->skipped = arena_printf(&test->arena, "line %d: %s " STR_FORMAT, record->line, verb,
                                 STR_ARG(record->rest));
    flow->halted = true;
}

/* ---- verbs that succeed or fail ---- */

static Status include_files(Flow *flow, const SltRecord *record, Err *err)
{
    SltRun *run = flow->run;
    const char *pattern =
        path_join(&run->test->arena, flow->folder, slt_expand(run, record->words[0]));
    glob_t found;
    if (glob(pattern, 0, NULL, &found) != 0)
        return err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "there is no file %s", pattern);
    Status status = OK;
    for (size_t i = 0; i < found.gl_pathc && status == OK && !run->test->skipped; i++)
        status = slt_flow_file(run, found.gl_pathv[i], flow->depth + 1, err);
    globfree(&found);
    flow->halted |= run->test->skipped != NULL;
    return status;
}

static void take_control(SltRun *run, const SltRecord *record)
{
    Str what = record->words[0], value = record->words[1];
    if (str_equal(what, STR("sortmode")))
        run->sort = str_equal(value, STR("rowsort"))     ? SLT_ROWSORT
                    : str_equal(value, STR("valuesort")) ? SLT_VALUESORT
                                                         : SLT_NOSORT;
    else if (str_equal(what, STR("resultmode")))
        run->layout = str_equal(value, STR("rowwise")) ? SLT_LAYOUT_ROWS : SLT_LAYOUT_VALUES;
    else if (str_equal(what, STR("substitution")))
        run->substitutes = str_equal(value, STR("on"));
    else
        run->result.own_spelling = str_equal(value, STR("own"));
}

static Status run_verb(Flow *flow, const SltRecord *record, Err *err)
{
    SltRun *run = flow->run;
    switch (record->verb) {
    case SLT_ADVANCE:
        return slt_engine_advance(run, record, err);
    case SLT_CRASH:
        slt_engine_close(run, true);
        return OK;
    case SLT_RESTART:
        return slt_engine_restart(run, record, err);
    case SLT_LOAD:
        return slt_engine_load(run, record, err);
    case SLT_RECONNECT:
        slt_engine_reconnect(run);
        return OK;
    case SLT_USER:
        run->session_name = slt_expand(run, record->words[0]);
        return OK;
    case SLT_INCLUDE:
        return include_files(flow, record, err);
    case SLT_CONTROL:
        take_control(run, record);
        return OK;
    case SLT_REQUIRE:
        if (!is_present(run, record))
            skip_file(flow, record, "require");
        return OK;
    case SLT_REQUIRE_ENV:
        if (!has_environment(run, record))
            skip_file(flow, record, "require-env");
        return OK;
    case SLT_HALT:
        flow->halted = true;
        return OK;
    case SLT_REFUSED:
        return err_set(err, record->why_code, -1, "%s", record->why);
    case SLT_FEED:
    case SLT_WRITE:
    case SLT_APPEND:
    case SLT_MKDIR:
    case SLT_REMOVE:
    case SLT_RENAME:
    case SLT_AGE:
        return slt_files_run(run, record, err);
    case SLT_STATEMENT: /* seen to by run_once … */
    case SLT_QUERY:
    case SLT_LET:
    case SLT_OUTPUT:
    case SLT_LOOP: /* … and by run_range */
    case SLT_FOREACH:
    case SLT_ENDLOOP:
    case SLT_REPEAT:
    case SLT_CONNECTION:
    case SLT_PASSED:
        break;
    }
    return OK;
}

/* ---- one record ---- */

static void run_once(Flow *flow, const SltRecord *record)
{
    SltRun *run = flow->run;
    if (record->verb == SLT_STATEMENT) {
        slt_expect_statement(run, record);
    } else if (record->verb == SLT_QUERY) {
        slt_expect_query(run, record, flow->text, flow->updates);
    } else if (record->verb == SLT_LET) {
        slt_expect_let(run, record);
    } else if (record->verb == SLT_OUTPUT) {
        slt_expect_output(run, record, flow->text, flow->updates);
    } else {
        Err problem = ERR_NONE;
        if (run_verb(flow, record, &problem) != OK)
            slt_fail(run, record, &problem);
    }
}

/* With its retries: what failed is forgotten, time goes by, and it is run again. */
static Status run_record(Flow *flow, const SltRecord *record, Err *err)
{
    ReplayCase *test = flow->run->test;
    size_t length = test->report.length;
    int failures = test->failures;
    test->records += record->verb != SLT_PASSED;
    run_once(flow, record);
    for (int i = 0; i < record->retries && test->failures > failures && !interrupt_asked; i++) {
        test->report.length = length;
        test->failures = failures;
        TRY(slt_engine_move_clock(flow->run, record->backoff_us, err));
        run_once(flow, record);
    }
    if (flow->run->failures_max && test->failures >= flow->run->failures_max) {
        (void)err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "too many failures, the rest is left out");
        return err_hint(err, "--max-failures 0 shows them all.");
    }
    return OK;
}

/* ---- conditions ---- */

/* `i=1`, `i<>1`, `i!=1`, `i<1`, `i<=1`, `i>1`, `i>=1`: as numbers where both are. */
static bool holds(SltRun *run, Str text)
{
    size_t at = 0, after;
    while (at < text.length && !memchr("=<>!", text.data[at], 4))
        at++;
    for (after = at; after < text.length && memchr("=<>!", text.data[after], 4);)
        after++;
    Str name = {text.data, at}, sign = {text.data + at, after - at};
    const char *left = slt_variable(run, name);
    const char *right = slt_expand(run, (Str){text.data + after, text.length - after});
    if (!left)
        return false;
    int64_t a, b;
    int order =
        text_to_i64(left, &a) && text_to_i64(right, &b) ? (a > b) - (a < b) : strcmp(left, right);
    bool less = memchr(sign.data, '<', sign.length), more = memchr(sign.data, '>', sign.length);
    bool equal = memchr(sign.data, '=', sign.length) && !memchr(sign.data, '!', sign.length);
    if (memchr(sign.data, '!', sign.length))
        less = more = true;
    return order < 0 ? less : order > 0 ? more : equal;
}

static bool is_skipped(SltRun *run, const SltRecord *record)
{
    if (record->skipped)
        return true;
    for (int i = 0; i < record->condition_count; i++)
        if (holds(run, record->conditions[i].text) != record->conditions[i].only)
            return true;
    return false;
}

/* ---- loops ---- */

static Status run_range(Flow *flow, size_t from, size_t to, Err *err);

typedef LIST(const char *) Texts;

/* A word of foreach; DuckDB's families of types stand for all that are in them, and a word after
 * `!` is left out again. */
static void add_values(SltRun *run, Str word, Texts *out)
{
    static const struct {
        const char *name, *types;
    } families[] = {
        {"<signed>", "tinyint smallint integer bigint hugeint"},
        {"<unsigned>", "utinyint usmallint uinteger ubigint uhugeint"},
        {"<integral>", "<signed> <unsigned>"},
        {"<numeric>", "<integral> float double"},
        {"<alltypes>", "<numeric> bool interval varchar"},
        {"<compression>", "none uncompressed rle bitpacking dictionary fsst alp alprd"},
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (str_equal_nocase(word, str_from(families[i].name))) {
            Str rest = str_from(families[i].types), type;
            while (slt_next_word(&rest, &type))
                add_values(run, type, out);
            return;
        }
    }
    const char *value = slt_expand(run, word);
    if (*value != '!') {
        list_push(out, value);
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->at[i], value + 1) != 0)
            out->at[kept++] = out->at[i];
    out->count = kept;
}

/* `foreach a,b x,y`: each name its part. */
static Status bind(SltRun *run, Str names, const char *value, Err *err)
{
    Str rest = str_from(value);
    for (;;) {
        const char *comma = memchr(names.data, ',', names.length);
        Str name = {names.data, comma ? (size_t)(comma - names.data) : names.length};
        const char *stop = comma && rest.length ? memchr(rest.data, ',', rest.length) : NULL;
        if (comma && !stop)
            return err_set(err, SQLSTATE_SYNTAX, -1,
                           "the loop has more names than \"%s\" has parts", value);
        size_t length = stop ? (size_t)(stop - rest.data) : rest.length;
        slt_variable_set(run, name, arena_strndup(&run->test->arena, rest.data, length), true);
        if (!comma)
            return OK;
        names = (Str){comma + 1, names.length - name.length - 1};
        rest = (Str){stop + 1, rest.length - length - 1};
    }
}

static Status loop_values(SltRun *run, const SltRecord *record, Texts *values, Err *err)
{
    if (record->verb == SLT_FOREACH) {
        Str rest = record->rest, word;
        (void)slt_next_word(&rest, &word);
        while (slt_next_word(&rest, &word))
            add_values(run, word, values);
        return OK;
    }
    int64_t from, to;
    if (!text_to_i64(slt_expand(run, record->words[1]), &from) ||
        !text_to_i64(slt_expand(run, record->words[2]), &to) || to - LOOP_TURNS_MAX > from)
        return err_set(err, SQLSTATE_SYNTAX, -1, "a loop goes from a number to one at most %d more",
                       LOOP_TURNS_MAX);
    for (; from < to; from++)
        list_push(values, arena_printf(&run->test->arena, "%lld", (long long)from));
    return OK;
}

static Status run_loop(Flow *flow, size_t index, Err *err)
{
    SltRun *run = flow->run;
    const SltRecord *record = &flow->records->at[index];
    size_t outside = run->variables.count;
    Texts values = {0};
    Err problem = ERR_NONE;
    Status status = OK;
    if (loop_values(run, record, &values, &problem) != OK)
        slt_fail(run, record, &problem);
    for (size_t i = 0; i < values.count && status == OK && !flow->halted && !interrupt_asked; i++) {
        run->variables.count = outside;
        if (bind(run, record->words[0], values.at[i], &problem) == OK) {
            status = run_range(flow, index + 1, record->end, err);
        } else {
            slt_fail(run, record, &problem);
            break;
        }
    }
    run->variables.count = outside;
    list_free(&values);
    return status;
}

static Status run_range(Flow *flow, size_t from, size_t to, Err *err)
{
    int64_t times = 1;
    Str connection = STR("");
    for (size_t i = from; i < to && !flow->halted && !interrupt_asked; i++) {
        SltRecord record = flow->records->at[i];
        bool is_loop = record.verb == SLT_LOOP || record.verb == SLT_FOREACH;
        bool skipped = is_skipped(flow->run, &record);
        if (record.verb == SLT_REPEAT && !skipped) {
            times = record.count;
            continue;
        }
        if (record.verb == SLT_CONNECTION && !skipped) {
            connection = record.words[0];
            continue;
        }
        if (connection.length && !record.connection.length)
            record.connection = connection;
        for (; times > 0 && !skipped && !interrupt_asked; times--)
            TRY(is_loop ? run_loop(flow, i, err) : run_record(flow, &record, err));
        if (is_loop)
            i = record.end;
        times = 1;
        connection = STR("");
    }
    return OK;
}

/* ---- a file ---- */

static Status rewrite(SltRun *run, const char *path, Str text, const SltUpdates *updates, Err *err)
{
    Buf out;
    buf_init(&out);
    size_t at = 0;
    for (size_t i = 0; i < updates->count; i++) {
        const SltUpdate *update = &updates->at[i];
        /* A loop's results are those of its first turn that differs. */
        if (update->from < at)
            continue;
        buf_add(&out, text.data + at, update->from - at);
        size_t length = strlen(update->text);
        /* The block's last line end stands after it, unless there was no block. */
        if (update->to > update->from && length && update->text[length - 1] == '\n')
            length--;
        buf_add(&out, update->text, length);
        at = update->to;
    }
    buf_add(&out, text.data + at, text.length - at);
    int fd;
    Status status = file_open(&fd, path, FILE_WRITE_EMPTY, err);
    if (status == OK) {
        status = file_write(fd, out.data, out.length, path, err);
        file_close(fd);
    }
    buf_deinit(&out);
    run->test->recorded = true;
    return status;
}

Status slt_flow_file(SltRun *run, const char *path, int depth, Err *err)
{
    if (depth > INCLUDE_DEPTH_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "include is nested too deep");
    Str text;
    char *data;
    TRY(file_read_all(path, &run->test->arena, &data, &text.length, err));
    text.data = data;
    SltRecords records = {0};
    SltUpdates updates = {0};
    Flow flow = {.run = run,
                 .records = &records,
                 .text = text,
                 .folder = path_directory(path, &run->test->arena),
                 .depth = depth,
                 .updates = &updates};
    Status status = slt_parse(text, run->names_connections, &run->test->arena, &records, err);
    if (status == OK)
        status = run_range(&flow, 0, records.count, err);
    if (status == OK && updates.count)
        status = rewrite(run, path, text, &updates, err);
    list_free(&records);
    list_free(&updates);
    return status;
}
