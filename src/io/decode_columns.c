/* decode_columns.c - see decode_columns.h. */
#include "io/decode_columns.h"

#include <stdlib.h>

enum { MEMORY_ALIGN = 64 };

static size_t align_up(size_t size)
{
    return (size + MEMORY_ALIGN - 1) & ~(size_t)(MEMORY_ALIGN - 1);
}

static uint8_t metadata_kind(const ColumnDef *column)
{
    static const struct {
        const char *key;
        DecodeKind kind;
        PhysicalClass physical;
    } known[] = {{"file_path", DECODE_FILE_PATH, PHYSICAL_VIEW},
                 {"file_mtime", DECODE_FILE_MTIME, PHYSICAL_I64},
                 {"file_offset", DECODE_FILE_OFFSET, PHYSICAL_I64}};
    const char *key = column->metadata ? column->metadata : column->name;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_equal_nocase(key, known[i].key) &&
            type_physical(column->type) == known[i].physical)
            return (uint8_t)known[i].kind;
    return DECODE_NULL;
}

/* How many columns of the kind stand before column `index`. */
static uint16_t count_before(const Relation *table, uint16_t index, ColumnKind kind)
{
    uint16_t count = 0;
    for (uint16_t i = 0; i < index; i++)
        count = (uint16_t)(count + (table->columns[i].kind == kind));
    return count;
}

Status decode_columns_init(DecodeColumns *columns, const DecodeSpec *spec, Arena *arena, Err *err)
{
    *columns = (DecodeColumns){.count = spec->column_count, .batch_rows = spec->batch_rows};
    columns->columns = ARENA_ARRAY(arena, DecodeColumn, spec->column_count + 1);
    columns->sel_at = align_up(spec->column_count * sizeof(Vector));
    size_t at = columns->sel_at + align_up(spec->batch_rows * sizeof(uint16_t));
    for (uint16_t i = 0; i < spec->column_count; i++) {
        const ColumnDef *def = &spec->table->columns[spec->columns[i]];
        DecodeColumn *column = &columns->columns[i];
        *column = (DecodeColumn){.type = def->type, .early = spec->early[i]};
        if (def->kind == COLUMN_METADATA)
            column->kind = metadata_kind(def);
        else
            column->kind = def->kind == COLUMN_PARTITION ? DECODE_PARTITION : DECODE_FIELD;
        column->which = count_before(spec->table, spec->columns[i], (ColumnKind)def->kind);
        PhysicalClass physical = type_physical(def->type);
        if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "column \"%s\": ARRAY and ROW in this format are not supported yet",
                           def->name);
        column->size = type_size(def->type);
        column->data_at = at;
        at += align_up((size_t)column->size * spec->batch_rows);
        column->valid_at = at;
        at += align_up(VALID_WORDS * sizeof(uint64_t));
    }
    columns->batch_bytes = at;
    arena_init(&columns->chunk_arena);
    return OK;
}

void decode_columns_deinit(DecodeColumns *columns)
{
    decode_columns_end(columns);
    free(columns->memory);
    arena_deinit(&columns->chunk_arena);
}

void decode_columns_begin(DecodeColumns *columns, Chunk *chunk, uint32_t batches)
{
    size_t wanted = columns->batch_bytes * batches;
    if (columns->capacity < wanted) {
        free(columns->memory);
        columns->memory = aligned_alloc(MEMORY_ALIGN, align_up(wanted));
        if (!columns->memory)
            abort();
        columns->capacity = wanted;
    }
    arena_reset(&columns->chunk_arena);
    chunk_retain(chunk);
    columns->chunk = chunk;
}

void decode_columns_end(DecodeColumns *columns)
{
    chunk_release(columns->chunk);
    columns->chunk = NULL;
}

static char *batch_memory(const DecodeColumns *columns, uint32_t b)
{
    return columns->memory + columns->batch_bytes * b;
}

static void make_constant(DecodeColumns *columns, const DecodeColumn *column, Vector *out)
{
    static const ChunkOrigin nowhere = {0};
    Arena *arena = &columns->chunk_arena;
    const ChunkOrigin *origin = columns->chunk->origin ? columns->chunk->origin : &nowhere;
    Value value = value_null(column->type);
    if (column->kind == DECODE_PARTITION && origin->partition_values) {
        value = origin->partition_values[column->which];
    } else if (column->kind == DECODE_FILE_PATH && origin->file_path) {
        value = value_text(arena, str_from(origin->file_path));
        value.type = column->type;
    } else if (column->kind == DECODE_FILE_MTIME && origin->file_path) {
        value.is_null = false;
        value.as.integer = timestamp_round(origin->file_mtime_us, column->type.precision);
    }
    vector_make_const(out, arena, &value);
}

void decode_columns_batch(DecodeColumns *columns, uint32_t b, uint32_t rows, uint64_t first_row,
                          Batch *out)
{
    char *memory = batch_memory(columns, b);
    Vector *vectors = (Vector *)(void *)memory;
    for (uint16_t i = 0; i < columns->count; i++) {
        const DecodeColumn *column = &columns->columns[i];
        if (column->kind == DECODE_FIELD || column->kind == DECODE_FILE_OFFSET)
            vectors[i] = (Vector){
                .type = column->type, .form = VECTOR_FLAT, .data = memory + column->data_at};
        else
            make_constant(columns, column, &vectors[i]);
    }
    *out = (Batch){
        .cols = vectors,
        .col_count = columns->count,
        .row_count = (uint16_t)rows,
        .ticket = columns->chunk->ticket << 24 | first_row,
        .arrival_us = columns->chunk->arrival_us,
        .owners = &columns->chunk,
        .owner_count = 1,
    };
}

uint64_t *decode_columns_valid(const DecodeColumns *columns, uint32_t b, uint32_t column)
{
    return (uint64_t *)(void *)(batch_memory(columns, b) + columns->columns[column].valid_at);
}

uint16_t *decode_columns_sel(const DecodeColumns *columns, uint32_t b)
{
    return (uint16_t *)(void *)(batch_memory(columns, b) + columns->sel_at);
}

void decode_columns_select(const DecodeColumns *columns, uint32_t b, const uint64_t *bad,
                           Batch *batch)
{
    uint16_t *sel = decode_columns_sel(columns, b);
    uint16_t count = 0;
    for (uint16_t row = 0; row < batch->row_count; row++) {
        sel[count] = row;
        count = (uint16_t)(count + !bitmap_get(bad, row));
    }
    if (count < batch->row_count) {
        batch->sel = sel;
        batch->sel_count = count;
    }
}
