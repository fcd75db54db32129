/*
 * render.h - results as text, one file render_<format>.c per output format.
 *
 *     render_columns                      a result begins
 *       render_heading                    RESULT_COMPLETE: a new whole table (Spark's console)
 *         render_rows …                   rows as they come
 *       render_flush                      show what there is
 *     render_end
 *
 * A table's head is written with its first row (or at its end when it has none), so that a
 * statement which fails before it gave a row prints nothing.  Rows come as batches whatever their
 * origin: a face that has only text (a server's answer) hands out VARCHAR columns and says in
 * `shape` what they stand for.
 */
#ifndef STREAMD_CLI_RENDER_H
#define STREAMD_CLI_RENDER_H

#include "cli/output.h"
#include "engine/engine.h"

typedef enum CellShape {
    CELL_TEXT,
    CELL_NUMBER,
    CELL_BOOLEAN,
    CELL_JSON,  /* text that is JSON */
    CELL_NESTED /* ARRAY, ROW */
} CellShape;

typedef struct RenderColumn {
    const char *name;
    CellShape shape;
} RenderColumn;

typedef struct RenderClass RenderClass;
typedef struct Render {
    const RenderClass *class;
    Output *output;
    Arena arena; /* the columns */
    RenderColumn *columns;
    int column_count;
    ResultKind kind;
    const Zone *zone; /* on whose clocks a TIMESTAMPTZ is shown */
    bool with_header;
    bool plain_text;   /* this result is lines of text, whatever the format */
    bool table_open;   /* the head of a table is written, its end isn't */
    bool is_streaming; /* rows keep coming: no format may wait for the last */
    uint64_t table_rows;
    Buf cell;  /* scratch */
    void *own; /* the format's */
} Render;

/* Hooks may be NULL.  They add to render->output->buf; rows are the live ones of the batch. */
struct RenderClass {
    const char *name;
    size_t own_bytes;
    bool takes_text_lines; /* RESULT_TEXT is a table as any other; no console headings either */
    void (*open)(Render *render); /* a result: columns are known */
    void (*table_begin)(Render *render);
    void (*row)(Render *render, const Batch *batch, uint32_t row);
    void (*flush)(Render *render); /* write what is held back, keep the table open */
    void (*table_end)(Render *render);
    void (*close)(Render *render); /* free what `open` made */
};

const RenderClass *render_class_find(const char *name); /* NULL: unknown */
/* The i-th format's name; NULL past the last. */
const char *render_class_name(size_t index);

void render_init(Render *render, const RenderClass *class, Output *output, bool with_header);
void render_deinit(Render *render);

CellShape render_shape(Type type);
/* shapes NULL: from the columns' types. */
Status render_columns(Render *render, const ResultShape *result, const CellShape *shapes,
                      Err *err) MUST_CHECK;
/* STOP: the reader has gone. */
Status render_rows(Render *render, const Batch *batch, Err *err) MUST_CHECK;
Status render_heading(Render *render, int64_t number, Err *err) MUST_CHECK;
Status render_flush(Render *render, Err *err) MUST_CHECK;
/* The statement is over; `failed`: an error ended it, so no head is written for its rows' sake. */
Status render_end(Render *render, bool failed, Err *err) MUST_CHECK;

/* ---- for the formats ---- */
/* The cell's text in render->cell; false: NULL. */
bool render_cell(Render *render, const Batch *batch, uint32_t row, int column);
Str render_text(const Render *render); /* of the cell last rendered */

#endif
