/* render_json.c - an array of objects a result. */
#include "cli/json_text.h"

static void json_table_begin(Render *render)
{
    buf_add_char(&render->output->buf, '[');
}

static void json_row(Render *render, const Batch *batch, uint32_t row)
{
    if (render->table_rows > 1)
        buf_add_text(&render->output->buf, ",\n");
    json_text_row(render, batch, row);
}

static void json_table_end(Render *render)
{
    buf_add_text(&render->output->buf, "]\n");
}

extern const RenderClass render_json;
const RenderClass render_json = {.name = "json",
                                 .takes_text_lines = true,
                                 .table_begin = json_table_begin,
                                 .row = json_row,
                                 .table_end = json_table_end};
