/*
 * fn_regexp.c - regular expressions and SIMILAR TO.
 *
 * regexp_replace, _like, _count, _substr, _match, _split_to_array and the operators are
 * PostgreSQL's; regexp_extract, _extract_all and rlike are Flink's and Spark's. A constant
 * pattern is compiled when the statement is bound.
 */
#include "functions/array.h"
#include "functions/regex.h"
#include "functions/text_math.h"

#define TEXT_ARG(i) ARG(call, i, Text)
#define TEXT_OUT    OUT(call, Text)

typedef struct RegexState {
    const Regex *constant;
    uint32_t flags; /* of the function and its constant flags */
    int flags_arg;  /* argument with PostgreSQL's letters; 0: none */
    bool negated;   /* !~ */
    bool similar;   /* SIMILAR TO; flags_arg is its escape */
} RegexState;

/* What one kernel call works with. */
typedef struct Matcher {
    RegexRun run;
    const Regex *regex;
    uint32_t flags;
    const Text *pattern, *letters; /* that `regex` was made from */
} Matcher;

static Status compile(const RegexState *state, Str pattern, const Str *letters, uint32_t *flags,
                      const Regex **out, Arena *arena, int32_t position, Err *err)
{
    *flags = state->flags;
    if (state->similar)
        TRY(regex_from_similar(pattern, letters ? *letters : STR("\\"), &pattern, arena, position,
                               err));
    else if (letters)
        TRY(regex_read_flags(*letters, flags, position, err));
    return regex_compile(pattern, *flags, out, arena, position, err);
}

static void matcher_init(Matcher *matcher, const EvalCall *call)
{
    const RegexState *state = call->state;
    *matcher = (Matcher){.regex = state->constant, .flags = state->flags};
    regex_run_init(&matcher->run, call->scratch);
}

/* Makes the matcher's regex that of the row. */
static Status matcher_take(Matcher *matcher, EvalCall *call, uint32_t row, Err *err)
{
    const RegexState *state = call->state;
    if (state->constant)
        return OK;
    bool has_letters = state->flags_arg && state->flags_arg < call->arg_count;
    const Text *pattern = &TEXT_ARG(1)[row];
    const Text *letters = has_letters ? &TEXT_ARG(state->flags_arg)[row] : NULL;
    if (matcher->pattern && text_equal(matcher->pattern, pattern) &&
        (!letters || text_equal(matcher->letters, letters)))
        return OK;
    Str letters_str = letters ? text_str(letters) : (Str){"", 0};
    TRY(compile(state, text_str(pattern), letters ? &letters_str : NULL, &matcher->flags,
                &matcher->regex, call->scratch, -1, err));
    matcher->pattern = pattern;
    matcher->letters = letters;
    return OK;
}

/* A kernel from `one`, which gets the matcher. */
#define REGEX_KERNEL(name, one)                                                                    \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        Matcher matcher;                                                                           \
        matcher_init(&matcher, call);                                                              \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            Status status_ = matcher_take(&matcher, call, row, err);                               \
            if (status_ == OK)                                                                     \
                status_ = one(&matcher, call, row, err);                                           \
            if (status_ != OK) {                                                                   \
                call->failed_row = row;                                                            \
                return status_;                                                                    \
            }                                                                                      \
        }                                                                                          \
        return OK;                                                                                 \
    }

/* ---- tests and counts ---- */

static Status like_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    bool found;
    TRY(regex_search(m->regex, &m->run, text_str(&TEXT_ARG(0)[row]), 0, &found, err));
    OUT(call, bool)[row] = found != ((const RegexState *)call->state)->negated;
    return OK;
}
REGEX_KERNEL(regexp_like, like_one)

/* Byte offset of the 1-based character position in argument `arg`, if it is there. */
static Status start_of(EvalCall *call, uint32_t row, int arg, Str text, size_t *start, Err *err)
{
    *start = 0;
    if (call->arg_count <= arg)
        return OK;
    int32_t position = ARG(call, arg, int32_t)[row];
    if (position < 1)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "invalid value for parameter \"start\": %d", position);
    *start = text_offset(text.data, text.length, (size_t)(position - 1));
    if (*start == text.length && (size_t)(position - 1) > text_count(text.data, text.length))
        (*start)++;
    return OK;
}

static Status count_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    Str text = text_str(&TEXT_ARG(0)[row]);
    size_t at;
    int32_t count = 0;
    bool found;
    TRY(start_of(call, row, 2, text, &at, err));
    for (;; count++) {
        TRY(regex_search(m->regex, &m->run, text, at, &found, err));
        if (!found)
            break;
        at = regex_next(&m->run, text);
    }
    OUT(call, int32_t)[row] = count;
    return OK;
}
REGEX_KERNEL(regexp_count, count_one)

/* The n-th match from `start` on. */
static Status find_nth(Matcher *m, EvalCall *call, uint32_t row, Str text, bool *found, Err *err)
{
    size_t at;
    int32_t n = call->arg_count > 3 ? ARG(call, 3, int32_t)[row] : 1;
    TRY(start_of(call, row, 2, text, &at, err));
    if (n < 1)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "invalid value for parameter \"n\": %d",
                       n);
    for (;;) {
        TRY(regex_search(m->regex, &m->run, text, at, found, err));
        if (!*found || --n == 0)
            return OK;
        at = regex_next(&m->run, text);
    }
}

static Status substr_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    const Text *in = &TEXT_ARG(0)[row];
    bool found;
    TRY(find_nth(m, call, row, text_str(in), &found, err));
    int32_t group = call->arg_count > 5 ? ARG(call, 5, int32_t)[row] : 0;
    if (group < 0)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "invalid value for parameter \"subexpr\": %d", group);
    if (!found || (uint32_t)group > regex_groups(m->regex) || m->run.at[2 * group] == REGEX_UNSET)
        out_null(call, row);
    else
        TEXT_OUT[row] =
            text_slice(in, m->run.at[2 * group], m->run.at[2 * group + 1] - m->run.at[2 * group]);
    return OK;
}
REGEX_KERNEL(regexp_substr, substr_one)

/* substring(text FROM pattern): the first group if there is one. */
static Status substring_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    const Text *in = &TEXT_ARG(0)[row];
    uint32_t group = regex_groups(m->regex) > 0;
    bool found;
    TRY(regex_search(m->regex, &m->run, text_str(in), 0, &found, err));
    if (!found || m->run.at[2 * group] == REGEX_UNSET)
        out_null(call, row);
    else
        TEXT_OUT[row] =
            text_slice(in, m->run.at[2 * group], m->run.at[2 * group + 1] - m->run.at[2 * group]);
    return OK;
}
REGEX_KERNEL(regexp_substring, substring_one)

static Status instr_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    Str text = text_str(&TEXT_ARG(0)[row]);
    bool found;
    int32_t behind = call->arg_count > 4 ? ARG(call, 4, int32_t)[row] : 0;
    int32_t group = call->arg_count > 6 ? ARG(call, 6, int32_t)[row] : 0;
    if (behind < 0 || behind > 1)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "invalid value for parameter \"endoption\": %d", behind);
    if (group < 0)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "invalid value for parameter \"subexpr\": %d", group);
    TRY(find_nth(m, call, row, text, &found, err));
    found &= (uint32_t)group <= regex_groups(m->regex) && m->run.at[2 * group] != REGEX_UNSET;
    OUT(call, int32_t)
    [row] = found ? (int32_t)text_count(text.data, m->run.at[2 * group + behind]) + 1 : 0;
    return OK;
}
REGEX_KERNEL(regexp_instr, instr_one)

/* ---- parts ---- */

static Status group_of(const Matcher *m, EvalCall *call, uint32_t row, int arg, uint32_t *group,
                       Err *err)
{
    int32_t wanted = call->arg_count > arg ? ARG(call, arg, int32_t)[row] : 0;
    if (wanted < 0 || (uint32_t)wanted > regex_groups(m->regex))
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "the regular expression has %u groups, not %d", regex_groups(m->regex),
                       wanted);
    *group = (uint32_t)wanted;
    return OK;
}

static Status extract_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    const Text *in = &TEXT_ARG(0)[row];
    uint32_t group;
    bool found;
    TRY(group_of(m, call, row, 2, &group, err));
    TRY(regex_search(m->regex, &m->run, text_str(in), 0, &found, err));
    if (!found || m->run.at[2 * group] == REGEX_UNSET)
        out_null(call, row);
    else
        TEXT_OUT[row] =
            text_slice(in, m->run.at[2 * group], m->run.at[2 * group + 1] - m->run.at[2 * group]);
    return OK;
}
REGEX_KERNEL(regexp_extract, extract_one)

static Status extract_all(EvalCall *call, Err *err)
{
    Matcher m;
    ArrayBuilder array;
    matcher_init(&m, call);
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        const Text *in = &TEXT_ARG(0)[row];
        Str text = text_str(in);
        uint32_t group;
        bool found;
        call->failed_row = row;
        array_builder_open(&array, row);
        TRY(matcher_take(&m, call, row, err));
        TRY(group_of(&m, call, row, 2, &group, err));
        for (size_t at = 0;; at = regex_next(&m.run, text)) {
            TRY(regex_search(m.regex, &m.run, text, at, &found, err));
            if (!found)
                break;
            size_t from = m.run.at[2 * group], to = m.run.at[2 * group + 1];
            Text part = from == REGEX_UNSET ? text_make("", 0) : text_slice(in, from, to - from);
            array_builder_add(&array, &part);
        }
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* The groups of the first match, or the whole match when there are none. */
static Status match_groups(EvalCall *call, Err *err)
{
    Matcher m;
    ArrayBuilder array;
    matcher_init(&m, call);
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        const Text *in = &TEXT_ARG(0)[row];
        bool found;
        call->failed_row = row;
        TRY(matcher_take(&m, call, row, err));
        if (m.flags & REGEX_GLOBAL) {
            err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                    "all matches of a regular expression (flag g), as rows, are not supported yet");
            return err_hint(err, "regexp_extract_all gives them as an ARRAY.");
        }
        TRY(regex_search(m.regex, &m.run, text_str(in), 0, &found, err));
        array_builder_open(&array, row);
        uint32_t groups = regex_groups(m.regex);
        for (uint32_t g = groups ? 1 : 0; found && g <= groups; g++) {
            size_t from = m.run.at[2 * g], to = m.run.at[2 * g + 1];
            if (from == REGEX_UNSET) {
                array_builder_add_null(&array);
                continue;
            }
            Text part = text_slice(in, from, to - from);
            array_builder_add(&array, &part);
        }
        array_builder_close(&array);
        if (!found)
            out_null(call, row);
    }
    array_builder_finish(&array);
    return OK;
}

static Status split(EvalCall *call, Err *err)
{
    Matcher m;
    ArrayBuilder array;
    matcher_init(&m, call);
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        const Text *in = &TEXT_ARG(0)[row];
        Str text = text_str(in);
        size_t last = 0, at = 0;
        bool found;
        call->failed_row = row;
        TRY(matcher_take(&m, call, row, err));
        array_builder_open(&array, row);
        for (;; at = regex_next(&m.run, text)) {
            TRY(regex_search(m.regex, &m.run, text, at, &found, err));
            if (!found)
                break;
            /* Empty matches at either end or right after a match split nothing. */
            if (m.run.at[1] == m.run.at[0] && (m.run.at[0] == last || m.run.at[0] == text.length))
                continue;
            Text part = text_slice(in, last, m.run.at[0] - last);
            array_builder_add(&array, &part);
            last = m.run.at[1];
        }
        Text rest = text_slice(in, last, text.length - last);
        array_builder_add(&array, &rest);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* ---- replacing ---- */

/* \1…\9 are groups, \& the whole match, \\ a backslash. */
static void add_replacement(Buf *out, Str by, const RegexRun *run, uint32_t groups, Str text)
{
    for (size_t i = 0; i < by.length; i++) {
        char c = by.data[i], next = i + 1 < by.length ? by.data[i + 1] : 0;
        if (c != '\\' || !((next >= '1' && next <= '9') || next == '&' || next == '\\')) {
            buf_add_char(out, c);
            continue;
        }
        i++;
        if (next == '\\') {
            buf_add_char(out, '\\');
            continue;
        }
        uint32_t group = next == '&' ? 0 : (uint32_t)(next - '0');
        if (group <= groups && run->at[2 * group] != REGEX_UNSET)
            buf_add(out, text.data + run->at[2 * group],
                    run->at[2 * group + 1] - run->at[2 * group]);
    }
}

/* Replaces the `only`-th match, or all (0), from byte `at` on. */
static Status replace(Matcher *m, EvalCall *call, uint32_t row, size_t at, int32_t only, Err *err)
{
    const Text *in = &TEXT_ARG(0)[row];
    Str text = text_str(in), by = text_str(&TEXT_ARG(2)[row]);
    Buf out;
    size_t copied = 0;
    bool found = true, changed = false;
    buf_init(&out);
    for (int32_t n = 1; only == 0 || n <= only; n++) {
        Status status = regex_search(m->regex, &m->run, text, at, &found, err);
        if (status != OK) {
            buf_deinit(&out);
            return status;
        }
        if (!found)
            break;
        if (only == 0 || n == only) {
            buf_add(&out, text.data + copied, m->run.at[0] - copied);
            add_replacement(&out, by, &m->run, regex_groups(m->regex), text);
            copied = m->run.at[1];
            changed = true;
        }
        at = regex_next(&m->run, text);
    }
    if (!changed) {
        TEXT_OUT[row] = *in;
        buf_deinit(&out);
        return OK;
    }
    buf_add(&out, text.data + copied, text.length - copied);
    char *to = text_room(call, row, out.length, err);
    if (to && out.length)
        memcpy(to, out.data, out.length);
    if (to)
        TEXT_OUT[row] = text_from(to, out.length);
    buf_deinit(&out);
    return to ? OK : FAIL;
}

static Status replace_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    return replace(m, call, row, 0, m->flags & REGEX_GLOBAL ? 0 : 1, err);
}
/* regexp_replace(text, pattern, by, start [, n [, flags]]) */
static Status replace_from_one(Matcher *m, EvalCall *call, uint32_t row, Err *err)
{
    size_t start;
    int32_t n = call->arg_count > 4 ? ARG(call, 4, int32_t)[row] : m->flags & REGEX_GLOBAL ? 0 : 1;
    if (n < 0)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "invalid value for parameter \"n\": %d",
                       n);
    TRY(start_of(call, row, 3, text_str(&TEXT_ARG(0)[row]), &start, err));
    return replace(m, call, row, start, n, err);
}
REGEX_KERNEL(regexp_replace, replace_one)
REGEX_KERNEL(regexp_replace_from, replace_from_one)

/* ---- binding ---- */

static Status bind(const BindCall *call, FnBinding *binding, RegexState init, Err *err)
{
    RegexState *state = ARENA_NEW(call->arena, RegexState);
    const Str *pattern, *letters = NULL;
    bool has_letters = init.flags_arg && init.flags_arg < call->arg_count;
    *state = init;
    binding->state = state;
    TRY(bind_constant_text(call, binding, 1, &pattern, err));
    if (has_letters)
        TRY(bind_constant_text(call, binding, init.flags_arg, &letters, err));
    if (!pattern || (has_letters && !letters))
        return OK;
    return compile(&init, *pattern, letters, &state->flags, &state->constant, call->arena,
                   call->position, err);
}
#define BIND(name, ...)                                                                            \
    static Status name(const BindCall *call, FnBinding *binding, Err *err)                         \
    {                                                                                              \
        return bind(call, binding, (RegexState){__VA_ARGS__}, err);                                \
    }
BIND(bind_match, .flags = REGEX_POSTGRES)
BIND(bind_no_match, .flags = REGEX_POSTGRES, .negated = true)
BIND(bind_match_nocase, .flags = REGEX_POSTGRES | REGEX_NOCASE)
BIND(bind_no_match_nocase, .flags = REGEX_POSTGRES | REGEX_NOCASE, .negated = true)
BIND(bind_java, .flags = 0)
BIND(bind_flags2, .flags = REGEX_POSTGRES, .flags_arg = 2)
BIND(bind_flags3, .flags = REGEX_POSTGRES, .flags_arg = 3)
BIND(bind_flags4, .flags = REGEX_POSTGRES, .flags_arg = 4)
BIND(bind_flags5, .flags = REGEX_POSTGRES, .flags_arg = 5)
BIND(bind_similar, .flags = REGEX_POSTGRES, .flags_arg = 2, .similar = true)
BIND(bind_not_similar, .flags = REGEX_POSTGRES, .flags_arg = 2, .similar = true, .negated = true)

#define FAILS (FN_STRICT | FN_CAN_FAIL)
#define FINDS (FN_STRICT | FN_CAN_FAIL | FN_MAKES_NULL)

extern const ScalarFn fn_regexp[];
const ScalarFn fn_regexp[] = {
    {"similar_to", "b(ss?s)", FAILS, regexp_like, bind_similar},
    {"not_similar_to", "b(ss?s)", FAILS, regexp_like, bind_not_similar},
    {"~", "b(ss)", FAILS, regexp_like, bind_match},
    {"!~", "b(ss)", FAILS, regexp_like, bind_no_match},
    {"~*", "b(ss)", FAILS, regexp_like, bind_match_nocase},
    {"!~*", "b(ss)", FAILS, regexp_like, bind_no_match_nocase},
    {"regexp_like", "b(ss?s)", FAILS, regexp_like, bind_flags2},
    {"rlike", "b(ss)", FAILS, regexp_like, bind_java},
    {"regexp", "b(ss)", FAILS, regexp_like, bind_java},
    {"regexp_count", "4(ss?4s)", FAILS, regexp_count, bind_flags3},
    {"regexp_substr", "s(ss?44s4)", FINDS, regexp_substr, bind_flags4},
    {"substring", "s(ss)", FINDS, regexp_substring, bind_flags2},
    {"regexp_instr", "4(ss?444s4)", FAILS, regexp_instr, bind_flags5},
    {"regexp_extract", "s(ss?4)", FINDS, regexp_extract, bind_java},
    {"regexp_extract_all", "S(ss?4)", FAILS, extract_all, bind_java},
    {"regexp_match", "S(ss?s)", FINDS, match_groups, bind_flags2},
    {"regexp_matches", "S(ss?s)", FINDS, match_groups, bind_flags2},
    {"regexp_split_to_array", "S(ss?s)", FAILS, split, bind_flags2},
    {"regexp_replace", "s(sss?s)", FAILS, regexp_replace, bind_flags3},
    {"regexp_replace", "s(sss4?4s)", FAILS, regexp_replace_from, bind_flags5},
    {NULL, NULL, 0, NULL, NULL},
};
