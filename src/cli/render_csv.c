/* render_csv.c - RFC 4180: NULL is nothing, an empty text is "". */
#include "cli/render.h"

static void add_field(Buf *out, Str text)
{
    bool quoted = text.length == 0;
    for (size_t i = 0; i < text.length && !quoted; i++) {
        char c = text.data[i];
        quoted = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    if (!quoted) {
        buf_add(out, text.data, text.length);
        return;
    }
    char *to = buf_reserve(out, 2 * text.length + 2), *start = to;
    *to++ = '"';
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"')
            *to++ = '"';
        *to++ = text.data[i];
    }
    *to++ = '"';
    out->length += (size_t)(to - start);
}

static void csv_table_begin(Render *render)
{
    if (!render->with_header)
        return;
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        if (i)
            buf_add_char(out, ',');
        add_field(out, str_from(render->columns[i].name));
    }
    buf_add_char(out, '\n');
}

static void csv_row(Render *render, const Batch *batch, uint32_t row)
{
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        if (i)
            buf_add_char(out, ',');
        if (render_cell(render, batch, row, i))
            add_field(out, render_text(render));
    }
    buf_add_char(out, '\n');
}

extern const RenderClass render_csv;
const RenderClass render_csv = {.name = "csv", .table_begin = csv_table_begin, .row = csv_row};
