/*
 * test_every.c - every function with awkward arguments: nothing may crash, and constants, batches
 * and selections must agree.
 */
#include <criterion/criterion.h>
#include "eval_case.h"

static const char *const pools[] = {
    ['b'] = "BOOLEAN:true#BOOLEAN:false#BOOLEAN",
    ['1'] = "TINYINT:-128#TINYINT:127#TINYINT:0#TINYINT",
    ['2'] = "SMALLINT:-32768#SMALLINT:32767#SMALLINT:-1",
    ['4'] = "INT:0#INT:1#INT:-1#INT:2#INT:-2147483648#INT:2147483647#INT:33#INT",
    ['8'] = "BIGINT:0#BIGINT:1#BIGINT:-1#BIGINT:-9223372036854775808#BIGINT:9223372036854775807#"
            "BIGINT:1700000000000#BIGINT",
    ['f'] = "FLOAT:0#FLOAT:-1.5#FLOAT:3.4e38#FLOAT:NaN#FLOAT:Infinity#FLOAT:1e-45",
    ['d'] = "DOUBLE:0#DOUBLE:-1.5#DOUBLE:1.7e308#DOUBLE:NaN#DOUBLE:-Infinity#DOUBLE:5e-324#"
            "DOUBLE:0.3#DOUBLE:-2.5#DOUBLE",
    ['n'] = "DECIMAL(38,0):99999999999999999999999999999999999999#DECIMAL(38,38):-0.5#DECIMAL(5,2):"
            "1.25#"
            "DECIMAL(38,10):-12345678901234567890.5#DECIMAL(3,0):0",
    ['s'] = "VARCHAR:#VARCHAR:a#VARCHAR:hello, world of words#VARCHAR:한국 😀 é#VARCHAR:%_\\#"
            "VARCHAR:(a+)+$#VARCHAR:year#VARCHAR:yyyy-MM-dd HH:mm#VARCHAR:2024-02-29 10:00:00#"
            "VARCHAR:Europe/Berlin#VARCHAR:[#VARCHAR:hex#VARCHAR:%1$s %I#VARCHAR",
    ['x'] = "BYTES:#BYTES:\\x00ff#BYTES:\\x41424344454647484950515253",
    ['D'] = "DATE:1970-01-01#DATE:0001-01-01#DATE:2024-02-29#DATE:9999-12-31#DATE",
    ['T'] = "TIME:00:00:00#TIME:23:59:59.999999",
    ['t'] =
        "TIMESTAMP:1969-12-31 23:59:59.999999#TIMESTAMP:2024-02-29 12:00:00#TIMESTAMP:0001-01-01 "
        "00:00:00#TIMESTAMP:9999-12-31 23:59:59#TIMESTAMP",
    ['z'] = "TIMESTAMPTZ:2024-03-31 01:30:00+00#TIMESTAMPTZ:1900-01-01 00:00:00+00",
    ['i'] = "INTERVAL:1 month 1 day 01:00:00#INTERVAL:-178000000 years#INTERVAL:0 days#INTERVAL",
    ['j'] = "JSON:{\"a\":1}",
    ['S'] = "ARRAY<VARCHAR>:#ARRAY<VARCHAR>:a;NULL;a longer text than inline",
    ['A'] = "ARRAY<INT>:1;NULL;3#ARRAY<VARCHAR>:b;a#ARRAY<INT>:#ARRAY<DOUBLE>:NaN;1",
    ['*'] = "INT:5#VARCHAR:text#DATE:2024-01-01#DOUBLE:NaN#ARRAY<INT>:1;2#?:x#?#DECIMAL(5,2):1.25",
    ['a'] = "INT:5#INT:-7#VARCHAR:text#VARCHAR:a longer text than inline#DOUBLE:NaN#?:1#?#BIGINT:9",
};

static uint64_t seed = 0x9E3779B97F4A7C15ull;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

/* One of the pool's values for a letter. */
static Str pick(char letter)
{
    const char *pool = pools[(unsigned char)letter];
    size_t count = 1;
    for (const char *p = pool; *p; p++)
        count += *p == '#';
    for (size_t n = next() % count; n > 0; n--)
        pool = strchr(pool, '#') + 1;
    const char *end = strchr(pool, '#');
    return (Str){pool, end ? (size_t)(end - pool) : strlen(pool)};
}

/* Arguments for a signature, optional and repeated ones by chance. */
static void make_args(const char *signature, bool constant, Buf *out)
{
    bool optional = false, first = true;
    char last = 0;
    buf_clear(out);
    for (const char *p = signature + 2; *p != ')'; p++) {
        if (*p == '?') {
            optional = true;
            continue;
        }
        if (optional && next() % 3 == 0)
            break;
        last = *p == '.' ? last : *p;
        for (uint64_t times = *p == '.' ? next() % 3 : 1; times > 0; times--) {
            Str value = pick(last);
            if (!first)
                buf_add_text(out, " | ");
            if (value.data[0] != '?' && (constant || next() % 2))
                buf_add_text(out, "=");
            buf_add(out, value.data, value.length);
            first = false;
        }
    }
}

static int failures;

static void try_one(void *context, const char *name, const char *signature, const char *kind)
{
    Arena *arena = context;
    Buf args;
    /* Some look at whether an argument is constant: for the result's scale, or for a regular
     * expression. */
    static const char *const constant_names[] = {
        "round", "trunc",     "truncate", "bround",       "ceil",         "ceiling",
        "floor", "to_number", "split",    "string_split", "timestampadd", "dateadd"};
    bool constant = false;
    if (strcmp(kind, "scalar") != 0 || strcmp(name, "random") == 0 || strcmp(name, "rand") == 0 ||
        strcmp(name, "uuid") == 0 || strcmp(name, "gen_random_uuid") == 0)
        return;
    for (size_t i = 0; i < sizeof constant_names / sizeof *constant_names; i++)
        constant |= strcmp(name, constant_names[i]) == 0;
    buf_init(&args);
    for (int i = 0; i < 25; i++) {
        make_args(signature, constant, &args);
        const char *expected = eval_text(name, buf_text(&args), arena);
        /* Messages may name the batch's types; the state is what counts. */
        char state[7] = {0};
        if (expected[0] == '!') {
            memcpy(state, expected, 6);
            expected = state;
        }
        EvalCase test = {name, buf_text(&args), expected};
        failures += eval_cases(&test, 1);
        arena_reset(arena);
    }
    buf_deinit(&args);
}

Test(every, function_with_awkward_arguments, .timeout = 100)
{
    Arena arena;
    arena_init(&arena);
    function_each(try_one, &arena);
    arena_deinit(&arena);
    cr_assert_eq(failures, 0);
}

Test(every, cast_with_awkward_arguments)
{
    static const char letters[] = "b1248fdnsxDTtzijSA";
    static const char *const types[] = {
        "BOOLEAN",    "TINYINT",       "SMALLINT",       "INT",         "BIGINT",     "FLOAT",
        "DOUBLE",     "DECIMAL(10,2)", "DECIMAL(38,38)", "VARCHAR",     "VARCHAR(3)", "BYTES",
        "DATE",       "TIME(0)",       "TIMESTAMP(3)",   "TIMESTAMPTZ", "INTERVAL",   "JSON",
        "ARRAY<INT>", "ARRAY<VARCHAR>"};
    Arena arena;
    arena_init(&arena);
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (const char *letter = letters; *letter; letter++) {
            for (int i = 0; i < 12; i++) {
                bool is_try = next() % 2;
                Str value = pick(*letter);
                const char *args = arena_strndup(&arena, value.data, value.length);
                const char *name =
                    arena_printf(&arena, "%scast %s", is_try ? "try_" : "", types[t]);
                const char *expected = eval_text(name, args, &arena);
                char state[7] = {0};
                if (expected[0] == '!') {
                    memcpy(state, expected, 6);
                    expected = state;
                }
                EvalCase test = {name, args, expected};
                failures += eval_cases(&test, 1);
                arena_reset(&arena);
            }
        }
    }
    arena_deinit(&arena);
    cr_assert_eq(failures, 0);
}
