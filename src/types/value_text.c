/*
 * value_text.c - values as text and back; here too are arrays and rows, in PostgreSQL's form:
 *
 *     array  {1,2,NULL}  {"a b","say \"x\""}  {{1,2},{3}}
 *     row    (1,abc,,"x ""y""")                an empty field is NULL, "" an empty text
 */
#include "types/value_text.h"
#include "base/list.h"
#include "types/parse_scan.h"
#include "types/type_class.h"

/* Quotes the text that begins at `start` of the buffer where the form needs it. */
void value_quote_element(Buf *out, size_t start, bool in_row)
{
    size_t length = out->length - start, specials = 0;
    const char *text = out->data ? out->data + start : "";
    bool quote = length == 0 || (!in_row && scan_is_word(text, text + length, "null"));
    const char *signs = in_row ? "(),\"\\" : "{},\"\\";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        quote = quote || scan_is_blank(c) || (c && strchr(signs, c));
        specials += c == '"' || c == '\\';
    }
    if (!quote)
        return;
    (void)buf_reserve(out, specials + 2);
    char *from = out->data + start + length, *to = from + specials + 2;
    out->length += specials + 2;
    *--to = '"';
    while (from > out->data + start) {
        char c = *--from;
        *--to = c;
        if (c == '"' || c == '\\')
            *--to = in_row && c == '"' ? '"' : '\\';
    }
    *--to = '"';
}

static void format_nested(const Value *value, const Zone *zone, Buf *out)
{
    bool in_row = value->type.id == TYPE_ROW;
    buf_add_char(out, in_row ? '(' : '{');
    for (uint32_t i = 0; value->as.list.items && i < value->as.list.count; i++) {
        const Value *item = &value->as.list.items[i];
        if (i)
            buf_add_char(out, ',');
        if (item->is_null) {
            buf_add_text(out, in_row ? "" : "NULL");
            continue;
        }
        size_t start = out->length;
        value_format(item, zone, out);
        if (in_row || item->type.id != TYPE_ARRAY)
            value_quote_element(out, start, in_row);
    }
    buf_add_char(out, in_row ? ')' : '}');
}

/* Room for any physical form. */
typedef union Physical {
    i128 decimal;
    Text text;
    Interval interval;
    int64_t integer;
} Physical;

void value_format(const Value *value, const Zone *zone, Buf *out)
{
    if (value->is_null) {
        buf_add_text(out, "NULL");
    } else if (value->type.id == TYPE_ARRAY || value->type.id == TYPE_ROW) {
        format_nested(value, zone, out);
    } else if (value->type.id == TYPE_TIMESTAMPTZ) {
        char *to = buf_reserve(out, FORMAT_TIMESTAMP_MAX);
        out->length += (size_t)(format_timestamptz(to, value->as.integer, zone) - to);
    } else {
        Physical physical;
        value_store(value, &physical);
        type_class(value->type)->format(value->type, &physical, out);
    }
}

static void print_quoted(const Value *value, const Zone *zone, Buf *out)
{
    Buf text;
    buf_init(&text);
    value_format(value, zone, &text);
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\'')
            buf_add_char(out, '\'');
        buf_add_char(out, text.data[i]);
    }
    buf_add_char(out, '\'');
    buf_deinit(&text);
}

static void print_cast(const Value *value, bool quoted, const Zone *zone, Buf *out)
{
    buf_add_text(out, "CAST(");
    if (quoted)
        print_quoted(value, zone, out);
    else
        value_format(value, zone, out);
    buf_add_text(out, " AS ");
    type_print(value->type, out);
    buf_add_char(out, ')');
}

static void print_items(const Value *value, const Zone *zone, Buf *out)
{
    bool is_row = value->type.id == TYPE_ROW;
    buf_add_text(out, is_row ? "ROW(" : "ARRAY[");
    for (uint32_t i = 0; value->as.list.items && i < value->as.list.count; i++) {
        if (i)
            buf_add_text(out, ", ");
        value_print_sql(&value->as.list.items[i], zone, out);
    }
    buf_add_char(out, is_row ? ')' : ']');
}

void value_print_sql(const Value *value, const Zone *zone, Buf *out)
{
    if (value->is_null) {
        buf_add_text(out, "NULL");
        return;
    }
    switch ((TypeId)value->type.id) {
    case TYPE_NULL:
    case TYPE_COUNT:
        buf_add_text(out, "NULL");
        break;
    case TYPE_BOOLEAN:
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT:
    case TYPE_DECIMAL:
        value_format(value, zone, out);
        break;
    case TYPE_FLOAT:
        print_cast(value, !__builtin_isfinite(value->as.f32), zone, out);
        break;
    case TYPE_DOUBLE:
        if (__builtin_isfinite(value->as.f64))
            value_format(value, zone, out);
        else
            print_cast(value, true, zone, out);
        break;
    case TYPE_VARCHAR:
        print_quoted(value, zone, out);
        break;
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
    case TYPE_INTERVAL:
        buf_add_text(out, type_class(value->type)->name);
        buf_add_char(out, ' ');
        print_quoted(value, zone, out);
        break;
    case TYPE_BYTES:
    case TYPE_JSON:
        print_cast(value, true, zone, out);
        break;
    case TYPE_ARRAY:
    case TYPE_ROW:
        print_items(value, zone, out);
        break;
    }
}

/* Reading arrays and rows: one pass over the text; the depth is the type's. */
typedef struct Reader {
    const char *at, *end;
    const Zone *zone;
    Arena *arena;
    Buf item;
    Err *err;
} Reader;

static void skip_blanks(Reader *reader)
{
    while (reader->at < reader->end && scan_is_blank(*reader->at))
        reader->at++;
}

static bool skip_char(Reader *reader, char c)
{
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

/* One element's text, unquoted, into reader->item; *quoted tells whether it was in quotes. */
static bool read_item(Reader *reader, bool in_row, bool *quoted)
{
    buf_clear(&reader->item);
    *quoted = false;
    bool inside = false;
    size_t kept = 0; /* blanks after an element do not belong to it */
    if (!in_row)
        skip_blanks(reader);
    while (reader->at < reader->end) {
        char c = *reader->at;
        if (!inside && (c == ',' || c == (in_row ? ')' : '}'))) {
            if (!in_row)
                reader->item.length = kept;
            return true;
        }
        if (!inside && !in_row && c == '{')
            return false;
        reader->at++;
        if (c == '"') {
            if (inside && in_row && reader->at < reader->end && *reader->at == '"') {
                reader->at++;
            } else {
                inside = !inside;
                *quoted = true;
                kept = reader->item.length;
                continue;
            }
        } else if (c == '\\') {
            if (reader->at == reader->end)
                return false;
            c = *reader->at++;
            buf_add_char(&reader->item, c);
            kept = reader->item.length;
            continue;
        }
        buf_add_char(&reader->item, c);
        if (inside || !scan_is_blank(c))
            kept = reader->item.length;
    }
    return false;
}

static Status parse_item(Reader *reader, Type type, bool in_row, Value *out, bool *form)
{
    bool quoted;
    *form = read_item(reader, in_row, &quoted);
    if (!*form)
        return OK;
    const char *text = reader->item.data ? reader->item.data : "";
    size_t length = reader->item.length;
    if (!quoted && (in_row ? length == 0 : scan_is_word(text, text + length, "null"))) {
        *out = value_null(type);
        return OK;
    }
    if (!quoted && length == 0) {
        *form = false;
        return OK;
    }
    /* The element may need the buffer for its own elements. */
    Str copy = {arena_strndup(reader->arena, text, length), length};
    return value_parse(type, copy, reader->zone, reader->arena, out, reader->err);
}

static Status read_array(Reader *reader, Type type, Value *out, bool *form)
{
    LIST(Value) items = {0};
    Type element = *type.element;
    *out = (Value){.type = type};
    skip_blanks(reader);
    *form = skip_char(reader, '{');
    if (!*form)
        return OK;
    skip_blanks(reader);
    if (skip_char(reader, '}'))
        return OK;
    while (true) {
        Value item;
        skip_blanks(reader);
        if (element.id == TYPE_ARRAY && reader->at < reader->end && *reader->at == '{')
            TRY(read_array(reader, element, &item, form));
        else
            TRY(parse_item(reader, element, false, &item, form));
        if (!*form)
            return OK;
        list_push_arena(reader->arena, &items, item);
        skip_blanks(reader);
        if (skip_char(reader, '}'))
            break;
        *form = skip_char(reader, ',') && items.count < UINT32_MAX;
        if (!*form)
            return OK;
    }
    out->as.list.items = items.at;
    out->as.list.count = (uint32_t)items.count;
    return OK;
}

static Status read_row(Reader *reader, Type type, Value *out, bool *form)
{
    const RowType *row = type.row;
    *out = (Value){.type = type};
    out->as.list.count = row->count;
    out->as.list.items = ARENA_ARRAY(reader->arena, Value, row->count);
    skip_blanks(reader);
    *form = skip_char(reader, '(');
    for (uint16_t i = 0; *form && i < row->count; i++) {
        TRY(parse_item(reader, row->types[i], true, &out->as.list.items[i], form));
        if (*form)
            *form = skip_char(reader, i + 1 < row->count ? ',' : ')');
    }
    return OK;
}

static Status parse_nested(Type type, Str text, const Zone *zone, Arena *arena, Value *out,
                           Err *err)
{
    Reader reader = {
        .at = text.data, .end = text.data + text.length, .zone = zone, .arena = arena, .err = err};
    Value value;
    bool form = false;
    buf_init(&reader.item);
    Status status = type.id == TYPE_ARRAY ? read_array(&reader, type, &value, &form)
                                          : read_row(&reader, type, &value, &form);
    buf_deinit(&reader.item);
    TRY(status);
    skip_blanks(&reader);
    form = form && reader.at == reader.end;
    TRY(type_check_parse(form ? PARSE_OK : PARSE_FORM, type, text, SQLSTATE_INVALID_TEXT,
                         SQLSTATE_INVALID_TEXT, err));
    *out = value;
    return OK;
}

Status value_parse(Type type, Str text, const Zone *zone, Arena *arena, Value *out, Err *err)
{
    if ((type.id == TYPE_ARRAY && type.element) || (type.id == TYPE_ROW && type.row))
        return parse_nested(type, text, zone, arena, out, err);
    if (type.id == TYPE_TIMESTAMPTZ) {
        *out = (Value){.type = type};
        return timestamptz_parse_in(type, text, zone, &out->as.integer, err);
    }
    Physical physical;
    TRY(type_class(type)->parse(type, text, &physical, arena, err));
    *out = value_load(type, &physical);
    return OK;
}
