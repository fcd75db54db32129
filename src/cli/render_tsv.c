/* render_tsv.c - fields parted by tabs; as in PostgreSQL's COPY, tabs, line ends and backslashes
 * within a field are escaped, and NULL is \N. */
#include "cli/render.h"

static void add_field(Buf *out, Str text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        char escaped = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\\' ? '\\' : 0;
        if (escaped)
            buf_add_char(out, '\\');
        buf_add_char(out, escaped ? escaped : c);
    }
}

static void tsv_table_begin(Render *render)
{
    if (!render->with_header)
        return;
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        if (i)
            buf_add_char(out, '\t');
        add_field(out, str_from(render->columns[i].name));
    }
    buf_add_char(out, '\n');
}

static void tsv_row(Render *render, const Batch *batch, uint32_t row)
{
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        if (i)
            buf_add_char(out, '\t');
        if (render_cell(render, batch, row, i))
            add_field(out, render_text(render));
        else
            buf_add_text(out, "\\N");
    }
    buf_add_char(out, '\n');
}

extern const RenderClass render_tsv;
const RenderClass render_tsv = {.name = "tsv", .table_begin = tsv_table_begin, .row = tsv_row};
