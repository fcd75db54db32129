/*
 * decode_support.h - for tests of formats: text through cut, chunks, decoder and back to text.
 *
 * A table is described by a line such as "a INT, b VARCHAR NOT NULL"; options by pairs of strings.
 * The outcome is one line a row, values separated by '|' (NULL as ~), followed by one line a
 * reject:
 * "! line 3 @17 22P02 column a: … [raw]".
 */
#ifndef TESTS_IO_DECODE_SUPPORT_H
#define TESTS_IO_DECODE_SUPPORT_H

#ifndef cr_assert_eq /* a program that is no unit test brings its own */
#include <criterion/criterion.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include "catalog/connector.h"
#include "io/row_rejects.h"
#include "io/simd.h"

typedef struct DecodeCase {
    const char *format;         /* NULL: "csv" */
    const char *columns;        /* "a INT, b VARCHAR" */
    const char *const *options; /* key, value, …, NULL */
    size_t chunk_bytes;         /* text is handed out in such pieces; 0: at once */
    size_t max_row_bytes;       /* 0: 1 MiB */
    uint16_t batch_rows;        /* 0: 2048 */
    uint64_t wanted;            /* bits of the columns wanted; 0: all */
    uint64_t late;              /* bits of the columns that are converted late */
    bool late_odd;              /* between early and late every other row is dropped */
    bool with_binding;          /* the text begins with what binding_new reads */
    bool no_text;               /* the outcome is only counted */
} DecodeCase;

static inline char *trimmed(Arena *arena, const char *from, size_t length)
{
    Str s = str_trim((Str){from, length});
    return arena_strndup(arena, s.data, s.length);
}

static inline Relation *table_make(Arena *arena, const DecodeCase *given)
{
    Relation *table = ARENA_NEW(arena, Relation);
    table->name = "t";
    table->schema = "public";
    table->columns = ARENA_ARRAY(arena, ColumnDef, 64);
    Err err = ERR_NONE;
    const char *at = given->columns;
    while (*at) {
        size_t length = 0;
        for (int depth = 0; at[length] && (at[length] != ',' || depth); length++)
            depth += (at[length] == '(') - (at[length] == ')');
        char *text = trimmed(arena, at, length), *blank = strchr(text, ' ');
        ColumnDef *column = &table->columns[table->column_count++];
        column->name = arena_strndup(arena, text, (size_t)(blank - text));
        char *type = blank + 1, *word;
        if ((word = strstr(type, " NOT NULL"))) {
            column->not_null = true;
            *word = '\0';
        }
        if ((word = strstr(type, " METADATA"))) {
            column->kind = COLUMN_METADATA;
            column->metadata = column->name;
            *word = '\0';
        }
        if ((word = strstr(type, " PARTITION"))) {
            column->kind = COLUMN_PARTITION;
            *word = '\0';
        }
        cr_assert_eq(type_from_text(str_from(type), arena, &column->type, &err), OK, "%s",
                     err.message);
        at += length;
        at += *at == ',';
    }
    table->options.at = ARENA_ARRAY(arena, Option, 32);
    for (const char *const *option = given->options; option && *option; option += 2)
        table->options.at[table->options.count++] = (Option){option[0], option[1], 0, 0};
    return table;
}

static inline void outcome_add(Buf *out, Buf *rejected, Decoder *decoder, const DecodeCase *given,
                               Chunk *chunk)
{
    Err err = ERR_NONE;
    uint32_t batches = 0;
    cr_assert_eq(decoder->class->begin(decoder, chunk, &batches, &err), OK, "%s", err.message);
    Batch *all = calloc(batches + 1, sizeof *all);
    uint16_t(*kept)[BATCH_ROWS] = calloc(batches + 1, sizeof *kept);
    for (uint32_t b = 0; b < batches; b++) {
        Batch *batch = &all[b];
        cr_assert_eq(decoder->class->early(decoder, b, batch, &err), OK);
        if (given->late_odd) {
            uint16_t count = 0;
            for (uint32_t i = 0; i < batch_live(batch); i++)
                if ((batch_seq(batch, batch_row(batch, i)) & 1) == 0)
                    kept[b][count++] = (uint16_t)batch_row(batch, i);
            batch->sel = kept[b];
            batch->sel_count = count;
        }
        cr_assert_eq(decoder->class->late(decoder, b, batch, &err), OK);
    }
    /* read only now: batches must stay valid until end */
    for (uint32_t b = 0; b < batches; b++)
        for (uint32_t i = 0; i < batch_live(&all[b]); i++) {
            for (uint16_t c = 0; c < all[b].col_count && !given->no_text; c++) {
                if (c)
                    buf_add_char(out, '|');
                uint32_t row = batch_row(&all[b], i);
                if (vector_is_null(&all[b].cols[c], row))
                    buf_add_char(out, '~');
                else
                    vector_format(&all[b].cols[c], row, NULL, out);
            }
            buf_add_char(out, '\n');
        }
    const Reject *rejects;
    uint32_t count;
    decoder->class->rejects(decoder, &rejects, &count);
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(rejected, "! line %ld @%ld %s %s [", (long)rejects[i].line,
                   (long)rejects[i].file_offset, rejects[i].sqlstate, rejects[i].reason);
        buf_add(rejected, rejects[i].raw.data, rejects[i].raw.length);
        buf_add_text(rejected, "]\n");
    }
    decoder->class->end(decoder);
    free(all);
    free(kept);
}

/* The outcome, to be freed with free. */
static inline char *decode_all(const DecodeCase *given, const char *text, size_t length)
{
    Arena arena;
    arena_init(&arena);
    Relation *table = table_make(&arena, given);
    const FormatClass *format = format_class_find(given->format ? given->format : "csv");
    Err err = ERR_NONE;
    uint16_t wanted[64];
    bool early[64];
    DecodeSpec spec = {
        table, wanted, early, 0, given->batch_rows ? given->batch_rows : (uint16_t)BATCH_ROWS,
        NULL};
    for (int i = 0; i < table->column_count; i++)
        if (!given->wanted || given->wanted >> i & 1) {
            early[spec.column_count] = !(given->late >> i & 1);
            wanted[spec.column_count++] = (uint16_t)i;
        }
    int64_t max_row_bytes = given->max_row_bytes ? (int64_t)given->max_row_bytes : 1 << 20;
    Value partition = value_text(&arena, STR("north"));
    ChunkOrigin origin = {"dir/f.csv", 1704186000000000, NULL, &partition, max_row_bytes};
    size_t at = 0;
    int64_t lines = 0;
    Buf out, rejected;
    buf_init(&out);
    buf_init(&rejected);
    if (given->with_binding) {
        FormatBinding *binding = NULL;
        Status status = FAIL;
        size_t consumed = SIZE_MAX, step = given->chunk_bytes ? given->chunk_bytes : length;
        for (size_t head = step; consumed == SIZE_MAX; head += step) {
            bool whole = head >= length;
            status =
                format->binding_new(table, origin.file_path, (Str){text, whole ? length : head},
                                    whole, &arena, &consumed, &lines, &binding, &err);
            if (status != OK) {
                buf_printf(&out, "%s %s", err.sqlstate, err.message);
                if (err.hint[0])
                    buf_printf(&out, " (%s)", err.hint);
                break;
            }
            cr_assert(consumed != SIZE_MAX || !whole, "wants more than there is");
        }
        if (status != OK)
            goto done;
        origin.binding = binding;
        at = consumed;
    }
    Decoder *decoder = NULL;
    if (format->decoder_new(&spec, &decoder, &err) != OK) {
        buf_printf(&out, "%s %s", err.sqlstate, err.message);
        goto done;
    }
    const CutPlan *plan = format->cut_plan ? format->cut_plan(table, &arena) : NULL;
    uint64_t ticket = 0;
    size_t piece = given->chunk_bytes ? given->chunk_bytes : length - at;
    while (at < length) {
        bool final = at + piece >= length;
        size_t size = final ? length - at : piece;
        int64_t cut_lines = 0;
        /* exactly sized memory, so that a sanitizer sees reads beyond it */
        char *copy = malloc(size);
        memcpy(copy, text + at, size);
        size_t cut = format->cut(plan, copy, size, final, max_row_bytes, &cut_lines);
        free(copy);
        if (cut == 0 && size > (size_t)max_row_bytes) {
            /* as sources do: the line is left out as soon as it is known to be too long */
            char reason[TOO_LONG_REASON_BYTES];
            row_rejects_too_long(reason, max_row_bytes);
            buf_printf(&rejected, "! line %ld @%zu %s %s [", (long)lines + 1, at,
                       SQLSTATE_LIMIT_EXCEEDED, reason);
            buf_add(&rejected, text + at, row_rejects_too_long_raw(text + at, max_row_bytes));
            buf_add_text(&rejected, "]\n");
            const char *end = memchr(text + at, '\n', length - at);
            at = end ? (size_t)(end + 1 - text) : length;
            lines++;
            continue;
        }
        if (cut == 0) {
            cr_assert_not(final);
            piece += given->chunk_bytes;
            continue;
        }
        piece = given->chunk_bytes ? given->chunk_bytes : size;
        Chunk *chunk = chunk_new((uint32_t)cut);
        memset(chunk->data - CHUNK_PAD, '"', CHUNK_PAD);
        memcpy(chunk->data, text + at, cut);
        memset(chunk->data + cut, '"', CHUNK_PAD);
        chunk->length = (uint32_t)cut;
        chunk->origin = &origin;
        chunk->ticket = ticket++;
        chunk->file_offset = (int64_t)at;
        chunk->line = lines;
        outcome_add(&out, &rejected, decoder, given, chunk);
        chunk_release(chunk);
        at += cut;
        lines += cut_lines;
    }
    decoder->class->free(decoder);
done:
    buf_add(&out, rejected.data, rejected.length);
    char *result = strdup(buf_text(&out));
    buf_deinit(&out);
    buf_deinit(&rejected);
    arena_deinit(&arena);
    return result;
}

static inline void expect_decoded(const DecodeCase *given, const char *text, const char *expected)
{
    for (int level = 0; level <= (int)simd_best(); level++) {
        simd_set((SimdLevel)level);
        char *got = decode_all(given, text, strlen(text));
        cr_assert_str_eq(got, expected, "level %d\ngot:\n%s\nexpected:\n%s", level, got, expected);
        free(got);
    }
    simd_set(simd_best());
}

typedef struct Random {
    uint64_t state;
} Random;

static inline uint32_t random_below(Random *random, uint32_t n)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return (uint32_t)((random->state >> 32) * n >> 32);
}

#endif
