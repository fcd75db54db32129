/* grid.c - see grid.h. */
#include "cli/grid.h"

#include <stdlib.h>
#include "cli/width.h"

static void name_widths(Render *render, Grid *grid)
{
    for (int i = 0; i < render->column_count; i++) {
        buf_clear(&grid->scratch);
        width_escape(&grid->scratch, str_from(render->columns[i].name));
        grid->widths[i] =
            (uint32_t)width_text((Str){buf_text(&grid->scratch), grid->scratch.length});
        /* Streams show their head before their rows are known. */
        uint32_t least = render->columns[i].shape == CELL_NUMBER ? 8 : 10;
        if (render->is_streaming && grid->widths[i] < least &&
            strcmp(render->columns[i].name, "op") != 0)
            grid->widths[i] = least;
    }
}

void grid_open(Render *render, Grid *grid)
{
    *grid = (Grid){0};
    arena_init(&grid->arena);
    buf_init(&grid->scratch);
    grid->widths = mem_zalloc(sizeof *grid->widths * (size_t)(render->column_count + 1));
    name_widths(render, grid);
}

void grid_close(Grid *grid)
{
    arena_deinit(&grid->arena);
    buf_deinit(&grid->scratch);
    free(grid->widths);
    free(grid->cells);
    *grid = (Grid){0};
}

void grid_reset(Grid *grid)
{
    arena_reset(&grid->arena);
    grid->rows = 0;
    grid->fixed = false;
}

static GridCell make_cell(Render *render, Grid *grid, const GridStyle *style, const Batch *batch,
                          uint32_t row, int column)
{
    if (!render_cell(render, batch, row, column))
        return (GridCell){STR("NULL"), 4};
    buf_clear(&grid->scratch);
    width_escape(&grid->scratch, render_text(render));
    Str text = {buf_text(&grid->scratch), grid->scratch.length};
    if (style->escape_bars && memchr(text.data, '|', text.length)) {
        buf_clear(&render->cell);
        for (size_t i = 0; i < text.length; i++) {
            if (text.data[i] == '|')
                buf_add_char(&render->cell, '\\');
            buf_add_char(&render->cell, text.data[i]);
        }
        text = render_text(render);
    }
    GridCell cell = {.width = (uint32_t)width_text(text)};
    cell.text = (Str){arena_strndup(&grid->arena, text.data, text.length), text.length};
    return cell;
}

void grid_add(Render *render, Grid *grid, const GridStyle *style, const Batch *batch, uint32_t row)
{
    size_t columns = (size_t)render->column_count;
    if (!grid->cells)
        grid->cells = mem_alloc(sizeof *grid->cells * (columns + 1) * GRID_ROWS);
    GridCell *cells = grid->cells + grid->rows * columns;
    for (int i = 0; i < render->column_count; i++) {
        cells[i] = make_cell(render, grid, style, batch, row, i);
        if (!grid->fixed && cells[i].width > grid->widths[i])
            grid->widths[i] = cells[i].width;
    }
    if (grid->fixed) {
        style->line(render, grid, cells);
        arena_reset(&grid->arena);
    } else if (++grid->rows == GRID_ROWS || grid->arena.taken > GRID_BYTES) {
        grid_flush(render, grid, style);
    }
}

void grid_flush(Render *render, Grid *grid, const GridStyle *style)
{
    if (!grid->fixed)
        style->head(render, grid);
    grid->fixed = true;
    for (size_t i = 0; i < grid->rows; i++)
        style->line(render, grid, grid->cells + i * (size_t)render->column_count);
    grid->rows = 0;
    arena_reset(&grid->arena);
}

static void put_padded(Buf *out, Str text, uint32_t width, uint32_t column_width, bool right)
{
    size_t blanks = column_width > width ? column_width - width : 0;
    if (right)
        width_pad(out, blanks);
    buf_add(out, text.data, text.length);
    if (!right)
        width_pad(out, blanks);
}

void grid_put(Render *render, const Grid *grid, int column, const GridCell *cell)
{
    put_padded(&render->output->buf, cell->text, cell->width, grid->widths[column],
               render->columns[column].shape == CELL_NUMBER);
}

void grid_put_name(Render *render, const Grid *grid, int column)
{
    Buf *name = &render->cell;
    buf_clear(name);
    width_escape(name, str_from(render->columns[column].name));
    Str text = render_text(render);
    put_padded(&render->output->buf, text, (uint32_t)width_text(text), grid->widths[column],
               render->columns[column].shape == CELL_NUMBER);
}
