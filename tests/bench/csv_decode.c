/*
 * csv_decode.c - ns a row of the CSV decoder and encoder over tick rows in memory, one core.
 *
 * usage: csv_decode [chunk KiB [part of a case's name]]      each figure is the best of some rounds
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "catalog/connector.h"
#include "io/csv_index.h"
#include "io/simd.h"

enum { ROWS = 200000, ROUNDS = 15 };

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* 2024-01-02T09:00:00.001,005930,71200.00,71300.00,71100.00,71250.00,123 */
static void make_rows(Buf *out, const char *quote, const char *prefix)
{
    uint64_t random = 88172645463325252ull;
    for (int i = 0; i < ROWS; i++) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        int ms = i * 2, base = 1000 + (int)(random % 900) * 100;
        buf_printf(out, "2024-01-02T%02d:%02d:%02d.%03d,%s%s%06d%s,%d.%02d,%d.00,%d.50,%d.25,%d\n",
                   9 + ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000, quote, prefix,
                   (int)(random >> 20 & 0xFFFFF) % 900 * 10, quote, base, (int)(random >> 40 & 63),
                   base + 100, base - 50, base + 20, (int)(random >> 50) % 900 + 1);
    }
}

typedef struct Work {
    Chunk **chunks;
    size_t count;
    ChunkOrigin origin;
} Work;

static void cut_chunks(Work *work, const FormatClass *format, const CutPlan *plan, const Buf *rows,
                       size_t size)
{
    work->chunks = calloc(rows->length / (size / 2) + 2, sizeof *work->chunks);
    work->origin.max_row_bytes = 1 << 20;
    for (size_t at = 0; at < rows->length;) {
        size_t length = rows->length - at < size ? rows->length - at : size;
        int64_t lines;
        Chunk *chunk = chunk_new((uint32_t)size);
        memcpy(chunk->data, rows->data + at, length);
        length = format->cut(plan, chunk->data, length, false, 1 << 20, &lines);
        chunk->length = (uint32_t)length;
        chunk->origin = &work->origin;
        work->chunks[work->count++] = chunk;
        at += length;
    }
}

typedef enum Late { NONE, ALL, FILTERED } Late;

static double decode(const Work *work, Decoder *decoder, Late late, int volume, uint64_t *sum)
{
    Err err = ERR_NONE;
    double best = 1e18;
    uint16_t sel[BATCH_ROWS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        *sum = 0;
        for (size_t c = 0; c < work->count; c++) {
            uint32_t batches;
            if (decoder->class->begin(decoder, work->chunks[c], &batches, &err) != OK)
                abort();
            for (uint32_t b = 0; b < batches; b++) {
                Batch batch;
                if (decoder->class->early(decoder, b, &batch, &err) != OK)
                    abort();
                if (late == FILTERED) {
                    uint16_t kept = 0;
                    const int64_t *volumes = batch.cols[volume].data;
                    for (uint16_t row = 0; row < batch.row_count; row++) {
                        sel[kept] = row;
                        kept = (uint16_t)(kept + (volumes[row] > 808));
                    }
                    batch.sel = sel;
                    batch.sel_count = kept;
                }
                if (late != NONE && decoder->class->late(decoder, b, &batch, &err) != OK)
                    abort();
                *sum += batch_live(&batch);
            }
            decoder->class->end(decoder);
        }
        double took = now_ns() - start;
        best = took < best ? took : best;
    }
    return best / ROWS;
}

int main(int argc, char **argv)
{
    size_t size = (argc > 1 ? (size_t)atoi(argv[1]) : 256) << 10;
    const char *only = argc > 2 ? argv[2] : "";
    ColumnDef columns[] = {{.name = "ts", .type = type_timestamp(3)},
                           {.name = "symbol", .type = type_varchar(0)},
                           {.name = "open", .type = type_of(TYPE_DOUBLE)},
                           {.name = "high", .type = type_of(TYPE_DOUBLE)},
                           {.name = "low", .type = type_of(TYPE_DOUBLE)},
                           {.name = "close", .type = type_of(TYPE_DOUBLE)},
                           {.name = "volume", .type = type_of(TYPE_BIGINT)}};
    Relation table = {.name = "tick", .schema = "public", .columns = columns, .column_count = 7};
    const FormatClass *format = format_class_find("csv");
    Err err = ERR_NONE;
    static const char *const kinds[] = {"plain", "quoted symbol", "Korean symbol"};
    for (int kind = 0; kind < 3; kind++) {
        Buf rows;
        buf_init(&rows);
        make_rows(&rows, kind == 1 ? "\"" : "", kind == 2 ? "\xED\x95\x9C" : "");
        Work work = {0};
        Arena arena;
        arena_init(&arena);
        const CutPlan *plan = format->cut_plan(&table, &arena);
        cut_chunks(&work, format, plan, &rows, size);
        printf("%s: %zu chunks, %.1f bytes a row\n", kinds[kind], work.count,
               (double)rows.length / ROWS);

        uint32_t *at = malloc((size + 128) * sizeof *at);
        double best_index = 1e18, best_cut = 1e18;
        for (int round = 0; round < ROUNDS; round++) {
            CsvIndex index;
            double start = now_ns();
            for (size_t c = 0; c < work.count; c++)
                csv_index(work.chunks[c]->data, work.chunks[c]->length, ',', '"', at, &index);
            double middle = now_ns();
            for (size_t c = 0; c < work.count; c++) {
                int64_t lines;
                if (!format->cut(plan, work.chunks[c]->data, work.chunks[c]->length, false, 1 << 20,
                                 &lines))
                    abort();
            }
            double end = now_ns();
            best_index = middle - start < best_index ? middle - start : best_index;
            best_cut = end - middle < best_cut ? end - middle : best_cut;
        }
        free(at);
        printf("  index only                %6.2f ns a row\n", best_index / ROWS);
        printf("  cut only                  %6.2f\n", best_cut / ROWS);

        struct {
            const char *name;
            uint16_t columns[7];
            bool early[7];
            uint16_t count;
            Late late;
            int volume;
        } cases[] = {
            {"validate only (no column)", {0}, {0}, 0, NONE, 0},
            {"ts", {0}, {true}, 1, NONE, 0},
            {"symbol", {1}, {true}, 1, NONE, 0},
            {"close", {5}, {true}, 1, NONE, 0},
            {"volume", {6}, {true}, 1, NONE, 0},
            {"window: 6 columns early",
             {0, 1, 3, 4, 5, 6},
             {true, true, true, true, true, true},
             6,
             NONE,
             0},
            {"window: ts early, 5 late", {0, 1, 3, 4, 5, 6}, {true}, 6, ALL, 0},
            {"filter: volume, 2 late", {0, 1, 6}, {false, false, true}, 3, FILTERED, 2},
            {"all 7 columns",
             {0, 1, 2, 3, 4, 5, 6},
             {true, true, true, true, true, true, true},
             7,
             NONE,
             0},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            if (!strstr(cases[i].name, only))
                continue;
            DecodeSpec spec = {&table,         cases[i].columns, cases[i].early,
                               cases[i].count, BATCH_ROWS,       NULL};
            Decoder *decoder;
            if (format->decoder_new(&spec, &decoder, &err) != OK)
                abort();
            uint64_t sum = 0;
            double ns = decode(&work, decoder, cases[i].late, cases[i].volume, &sum);
            printf("  %-25s %6.2f   %5.2f GB/s   (%lu rows)\n", cases[i].name, ns,
                   (double)rows.length / ROWS / ns, (unsigned long)sum);
            decoder->class->free(decoder);
        }

        DecodeSpec spec = {&table, (uint16_t[]){0, 1, 2, 3, 4, 5, 6},
                           (bool[]){true, true, true, true, true, true, true}, 7, BATCH_ROWS};
        Decoder *decoder;
        Encoder *encoder, *narrow;
        bool skip[] = {false, false, true, true, true, true, false};
        if (format->decoder_new(&spec, &decoder, &err) != OK ||
            format->encoder_new(&encoder, &table, NULL, NULL, &err) != OK ||
            format->encoder_new(&narrow, &table, skip, NULL, &err) != OK)
            abort();
        uint32_t batches;
        Batch batch;
        Buf out;
        buf_init(&out);
        double best = 1e18;
        if (decoder->class->begin(decoder, work.chunks[0], &batches, &err) != OK ||
            decoder->class->early(decoder, 0, &batch, &err) != OK)
            abort();
        for (int which = 0; which < 2; which++) {
            Encoder *used = which ? narrow : encoder;
            best = 1e18;
            for (int round = 0; round < ROUNDS * 20; round++) {
                double start = now_ns();
                buf_clear(&out);
                if (used->class->encode(used, &batch, &out, &err) != OK)
                    abort();
                double took = now_ns() - start;
                best = took < best ? took : best;
            }
            printf("  encode %-18s %6.2f ns a row, %.1f bytes\n",
                   which ? "ts, symbol, volume" : "7 columns", best / batch.row_count,
                   (double)out.length / batch.row_count);
        }
        narrow->class->free(narrow);
        encoder->class->free(encoder);
        decoder->class->end(decoder);
        decoder->class->free(decoder);
        for (size_t c = 0; c < work.count; c++)
            chunk_release(work.chunks[c]);
        free(work.chunks);
        buf_deinit(&out);
        buf_deinit(&rows);
        arena_deinit(&arena);
    }
    return 0;
}
