/* render.c - what all formats share; see render.h. */
#include "cli/render.h"

#include <stdlib.h>

enum { HEADING_DASHES = 43 };

void render_init(Render *render, const RenderClass *class, Output *output, bool with_header)
{
    *render = (Render){.class = class, .output = output, .with_header = with_header};
    arena_init(&render->arena);
    buf_init(&render->cell);
    render->own = mem_zalloc(class->own_bytes);
}

static void close_result(Render *render)
{
    if (render->columns && render->class->close)
        render->class->close(render);
    render->columns = NULL;
    render->column_count = 0;
    render->table_open = false;
}

void render_deinit(Render *render)
{
    close_result(render);
    free(render->own);
    buf_deinit(&render->cell);
    arena_deinit(&render->arena);
}

CellShape render_shape(Type type)
{
    if (type_is_numeric(type))
        return CELL_NUMBER;
    if (type.id == TYPE_BOOLEAN)
        return CELL_BOOLEAN;
    if (type.id == TYPE_JSON)
        return CELL_JSON;
    return type.id == TYPE_ARRAY || type.id == TYPE_ROW ? CELL_NESTED : CELL_TEXT;
}

Status render_columns(Render *render, const ResultShape *result, const CellShape *shapes, Err *err)
{
    const PhysicalColumn *columns = result->columns;
    int count = result->column_count;
    (void)err;
    close_result(render);
    arena_reset(&render->arena);
    render->columns = ARENA_ARRAY(&render->arena, RenderColumn, count + 1);
    for (int i = 0; i < count; i++)
        render->columns[i] = (RenderColumn){arena_strdup(&render->arena, columns[i].name),
                                            shapes ? shapes[i] : render_shape(columns[i].type)};
    render->column_count = count;
    render->kind = result->kind;
    render->zone = result->zone;
    render->plain_text = result->kind == RESULT_TEXT && !render->class->takes_text_lines;
    render->is_streaming = result->kind == RESULT_STREAM;
    render->table_rows = 0;
    if (render->class->open)
        render->class->open(render);
    return OK;
}

bool render_cell(Render *render, const Batch *batch, uint32_t row, int column)
{
    buf_clear(&render->cell);
    const Vector *vector = &batch->cols[column];
    if (vector_is_null(vector, row))
        return false;
    vector_format(vector, row, render->zone, &render->cell);
    return true;
}

Str render_text(const Render *render)
{
    return (Str){render->cell.length ? render->cell.data : "", render->cell.length};
}

static void begin_table(Render *render)
{
    if (render->table_open || render->plain_text)
        return;
    render->table_open = true;
    render->table_rows = 0;
    if (render->class->table_begin)
        render->class->table_begin(render);
}

static void end_table(Render *render)
{
    if (render->table_open && render->class->table_end)
        render->class->table_end(render);
    render->table_open = false;
}

static void put_row(Render *render, const Batch *batch, uint32_t row)
{
    if (render->plain_text) {
        (void)render_cell(render, batch, row, 0);
        buf_add(&render->output->buf, render->cell.data, render->cell.length);
        buf_add_char(&render->output->buf, '\n');
    } else {
        render->table_rows++;
        render->class->row(render, batch, row);
    }
}

Status render_rows(Render *render, const Batch *batch, Err *err)
{
    begin_table(render);
    for (uint32_t i = 0, live = batch_live(batch); i < live; i++) {
        uint32_t row = batch_row(batch, i);
        for (int32_t copies = batch_weight(batch, row); copies > 0; copies--) {
            put_row(render, batch, row);
            TRY(output_spill(render->output, err));
        }
    }
    return OK;
}

static void end_complete_table(Render *render)
{
    if (!render->table_open)
        return;
    end_table(render);
    if (!render->class->takes_text_lines)
        buf_add_char(&render->output->buf, '\n');
}

Status render_heading(Render *render, int64_t number, Err *err)
{
    (void)err;
    end_complete_table(render);
    if (!render->class->takes_text_lines) {
        Buf *out = &render->output->buf;
        for (int line = 0; line < 2; line++) {
            memset(buf_reserve(out, HEADING_DASHES), '-', HEADING_DASHES);
            out->length += HEADING_DASHES;
            if (line == 0)
                buf_printf(out, "\nBatch: %lld\n", (long long)number);
        }
        buf_add_char(out, '\n');
    }
    begin_table(render);
    return OK;
}

Status render_flush(Render *render, Err *err)
{
    if (render->kind == RESULT_COMPLETE) {
        end_complete_table(render);
    } else {
        if (render->kind == RESULT_STREAM)
            begin_table(render);
        if (render->table_open && render->class->flush)
            render->class->flush(render);
    }
    return output_flush(render->output, err);
}

Status render_end(Render *render, bool failed, Err *err)
{
    if (render->columns) {
        if (!failed && render->kind != RESULT_COMPLETE)
            begin_table(render);
        if (render->kind == RESULT_COMPLETE)
            end_complete_table(render);
        else
            end_table(render);
    }
    close_result(render);
    return output_flush(render->output, err);
}
