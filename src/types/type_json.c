/*
 * type_json.c - JSON: kept as the text it came as, checked to be one value of RFC 8259.
 *
 * The check has no recursion: open brackets are a stack of bits, one a level, set for an object.
 */
#include "types/type_class.h"

enum { MAX_DEPTH = 512 };

typedef struct Scan {
    const char *at, *end;
    uint32_t depth;
    uint64_t is_object[MAX_DEPTH / 64];
} Scan;

static void skip_blanks(Scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
        scan->at++;
}

static bool skip_char(Scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

static bool skip_string(Scan *scan)
{
    if (!skip_char(scan, '"'))
        return false;
    while (scan->at < scan->end) {
        char c = *scan->at++;
        if (c == '"')
            return true;
        if ((unsigned char)c < 0x20)
            return false;
        if (c != '\\')
            continue;
        if (scan->at == scan->end)
            return false;
        char escaped = *scan->at++;
        if (escaped == 'u') {
            for (int i = 0; i < 4; i++, scan->at++)
                if (scan->at == scan->end ||
                    !(scan_is_digit(*scan->at) ||
                      ((*scan->at | ' ') >= 'a' && (*scan->at | ' ') <= 'f')))
                    return false;
        } else if (!strchr("\"\\/bfnrt", escaped) || escaped == '\0') {
            return false;
        }
    }
    return false;
}

static bool skip_digits(Scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && scan_is_digit(*scan->at))
        scan->at++;
    return scan->at > start;
}

static bool skip_number(Scan *scan)
{
    (void)skip_char(scan, '-');
    if (!skip_char(scan, '0') && !skip_digits(scan))
        return false;
    if (skip_char(scan, '.') && !skip_digits(scan))
        return false;
    if (skip_char(scan, 'e') || skip_char(scan, 'E')) {
        if (!skip_char(scan, '+'))
            (void)skip_char(scan, '-');
        return skip_digits(scan);
    }
    return true;
}

static bool skip_word(Scan *scan, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return false;
    scan->at += length;
    return true;
}

static bool skip_key(Scan *scan)
{
    skip_blanks(scan);
    if (!skip_string(scan))
        return false;
    skip_blanks(scan);
    return skip_char(scan, ':');
}

static bool in_object(const Scan *scan)
{
    return scan->is_object[(scan->depth - 1) / 64] >> ((scan->depth - 1) % 64) & 1;
}

/* A scalar, an empty container (*closed), or the opening of one with something in it. */
static ParseResult begin_value(Scan *scan, bool *closed)
{
    *closed = true;
    skip_blanks(scan);
    if (scan->at == scan->end)
        return PARSE_FORM;
    bool good;
    switch (*scan->at) {
    case '{':
    case '[': {
        uint64_t object = *scan->at++ == '{';
        skip_blanks(scan);
        if (skip_char(scan, object ? '}' : ']'))
            return PARSE_OK;
        if (scan->depth == MAX_DEPTH)
            return PARSE_RANGE;
        uint64_t *word = &scan->is_object[scan->depth / 64];
        uint64_t bit = 1ull << (scan->depth % 64);
        *word = object ? *word | bit : *word & ~bit;
        scan->depth++;
        *closed = false;
        return object && !skip_key(scan) ? PARSE_FORM : PARSE_OK;
    }
    case '"':
        good = skip_string(scan);
        break;
    case 't':
        good = skip_word(scan, "true");
        break;
    case 'f':
        good = skip_word(scan, "false");
        break;
    case 'n':
        good = skip_word(scan, "null");
        break;
    default:
        good = skip_number(scan);
    }
    return good ? PARSE_OK : PARSE_FORM;
}

static ParseResult check_json(Str text)
{
    Scan scan = {.at = text.data, .end = text.data + text.length};
    while (true) {
        bool closed;
        ParseResult result = begin_value(&scan, &closed);
        if (result != PARSE_OK)
            return result;
        if (!closed)
            continue;
        while (scan.depth > 0) { /* what follows a whole value */
            skip_blanks(&scan);
            if (skip_char(&scan, ',')) {
                if (in_object(&scan) && !skip_key(&scan))
                    return PARSE_FORM;
                break;
            }
            if (!skip_char(&scan, in_object(&scan) ? '}' : ']'))
                return PARSE_FORM;
            scan.depth--;
        }
        if (scan.depth == 0) {
            skip_blanks(&scan);
            return scan.at == scan.end ? PARSE_OK : PARSE_FORM;
        }
    }
}

static Status json_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    ParseResult result = text.length > UINT32_MAX ? PARSE_RANGE : check_json(text);
    TRY(type_check_parse(result, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_LIMIT_EXCEEDED, err));
    *(Text *)value = text_make_copy(arena, text.data, (uint32_t)text.length);
    return OK;
}

const TypeClass type_class_json = {
    .id = TYPE_JSON,
    .name = "JSON",
    .physical = PHYSICAL_VIEW,
    .size = sizeof(Text),
    .pg_oid = 114,
    .pg_size = -1,
    .parse = json_parse,
    .format = type_text_format,
    .compare = type_text_compare,
    .hash = type_text_hash,
};
