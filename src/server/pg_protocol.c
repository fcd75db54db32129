/* pg_protocol.c - see pg_protocol.h. */
#include "server/pg_protocol.h"

#include <string.h>

enum {
    CODE_CANCEL = 80877102,
    CODE_SSL = 80877103,
    CODE_GSSENC = 80877104,
    VERSION_MAJOR = 3,
    HEADER_BYTES = 5,
    STARTUP_HEADER_BYTES = 8,
};

static uint32_t get_u32(const char *from)
{
    const unsigned char *b = (const unsigned char *)from;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static PgFrameState bad(Err *err, const char *sqlstate, const char *message)
{
    err_set(err, sqlstate, -1, "%s", message);
    return PG_FRAME_BAD;
}

PgFrameState pg_frame_next(Str bytes, PgFrame *frame, Err *err)
{
    *frame = (PgFrame){0};
    if (bytes.length < HEADER_BYTES)
        return PG_FRAME_PARTIAL;
    uint32_t length = get_u32(bytes.data + 1);
    if (length < 4)
        return bad(err, SQLSTATE_PROTOCOL, "invalid message length");
    if (length > PG_MESSAGE_BYTES_MAX) {
        err_set(err, SQLSTATE_PROTOCOL, -1, "a message of %u bytes is too long", length);
        err_hint(err, "A message has at most %d bytes.", PG_MESSAGE_BYTES_MAX);
        return PG_FRAME_BAD;
    }
    frame->type = bytes.data[0];
    frame->bytes = (size_t)length + 1;
    if (bytes.length < frame->bytes)
        return PG_FRAME_PARTIAL;
    frame->payload = (Str){bytes.data + HEADER_BYTES, length - 4};
    return PG_FRAME_WHOLE;
}

bool pg_read_cstring(Str *payload, Str *out)
{
    const char *end = payload->length ? memchr(payload->data, 0, payload->length) : NULL;
    if (!end)
        return false;
    *out = (Str){payload->data, (size_t)(end - payload->data)};
    payload->data = end + 1;
    payload->length -= out->length + 1;
    return true;
}

/* Pairs of strings, ended by an empty name, and nothing behind it. */
static PgFrameState read_parameters(Str payload, PgStartup *startup, Err *err)
{
    Str name, value;
    while (pg_read_cstring(&payload, &name)) {
        if (name.length == 0)
            return payload.length == 0 ? PG_FRAME_WHOLE
                                       : bad(err, SQLSTATE_PROTOCOL,
                                             "invalid start-up packet: bytes after its end");
        if (!pg_read_cstring(&payload, &value))
            break;
        if (startup->parameter_count == PG_PARAMETERS_MAX)
            return bad(err, SQLSTATE_PROTOCOL, "too many parameters in the start-up packet");
        startup->protocol_option_count += str_has_prefix(name, STR("_pq_."));
        startup->parameters[startup->parameter_count++] = (PgParameter){name.data, value.data};
    }
    return bad(err, SQLSTATE_PROTOCOL, "invalid start-up packet: a string does not end");
}

PgFrameState pg_startup_next(Str bytes, PgStartup *startup, Err *err)
{
    *startup = (PgStartup){0};
    if (bytes.length < 4)
        return PG_FRAME_PARTIAL;
    uint32_t length = get_u32(bytes.data);
    if (length < STARTUP_HEADER_BYTES || length > PG_STARTUP_BYTES_MAX)
        return bad(err, SQLSTATE_PROTOCOL, "invalid length of the start-up packet");
    if (bytes.length < length)
        return PG_FRAME_PARTIAL;
    startup->bytes = length;
    uint32_t code = get_u32(bytes.data + 4);
    Str payload = {bytes.data + STARTUP_HEADER_BYTES, length - STARTUP_HEADER_BYTES};
    if (code == CODE_SSL || code == CODE_GSSENC) {
        startup->kind = code == CODE_SSL ? PG_STARTUP_SSL : PG_STARTUP_GSSENC;
        return payload.length == 0 ? PG_FRAME_WHOLE
                                   : bad(err, SQLSTATE_PROTOCOL, "invalid encryption request");
    }
    if (code == CODE_CANCEL) {
        startup->kind = PG_STARTUP_CANCEL;
        if (payload.length != 8)
            return bad(err, SQLSTATE_PROTOCOL, "invalid cancel request");
        startup->cancel_pid = get_u32(payload.data);
        startup->cancel_key = get_u32(payload.data + 4);
        return PG_FRAME_WHOLE;
    }
    if (code >> 16 != VERSION_MAJOR) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                "unsupported frontend protocol %u.%u: server supports 3.0", code >> 16,
                code & 0xFFFF);
        return PG_FRAME_BAD;
    }
    startup->kind = PG_STARTUP_SESSION;
    startup->minor = code & 0xFFFF;
    return read_parameters(payload, startup, err);
}

const char *pg_startup_get(const PgStartup *startup, const char *name)
{
    for (int i = 0; i < startup->parameter_count; i++)
        if (strcmp(startup->parameters[i].name, name) == 0)
            return startup->parameters[i].value;
    return NULL;
}

static void put_u32(char *to, uint32_t value)
{
    to[0] = (char)(value >> 24);
    to[1] = (char)(value >> 16);
    to[2] = (char)(value >> 8);
    to[3] = (char)value;
}

size_t pg_begin(Buf *out, char type)
{
    size_t at = out->length;
    char *to = buf_reserve(out, HEADER_BYTES);
    to[0] = type;
    out->length += HEADER_BYTES;
    return at;
}

void pg_end(Buf *out, size_t at)
{
    put_u32(out->data + at + 1, (uint32_t)(out->length - at - 1));
}

void pg_add_i16(Buf *out, int value)
{
    char *to = buf_reserve(out, 2);
    to[0] = (char)(value >> 8);
    to[1] = (char)value;
    out->length += 2;
}

void pg_add_i32(Buf *out, int32_t value)
{
    put_u32(buf_reserve(out, 4), (uint32_t)value);
    out->length += 4;
}

void pg_add_cstring(Buf *out, const char *text)
{
    buf_add(out, text, strlen(text) + 1);
}

void pg_authentication_ok(Buf *out)
{
    size_t at = pg_begin(out, 'R');
    pg_add_i32(out, 0);
    pg_end(out, at);
}

void pg_parameter_status(Buf *out, const char *name, const char *value)
{
    size_t at = pg_begin(out, 'S');
    pg_add_cstring(out, name);
    pg_add_cstring(out, value);
    pg_end(out, at);
}

void pg_backend_key(Buf *out, uint32_t pid, uint32_t key)
{
    size_t at = pg_begin(out, 'K');
    pg_add_i32(out, (int32_t)pid);
    pg_add_i32(out, (int32_t)key);
    pg_end(out, at);
}

void pg_negotiate_version(Buf *out, const PgStartup *startup)
{
    size_t at = pg_begin(out, 'v');
    pg_add_i32(out, 0); /* the newest minor version spoken */
    pg_add_i32(out, startup->protocol_option_count);
    for (int i = 0; i < startup->parameter_count; i++)
        if (strncmp(startup->parameters[i].name, "_pq_.", 5) == 0)
            pg_add_cstring(out, startup->parameters[i].name);
    pg_end(out, at);
}

void pg_ready_for_query(Buf *out, char transaction_state)
{
    size_t at = pg_begin(out, 'Z');
    buf_add_char(out, transaction_state);
    pg_end(out, at);
}

void pg_command_complete(Buf *out, const char *tag)
{
    size_t at = pg_begin(out, 'C');
    pg_add_cstring(out, tag);
    pg_end(out, at);
}

void pg_empty_query(Buf *out)
{
    pg_end(out, pg_begin(out, 'I'));
}

static void add_field(Buf *out, char field, const char *text)
{
    buf_add_char(out, field);
    pg_add_cstring(out, text);
}

void pg_error(Buf *out, const char *severity, const Err *err, uint32_t position)
{
    size_t at = pg_begin(out, 'E');
    add_field(out, 'S', severity);
    add_field(out, 'V', severity);
    add_field(out, 'C', err->sqlstate[0] ? err->sqlstate : SQLSTATE_INTERNAL);
    add_field(out, 'M', err->message);
    if (err->hint[0])
        add_field(out, 'H', err->hint);
    if (position) {
        buf_add_char(out, 'P');
        buf_printf(out, "%u", position);
        buf_add_char(out, '\0');
    }
    buf_add_char(out, '\0');
    pg_end(out, at);
}

void pg_notice(Buf *out, const char *severity, const char *sqlstate, const char *message,
               const char *hint)
{
    size_t at = pg_begin(out, 'N');
    add_field(out, 'S', severity);
    add_field(out, 'V', severity);
    add_field(out, 'C', sqlstate && *sqlstate ? sqlstate : "00000");
    add_field(out, 'M', message);
    if (hint && *hint)
        add_field(out, 'H', hint);
    buf_add_char(out, '\0');
    pg_end(out, at);
}

void pg_copy_out(Buf *out, int columns)
{
    size_t at = pg_begin(out, 'H');
    buf_add_char(out, 0); /* text */
    pg_add_i16(out, columns);
    for (int i = 0; i < columns; i++)
        pg_add_i16(out, 0);
    pg_end(out, at);
}

void pg_copy_lines(Buf *out, const char *bytes, size_t count)
{
    for (const char *end = bytes + count; bytes < end;) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *next = newline ? newline + 1 : end;
        size_t at = pg_begin(out, 'd');
        buf_add(out, bytes, (size_t)(next - bytes));
        pg_end(out, at);
        bytes = next;
    }
}

void pg_copy_done(Buf *out)
{
    pg_end(out, pg_begin(out, 'c'));
}
