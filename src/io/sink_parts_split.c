/*
 * sink_parts_split.c - PARTITIONED BY: a batch is taken apart by the text of its partition columns,
 * and each part gets its rows as one selection of the batch.
 */
#include "io/partition.h"
#include "io/sink_parts.h"

enum { OPEN_PARTS = 128, BUFFERED_BYTES = 64 * 1024 * 1024 };

void parts_split_init(FilesystemSink *sink)
{
    Parts *parts = sink->state;
    const Relation *table = sink->table;
    parts->columns = ARENA_ARRAY(&sink->arena, uint16_t, table->column_count + 1);
    parts->names = ARENA_ARRAY(&sink->arena, const char *, table->column_count + 1);
    uint16_t place = 0;
    for (int i = 0; i < table->column_count; i++) {
        uint8_t kind = table->columns[i].kind;
        if (kind == COLUMN_PARTITION) {
            Buf name;
            buf_init(&name);
            partition_escape(&name, str_from(table->columns[i].name));
            parts->columns[parts->column_count] = place;
            parts->names[parts->column_count++] = arena_strdup(&sink->arena, buf_text(&name));
            buf_deinit(&name);
        }
        if (kind == COLUMN_PHYSICAL || kind == COLUMN_PARTITION)
            place++;
    }
}

static void make_key(const Parts *parts, const Zone *zone, const Batch *batch, uint32_t row,
                     Buf *key, Buf *value)
{
    buf_clear(key);
    for (uint16_t i = 0; i < parts->column_count; i++) {
        const Vector *vector = &batch->cols[parts->columns[i]];
        if (i)
            buf_add_char(key, '/');
        buf_add_text(key, parts->names[i]);
        buf_add_char(key, '=');
        if (vector_is_null(vector, row)) {
            buf_add_text(key, PARTITION_NULL);
            continue;
        }
        buf_clear(value);
        vector_format(vector, row, zone, value);
        partition_escape(key, (Str){value->data, value->length});
    }
}

static bool same_key(const Parts *parts, const Batch *batch, uint32_t a, uint32_t b)
{
    for (uint16_t i = 0; i < parts->column_count; i++) {
        const Vector *vector = &batch->cols[parts->columns[i]];
        if (vector_compare(vector, a, vector, b) != 0)
            return false;
    }
    return true;
}

Status parts_trim(FilesystemSink *sink, Err *err)
{
    Parts *parts = sink->state;
    size_t open = 0, buffered = 0;
    for (size_t i = 0; i < parts->all.count; i++) {
        open += parts->all.at[i]->staged.fd >= 0;
        buffered += parts->all.at[i]->staged.buffer.capacity;
    }
    for (size_t i = 0; i < parts->all.count && buffered > BUFFERED_BYTES; i++) {
        StagedFile *file = &parts->all.at[i]->staged;
        TRY(staged_file_flush(file, err));
        buf_deinit(&file->buffer);
        buf_init(&file->buffer);
        staged_file_close(file);
    }
    for (size_t i = 0; i < parts->all.count && open > OPEN_PARTS; i++)
        staged_file_close(&parts->all.at[i]->staged);
    return OK;
}

Status parts_write(FilesystemSink *sink, const Batch *batch, Err *err)
{
    Parts *parts = sink->state;
    TRY(parts_trim(sink, err));
    Buf key, value;
    buf_init(&key);
    buf_init(&value);
    LIST(Part *) touched = {0};
    Part *part = NULL;
    uint32_t live = batch_live(batch), last = 0;
    for (uint32_t i = 0; i < live; i++) {
        uint32_t row = batch_row(batch, i);
        if (!part || !same_key(parts, batch, last, row)) {
            make_key(parts, sink->zone, batch, row, &key, &value);
            part = parts_find(sink, (Str){key.data, key.length});
            if (!part->picked)
                part->picked = mem_alloc(sizeof *part->picked * BATCH_ROWS);
            if (!part->picked_count)
                list_push(&touched, part);
        }
        part->picked[part->picked_count++] = (uint16_t)row;
        last = row;
    }
    Status status = OK;
    /* All that can fail comes before any part takes a row, so that the batch is taken whole or not.
     */
    size_t *ends = mem_alloc(sizeof *ends * (touched.count + 1));
    buf_clear(&sink->bytes);
    for (size_t i = 0, from = 0; i < touched.count && status == OK; from = ends[i++]) {
        Batch rows = *batch;
        rows.sel = touched.at[i]->picked;
        rows.sel_count = touched.at[i]->picked_count;
        status = sink->encoder->class->encode(sink->encoder, &rows, &sink->bytes, err);
        ends[i] = sink->bytes.length;
        if (status == OK)
            status = part_prepare(sink, touched.at[i], ends[i] - from, err);
    }
    for (size_t i = 0, from = 0; i < touched.count; from = ends[i++]) {
        if (status == OK)
            part_take(sink, touched.at[i], sink->bytes.data + from, ends[i] - from,
                      touched.at[i]->picked_count);
        touched.at[i]->picked_count = 0;
    }
    free(ends);
    list_free(&touched);
    buf_deinit(&key);
    buf_deinit(&value);
    return status;
}
