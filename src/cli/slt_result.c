/* slt_result.c - a query's result as text; see slt_compare.h. */
#include "cli/slt_compare.h"

#include <stdlib.h>
#include "cli/width.h"
#include "types/pg_text.h"

void slt_result_init(SltResult *result)
{
    *result = (SltResult){0};
    arena_init(&result->arena);
    arena_init(&result->scratch);
}

void slt_result_deinit(SltResult *result)
{
    list_free(&result->cells);
    list_free(&result->raws);
    arena_deinit(&result->arena);
    arena_deinit(&result->scratch);
}

void slt_result_clear(SltResult *result, int columns)
{
    result->cells.count = 0;
    result->raws.count = 0;
    arena_reset(&result->arena);
    result->columns = columns;
    result->names = NULL;
    result->types = NULL;
}

typedef struct CellText {
    Buf text, shown, raw;
    Arena scratch;
} CellText;

static void add_cell(SltResult *result, const Vector *vector, uint32_t row, CellText *cell)
{
    Str shown = STR("NULL"), raw = shown;
    if (!vector_is_null(vector, row)) {
        buf_clear(&cell->text);
        buf_clear(&cell->shown);
        buf_clear(&cell->raw);
        vector_format(vector, row, result->zone, &cell->text);
        width_escape(&cell->shown, (Str){buf_text(&cell->text), cell->text.length});
        pg_text_field(&cell->raw, vector, row, result->zone, &cell->scratch);
        Arena *arena = &result->arena;
        shown = cell->shown.length
                    ? (Str){arena_strndup(arena, buf_text(&cell->shown), cell->shown.length),
                            cell->shown.length}
                    : STR("(empty)");
        raw = cell->raw.length == cell->shown.length && cell->raw.length &&
                      memcmp(cell->raw.data, cell->shown.data, cell->raw.length) == 0
                  ? shown
                  : (Str){arena_strndup(arena, buf_text(&cell->raw), cell->raw.length),
                          cell->raw.length};
    }
    list_push(&result->cells, shown);
    list_push(&result->raws, raw);
}

void slt_result_add(SltResult *result, const Batch *batch)
{
    CellText cell;
    TypeId *types = ARENA_ARRAY(&result->arena, TypeId, batch->col_count + 1);
    for (int c = 0; c < batch->col_count; c++)
        types[c] = batch->cols[c].type.id;
    result->types = types;
    buf_init(&cell.text);
    buf_init(&cell.shown);
    buf_init(&cell.raw);
    arena_init(&cell.scratch);
    for (uint32_t i = 0, live = batch_live(batch); i < live; i++) {
        uint32_t row = batch_row(batch, i);
        for (int32_t copies = batch_weight(batch, row); copies > 0; copies--)
            for (int c = 0; c < batch->col_count; c++)
                add_cell(result, &batch->cols[c], row, &cell);
        arena_reset(&cell.scratch);
    }
    buf_deinit(&cell.text);
    buf_deinit(&cell.shown);
    buf_deinit(&cell.raw);
    arena_deinit(&cell.scratch);
}

void slt_result_set_count(SltResult *result, const char *count)
{
    slt_result_clear(result, 1);
    TypeId *type = ARENA_NEW(&result->arena, TypeId);
    *type = TYPE_BIGINT;
    result->types = type;
    Str text = str_from(arena_strdup(&result->arena, count));
    list_push(&result->cells, text);
    list_push(&result->raws, text);
}

const char *slt_result_raw(const SltResult *result, size_t cell, Arena *arena)
{
    return arena_strndup(arena, result->raws.at[cell].data, result->raws.at[cell].length);
}

/* ---- lists of texts ---- */

static int compare_strs(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

void slt_strs_sort(SltStrs *strs)
{
    if (strs->count)
        qsort(strs->at, strs->count, sizeof *strs->at, compare_strs);
}

void slt_strs_put(const SltStrs *strs, Buf *out)
{
    for (size_t i = 0; i < strs->count; i++) {
        buf_add(out, strs->at[i].data, strs->at[i].length);
        buf_add_char(out, '\n');
    }
}

Str slt_str_normal(Str line, Arena *arena)
{
    char *to = arena_alloc(arena, line.length + 1), *start = to;
    for (size_t i = 0; i < line.length; i++) {
        bool blank = line.data[i] == ' ' || line.data[i] == '\t';
        if (!blank)
            *to++ = line.data[i];
        else if (to > start && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > start && to[-1] == ' ')
        to--;
    return (Str){start, (size_t)(to - start)};
}
