/* render_markdown.c - tables for Markdown; numbers are aligned to the right. */
#include "cli/grid.h"

static void put_line(Render *render, const Grid *grid, const GridCell *cells)
{
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        buf_add_text(out, i ? " | " : "| ");
        if (cells)
            grid_put(render, grid, i, &cells[i]);
        else
            grid_put_name(render, grid, i);
    }
    buf_add_text(out, render->column_count ? " |\n" : "|\n");
}

/* Markdown has no table without a head. */
static void put_head(Render *render, const Grid *grid)
{
    put_line(render, grid, NULL);
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        bool right = render->columns[i].shape == CELL_NUMBER;
        buf_add_char(out, '|');
        for (uint32_t k = 0; k < grid->widths[i] + 2 - right; k++)
            buf_add_char(out, '-');
        if (right)
            buf_add_char(out, ':');
    }
    buf_add_text(out, "|\n");
}

static const GridStyle style = {.head = put_head, .line = put_line, .escape_bars = true};

static void markdown_open(Render *render)
{
    grid_open(render, render->own);
}

static void markdown_table_begin(Render *render)
{
    grid_reset(render->own);
}

static void markdown_row(Render *render, const Batch *batch, uint32_t row)
{
    grid_add(render, render->own, &style, batch, row);
}

static void markdown_flush(Render *render)
{
    grid_flush(render, render->own, &style);
}

static void markdown_close(Render *render)
{
    grid_close(render->own);
}

extern const RenderClass render_markdown;
const RenderClass render_markdown = {.name = "markdown",
                                     .own_bytes = sizeof(Grid),
                                     .open = markdown_open,
                                     .table_begin = markdown_table_begin,
                                     .row = markdown_row,
                                     .flush = markdown_flush,
                                     .table_end = markdown_flush,
                                     .close = markdown_close};
