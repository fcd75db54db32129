/* render_line.c - a line a value, `name = value`, and a blank line between rows: for wide rows. */
#include "cli/render.h"
#include "cli/width.h"

static void line_row(Render *render, const Batch *batch, uint32_t row)
{
    Buf *out = &render->output->buf;
    if (render->table_rows > 1)
        buf_add_char(out, '\n');
    size_t widest = 0;
    for (int i = 0; i < render->column_count; i++) {
        size_t width = width_text(str_from(render->columns[i].name));
        widest = width > widest ? width : widest;
    }
    for (int i = 0; i < render->column_count; i++) {
        Str name = str_from(render->columns[i].name);
        width_pad(out, widest - width_text(name));
        width_escape(out, name);
        buf_add_text(out, " = ");
        if (render_cell(render, batch, row, i))
            width_escape(out, render_text(render));
        else
            buf_add_text(out, "NULL");
        buf_add_char(out, '\n');
    }
}

extern const RenderClass render_line;
const RenderClass render_line = {.name = "line", .row = line_row};
