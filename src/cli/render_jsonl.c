/* render_jsonl.c - an object a row, one a line. */
#include "cli/json_text.h"

static void jsonl_row(Render *render, const Batch *batch, uint32_t row)
{
    json_text_row(render, batch, row);
    buf_add_char(&render->output->buf, '\n');
}

extern const RenderClass render_jsonl;
const RenderClass render_jsonl = {.name = "jsonl", .takes_text_lines = true, .row = jsonl_row};
