/* render_csv.c - RFC 4180: NULL is nothing, an empty text is "". */
#include "cli/render.h"

static void add_field(Buf *out, Str text)
{
    static const bool special[256] = {[','] = true, ['"'] = true, ['\n'] = true, ['\r'] = true};
    bool quoted = text.length == 0;
    for (size_t i = 0; i < text.length; i++)
        quoted |= special[(unsigned char)text.data[i]];
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

static void add_cell(Render *render, const Batch *batch, uint32_t row, int column)
{
    Buf *out = &render->output->buf;
    const Vector *vector = &batch->cols[column];
    if (vector_is_null(vector, row))
        return;
    CellShape shape = render->columns[column].shape;
    if (vector->type.id == TYPE_VARCHAR) {
        add_field(out, text_str(vector_value(vector, row)));
    } else if (shape == CELL_NUMBER || shape == CELL_BOOLEAN || type_is_temporal(vector->type)) {
        vector_format(vector, row, render->zone, out); /* never to be quoted */
    } else if (render_cell(render, batch, row, column)) {
        add_field(out, render_text(render));
    }
}

static void csv_row(Render *render, const Batch *batch, uint32_t row)
{
    for (int i = 0; i < render->column_count; i++) {
        if (i)
            buf_add_char(&render->output->buf, ',');
        add_cell(render, batch, row, i);
    }
    buf_add_char(&render->output->buf, '\n');
}

extern const RenderClass render_csv;
const RenderClass render_csv = {.name = "csv", .table_begin = csv_table_begin, .row = csv_row};
