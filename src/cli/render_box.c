/* render_box.c - tables for people:
 *
 *     ┌──────┬───────┐
 *     │ word │ count │
 *     ├──────┼───────┤
 *     │ be   │     2 │
 *     └──────┴───────┘
 */
#include "cli/grid.h"

static void put_rule(Render *render, const Grid *grid, const char *left, const char *cross,
                     const char *right)
{
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        buf_add_text(out, i ? cross : left);
        for (uint32_t k = 0; k < grid->widths[i] + 2; k++)
            buf_add_text(out, "─");
    }
    buf_add_text(out, render->column_count ? right : "");
    buf_add_char(out, '\n');
}

static void put_line(Render *render, const Grid *grid, const GridCell *cells)
{
    Buf *out = &render->output->buf;
    for (int i = 0; i < render->column_count; i++) {
        buf_add_text(out, i ? " │ " : "│ ");
        if (cells)
            grid_put(render, grid, i, &cells[i]);
        else
            grid_put_name(render, grid, i);
    }
    buf_add_text(out, render->column_count ? " │\n" : "\n");
}

static void put_head(Render *render, const Grid *grid)
{
    put_rule(render, grid, "┌", "┬", "┐");
    if (render->with_header) {
        put_line(render, grid, NULL);
        put_rule(render, grid, "├", "┼", "┤");
    }
}

static const GridStyle style = {.head = put_head, .line = put_line};

static void box_open(Render *render)
{
    grid_open(render, render->own);
}

static void box_table_begin(Render *render)
{
    grid_reset(render->own);
}

static void box_row(Render *render, const Batch *batch, uint32_t row)
{
    grid_add(render, render->own, &style, batch, row);
}

static void box_flush(Render *render)
{
    grid_flush(render, render->own, &style);
}

static void box_table_end(Render *render)
{
    grid_flush(render, render->own, &style);
    put_rule(render, render->own, "└", "┴", "┘");
}

static void box_close(Render *render)
{
    grid_close(render->own);
}

extern const RenderClass render_box;
const RenderClass render_box = {.name = "box",
                                .own_bytes = sizeof(Grid),
                                .open = box_open,
                                .table_begin = box_table_begin,
                                .row = box_row,
                                .flush = box_flush,
                                .table_end = box_table_end,
                                .close = box_close};
