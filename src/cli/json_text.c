/* json_text.c - see json_text.h. */
#include "cli/json_text.h"

#include "cli/width.h"

void json_text_string(Buf *out, Str text)
{
    buf_add_char(out, '"');
    const char *end = text.data + text.length;
    for (const char *at = text.data; at < end;) {
        size_t length;
        uint32_t character = width_character(at, end, &length);
        if (character == '"' || character == '\\') {
            buf_add_char(out, '\\');
            buf_add_char(out, *at);
        } else if (character == '\n') {
            buf_add_text(out, "\\n");
        } else if (character == '\r') {
            buf_add_text(out, "\\r");
        } else if (character == '\t') {
            buf_add_text(out, "\\t");
        } else if (character < 0x20) {
            buf_printf(out, "\\u%04x", character);
        } else if (character == 0xfffd && length == 1) {
            buf_add_text(out, "\xef\xbf\xbd");
        } else {
            buf_add(out, at, length);
        }
        at += length;
    }
    buf_add_char(out, '"');
}

/* A number's text bare; NaN and the infinities, which JSON has not, as strings. */
static void add_number(Buf *out, Str text)
{
    bool is_json =
        text.length && (text.data[text.length - 1] >= '0' && text.data[text.length - 1] <= '9');
    if (is_json)
        buf_add(out, text.data, text.length);
    else
        json_text_string(out, text);
}

/* JSON on one line: line ends are only ever blanks between its tokens. */
static void add_json(Buf *out, Str text)
{
    for (size_t i = 0; i < text.length; i++)
        buf_add_char(out, text.data[i] == '\n' || text.data[i] == '\r' ? ' ' : text.data[i]);
}

static void add_shaped(Buf *out, CellShape shape, Str text)
{
    if (shape == CELL_NUMBER)
        add_number(out, text);
    else if (shape == CELL_BOOLEAN)
        buf_add(out, text.data, text.length);
    else if (shape == CELL_JSON)
        add_json(out, text);
    else
        json_text_string(out, text);
}

static void add_value(Buf *out, const Value *value, const Zone *zone)
{
    if (value->is_null) {
        buf_add_text(out, "null");
        return;
    }
    CellShape shape = render_shape(value->type);
    if (shape != CELL_NESTED) {
        Buf text;
        buf_init(&text);
        value_format(value, zone, &text);
        add_shaped(out, shape, (Str){text.length ? text.data : "", text.length});
        buf_deinit(&text);
        return;
    }
    bool is_row = value->type.id == TYPE_ROW;
    buf_add_char(out, is_row ? '{' : '[');
    for (uint32_t i = 0; i < value->as.list.count; i++) {
        if (i)
            buf_add_char(out, ',');
        if (is_row) {
            json_text_string(out, str_from(value->type.row->names[i]));
            buf_add_char(out, ':');
        }
        add_value(out, &value->as.list.items[i], zone);
    }
    buf_add_char(out, is_row ? '}' : ']');
}

void json_text_row(Render *render, const Batch *batch, uint32_t row)
{
    Buf *out = &render->output->buf;
    buf_add_char(out, '{');
    for (int i = 0; i < render->column_count; i++) {
        if (i)
            buf_add_char(out, ',');
        json_text_string(out, str_from(render->columns[i].name));
        buf_add_char(out, ':');
        if (render->columns[i].shape == CELL_NESTED && batch->cols[i].type.id != TYPE_VARCHAR) {
            Arena arena;
            arena_init(&arena);
            Value value = vector_get_deep(&batch->cols[i], row, &arena);
            add_value(out, &value, render->zone);
            arena_deinit(&arena);
        } else if (render_cell(render, batch, row, i)) {
            add_shaped(out, render->columns[i].shape, render_text(render));
        } else {
            buf_add_text(out, "null");
        }
    }
    buf_add_char(out, '}');
}
