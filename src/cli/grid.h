/*
 * grid.h - cells held back until the widths of their columns are known: box and markdown.
 *
 * The first GRID_ROWS rows of a table (or what there is at a flush) decide the widths; later rows
 * are written at once, and one that is wider sticks out.
 */
#ifndef STREAMD_CLI_GRID_H
#define STREAMD_CLI_GRID_H

#include "cli/render.h"

enum { GRID_ROWS = 4096, GRID_BYTES = 8 * 1024 * 1024 };

typedef struct GridCell {
    Str text; /* escaped */
    uint32_t width;
} GridCell;

typedef struct Grid {
    Arena arena; /* cells held back */
    GridCell *cells;
    size_t rows;
    uint32_t *widths;
    bool fixed; /* the head is written */
    Buf scratch;
} Grid;

/* How a format draws: one line of cells (NULL cells: the names), and what stands around them. */
typedef struct GridStyle {
    void (*head)(Render *render, const Grid *grid);
    void (*line)(Render *render, const Grid *grid, const GridCell *cells);
    bool escape_bars; /* '|' in a text as '\|' */
} GridStyle;

void grid_open(Render *render, Grid *grid);
void grid_close(Grid *grid);
void grid_add(Render *render, Grid *grid, const GridStyle *style, const Batch *batch, uint32_t row);
/* Writes the head, if it isn't yet, and the rows held back. */
void grid_flush(Render *render, Grid *grid, const GridStyle *style);
void grid_reset(Grid *grid); /* a new table of the same columns */
/* The cell padded to its column's width, numbers to the right. */
void grid_put(Render *render, const Grid *grid, int column, const GridCell *cell);
void grid_put_name(Render *render, const Grid *grid, int column);

#endif
