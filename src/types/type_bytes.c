/* type_bytes.c - BYTES: any bytes; as text \x and hexadecimal digits. */
#include "types/type_class.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= ' ';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\x" was read: pairs of digits, blanks between pairs. */
static bool read_hex(Str text, char *to, size_t *length)
{
    for (size_t i = 2; i < text.length;) {
        if (scan_is_blank(text.data[i])) {
            i++;
            continue;
        }
        int high = hex_value(text.data[i]);
        int low = i + 1 < text.length ? hex_value(text.data[i + 1]) : -1;
        if (high < 0 || low < 0)
            return false;
        to[(*length)++] = (char)(high << 4 | low);
        i += 2;
    }
    return true;
}

/* PostgreSQL's older form: bytes as they are, "\\" a backslash, "\ooo" an octal byte. */
static bool read_escaped(Str text, char *to, size_t *length)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '\\') {
            const char *next = text.data + i + 1;
            size_t left = text.length - i - 1;
            if (left >= 1 && *next == '\\') {
                i++;
            } else if (left >= 3 && next[0] >= '0' && next[0] <= '3' && next[1] >= '0' &&
                       next[1] <= '7' && next[2] >= '0' && next[2] <= '7') {
                c = (char)((next[0] - '0') << 6 | (next[1] - '0') << 3 | (next[2] - '0'));
                i += 3;
            } else {
                return false;
            }
        }
        to[(*length)++] = c;
    }
    return true;
}

static Status bytes_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    if (text.length > UINT32_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "%zu bytes are too many", text.length);
    char *bytes = arena_alloc_aligned(arena, text.length, 1);
    size_t length = 0;
    bool is_hex = text.length >= 2 && text.data[0] == '\\' && text.data[1] == 'x';
    bool good = is_hex ? read_hex(text, bytes, &length) : read_escaped(text, bytes, &length);
    TRY(type_check_parse(good ? PARSE_OK : PARSE_FORM, type, text, SQLSTATE_INVALID_TEXT,
                         SQLSTATE_INVALID_TEXT, err));
    *(Text *)value = text_make(bytes, (uint32_t)length);
    return OK;
}

static void bytes_format(Type type, const void *value, Buf *out)
{
    static const char digits[] = "0123456789abcdef";
    (void)type;
    Str bytes = text_str(value);
    char *to = buf_reserve(out, 2 + 2 * bytes.length);
    *to++ = '\\';
    *to++ = 'x';
    for (size_t i = 0; i < bytes.length; i++) {
        *to++ = digits[(unsigned char)bytes.data[i] >> 4];
        *to++ = digits[bytes.data[i] & 15];
    }
    out->length += 2 + 2 * bytes.length;
}

const TypeClass type_class_bytes = {
    .id = TYPE_BYTES,
    .name = "BYTES",
    .physical = PHYSICAL_VIEW,
    .size = sizeof(Text),
    .pg_oid = 17,
    .pg_size = -1,
    .parse = bytes_parse,
    .format = bytes_format,
    .compare = type_text_compare,
    .hash = type_text_hash,
};
