#include "types_help.h"

static Str any_text(uint64_t *state, char *to)
{
    size_t length = help_random(state) % 20;
    for (size_t i = 0; i < length; i++)
        to[i] = (char)(help_random(state) % 3 ? 'a' + help_random(state) % 3
                                              : help_random(state) % 256);
    return (Str){to, length};
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

Test(text, views_behave_as_their_bytes)
{
    uint64_t state = 8;
    Type type = type_of(TYPE_VARCHAR);
    const TypeClass *class = type_class(type);
    for (int i = 0; i < 300000; i++) {
        char x[32], y[32];
        Str a = any_text(&state, x), b = any_text(&state, y);
        if (i % 3 == 0) { /* equal but elsewhere */
            memcpy(y, x, a.length);
            b.length = a.length;
        }
        Text s = text_make(a.data, (uint32_t)a.length), t = text_make(b.data, (uint32_t)b.length);
        cr_assert(str_equal(text_str(&s), a));
        size_t least = a.length < b.length ? a.length : b.length;
        int expected = memcmp(a.data, b.data, least);
        if (expected == 0)
            expected = (a.length > b.length) - (a.length < b.length);
        cr_assert_eq(sign(text_compare(&s, &t)), sign(expected));
        cr_assert_eq(text_equal(&s, &t), expected == 0);
        if (expected == 0)
            cr_assert_eq(class->hash(type, &s), class->hash(type, &t));
    }
}

/* Short and long keys as they occur: no two of these may share all 64 bits. */
Test(text, hashes_differ)
{
    enum { KEYS = 20000 };
    uint64_t *hashes = malloc(2 * KEYS * sizeof *hashes);
    Type type = type_of(TYPE_VARCHAR);
    uint64_t low = 0;
    for (int i = 0; i < 2 * KEYS; i++) {
        char key[40];
        int length =
            snprintf(key, sizeof key, i % 2 ? "sensor-%d" : "a rather long sensor name %d", i / 2);
        Text text = text_make(key, (uint32_t)length);
        hashes[i] = type_class(type)->hash(type, &text);
        low |= 1ull << (hashes[i] & 63);
    }
    cr_assert_eq(low, UINT64_MAX);
    for (int i = 0; i < 2000; i++)
        for (int j = i + 1; j < 2 * KEYS; j++)
            cr_assert_neq(hashes[i], hashes[j]);
    free(hashes);
}

static void check(Arena *arena, const char *type, const char *text, const char *expected)
{
    Buf out;
    buf_init(&out);
    Value value = help_value(arena, type, text);
    value_format(&value, NULL, &out);
    cr_assert_str_eq(buf_text(&out), expected);
    buf_deinit(&out);
}

static void check_error(Arena *arena, const char *type_text, const char *text, const char *sqlstate)
{
    Err err = ERR_NONE;
    Value value = value_bigint(99);
    Type type;
    cr_assert_eq((int)type_from_text(str_from(type_text), arena, &type, &err), OK);
    cr_assert_eq((int)value_parse(type, str_from(text), NULL, arena, &value, &err), FAIL, "%s",
                 text);
    cr_assert_str_eq(err.sqlstate, sqlstate);
    cr_assert_eq(value.as.integer, 99);
}

Test(text, lengths_are_characters)
{
    Arena arena;
    arena_init(&arena);
    check(&arena, "VARCHAR", "  any text at all ", "  any text at all ");
    check(&arena, "VARCHAR(3)", "äöü", "äöü");
    check(&arena, "VARCHAR(3)", "abc   ", "abc");
    check(&arena, "VARCHAR(5)", "abc   ", "abc  ");
    check(&arena, "CHAR(5)", "abc   ", "abc");
    check(&arena, "CHAR(5)", "abc", "abc");
    check_error(&arena, "VARCHAR(3)", "äöüß", SQLSTATE_TRUNCATION);
    check_error(&arena, "CHAR", "ab", SQLSTATE_TRUNCATION);
    arena_deinit(&arena);
}

Test(text, bytes)
{
    Arena arena;
    arena_init(&arena);
    check(&arena, "BYTES", "\\x00ffAB", "\\x00ffab");
    check(&arena, "BYTES", "\\x", "\\x");
    check(&arena, "BYTES", "\\xab cd", "\\xabcd");
    check(&arena, "BYTES", "abc", "\\x616263");
    check(&arena, "BYTES", "a\\\\b\\001", "\\x615c6201");
    check(&arena, "BYTEA", "\\x000102030405060708090a0b0c0d0e0f",
          "\\x000102030405060708090a0b0c0d0e0f");
    check_error(&arena, "BYTES", "\\xabc", SQLSTATE_INVALID_TEXT);
    check_error(&arena, "BYTES", "\\xzz", SQLSTATE_INVALID_TEXT);
    check_error(&arena, "BYTES", "a\\b", SQLSTATE_INVALID_TEXT);
    check_error(&arena, "BYTES", "\\400", SQLSTATE_INVALID_TEXT);
    check_error(&arena, "BYTES", "\\", SQLSTATE_INVALID_TEXT);
    arena_deinit(&arena);
}

Test(text, json)
{
    static const char *const good[] = {
        "1",
        " -0.5e+10 ",
        "\"a\\u00e4\\n\"",
        "true",
        "null",
        "[]",
        "{}",
        "[1, [2, {\"a\": [] }], null]",
        "{\"a\":1,\"b\":{\"c\":[true,false]}}",
        "[[[[]]]]",
        "[{}]",
        "{\"a\":{}}",
        "0",
    };
    static const char *const bad[] = {
        "",     " ",     "01",        "1.",       ".5",    "+1",         "nul",         "tru",
        "[1,]", "[1 2]", "{\"a\"}",   "{\"a\":}", "{a:1}", "{\"a\":1,}", "[",           "]",
        "{",    "}",     "[}",        "{]",       "\"",    "\"\\x\"",    "\"\\u12g4\"", "\"\n\"",
        "1 2",  "[] []", "{\"a\":1]", "NaN",      "\"\\",  "\"\\u12",    "-",           "1e",
    };
    Arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        check(&arena, "JSON", good[i], good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_error(&arena, "JSON", bad[i], SQLSTATE_INVALID_TEXT);
    char deep[1200];
    memset(deep, '[', 600);
    memset(deep + 600, ']', 599);
    deep[1199] = '\0';
    check_error(&arena, "JSON", deep, SQLSTATE_LIMIT_EXCEEDED);
    arena_deinit(&arena);
}
