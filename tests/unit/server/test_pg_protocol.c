#include <criterion/criterion.h>
#include <stdlib.h>
#include "server/pg_protocol.h"

static Err err;

static Str bytes_of(const Buf *buf)
{
    return (Str){buf->data, buf->length};
}

static void check_bytes(const Buf *out, const char *expected, size_t length)
{
    cr_assert_eq(out->length, length, "%zu bytes instead of %zu", out->length, length);
    cr_assert_arr_eq(out->data, expected, length);
}
#define CHECK(out, literal) check_bytes(&(out), "" literal, sizeof(literal) - 1)

Test(pg_protocol, messages)
{
    Buf out;
    buf_init(&out);
    pg_authentication_ok(&out);
    CHECK(out, "R\0\0\0\10\0\0\0\0");
    buf_clear(&out);
    pg_parameter_status(&out, "a", "bc");
    CHECK(out, "S\0\0\0\11a\0bc\0");
    buf_clear(&out);
    pg_backend_key(&out, 1, 0xFFFFFFFE);
    CHECK(out, "K\0\0\0\14\0\0\0\1\xff\xff\xff\xfe");
    buf_clear(&out);
    pg_ready_for_query(&out, 'I');
    pg_empty_query(&out);
    pg_command_complete(&out, "SELECT 1");
    CHECK(out, "Z\0\0\0\5II\0\0\0\4C\0\0\0\15SELECT 1\0");
    buf_clear(&out);
    pg_copy_out(&out, 2);
    pg_copy_lines(&out, "a,b\n\ncd", 7);
    pg_copy_lines(&out, "", 0);
    pg_copy_done(&out);
    CHECK(out, "H\0\0\0\13\0\0\2\0\0\0\0d\0\0\0\10a,b\nd\0\0\0\5\nd\0\0\0\6cdc\0\0\0\4");
    buf_deinit(&out);
}

Test(pg_protocol, errors)
{
    Buf out;
    buf_init(&out);
    err_set(&err, SQLSTATE_SYNTAX, 3, "syntax error");
    pg_error(&out, "ERROR", &err, 12);
    CHECK(out, "E\0\0\0\54SERROR\0VERROR\0C42601\0Msyntax error\0P12\0\0");
    buf_clear(&out);
    err_hint(&err, "Look.");
    pg_error(&out, "FATAL", &err, 0);
    CHECK(out, "E\0\0\0\57SFATAL\0VFATAL\0C42601\0Msyntax error\0HLook.\0\0");
    buf_clear(&out);
    pg_notice(&out, "NOTICE", NULL, "m", "");
    CHECK(out, "N\0\0\0\37SNOTICE\0VNOTICE\0C00000\0Mm\0\0");
    buf_deinit(&out);
}

Test(pg_protocol, frames)
{
    PgFrame frame;
    char message[] = "Q\0\0\0\15SELECT 1\0Z";
    for (size_t n = 0; n < 14; n++) {
        cr_assert_eq(pg_frame_next((Str){message, n}, &frame, &err), PG_FRAME_PARTIAL);
        cr_assert_eq(frame.bytes, n < 5 ? 0u : 14u);
    }
    cr_assert_eq(pg_frame_next((Str){message, sizeof message - 1}, &frame, &err), PG_FRAME_WHOLE);
    cr_assert_eq(frame.type, 'Q');
    cr_assert_eq(frame.bytes, 14);
    Str text;
    cr_assert(pg_read_cstring(&frame.payload, &text));
    cr_assert(str_equal(text, STR("SELECT 1")));
    cr_assert_eq(frame.payload.length, 0);
    cr_assert(!pg_read_cstring(&frame.payload, &text));
    cr_assert_eq(pg_frame_next((Str){"X\0\0\0\4", 5}, &frame, &err), PG_FRAME_WHOLE);
    cr_assert_eq(frame.payload.length, 0);
    cr_assert_eq(pg_frame_next((Str){"X\0\0\0\3", 5}, &frame, &err), PG_FRAME_BAD);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_PROTOCOL);
    cr_assert_eq(pg_frame_next((Str){"Q\xff\xff\xff\xff", 5}, &frame, &err), PG_FRAME_BAD);
    cr_assert_eq(pg_frame_next((Str){"Q\4\0\0\1", 5}, &frame, &err), PG_FRAME_BAD);
    cr_assert_eq(pg_frame_next((Str){"Q\4\0\0\0", 5}, &frame, &err), PG_FRAME_PARTIAL);
}

/* A start-up packet of a code and a payload. */
static void packet(Buf *out, int32_t code, const char *payload, size_t length)
{
    buf_clear(out);
    pg_add_i32(out, (int32_t)length + 8);
    pg_add_i32(out, code);
    buf_add(out, payload, length);
}

Test(pg_protocol, startup)
{
    Buf out;
    PgStartup startup;
    buf_init(&out);
    static const char pairs[] = "user\0me\0database\0db\0application_name\0\0";
    packet(&out, 3 << 16, pairs, sizeof pairs);
    for (size_t n = 0; n < out.length; n++)
        cr_assert_eq(pg_startup_next((Str){out.data, n}, &startup, &err), PG_FRAME_PARTIAL);
    buf_add_text(&out, "more");
    cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_WHOLE);
    cr_assert_eq(startup.kind, PG_STARTUP_SESSION);
    cr_assert_eq(startup.bytes, out.length - 4);
    cr_assert_eq(startup.parameter_count, 3);
    cr_assert_str_eq(pg_startup_get(&startup, "user"), "me");
    cr_assert_str_eq(pg_startup_get(&startup, "database"), "db");
    cr_assert_str_eq(pg_startup_get(&startup, "application_name"), "");
    cr_assert_null(pg_startup_get(&startup, "options"));

    packet(&out, 80877103, "", 0);
    cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_WHOLE);
    cr_assert_eq(startup.kind, PG_STARTUP_SSL);
    packet(&out, 80877104, "", 0);
    cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_WHOLE);
    cr_assert_eq(startup.kind, PG_STARTUP_GSSENC);
    packet(&out, 80877102, "\0\0\0\7\x80\0\0\1", 8);
    cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_WHOLE);
    cr_assert_eq(startup.kind, PG_STARTUP_CANCEL);
    cr_assert_eq(startup.cancel_pid, 7);
    cr_assert_eq(startup.cancel_key, 0x80000001);

    static const char future[] = "user\0me\0_pq_.thing\0on\0";
    packet(&out, 3 << 16 | 2, future, sizeof future);
    cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_WHOLE);
    Buf answer;
    buf_init(&answer);
    pg_negotiate_version(&answer, &startup);
    CHECK(answer, "v\0\0\0\27\0\0\0\0\0\0\0\1_pq_.thing\0");
    buf_deinit(&answer);
    buf_deinit(&out);
}

Test(pg_protocol, bad_startup)
{
    static const struct {
        int32_t code;
        Str payload;
        const char *sqlstate;
    } cases[] = {
        {3 << 16, {"", 0}, SQLSTATE_PROTOCOL},               /* no end */
        {3 << 16, {"user", 4}, SQLSTATE_PROTOCOL},           /* a name without end */
        {3 << 16, {"user\0me", 7}, SQLSTATE_PROTOCOL},       /* a value without end */
        {3 << 16, {"user\0me\0", 8}, SQLSTATE_PROTOCOL},     /* no last NUL */
        {3 << 16, {"user\0me\0\0x", 10}, SQLSTATE_PROTOCOL}, /* something behind it */
        {3 << 16, {"user\0", 5}, SQLSTATE_PROTOCOL},         /* a name without a value */
        {2 << 16, {"", 0}, SQLSTATE_NOT_SUPPORTED},
        {80877102, {"\0\0\0\1", 4}, SQLSTATE_PROTOCOL},
        {80877103, {"x", 1}, SQLSTATE_PROTOCOL},
        {0, {"", 0}, SQLSTATE_NOT_SUPPORTED},
    };
    Buf out;
    PgStartup startup;
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        packet(&out, cases[i].code, cases[i].payload.data, cases[i].payload.length);
        cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_BAD, "case %zu", i);
        cr_assert_str_eq(err.sqlstate, cases[i].sqlstate);
    }
    Buf many;
    buf_init(&many);
    for (int i = 0; i <= PG_PARAMETERS_MAX; i++)
        buf_add(&many, "a\0b", 4);
    buf_add_char(&many, '\0');
    packet(&out, 3 << 16, many.data, many.length);
    cr_assert_eq(pg_startup_next(bytes_of(&out), &startup, &err), PG_FRAME_BAD);
    buf_deinit(&many);
    static const char *const lengths[] = {"\0\0\0\0", "\0\0\0\7", "\0\0\x27\x11",
                                          "\xff\xff\xff\xff"};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        cr_assert_eq(pg_startup_next((Str){lengths[i], 4}, &startup, &err), PG_FRAME_BAD);
    buf_deinit(&out);
}

/* Any bytes: nothing is read outside them (each is a block of its own for the sanitizer), and what
 * is called whole lies inside. */
Test(pg_protocol, any_bytes)
{
    srand(7);
    static const int32_t codes[] = {3 << 16, 80877102, 80877103, 80877104, 2 << 16};
    for (int round = 0; round < 200000; round++) {
        size_t size = (size_t)(rand() % 40);
        char *bytes = malloc(size + 1);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)(rand() % 4 ? rand() % 3 : rand());
        if (size >= 8 && round % 2) { /* more often a plausible one */
            Buf head;
            buf_init(&head);
            pg_add_i32(&head, (int32_t)(size - (size_t)(rand() % 2)));
            pg_add_i32(&head, codes[rand() % 5]);
            memcpy(bytes, head.data, 8);
            buf_deinit(&head);
        }
        char *exact = malloc(size ? size : 1);
        memcpy(exact, bytes, size);
        PgFrame frame;
        PgStartup startup;
        if (pg_frame_next((Str){exact, size}, &frame, &err) == PG_FRAME_WHOLE) {
            cr_assert_leq(frame.bytes, size);
            cr_assert_eq(frame.payload.data + frame.payload.length, exact + frame.bytes);
            Str text;
            while (pg_read_cstring(&frame.payload, &text))
                cr_assert_eq(strlen(text.data), text.length);
        }
        if (pg_startup_next((Str){exact, size}, &startup, &err) == PG_FRAME_WHOLE) {
            cr_assert_leq(startup.bytes, size);
            for (int i = 0; i < startup.parameter_count; i++)
                cr_assert(startup.parameters[i].value + strlen(startup.parameters[i].value) <
                          exact + startup.bytes);
        }
        free(exact);
        free(bytes);
    }
}
